import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS, type ClusterSettings } from '../api/cluster-settings.ts'
import type { KindMap } from '../api/kind-registry.ts'
import type { Draft, Labels } from '../api/meta.ts'
import type { ServicePort, ServiceSpec } from '../api/service/service.ts'
import { canonicalJson } from '../kernel/json.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore, type StoreClient } from './index.ts'

interface Fixture {
  readonly store: ClusterStore
  readonly client: StoreClient
  readonly random: Random
  nowMs: number
}

function fixture(settings: Partial<ClusterSettings> = {}, seed = 1): Fixture {
  const random = new Random(seed)
  const all = { ...DEFAULT_SETTINGS, ...settings }
  const store = new ClusterStore({ random, settings: () => all, wallMs: () => DEFAULT_EPOCH_MS + made.nowMs })
  const made: Fixture = { store, client: store.client('test'), random, nowMs: 0 }
  for (const name of ['default', 'shop'])
    must(made.client.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }))
  return made
}

function must<T>(
  result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly status: { readonly message: string } },
): T {
  if (!result.ok) throw new Error(result.status.message)
  return result.value
}

function messageOf(
  result: { readonly ok: true } | { readonly ok: false; readonly status: { readonly message: string } },
): string {
  return result.ok ? 'accepted' : result.status.message
}

function pod(
  name: string,
  rest: {
    readonly labels?: Labels
    readonly nodeName?: string
    readonly namespace?: string
    readonly finalizers?: string[]
  } = {},
): Draft<KindMap['Pod']> {
  const { labels, nodeName, namespace, finalizers } = rest
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, finalizers },
    spec: { nodeName, containers: [{ name: 'c', image: 'nginx' }] },
  }
}

function service(name: string, spec: Partial<ServiceSpec> = {}): Draft<KindMap['Service']> {
  const ports = [{ port: 80, protocol: 'TCP' }] as const
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: 'ClusterIP', ports, ...spec } }
}

function nodePort(ports: readonly ServicePort[]): Partial<ServiceSpec> {
  return { type: 'NodePort', ports }
}

function slice(name: string, of: string): Draft<KindMap['EndpointSlice']> {
  const metadata = { name, labels: { 'kubernetes.io/service-name': of } }
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints: [] }
}

describe('what the server fills in', () => {
  test('name, namespace, uid, time, version and generation', () => {
    const { client, ...made } = fixture()
    made.nowMs = 0
    const created = must(client.create('Pod', pod('a')))
    expect(created.metadata).toMatchObject({
      name: 'a',
      namespace: 'default',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    })
    expect(created.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number(created.metadata.resourceVersion)).toBe(3)
  })

  test('a generated name of five letters', () => {
    const { client } = fixture()
    const created = must(client.create('Pod', { ...pod(''), metadata: { generateName: 'web-' } }))
    expect(created.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  test('the status of a new Pod, whatever the client sent', () => {
    const { client } = fixture()
    expect(must(client.create('Pod', { ...pod('a'), status: { phase: 'Running' } })).status).toEqual({
      phase: 'Pending',
      qosClass: 'BestEffort',
    })
  })

  test('tolerations for a Node that is not ready, unless the Pod has its own', () => {
    const { client } = fixture({ 'default-not-ready-toleration-seconds': 7 })
    expect(must(client.create('Pod', pod('a'))).spec.tolerations).toEqual([
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 7 },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ])
    const own = pod('b')
    const all = must(client.create('Pod', { ...own, spec: { ...own.spec, tolerations: [{ operator: 'Exists' }] } }))
    expect(all.spec.tolerations).toEqual([{ operator: 'Exists' }])
  })

  test('a taint on every new Node, and a podCIDR on simulated ones', () => {
    const { client } = fixture()
    const annotations = { 'service-playground/simulated': 'true' }
    const node = (name: string, podCIDR?: string): Draft<KindMap['Node']> => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, annotations },
      spec: { podCIDR },
    })
    must(client.create('Node', node('a', '10.244.2.0/24')))
    const made = ['b', 'c'].map(name => must(client.create('Node', node(name))).spec.podCIDR)
    expect(made).toEqual(['10.244.1.0/24', '10.244.3.0/24'])
    must(client.delete('Node', '', 'b'))
    expect(must(client.create('Node', node('d'))).spec).toEqual({
      podCIDR: '10.244.1.0/24',
      podCIDRs: ['10.244.1.0/24'],
      taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }],
    })
    const plain = must(client.create('Node', { ...node('e'), metadata: { name: 'e' } }))
    expect(plain.spec.podCIDR).toBeUndefined()
  })

  test('what it stores is frozen all the way down and has no undefined member', () => {
    const { client } = fixture()
    const created = must(client.create('Pod', pod('a', { labels: { app: 'web' } })))
    expect(Object.isFrozen(created.spec.containers[0])).toBe(true)
    expect(Object.isFrozen(created.metadata.labels)).toBe(true)
    expect('nodeName' in created.spec).toBe(false)
    expect('finalizers' in created.metadata).toBe(false)
  })
})

