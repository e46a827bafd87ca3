// The mirroring controller in a cluster: which Endpoints get slices, what these say and what they leave out, how they
// follow, and what others can do to them.

import { describe, expect, it } from 'vitest'
import type { Endpoints, EndpointSubset } from '../../api/endpoints/endpoints.ts'
import type { EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Labels } from '../../api/meta.ts'
import type { ServiceSpec } from '../../api/service/service.ts'
import { webService, type FixtureOptions } from '../../testing/controller-fixture.ts'
import { EndpointFixture } from '../../testing/endpoint-fixture.ts'
import { MIRRORING_CONTROLLER } from './mirror-endpoints.ts'

const OWN = {
  'kubernetes.io/service-name': 'web',
  'endpointslice.kubernetes.io/managed-by': MIRRORING_CONTROLLER,
}
const ONE: EndpointSubset = { addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }

interface Given {
  readonly subsets?: readonly EndpointSubset[]
  readonly labels?: Labels
  readonly annotations?: Labels
  readonly spec?: Partial<ServiceSpec> | 'no Service'
  readonly settings?: FixtureOptions['settings']
}

function clusterOf({ subsets = [ONE], labels, annotations, spec = {}, settings = {} }: Given = {}): EndpointFixture {
  const cluster = new EndpointFixture({ settings })
  if (spec !== 'no Service') cluster.create('Service', webService({ selector: undefined, ...spec }))
  cluster.create('Endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'default', labels, annotations },
    subsets,
  })
  cluster.settle().takeWrites()
  return cluster
}

function edit(cluster: EndpointFixture, change: (endpoints: Endpoints) => Endpoints): EndpointFixture {
  expect(cluster.user.update('Endpoints', change(cluster.get('Endpoints', 'web'))).ok).toBe(true)
  return cluster.settle()
}

const withSubsets =
  (...subsets: readonly EndpointSubset[]) =>
  (endpoints: Endpoints): Endpoints => ({ ...endpoints, subsets })

/** `IPv4 80 a !b`: family, ports and addresses of each slice, `!` before those that are not ready. */
function slices(cluster: EndpointFixture): readonly string[] {
  return cluster
    .slices()
    .map(({ addressType, ports, endpoints }) => {
      const addresses = endpoints.map(one => `${one.conditions?.ready ? '' : '!'}${one.addresses.join()}`)
      return [addressType, (ports ?? []).map(({ port }) => port).join('+') || '-', ...addresses].join(' ')
    })
    .sort()
}

describe('Endpoints are mirrored', () => {
  it.each<readonly [string, Given]>([
    ['of a Service without a selector', {}],
    ['of a headless one', { spec: { clusterIP: 'None' } }],
    [
      'of one that is only a name elsewhere',
      { spec: { type: 'ExternalName', externalName: 'example.com', ports: undefined } },
    ],
    ['that say skip-mirror, but not "true"', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'True' } }],
  ])('%s', (_, given) => expect(slices(clusterOf(given))).toEqual(['IPv4 80 192.0.2.1']))

  it.each<readonly [string, Given]>([
    ['that say so', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }],
    ['that serve the election of a leader', { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }],
    ['without a Service', { spec: 'no Service' }],
  ])('not those %s', (_, given) => expect(slices(clusterOf(given))).toEqual([]))

  it('not those that the controller keeps for a Service with a selector', () => {
    const cluster = new EndpointFixture()
    cluster.create('Service', webService())
    cluster.addPod('p0')
    cluster.settle()
    expect(cluster.slice().metadata.labels?.['endpointslice.kubernetes.io/managed-by']).toBe(
      'endpointslice-controller.k8s.io',
    )
  })

  it('as soon as their Service comes', () => {
    const cluster = clusterOf({ spec: 'no Service' })
    cluster.create('Service', webService({ selector: undefined }))
    expect(slices(cluster.settle())).toEqual(['IPv4 80 192.0.2.1'])
  })

  it('no more when they begin to serve an election', () => {
    const annotations = { 'control-plane.alpha.kubernetes.io/leader': '{}' }
    const cluster = edit(clusterOf(), ({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, annotations } }))
    expect(slices(cluster)).toEqual([])
  })

  it('no more when they are deleted', () => {
    const cluster = clusterOf()
    cluster.user.delete('Endpoints', 'default', 'web')
    expect(slices(cluster.settle())).toEqual([])
  })

  it('no more when they lose their addresses', () => {
    expect(slices(edit(clusterOf(), withSubsets()))).toEqual([])
  })
})

