// What is often told wrongly of Endpoints and EndpointSlices, where more than one controller has a hand in it: selectors that
// come and go, edits of three kinds of objects, Nodes that vanish, and Pods that were never seen unready.

import { assert, array, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EndpointSlice } from '../api/endpointslice/endpointslice.ts'
import type { Service } from '../api/service/service.ts'
import { compareText } from '../kernel/json.ts'
import { ControllerFixture, webPod, webService } from '../testing/controller-fixture.ts'
import { EndpointFixture } from '../testing/endpoint-fixture.ts'

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const CONTROLLER = 'endpointslice-controller.k8s.io'
const MIRRORING = 'endpointslicemirroring-controller.k8s.io'

function managers(cluster: EndpointFixture): readonly string[] {
  return cluster
    .slices()
    .map(({ metadata }) => metadata.labels?.[MANAGED_BY] ?? '')
    .sort(compareText)
}

function addressesOf(slice: EndpointSlice | undefined): readonly string[] {
  return (slice?.endpoints ?? []).flatMap(({ addresses }) => addresses)
}

const withSelector =
  (selector: { readonly [key: string]: string } | undefined) =>
  (service: Service): Service => ({ ...service, spec: { ...service.spec, selector } })

it('shows a Pod without a readiness probe as ready from the first write on', () => {
  const cluster = new ControllerFixture({ nodes: 1 })
  cluster.create('Service', webService())
  cluster.create('Pod', webPod('p0'))
  cluster.runTo(10)
  const conditions = cluster
    .takeWrites()
    .flatMap(({ event: { kind, object } }) =>
      kind === 'EndpointSlice' && 'endpoints' in object ? object.endpoints : [],
    )
    .map(endpoint => endpoint.conditions?.ready)
  expect(new Set(conditions)).toEqual(new Set([true]))
})

describe('a Service that loses its selector', () => {
  it('keeps its slices and Endpoints, which are mirrored beside them: the same addresses twice', () => {
    const cluster = new EndpointFixture()
    cluster.create('Service', webService())
    for (const name of ['p0', 'p1']) cluster.addPod(name)
    cluster.settle()
    cluster.editService(withSelector(undefined))
    cluster.runTo(20)
    expect(managers(cluster)).toEqual([CONTROLLER, MIRRORING])
    for (const slice of cluster.slices()) expect(addressesOf(slice)).toEqual(['10.244.0.1', '10.244.0.2'])
    const mirrored = cluster.slices().find(({ metadata }) => metadata.labels?.[MANAGED_BY] === MIRRORING)
    expect(mirrored?.metadata.labels?.['endpoints.kubernetes.io/managed-by']).toBe('endpoint-controller')
  })

  it('and becomes a mere name has nothing mirrored as long as the selector stays', () => {
    const cluster = new EndpointFixture()
    cluster.create('Service', webService())
    cluster.addPod('p0')
    cluster.settle()
    cluster.editService(({ spec: { selector }, ...rest }) => ({
      ...rest,
      spec: { type: 'ExternalName', externalName: 'example.com', selector },
    }))
    cluster.runTo(20)
    expect(managers(cluster)).toEqual([CONTROLLER])
    expect(cluster.addresses()).toEqual(['10.244.0.1'])
  })
})

it('gives a Service that gets a selector slices of its own, takes the mirrored ones, and leaves what people made', () => {
  const cluster = new EndpointFixture()
  cluster.create('Service', webService({ selector: undefined }))
  cluster.create('Endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'default' },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }],
  })
  const mine = cluster.create('EndpointSlice', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'mine',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'web', [MANAGED_BY]: 'me' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.9'] }],
    ports: [],
  })
  cluster.addPod('p0')
  cluster.settle()
  expect(managers(cluster)).toEqual([MIRRORING, 'me'])
  cluster.editService(withSelector({ app: 'web' }))
  cluster.runTo(20)
  expect(managers(cluster)).toEqual([CONTROLLER, 'me'])
  expect(cluster.addresses()).toEqual(['10.244.0.1'])
  expect(cluster.get('EndpointSlice', 'mine')).toEqual(mine)
})

