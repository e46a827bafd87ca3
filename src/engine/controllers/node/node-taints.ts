// The taints that follow a Node's state, after pkg/controller/nodelifecycle: NoSchedule ones mirror conditions and
// spec.unschedulable exactly; of the NoExecute ones there is one at most, chosen by the Ready condition. Pure.

import type { ConditionStatus } from '../../api/meta.ts'
import type { Node, Taint } from '../../api/node/node.ts'
import { findCondition } from '../runtime/conditions.ts'

const NOT_READY_TAINT = 'node.kubernetes.io/not-ready'
const UNREACHABLE_TAINT = 'node.kubernetes.io/unreachable'
export const OUT_OF_SERVICE_TAINT = 'node.kubernetes.io/out-of-service'

const FOLLOWED: readonly (readonly [key: string, condition: string, status: ConditionStatus])[] = [
  [NOT_READY_TAINT, 'Ready', 'False'],
  [UNREACHABLE_TAINT, 'Ready', 'Unknown'],
  ['node.kubernetes.io/memory-pressure', 'MemoryPressure', 'True'],
  ['node.kubernetes.io/disk-pressure', 'DiskPressure', 'True'],
  ['node.kubernetes.io/network-unavailable', 'NetworkUnavailable', 'True'],
  ['node.kubernetes.io/pid-pressure', 'PIDPressure', 'True'],
]
const UNSCHEDULABLE_TAINT = 'node.kubernetes.io/unschedulable'

/** The Node's taints with the NoSchedule ones brought in line; undefined when they are already. `now` is RFC 3339. */
export function withConditionTaints(node: Node, now: string): readonly Taint[] | undefined {
  const wanted = FOLLOWED.filter(
    ([, type, status]) => findCondition(node.status?.conditions, type)?.status === status,
  ).map(([key]) => key)
  if (node.spec.unschedulable) wanted.push(UNSCHEDULABLE_TAINT)
  const taints = node.spec.taints ?? []
  const followed = new Set([...FOLLOWED.map(([key]) => key), UNSCHEDULABLE_TAINT])
  const kept = taints.filter(({ key, effect }) => effect !== 'NoSchedule' || !followed.has(key) || wanted.includes(key))
  const missing = wanted.filter(key => !taints.some(taint => taint.key === key && taint.effect === 'NoSchedule'))
  if (missing.length === 0 && kept.length === taints.length) return undefined
  return [...kept, ...missing.map((key): Taint => ({ key, effect: 'NoSchedule', timeAdded: now }))]
}

/** The key of the NoExecute taint that this Ready status asks for; undefined while the Node is ready. */
export function noExecuteKey(ready: ConditionStatus | undefined): string | undefined {
  if (ready === 'True') return undefined
  return ready === 'False' ? NOT_READY_TAINT : UNREACHABLE_TAINT
}

/** The taints with exactly this NoExecute taint of the two, or none of them; undefined when they are so already. */
export function withNoExecute(
  taints: readonly Taint[],
  key: string | undefined,
  now: string,
): readonly Taint[] | undefined {
  const ours = taints.filter(isOurs)
  if (key === undefined ? ours.length === 0 : ours.length === 1 && ours[0]?.key === key) return undefined
  const others = taints.filter(taint => !isOurs(taint))
  return key === undefined ? others : [...others, { key, effect: 'NoExecute', timeAdded: now }]
}

function isOurs({ key, effect }: Taint): boolean {
  return effect === 'NoExecute' && (key === NOT_READY_TAINT || key === UNREACHABLE_TAINT)
}
