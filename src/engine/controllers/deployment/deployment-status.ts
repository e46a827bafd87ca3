// What a Deployment says about itself, after pkg/controller/deployment progress.go and util: counts, and the conditions
// Available, Progressing and ReplicaFailure. One whose status or reason changed moves to the end of the list. Pure.

import type { Deployment } from '../../api/deployment/deployment.ts'
import type { Condition } from '../../api/meta.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { formatTimestamp, parseTimestamp } from '../../kernel/timestamp.ts'
import { findCondition } from '../runtime/conditions.ts'
import { positive } from '../runtime/counts.ts'
import { rolloutLimits } from './plan-rollout.ts'

/** Reasons under which no progress is awaited. */
const ENDED: ReadonlySet<string | undefined> = new Set(['NewReplicaSetAvailable', 'DeploymentPaused'])

export type DeploymentStatus = NonNullable<Deployment['status']>

export interface StatusInput {
  readonly deployment: Deployment
  readonly fresh: ReplicaSet | undefined
  readonly old: readonly ReplicaSet[]
  /** What just happened to the new ReplicaSet in this sync. */
  readonly news: 'created' | 'found' | 'reused' | undefined
  readonly wallMs: number
}

export interface StatusOutcome {
  readonly status: DeploymentStatus
  /** When progress will have taken too long, ms since 1970; undefined when nothing is awaited. */
  readonly deadlineMs: number | undefined
}

/** The new status. With nothing changed it equals the old one, so that no write follows. */
export function deploymentStatus({ deployment, fresh, old, news, wallMs }: StatusInput): StatusOutcome {
  const counts = countReplicas(fresh, old)
  let conditions = deployment.status?.conditions ?? []
  const put = (condition: Omit<Condition, 'lastUpdateTime' | 'lastTransitionTime'>): void => {
    conditions = withDeploymentCondition(conditions, condition, wallMs)
  }
  const minAvailable = deployment.spec.replicas - rolloutLimits(deployment).unavailable
  put(
    (counts.availableReplicas ?? 0) >= minAvailable
      ? {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
  )
  const progress = progressCondition({ deployment, counts, fresh, conditions, news, wallMs })
  if (progress) {
    // Progress that goes on under the same reason moves the time from which the deadline counts.
    const since = progress.renew ? findCondition(conditions, 'Progressing') : undefined
    if (since) conditions = conditions.filter(({ type }) => type !== 'Progressing')
    put(progress.condition)
    if (since?.status === progress.condition.status) {
      const { lastTransitionTime } = since
      conditions = conditions.map(one => (one.type === 'Progressing' ? { ...one, lastTransitionTime } : one))
    }
  }
  const failure = [fresh, ...old]
    .map(set => findCondition(set?.status?.conditions, 'ReplicaFailure'))
    .find(found => found)
  if (failure) put({ type: 'ReplicaFailure', status: failure.status, reason: failure.reason, message: failure.message })
  else conditions = conditions.filter(({ type }) => type !== 'ReplicaFailure')
  const collisionCount = deployment.status?.collisionCount
  const status = {
    observedGeneration: deployment.metadata.generation,
    ...counts,
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions,
  }
  return { status, deadlineMs: isComplete(deployment, counts) ? undefined : deadlineOf(deployment, conditions) }
}

/** All replicas are of the new template, and available, and no old one is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const { replicas } = deployment.spec
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas
  )
}

interface Progress {
  readonly condition: Condition
  /** Progress under the same reason: only the time of the update moves. */
  readonly renew: boolean
}

type Counts = Pick<
  DeploymentStatus,
  'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas' | 'unavailableReplicas'
>

function countReplicas(fresh: ReplicaSet | undefined, old: readonly ReplicaSet[]): Counts {
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

function progressCondition({
  deployment,
  counts,
  fresh,
  conditions,
  news,
  wallMs,
}: {
  readonly deployment: Deployment
  readonly counts: Counts
  readonly fresh: ReplicaSet | undefined
  readonly conditions: readonly Condition[]
  readonly news: StatusInput['news']
  readonly wallMs: number
}): Progress | undefined {
  const current = findCondition(conditions, 'Progressing')
  const name = fresh?.metadata.name ?? deployment.metadata.name
  if (news === 'created') return progressing('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`)
  if (news === 'found' && !current) return progressing('True', 'FoundNewReplicaSet', `Found new replica set "${name}"`)
  const hold = holdCondition(deployment, current)
  if (hold || deployment.spec.paused) return hold
  const before = deployment.status ?? {}
  if (isComplete(deployment, counts)) {
    return current?.reason === 'NewReplicaSetAvailable' && news === undefined
      ? undefined
      : progressing('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`)
  }
  const oldBefore = (before.replicas ?? 0) - (before.updatedReplicas ?? 0)
  const oldNow = (counts.replicas ?? 0) - (counts.updatedReplicas ?? 0)
  const progressed =
    news === 'reused' ||
    (counts.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldNow < oldBefore ||
    (counts.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (counts.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  if (progressed)
    return progressing(
      'True',
      'ReplicaSetUpdated',
      `ReplicaSet "${name}" is progressing.`,
      current?.reason === 'ReplicaSetUpdated',
    )
  const deadlineMs = deadlineOf(deployment, conditions)
  if (deadlineMs === undefined || wallMs < deadlineMs) return undefined
  return progressing('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`)
}

/** That a rollout is put on hold, or goes on; one that was given up for lack of progress keeps saying so. */
function holdCondition({ spec }: Deployment, current: Condition | undefined): Progress | undefined {
  const { reason } = current ?? {}
  if (reason === 'ProgressDeadlineExceeded' || (reason === 'DeploymentPaused') === (spec.paused ?? false))
    return undefined
  return spec.paused
    ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused')
    : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed')
}

function deadlineOf(deployment: Deployment, conditions: readonly Condition[]): number | undefined {
  const current = findCondition(conditions, 'Progressing')
  const seconds = deployment.spec.progressDeadlineSeconds ?? 600
  if (!current || current.status === 'False' || ENDED.has(current.reason)) return undefined
  const since = parseTimestamp(current.lastUpdateTime ?? '')
  return since === undefined ? undefined : since + seconds * 1000
}

function withDeploymentCondition(
  conditions: readonly Condition[],
  next: Condition,
  wallMs: number,
): readonly Condition[] {
  const before = findCondition(conditions, next.type)
  if (before && before.status === next.status && before.reason === next.reason) return conditions
  const now = formatTimestamp(wallMs)
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : now
  return [...conditions.filter(({ type }) => type !== next.type), { ...next, lastUpdateTime: now, lastTransitionTime }]
}

function progressing(status: Condition['status'], reason: string, message: string, renew = false): Progress {
  return { condition: { type: 'Progressing', status, reason, message }, renew }
}