describe('a mirrored slice', () => {
  it('belongs to the Endpoints and has their labels and annotations, but for those of tools', () => {
    const cluster = clusterOf({
      labels: { app: 'db', 'endpoints.kubernetes.io/managed-by': 'me' },
      annotations: {
        note: 'x',
        'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
      },
    })
    const { name, generateName, labels, annotations, ownerReferences } = cluster.slice().metadata
    expect([name.slice(0, 4), generateName]).toEqual(['web-', 'web-'])
    expect(labels).toEqual({ app: 'db', 'endpoints.kubernetes.io/managed-by': 'me', ...OWN })
    expect(annotations).toEqual({ note: 'x' })
    expect(ownerReferences).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Endpoints',
        name: 'web',
        uid: cluster.get('Endpoints', 'web').metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ])
  })

  it('says ready or not, and copies node, name and target; no serving, terminating, zone or hint', () => {
    const targetRef = { kind: 'Pod', namespace: 'default', name: 'p0', uid: 'u' }
    const cluster = clusterOf({
      subsets: [
        {
          addresses: [{ ip: '192.0.2.1', hostname: 'db-0', nodeName: 'h1', targetRef }],
          notReadyAddresses: [{ ip: '192.0.2.2' }],
          ports: [{ name: 'sql', port: 5432, protocol: 'TCP', appProtocol: 'mysql' }],
        },
      ],
    })
    expect(cluster.slice().endpoints).toEqual([
      { addresses: ['192.0.2.1'], conditions: { ready: true }, hostname: 'db-0', nodeName: 'h1', targetRef },
      { addresses: ['192.0.2.2'], conditions: { ready: false } },
    ])
    expect(cluster.slice().ports).toEqual([{ name: 'sql', port: 5432, protocol: 'TCP', appProtocol: 'mysql' }])
  })

  it('is one for each family and each set of ports', () => {
    const cluster = clusterOf({
      subsets: [
        { addresses: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }], ports: [{ name: 'a', port: 80 }] },
        { addresses: [{ ip: '192.0.2.2' }], ports: [{ name: 'a', port: 80 }] },
        { addresses: [{ ip: '192.0.2.3' }], ports: [{ name: 'b', port: 81 }] },
      ],
    })
    expect(slices(cluster)).toEqual(['IPv4 80 192.0.2.1 192.0.2.2', 'IPv4 81 192.0.2.3', 'IPv6 80 2001:db8::1'])
  })

  it('calls an address not ready that one of two subsets of the same port calls so', () => {
    const ports = [{ port: 80 }]
    const cluster = clusterOf({
      subsets: [
        { addresses: [{ ip: '192.0.2.1' }], ports },
        { notReadyAddresses: [{ ip: '192.0.2.1' }], ports },
      ],
    })
    expect(slices(cluster)).toEqual(['IPv4 80 !192.0.2.1'])
  })

  it('has no ports when the subset has none', () => {
    expect(slices(clusterOf({ subsets: [{ addresses: [{ ip: '192.0.2.1' }] }] }))).toEqual(['IPv4 - 192.0.2.1'])
  })
})

