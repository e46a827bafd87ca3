// What a slice is called, whose it is and what it is labelled with; and what becomes of it when somebody else edits it.

import { describe, expect, it } from 'vitest'
import { MANAGED_BY_LABEL, SERVICE_NAME_LABEL, type EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Labels, ObjectMeta } from '../../api/meta.ts'
import type { ServiceSpec } from '../../api/service/service.ts'
import { webService, type FixtureOptions } from '../../testing/controller-fixture.ts'
import { EndpointFixture } from '../../testing/endpoint-fixture.ts'
import { ENDPOINTSLICE_CONTROLLER, HEADLESS_LABEL } from './reconcile-slices.ts'

function clusterOf(
  {
    labels,
    annotations,
    name,
    ...spec
  }: Partial<ServiceSpec> & { readonly labels?: Labels; readonly annotations?: Labels; readonly name?: string } = {},
  options: FixtureOptions = {},
): EndpointFixture {
  const cluster = new EndpointFixture(options)
  const draft = webService(spec, name)
  cluster.create('Service', { ...draft, metadata: { ...draft.metadata, labels, annotations } })
  for (const pod of ['p0', 'p1', 'p2']) cluster.addPod(pod)
  cluster.settle().takeWrites()
  return cluster
}

const RESERVED = { [SERVICE_NAME_LABEL]: 'mine', [MANAGED_BY_LABEL]: 'me', [HEADLESS_LABEL]: 'yes' }
const OWN = { [SERVICE_NAME_LABEL]: 'web', [MANAGED_BY_LABEL]: ENDPOINTSLICE_CONTROLLER }

