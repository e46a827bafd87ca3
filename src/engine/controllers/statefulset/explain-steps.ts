// Why a StatefulSet takes its next steps, or waits with them: which number is empty, beyond the range, of an old revision, or
// not healthy yet. Pure.

import type { Pod } from '../../api/pod/pod.ts'
import { named, type DecisionDraft } from '../runtime/decision.ts'
import { isPodReady, isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { firstOrdinal, healthOf, type StatefulInput, type StatefulStep } from './plan-statefulset.ts'
import { ordinalOf, podRevision } from './stateful-pods.ts'

export interface StepsTaken extends StatefulInput {
  readonly steps: readonly StatefulStep[]
  /** Names of the revisions that Pods are made of. */
  readonly revisions: { readonly current: string; readonly update: string }
}

export function explainSteps(taken: StepsTaken): readonly DecisionDraft[] {
  const said = taken.steps.flatMap((step): readonly DecisionDraft[] => {
    switch (step.type) {
      case 'create':
        return [podMade(taken, step.ordinal, taken.revisions[step.revision])]
      case 'delete':
        return [podRemoved(taken, step.pod)]
      case 'identify':
        return []
    }
  })
  return taken.steps.length === 0 ? waits(taken) : said
}

function podMade({ set }: StepsTaken, ordinal: number, revision: string): DecisionDraft {
  const about = named('Pod', set.metadata.namespace ?? '', `${set.metadata.name}-${ordinal}`)
  return { code: 'pod-made', about, because: { rule: 'ordinal-empty', ordinal, revision }, related: [set] }
}

function podRemoved({ set, updateRevision }: StepsTaken, pod: Pod): DecisionDraft {
  const ordinal = ordinalOf(set, pod) ?? 0
  const start = firstOrdinal(set)
  const common = { code: 'pod-removed', about: pod, related: [set] } as const
  if (ordinal < start || ordinal >= start + set.spec.replicas)
    return { ...common, because: { rule: 'ordinal-beyond', ordinal, replicas: set.spec.replicas } }
  if (isPodTerminal(pod)) return { ...common, because: { rule: 'pod-ended', phase: pod.status?.phase ?? '' } }
  return { ...common, because: { rule: 'revision-outdated', is: podRevision(pod) ?? '', wants: updateRevision } }
}

/** The lowest Pod that is not healthy, while there is something that waits for it. */
function waits(taken: StepsTaken): readonly DecisionDraft[] {
  const { set, pods, updateRevision } = taken
  const isHealthy = healthOf(taken)
  const isDone =
    pods.length === set.spec.replicas && pods.every(pod => isHealthy(pod) && podRevision(pod) === updateRevision)
  const ailing = pods
    .filter(pod => !isHealthy(pod))
    .toSorted((a, b) => (ordinalOf(set, a) ?? 0) - (ordinalOf(set, b) ?? 0))[0]
  if (isDone || !ailing) return []
  const because = { rule: 'ordinal-waits', pod: ailing.metadata.name, state: stateOf(ailing) } as const
  return [{ code: 'rollout-waits', about: set, because, related: [ailing], once: true }]
}

/** In the words of the API: what keeps a Pod from being healthy. */
function stateOf(pod: Pod): string {
  if (isTerminating(pod)) return 'Terminating'
  if (pod.status?.phase !== 'Running') return pod.status?.phase ?? 'Pending'
  return isPodReady(pod) ? 'minReadySeconds' : 'Ready=False'
}
