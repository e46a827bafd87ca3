// How a Deployment moves its replicas from old ReplicaSets to the new one, a step at a time, after pkg/controller/deployment
// rolling.go, recreate.go and sync.go. Counts are those of the specs: terminating Pods are invisible to a rollout. Pure.

import type { Deployment } from '../../api/deployment/deployment.ts'
import { invariant } from '../../kernel/invariant.ts'
import { shareOf } from '../runtime/counts.ts'

/** A ReplicaSet as the plan sees it. */
export interface ScaledSet {
  readonly name: string
  /** spec.replicas. */
  readonly replicas: number
  /** status.availableReplicas. */
  readonly available: number
  /** The annotation deployment.kubernetes.io/max-replicas: replicas and surge when it was last scaled. */
  readonly maxReplicas?: number | undefined
}

export interface RolloutInput {
  readonly replicas: number
  readonly limits: RolloutLimits
  readonly fresh: ScaledSet
  /** Oldest first. */
  readonly old: readonly ScaledSet[]
}

export interface RolloutLimits {
  readonly surge: number
  readonly unavailable: number
}

/** A change of one ReplicaSet's replicas. */
export interface Scaling {
  readonly name: string
  readonly to: number
}

/** maxSurge rounds up and maxUnavailable down; both 0 would never move, so unavailable is then 1. */
export function rolloutLimits(deployment: Deployment): RolloutLimits {
  const { strategy, replicas } = deployment.spec
  if (strategy.type === 'Recreate') return { surge: 0, unavailable: 0 }
  const surge = shareOf(strategy.rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil)
  const unavailable = Math.min(shareOf(strategy.rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor), replicas)
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

/** The next step of a rolling update: one scale-up, or else some scale-downs; none when it has to wait or is done. */
export function planRollingUpdate(input: RolloutInput): readonly Scaling[] {
  const up = planUp(input)
  return up ? [up] : planDown(input)
}

/** How to grow or shrink in the middle of a rollout: every set in proportion to its size, the largest first. */
export function planProportionalScaling({ replicas, limits, fresh, old }: RolloutInput): readonly Scaling[] {
  const active = [...old, fresh].filter(set => set.replicas > 0)
  const total = active.reduce((sum, set) => sum + set.replicas, 0)
  const allowed = replicas > 0 ? replicas + limits.surge : 0
  let left = allowed - total
  if (left === 0) return []
  // Ties: the newer set first when growing, the older when shrinking.
  const ordered = active.map((set, age) => ({ set, age }))
  ordered.sort((a, b) => b.set.replicas - a.set.replicas || (left > 0 ? b.age - a.age : a.age - b.age))
  const result = ordered.map(({ set }) => {
    const share = Math.round((set.replicas * allowed) / (set.maxReplicas ?? replicas)) - set.replicas
    const take = left > 0 ? Math.min(Math.max(share, 0), left) : Math.max(Math.min(share, 0), left)
    left -= take
    return { name: set.name, to: set.replicas + take }
  })
  const first = result[0]
  if (first && left !== 0) result[0] = { name: first.name, to: Math.max(0, first.to + left) }
  return result.filter(({ name, to }) => active.some(set => set.name === name && set.replicas !== to))
}

function planUp({ replicas, limits, fresh, old }: RolloutInput): Scaling | undefined {
  if (fresh.replicas === replicas) return undefined
  if (fresh.replicas > replicas) return { name: fresh.name, to: replicas }
  const total = sum(old, set => set.replicas) + fresh.replicas
  const room = replicas + limits.surge - total
  if (room <= 0) return undefined
  return { name: fresh.name, to: fresh.replicas + Math.min(room, replicas - fresh.replicas) }
}

function planDown({ replicas, limits, fresh, old }: RolloutInput): readonly Scaling[] {
  const oldTotal = sum(old, set => set.replicas)
  if (oldTotal === 0) return []
  const minAvailable = replicas - limits.unavailable
  const budget = oldTotal + fresh.replicas - minAvailable - (fresh.replicas - fresh.available)
  if (budget <= 0) return []
  const to = new Map(old.map(set => [set.name, set.replicas] as const))
  const shrink = (set: ScaledSet, by: number): void => void to.set(set.name, (to.get(set.name) ?? 0) - by)

  // First what serves nobody anyway.
  let left = budget
  for (const set of old) {
    const by = Math.min(left, Math.max(0, set.replicas - set.available))
    if (by > 0) shrink(set, by)
    left -= by
  }
  // Then as many as can be spared.
  let spare = sum(old, set => set.available) + fresh.available - minAvailable
  for (const set of old) {
    if (spare <= 0) break
    const by = Math.min(to.get(set.name) ?? 0, spare)
    if (by > 0) shrink(set, by)
    spare -= by
  }
  return old.flatMap(set => {
    const target = to.get(set.name)
    invariant(target !== undefined, `ReplicaSet ${set.name} lost from its plan`)
    return target === set.replicas ? [] : [{ name: set.name, to: target }]
  })
}

function sum(sets: readonly ScaledSet[], of: (set: ScaledSet) => number): number {
  return sets.reduce((total, set) => total + of(set), 0)
}
