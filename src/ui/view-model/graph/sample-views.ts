// Views as a host would send them, made by hand for the tests of the graph: a running Service, a dead Node, 250 Pods in
// three slices, endpoints by hand, another name, several ports, and Pods in every state.

import type {
  BeadView,
  ClientView,
  EndpointView,
  FrameUpdate,
  NodeView,
  PodView,
  ServiceView,
  SliceView,
  View,
  ViewId,
  WorkloadView,
} from '../../../protocol/index.ts'

export const SAMPLE_NAMES = [
  'my-service',
  'node-dead',
  'node-not-ready',
  'three-slices',
  'no-selector',
  'external-name',
  'multi-port',
  'pod-states',
  'nobody',
  'headless',
  'kept-address',
] as const
export type SampleName = (typeof SAMPLE_NAMES)[number]

const SUFFIXES = ['x8k2p', 'm4t7q', 'q9w6z', 't5nv8', 'h2b9d', 'c7j4s', 'r6f4k', 'z8g5w']

export function node(index: number, more: Partial<NodeView> = {}): NodeView {
  return {
    kind: 'Node',
    id: `Node//n${index}`,
    namespace: '',
    name: `n${index}`,
    zone: `zone-${'abc'.charAt((index - 1) % 3)}`,
    internalIP: `172.18.0.${10 + index}`,
    podCIDR: `10.244.${index}.0/24`,
    podCapacity: 110,
    ready: 'True',
    readySinceMs: 0,
    cordoned: false,
    taints: [],
    leaseRenewMs: 90_400 - index * 2000,
    simulated: true,
    power: true,
    powerSinceMs: 0,
    evictsAtMs: null,
    ...more,
  }
}

export function pod(index: number, onNode: number, more: Partial<PodView> = {}): PodView {
  const suffix = SUFFIXES[index] ?? `p${String(index).padStart(4, '0')}`
  const name = `my-app-5d4f8b7c9-${suffix}`
  return {
    kind: 'Pod',
    id: `Pod/default/${name}`,
    namespace: 'default',
    name,
    uid: `uid-${index}`,
    hue: index,
    createdMs: index,
    owner: { kind: 'Deployment', name: 'my-app' },
    node: onNode === 0 ? '' : `n${onNode}`,
    ip: onNode === 0 ? '' : `10.244.${onNode}.${5 + Math.floor(index / 3)}`,
    phase: 'Running',
    status: 'Running',
    ready: true,
    restarts: 0,
    terminating: false,
    graceEndsMs: null,
    labels: { app: 'MyApp' },
    alive: true,
    readinessFails: false,
    ...more,
  }
}

export function service(more: Partial<ServiceView> = {}): ServiceView {
  const name = more.name ?? 'my-service'
  return {
    kind: 'Service',
    id: `Service/default/${name}`,
    namespace: 'default',
    name,
    createdMs: 0,
    type: 'ClusterIP',
    clusterIP: '10.96.0.20',
    externalName: '',
    ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: '9376', nodePort: null }],
    selector: { app: 'MyApp' },
    ingress: [],
    dnsName: `${name}.default.svc.cluster.local`,
    endpoints: 3,
    readyEndpoints: 3,
    emptyReason: null,
    ...more,
  }
}

export function endpoint(of: PodView, more: Partial<EndpointView> = {}): EndpointView {
  const zone = of.node === '' ? '' : `zone-${'abc'.charAt((Number(of.node.slice(1)) - 1) % 3)}`
  return { address: of.ip, ready: true, serving: true, terminating: false, node: of.node, zone, pod: of.id, ...more }
}

export function slice(name: string, endpoints: readonly EndpointView[], more: Partial<SliceView> = {}): SliceView {
  return {
    kind: 'EndpointSlice',
    id: `EndpointSlice/default/${name}`,
    namespace: 'default',
    name,
    createdMs: 0,
    service: 'Service/default/my-service',
    addressType: 'IPv4',
    ports: [{ name: '', protocol: 'TCP', port: 9376 }],
    managedBy: 'endpointslice-controller.k8s.io',
    mirrored: false,
    endpoints,
    maxEndpoints: 100,
    ...more,
  }
}

