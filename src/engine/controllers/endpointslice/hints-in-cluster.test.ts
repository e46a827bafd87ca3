// Hints on the endpoints of a Service in a cluster with zones: by `trafficDistribution`, and by the annotation topology-mode
// with what it says in Events. The sums themselves are tested beside topology-hints.ts.

import { describe, expect, it } from 'vitest'
import type { Labels } from '../../api/meta.ts'
import type { ServiceSpec } from '../../api/service/service.ts'
import { webService } from '../../testing/controller-fixture.ts'
import { EndpointFixture } from '../../testing/endpoint-fixture.ts'

const AUTO = { 'service.kubernetes.io/topology-mode': 'Auto' }

interface Given {
  readonly annotations?: Labels
  readonly spec?: Partial<ServiceSpec>
  /** `a=4 b=2`: a Node `na`, `nb` in each zone, with so many CPUs. */
  readonly cpus?: string
  /** `a:2 b:3`: so many ready Pods on the Node of each zone, `a0`, `a1`, `b0` and so on. */
  readonly pods?: string
}

function pairs(text: string, sign: string): readonly (readonly [string, string])[] {
  return text === '' ? [] : text.split(' ').map(part => part.split(sign) as [string, string])
}

function clusterOf({ annotations = {}, spec = {}, cpus = 'a=4 b=4', pods = '' }: Given): EndpointFixture {
  const cluster = new EndpointFixture()
  // Takes no part in the shares, and stands in no zone of theirs.
  cluster.user.delete('Node', '', 'h1')
  for (const [zone, cpu] of pairs(cpus, '=')) cluster.addNode(`n${zone}`, zone, cpu)
  const draft = webService(spec)
  cluster.create('Service', { ...draft, metadata: { ...draft.metadata, annotations } })
  for (const [zone, count] of pairs(pods, ':')) addPods(cluster, zone, Number(count))
  cluster.settle().takeWrites()
  return cluster
}

function addPods(cluster: EndpointFixture, zone: string, count: number, from = 0): void {
  for (let index = from; index < from + count; index++)
    cluster.addPod(`${zone}${index}`, { spec: { nodeName: `n${zone}` } })
}

/** `a0>a a1>b b0`: each Pod and the zones (and nodes) it is hinted to, by name. */
function hints(cluster: EndpointFixture): string {
  return cluster
    .slices()
    .flatMap(({ endpoints }) => endpoints)
    .map(({ targetRef, hints: { forZones = [], forNodes = [] } = {} }) => {
      const zones = (forZones ?? []).map(({ name }) => `>${name}`).join('')
      return `${targetRef?.name}${zones}${(forNodes ?? []).map(({ name }) => `@${name}`).join('')}`
    })
    .sort()
    .join(' ')
}

/** `a:4 b:3`: how many endpoints are hinted to each zone. */
function shares(cluster: EndpointFixture): string {
  const counts = new Map<string, number>()
  for (const one of hints(cluster).split(' ')) {
    const zone = one.split('>')[1] ?? '-'
    counts.set(zone, (counts.get(zone) ?? 0) + 1)
  }
  return [...counts]
    .map(([zone, count]) => `${zone}:${count}`)
    .sort()
    .join(' ')
}

/** What Events say of the Service by now: type, reason, message and count. */
function said(cluster: EndpointFixture): readonly string[] {
  return cluster.user
    .list('Event')
    .filter(({ involvedObject }) => involvedObject.kind === 'Service')
    .map(({ type, reason, message, count }) => `${type} ${reason} ${message} ×${count}`)
}

