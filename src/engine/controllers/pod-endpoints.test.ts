// Which Pods a Service has as endpoints, and what is said of each: what EndpointSlices and the Endpoints object beside them
// make of the same Pod, in a cluster in which the test plays the kubelet.

import { describe, expect, it } from 'vitest'
import type { ServiceSpec } from '../api/service/service.ts'
import { webService } from '../testing/controller-fixture.ts'
import { EndpointFixture, type PodParts } from '../testing/endpoint-fixture.ts'

function clusterWith(
  spec: Partial<ServiceSpec> = {},
  settings: EndpointFixture['settings'] | object = {},
): EndpointFixture {
  const cluster = new EndpointFixture({ settings })
  cluster.create('Service', webService(spec))
  return cluster.settle()
}

const DUAL_STACK = {
  'service-cluster-ip-range': '10.96.0.0/16,fd00:10:96::/112',
  'cluster-cidr': '10.244.0.0/16,fd00:10:244::/48',
}

function saysOf(cluster: EndpointFixture, pod: string): string {
  const { conditions } = cluster.endpointOf(pod) ?? {}
  if (!conditions) return 'absent'
  return [conditions.ready, conditions.serving, conditions.terminating]
    .map(one => (one === true ? 'T' : one === false ? 'F' : '?'))
    .join(' ')
}

describe('ready, serving and terminating of an endpoint, and its place in Endpoints', () => {
  interface Row {
    readonly ready: boolean
    readonly deleting: boolean
    readonly publish: boolean
  }
  it.each<readonly [Row, string, string]>([
    [{ ready: true, deleting: false, publish: false }, 'T T F', 'ready'],
    [{ ready: false, deleting: false, publish: false }, 'F F F', 'not ready'],
    [{ ready: true, deleting: true, publish: false }, 'F T T', 'absent'],
    [{ ready: false, deleting: true, publish: false }, 'F F T', 'absent'],
    [{ ready: true, deleting: false, publish: true }, 'T T F', 'ready'],
    [{ ready: false, deleting: false, publish: true }, 'T F F', 'ready'],
    [{ ready: true, deleting: true, publish: true }, 'T T T', 'ready'],
    [{ ready: false, deleting: true, publish: true }, 'T F T', 'ready'],
  ])('of a Pod with %j are %s, %s', ({ ready, deleting, publish }, conditions, place) => {
    const cluster = clusterWith({ publishNotReadyAddresses: publish })
    cluster.addPod('p0', { ready, ips: ['10.244.0.7'] })
    if (deleting) cluster.removePod('p0', 'gracefully')
    cluster.settle()
    expect(saysOf(cluster, 'p0')).toBe(conditions)
    expect(cluster.addresses()).toEqual(
      { ready: ['10.244.0.7'], 'not ready': ['!10.244.0.7'], absent: undefined }[place],
    )
  })

  it('of a Pod that terminates follow its readiness on', () => {
    const cluster = clusterWith()
    cluster.addPod('p0')
    cluster.removePod('p0', 'gracefully')
    cluster.settle()
    cluster.setReady('p0', false)
    cluster.settle()
    expect(saysOf(cluster, 'p0')).toBe('F F T')
    cluster.setReady('p0', true)
    cluster.settle()
    expect(saysOf(cluster, 'p0')).toBe('F T T')
  })
})

