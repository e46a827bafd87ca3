// What the inspector lists about a selected view: label and value, in a fixed order for each kind, so that the list does
// not jump while its values change. Pure.

import type {
  ClientView,
  NodeView,
  PodTotals,
  PodView,
  ServicePortView,
  ServiceView,
  SliceView,
  View,
  ViewId,
} from '../../protocol/index.ts'
import type { MessageKey, Phrase } from '../i18n/index.ts'
import type { ClusterFacts } from './cluster-facts.ts'
import { length, lengthWithTenths } from './format-time.ts'
import { idParts } from './pod-name.ts'

export interface Fact {
  readonly label: MessageKey
  /** Text as the API has it, or a phrase. */
  readonly value: string | Phrase
  /** Drawn as an alarm. */
  readonly alarm?: boolean
}

export interface FactsInput {
  readonly view: View
  readonly facts: ClusterFacts
  readonly nowMs: number
  readonly podTotals: ReadonlyMap<ViewId, PodTotals>
}

const NONE: Phrase = { key: 'value.none', values: {} }

export function objectFacts(input: FactsInput): readonly Fact[] {
  const { view } = input
  switch (view.kind) {
    case 'Pod':
      return podFacts(view, input)
    case 'Node':
      return nodeFacts(view, input)
    case 'Service':
      return serviceFacts(view)
    case 'EndpointSlice':
      return sliceFacts(view)
    case 'Client':
      return clientFacts(view)
    case 'Endpoints':
      return [{ label: 'fact.addresses', value: view.addresses.join(', ') || NONE }]
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
      return [{ label: 'fact.replicas', value: readyOf(view.readyReplicas, view.replicas) }]
  }
}

function readyOf(ready: number, total: number): Phrase {
  return { key: 'value.readyOf', values: { ready, total } }
}

function ago(ms: number): Phrase {
  return { key: 'value.ago', values: {}, parts: { time: lengthWithTenths(ms) } }
}

function podFacts(pod: PodView, { nowMs, podTotals }: FactsInput): readonly Fact[] {
  const totals = podTotals.get(pod.id)
  return [
    { label: 'fact.ip', value: pod.ip || NONE },
    { label: 'fact.node', value: pod.node || NONE },
    { label: 'fact.status', value: pod.status },
    { label: 'fact.owner', value: pod.owner === null ? NONE : `${pod.owner.kind}/${pod.owner.name}` },
    { label: 'fact.labels', value: pairs(pod.labels) || NONE },
    { label: 'fact.restarts', value: String(pod.restarts) },
    { label: 'fact.age', value: length(nowMs - pod.createdMs) },
    { label: 'fact.answered', value: String(totals?.ok ?? 0) },
    { label: 'fact.failed', value: String(totals?.failed ?? 0), alarm: (totals?.failed ?? 0) > 0 },
  ]
}

function nodeFacts(node: NodeView, { facts, nowMs }: FactsInput): readonly Fact[] {
  const pods = facts.pods.filter(
    pod => pod.node === node.name && pod.phase !== 'Succeeded' && pod.phase !== 'Failed',
  ).length
  return [
    {
      label: 'fact.ready',
      value: { key: 'value.since', values: { value: node.ready }, parts: { time: length(nowMs - node.readySinceMs) } },
      alarm: node.ready !== 'True',
    },
    { label: 'fact.power', value: { key: node.power ? 'value.on' : 'value.off', values: {} }, alarm: !node.power },
    { label: 'fact.lease', value: node.leaseRenewMs === null ? NONE : ago(nowMs - node.leaseRenewMs) },
    { label: 'fact.evicts', value: node.evictsAtMs === null ? NONE : length(node.evictsAtMs - nowMs) },
    { label: 'fact.zone', value: node.zone || NONE },
    { label: 'fact.internalIP', value: node.internalIP || NONE },
    { label: 'fact.podCIDR', value: node.podCIDR || NONE },
    { label: 'fact.pods', value: { key: 'value.ofCapacity', values: { count: pods, capacity: node.podCapacity } } },
    { label: 'fact.taints', value: node.taints.join(', ') || NONE },
  ]
}

/** `http TCP 80 → 9376, nodePort 30080`. */
export function portText(port: ServicePortView): string {
  const name = port.name === '' ? '' : `${port.name} `
  const nodePort = port.nodePort === null ? '' : `, nodePort ${port.nodePort}`
  return `${name}${port.protocol} ${port.port} → ${port.targetPort}${nodePort}`
}

function serviceFacts(service: ServiceView): readonly Fact[] {
  if (service.type === 'ExternalName') {
    return [
      { label: 'fact.type', value: service.type },
      { label: 'fact.externalName', value: service.externalName },
      { label: 'fact.dnsName', value: service.dnsName },
    ]
  }
  const ingress: readonly Fact[] =
    service.type === 'LoadBalancer'
      ? [{ label: 'fact.ingress', value: service.ingress.join(', ') || { key: 'value.pending', values: {} } }]
      : []
  return [
    { label: 'fact.type', value: service.type },
    { label: 'fact.clusterIP', value: service.clusterIP },
    ...ingress,
    { label: 'fact.ports', value: service.ports.map(portText).join('\n') || NONE },
    { label: 'fact.selector', value: service.selector === null ? NONE : pairs(service.selector) },
    { label: 'fact.dnsName', value: service.dnsName },
    {
      label: 'fact.endpoints',
      value: readyOf(service.readyEndpoints, service.endpoints),
      alarm: service.readyEndpoints === 0,
    },
  ]
}

function sliceFacts(slice: SliceView): readonly Fact[] {
  return [
    { label: 'fact.service', value: slice.service === null ? NONE : idParts(slice.service).name },
    { label: 'fact.addressType', value: slice.addressType },
    {
      label: 'fact.ports',
      value:
        slice.ports
          .map(one => `${one.name === '' ? '' : `${one.name} `}${one.protocol} ${one.port ?? '*'}`)
          .join('\n') || NONE,
    },
    { label: 'fact.endpoints', value: `${slice.endpoints.length} / ${slice.maxEndpoints}` },
    { label: 'fact.managedBy', value: slice.managedBy || NONE },
  ]
}

function clientFacts(client: ClientView): readonly Fact[] {
  const kept: readonly Fact[] = client.keptIP === null ? [] : [{ label: 'fact.keptIP', value: client.keptIP }]
  return [
    { label: 'fact.to', value: `${client.to}:${client.port} ${client.protocol}` },
    ...kept,
    { label: 'fact.rate', value: { key: 'value.perSecond', values: { rate: client.rate } } },
    { label: 'fact.ip', value: client.ip },
    { label: 'fact.node', value: client.node },
  ]
}

function pairs(map: { readonly [key: string]: string }): string {
  return Object.entries(map)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')
}
