// What a Deployment says about itself, after pkg/controller/deployment progress.go and util: counts, and the conditions
// Available, Progressing and ReplicaFailure. One whose status or reason changed moves to the end of the list. Pure.

import type { Deployment } from '../../api/deployment/deployment.ts'
import type { Condition } from '../../api/meta.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { formatTimestamp, parseTimestamp } from '../../kernel/timestamp.ts'
import { findCondition } from '../runtime/conditions.ts'
import { positive } from '../runtime/counts.ts'
import { rolloutLimits } from './plan-rollout.ts'

export type DeploymentStatus = NonNullable<Deployment['status']>

export interface StatusInput {
  readonly deployment: Deployment
  readonly fresh: ReplicaSet | undefined
  readonly old: readonly ReplicaSet[]
  readonly wallMs: number
}

interface Progress {
  readonly status: Condition['status']
  readonly reason: string
  readonly message: string
}

/** A deadline of the largest int32 is none. */
const NO_DEADLINE = 2_147_483_647

/** Whether anybody waits for progress, and so whether the condition Progressing is kept at all. */
export function hasDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NO_DEADLINE
}

/** The counts and whether enough is available: all that is said while a Deployment is paused, scaled or deleted. */
export function countedStatus({ deployment, fresh, old, wallMs }: StatusInput): DeploymentStatus {
  const { collisionCount, conditions } = deployment.status ?? {}
  const counts = countReplicas(fresh, old)
  const isEnough = (counts.availableReplicas ?? 0) >= deployment.spec.replicas - rolloutLimits(deployment).unavailable
  const available: Condition = {
    type: 'Available',
    status: isEnough ? 'True' : 'False',
    reason: isEnough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${isEnough ? 'has' : 'does not have'} minimum availability.`,
  }
  return {
    observedGeneration: deployment.metadata.generation,
    ...counts,
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withDeploymentCondition(conditions, available, wallMs),
  }
}

/** The status in a rollout: how it goes, besides, and whether Pods are refused. Equal to the old one when nothing changed. */
export function rolloutStatus(input: StatusInput): DeploymentStatus {
  const counted = countedStatus(input)
  const conditions = withFailure(input, progressConditions(input, counted))
  return { ...counted, conditions }
}

/** All replicas are of the new template and available, no old one is left, and the status speaks of this very spec. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const { replicas } = deployment.spec
  return (
    (status?.updatedReplicas ?? 0) === replicas &&
    (status?.replicas ?? 0) === replicas &&
    (status?.availableReplicas ?? 0) === replicas &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}

/** Reasons under which no progress is awaited: there is none to come, or it was given up. */
const ENDED: ReadonlySet<string | undefined> = new Set(['NewReplicaSetAvailable', 'ProgressDeadlineExceeded'])

/** When progress will have taken too long, ms since 1970; undefined when none is awaited. */
export function deadlineOf(deployment: Deployment, status: DeploymentStatus | undefined): number | undefined {
  const current = findCondition(status?.conditions, 'Progressing')
  if (!hasDeadline(deployment) || !current || ENDED.has(current.reason)) return undefined
  if (isComplete(deployment, status)) return undefined
  const since = parseTimestamp(current.lastUpdateTime ?? '')
  return since === undefined ? undefined : since + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000
}

/** The Deployment with another word on its progress; the very same where it says so already. */
export function withProgress(deployment: Deployment, progress: Progress, wallMs: number): Deployment {
  const before = deployment.status?.conditions
  const conditions = withDeploymentCondition(before, { type: 'Progressing', ...progress }, wallMs)
  return conditions === before ? deployment : { ...deployment, status: { ...deployment.status, conditions } }
}

/** The Deployment with the word that a rollout is put on hold, or goes on; one that was given up keeps saying so. */
export function withHold(deployment: Deployment, wallMs: number): Deployment {
  const reason = findCondition(deployment.status?.conditions, 'Progressing')?.reason
  const isPaused = deployment.spec.paused ?? false
  if (!hasDeadline(deployment) || reason === 'ProgressDeadlineExceeded') return deployment
  if ((reason === 'DeploymentPaused') === isPaused) return deployment
  const [word, message] = isPaused ? ['Paused', 'Deployment is paused'] : ['Resumed', 'Deployment is resumed']
  return withProgress(deployment, { status: 'Unknown', reason: `Deployment${word}`, message }, wallMs)
}

function countReplicas(fresh: ReplicaSet | undefined, old: readonly ReplicaSet[]): DeploymentStatus {
  const all = fresh ? [...old, fresh] : old
  const sum = (of: (set: ReplicaSet) => number | undefined): number =>
    all.reduce((total, set) => total + (of(set) ?? 0), 0)
  const availableReplicas = sum(set => set.status?.availableReplicas)
  return positive({
    replicas: sum(set => set.status?.replicas),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sum(set => set.status?.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, sum(set => set.spec.replicas) - availableReplicas),
  })
}

function progressConditions({ deployment, fresh, wallMs }: StatusInput, counted: DeploymentStatus): Conditions {
  const { conditions = [] } = counted
  const others = conditions.filter(({ type }) => type !== 'Progressing')
  if (!hasDeadline(deployment)) return others
  const current = findCondition(conditions, 'Progressing')
  // Nothing is rolled out: this is a change of scale, or a Pod that comes and goes.
  const isSettled = (counted.replicas ?? 0) === (counted.updatedReplicas ?? 0)
  if (isSettled && current?.reason === 'NewReplicaSetAvailable') return conditions
  const put = (status: Condition['status'], reason: string, what: string, among: Conditions = conditions): Conditions =>
    withDeploymentCondition(among, { type: 'Progressing', status, reason, message: `${subject} ${what}` }, wallMs)
  const subject = fresh ? `ReplicaSet "${fresh.metadata.name}"` : `Deployment "${deployment.metadata.name}"`
  if (isComplete(deployment, counted)) return put('True', 'NewReplicaSetAvailable', 'has successfully progressed.')
  if (hasProgressed(deployment.status ?? {}, counted)) {
    // Progress that goes on under the same reason moves the time from which the deadline counts, and that alone.
    const renewed = put('True', 'ReplicaSetUpdated', 'is progressing.', others)
    if (current?.status !== 'True') return renewed
    const { lastTransitionTime } = current
    return renewed.map(one => (one.type === 'Progressing' ? { ...one, lastTransitionTime } : one))
  }
  const deadlineMs = deadlineOf(deployment, counted)
  if (deadlineMs === undefined || wallMs <= deadlineMs) return conditions
  return put('False', 'ProgressDeadlineExceeded', 'has timed out progressing.')
}

function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = before
  const oldNow = (now.replicas ?? 0) - (now.updatedReplicas ?? 0)
  return (
    (now.updatedReplicas ?? 0) > updatedReplicas ||
    oldNow < replicas - updatedReplicas ||
    (now.readyReplicas ?? 0) > readyReplicas ||
    (now.availableReplicas ?? 0) > availableReplicas
  )
}

/** The refusal of a Pod that a ReplicaSet speaks of, the new one's before those of the others. */
function withFailure({ fresh, old, wallMs }: StatusInput, conditions: Conditions): Conditions {
  const failure = [fresh, ...old]
    .map(set => findCondition(set?.status?.conditions, 'ReplicaFailure'))
    .find(found => found !== undefined)
  if (!failure) return conditions.filter(({ type }) => type !== 'ReplicaFailure')
  return withDeploymentCondition(conditions, failure, wallMs)
}

type Conditions = readonly Condition[]

/** Nothing is new where status and reason are what they were. A condition that has a time of its own keeps it. */
function withDeploymentCondition(conditions: Conditions = [], next: Condition, wallMs: number): Conditions {
  const before = findCondition(conditions, next.type)
  if (before && before.status === next.status && before.reason === next.reason) return conditions
  const lastUpdateTime = next.lastTransitionTime ?? formatTimestamp(wallMs)
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : lastUpdateTime
  return [...conditions.filter(({ type }) => type !== next.type), { ...next, lastUpdateTime, lastTransitionTime }]
}