describe('a Pod is an endpoint', () => {
  it.each<readonly [string, PodParts, string]>([
    ['while it is Pending, once it has an address', { phase: 'Pending', ready: false }, 'F F F'],
    ['when it has no readiness gate to wait for, from its first moment on', {}, 'T T F'],
    ['not before it has an address', { ips: [] }, 'absent'],
    ['not when it runs without an address', { ips: [], phase: 'Running' }, 'absent'],
    ['not when it has Succeeded', { phase: 'Succeeded', ready: false }, 'absent'],
    ['not when it has Failed, even if it is still called ready', { phase: 'Failed', ready: true }, 'absent'],
    ['not when its labels match only in part', { labels: { app: 'webb' } }, 'absent'],
  ])('%s', (_, parts, conditions) => {
    const cluster = clusterWith()
    cluster.addPod('p0', parts)
    cluster.settle()
    expect(saysOf(cluster, 'p0')).toBe(conditions)
    const bucket = conditions === 'absent' ? undefined : [conditions.startsWith('T') ? '10.244.0.1' : '!10.244.0.1']
    expect(cluster.addresses()).toEqual(bucket)
  })

  it('no more when it ends, although the object stays', () => {
    const cluster = clusterWith()
    cluster.addPod('p0')
    cluster.settle()
    cluster.setStatus('p0', { phase: 'Succeeded' })
    cluster.setReady('p0', false)
    cluster.settle()
    expect([saysOf(cluster, 'p0'), cluster.addresses()]).toEqual(['absent', undefined])
  })

  it('no more when it ends while it is being deleted', () => {
    const cluster = clusterWith({ publishNotReadyAddresses: true })
    cluster.addPod('p0')
    cluster.removePod('p0', 'gracefully')
    cluster.settle()
    expect(saysOf(cluster, 'p0')).toBe('T T T')
    cluster.setStatus('p0', { phase: 'Failed' })
    cluster.settle()
    expect([saysOf(cluster, 'p0'), cluster.addresses()]).toEqual(['absent', undefined])
  })

  it('no more as soon as a label leaves it, and was never called terminating', () => {
    const cluster = clusterWith()
    const pod = cluster.addPod('p0')
    cluster.settle().takeWrites()
    cluster.user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels: {} } })
    cluster.settle()
    expect(cluster.slice().endpoints).toEqual([])
    expect(cluster.countWrites('EndpointSlice')).toBe(1)
    expect(cluster.addresses()).toBeUndefined()
  })
})

describe('a Pod on a Node that is not there', () => {
  const COMPLAINT =
    'Error updating Endpoint Slices for Service default/web: skipping Pod lost for Service default/web: '

  function lost(spec: Partial<ServiceSpec> = {}, nodeName = 'gone'): EndpointFixture {
    const cluster = clusterWith(spec)
    cluster.addPod('p0')
    cluster.addPod('lost', { spec: { nodeName } })
    cluster.runTo(1.5)
    return cluster
  }

  const complaints = (cluster: EndpointFixture): readonly (readonly [string, number])[] =>
    cluster.user
      .list('Event')
      .flatMap(({ involvedObject, message, count }) =>
        involvedObject.name === 'web' ? [[message, count ?? 0] as const] : [],
      )

  it('is left out of slices with a complaint, the others are written, and Endpoints have it', () => {
    const cluster = lost()
    expect([saysOf(cluster, 'lost'), saysOf(cluster, 'p0')]).toEqual(['absent', 'T T F'])
    expect(cluster.addresses()).toEqual(['10.244.0.1', '10.244.0.2'])
    expect(complaints(cluster)).toEqual([[`${COMPLAINT}Node gone Not Found`, 1]])
    expect(cluster.user.list('Event')[0]).toMatchObject({
      type: 'Warning',
      reason: 'FailedToUpdateEndpointSlices',
      source: { component: 'endpoint-slice-controller' },
      involvedObject: { kind: 'Service', name: 'web' },
    })
  })

  it('is looked for again after 1, 2, 4 and more seconds, until the Node comes', () => {
    const cluster = lost()
    const counts = [2.1, 4.1, 8.1, 16.1].map(seconds => complaints(cluster.runTo(seconds))[0]?.[1])
    expect(counts).toEqual([2, 3, 4, 5])
    cluster.addNode('gone', 'zone-b')
    expect(saysOf(cluster.runTo(31), 'lost')).toBe('absent')
    expect(saysOf(cluster.runTo(32.1), 'lost')).toBe('T T F')
    expect(cluster.endpointOf('lost')?.zone).toBe('zone-b')
    cluster.takeWrites()
    expect(complaints(cluster.runTo(49))).toEqual([[`${COMPLAINT}Node gone Not Found`, 5]])
    expect(cluster.waiting('endpointslice')).toEqual([])
  })

  it('is given up after fifteen retries, until something is heard of the Service', () => {
    const cluster = clusterWith()
    cluster.addPod('lost', { spec: { nodeName: '' } })
    // 1, 2, 4 … 512 s and then 1000 s five times.
    cluster.runTo(6_000)
    expect(cluster.waiting('endpointslice')).toEqual(['default/web'])
    expect(complaints(cluster)[0]?.[1]).toBe(15)
    cluster.runTo(6_030)
    expect(cluster.waiting('endpointslice')).toEqual([])
    expect(complaints(cluster)[0]?.[1]).toBe(16)
    cluster.setReady('lost', false)
    expect(cluster.waiting('endpointslice')).toEqual(['default/web'])
    expect(complaints(cluster.settle())[0]?.[1]).toBe(17)
  })

  it('is published without a zone when addresses are published whether ready or not', () => {
    const cluster = lost({ publishNotReadyAddresses: true })
    expect(cluster.endpointOf('lost')).toMatchObject({ nodeName: 'gone', conditions: { ready: true } })
    expect(cluster.endpointOf('lost')).not.toHaveProperty('zone')
    expect(complaints(cluster)).toEqual([])
  })

  it('is complained of once for both families', () => {
    const cluster = clusterWith({ ipFamilyPolicy: 'RequireDualStack' }, DUAL_STACK)
    cluster.addPod('lost', { ips: ['10.244.0.1', 'fd00::1'], spec: { nodeName: 'gone' } })
    expect(complaints(cluster.runTo(1.5))).toEqual([[`${COMPLAINT}Node gone Not Found`, 1]])
  })

  it('and so is one with an address that is on no Node at all', () => {
    const cluster = lost({}, '')
    expect(saysOf(cluster, 'lost')).toBe('absent')
    expect(complaints(cluster)).toEqual([[`${COMPLAINT}Node  Not Found`, 1]])
  })
})

