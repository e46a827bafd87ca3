// Why a Deployment moved replicas of one ReplicaSet, or did not: by the same sums as the plan of the rollout. Pure.

import type { Deployment } from '../../api/deployment/deployment.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { findCondition } from '../runtime/conditions.ts'
import type { DecisionDraft, DecisionOf } from '../runtime/decision.ts'
import type { ProportionInput, RolloutInput } from './plan-rollout.ts'

type ScaledBecause = DecisionOf<'replicaset-scaled'>

/** One ReplicaSet on its way from one number to another, of a Deployment that wants `replicas`. */
export interface Scaled {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly replicas: number
}

export type WhyScaled = (scaled: Scaled) => ScaledBecause

export const whyAsked: WhyScaled = ({ from, to, replicas }) => ({ rule: 'replicas-asked', from, to, replicas })
export const whyOldGoes: WhyScaled = ({ from, to }) => ({ rule: 'old-first', from, to })
export const whyNewComes: WhyScaled = ({ from, to }) => ({ rule: 'old-gone', from, to })

/** A step of a rolling update. */
export function whyRolled({ limits, fresh, old }: RolloutInput): WhyScaled {
  return ({ name, from, to, replicas }) => {
    if (name === fresh.name) {
      if (from > replicas) return { rule: 'replicas-asked', from, to, replicas }
      return { rule: 'room-to-grow', from, to, total: sum([...old, fresh], 'replicas'), max: replicas + limits.surge }
    }
    const available = old.find(set => set.name === name)?.available ?? 0
    if (to >= available) return { rule: 'serves-nobody', from, to, available }
    return {
      rule: 'can-be-spared',
      from,
      to,
      available: sum([...old, fresh], 'available'),
      min: replicas - limits.unavailable,
    }
  }
}

/** Another number of replicas in the middle of a rollout. */
export function whyShared({ replicas, limits, sets }: ProportionInput): WhyScaled {
  const allowed = replicas > 0 ? replicas + limits.surge : 0
  return ({ from, to }) => ({ rule: 'share-of-surge', from, to, total: sum(sets, 'replicas'), allowed })
}

/** Why a rolling update does nothing for now; undefined when there is nothing left to do. */
export function rolloutWaits(deployment: Deployment, input: RolloutInput): DecisionDraft | undefined {
  const { replicas, limits, fresh, old } = input
  if (fresh.replicas === replicas && sum(old, 'replicas') === 0) return undefined
  const because = {
    rule: 'no-room',
    total: sum([...old, fresh], 'replicas'),
    max: replicas + limits.surge,
    available: sum([...old, fresh], 'available'),
    min: replicas - limits.unavailable,
  } as const
  return { code: 'rollout-waits', about: deployment, because, once: true }
}

/** What a new status says of the rollout that the one before did not: that it is over, or given up. */
export function rolloutEnded(
  deployment: Deployment,
  status: NonNullable<Deployment['status']>,
): DecisionDraft | undefined {
  const reason = findCondition(status.conditions, 'Progressing')?.reason
  if (reason === findCondition(deployment.status?.conditions, 'Progressing')?.reason) return undefined
  const { replicas, progressDeadlineSeconds: seconds = 600 } = deployment.spec
  if (reason === 'ProgressDeadlineExceeded')
    return { code: 'rollout-failed', about: deployment, because: { rule: 'deadline-passed', seconds } }
  if (reason === 'NewReplicaSetAvailable')
    return { code: 'rollout-done', about: deployment, because: { rule: 'all-available', replicas } }
  return undefined
}

export function setMade(deployment: Deployment, set: ReplicaSet, revision: number): DecisionDraft {
  const because = { rule: 'template-new', revision, replicas: set.spec.replicas } as const
  return { code: 'replicaset-made', about: deployment, because, related: [set] }
}

export function setReused(deployment: Deployment, set: ReplicaSet, revision: number): DecisionDraft {
  return { code: 'replicaset-reused', about: deployment, because: { rule: 'template-known', revision }, related: [set] }
}

function sum<K extends string>(sets: readonly { readonly [key in K]: number }[], of: K): number {
  return sets.reduce((total, set) => total + set[of], 0)
}