describe('refusals', () => {
  test.each<
    [
      string,
      (
        client: StoreClient,
      ) => { readonly ok: true } | { readonly ok: false; readonly status: { readonly message: string } },
      string,
    ]
  >([
    [
      'a missing namespace',
      client => client.create('Pod', pod('a', { namespace: 'nope' })),
      'namespaces "nope" not found',
    ],
    [
      'a name that is taken',
      client => (client.create('Pod', pod('a')), client.create('Pod', pod('a'))),
      'pods "a" already exists',
    ],
    [
      'no name',
      client => client.create('Pod', pod('')),
      'Pod "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    ['an absent object', client => client.delete('Deployment', 'default', 'a'), 'deployments.apps "a" not found'],
    [
      'a lasting namespace',
      client => client.delete('Namespace', '', 'default'),
      'namespaces "default" is forbidden: this namespace may not be deleted',
    ],
    [
      'a stale version',
      client => {
        const first = must(client.create('Pod', pod('a')))
        must(client.update('Pod', { ...first, metadata: { ...first.metadata, labels: { a: 'b' } } }))
        return client.update('Pod', first)
      },
      'Operation cannot be fulfilled on pods "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      'another uid',
      client => (client.create('Pod', pod('a')), client.delete('Pod', 'default', 'a', { preconditionUid: 'x' })),
      'Operation cannot be fulfilled on Pod "a": the UID in the precondition (x) does not match the UID in record',
    ],
  ])('%s', (_name, act, expected) => {
    expect(messageOf(act(fixture().client))).toContain(expected)
  })
})

describe('updates', () => {
  test('that change nothing keep the version and tell nobody', () => {
    const { client } = fixture()
    const created = must(client.create('Pod', pod('a')))
    const events: string[] = []
    client.watch(['Pod'], event => events.push(event.type))
    expect(must(client.update('Pod', created))).toBe(created)
    expect(must(client.updateStatus('Pod', { ...created, status: { ...created.status } }))).toBe(created)
    expect(events).toEqual([])
  })

  test('keep status, and status updates keep the rest', () => {
    const { client } = fixture()
    const created = must(client.create('Pod', pod('a')))
    const running = must(
      client.updateStatus('Pod', {
        ...created,
        metadata: { ...created.metadata, labels: { x: 'y' } },
        status: { phase: 'Running' },
      }),
    )
    expect(running.metadata.labels).toBeUndefined()
    expect(running.status).toEqual({ phase: 'Running' })
    const labelled = must(
      client.update('Pod', {
        ...running,
        metadata: { ...running.metadata, labels: { a: 'b' } },
        status: { phase: 'Failed' },
      }),
    )
    expect(labelled.status).toEqual({ phase: 'Running' })
  })

  test('raise the generation when the spec changes, but not when a Pod is bound', () => {
    const { client } = fixture()
    const created = must(client.create('Pod', pod('a')))
    const bound = must(client.update('Pod', { ...created, spec: { ...created.spec, nodeName: 'n1' } }))
    expect(bound.metadata.generation).toBe(1)
    const image = must(
      client.update('Pod', { ...bound, spec: { ...bound.spec, containers: [{ name: 'c', image: 'other' }] } }),
    )
    expect(image.metadata.generation).toBe(2)
  })

  test('share what did not change', () => {
    const { client } = fixture()
    const created = must(client.create('Pod', pod('a')))
    expect(must(client.updateStatus('Pod', { ...created, status: { phase: 'Running' } })).spec).toBe(created.spec)
  })
})

describe('deleting', () => {
  function bound(made: Fixture, name = 'a', finalizers?: string[]): KindMap['Pod'] {
    return must(made.client.create('Pod', pod(name, { nodeName: 'n1', ...(finalizers ? { finalizers } : {}) })))
  }

  test('a bound Pod marks the end of its grace', () => {
    const made = fixture()
    bound(made)
    const marked = must(made.client.delete('Pod', 'default', 'a'))
    expect(marked.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:30Z',
      deletionGracePeriodSeconds: 30,
      generation: 2,
    })
    expect(made.client.get('Pod', 'default', 'a')).toBe(marked)
  })

  test('again can only shorten the grace, counted from the first time', () => {
    const made = fixture()
    bound(made)
    must(made.client.delete('Pod', 'default', 'a'))
    made.nowMs = 5_000
    const longer = must(made.client.delete('Pod', 'default', 'a', { gracePeriodSeconds: 60 }))
    expect(longer.metadata.deletionTimestamp).toBe('2026-01-01T00:00:30Z')
    const shorter = must(made.client.delete('Pod', 'default', 'a', { gracePeriodSeconds: 10 }))
    expect(shorter.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:10Z',
      deletionGracePeriodSeconds: 10,
      generation: 2,
    })
    made.nowMs = 20_000
    const past = must(made.client.delete('Pod', 'default', 'a', { gracePeriodSeconds: 1 }))
    expect(past.metadata.deletionTimestamp).toBe('2026-01-01T00:00:20Z')
  })

  test.each([
    ['that is not bound', pod('a'), undefined],
    ['that has succeeded', pod('a', { nodeName: 'n1' }), 'Succeeded'],
    ['that has failed', pod('a', { nodeName: 'n1' }), 'Failed'],
  ] as const)('a Pod %s removes it at once', (_name, draft, phase) => {
    const { client } = fixture()
    const created = must(client.create('Pod', draft))
    if (phase) must(client.updateStatus('Pod', { ...created, status: { phase } }))
    must(client.delete('Pod', 'default', 'a'))
    expect(client.get('Pod', 'default', 'a')).toBeUndefined()
  })

  test('with grace 0 marks the Pod and removes it in the same breath', () => {
    const made = fixture()
    const created = bound(made)
    const events: string[] = []
    made.client.watch(['Pod'], event =>
      events.push(`${event.type} ${event.previous === created} ${event.object.metadata.deletionGracePeriodSeconds}`),
    )
    must(made.client.delete('Pod', 'default', 'a', { gracePeriodSeconds: 0 }))
    expect(events).toEqual(['MODIFIED true 0', 'DELETED false 0'])
  })

  test('waits for finalizers, and the last one to go takes the object with it', () => {
    const made = fixture()
    bound(made, 'a', ['x/y'])
    const marked = must(made.client.delete('Pod', 'default', 'a', { gracePeriodSeconds: 0 }))
    expect(made.client.get('Pod', 'default', 'a')).toBe(marked)
    expect(
      messageOf(made.client.update('Pod', { ...marked, metadata: { ...marked.metadata, finalizers: ['x/y', 'x/z'] } })),
    ).toContain('no new finalizers can be added if the object is being deleted')
    must(made.client.update('Pod', { ...marked, metadata: { ...marked.metadata, finalizers: [] } }))
    expect(made.client.get('Pod', 'default', 'a')).toBeUndefined()
  })

  test('a terminating Pod may still be changed without going early', () => {
    const made = fixture()
    bound(made)
    const marked = must(made.client.delete('Pod', 'default', 'a'))
    must(made.client.update('Pod', { ...marked, metadata: { ...marked.metadata, labels: { a: 'b' } } }))
    expect(made.client.get('Pod', 'default', 'a')?.metadata.labels).toEqual({ a: 'b' })
  })

  test('a Service deletes its Endpoints', () => {
    const { client } = fixture()
    must(client.create('Service', service('web')))
    must(client.create('Endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web' } }))
    must(client.delete('Service', 'default', 'web'))
    expect(client.get('Endpoints', 'default', 'web')).toBeUndefined()
  })

  test('a namespace with its contents empties it at once, and it alone', () => {
    const { client } = fixture()
    must(client.create('Pod', pod('a', { namespace: 'shop', nodeName: 'n1' })))
    must(client.create('Pod', pod('a')))
    must(client.delete('Namespace', '', 'shop', { withContents: true }))
    expect(client.list('Pod').map(one => one.metadata.namespace)).toEqual(['default'])
    expect(messageOf(client.create('Pod', pod('b', { namespace: 'shop' })))).toBe('namespaces "shop" not found')
  })
})