describe('what an endpoint says beside its conditions', () => {
  it('is the Pod, its Node and the zone of that', () => {
    const cluster = clusterWith()
    const { metadata } = cluster.addPod('p0')
    cluster.settle()
    expect(cluster.endpointOf('p0')).toEqual({
      addresses: ['10.244.0.1'],
      conditions: { ready: true, serving: true, terminating: false },
      targetRef: { kind: 'Pod', namespace: 'default', name: 'p0', uid: metadata.uid },
      nodeName: 'h1',
      zone: 'zone-a',
    })
    expect(cluster.get('Endpoints', 'web').subsets?.[0]?.addresses).toEqual([
      {
        ip: '10.244.0.1',
        nodeName: 'h1',
        targetRef: { kind: 'Pod', namespace: 'default', name: 'p0', uid: metadata.uid },
      },
    ])
  })

  it.each<readonly [PodParts['spec'], string | undefined]>([
    [{ hostname: 'web-0', subdomain: 'web' }, 'web-0'],
    [{ hostname: 'web-0', subdomain: 'other' }, undefined],
    [{ hostname: 'web-0' }, undefined],
    [{ subdomain: 'web' }, undefined],
  ])('is, of a Pod with %j, the hostname %s', (spec, hostname) => {
    const cluster = clusterWith()
    cluster.addPod('p0', spec ? { spec } : {})
    cluster.settle()
    expect(cluster.endpointOf('p0')?.hostname).toBe(hostname)
    expect(cluster.get('Endpoints', 'web').subsets?.[0]?.addresses?.[0]?.hostname).toBe(hostname)
  })
})

