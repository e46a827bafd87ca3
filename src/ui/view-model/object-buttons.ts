// The buttons of a selected card: always the same ones for a kind, each enabled only while it makes sense, with the
// reason when it does not. Pure.

import type { Action, ClientView, NodeView, PodView, View, WorkloadView } from '../../protocol/index.ts'
import type { MessageKey } from '../i18n/index.ts'
import type { ClusterFacts } from './cluster-facts.ts'

export interface ObjectButton {
  readonly label: MessageKey
  /** What a press sends; null where it opens a field first (Scale). */
  readonly action: Action | null
  /** Why it cannot be pressed, or null. */
  readonly disabled: MessageKey | null
  readonly harm: boolean
}

export interface ScaleTarget {
  readonly name: string
  readonly replicas: number
}

export function objectButtons(view: View, facts: ClusterFacts): readonly ObjectButton[] {
  switch (view.kind) {
    case 'Pod':
      return podButtons(view, facts)
    case 'Node':
      return nodeButtons(view)
    case 'Client':
      return [{ label: 'button.stop', action: { type: 'stop-client', id: view.id }, disabled: null, harm: false }]
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
      return [{ label: 'button.scale', action: null, disabled: null, harm: false }]
    case 'Service':
    case 'EndpointSlice':
    case 'Endpoints':
    case 'DaemonSet':
      return []
  }
}

function podButtons(pod: PodView, facts: ClusterFacts): readonly ObjectButton[] {
  const { id } = pod
  const gone: MessageKey | null = pod.terminating ? 'why.alreadyLeaving' : null
  const noProcess: MessageKey | null = pod.alive ? gone : (gone ?? 'why.hasNoProcess')
  const direct = directCall(pod, facts)
  return [
    { label: 'button.kill', action: { type: 'kill-pod', id }, disabled: gone, harm: true },
    {
      label: 'button.failReadiness',
      action: { type: 'fail-readiness', id },
      disabled: noProcess ?? (pod.readinessFails ? 'why.readinessFails' : null),
      harm: true,
    },
    {
      label: 'button.restoreReadiness',
      action: { type: 'restore-readiness', id },
      disabled: pod.readinessFails ? null : 'why.readinessFine',
      harm: false,
    },
    {
      label: 'button.scale',
      action: null,
      disabled: scaleTarget(pod, facts) === null ? 'why.noOwner' : null,
      harm: false,
    },
    {
      label: 'button.callDirectly',
      action: typeof direct === 'string' ? null : direct,
      disabled: typeof direct === 'string' ? direct : null,
      harm: false,
    },
  ]
}

/** The workload whose replicas the Scale button of a view sets, or null. */
export function scaleTarget(view: View, facts: ClusterFacts): ScaleTarget | null {
  if (isScalable(view)) return { name: view.name, replicas: view.replicas }
  if (view.kind !== 'Pod' || view.owner === null) return null
  const owner = facts.views.get(`${view.owner.kind}/${view.namespace}/${view.owner.name}`)
  return owner && isScalable(owner) ? { name: owner.name, replicas: owner.replicas } : null
}

function isScalable(view: View): view is WorkloadView {
  return view.kind === 'Deployment' || view.kind === 'ReplicaSet' || view.kind === 'StatefulSet'
}

const KEEPER_RATE = 2

/** A client that keeps this Pod's IP: from another Node than the Pod's where one has power, or why there can be none. */
function directCall(pod: PodView, facts: ClusterFacts): Extract<Action, { type: 'start-client' }> | MessageKey {
  if (pod.ip === '') return 'why.noAddress'
  const port = podPort(pod, facts)
  if (port === null) return 'why.noPort'
  const alive = facts.nodes.filter(node => node.simulated && node.power)
  const node = alive.find(one => one.name !== pod.node) ?? alive[0]
  if (node === undefined) return 'why.noClientNode'
  return { type: 'start-client', name: keeperName(facts.clients), node: node.name, to: pod.ip, port, rate: KEEPER_RATE }
}

/** The port number under which a slice lists the Pod. */
function podPort(pod: PodView, facts: ClusterFacts): number | null {
  for (const slice of facts.slices) {
    if (!slice.endpoints.some(endpoint => endpoint.pod === pod.id)) continue
    const port = slice.ports.find(one => one.protocol === 'TCP' && one.port !== null)?.port
    if (port !== undefined && port !== null) return port
  }
  return null
}

/** `keeper-1`, or the next number that no client has. */
function keeperName(clients: readonly ClientView[]): string {
  const taken = new Set(clients.map(client => client.name))
  let number = 1
  while (taken.has(`keeper-${number}`)) number++
  return `keeper-${number}`
}

function nodeButtons(node: NodeView): readonly ObjectButton[] {
  const { id } = node
  const foreign: MessageKey | null = node.simulated ? null : 'why.notSimulated'
  return [
    {
      label: 'button.kill',
      action: { type: 'kill-node', id },
      disabled: foreign ?? (node.power ? null : 'why.hasNoPower'),
      harm: true,
    },
    {
      label: 'button.shutDown',
      action: { type: 'shut-down-node', id },
      disabled: foreign ?? (node.power ? null : 'why.hasNoPower'),
      harm: true,
    },
    {
      label: 'button.revive',
      action: { type: 'revive-node', id },
      disabled: foreign ?? (node.power ? 'why.hasPower' : null),
      harm: false,
    },
    node.cordoned
      ? { label: 'button.uncordon', action: { type: 'uncordon', id }, disabled: null, harm: false }
      : { label: 'button.cordon', action: { type: 'cordon', id }, disabled: null, harm: false },
    { label: 'button.drain', action: { type: 'drain', id }, disabled: null, harm: true },
  ]
}