describe('cluster addresses', () => {
  test('come from the upper band, whatever the seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { client } = fixture({}, seed)
      const { clusterIP = '' } = must(client.create('Service', service('web'))).spec
      const [, , third, fourth] = clusterIP.split('.').map(Number)
      expect((third ?? 0) * 256 + (fourth ?? 0)).toBeGreaterThan(256)
    }
  })

  test('fill the range to the last, the lower band at the end, then it is full', () => {
    const { client } = fixture({ 'service-cluster-ip-range': '10.0.0.0/27' })
    const given = Array.from(
      { length: 30 },
      (_, index) => must(client.create('Service', service(`s${index}`))).spec.clusterIP,
    )
    expect(new Set(given).size).toBe(30)
    expect(given.slice(14)).toEqual(Array.from({ length: 16 }, (_, index) => `10.0.0.${index + 1}`))
    expect(messageOf(client.create('Service', service('one-more')))).toBe(
      'Internal error occurred: failed to allocate a serviceIP: range is full',
    )
  })

  test.each([
    ['10.96.0.10', 'accepted'],
    ['10.96.255.254', 'accepted'],
    ['10.96.0.0', 'failed to allocate IP 10.96.0.0: the provided network does not match the current range'],
    ['10.96.255.255', 'failed to allocate IP 10.96.255.255: the provided network does not match the current range'],
    ['1.2.3.4', 'failed to allocate IP 1.2.3.4: the provided network does not match the current range'],
    ['foo', 'spec.clusterIPs[0]: Invalid value: "foo": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ['fd00::1', 'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'],
  ])('%s asked for: %s', (clusterIP, expected) => {
    expect(messageOf(fixture().client.create('Service', service('web', { clusterIP })))).toContain(expected)
  })

  test('that are taken are refused, and free again after a deletion', () => {
    const { client } = fixture()
    const fixed = { clusterIP: '10.96.0.10' }
    must(client.create('Service', service('a', fixed)))
    expect(messageOf(client.create('Service', service('a', fixed)))).toBe(
      'Service "a" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    )
    must(client.delete('Service', 'default', 'a'))
    expect(messageOf(client.create('Service', service('b', fixed)))).toBe('accepted')
  })

  test('cannot change, and stay when the client leaves them out', () => {
    const { client } = fixture()
    const created = must(client.create('Service', service('web')))
    const { clusterIP: _ip, clusterIPs: _ips, ...silent } = created.spec
    expect(must(client.update('Service', { ...created, spec: silent })).spec.clusterIP).toBe(created.spec.clusterIP)
    expect(messageOf(client.update('Service', { ...created, spec: { ...silent, clusterIP: '10.96.0.77' } }))).toBe(
      'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.0.77"]: may not change once set',
    )
  })

  test('a refused Service takes none', () => {
    const { client } = fixture({ 'service-cluster-ip-range': '10.0.0.0/30' })
    for (let tries = 0; tries < 5; tries++)
      expect(client.create('Service', service('web', { ports: [] })).ok).toBe(false)
    expect(client.create('Service', service('a')).ok && client.create('Service', service('b')).ok).toBe(true)
  })
})

