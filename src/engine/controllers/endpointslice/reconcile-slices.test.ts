import { describe, expect, it } from 'vitest'
import type { EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Draft } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service, ServicePort } from '../../api/service/service.ts'
import { reconcileSlices, TRIGGER_TIME_ANNOTATION, type ReconcileInput, type SliceWrites } from './reconcile-slices.ts'

const CREATED = '2026-01-01T00:00:00Z'

function service(spec: Partial<Service['spec']> = {}, labels?: Service['metadata']['labels']): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'S-1',
      resourceVersion: '1',
      creationTimestamp: CREATED,
      labels,
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.7',
      ipFamilies: ['IPv4'],
      selector: { app: 'web' },
      ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }],
      ...spec,
    },
  }
}

function pod(
  name: string,
  { ready = true, deleting = false, ports = [8080], spec = {}, status = {} }: PodOptions = {},
): Pod {
  const number = Number(name.replace(/\D/g, ''))
  const ip = `10.244.1.${2 + number}`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `P-${name}`,
      resourceVersion: '1',
      creationTimestamp: CREATED,
      ...(deleting ? { deletionTimestamp: CREATED } : {}),
    },
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'app', ports: ports.map(containerPort => ({ name: 'http', containerPort })) }],
      ...spec,
    },
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      ...status,
    },
  }
}

interface PodOptions {
  readonly ready?: boolean
  readonly deleting?: boolean
  readonly ports?: readonly number[]
  readonly spec?: Partial<Pod['spec']>
  readonly status?: Partial<Pod['status']>
}

function reconcile(input: Partial<ReconcileInput>): SliceWrites {
  return reconcileSlices({
    service: service(),
    pods: [],
    nodeNamed: name => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        uid: name,
        resourceVersion: '1',
        creationTimestamp: CREATED,
        labels: { 'topology.kubernetes.io/zone': 'zone-a' },
      },
      spec: {},
    }),
    existing: [],
    maxEndpoints: 100,
    triggerTime: undefined,
    ...input,
  })
}

/** The slices after the writes, as the store would hold them. */
function settle(existing: readonly EndpointSlice[], writes: SliceWrites): readonly EndpointSlice[] {
  const gone = new Set(writes.deletes.map(slice => slice.metadata.name))
  const updated = new Map(writes.updates.map(slice => [slice.metadata.name, slice] as const))
  const kept = existing
    .filter(slice => !gone.has(slice.metadata.name))
    .map(slice => updated.get(slice.metadata.name) ?? slice)
  return [...kept, ...writes.creates.map((draft, index) => stored(draft, `web-new${existing.length + index}`))]
}

function stored(draft: Draft<EndpointSlice>, name: string): EndpointSlice {
  return {
    ...draft,
    metadata: { ...draft.metadata, name, uid: `U-${name}`, resourceVersion: '1', creationTimestamp: CREATED },
  }
}

function sizes(slices: readonly EndpointSlice[]): readonly string[] {
  return slices.map(
    slice =>
      `${slice.metadata.name} ${(slice.ports ?? []).map(port => port.port).join() || '-'} ${slice.endpoints.length}`,
  )
}

function pods(count: number, options?: PodOptions): Pod[] {
  return Array.from({ length: count }, (_, index) => pod(`p${index}`, options))
}

function conditions(options: PodOptions, spec?: Partial<Service['spec']>): unknown {
  return reconcile({ service: service(spec), pods: [pod('p0', options)] }).creates[0]?.endpoints[0]?.conditions
}

