import { describe, expect, test } from 'vitest'
import { bead, pod, sampleViews, type SampleName } from './sample-views.ts'
import { routeOf, type Route } from './routes.ts'
import { makeScene, type Scene } from './scene.ts'

function scene(name: SampleName): Scene {
  return makeScene(new Map(sampleViews(name).map(view => [view.id, view])), {
    orientation: 'across',
    frame: { main: 1090, cross: 504 },
    openGroups: new Set(),
    nowMs: 0,
    previous: null,
  })
}

function route(name: SampleName, ends: Parameters<typeof routeOf>[1]): Route {
  const found = routeOf(scene(name), ends)
  if (!found) throw new Error('no way')
  return found
}

const PODS = [pod(0, 1), pod(1, 2), pod(2, 3)] as const

describe('a request through a Service', () => {
  const way = route('my-service', bead(1, PODS[1]))

  test('is ink up to the rings, then wears the hue of its Pod', () => {
    expect(way.hue).toBe(1)
    expect(way.inkUntil).toBe(way.stops.service)
  })

  test('passes name, Service, door and Pod in this order', () => {
    const { client, name, service, node, pod } = way.stops
    expect([client, name, service, node, pod]).toEqual([client, name, service, node, pod].toSorted((a, b) => a - b))
    expect(pod).toBe(way.line.length)
    expect(new Set([client, name, service, node, pod]).size).toBe(5)
  })

  test('is hidden under the plate and under the board, and there lights the row', () => {
    expect(way.hidden).toHaveLength(2)
    const [plate, board] = way.hidden
    expect((plate?.[1] ?? 0) - (plate?.[0] ?? 0)).toBeCloseTo(226, -1)
    expect(way.row?.at).toBe(board?.[0])
  })

  test('ends at the ring of its Pod', () => {
    const x = way.line.xs.at(-1) ?? 0
    const y = way.line.ys.at(-1) ?? 0
    expect(way.core?.y).toBeCloseTo(y, 1)
    expect((way.core?.x ?? 0) - x).toBeGreaterThan(10)
  })
})

test('a proxy that is late still sends to a row that left: any row of the Pod serves', () => {
  const late = route('my-service', { ...bead(1, PODS[0]), slice: 'EndpointSlice/default/gone' })
  expect(late.hue).toBe(0)
})

test('a request for which nobody was chosen ends at the rings, in ink', () => {
  const way = route('nobody', bead(1, null))
  expect([way.hue, way.core, way.stops.service]).toEqual([null, null, way.line.length])
})

test('a request to an address outside goes there', () => {
  const ends = { ...bead(1, null), slice: 'EndpointSlice/default/my-service-6v4jd', address: '192.0.2.42' }
  const way = route('no-selector', ends)
  expect(way.hue).toBeNull()
  expect(way.stops.pod).toBeGreaterThan(way.stops.service + 300)
})

test('a client that keeps an address is never ink and passes no Service', () => {
  const ends = { ...bead(1, PODS[1]), client: 'Client//keeper-1', service: null, slice: null }
  const way = route('kept-address', ends)
  expect([way.hue, way.inkUntil, way.hidden]).toEqual([1, 0, []])
})

test('a request to a name that is another name passes the signpost and stays ink', () => {
  const way = route('external-name', bead(1, null))
  expect(way.stops.name).toBeLessThan(way.stops.service)
  expect([way.hue, way.hidden]).toEqual([null, []])
})

test('a request into a folded room ends at its door', () => {
  const of = scene('three-slices')
  const way = routeOf(of, { ...bead(1, pod(9, 1)) })
  expect(way?.core).toBeNull()
  expect(way?.hue).toBe(9)
})

test('a client that does not stand has no way', () => {
  expect(routeOf(scene('my-service'), { ...bead(1, PODS[0]), client: 'Client//nobody' })).toBeNull()
})
