// How far a rollout has come, in the words of kubectl's status viewers for the three kinds that have one.

import { failure } from './failures.ts'
import { listAt, numberAt, textAt, valueAt, type Fields } from './fields.ts'

export interface RolloutState {
  readonly message: string
  readonly done: boolean
}

export function rolloutState(kind: string, object: Fields): RolloutState {
  switch (kind) {
    case 'Deployment':
      return deployment(object)
    case 'DaemonSet':
      return daemonSet(object)
    case 'StatefulSet':
      return statefulSet(object)
    default:
      throw failure(`no status viewer has been implemented for ${kind}`)
  }
}

function waiting(message: string): RolloutState {
  return { message, done: false }
}

function isObserved(object: Fields): boolean {
  return numberAt(object, 'metadata', 'generation') <= numberAt(object, 'status', 'observedGeneration')
}

function deployment(object: Fields): RolloutState {
  const name = textAt(object, 'metadata', 'name')
  if (!isObserved(object)) return waiting('Waiting for deployment spec update to be observed...')
  const progressing = listAt(object, 'status', 'conditions').find(one => textAt(one, 'type') === 'Progressing')
  if (textAt(progressing, 'reason') === 'ProgressDeadlineExceeded') {
    throw failure(`deployment "${name}" exceeded its progress deadline`)
  }
  const wanted = numberAt(object, 'spec', 'replicas')
  const updated = numberAt(object, 'status', 'updatedReplicas')
  const all = numberAt(object, 'status', 'replicas')
  const available = numberAt(object, 'status', 'availableReplicas')
  const finish = `Waiting for deployment "${name}" rollout to finish:`
  if (updated < wanted) return waiting(`${finish} ${updated} out of ${wanted} new replicas have been updated...`)
  if (all > updated) return waiting(`${finish} ${all - updated} old replicas are pending termination...`)
  if (available < updated) return waiting(`${finish} ${available} of ${updated} updated replicas are available...`)
  return { message: `deployment "${name}" successfully rolled out`, done: true }
}

function daemonSet(object: Fields): RolloutState {
  const name = textAt(object, 'metadata', 'name')
  refuseOnDelete(object)
  if (!isObserved(object)) return waiting('Waiting for daemon set spec update to be observed...')
  const wanted = numberAt(object, 'status', 'desiredNumberScheduled')
  const updated = numberAt(object, 'status', 'updatedNumberScheduled')
  const available = numberAt(object, 'status', 'numberAvailable')
  const finish = `Waiting for daemon set "${name}" rollout to finish:`
  if (updated < wanted) return waiting(`${finish} ${updated} out of ${wanted} new pods have been updated...`)
  if (available < wanted) return waiting(`${finish} ${available} of ${wanted} updated pods are available...`)
  return { message: `daemon set "${name}" successfully rolled out`, done: true }
}

function statefulSet(object: Fields): RolloutState {
  refuseOnDelete(object)
  if (!isObserved(object)) return waiting('Waiting for statefulset spec update to be observed...')
  const wanted = numberAt(object, 'spec', 'replicas')
  const ready = numberAt(object, 'status', 'readyReplicas')
  const updated = numberAt(object, 'status', 'updatedReplicas')
  if (ready < wanted) return waiting(`Waiting for ${wanted - ready} pods to be ready...`)
  const partition = valueAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition')
  if (typeof partition === 'number') {
    const due = wanted - partition
    if (updated < due) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updated} out of ${due} new pods have been updated...`,
      )
    }
    return { message: `partitioned roll out complete: ${updated} new pods have been updated...`, done: true }
  }
  const revision = textAt(object, 'status', 'updateRevision')
  if (revision !== textAt(object, 'status', 'currentRevision')) {
    return waiting(`waiting for statefulset rolling update to complete ${updated} pods at revision ${revision}...`)
  }
  const current = numberAt(object, 'status', 'currentReplicas')
  return { message: `statefulset rolling update complete ${current} pods at revision ${revision}...`, done: true }
}

function refuseOnDelete(object: Fields): void {
  if (textAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') {
    throw failure('rollout status is only available for RollingUpdate strategy type')
  }
}