describe('which Pods become endpoints', () => {
  it('follows the truth table of ready, serving and terminating', () => {
    expect(conditions({ ready: true })).toEqual({ ready: true, serving: true, terminating: false })
    expect(conditions({ ready: false })).toEqual({ ready: false, serving: false, terminating: false })
    expect(conditions({ ready: true, deleting: true })).toEqual({ ready: false, serving: true, terminating: true })
    expect(conditions({ ready: false, deleting: true })).toEqual({ ready: false, serving: false, terminating: true })
    const publish = { publishNotReadyAddresses: true }
    expect(conditions({ ready: false }, publish)).toEqual({ ready: true, serving: false, terminating: false })
    expect(conditions({ ready: false, deleting: true }, publish)).toEqual({
      ready: true,
      serving: false,
      terminating: true,
    })
  })

  it('leaves out Pods that ended or have no address', () => {
    expect(conditions({ status: { phase: 'Succeeded' } })).toBeUndefined()
    expect(conditions({ status: { podIP: undefined, podIPs: [] } })).toBeUndefined()
    expect(conditions({ ready: false, status: { phase: 'Pending' } })).toEqual({
      ready: false,
      serving: false,
      terminating: false,
    })
  })

  it('leaves out a Pod on an unknown Node and says so', () => {
    const writes = reconcile({ pods: [pod('p0')], nodeNamed: () => undefined })
    expect(writes.problems).toEqual(['skipping Pod p0 for Service default/web: Node n1 Not Found'])
    expect(writes.creates[0]?.endpoints).toEqual([])
  })

  it('names node, zone and target, and the hostname only under its own subdomain', () => {
    const [slice] = reconcile({
      pods: [
        pod('p0', { spec: { hostname: 'h', subdomain: 'web' } }),
        pod('p1', { spec: { hostname: 'h', subdomain: 'other' } }),
      ],
    }).creates
    expect(slice?.endpoints[0]).toEqual({
      addresses: ['10.244.1.2'],
      conditions: { ready: true, serving: true, terminating: false },
      hostname: 'h',
      nodeName: 'n1',
      zone: 'zone-a',
      targetRef: { kind: 'Pod', namespace: 'default', name: 'p0', uid: 'P-p0' },
    })
    expect(slice?.endpoints[1]?.hostname).toBeUndefined()
  })
})

describe('metadata', () => {
  it('copies labels but for the reserved ones, and marks a headless Service', () => {
    const headless = service({ clusterIP: 'None' }, { team: 'a', 'kubernetes.io/service-name': 'forged' })
    expect(reconcile({ service: headless, pods: [pod('p0')] }).creates[0]?.metadata).toEqual({
      generateName: 'web-',
      namespace: 'default',
      labels: {
        team: 'a',
        'service.kubernetes.io/headless': '',
        'kubernetes.io/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'S-1', controller: true, blockOwnerDeletion: true },
      ],
      annotations: undefined,
    })
  })

  it('takes the trigger time off whatever is written without one, and keeps foreign annotations', () => {
    const first = stored(reconcile({ pods: [pod('p0')], triggerTime: CREATED }).creates[0]!, 'web-a')
    expect(first.metadata.annotations).toEqual({ [TRIGGER_TIME_ANNOTATION]: CREATED })
    const annotated = {
      ...first,
      metadata: { ...first.metadata, annotations: { ...first.metadata.annotations, mine: 'yes' } },
    }
    expect(
      reconcile({ pods: [pod('p0', { ready: false })], existing: [annotated] }).updates[0]?.metadata.annotations,
    ).toEqual({ mine: 'yes' })
  })

  it('writes every slice when a label of the Service changes', () => {
    const existing = settle([], reconcile({ pods: pods(3), maxEndpoints: 2 }))
    expect(
      reconcile({ service: service({}, { team: 'b' }), pods: pods(3), existing, maxEndpoints: 2 }).updates,
    ).toHaveLength(2)
  })
})