describe('following Endpoints', () => {
  /** What was written since the cluster had settled. */
  const written = (cluster: EndpointFixture): readonly string[] =>
    cluster.takeWrites().flatMap(({ event: { kind, type } }) => (kind === 'EndpointSlice' ? [type] : []))
  const identity = ({ metadata: { name, uid } }: EndpointSlice): readonly string[] => [name, uid]

  it('writes a slice anew, under its name, for another port', () => {
    const cluster = clusterOf()
    const before = identity(cluster.slice())
    edit(cluster, withSubsets({ ...ONE, ports: [{ port: 81 }] }))
    expect(slices(cluster)).toEqual(['IPv4 81 192.0.2.1'])
    expect(identity(cluster.slice())).toEqual(before)
    expect(cluster.slice().metadata.generateName).toBe('web-')
    expect(written(cluster)).toEqual(['MODIFIED'])
  })

  it('makes another one for another family', () => {
    const cluster = edit(clusterOf(), withSubsets({ addresses: [{ ip: '2001:db8::1' }], ports: [{ port: 80 }] }))
    expect(slices(cluster)).toEqual(['IPv6 80 2001:db8::1'])
    expect(written(cluster)).toEqual(['ADDED', 'DELETED'])
  })

  it('uses the first slice that would go for the first that would come', () => {
    const port = (number: number): EndpointSubset => ({ ...ONE, ports: [{ name: `p${number}`, port: number }] })
    const cluster = clusterOf({ subsets: [port(80)] })
    const before = identity(cluster.slice())
    cluster.runTo(3)
    edit(cluster, withSubsets(port(81), { ...port(82), addresses: [{ ip: '192.0.2.2' }] }))
    const kept = cluster.slices().find(slice => slice.metadata.name === before[0])
    expect(kept?.ports?.[0]?.port).toBe(81)
    expect(written(cluster)).toEqual(['ADDED', 'MODIFIED'])
  })

  it('deletes the slices of ports that are gone, and keeps the others as they are', () => {
    const two = { addresses: [{ ip: '192.0.2.2' }], ports: [{ name: 'b', port: 81 }] }
    const one = { ...ONE, ports: [{ name: 'a', port: 80 }] }
    const cluster = clusterOf({ subsets: [one, two] })
    const kept = cluster.slices().find(({ ports }) => ports?.[0]?.port === 80)
    edit(cluster, withSubsets(one))
    expect(cluster.slices()).toEqual([kept])
    expect(written(cluster)).toEqual(['DELETED'])
  })

  it('writes labels and annotations over, and nothing when nothing of it changed', () => {
    const cluster = clusterOf({ labels: { app: 'db' } })
    edit(cluster, ({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, labels: { app: 'sql' }, annotations: { a: 'b' } },
    }))
    expect(cluster.slice().metadata).toMatchObject({ labels: { app: 'sql', ...OWN }, annotations: { a: 'b' } })
    cluster.takeWrites()
    edit(cluster, ({ metadata, ...rest }) => ({
      ...rest,
      metadata: {
        ...metadata,
        annotations: {
          ...metadata.annotations,
          'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:05Z',
        },
      },
    }))
    expect(written(cluster)).toEqual([])
  })
})