export function client(index: number, more: Partial<ClientView> = {}): ClientView {
  return {
    kind: 'Client',
    id: `Client//frontend-${index}`,
    namespace: '',
    name: `frontend-${index}`,
    node: index === 1 ? 'n1' : 'n3',
    ip: index === 1 ? '10.244.1.254' : '10.244.3.254',
    to: 'my-service',
    port: 80,
    protocol: 'TCP',
    rate: 6,
    service: 'Service/default/my-service',
    keptIP: null,
    keptPod: null,
    alive: true,
    ...more,
  }
}

function deployment(replicas: number): WorkloadView {
  const name = 'my-app'
  const id = `Deployment/default/${name}`
  return {
    kind: 'Deployment',
    id,
    namespace: 'default',
    name,
    replicas,
    currentReplicas: replicas,
    readyReplicas: replicas,
    owned: false,
  }
}

const CLIENTS = [client(1), client(2)]
const NODES = [node(1), node(2), node(3)]
const PODS = [pod(0, 1), pod(1, 2), pod(2, 3)]

function mainCast(pods: readonly PodView[], nodes: readonly NodeView[]): View[] {
  return [
    ...nodes,
    ...CLIENTS,
    service(),
    deployment(3),
    ...pods,
    slice(
      'my-service-l5v7d',
      pods.map(one => endpoint(one)),
    ),
  ]
}

/** The views of a sample, in no particular order. */
export function sampleViews(name: SampleName): readonly View[] {
  switch (name) {
    case 'my-service':
      return mainCast(PODS, NODES)
    case 'node-dead':
      return mainCast(PODS, [node(1), deadNode(), node(3)]).map(view =>
        view.kind === 'Pod' && view.node === 'n2' ? { ...view, alive: false } : view,
      )
    case 'node-not-ready':
      return notReadyNode()
    case 'three-slices':
      return threeSlices()
    case 'no-selector':
      return endpointsByHand()
    case 'external-name':
      return externalName()
    case 'multi-port':
      return multiPort()
    case 'pod-states':
      return podStates()
    case 'nobody':
      return [
        ...NODES,
        ...CLIENTS,
        service({ selector: { app: 'myapp' }, endpoints: 0, readyEndpoints: 0, emptyReason: 'no-pod-matches' }),
        deployment(3),
        ...PODS,
        slice('my-service-l5v7d', []),
      ]
    case 'headless':
      return mainCast(PODS, NODES).map(view => (view.kind === 'Service' ? { ...view, clusterIP: 'None' } : view))
    case 'kept-address':
      return [
        ...mainCast(PODS, NODES),
        client(3, {
          id: 'Client//keeper-1',
          name: 'keeper-1',
          to: '10.244.2.5',
          port: 9376,
          service: null,
          keptIP: '10.244.2.5',
          keptPod: PODS[1]?.id ?? null,
        }),
      ]
  }
}

function deadNode(): NodeView {
  return node(2, { power: false, powerSinceMs: 70_400, leaseRenewMs: 68_300 })
}

function notReadyNode(): View[] {
  const lost = node(2, {
    power: false,
    powerSinceMs: 32_000,
    leaseRenewMs: 30_100,
    ready: 'Unknown',
    readySinceMs: 82_000,
    evictsAtMs: 382_400,
    taints: ['node.kubernetes.io/unreachable:NoExecute'],
  })
  const pods = [pod(0, 1), pod(1, 2, { ready: false, alive: false }), pod(2, 3)]
  const rows = pods.map(one => endpoint(one, one.ready ? {} : { ready: false }))
  return [
    node(1),
    lost,
    node(3, { cordoned: true }),
    ...CLIENTS,
    service({ readyEndpoints: 2 }),
    deployment(3),
    ...pods,
    slice('my-service-l5v7d', rows),
  ]
}

function threeSlices(): View[] {
  const pods = Array.from({ length: 250 }, (_, index) =>
    pod(index, (index % 3) + 1, index > 246 ? { ready: false } : {}),
  )
  const part = (from: number, to: number): EndpointView[] =>
    pods.slice(from, to).map(one => endpoint(one, one.ready ? {} : { ready: false }))
  return [
    ...NODES,
    client(1, { rate: 60 }),
    client(2, { rate: 60 }),
    service({ endpoints: 250, readyEndpoints: 247 }),
    deployment(250),
    ...pods,
    slice('my-service-l5v7d', part(0, 100)),
    slice('my-service-t2xqn', part(100, 200), { createdMs: 10 }),
    slice('my-service-9kd4r', part(200, 250), { createdMs: 20 }),
  ]
}