describe('trafficDistribution', () => {
  it.each<readonly [string, string]>([
    ['PreferClose', 'a0>a b0>b c0'],
    ['PreferSameZone', 'a0>a b0>b c0'],
    ['PreferSameNode', 'a0>a@na b0>b@nb c0'],
  ])('%s hints what is ready to its own place and leaves the rest without', (trafficDistribution, expected) => {
    const cluster = clusterOf({ spec: { trafficDistribution }, cpus: 'a=4 b=4 c=4' })
    for (const zone of ['a', 'b']) addPods(cluster, zone, 1)
    cluster.addPod('c0', { ready: false, spec: { nodeName: 'nc' } })
    cluster.settle()
    expect(hints(cluster)).toBe(expected)
    expect(said(cluster)).toEqual([])
  })

  it('hints to the node alone where the zone is not known, and to nothing where it wants the zone', () => {
    const cluster = clusterOf({ spec: { trafficDistribution: 'PreferSameNode' } })
    cluster.addNode('bare')
    cluster.addPod('p0', { spec: { nodeName: 'bare' } })
    cluster.settle()
    expect(hints(cluster)).toBe('p0@bare')
    cluster.editService(service => ({ ...service, spec: { ...service.spec, trafficDistribution: 'PreferSameZone' } }))
    cluster.settle()
    expect(hints(cluster)).toBe('p0')
  })

  it('never fails for too few endpoints or Nodes that say nothing of CPUs', () => {
    const cluster = clusterOf({ spec: { trafficDistribution: 'PreferSameZone' }, cpus: 'a=0 b=0 c=0', pods: 'a:1' })
    expect(hints(cluster)).toBe('a0>a')
    expect(said(cluster)).toEqual([])
  })

  it('takes the hint of a Pod that stops being ready off with its condition, and gives it again', () => {
    const cluster = clusterOf({ spec: { trafficDistribution: 'PreferSameZone' }, pods: 'a:1 b:1' })
    cluster.setReady('a0', false)
    expect(hints(cluster.settle())).toBe('a0 b0>b')
    cluster.setReady('a0', true)
    expect(hints(cluster.settle())).toBe('a0>a b0>b')
    cluster.removePod('b0', 'gracefully')
    expect(hints(cluster.settle())).toBe('a0>a b0')
  })

  it('writes slices once for their hints when it is set, and once when it is taken away', () => {
    const cluster = clusterOf({ pods: 'a:1 b:1' })
    cluster.editService(service => ({ ...service, spec: { ...service.spec, trafficDistribution: 'PreferSameZone' } }))
    cluster.settle()
    expect([hints(cluster), cluster.countWrites('EndpointSlice')]).toEqual(['a0>a b0>b', 1])
    cluster.takeWrites()
    cluster.editService(({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, annotations: { any: 'x' } } }))
    cluster.settle()
    expect(cluster.countWrites('EndpointSlice')).toBe(0)
    cluster.editService(service => ({ ...service, spec: { ...service.spec, trafficDistribution: undefined } }))
    cluster.settle()
    expect([hints(cluster), cluster.countWrites('EndpointSlice')]).toEqual(['a0 b0', 1])
  })

  it('gives way to topology-mode, which does not fall back to it when it cannot share out', () => {
    const spec = { trafficDistribution: 'PreferSameZone' }
    const cluster = clusterOf({ spec, annotations: AUTO, pods: 'a:1 b:1' })
    expect(hints(cluster)).toBe('a0>a b0>b')
    cluster.removePod('b0')
    cluster.settle()
    expect(hints(cluster)).toBe('a0')
  })
})

