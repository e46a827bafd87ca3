// What the API server answered to the wish to evict a Pod, as a decision: by which budget, and with which numbers.

import type { DecisionDraft } from './controllers/index.ts'
import type { EvictionAsked } from './rest/index.ts'

export function evictionAnswered({ pod, budget, allowed }: EvictionAsked): DecisionDraft {
  const code = allowed ? 'eviction-allowed' : 'eviction-refused'
  if (!budget) return { code: 'eviction-allowed', about: pod, because: { rule: 'unguarded', pod: pod.metadata.name } }
  const { disruptionsAllowed: left = 0, currentHealthy: healthy = 0, desiredHealthy: desired = 0 } = budget.status ?? {}
  const because = { rule: 'budget-counts', budget: budget.metadata.name, left, healthy, desired } as const
  // A drain asks again and again for a Pod that its budget keeps.
  return { code, about: pod, because, related: [budget], once: true }
}
