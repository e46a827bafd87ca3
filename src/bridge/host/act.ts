// What a user does by button and key → commands to the cluster. A refusal is a sentence; what became of the act is seen in
// the views.

import type { Cluster, ExecutableCommand, Pod, ScalableKind, StoreClient } from '../../engine/index.ts'
import type { Action } from '../../protocol/index.ts'
import { parseViewId, viewId, type ViewName } from './view-ids.ts'

/** The workload whose replicas a user means. */
interface Workload {
  readonly kind: ScalableKind
  readonly namespace: string
  readonly name: string
}

type ExecuteMark = 'pod-killed' | 'readiness-failed' | 'readiness-restored'

export type ActPlan =
  | { readonly type: 'command'; readonly command: ExecutableCommand; readonly mark?: ExecuteMark | undefined }
  | { readonly type: 'scale'; readonly workload: Workload; readonly replicas: number }
  | { readonly type: 'refuse'; readonly message: string }

interface ObjectAct {
  readonly kind: 'Pod' | 'Node'
  readonly command: (name: ViewName) => ExecutableCommand
  readonly mark?: ExecuteMark
}

type ObjectActType = Exclude<Action['type'], 'scale' | 'start-client' | 'stop-client'>

const OBJECT_ACTS: { readonly [T in ObjectActType]: ObjectAct } = {
  'kill-pod': {
    kind: 'Pod',
    command: ({ namespace, name }) => ({ type: 'kill-pod', namespace, name }),
    mark: 'pod-killed',
  },
  'fail-readiness': {
    kind: 'Pod',
    command: ({ namespace, name }) => ({ type: 'set-readiness', namespace, name, fails: true }),
    mark: 'readiness-failed',
  },
  'restore-readiness': {
    kind: 'Pod',
    command: ({ namespace, name }) => ({ type: 'set-readiness', namespace, name, fails: false }),
    mark: 'readiness-restored',
  },
  'kill-node': { kind: 'Node', command: ({ name }) => ({ type: 'set-power', node: name, on: false }) },
  'revive-node': { kind: 'Node', command: ({ name }) => ({ type: 'set-power', node: name, on: true }) },
  'shut-down-node': { kind: 'Node', command: ({ name }) => ({ type: 'shut-down', node: name }) },
  'stop-kubelet': { kind: 'Node', command: ({ name }) => ({ type: 'set-kubelet', node: name, on: false }) },
  'start-kubelet': { kind: 'Node', command: ({ name }) => ({ type: 'set-kubelet', node: name, on: true }) },
  'break-network': { kind: 'Node', command: ({ name }) => ({ type: 'set-network', node: name, on: false }) },
  'mend-network': { kind: 'Node', command: ({ name }) => ({ type: 'set-network', node: name, on: true }) },
  'cut-off-node': { kind: 'Node', command: ({ name }) => ({ type: 'set-link', node: name, on: false }) },
  'reconnect-node': { kind: 'Node', command: ({ name }) => ({ type: 'set-link', node: name, on: true }) },
  cordon: { kind: 'Node', command: ({ name }) => ({ type: 'set-cordon', node: name, cordoned: true }) },
  uncordon: { kind: 'Node', command: ({ name }) => ({ type: 'set-cordon', node: name, cordoned: false }) },
  drain: { kind: 'Node', command: ({ name }) => ({ type: 'drain', node: name }) },
}

/** What an action comes down to; reads the cluster, changes nothing. */
export function planAct(action: Action, { store, traffic }: Pick<Cluster, 'store' | 'traffic'>): ActPlan {
  if (action.type === 'start-client') {
    const { name, node, to, port, rate } = action
    const spec = { from: `Client/${name}`, node, to, port, rate }
    return { type: 'command', command: { type: 'start-traffic', spec } }
  }
  const named = parseViewId(action.id)
  if (!named) return refuse(`"${action.id}" names nothing`)
  if (action.type === 'scale') return planScale(named, action.replicas, store)
  if (action.type === 'stop-client') {
    const client = named.kind === 'Client' && traffic.clients().find(one => one.name === named.name)
    if (!client) return refuse(`no client is called "${named.name}"`)
    return { type: 'command', command: { type: 'stop-traffic', id: client.id } }
  }
  const { kind, command, mark } = OBJECT_ACTS[action.type]
  if (named.kind !== kind) return refuse(`${action.type} is for a ${kind}, not for a ${named.kind}`)
  return { type: 'command', command: command(named), mark }
}

function planScale(named: ViewName, replicas: number, store: StoreClient): ActPlan {
  const { kind, namespace, name } = named
  if (kind === 'Deployment' || kind === 'ReplicaSet' || kind === 'StatefulSet')
    return { type: 'scale', workload: { kind, namespace, name }, replicas }
  if (kind !== 'Pod') return refuse(`scale is for a workload or a Pod of one, not for a ${kind}`)
  const pod = store.get('Pod', namespace, name)
  if (!pod) return refuse(`pods "${name}" not found`)
  const workload = workloadOf(pod, store)
  return workload
    ? { type: 'scale', workload, replicas }
    : refuse(`Pod "${name}" belongs to no workload that can be scaled`)
}

function workloadOf(pod: Pod, store: StoreClient): Workload | undefined {
  const namespace = pod.metadata.namespace ?? ''
  const owner = pod.metadata.ownerReferences?.find(reference => reference.controller)
  if (owner?.kind === 'StatefulSet') return { kind: owner.kind, namespace, name: owner.name }
  if (owner?.kind !== 'ReplicaSet') return undefined
  const replicaSet = store.get('ReplicaSet', namespace, owner.name)
  const above = replicaSet?.metadata.ownerReferences?.find(reference => reference.controller)
  if (above?.kind === 'Deployment') return { kind: 'Deployment', namespace, name: above.name }
  return replicaSet && { kind: 'ReplicaSet', namespace, name: owner.name }
}

/** Which view an action is about. */
export function aboutOf(action: Action): string {
  return action.type === 'start-client' ? viewId('Client', '', action.name) : action.id
}

function refuse(message: string): ActPlan {
  return { type: 'refuse', message }
}
