// The Endpoints object of a Service through its life in a cluster: who is on it, in which subset and in which order, what
// it is labelled with, what becomes of it when somebody else edits it, and when it is cut off.

import { describe, expect, it } from 'vitest'
import type { Endpoints } from '../../api/endpoints/endpoints.ts'
import type { Labels } from '../../api/meta.ts'
import type { ServicePort, ServiceSpec } from '../../api/service/service.ts'
import { webService } from '../../testing/controller-fixture.ts'
import { EndpointFixture, type PodParts } from '../../testing/endpoint-fixture.ts'

const MANAGED_BY = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
const HEADLESS = 'service.kubernetes.io/headless'
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'
const DUAL_STACK = {
  'service-cluster-ip-range': '10.96.0.0/16,fd00:10:96::/112',
  'cluster-cidr': '10.244.0.0/16,fd00:10:244::/48',
}

function clusterOf(
  spec: Partial<ServiceSpec> = {},
  { labels, annotations }: { readonly labels?: Labels; readonly annotations?: Labels } = {},
  settings: object = {},
): EndpointFixture {
  const cluster = new EndpointFixture({ settings })
  const draft = webService(spec)
  cluster.create('Service', { ...draft, metadata: { ...draft.metadata, labels, annotations } })
  return cluster.settle()
}

function withPods(pods: { readonly [name: string]: PodParts }, spec: Partial<ServiceSpec> = {}): EndpointFixture {
  const cluster = clusterOf(spec)
  for (const [name, parts] of Object.entries(pods)) cluster.addPod(name, parts)
  cluster.settle().takeWrites()
  return cluster
}

function endpoints(cluster: EndpointFixture): Endpoints {
  return cluster.get('Endpoints', 'web')
}

/** `p1 p2 !p3 | http:8080`: the Pods of each subset, `!` before those that are not ready, and its ports. */
function subsets(cluster: EndpointFixture): readonly string[] {
  return (endpoints(cluster).subsets ?? []).map(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const pods = [
      ...addresses.map(({ targetRef }) => targetRef?.name),
      ...notReadyAddresses.map(({ targetRef }) => `!${targetRef?.name}`),
    ]
    return `${pods.join(' ')} | ${ports.map(({ name, port }) => `${name ?? ''}:${port}`).join(' ')}`.trim()
  })
}

/** Has the Service synced without a change that Endpoints know of. */
function poke(cluster: EndpointFixture): EndpointFixture {
  const note = String(cluster.loop.nowMs)
  cluster.editService(({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, annotations: { note } } }))
  return cluster.settle()
}

function edit(cluster: EndpointFixture, change: (endpoints: Endpoints) => Endpoints): void {
  expect(cluster.user.update('Endpoints', change(endpoints(cluster))).ok).toBe(true)
}

const HTTP: ServicePort = { name: 'http', protocol: 'TCP', port: 80, targetPort: 'http' }
const METRICS: ServicePort = { name: 'metrics', protocol: 'TCP', port: 9100, targetPort: 9100 }
const http = (containerPort: number): NonNullable<PodParts['ports']> => [{ name: 'http', containerPort }]

