// How a Deployment moves its replicas from old ReplicaSets to the new one, a step at a time, after pkg/controller/deployment
// rolling.go, recreate.go and sync.go. Counts are those of the specs: terminating Pods are invisible to a rollout. Pure.

import type { Deployment } from '../../api/deployment/deployment.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { shareOf } from '../runtime/counts.ts'

/** A ReplicaSet as the plan sees it. */
export interface ScaledSet {
  readonly name: string
  /** spec.replicas. */
  readonly replicas: number
  /** status.availableReplicas. */
  readonly available: number
  /** The annotation deployment.kubernetes.io/max-replicas: replicas and surge when it was last scaled; 0 when there is none. */
  readonly maxReplicas: number
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
  return surge === 0 && unavailable === 0 && replicas > 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

/** With how many replicas the ReplicaSet of a new template begins. */
export function replicasOfNewSet(deployment: Deployment, old: readonly ReplicaSet[]): number {
  const { replicas, strategy } = deployment.spec
  if (strategy.type === 'Recreate') return replicas
  const room = replicas + rolloutLimits(deployment).surge - old.reduce((total, { spec }) => total + spec.replicas, 0)
  return Math.max(0, Math.min(room, replicas))
}

/**
 * The next step of a rolling update: one scale-up, or else some scale-downs; none when it has to wait or is done. A set can be
 * named twice: once for its Pods that serve nobody, and then for those that can be spared.
 */
export function planRollingUpdate(input: RolloutInput): readonly Scaling[] {
  const up = planUp(input)
  return up ? [up] : planDown(input)
}

export interface ProportionInput {
  readonly replicas: number
  readonly limits: RolloutLimits
  /** Oldest first. */
  readonly sets: readonly ScaledSet[]
  /** status.replicas of the Deployment: the size before, where a set does not say. */
  readonly seen: number
}

/** How to grow or shrink in the middle of a rollout: every set in proportion to its size, the largest first. */
export function planProportionalScaling({ replicas, limits, sets, seen }: ProportionInput): readonly Scaling[] {
  const active = sets.filter(set => set.replicas > 0)
  const allowed = replicas > 0 ? replicas + limits.surge : 0
  const toAdd = allowed - sum(active, set => set.replicas)
  // Ties: the newer set first when growing, the older when shrinking.
  const ordered = active.map((set, age) => ({ set, age }))
  ordered.sort((a, b) => b.set.replicas - a.set.replicas || (toAdd > 0 ? b.age - a.age : a.age - b.age))
  let left = toAdd
  const scaled = ordered.map(({ set }) => {
    const share = left === 0 ? 0 : shareOfSet(set, { allowed, seen })
    const by = toAdd > 0 ? Math.min(share, left) : Math.max(share, left)
    left -= by
    return { name: set.name, to: set.replicas + by }
  })
  return scaled.map((scaling, index) => (index === 0 ? { ...scaling, to: Math.max(0, scaling.to + left) } : scaling))
}

function shareOfSet(
  { replicas, maxReplicas }: ScaledSet,
  { allowed, seen }: { readonly allowed: number; readonly seen: number },
): number {
  if (allowed === 0) return -replicas
  const before = maxReplicas || seen
  return before === 0 ? 0 : Math.round((replicas * allowed) / before) - replicas
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
  const plan: Scaling[] = []
  const shrink = ({ name }: ScaledSet, by: number): void => {
    const target = (to.get(name) ?? 0) - by
    to.set(name, target)
    plan.push({ name, to: target })
  }

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
  return plan
}

function sum(sets: readonly ScaledSet[], of: (set: ScaledSet) => number): number {
  return sets.reduce((total, set) => total + of(set), 0)
}
