// One API object and the truth about it → the flat view that the page draws. Pure functions; what kubectl prints in its
// STATUS column follows its own printer (printers/internalversion, printPod).

import {
  isSimulated,
  MANAGED_BY_LABEL,
  parseTimestamp,
  serviceEmptyReason,
  SERVICE_NAME_LABEL,
  ZONE_LABEL,
  type DaemonSet,
  type Deployment,
  type Endpoint,
  type Endpoints,
  type EndpointSlice,
  type Lease,
  type Machine,
  type Node,
  type Pod,
  type PodProcess,
  type ReplicaSet,
  type Service,
  type StatefulSet,
  type TrafficClient,
} from '../../engine/index.ts'
import type {
  ClientView,
  EndpointsView,
  EndpointView,
  NodeView,
  PodView,
  ServiceView,
  SliceView,
  ViewId,
  WorkloadView,
} from '../../protocol/index.ts'
import { viewId } from './view-ids.ts'

const MIRRORING_CONTROLLER = 'endpointslicemirroring-controller.k8s.io'
const ENDPOINTS_MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by'
const POD_TEMPLATE_HASH_LABEL = 'pod-template-hash'

/** Virtual milliseconds of an object's timestamp, or undefined when it has none. */
export function virtualMs(timestamp: string | null | undefined, epochMs: number): number | undefined {
  const ms = timestamp == null ? undefined : parseTimestamp(timestamp)
  return ms === undefined ? undefined : ms - epochMs
}

export function nodeView(
  node: Node,
  facts: {
    readonly epochMs: number
    readonly lease: Lease | undefined
    readonly machine: Machine | undefined
    readonly evictsAtMs: number | undefined
  },
): NodeView {
  const { epochMs, lease, machine } = facts
  const { metadata, spec, status } = node
  const ready = status?.conditions?.find(condition => condition.type === 'Ready')
  return {
    kind: 'Node',
    id: viewId('Node', '', metadata.name),
    namespace: '',
    name: metadata.name,
    zone: metadata.labels?.[ZONE_LABEL] ?? '',
    internalIP: status?.addresses?.find(address => address.type === 'InternalIP')?.address ?? '',
    podCIDR: spec.podCIDR ?? '',
    podCapacity: Number(status?.allocatable?.['pods'] ?? status?.capacity?.['pods'] ?? 0),
    ready: ready?.status ?? 'Unknown',
    readySinceMs: virtualMs(ready?.lastTransitionTime, epochMs) ?? virtualMs(metadata.creationTimestamp, epochMs) ?? 0,
    cordoned: spec.unschedulable ?? false,
    taints: (spec.taints ?? []).map(taint => `${taint.key}:${taint.effect}`),
    leaseRenewMs: virtualMs(lease?.spec.renewTime, epochMs) ?? null,
    simulated: isSimulated(node),
    power: machine?.power ?? true,
    powerSinceMs: machine?.sinceMs ?? 0,
    evictsAtMs: facts.evictsAtMs ?? null,
  }
}

export function podView(
  pod: Pod,
  facts: {
    readonly epochMs: number
    readonly hue: number
    readonly owner: PodView['owner']
    readonly process: PodProcess | undefined
    /** Of its Node; undefined where nobody simulates one. */
    readonly machine: Machine | undefined
    readonly readinessFails: boolean
  },
): PodView {
  const { epochMs, process, machine } = facts
  const { metadata, spec, status } = pod
  const phase = status?.phase ?? 'Pending'
  return {
    kind: 'Pod',
    id: viewId('Pod', metadata.namespace, metadata.name),
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    hue: facts.hue,
    createdMs: virtualMs(metadata.creationTimestamp, epochMs) ?? 0,
    owner: facts.owner,
    node: spec.nodeName ?? '',
    ip: status?.podIP ?? '',
    phase,
    status: statusColumn(pod),
    ready: status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') ?? false,
    restarts: (status?.containerStatuses ?? []).reduce((sum, container) => sum + container.restartCount, 0),
    terminating: metadata.deletionTimestamp !== undefined,
    graceEndsMs: virtualMs(metadata.deletionTimestamp, epochMs) ?? null,
    labels: metadata.labels ?? {},
    alive: machine ? machine.power && process !== undefined : phase === 'Running',
    readinessFails: facts.readinessFails,
  }
}