describe('topology-mode', () => {
  it.each<readonly [string, string, string]>([
    ['a=4 b=2 c=2', 'a:2 b:3 c:3', 'a:4 b:2 c:2'],
    ['a=4 b=4', 'a:6 b:1', 'a:4 b:3'],
    ['a=4 b=4', 'a:1 b:1', 'a:1 b:1'],
    ['a=4 b=2 c=2', 'a:4 b:2 c:3', 'a:4 b:2 c:3'],
  ])('shares endpoints out among Nodes with %s CPUs: of %s', (cpus, pods, expected) => {
    const cluster = clusterOf({ annotations: AUTO, cpus, pods })
    expect(shares(cluster)).toBe(expected)
    expect(said(cluster)).toEqual([
      'Normal TopologyAwareHintsEnabled Topology Aware Hints has been enabled, addressType: IPv4 ×1',
    ])
  })

  it('keeps six of eight at home and gives one of each small zone to the large one', () => {
    const cluster = clusterOf({ annotations: AUTO, cpus: 'a=4 b=2 c=2', pods: 'a:2 b:3 c:3' })
    const home = hints(cluster)
      .split(' ')
      .filter(one => one.startsWith(one.at(-1) ?? '-'))
    expect(home).toHaveLength(6)
    const lent = hints(cluster).match(/[bc]\d>a/g) ?? []
    expect(lent.map(one => one.charAt(0))).toEqual(['b', 'c'])
  })

  it.each<readonly [string, Given, string]>([
    [
      'an endpoint too few for the zones',
      { cpus: 'a=4 b=4 c=4', pods: 'a:1 b:1' },
      'Insufficient number of endpoints (2 endpoints, 3 zones)',
    ],
    [
      'four for three equal zones',
      { cpus: 'a=4 b=4 c=4', pods: 'a:2 b:1 c:1' },
      'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (4 endpoints, 3 zones)',
    ],
    [
      'ten for zones of a half and two quarters',
      { cpus: 'a=4 b=2 c=2', pods: 'a:4 b:3 c:3' },
      'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (10 endpoints, 3 zones)',
    ],
    [
      'one zone only',
      { cpus: 'a=4', pods: 'a:3' },
      'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
    ],
    [
      'a Node that says nothing of its CPUs',
      { cpus: 'a=4 b=4 c=0', pods: 'a:3 b:3' },
      'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
    ],
  ])('gives %s no hints and says why, with every sync', (_, given, why) => {
    const cluster = clusterOf({ ...given, annotations: AUTO })
    const warned = (count: number): readonly string[] => [
      `Warning TopologyAwareHintsDisabled ${why}, addressType: IPv4 ×${count}`,
    ]
    expect(hints(cluster)).not.toContain('>')
    expect(said(cluster)).toEqual(warned(1))
    cluster.editService(({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, annotations: { ...AUTO, any: 'x' } },
    }))
    expect(said(cluster.settle())).toEqual(warned(2))
    expect(cluster.countWrites('EndpointSlice')).toBe(0)
  })

  it('gives up when a ready endpoint stands in no zone', () => {
    const cluster = clusterOf({ annotations: AUTO, pods: 'a:2 b:1' })
    // A Node that is not ready does not spoil the shares.
    cluster.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'bare' }, spec: {} })
    cluster.addPod('p0', { spec: { nodeName: 'bare' } })
    cluster.settle()
    expect(hints(cluster)).toBe('a0 a1 b0 p0')
    expect(said(cluster).at(-1)).toBe(
      'Warning TopologyAwareHintsDisabled One or more endpoints do not have a zone specified, addressType: IPv4 ×1',
    )
  })

  it('says so when it is turned off, and again when it is turned on', () => {
    const cluster = clusterOf({ annotations: AUTO, pods: 'a:2 b:2' })
    cluster.editService(({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, annotations: undefined },
    }))
    expect(hints(cluster.settle())).toBe('a0 a1 b0 b1')
    cluster.editService(({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, annotations: AUTO } }))
    expect(hints(cluster.settle())).toBe('a0>a a1>a b0>b b1>b')
    expect(said(cluster)).toEqual([
      'Normal TopologyAwareHintsEnabled Topology Aware Hints has been enabled, addressType: IPv4 ×2',
      'Warning TopologyAwareHintsDisabled Topology Aware Hints has been disabled, addressType: IPv4 ×1',
    ])
  })

  it('is told anew to the family that stays when a Service gives the other up', () => {
    const cluster = new EndpointFixture({
      settings: {
        'service-cluster-ip-range': '10.96.0.0/16,fd00:10:96::/112',
        'cluster-cidr': '10.244.0.0/16,fd00:10:244::/48',
      },
    })
    cluster.addNode('h2', 'zone-b')
    const draft = webService({ ipFamilyPolicy: 'RequireDualStack' })
    cluster.create('Service', { ...draft, metadata: { ...draft.metadata, annotations: AUTO } })
    for (const index of [1, 2])
      cluster.addPod(`p${index}`, { ips: [`10.244.0.${index}`, `fd00::${index}`], spec: { nodeName: `h${index}` } })
    cluster.settle()
    expect(hints(cluster)).toBe('p1>zone-a p1>zone-a p2>zone-b p2>zone-b')
    cluster.editService(service => ({ ...service, spec: { ...service.spec, ipFamilyPolicy: 'SingleStack' } }))
    cluster.settle()
    expect(hints(cluster)).toBe('p1>zone-a p2>zone-b')
    expect(said(cluster)).toEqual([
      'Normal TopologyAwareHintsEnabled Topology Aware Hints has been enabled, addressType: IPv4 ×2',
    ])
  })

  it('hints an endpoint on a Node of the control plane to the zone of that Node, which has no share', () => {
    const cluster = clusterOf({ annotations: AUTO, pods: 'a:2 b:2' })
    cluster.addNode('nx', 'x', '8', { 'node-role.kubernetes.io/control-plane': '' })
    addPods(cluster, 'x', 2)
    cluster.settle()
    expect(hints(cluster)).toContain('x0>x x1>x')
  })

  it('has hints that still fit stay as they are', () => {
    const cluster = clusterOf({ annotations: AUTO, pods: 'a:2 b:2' })
    cluster.editService(({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, annotations: { ...AUTO, any: 'x' } },
    }))
    cluster.settle()
    expect(cluster.countWrites('EndpointSlice')).toBe(0)
    expect(said(cluster)).toHaveLength(1)
  })
})