describe('addresses of two families', () => {
  const RANGES = { 'service-cluster-ip-range': '10.0.0.0/28,fd00:10:96::/124' }

  test('come one from each range, in the order of the families', () => {
    const { client } = fixture(RANGES)
    const { clusterIP, clusterIPs } = must(
      client.create('Service', service('web', { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6', 'IPv4'] })),
    ).spec
    expect(clusterIPs).toEqual([
      expect.stringMatching(/^fd00:10:96::[1-9a-f]$/),
      expect.stringMatching(/^10\.0\.0\.\d+$/),
    ])
    expect(clusterIP).toBe(clusterIPs?.[0])
  })

  test('the second is given when it is asked for later, and is free again when it is given up', () => {
    const { client } = fixture(RANGES)
    const single = must(client.create('Service', service('web')))
    const dual = must(
      client.update('Service', { ...single, spec: { ...single.spec, ipFamilyPolicy: 'RequireDualStack' } }),
    )
    expect(dual.spec.clusterIPs).toEqual([single.spec.clusterIP, expect.stringMatching(/^fd00:10:96::/)])
    const second = dual.spec.clusterIPs?.[1]
    const other = { clusterIP: second, clusterIPs: [second ?? ''] }
    expect(messageOf(client.create('Service', service('other', other)))).toContain('provided IP is already allocated')
    const again = must(client.update('Service', { ...dual, spec: { ...dual.spec, ipFamilyPolicy: 'SingleStack' } }))
    expect(again.spec).toEqual(single.spec)
    expect(messageOf(client.create('Service', service('other', other)))).toBe('accepted')
  })

  test('stay when a client names the first alone', () => {
    const { client } = fixture(RANGES)
    const dual = must(client.create('Service', service('web', { ipFamilyPolicy: 'PreferDualStack' })))
    const { clusterIPs: _, ...old } = dual.spec
    expect(must(client.update('Service', { ...dual, spec: old })).spec).toEqual(dual.spec)
  })

  test('are all of the range but its own', () => {
    const { client } = fixture(RANGES)
    const six = { ipFamilies: ['IPv6' as const] }
    const given = Array.from(
      { length: 15 },
      (_, index) => must(client.create('Service', service(`s${index}`, six))).spec.clusterIP,
    )
    expect(new Set(given).size).toBe(15)
    expect(messageOf(client.create('Service', service('one-more', six)))).toContain('range is full')
    expect(messageOf(client.create('Service', service('four')))).toBe('accepted')
  })
})

describe('node ports', () => {
  test('come from the upper band first', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { spec } = must(fixture({}, seed).client.create('Service', service('web', { type: 'NodePort' })))
      expect(spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_086)
      expect(spec.ports?.[0]?.nodePort).toBeLessThanOrEqual(32_767)
    }
  })

  test('two ports of one number share one', () => {
    const { client } = fixture()
    const dns = nodePort([
      { name: 'a', port: 53, protocol: 'UDP' },
      { name: 'b', port: 53, protocol: 'TCP' },
    ])
    const ports = must(client.create('Service', service('dns', dns))).spec.ports
    expect(ports?.[0]?.nodePort).toBe(ports?.[1]?.nodePort)
  })

  test.each([
    [8080, 'provided port is not in the valid range. The range of valid ports is 30000-32767'],
    [30_000, 'accepted'],
    [32_767, 'accepted'],
  ])('%i asked for: %s', (port, expected) => {
    const result = fixture().client.create(
      'Service',
      service('web', nodePort([{ port: 80, protocol: 'TCP', nodePort: port }])),
    )
    expect(messageOf(result)).toContain(expected)
  })

  test('that are taken are refused; the Service itself may keep its own', () => {
    const { client } = fixture()
    const fixed = nodePort([{ port: 80, protocol: 'TCP', nodePort: 30_080 }])
    const created = must(client.create('Service', service('a', fixed)))
    expect(messageOf(client.create('Service', service('b', fixed)))).toContain(
      'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    )
    expect(
      messageOf(client.update('Service', { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } })),
    ).toBe('accepted')
  })

  test('go back when the type no longer needs them', () => {
    const { client } = fixture()
    const fixed = nodePort([{ port: 80, protocol: 'TCP', nodePort: 30_080 }])
    const created = must(client.create('Service', service('a', fixed)))
    const plain = must(client.update('Service', { ...created, spec: { ...created.spec, type: 'ClusterIP' } }))
    expect(plain.spec.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }])
    expect(plain.spec.externalTrafficPolicy).toBeUndefined()
    expect(client.create('Service', service('b', fixed)).ok).toBe(true)
  })

  test('a balancer with local traffic has one more for health checks', () => {
    const { client } = fixture()
    const { spec } = must(
      client.create('Service', service('lb', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' })),
    )
    expect(spec.healthCheckNodePort).not.toBe(spec.ports?.[0]?.nodePort)
    expect(spec.healthCheckNodePort).toBeGreaterThan(30_000)
  })
})

test('no address and no node port is ever held by two Services', () => {
  const step = fc.record({
    name: fc.integer({ min: 0, max: 7 }).map(index => `s${index}`),
    act: fc.constantFrom('create', 'delete', 'ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'headless'),
    port: fc.option(fc.integer({ min: 29_999, max: 30_008 }), { nil: undefined }),
    ip: fc.option(
      fc.integer({ min: 0, max: 16 }).map(last => `10.0.0.${last}`),
      { nil: undefined },
    ),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const { client } = fixture({
        'service-cluster-ip-range': '10.0.0.0/28',
        'service-node-port-range': '30000-30007',
      })
      for (const { name, act, port, ip } of steps) {
        const ports = [
          { port: 80, protocol: 'TCP', nodePort: act === 'create' || act === 'NodePort' ? port : undefined },
        ] as const
        const live = client.get('Service', 'default', name)
        if (act === 'delete') client.delete('Service', 'default', name)
        else if (!live)
          client.create('Service', service(name, { type: port ? 'NodePort' : 'ClusterIP', ports, clusterIP: ip }))
        else if (act === 'headless')
          client.update('Service', { ...live, spec: { ...live.spec, clusterIP: 'None', clusterIPs: ['None'] } })
        else if (act !== 'create')
          client.update('Service', { ...live, spec: { ...live.spec, type: act, ports, externalName: 'example.com' } })
      }
      const services = client.list('Service')
      const ips = services.flatMap(one => one.spec.clusterIPs ?? []).filter(one => one !== 'None')
      expect(new Set(ips).size).toBe(ips.length)
      const nodePorts = services
        .flatMap(one => [...new Set([...(one.spec.ports ?? []).map(p => p.nodePort), one.spec.healthCheckNodePort])])
        .filter(Boolean)
      expect(new Set(nodePorts).size).toBe(nodePorts.length)
      for (const { spec } of services) {
        if (spec.type === 'NodePort')
          expect(spec.ports?.every(p => (p.nodePort ?? 0) >= 30_000 && (p.nodePort ?? 0) <= 30_007)).toBe(true)
        if (spec.type === 'ClusterIP') expect(spec.ports?.every(p => p.nodePort === undefined)).toBe(true)
      }
    }),
    { seed: 5, numRuns: 300 },
  )
})

describe('reading', () => {
  const step = fc.record({
    act: fc.constantFrom('create', 'delete', 'relabel', 'bind'),
    name: fc.constantFrom('a', 'a-b', 'b', 'c'),
    namespace: fc.constantFrom('default', 'shop'),
    app: fc.constantFrom('x', 'y'),
    tier: fc.constantFrom('1', '2', undefined),
    node: fc.constantFrom('n1', 'n2'),
    owner: fc.constantFrom('u1', 'u2', undefined),
  })
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

  function play(client: StoreClient, steps: readonly Step[]): void {
    for (const { act, name, namespace, app, tier, node, owner } of steps) {
      const labels: Labels = tier === undefined ? { app } : { app, tier }
      const ownerReferences =
        owner === undefined
          ? undefined
          : [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: owner, controller: true }]
      const live = client.get('Pod', namespace, name)
      if (act === 'create')
        client.create('Pod', { ...pod(name), metadata: { name, namespace, labels, ownerReferences } })
      else if (act === 'delete') client.delete('Pod', namespace, name, { gracePeriodSeconds: 0 })
      else if (live && act === 'relabel')
        client.update('Pod', { ...live, metadata: { ...live.metadata, labels, ownerReferences } })
      else if (live && act === 'bind') client.update('Pod', { ...live, spec: { ...live.spec, nodeName: node } })
    }
  }

  test('an index says what a full scan would say, in order, also after a restore', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const made = fixture()
        play(made.client, steps)
        const restored = fixture({}, 2)
        restored.store.load(JSON.parse(canonicalJson(made.store.save())))
        for (const { client } of [made, restored]) {
          const all = client.list('Pod')
          const order = all.map(one => `${one.metadata.namespace}\0${one.metadata.name}`)
          expect(order).toEqual(order.toSorted())
          expect(client.list('Pod', 'shop')).toEqual(all.filter(one => one.metadata.namespace === 'shop'))
          for (const node of ['n1', 'n2'])
            expect(client.podsOnNode(node)).toEqual(all.filter(one => one.spec.nodeName === node))
          for (const uid of ['u1', 'u2']) {
            expect(client.ownedBy('Pod', uid)).toEqual(
              all.filter(one => one.metadata.ownerReferences?.[0]?.uid === uid),
            )
          }
          const selectors: Labels[] = [{ app: 'x' }, { app: 'x', tier: '1' }, { tier: '2' }, { app: 'z' }]
          for (const selector of selectors) {
            const expected = all.filter(
              one =>
                one.metadata.namespace === 'shop' &&
                Object.entries(selector).every(([key, value]) => one.metadata.labels?.[key] === value),
            )
            expect(client.podsWithLabels('shop', selector)).toEqual(expected)
          }
        }
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  test('an empty selector matches no Pod', () => {
    const { client } = fixture()
    must(client.create('Pod', pod('a', { labels: { app: 'x' } })))
    expect(client.podsWithLabels('default', {})).toEqual([])
  })

  test('slices are found by their Service', () => {
    const { client } = fixture()
    for (const name of ['web-b', 'web-a']) must(client.create('EndpointSlice', slice(name, 'web')))
    must(client.create('EndpointSlice', slice('api-a', 'api')))
    expect(client.slicesOfService('default', 'web').map(one => one.metadata.name)).toEqual(['web-a', 'web-b'])
    expect(client.slicesOfService('shop', 'web')).toEqual([])
  })

  test('save and load together change nothing, and the restored store goes on alike', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.array(step, { maxLength: 10 }), (before, after) => {
        const made = fixture()
        play(made.client, before)
        const saved = canonicalJson({ store: made.store.save(), random: made.random.save() })
        const restored = fixture({}, 9)
        const parsed = JSON.parse(saved)
        restored.store.load(parsed.store)
        restored.random.load(parsed.random)
        expect(canonicalJson({ store: restored.store.save(), random: restored.random.save() })).toBe(saved)
        play(made.client, after)
        play(restored.client, after)
        expect(canonicalJson(restored.store.save())).toBe(canonicalJson(made.store.save()))
      }),
      { seed: 4, numRuns: 100 },
    )
  })
})