/** What `kubectl get pods` prints as STATUS; containers that run before the others (init containers) are left out. */
export function statusColumn({ metadata, status }: Pod): string {
  const phase = status?.phase ?? 'Pending'
  let column = status?.reason || phase
  let isRunning = false
  for (const container of (status?.containerStatuses ?? []).toReversed()) {
    const { waiting, terminated, running } = container.state ?? {}
    if (waiting?.reason) column = waiting.reason
    else if (terminated) column = terminated.reason || `ExitCode:${terminated.exitCode}`
    else if (container.ready && running) isRunning = true
  }
  if (column === 'Completed' && isRunning) column = 'Running'
  if (metadata.deletionTimestamp === undefined) return column
  if (status?.reason === 'NodeLost') return 'Unknown'
  return phase === 'Succeeded' || phase === 'Failed' ? column : 'Terminating'
}

/**
 * Whom a reader would name as the owner: a Deployment, past its ReplicaSet. A ReplicaSet that is gone is recognised by the
 * hash that its Deployment had put into its name.
 */
export function podOwner(pod: Pod, replicaSet: ReplicaSet | undefined): PodView['owner'] {
  const owner = pod.metadata.ownerReferences?.find(reference => reference.controller)
  if (!owner) return null
  if (owner.kind !== 'ReplicaSet') return { kind: owner.kind, name: owner.name }
  const above = replicaSet?.metadata.ownerReferences?.find(reference => reference.controller)
  if (above) return { kind: above.kind, name: above.name }
  const ending = `-${pod.metadata.labels?.[POD_TEMPLATE_HASH_LABEL] ?? ''}`
  if (replicaSet || ending === '-' || !owner.name.endsWith(ending)) return { kind: 'ReplicaSet', name: owner.name }
  return { kind: 'Deployment', name: owner.name.slice(0, -ending.length) }
}

export function serviceView(
  service: Service,
  facts: {
    readonly epochMs: number
    readonly clusterDomain: string
    readonly slices: readonly EndpointSlice[]
    /** The Pods that have the labels; asked only when nobody answers. */
    readonly matchingPods: () => readonly Pod[]
  },
): ServiceView {
  const { metadata, spec, status } = service
  const namespace = metadata.namespace ?? ''
  const selector = spec.selector && Object.keys(spec.selector).length > 0 ? spec.selector : null
  const counts = countEndpoints(facts.slices)
  return {
    kind: 'Service',
    id: viewId('Service', namespace, metadata.name),
    namespace,
    name: metadata.name,
    createdMs: virtualMs(metadata.creationTimestamp, facts.epochMs) ?? 0,
    type: spec.type,
    clusterIP: spec.type === 'ExternalName' ? '' : (spec.clusterIP ?? ''),
    externalName: spec.externalName ?? '',
    ports: (spec.ports ?? []).map(port => ({
      name: port.name ?? '',
      protocol: port.protocol,
      port: port.port,
      targetPort: String(port.targetPort ?? port.port),
      nodePort: port.nodePort ?? null,
    })),
    selector,
    ingress: (status?.loadBalancer?.ingress ?? []).map(ingress => ingress.ip ?? ingress.hostname ?? ''),
    dnsName: `${metadata.name}.${namespace}.svc.${facts.clusterDomain}`,
    endpoints: counts.all,
    readyEndpoints: counts.ready,
    emptyReason:
      counts.ready > 0 ? null : serviceEmptyReason({ service, slices: facts.slices, pods: facts.matchingPods() }),
  }
}

// An endpoint that stands in several slices (one for each set of ports or family) counts once, and as ready if any says so.
function countEndpoints(slices: readonly EndpointSlice[]): { readonly all: number; readonly ready: number } {
  const isReady = new Map<string, boolean>()
  for (const slice of slices) {
    for (const endpoint of slice.endpoints) {
      const key = endpoint.targetRef?.uid ?? endpoint.addresses.join(',')
      isReady.set(key, isReady.get(key) === true || endpoint.conditions?.ready !== false)
    }
  }
  return { all: isReady.size, ready: [...isReady.values()].filter(ready => ready).length }
}

