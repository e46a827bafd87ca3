// A small cluster in views, for tests: my-service with three Pods on three Nodes and two clients, as the scenario
// my-service has it. Each part can be changed by the fields that a case is about.

import type {
  ClientView,
  ClockView,
  MarkView,
  NodeView,
  PodView,
  ServiceView,
  SliceView,
  View,
  ViewId,
  WorkloadView,
} from '../../../protocol/index.ts'

export function sampleNode(name: string, changes: Partial<NodeView> = {}): NodeView {
  return {
    kind: 'Node',
    id: `Node//${name}`,
    namespace: '',
    name,
    zone: 'zone-a',
    internalIP: '172.18.0.11',
    podCIDR: '10.244.1.0/24',
    podCapacity: 110,
    ready: 'True',
    readySinceMs: 0,
    cordoned: false,
    taints: [],
    leaseRenewMs: 0,
    simulated: true,
    power: true,
    powerSinceMs: 0,
    evictsAtMs: null,
    ...changes,
  }
}

export function samplePod(suffix: string, changes: Partial<PodView> = {}): PodView {
  const name = `my-app-6699789d74-${suffix}`
  return {
    kind: 'Pod',
    id: `Pod/default/${name}`,
    namespace: 'default',
    name,
    uid: suffix,
    hue: 0,
    createdMs: 0,
    owner: { kind: 'Deployment', name: 'my-app' },
    node: 'n1',
    ip: '10.244.1.5',
    phase: 'Running',
    status: 'Running',
    ready: true,
    restarts: 0,
    terminating: false,
    graceEndsMs: null,
    labels: { app: 'MyApp' },
    alive: true,
    readinessFails: false,
    ...changes,
  }
}

export function sampleService(changes: Partial<ServiceView> = {}): ServiceView {
  return {
    kind: 'Service',
    id: `Service/default/${changes.name ?? 'my-service'}`,
    namespace: 'default',
    name: 'my-service',
    createdMs: 0,
    type: 'ClusterIP',
    clusterIP: '10.96.0.20',
    externalName: '',
    ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: '9376', nodePort: null }],
    selector: { app: 'MyApp' },
    ingress: [],
    dnsName: 'my-service.default.svc.cluster.local',
    endpoints: 3,
    readyEndpoints: 3,
    emptyReason: null,
    ...changes,
  }
}

export function sampleSlice(pods: readonly PodView[], changes: Partial<SliceView> = {}): SliceView {
  return {
    kind: 'EndpointSlice',
    id: `EndpointSlice/default/${changes.name ?? 'my-service-l5v7d'}`,
    namespace: 'default',
    name: 'my-service-l5v7d',
    createdMs: 0,
    service: 'Service/default/my-service',
    addressType: 'IPv4',
    ports: [{ name: '', protocol: 'TCP', port: 9376 }],
    managedBy: 'endpointslice-controller.k8s.io',
    mirrored: false,
    endpoints: pods.map(pod => ({
      address: pod.ip,
      ready: pod.ready,
      serving: pod.ready,
      terminating: pod.terminating,
      node: pod.node,
      zone: 'zone-a',
      pod: pod.id,
    })),
    maxEndpoints: 100,
    ...changes,
  }
}

export function sampleWorkload(changes: Partial<WorkloadView> = {}): WorkloadView {
  return {
    kind: 'Deployment',
    id: 'Deployment/default/my-app',
    namespace: 'default',
    name: 'my-app',
    replicas: 3,
    currentReplicas: 3,
    readyReplicas: 3,
    owned: false,
    ...changes,
  }
}

export function sampleClient(name: string, changes: Partial<ClientView> = {}): ClientView {
  return {
    kind: 'Client',
    id: `Client//${name}`,
    namespace: '',
    name,
    node: 'n1',
    ip: '10.244.1.254',
    to: 'my-service',
    port: 80,
    protocol: 'TCP',
    rate: 6,
    service: 'Service/default/my-service',
    keptIP: null,
    keptPod: null,
    alive: true,
    ...changes,
  }
}

export function sampleMark(type: MarkView['type'], atMs: number, changes: Partial<MarkView> = {}): MarkView {
  return { id: atMs, atMs, type, about: null, label: '', count: 1, ...changes }
}

export function viewsOf(...views: readonly View[]): ReadonlyMap<ViewId, View> {
  return new Map(views.map(view => [view.id, view]))
}

export const RUNNING: ClockView = { nowMs: 90_000, running: true, speed: 1 }

export const PODS: readonly PodView[] = [
  samplePod('x8k2p', { hue: 0, node: 'n1', ip: '10.244.1.5' }),
  samplePod('m4t7q', { hue: 1, node: 'n2', ip: '10.244.2.7' }),
  samplePod('q9w6z', { hue: 2, node: 'n3', ip: '10.244.3.9' }),
]

/** The cluster at rest; a later view replaces an earlier one of the same id. */
export function sampleCluster(...changes: readonly View[]): ReadonlyMap<ViewId, View> {
  return viewsOf(
    sampleNode('n1'),
    sampleNode('n2'),
    sampleNode('n3'),
    ...PODS,
    sampleService(),
    sampleSlice(PODS),
    sampleWorkload(),
    sampleClient('frontend-1'),
    sampleClient('frontend-2', { node: 'n3' }),
    ...changes,
  )
}