describe('a Pod that comes again under its name', () => {
  function twins(): EndpointFixture {
    const cluster = clusterWith()
    for (const name of ['web-0', 'web-1']) cluster.addPod(name)
    cluster.settle()
    cluster.removePod('web-0')
    return cluster
  }

  const order = (cluster: EndpointFixture): readonly (string | undefined)[] =>
    cluster.slice().endpoints.map(({ targetRef }) => targetRef?.name)

  it('is the same endpoint with a new uid, in its place, when it has its address again', () => {
    const cluster = twins()
    const { metadata } = cluster.addPod('web-0', { ips: ['10.244.0.1'] })
    cluster.settle()
    expect(order(cluster)).toEqual(['web-0', 'web-1'])
    expect(cluster.endpointOf('web-0')?.targetRef?.uid).toBe(metadata.uid)
  })

  it('is another one, behind the rest, when DNS is to know it by another name', () => {
    const cluster = twins()
    cluster.addPod('web-0', { ips: ['10.244.0.1'], spec: { hostname: 'first', subdomain: 'web' } })
    cluster.settle()
    expect(order(cluster)).toEqual(['web-1', 'web-0'])
    expect(cluster.endpointOf('web-0')?.hostname).toBe('first')
  })

  it('is another one, behind the rest, when it has another address', () => {
    const cluster = twins()
    cluster.addPod('web-0')
    cluster.settle()
    expect(order(cluster)).toEqual(['web-1', 'web-0'])
  })
})

describe('each family of a Service', () => {
  it('has slices of its own, with a placeholder where Pods have no such address', () => {
    const cluster = clusterWith({ ipFamilyPolicy: 'RequireDualStack' }, DUAL_STACK)
    cluster.addPod('p0', { ips: ['10.244.0.1'] })
    cluster.settle()
    const sizes = cluster
      .slices()
      .map(({ addressType, endpoints, ports }) => `${addressType} ${endpoints.length} ${ports?.length ?? 0}`)
    expect(new Set(sizes)).toEqual(new Set(['IPv4 1 1', 'IPv6 0 0']))
    cluster.addPod('p1', { ips: ['10.244.0.2', 'fd00::2'] })
    cluster.settle()
    const addresses = cluster.slices().flatMap(({ endpoints }) => endpoints.flatMap(one => one.addresses))
    expect([...addresses].sort()).toEqual(['10.244.0.1', '10.244.0.2', 'fd00::2'])
    expect(cluster.addresses()).toEqual(['10.244.0.1', '10.244.0.2'])
  })

  it('loses its slices when the Service gives it up', () => {
    const cluster = clusterWith({ ipFamilyPolicy: 'RequireDualStack' }, DUAL_STACK)
    cluster.addPod('p0', { ips: ['10.244.0.1', 'fd00::1'] })
    cluster.settle().takeWrites()
    cluster.editService(service => ({ ...service, spec: { ...service.spec, ipFamilyPolicy: 'SingleStack' } }))
    cluster.settle()
    expect(cluster.slices().map(({ addressType }) => addressType)).toEqual(['IPv4'])
    expect(cluster.countWrites('EndpointSlice')).toBe(1)
  })

  it('is written in turn, creates first: those of one family, then those of the other', () => {
    const cluster = clusterWith({ ipFamilyPolicy: 'RequireDualStack' }, { ...DUAL_STACK, 'max-endpoints-per-slice': 1 })
    cluster.takeWrites()
    for (const name of ['p0', 'p1'])
      cluster.addPod(name, { ips: [`10.244.0.${name.slice(1)}`, `fd00::${name.slice(1)}`] })
    cluster.settle()
    const written = cluster
      .takeWrites()
      .flatMap(({ event: { kind, type, object } }) =>
        kind === 'EndpointSlice' ? [`${type} ${'addressType' in object ? object.addressType : ''}`] : [],
      )
    expect(written).toEqual(['ADDED IPv4', 'MODIFIED IPv4', 'ADDED IPv6', 'MODIFIED IPv6'])
  })

  it('has addresses in their canonical form, each Pod with all of them', () => {
    const cluster = clusterWith({ ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] }, DUAL_STACK)
    cluster.addPod('p0', { ips: ['fd00:0:0::00A1'] })
    cluster.settle()
    expect(cluster.endpointOf('p0')?.addresses).toEqual(['fd00::a1'])
  })
})
