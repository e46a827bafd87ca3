import { describe, expect, it } from 'vitest'
import type { Endpoints } from '../../api/endpoints/endpoints.ts'
import { ControllerFixture, webService } from '../../testing/controller-fixture.ts'
import { mirrorEndpoints } from './mirror-endpoints.ts'

function handMade(subsets: Endpoints['subsets'], labels = {}): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'E-1',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels,
    },
    subsets,
  }
}

function cluster(): ControllerFixture {
  const fixture = new ControllerFixture()
  fixture.create('Service', webService({ selector: undefined }))
  const { metadata, ...rest } = handMade([{ addresses: [{ ip: '192.0.2.42' }], ports: [{ port: 9376 }] }])
  fixture.create('Endpoints', { ...rest, metadata: { name: metadata.name, namespace: 'default' } })
  return fixture.runTo(1)
}

describe('hand-written Endpoints of a Service without selector', () => {
  it('become a slice that is theirs, ready and nothing more', () => {
    const [slice, ...others] = cluster().user.slicesOfService('default', 'web')
    expect(others).toEqual([])
    expect(slice?.endpoints).toEqual([{ addresses: ['192.0.2.42'], conditions: { ready: true } }])
    expect(slice?.ports).toEqual([{ name: '', port: 9376, protocol: 'TCP' }])
    expect(slice?.metadata.labels?.['endpointslice.kubernetes.io/managed-by']).toBe(
      'endpointslicemirroring-controller.k8s.io',
    )
    expect(slice?.metadata.ownerReferences?.[0]?.kind).toBe('Endpoints')
  })

  it('are followed when they change, under the same slice name', () => {
    const fixture = cluster()
    const before = fixture.user.slicesOfService('default', 'web')[0]?.metadata.name
    fixture.user.update('Endpoints', {
      ...fixture.get('Endpoints', 'web'),
      subsets: [{ notReadyAddresses: [{ ip: '192.0.2.43' }], ports: [{ port: 9376 }] }],
    })
    fixture.runTo(2)
    const after = fixture.user.slicesOfService('default', 'web')
    expect(
      after.map(({ metadata, endpoints }) => [
        metadata.name,
        endpoints[0]?.addresses[0],
        endpoints[0]?.conditions?.ready,
      ]),
    ).toEqual([[before, '192.0.2.43', false]])
  })

  it('lose their slice when they go, when they say so, or when the Service gets a selector', () => {
    const gone = cluster()
    gone.user.delete('Endpoints', 'default', 'web')
    expect(gone.runTo(2).user.slicesOfService('default', 'web')).toEqual([])
    const skipping = cluster()
    const endpoints = skipping.get('Endpoints', 'web')
    skipping.user.update('Endpoints', {
      ...endpoints,
      metadata: { ...endpoints.metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    })
    expect(skipping.runTo(2).user.slicesOfService('default', 'web')).toEqual([])
    const selecting = cluster()
    const service = selecting.get('Service', 'web')
    selecting.user.update('Service', { ...service, spec: { ...service.spec, selector: { app: 'web' } } })
    const slices = selecting.runTo(2).user.slicesOfService('default', 'web')
    expect(slices.map(({ metadata }) => metadata.labels?.['endpointslice.kubernetes.io/managed-by'])).toEqual([
      'endpointslice-controller.k8s.io',
    ])
  })

  it('get their slice back at once when somebody else changes it', () => {
    const fixture = cluster()
    const [slice] = fixture.user.slicesOfService('default', 'web')
    if (slice) fixture.user.update('EndpointSlice', { ...slice, endpoints: [] })
    fixture.runTo(1.01)
    expect(fixture.endpoints('web')).toEqual(['192.0.2.42 ready'])
  })
})

function ips(count: number, of: (index: number) => string): { readonly ip: string }[] {
  return Array.from({ length: count }, (_, index) => ({ ip: of(index) }))
}

it('counts both families against the limit, ready ones first, and says how many were skipped', () => {
  const addresses = [
    ...ips(700, i => `10.0.${i >> 8}.${i & 255}`),
    ...ips(400, i => `2001:db8::${(i + 1).toString(16)}`),
  ]
  const endpoints = handMade([{ addresses, notReadyAddresses: ips(50, i => `10.9.0.${i}`), ports: [{ port: 80 }] }])
  const writes = mirrorEndpoints({ endpoints, existing: [], maxPerSubset: 1000 })
  expect(writes.creates.map(slice => `${slice.addressType} ${slice.endpoints.length}`)).toEqual([
    'IPv4 700',
    'IPv6 300',
  ])
  expect([writes.skippedAddresses, writes.invalidAddresses]).toEqual([150, 0])
})

it('skips what is no address', () => {
  const writes = mirrorEndpoints({
    endpoints: handMade([{ addresses: [{ ip: '1.2.3.4' }, { ip: 'nonsense' }], ports: [{ port: 80 }] }]),
    existing: [],
    maxPerSubset: 1000,
  })
  expect(writes.creates[0]?.endpoints).toHaveLength(1)
  expect(writes.invalidAddresses).toBe(1)
})
