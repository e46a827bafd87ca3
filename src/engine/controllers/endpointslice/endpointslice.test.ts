// A Service's life as its slices show it: when its controller writes, which Services it leaves alone, and what becomes of
// slices and Endpoints when the Service is deleted in one way or another, or comes again.

import { describe, expect, it } from 'vitest'
import { MANAGED_BY_LABEL } from '../../api/endpointslice/endpointslice.ts'
import type { Service } from '../../api/service/service.ts'
import type { Draft } from '../../api/meta.ts'
import { webService, type FixtureOptions } from '../../testing/controller-fixture.ts'
import { EndpointFixture } from '../../testing/endpoint-fixture.ts'

function clusterOf(pods = 2, options: FixtureOptions = {}): EndpointFixture {
  const cluster = new EndpointFixture(options)
  cluster.create('Service', webService())
  for (let index = 0; index < pods; index++) cluster.addPod(`p${index}`)
  cluster.settle().takeWrites()
  return cluster
}

function sizes(cluster: EndpointFixture): readonly number[] {
  return cluster.slices().map(({ endpoints }) => endpoints.length)
}

/** What was written to slices lately: `ADDED 3`, with how many endpoints. */
function written(cluster: EndpointFixture): readonly string[] {
  return cluster
    .takeWrites()
    .flatMap(({ event: { kind, type, object } }) =>
      kind === 'EndpointSlice' && 'endpoints' in object ? [`${type} ${object.endpoints.length}`] : [],
    )
}

describe('a sync', () => {
  it('comes after that of Endpoints, and finds what happened in between', () => {
    const cluster = clusterOf()
    const { nowMs } = cluster.loop
    cluster.setReady('p0', false)
    cluster.loop.advanceTo(nowMs + 5)
    expect(cluster.addresses()).toEqual(['10.244.0.2', '!10.244.0.1'])
    // The phase alone causes no sync.
    cluster.setStatus('p0', { phase: 'Failed' })
    cluster.settle()
    expect(cluster.endpointOf('p0')).toBeUndefined()
    expect(cluster.addresses()).toEqual(['10.244.0.2', '!10.244.0.1'])
  })

  it('waits for the batch period', () => {
    const cluster = clusterOf(2, { settings: { 'endpointslice-updates-batch-period': 500 } }).runTo(2)
    cluster.takeWrites()
    cluster.setReady('p0', false)
    expect(cluster.runTo(2.507).countWrites('EndpointSlice')).toBe(0)
    expect(cluster.runTo(2.508).countWrites('EndpointSlice')).toBe(1)
  })

  it('names all Pods whose Nodes are gone in one complaint', () => {
    const cluster = clusterOf()
    cluster.user.delete('Node', '', 'h1')
    cluster.setReady('p0', false)
    cluster.settle()
    expect(sizes(cluster)).toEqual([0])
    const told = cluster.user.list('Event').find(({ reason }) => reason === 'FailedToUpdateEndpointSlices')
    expect(told?.message).toBe(
      'Error updating Endpoint Slices for Service default/web: [skipping Pod p0 for Service default/web: Node h1 Not Found, skipping Pod p1 for Service default/web: Node h1 Not Found]',
    )
  })
})

describe('the cap per slice', () => {
  it('may be turned while the cluster runs: it holds for what is placed from then on', () => {
    const cluster = clusterOf(5)
    cluster.settings = { ...cluster.settings, 'max-endpoints-per-slice': 2 }
    for (const name of ['p5', 'p6', 'p7']) cluster.addPod(name)
    expect([...sizes(cluster.settle())].sort((a, b) => a - b)).toEqual([1, 2, 5])
    cluster.settings = { ...cluster.settings, 'max-endpoints-per-slice': 100 }
    for (const name of ['p8', 'p9']) cluster.addPod(name)
    expect([...sizes(cluster.settle())].sort((a, b) => a - b)).toEqual([1, 2, 7])
  })
})