describe('watching', () => {
  test('tells every write in order, with what was there before', () => {
    const { client } = fixture()
    const seen: string[] = []
    client.watch(['Pod', 'Service'], event =>
      seen.push(
        `${event.type} ${event.object.metadata.name} ${event.previous?.metadata.resourceVersion ?? '-'}→${event.object.metadata.resourceVersion}`,
      ),
    )
    const created = must(client.create('Pod', pod('a')))
    must(client.create('Service', service('s')))
    must(client.updateStatus('Pod', { ...created, status: { phase: 'Running' } }))
    must(client.delete('Pod', 'default', 'a'))
    expect(seen).toEqual(['ADDED a -→3', 'ADDED s -→4', 'MODIFIED a 3→5', 'MODIFIED a 5→6', 'DELETED a 6→7'])
  })

  test('is for the kinds that were named', () => {
    const { client } = fixture()
    const seen: string[] = []
    client.watch(['Service'], event => seen.push(event.kind))
    must(client.create('Pod', pod('a')))
    expect(seen).toEqual([])
  })

  test('a handler that writes is a bug, and is told so', () => {
    const { client } = fixture()
    client.watch(['Pod'], () => void client.create('Service', service('s')))
    expect(() => client.create('Pod', pod('a'))).toThrow('a watch handler wrote to the store')
  })
})

describe('a transaction', () => {
  test('that is not committed leaves no trace', () => {
    const { store, client, random } = fixture()
    must(client.create('Service', service('kept')))
    const before = canonicalJson({ store: store.save(), random: random.save() })
    const inside = store.transaction(() => {
      must(client.create('Service', service('web')))
      must(client.delete('Service', 'default', 'kept'))
      return { commit: false, value: client.list('Service').map(one => one.metadata.name) }
    })
    expect(inside).toEqual(['web'])
    expect(canonicalJson({ store: store.save(), random: random.save() })).toBe(before)
  })

  test('that throws leaves no trace either', () => {
    const { store, client } = fixture()
    const before = canonicalJson(store.save())
    expect(() =>
      store.transaction(() => {
        must(client.create('Pod', pod('a')))
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(canonicalJson(store.save())).toBe(before)
  })
})
