// Conditions as controllers write them: one of each type, and a transition time that moves only with the status.

import type { Condition } from '../../api/meta.ts'

/** The status of a condition, or undefined when there is none of that type. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  for (const condition of conditions ?? []) if (condition.type === type) return condition
  return undefined
}

/** The conditions with this one put in the place of its type, or at the end; its transition time is kept while the status is. */
export function withCondition(conditions: readonly Condition[] | undefined, next: Condition): readonly Condition[] {
  const before = findCondition(conditions, next.type)
  const placed = before?.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next
  if (!before) return [...(conditions ?? []), placed]
  return (conditions ?? []).map(condition => (condition.type === next.type ? placed : condition))
}
