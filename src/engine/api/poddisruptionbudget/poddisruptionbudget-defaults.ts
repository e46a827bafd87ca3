// A PodDisruptionBudget has no defaults of its own; only its spec is always there.

import { fill } from '../fill.ts'
import type { PodDisruptionBudget } from './poddisruptionbudget.ts'

export function defaultPodDisruptionBudget(budget: PodDisruptionBudget): PodDisruptionBudget {
  return fill(budget, { spec: {} })
}
