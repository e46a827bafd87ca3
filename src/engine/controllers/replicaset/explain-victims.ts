// Why a ReplicaSet deletes this Pod and not another: the first rank in which it differs from the Pod that came next. Pure.

import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import type { DecisionDraft, DecisionOf } from '../runtime/decision.ts'
import { decidingRank, type RankInput } from './rank-pods.ts'

type Ranks = Omit<RankInput, 'pods'>

export interface Victim {
  readonly set: ReplicaSet
  readonly pod: Pod
  /** The first Pod that may stay; undefined when none may. */
  readonly spared: Pod | undefined
  /** What the ranks look at; undefined when all Pods go. */
  readonly rank: Ranks | undefined
}

export function podDeleted({ set, pod, spared, rank }: Victim): DecisionDraft {
  const because =
    spared && rank ? rankedBefore(pod, spared, rank) : ({ rule: 'all-pods-go', wanted: set.spec.replicas } as const)
  return { code: 'pod-deleted', about: pod, because, related: spared ? [set, spared] : [set] }
}

function rankedBefore(pod: Pod, other: Pod, input: Ranks): DecisionOf<'pod-deleted'> {
  const { rank, a, b } = decidingRank(pod, other, input)
  const spared = other.metadata.name
  switch (rank) {
    case 'pending-first':
      return { rule: rank, phase: pod.status?.phase ?? 'Pending', spared }
    case 'cheaper-first':
      return { rule: rank, cost: a, spared, sparedCost: b }
    case 'crowded-first':
      return { rule: rank, node: pod.spec.nodeName ?? '', pods: -a, spared, sparedPods: -b }
    case 'restarted-first':
      return { rule: rank, restarts: -a, spared, sparedRestarts: -b }
    default:
      return { rule: rank, spared }
  }
}