describe('a slice', () => {
  it('is called after its Service, with five letters and digits of those that spell no words', () => {
    const { metadata } = clusterOf().slice()
    expect(metadata.generateName).toBe('web-')
    expect(metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  it('is called after the first 58 letters of the longest name', () => {
    const name = 'w'.repeat(63)
    const { metadata } = clusterOf({ name }).slice(name)
    expect(metadata.generateName).toBe(`${name}-`)
    expect(metadata.name).toMatch(/^w{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  it('belongs to its Service, which waits for it when it is deleted in the foreground', () => {
    const cluster = clusterOf()
    expect(cluster.slice().metadata.ownerReferences).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Service',
        name: 'web',
        uid: cluster.get('Service', 'web').metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ])
  })

  it('has the labels of its Service but for those that are its own, and none of the annotations', () => {
    const cluster = clusterOf({ labels: { app: 'web', ...RESERVED }, annotations: { note: 'x' } })
    expect(cluster.slice().metadata.labels).toEqual({ app: 'web', ...OWN })
    expect(Object.keys(cluster.slice().metadata.annotations ?? {})).not.toContain('note')
  })

  it('says when its Service is headless', () => {
    const cluster = clusterOf({ clusterIP: 'None' })
    expect(cluster.slice().metadata.labels).toEqual({ [HEADLESS_LABEL]: '', ...OWN })
  })
})

describe('a change of the labels of a Service', () => {
  const relabel = (cluster: EndpointFixture, labels: Labels): EndpointFixture => {
    cluster.editService(({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, labels } }))
    return cluster.settle()
  }

  it('is written to every slice of it, and to Endpoints', () => {
    const cluster = relabel(clusterOf({}, { settings: { 'max-endpoints-per-slice': 1 } }), { tier: 'front' })
    expect([cluster.countWrites('EndpointSlice'), cluster.countWrites('Endpoints')]).toEqual([3, 1])
    for (const { metadata } of cluster.slices()) expect(metadata.labels).toEqual({ tier: 'front', ...OWN })
    expect(cluster.get('Endpoints', 'web').metadata.labels?.['tier']).toBe('front')
  })

  it('is written to no slice when it is of the labels that slices have for themselves', () => {
    const cluster = relabel(clusterOf(), RESERVED)
    expect(cluster.countWrites('EndpointSlice')).toBe(0)
    expect(cluster.slice().metadata.labels).toEqual(OWN)
  })
})

type Edit = (slice: EndpointSlice) => EndpointSlice

const withMetadata =
  (change: (metadata: ObjectMeta) => Partial<ObjectMeta>): Edit =>
  slice => ({ ...slice, metadata: { ...slice.metadata, ...change(slice.metadata) } })

function edit(cluster: EndpointFixture, change: Edit): EndpointSlice {
  const edited = cluster.user.update('EndpointSlice', change(cluster.slice()))
  expect(edited.ok).toBe(true)
  return cluster.slice()
}

/** What a slice says, but for the marks of having been written. */
function contentOf({ metadata: { name, uid, labels }, endpoints, ports }: EndpointSlice): object {
  return { name, uid, labels, endpoints, ports }
}

describe('an edit of a slice by somebody else', () => {
  it.each<readonly [string, Edit]>([
    ['that takes endpoints out', slice => ({ ...slice, endpoints: slice.endpoints.slice(0, 2) })],
    [
      'that adds an endpoint',
      slice => ({
        ...slice,
        endpoints: [...slice.endpoints, { addresses: ['10.9.9.9'], conditions: { ready: true } }],
      }),
    ],
    [
      'that calls an endpoint not ready',
      slice => ({ ...slice, endpoints: slice.endpoints.map(one => ({ ...one, conditions: { ready: false } })) }),
    ],
    ['that changes the ports', slice => ({ ...slice, ports: [{ name: '', port: 1, protocol: 'TCP' }] })],
    ['that adds a label', withMetadata(({ labels }) => ({ labels: { ...labels, mine: 'yes' } }))],
    ['that changes a label', withMetadata(({ labels }) => ({ labels: { ...labels, app: 'other' } }))],
    ['that takes a label off', withMetadata(() => ({ labels: OWN }))],
  ])('%s is undone after a second, under the same name', (_, change) => {
    const cluster = clusterOf({ labels: { app: 'web' } })
    const before = contentOf(cluster.slice())
    edit(cluster, change)
    const { nowMs } = cluster.loop
    cluster.loop.advanceTo(nowMs + 1_001)
    expect(contentOf(cluster.slice())).not.toEqual(before)
    cluster.loop.advanceTo(nowMs + 1_002)
    expect(contentOf(cluster.slice())).toEqual(before)
  })

  it('is undone after the batch period when that is longer', () => {
    const cluster = clusterOf({}, { settings: { 'endpointslice-updates-batch-period': 3_000 } }).runTo(8)
    edit(cluster, slice => ({ ...slice, endpoints: [] }))
    expect(cluster.runTo(11).slice().endpoints).toEqual([])
    expect(cluster.runTo(11.002).slice().endpoints).toHaveLength(3)
  })

  it('is undone at once when something else has the Service synced', () => {
    const cluster = clusterOf()
    edit(cluster, slice => ({ ...slice, endpoints: [] }))
    cluster.setReady('p0', false)
    const { nowMs } = cluster.loop
    cluster.loop.advanceTo(nowMs + 20)
    expect(cluster.slice().endpoints).toHaveLength(3)
    expect(cluster.waiting('endpointslice')).toEqual(['default/web'])
    cluster.takeWrites()
    cluster.loop.advanceTo(nowMs + 5_000)
    expect(cluster.countWrites('EndpointSlice')).toBe(0)
  })

  it('of the headless label alone is not noticed for what it is', () => {
    const cluster = clusterOf({ clusterIP: 'None' })
    const { metadata } = edit(
      cluster,
      withMetadata(() => ({ labels: OWN })),
    )
    expect(cluster.waiting('endpointslice')).toEqual(['default/web'])
    cluster.takeWrites()
    expect(cluster.runTo(5).slice().metadata).toEqual(metadata)
    expect(cluster.countWrites('EndpointSlice')).toBe(0)
    // It comes back with the next change of the slice.
    cluster.setReady('p0', false)
    expect(cluster.settle().slice().metadata.labels).toEqual({ [HEADLESS_LABEL]: '', ...OWN })
  })

  it('of annotations has nothing synced, and outlives what the controller writes', () => {
    const cluster = clusterOf()
    edit(
      cluster,
      withMetadata(({ annotations }) => ({ annotations: { ...annotations, mine: 'yes' } })),
    )
    expect(cluster.waiting('endpointslice')).toEqual([])
    cluster.setReady('p0', false)
    expect(cluster.settle().slice().metadata.annotations?.['mine']).toBe('yes')
  })

  it('of annotations is lost when the slice is used for other ports', () => {
    const cluster = clusterOf()
    const { metadata } = edit(
      cluster,
      withMetadata(({ annotations }) => ({ annotations: { ...annotations, mine: 'yes' } })),
    )
    const ports = [{ protocol: 'TCP', port: 80, targetPort: 9090 } as const]
    cluster.editService(service => ({ ...service, spec: { ...service.spec, ports } }))
    const { name, uid, annotations } = cluster.settle().slice().metadata
    expect([name, uid, annotations]).toEqual([metadata.name, metadata.uid, undefined])
  })

  it('of its owner has nothing synced; with the next sync another slice takes its place', () => {
    const cluster = clusterOf()
    const { metadata } = edit(
      cluster,
      withMetadata(() => ({ ownerReferences: undefined })),
    )
    expect(cluster.waiting('endpointslice')).toEqual([])
    cluster.takeWrites()
    cluster.setReady('p0', false)
    cluster.settle()
    const written = cluster
      .takeWrites()
      .flatMap(({ event: { kind, type } }) => (kind === 'EndpointSlice' ? [type] : []))
    expect(written).toEqual(['ADDED', 'DELETED'])
    expect(cluster.slice().metadata.name).not.toBe(metadata.name)
  })

  it.each<readonly [string, Labels]>([
    ['another Service', { ...OWN, [SERVICE_NAME_LABEL]: 'other' }],
    ['another manager', { ...OWN, [MANAGED_BY_LABEL]: 'me' }],
  ])('that gives it to %s has another made after a second, and leaves it alone', (_, labels) => {
    const cluster = clusterOf()
    const moved = cluster.user.update('EndpointSlice', withMetadata(() => ({ labels }))(cluster.slice()))
    expect(moved.ok).toBe(true)
    cluster.runTo(4)
    const slices = cluster.user.list('EndpointSlice', 'default')
    expect(slices).toHaveLength(2)
    const mine = slices.find(({ metadata }) => metadata.name === (moved.ok ? moved.value.metadata.name : ''))
    expect(mine?.metadata.labels).toEqual(labels)
    const own = slices.find(slice => slice !== mine)
    expect([own?.metadata.labels, own?.endpoints.length]).toEqual([OWN, 3])
  })
})

it('makes a deleted slice again after a second, under another name', () => {
  const cluster = clusterOf()
  const { name } = cluster.slice().metadata
  const { nowMs } = cluster.loop
  cluster.user.delete('EndpointSlice', 'default', name)
  cluster.loop.advanceTo(nowMs + 1_001)
  expect(cluster.slices()).toEqual([])
  cluster.loop.advanceTo(nowMs + 1_002)
  expect(cluster.slice().metadata.name).not.toBe(name)
  expect(cluster.slice().endpoints).toHaveLength(3)
})

it('takes a slice that somebody adds under its name for one of its own without an owner, and deletes it', () => {
  const cluster = clusterOf()
  const { name } = cluster.slice().metadata
  cluster.create('EndpointSlice', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'forged', namespace: 'default', labels: OWN },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.9.9.9'] }],
    ports: [],
  })
  expect(cluster.runTo(1.9).slices()).toHaveLength(2)
  expect(cluster.runTo(2.1).slice().metadata.name).toBe(name)
})
