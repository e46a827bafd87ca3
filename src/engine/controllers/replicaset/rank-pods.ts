// Which Pods of a ReplicaSet go first when there are too many, after controller.ActivePodsWithRanks: the first difference in
// the list decides. Ages are compared by the power of two of their nanoseconds, so Pods of about one age are told
// apart by their uids only.

import type { Pod } from '../../api/pod/pod.ts'
import { compareText } from '../../kernel/json.ts'
import { parseTimestamp } from '../../kernel/timestamp.ts'
import { isPodReady, readySinceMs } from '../runtime/pod-facts.ts'

export interface RankInput {
  readonly pods: readonly Pod[]
  /** How many active Pods of the same workload are on the Pod's Node. */
  readonly neighbours: (pod: Pod) => number
  readonly wallMs: number
}

const PHASE_RANK: { readonly [phase: string]: number } = { Pending: 0, Unknown: 1, Running: 2 }
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

/** The Pods in the order in which they are to be deleted. */
export function rankForDeletion({ pods, neighbours, wallMs }: RankInput): readonly Pod[] {
  const ranked = pods.map(pod => ({ pod, key: rankKey(pod, neighbours(pod), wallMs) }))
  ranked.sort((a, b) => compareKeys(a.key, b.key) || compareText(a.pod.metadata.uid, b.pod.metadata.uid))
  return ranked.map(({ pod }) => pod)
}

// Every entry sorts low to high: what is deleted first has the lower number.
function rankKey(pod: Pod, neighbours: number, wallMs: number): readonly number[] {
  const ready = isPodReady(pod)
  const readyMs = readySinceMs(pod)
  const createdMs = parseTimestamp(pod.metadata.creationTimestamp) ?? wallMs
  const restarts = (pod.status?.containerStatuses ?? []).reduce(
    (most, status) => Math.max(most, status.restartCount),
    0,
  )
  return [
    pod.spec.nodeName ? 1 : 0,
    PHASE_RANK[pod.status?.phase ?? 'Pending'] ?? 0,
    ready ? 1 : 0,
    Number(pod.metadata.annotations?.[DELETION_COST] ?? 0),
    -neighbours,
    ready && readyMs !== undefined ? ageBucket(wallMs - readyMs) : 0,
    -restarts,
    ageBucket(wallMs - createdMs),
  ]
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number)
  return 0
}

/** floor(log2(nanoseconds)), counted without a logarithm: borders at 8.6 s, 17.2 s, 34.4 s and so on. */
function ageBucket(ageMs: number): number {
  let bucket = -1
  for (let nanos = ageMs * 1_000_000; nanos >= 1; nanos /= 2) bucket++
  return bucket
}