describe('a Service that selects Pods no more', () => {
  it.each<readonly [string, (service: Service) => Draft<Service>]>([
    ['without a selector', service => ({ ...service, spec: { ...service.spec, selector: undefined } })],
    ['with an empty selector', service => ({ ...service, spec: { ...service.spec, selector: {} } })],
    [
      'of type ExternalName',
      service => ({
        ...service,
        spec: { type: 'ExternalName', externalName: 'example.com', selector: service.spec.selector },
      }),
    ],
  ])('%s leaves its slices and Endpoints as they are, for good', (_, change) => {
    const cluster = clusterOf()
    const before = [cluster.slice(), cluster.get('Endpoints', 'web')]
    cluster.editService(change)
    cluster.removePod('p0')
    cluster.setReady('p1', false)
    cluster.runTo(20)
    const own = cluster
      .slices()
      .filter(({ metadata }) => metadata.labels?.[MANAGED_BY_LABEL] === 'endpointslice-controller.k8s.io')
    expect([...own, cluster.get('Endpoints', 'web')]).toEqual(before)
  })

  it('takes them up again when it selects anew', () => {
    const cluster = clusterOf()
    const { name } = cluster.slice().metadata
    cluster.editService(service => ({ ...service, spec: { ...service.spec, selector: undefined } }))
    cluster.removePod('p0')
    cluster.settle()
    cluster.editService(service => ({ ...service, spec: { ...service.spec, selector: { app: 'web' } } }))
    cluster.settle()
    expect(cluster.slice().metadata.name).toBe(name)
    expect([sizes(cluster), cluster.addresses()]).toEqual([[1], ['10.244.0.2']])
  })

  it('has neither slices nor Endpoints when it never did select', () => {
    const cluster = new EndpointFixture()
    cluster.create('Service', webService({ selector: undefined }))
    cluster.create('Service', webService({ selector: undefined, clusterIP: 'None' }, 'headless'))
    cluster.addPod('p0')
    cluster.runTo(5)
    expect([cluster.user.list('EndpointSlice'), cluster.user.list('Endpoints')]).toEqual([[], []])
  })
})

describe('a Service that is deleted', () => {
  it('in the background is gone at once, its Endpoints with it, and its slices soon after', () => {
    const cluster = clusterOf()
    const { nowMs } = cluster.loop
    cluster.user.delete('Service', 'default', 'web')
    expect(cluster.user.get('Service', 'default', 'web')).toBeUndefined()
    cluster.loop.advanceTo(nowMs + 5)
    expect([cluster.addresses(), sizes(cluster)]).toEqual([undefined, [2]])
    cluster.loop.advanceTo(nowMs + 10)
    expect(sizes(cluster)).toEqual([])
  })

  it('in the foreground stays until its slices are gone, which are written no more', () => {
    const cluster = clusterOf()
    cluster.user.delete('Service', 'default', 'web', { propagationPolicy: 'Foreground' })
    expect(cluster.get('Service', 'web').metadata.deletionTimestamp).toBeDefined()
    cluster.settle()
    expect(cluster.user.get('Service', 'default', 'web')).toBeUndefined()
    expect(written(cluster)).toEqual(['DELETED 2'])
    expect(cluster.user.get('Endpoints', 'default', 'web')).toBeUndefined()
  })

  it('without its slices leaves them behind, without an owner', () => {
    const cluster = clusterOf()
    cluster.user.delete('Service', 'default', 'web', { propagationPolicy: 'Orphan' })
    cluster.settle()
    expect(cluster.user.get('Service', 'default', 'web')).toBeUndefined()
    expect(cluster.slice().metadata.ownerReferences ?? []).toEqual([])
    expect(sizes(cluster.runTo(20))).toEqual([2])
  })

  it('and comes again at once has new slices made before the old are deleted', () => {
    const cluster = clusterOf()
    const { name } = cluster.slice().metadata
    cluster.user.delete('Service', 'default', 'web')
    cluster.create('Service', webService())
    cluster.settle()
    expect(written(cluster)).toEqual(['ADDED 2', 'DELETED 2'])
    expect(cluster.slice().metadata.name).not.toBe(name)
    expect(cluster.slice().metadata.ownerReferences?.[0]?.uid).toBe(cluster.get('Service', 'web').metadata.uid)
    expect(cluster.addresses()).toEqual(['10.244.0.1', '10.244.0.2'])
  })

  it('but held back by a finalizer has no slice made any more, while those it has are still written', () => {
    const cluster = clusterOf(2, { settings: { 'max-endpoints-per-slice': 2 } })
    cluster.editService(({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, finalizers: ['example.com/held'] },
    }))
    cluster.user.delete('Service', 'default', 'web')
    cluster.settle().takeWrites()
    cluster.setReady('p0', false)
    cluster.addPod('p2')
    cluster.settle()
    expect(written(cluster)).toEqual(['MODIFIED 2'])
    expect(cluster.user.list('Event')).toEqual([])
  })
})

it('says nothing when a slice cannot be made since its namespace is being deleted', () => {
  const cluster = new EndpointFixture()
  const metadata = { name: 'web', namespace: 'doomed' }
  cluster.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'doomed' } })
  cluster.create('Service', { ...webService(), metadata })
  const [placeholder, ...others] = cluster.settle().user.list('EndpointSlice', 'doomed')
  expect(others).toEqual([])
  cluster.user.delete('Namespace', '', 'doomed')
  cluster.user.delete('EndpointSlice', 'doomed', placeholder?.metadata.name ?? '')
  expect(cluster.waiting('endpointslice')).toEqual(['doomed/web'])
  cluster.runTo(2.5)
  expect(cluster.user.get('Service', 'doomed', 'web')).toBeDefined()
  expect(cluster.user.list('EndpointSlice', 'doomed')).toEqual([])
  expect([cluster.user.list('Event'), cluster.waiting('endpointslice')]).toEqual([[], []])
})