function endpointsByHand(): View[] {
  const address: EndpointView = {
    address: '192.0.2.42',
    ready: true,
    serving: true,
    terminating: false,
    node: '',
    zone: '',
    pod: null,
  }
  return [
    ...NODES,
    ...CLIENTS,
    service({ selector: null, endpoints: 1, readyEndpoints: 1 }),
    {
      kind: 'Endpoints',
      id: 'Endpoints/default/my-service',
      namespace: 'default',
      name: 'my-service',
      addresses: ['192.0.2.42'],
    },
    slice('my-service-6v4jd', [address], { mirrored: true, managedBy: 'endpointslicemirroring-controller.k8s.io' }),
  ]
}

function externalName(): View[] {
  const other = service({
    type: 'ExternalName',
    clusterIP: '',
    externalName: 'my.database.example.com',
    ports: [],
    selector: null,
    endpoints: 0,
    readyEndpoints: 0,
  })
  return [...NODES, client(1), other]
}

function multiPort(): View[] {
  const ports: ServiceView['ports'] = [
    { name: 'http', protocol: 'TCP', port: 80, targetPort: 'http-web', nodePort: 30080 },
    { name: 'https', protocol: 'TCP', port: 443, targetPort: '9377', nodePort: 30443 },
  ]
  const slicePorts: SliceView['ports'] = [
    { name: 'http', protocol: 'TCP', port: 9376 },
    { name: 'https', protocol: 'TCP', port: 9377 },
  ]
  return [
    ...NODES,
    ...CLIENTS,
    service({ type: 'LoadBalancer', clusterIP: '10.96.143.201', ports, selector: { app: 'MyApp', tier: 'web' } }),
    deployment(3),
    ...PODS,
    slice(
      'my-service-l5v7d',
      PODS.map(one => endpoint(one)),
      { ports: slicePorts },
    ),
  ]
}

function podStates(): View[] {
  const pods = [
    pod(0, 1),
    pod(1, 1, { ready: false }),
    pod(2, 2, { terminating: true, status: 'Terminating', graceEndsMs: 111_400, ready: false }),
    pod(3, 2, { phase: 'Pending', status: 'ContainerCreating', ready: false, ip: '' }),
    pod(4, 3, { phase: 'Failed', status: 'Evicted', ready: false }),
    pod(5, 3, { phase: 'Succeeded', status: 'Completed', ready: false }),
    pod(6, 0, { phase: 'Pending', status: 'Pending', ready: false }),
  ]
  const rows = [0, 1, 2].flatMap(index => {
    const one = pods[index]
    return one ? [endpoint(one, { ready: one.ready, terminating: one.terminating, serving: true })] : []
  })
  return [
    ...NODES,
    ...CLIENTS,
    service({
      type: 'NodePort',
      ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: '9376', nodePort: 30080 }],
    }),
    deployment(3),
    ...pods,
    slice('my-service-l5v7d', rows),
  ]
}

/** A complete first frame of a sample. */
export function sampleFrame(name: SampleName, more: Partial<FrameUpdate> = {}): FrameUpdate {
  const views = sampleViews(name)
  const pods = views.filter(view => view.kind === 'Pod')
  return {
    type: 'frame',
    number: 1,
    full: true,
    clock: { nowMs: 90_400, running: true, speed: 1 },
    seed: 1,
    scenario: name,
    set: views,
    removed: [],
    beads: [],
    podTotals: pods.map(({ id, alive }, index) => ({ pod: id, ok: 251 + ((index * 13) % 27), failed: alive ? 0 : 77 })),
    seconds: [],
    marks: [],
    events: [],
    ...more,
  }
}

/** A request of a sample, to draw. */
export function bead(id: number, to: PodView | null, more: Partial<BeadView> = {}): BeadView {
  return {
    id,
    client: 'Client//frontend-1',
    service: 'Service/default/my-service',
    slice: to ? ('EndpointSlice/default/my-service-l5v7d' satisfies ViewId) : null,
    pod: to?.id ?? null,
    address: to?.ip ?? null,
    startMs: 90_000,
    latencyMs: 5,
    outcome: 'ok',
    cause: null,
    place: null,
    weight: 1,
    ...more,
  }
}