describe('a mirrored slice that somebody else touches', () => {
  const touch = (cluster: EndpointFixture, change: (slice: EndpointSlice) => EndpointSlice): void => {
    expect(cluster.user.update('EndpointSlice', change(cluster.slice())).ok).toBe(true)
  }
  const within = (cluster: EndpointFixture, ms: number): EndpointFixture => {
    cluster.loop.advanceTo(cluster.loop.nowMs + ms)
    return cluster
  }

  it.each<readonly [string, (slice: EndpointSlice) => EndpointSlice]>([
    ['in what it says', slice => ({ ...slice, endpoints: [] })],
    ['in its ports', slice => ({ ...slice, ports: [{ name: '', port: 1, protocol: 'TCP' }] })],
    ['in its labels', slice => ({ ...slice, metadata: { ...slice.metadata, labels: { ...OWN, mine: 'yes' } } })],
  ])('%s is put right within milliseconds', (_, change) => {
    const cluster = clusterOf()
    const { endpoints, ports, metadata } = cluster.slice()
    touch(cluster, change)
    const now = within(cluster, 5).slice()
    expect([now.endpoints, now.ports, now.metadata.labels, now.metadata.name]).toEqual([
      endpoints,
      ports,
      metadata.labels,
      metadata.name,
    ])
  })

  it('is put right after the batch period where there is one, which is for nothing else', () => {
    const cluster = clusterOf({ settings: { 'mirroring-endpointslice-updates-batch-period': 500 } })
    touch(cluster, slice => ({ ...slice, endpoints: [] }))
    expect(within(cluster, 501).slice().endpoints).toEqual([])
    expect(within(cluster, 1).slice().endpoints).toHaveLength(1)
    cluster.user.update('Endpoints', withSubsets({ ...ONE, ports: [{ port: 81 }] })(cluster.get('Endpoints', 'web')))
    expect(slices(within(cluster, 5))).toEqual(['IPv4 81 192.0.2.1'])
  })

  it('by deleting it is made again within milliseconds', () => {
    const cluster = clusterOf()
    const { name } = cluster.slice().metadata
    cluster.user.delete('EndpointSlice', 'default', name)
    expect(within(cluster, 5).slice().metadata.name).not.toBe(name)
  })

  it('in its annotations keeps them until it is next written', () => {
    const cluster = clusterOf()
    touch(cluster, slice => ({ ...slice, metadata: { ...slice.metadata, annotations: { mine: 'yes' } } }))
    expect(cluster.waiting('mirroring')).toEqual([])
    expect(cluster.runTo(20).slice().metadata.annotations).toEqual({ mine: 'yes' })
    edit(cluster, withSubsets({ ...ONE, addresses: [{ ip: '192.0.2.2' }] }))
    expect(cluster.slice().metadata.annotations ?? {}).toEqual({})
  })
})

describe('more addresses than may be mirrored', () => {
  const list = (count: number, ip: (index: number) => string): readonly { readonly ip: string }[] =>
    Array.from({ length: count }, (_, index) => ({ ip: ip(index) }))
  const said = (cluster: EndpointFixture): readonly string[] =>
    cluster.user
      .list('Event')
      .filter(({ involvedObject }) => involvedObject.kind === 'Endpoints')
      .map(({ type, reason, message, source, count }) => `${source?.component} ${type} ${reason} ${message} ×${count}`)

  it('are counted over both families, ready ones first, and those left out are told of with every sync', () => {
    const cluster = clusterOf({
      subsets: [
        {
          addresses: [
            ...list(400, index => `2001:db8::${(index + 1).toString(16)}`),
            ...list(700, index => `10.0.${index >> 8}.${index & 255}`),
          ],
          notReadyAddresses: list(50, index => `10.9.0.${index}`),
          ports: [{ port: 80 }],
        },
      ],
    })
    const sizes = cluster.slices().map(({ addressType, endpoints }) => `${addressType} ${endpoints.length}`)
    expect(new Set(sizes)).toEqual(new Set(['IPv4 700', 'IPv6 300']))
    const told = (count: number): readonly string[] => [
      `endpoint-slice-mirroring-controller Warning TooManyAddressesToMirror A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 150 addresses were skipped ×${count}`,
    ]
    expect(said(cluster)).toEqual(told(1))
    edit(cluster, ({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, annotations: { any: 'x' } } }))
    expect(said(cluster)).toEqual(told(2))
  })

  it('are counted for each subset by itself, and two of the same ports are one', () => {
    const subset = (base: number, port: number): EndpointSubset => ({
      addresses: list(2, index => `10.0.${base}.${index}`),
      ports: [{ name: `p${port}`, port }],
    })
    const settings = { 'mirroring-max-endpoints-per-subset': 3 }
    const cluster = clusterOf({ settings, subsets: [subset(0, 80), subset(1, 81)] })
    expect(said(cluster)).toEqual([])
    edit(cluster, withSubsets(subset(0, 80), subset(1, 80)))
    expect(slices(cluster)).toEqual(['IPv4 80 10.0.0.0 10.0.0.1 10.0.1.0'])
    expect(said(cluster)[0]).toContain('A max of 3 addresses can be mirrored')
  })
})