describe('the subsets', () => {
  it('are one for each set of Pods that share their ports and their readiness: three here, p1 in two of them', () => {
    const cluster = withPods(
      { p1: { ports: http(8080) }, p2: { ports: http(8080) }, p3: { ports: http(9090), ready: false } },
      { ports: [HTTP, METRICS] },
    )
    expect(new Set(subsets(cluster))).toEqual(
      new Set(['p1 p2 | http:8080', '!p3 | http:9090', 'p1 p2 !p3 | metrics:9100']),
    )
    cluster.setReady('p3', true)
    cluster.setStatus('p3', { podIPs: [{ ip: '10.0.0.1' }] })
    expect(new Set(subsets(cluster.settle()))).toEqual(
      new Set(['p1 p2 | http:8080', 'p3 | http:9090', 'p3 p1 p2 | metrics:9100']),
    )
  })

  it('are one of several ports when all Pods resolve them alike', () => {
    const cluster = withPods({ p1: { ports: http(8080) }, p2: { ports: http(8080) } }, { ports: [METRICS, HTTP] })
    expect(subsets(cluster)).toEqual(['p1 p2 | http:8080 metrics:9100'])
  })

  it('order addresses by their text, .10 before .2', () => {
    const ips = ['10.244.1.2', '10.244.1.10', '10.244.1.9', '10.244.1.100']
    const cluster = withPods(Object.fromEntries(ips.map((ip, index) => [`p${index}`, { ips: [ip] }])))
    expect(cluster.addresses()).toEqual(['10.244.1.10', '10.244.1.100', '10.244.1.2', '10.244.1.9'])
  })

  it('leave a Pod out for which no port resolves, while its slice names it', () => {
    const cluster = withPods(
      { p1: { ports: http(8080) }, p2: { ports: [{ name: 'web', containerPort: 8080 }] } },
      { ports: [HTTP] },
    )
    expect(subsets(cluster)).toEqual(['p1 | http:8080'])
    const slice = cluster.slices().find(({ endpoints: [one] }) => one?.targetRef?.name === 'p2')
    expect(slice?.ports).toBeNull()
    expect(cluster.user.list('Event')).toEqual([])
  })

  it('have a Pod under the ports that do resolve', () => {
    const cluster = withPods({ p1: { ports: http(8080) }, p2: { ports: [] } }, { ports: [HTTP, METRICS] })
    expect(new Set(subsets(cluster))).toEqual(new Set(['p1 | http:8080', 'p1 p2 | metrics:9100']))
  })

  it('look a name up by its protocol', () => {
    const dns: ServicePort = { name: 'dns', protocol: 'UDP', port: 53, targetPort: 'dns' }
    const ports = [
      { name: 'dns', protocol: 'TCP', containerPort: 5300 },
      { name: 'dns', protocol: 'UDP', containerPort: 5353 },
    ] as const
    expect(subsets(withPods({ p1: { ports: [ports[1]] }, p2: { ports: [ports[0]] } }, { ports: [dns] }))).toEqual([
      'p1 | dns:5353',
    ])
  })

  it('look a name up in sidecars, too, but never in containers that end before the others begin', () => {
    const cluster = clusterOf({ ports: [HTTP] })
    const init = (restartPolicy?: 'Always'): PodParts => ({
      ports: [],
      spec: {
        containers: [{ name: 'app', image: 'web:1' }],
        initContainers: [
          {
            name: 'side',
            image: 'web:1',
            ports: [{ name: 'http', containerPort: 15_001 }],
            ...(restartPolicy ? { restartPolicy } : {}),
          },
        ],
      },
    })
    cluster.addPod('p1', init('Always'))
    cluster.addPod('p2', init())
    expect(subsets(cluster.settle())).toEqual(['p1 | http:15001'])
    const ports = ['p1', 'p2'].map(
      pod =>
        cluster.slices().find(({ endpoints: list }) => list.some(one => one.targetRef?.name === pod))?.ports?.[0]?.port,
    )
    expect(ports).toEqual([15_001, undefined])
  })

  it('have no ports under a headless Service without ports', () => {
    const cluster = withPods({ p1: {} }, { clusterIP: 'None', ports: undefined })
    expect(subsets(cluster)).toEqual(['p1 |'])
    expect(endpoints(cluster).subsets?.[0]).not.toHaveProperty('ports')
  })

  it.each([
    ['IPv4', ['10.244.1.1']],
    ['IPv6', ['fd00::1']],
  ] as const)('hold the addresses of the first family alone: %s', (family, expected) => {
    const families = family === 'IPv4' ? (['IPv4', 'IPv6'] as const) : (['IPv6', 'IPv4'] as const)
    const cluster = clusterOf({ ipFamilies: families, ipFamilyPolicy: 'RequireDualStack' }, {}, DUAL_STACK)
    cluster.addPod('both', { ips: ['10.244.1.1', 'fd00::1'] })
    cluster.addPod('other', { ips: [family === 'IPv4' ? 'fd00::2' : '10.244.1.2'] })
    expect(cluster.settle().addresses()).toEqual(expected)
    expect(cluster.slices().flatMap(({ endpoints: list }) => list)).toHaveLength(3)
  })

  it('are absent when there is no Pod at all', () => {
    expect(endpoints(clusterOf())).not.toHaveProperty('subsets')
  })
})