describe('placeholder and recycling', () => {
  const placeholder = settle([], reconcile({}))

  it('keeps one empty slice for a Service without endpoints, and writes it once', () => {
    expect(sizes(placeholder)).toEqual(['web-new0 - 0'])
    expect(reconcile({ existing: placeholder })).toEqual({ creates: [], updates: [], deletes: [], problems: [] })
  })

  it('gives the placeholder to the slice built last', () => {
    const slices = settle(placeholder, reconcile({ pods: pods(250), existing: placeholder }))
    expect(sizes(slices)).toEqual(['web-new0 8080 50', 'web-new1 8080 100', 'web-new2 8080 100'])
  })

  it('keeps a name over scaling to zero and deletes the other slices', () => {
    const full = settle([], reconcile({ pods: pods(5), maxEndpoints: 3 }))
    const writes = reconcile({ existing: full, maxEndpoints: 3 })
    expect(sizes(settle(full, writes))).toEqual(['web-new0 - 0'])
    expect([writes.updates.length, writes.deletes.length]).toEqual([1, 1])
  })

  it('rewrites slices in place when the port changes, contents swapped', () => {
    const before = settle([], reconcile({ pods: pods(120) }))
    expect(sizes(before)).toEqual(['web-new0 8080 100', 'web-new1 8080 20'])
    const port: ServicePort = { protocol: 'TCP', port: 80, targetPort: 9090 }
    const writes = reconcile({ service: service({ ports: [port] }), pods: pods(120), existing: before })
    expect(sizes(settle(before, writes))).toEqual(['web-new0 9090 20', 'web-new1 9090 100'])
    expect([writes.creates.length, writes.deletes.length]).toEqual([0, 0])
  })

  it('deletes the slices of an earlier Service of the same name, and never recycles them', () => {
    const old = placeholder.map(slice => ({
      ...slice,
      metadata: {
        ...slice.metadata,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'S-0' }],
      },
    }))
    const writes = reconcile({ pods: [pod('p0')], existing: old })
    expect([writes.creates.length, writes.updates.length, writes.deletes.length]).toEqual([1, 0, 1])
  })
})

function podWithInit(restartPolicy?: string): Pod {
  const initContainers = [{ name: 'i', restartPolicy, ports: [{ name: 'http', containerPort: 1 }] }]
  return pod('p0', { ports: [], spec: { initContainers } })
}

describe('port groups', () => {
  const named = service({ ports: [{ name: 'web', protocol: 'TCP', port: 80, targetPort: 'http' }] })

  it('splits Pods that resolve a name to different numbers', () => {
    const slices = settle([], reconcile({ service: named, pods: [pod('p0'), pod('p1', { ports: [9090] }), pod('p2')] }))
    expect(sizes(slices)).toEqual(['web-new0 8080 2', 'web-new1 9090 1'])
    expect(slices[0]?.ports).toEqual([{ name: 'web', port: 8080, protocol: 'TCP' }])
  })

  it('lists a Pod without the named port in a slice without ports', () => {
    const before = settle([], reconcile({ service: named, pods: pods(3) }))
    const mixed = [pod('p0'), pod('p1'), pod('p2', { ports: [] })]
    const writes = reconcile({ service: named, pods: mixed, existing: before })
    expect(sizes(settle(before, writes))).toEqual(['web-new0 8080 2', 'web-new1 - 1'])
  })

  it('recycles an emptied slice into another group', () => {
    const before = settle([], reconcile({ service: named, pods: pods(11), maxEndpoints: 10 }))
    const after = [...pods(7), ...[20, 21, 22, 23].map(number => pod(`p${number}`, { ports: [9090] }))]
    const writes = reconcile({ service: named, pods: after, existing: before, maxEndpoints: 10 })
    expect(sizes(settle(before, writes))).toEqual(['web-new0 8080 7', 'web-new1 9090 4'])
  })

  it('asks sidecars for a name but never ordinary init containers', () => {
    expect(reconcile({ service: named, pods: [podWithInit('Always')] }).creates[0]?.ports).toEqual([
      { name: 'web', port: 1, protocol: 'TCP' },
    ])
    expect(reconcile({ service: named, pods: [podWithInit()] }).creates[0]?.ports).toBeNull()
  })
})

it('gives each family of a dual-stack Service slices of its own', () => {
  const dual = service({ ipFamilies: ['IPv4', 'IPv6'] })
  const { creates } = reconcile({ service: dual, pods: [pod('p0')] })
  expect(creates.map(slice => `${slice.addressType} ${slice.endpoints.length}`)).toEqual(['IPv4 1', 'IPv6 0'])
})