/** `podAt` finds the Pod at an address, for endpoints that do not name theirs. */
export function sliceView(
  slice: EndpointSlice,
  facts: {
    readonly epochMs: number
    readonly maxEndpoints: number
    readonly podAt: (address: string) => ViewId | null
  },
): SliceView {
  const { metadata } = slice
  const service = metadata.labels?.[SERVICE_NAME_LABEL]
  const managedBy = metadata.labels?.[MANAGED_BY_LABEL] ?? ''
  return {
    kind: 'EndpointSlice',
    id: viewId('EndpointSlice', metadata.namespace, metadata.name),
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    createdMs: virtualMs(metadata.creationTimestamp, facts.epochMs) ?? 0,
    service: service === undefined ? null : viewId('Service', metadata.namespace, service),
    addressType: slice.addressType,
    ports: (slice.ports ?? []).map(port => ({
      name: port.name ?? '',
      protocol: port.protocol ?? 'TCP',
      port: port.port ?? null,
    })),
    managedBy,
    mirrored: managedBy === MIRRORING_CONTROLLER,
    endpoints: slice.endpoints.map(endpoint => endpointView(endpoint, metadata.namespace, facts.podAt)),
    maxEndpoints: facts.maxEndpoints,
  }
}

function endpointView(
  endpoint: Endpoint,
  namespace: string | undefined,
  podAt: (address: string) => ViewId | null,
): EndpointView {
  const { conditions, targetRef } = endpoint
  const address = endpoint.addresses[0] ?? ''
  const isPod = targetRef?.kind === 'Pod' && targetRef.name !== undefined
  return {
    address,
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
    node: endpoint.nodeName ?? '',
    zone: endpoint.zone ?? '',
    pod: isPod ? viewId('Pod', targetRef.namespace ?? namespace, targetRef.name ?? '') : podAt(address),
  }
}

/** Whether an endpoint of the slice does not say which Pod it is: then only the address tells. */
export function hasUnnamedEndpoint(slice: EndpointSlice): boolean {
  return slice.endpoints.some(endpoint => endpoint.targetRef?.kind !== 'Pod')
}

/** undefined for an Endpoints object that a controller keeps. */
export function endpointsView({ metadata, subsets }: Endpoints): EndpointsView | undefined {
  if (metadata.labels?.[ENDPOINTS_MANAGED_BY_LABEL] !== undefined) return undefined
  const addresses = (subsets ?? []).flatMap(subset => [
    ...(subset.addresses ?? []),
    ...(subset.notReadyAddresses ?? []),
  ])
  return {
    kind: 'Endpoints',
    id: viewId('Endpoints', metadata.namespace, metadata.name),
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    addresses: [...new Set(addresses.map(address => address.ip))],
  }
}

export function workloadView(
  kind: Exclude<WorkloadView['kind'], 'DaemonSet'>,
  { metadata, spec, status }: Deployment | ReplicaSet | StatefulSet,
): WorkloadView {
  return {
    kind,
    id: viewId(kind, metadata.namespace, metadata.name),
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    replicas: spec.replicas,
    currentReplicas: status?.replicas ?? 0,
    readyReplicas: status?.readyReplicas ?? 0,
    owned:
      metadata.ownerReferences?.some(reference => reference.controller && reference.kind === 'Deployment') ?? false,
  }
}

/** A DaemonSet wants as many Pods as there are Nodes for it. */
export function daemonSetView({ metadata, status }: DaemonSet): WorkloadView {
  return {
    kind: 'DaemonSet',
    id: viewId('DaemonSet', metadata.namespace, metadata.name),
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    replicas: status?.desiredNumberScheduled ?? 0,
    currentReplicas: status?.currentNumberScheduled ?? 0,
    readyReplicas: status?.numberReady ?? 0,
    owned: false,
  }
}

export function clientView(client: TrafficClient): ClientView {
  const { name, service, keptPod } = client
  const isAddress = /^[\d.]+$|:/.test(client.to)
  return {
    kind: 'Client',
    id: viewId('Client', '', name),
    namespace: '',
    name,
    node: client.node,
    ip: client.ip,
    to: client.to,
    port: client.port,
    protocol: client.protocol,
    rate: client.rate,
    service: service && viewId('Service', service.namespace, service.name),
    keptIP: isAddress && !service ? client.to : null,
    keptPod: keptPod && viewId('Pod', keptPod.namespace, keptPod.name),
    alive: client.alive,
  }
}