describe('the labels and annotations', () => {
  it('are those of the Service, even the ones that slices have for themselves, and who manages it', () => {
    const labels = { app: 'web', 'kubernetes.io/service-name': 'mine' }
    const { metadata } = endpoints(clusterOf({}, { labels, annotations: { note: 'x' } }))
    expect(metadata.labels).toEqual({ ...labels, ...MANAGED_BY })
    expect(Object.keys(metadata.annotations ?? {})).toEqual([TRIGGER_TIME])
    expect(metadata.ownerReferences).toBeUndefined()
  })

  it('say when the Service is headless', () => {
    expect(endpoints(clusterOf({ clusterIP: 'None' })).metadata.labels).toEqual({ [HEADLESS]: '', ...MANAGED_BY })
  })

  it('that others add to the annotations stay', () => {
    const cluster = withPods({ p1: {} })
    edit(cluster, ({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, annotations: { ...metadata.annotations, mine: 'yes' } },
    }))
    cluster.setReady('p1', false)
    expect(endpoints(cluster.settle()).metadata.annotations?.['mine']).toBe('yes')
  })
})

describe('an edit by somebody else', () => {
  it.each<readonly [string, (endpoints: Endpoints) => Endpoints]>([
    ['of the addresses', one => ({ ...one, subsets: [{ addresses: [{ ip: '10.9.9.9' }], ports: [{ port: 1 }] }] })],
    ['that adds a label', one => ({ ...one, metadata: { ...one.metadata, labels: { ...MANAGED_BY, mine: 'yes' } } })],
    [
      'of who manages it',
      one => ({ ...one, metadata: { ...one.metadata, labels: { 'endpoints.kubernetes.io/managed-by': 'me' } } }),
    ],
    ['that takes all labels off', one => ({ ...one, metadata: { ...one.metadata, labels: {} } })],
  ])('%s stays until the Service is synced for another reason', (_, change) => {
    const cluster = withPods({ p1: {} })
    const { subsets: before, metadata } = endpoints(cluster)
    edit(cluster, change)
    const edited = endpoints(cluster)
    expect(cluster.waiting('endpoints')).toEqual([])
    expect(endpoints(cluster.runTo(30))).toEqual(edited)
    poke(cluster)
    expect([endpoints(cluster).subsets, endpoints(cluster).metadata.labels]).toEqual([before, metadata.labels])
  })

  it('of the headless label alone is never put right for its own sake', () => {
    const cluster = withPods({ p1: {} }, { clusterIP: 'None' })
    edit(cluster, one => ({ ...one, metadata: { ...one.metadata, labels: MANAGED_BY } }))
    cluster.takeWrites()
    expect(poke(cluster).countWrites('Endpoints')).toBe(0)
    cluster.setReady('p1', false)
    expect(endpoints(cluster.settle()).metadata.labels).toEqual({ [HEADLESS]: '', ...MANAGED_BY })
  })

  it('that deletes it has it made again within milliseconds', () => {
    const cluster = withPods({ p1: {} })
    const { uid } = endpoints(cluster).metadata
    const { nowMs } = cluster.loop
    cluster.user.delete('Endpoints', 'default', 'web')
    cluster.loop.advanceTo(nowMs + 5)
    expect(endpoints(cluster).metadata.uid).not.toBe(uid)
    expect(cluster.addresses()).toEqual(['10.244.0.1'])
  })
})