describe('a change of Nodes', () => {
  const balanced = (): EndpointFixture => clusterOf({ annotations: AUTO, pods: 'a:3 b:3' })
  const keys = (cluster: EndpointFixture): readonly string[] => {
    const { nowMs } = cluster.loop
    // The shares are worked out anew first; that is a key of its own.
    for (let ms = nowMs; ms <= nowMs + 10; ms++) {
      cluster.loop.advanceTo(ms)
      if (cluster.waiting('endpointslice').includes('default/web')) return ['default/web']
    }
    return []
  }

  it('has a Service synced that has nothing in a new zone', () => {
    const cluster = balanced()
    cluster.addNode('nc', 'c')
    cluster.settle()
    expect(shares(cluster)).toBe('a:2 b:2 c:2')
  })

  it('has a Service synced that has too few for what a zone has grown to', () => {
    const cluster = balanced()
    cluster.addNode('na2', 'a', '16')
    cluster.settle()
    expect(shares(cluster)).toBe('a:5 b:1')
  })

  it('has nothing synced that is still well shared out', () => {
    const cluster = balanced()
    cluster.addNode('na2', 'a', '1')
    expect(keys(cluster)).toEqual([])
  })

  it('takes hints off when the Nodes do not tell enough any more, and gives none back by itself', () => {
    const cluster = balanced()
    cluster.addNode('bare')
    cluster.settle()
    expect(shares(cluster)).toBe('-:6')
    cluster.user.delete('Node', '', 'bare')
    expect(keys(cluster)).toEqual([])
    expect(shares(cluster.settle())).toBe('-:6')
    cluster.editService(({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, annotations: { ...AUTO, any: 'x' } },
    }))
    expect(shares(cluster.settle())).toBe('a:3 b:3')
  })

  it('that is of CPUs alone is not noticed', () => {
    const cluster = balanced()
    const node = cluster.get('Node', 'na', '')
    cluster.user.updateStatus('Node', { ...node, status: { ...node.status, allocatable: { cpu: '64' } } })
    expect(cluster.waiting('endpointslice')).toEqual([])
  })
})

it('knows its hints after a restart, so that nobody is told of them again', () => {
  const saved = clusterOf({ annotations: AUTO, pods: 'a:2 b:2' }).save()
  const cluster = new EndpointFixture({}, saved)
  addPods(cluster, 'a', 1, 2)
  addPods(cluster, 'b', 1, 2)
  cluster.settle()
  expect(shares(cluster)).toBe('a:3 b:3')
  expect(said(cluster)).toHaveLength(1)
})
