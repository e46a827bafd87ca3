// A PodDisruptionBudget has no defaults of its own; only its spec is always there.

import type { PodDisruptionBudget } from './poddisruptionbudget.ts'

export function defaultPodDisruptionBudget(budget: PodDisruptionBudget): PodDisruptionBudget {
  return budget.spec === undefined ? { ...(budget as object as PodDisruptionBudget), spec: {} } : budget
}