describe('Endpoints without a Service that selects Pods', () => {
  const handMade = (cluster: EndpointFixture): Endpoints =>
    cluster.create('Endpoints', {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'default' },
      subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }],
    })

  it('are never touched while the Service is there, and go with it', () => {
    const cluster = clusterOf({ selector: undefined })
    const made = handMade(cluster)
    cluster.addPod('p1')
    expect(endpoints(poke(cluster))).toEqual(made)
    cluster.user.delete('Service', 'default', 'web')
    expect(cluster.settle().user.get('Endpoints', 'default', 'web')).toBeUndefined()
  })

  it('stay when no Service of their name has ever been', () => {
    const cluster = new EndpointFixture()
    const made = handMade(cluster)
    expect(endpoints(cluster.runTo(30))).toEqual(made)
  })

  it('are overwritten when the Service begins to select', () => {
    const cluster = clusterOf({ selector: undefined })
    handMade(cluster)
    cluster.addPod('p1')
    cluster.settle()
    cluster.editService(service => ({ ...service, spec: { ...service.spec, selector: { app: 'web' } } }))
    expect(cluster.settle().addresses()).toEqual(['10.244.0.1'])
    expect(endpoints(cluster).metadata.labels).toEqual(MANAGED_BY)
  })
})

it('are written only when they change', () => {
  const cluster = withPods(
    { p1: { ports: http(8080) }, p2: { ready: false, ports: http(8080) } },
    { ports: [HTTP, METRICS] },
  )
  expect(poke(cluster).countWrites('Endpoints')).toBe(0)
  cluster.addPod('none', { ips: [] })
  expect(cluster.settle().countWrites('Endpoints')).toBe(0)
})

describe('more than 1000 addresses', () => {
  const many = (count: number): EndpointFixture => {
    const cluster = clusterOf()
    // 10.1.0.0 to 10.1.0.99, 10.1.1.0 and so on: by text the hundred of each third number stay together.
    for (let index = 0; index < count; index++)
      cluster.addPod(`p${index}`, { ips: [`10.1.${Math.floor(index / 100)}.${index % 100}`] })
    cluster.settle().takeWrites()
    return cluster
  }

  it('are cut to those that come first by their text, and it is said', () => {
    const cluster = many(1_100)
    const kept = cluster.addresses() ?? []
    expect(kept).toHaveLength(1_000)
    // The hundred of 10.1.10 come before those of 10.1.2, and those of 10.1.9 are left over.
    expect(kept.filter(ip => ip.startsWith('10.1.10.'))).toHaveLength(100)
    expect(kept.filter(ip => ip.startsWith('10.1.9.'))).toHaveLength(0)
    expect(endpoints(cluster).metadata.annotations?.[OVER_CAPACITY]).toBe('truncated')
    expect(cluster.slices().flatMap(({ endpoints: list }) => list)).toHaveLength(1_100)

    // The first sync without a moment of its own takes the trigger time off; those after it change nothing.
    expect(endpoints(cluster).metadata.annotations?.[TRIGGER_TIME]).toBeDefined()
    expect(endpoints(poke(cluster)).metadata.annotations?.[TRIGGER_TIME]).toBeUndefined()
    cluster.takeWrites()
    expect(poke(cluster).countWrites('Endpoints')).toBe(0)

    // Whoever takes the mark of it off finds it again after the next sync.
    edit(cluster, one => ({ ...one, metadata: { ...one.metadata, annotations: {} } }))
    expect(endpoints(poke(cluster)).metadata.annotations).toEqual({ [OVER_CAPACITY]: 'truncated' })

    for (let index = 0; index < 100; index++) cluster.removePod(`p${index}`)
    expect(cluster.settle().addresses()).toHaveLength(1_000)
    expect(endpoints(cluster).metadata.annotations?.[OVER_CAPACITY]).toBeUndefined()
  })

  it('keep all that are ready and some of the others', () => {
    const cluster = many(1_001)
    for (const name of ['p5', 'p7']) cluster.setReady(name, false)
    cluster.settle()
    expect(cluster.addresses()?.filter(ip => !ip.startsWith('!'))).toHaveLength(999)
    expect(cluster.addresses()?.filter(ip => ip.startsWith('!'))).toEqual(['!10.1.0.5'])
    expect(endpoints(cluster).metadata.annotations?.[OVER_CAPACITY]).toBe('truncated')
  })
})