it('undoes an edit of a managed slice after a second, of a mirrored one at once, of Endpoints not by itself', () => {
  const cluster = new EndpointFixture()
  cluster.create('Service', webService())
  cluster.create('Service', webService({ selector: undefined }, 'db'))
  cluster.create('Endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'db', namespace: 'default' },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }],
  })
  cluster.addPod('p0')
  cluster.settle()
  for (const service of ['web', 'db'])
    cluster.user.update('EndpointSlice', { ...cluster.slice(service), endpoints: [] })
  cluster.user.update('Endpoints', { ...cluster.get('Endpoints', 'web'), subsets: [] })
  const state = (): readonly (readonly string[])[] => [
    addressesOf(cluster.slice()),
    addressesOf(cluster.slice('db')),
    cluster.addresses() ?? [],
  ]
  const { nowMs } = cluster.loop
  cluster.loop.advanceTo(nowMs + 10)
  expect(state()).toEqual([[], ['192.0.2.1'], []])
  cluster.loop.advanceTo(nowMs + 1_010)
  expect(state()).toEqual([['10.244.0.1'], ['192.0.2.1'], []])
  expect(cluster.runTo(30) && state()).toEqual([['10.244.0.1'], ['192.0.2.1'], []])
})

it('changes no readiness when a Node is cordoned, or its object alone is deleted', () => {
  const cluster = new EndpointFixture()
  cluster.create('Service', webService())
  cluster.addPod('p0')
  cluster.settle()
  const before = [cluster.slice(), cluster.get('Endpoints', 'web'), cluster.get('Pod', 'p0')]
  const node = cluster.get('Node', 'h1', '')
  cluster.user.update('Node', { ...node, spec: { ...node.spec, unschedulable: true } })
  cluster.settle()
  cluster.user.delete('Node', '', 'h1')
  cluster.settle()
  expect([cluster.slice(), cluster.get('Endpoints', 'web'), cluster.get('Pod', 'p0')]).toEqual(before)
  // The next sync of the slice misses the Node; Endpoints do not ask for it.
  cluster.addPod('p1', { ready: false })
  cluster.settle()
  expect(addressesOf(cluster.slice())).toEqual([])
  expect(cluster.addresses()).toEqual(['10.244.0.1', '!10.244.0.2'])
})

describe('whatever happens to Pods', () => {
  const act = record({
    what: constantFrom('add', 'ready', 'unready', 'terminate', 'remove', 'move', 'wait'),
    which: integer({ min: 0, max: 11 }),
  })

  function play(cluster: EndpointFixture, { what, which }: { readonly what: string; readonly which: number }): void {
    const name = `p${which}`
    const present = cluster.user.get('Pod', 'default', name) !== undefined
    if (what === 'add' && !present) cluster.addPod(name, { ready: which % 3 > 0 })
    else if (what === 'wait') cluster.loop.advanceTo(cluster.loop.nowMs + 20)
    else if (!present) return
    else if (what === 'ready' || what === 'unready') cluster.setReady(name, what === 'ready')
    else if (what === 'terminate') cluster.removePod(name, 'gracefully')
    else if (what === 'remove') cluster.removePod(name)
    else if (what === 'move') cluster.setStatus(name, { podIPs: [{ ip: `10.245.0.${which}` }] })
  }

  it('Endpoints and slices call the same addresses ready, and another sync writes nothing', () => {
    assert(
      property(array(act, { minLength: 1, maxLength: 40 }), acts => {
        const cluster = new EndpointFixture({ settings: { 'max-endpoints-per-slice': 3 } })
        cluster.create('Service', webService())
        for (const one of acts) play(cluster, one)
        cluster.settle().takeWrites()
        const ready = cluster
          .slices()
          .flatMap(({ endpoints }) => endpoints)
          .flatMap(({ conditions, addresses }) => (conditions?.ready ? addresses : []))
        expect(ready.sort(compareText)).toEqual((cluster.addresses() ?? []).filter(ip => !ip.startsWith('!')))
        cluster.editService(({ metadata, ...rest }) => ({
          ...rest,
          metadata: { ...metadata, annotations: { any: 'x' } },
        }))
        cluster.settle()
        expect([cluster.countWrites('EndpointSlice'), cluster.countWrites('Endpoints')]).toEqual([0, 0])
      }),
      { seed: 20_261_125, numRuns: 60 },
    )
  })
})
