import { describe, expect, test } from 'vitest'
import type { BeadView } from '../../protocol/index.ts'
import type { Route } from '../view-model/graph/index.ts'
import { BeadField, CROSS_MS, drawnMs, ROW_LIT_MS, SWELL_MS } from './bead-motion.ts'

/** A straight way of 900 pixels: Service at 300, row at 400, door at 700. */
function way(more: Partial<Route> = {}): Route {
  const xs = Float32Array.from({ length: 301 }, (_, index) => index * 3)
  return {
    line: { xs, ys: new Float32Array(301), step: 3, length: 900 },
    inkUntil: 300,
    hue: 2,
    hidden: [],
    stops: { client: 0, name: 150, service: 300, node: 700, pod: 900 },
    row: { key: 'row', rect: { x: 0, y: 0, width: 1, height: 1 }, at: 400 },
    core: { key: 'core', x: 0, y: 0, radius: 6 },
    ...more,
  }
}

function request(id: number, more: Partial<BeadView> = {}): BeadView {
  return {
    id,
    client: 'Client//frontend-1',
    service: 'Service/default/my-service',
    slice: 'EndpointSlice/default/a',
    pod: 'Pod/default/a',
    address: '10.244.1.5',
    startMs: 0,
    latencyMs: 5,
    outcome: 'ok',
    cause: null,
    place: null,
    weight: 1,
    ...more,
  }
}

function field(...views: BeadView[]): BeadField {
  const made = new BeadField()
  made.take(views, 1, () => way())
  return made
}

describe('drawn time', () => {
  test('is 900 ms for an answer after 5 ms, and grows with the root of latency', () => {
    expect(drawnMs(5, 1)).toBe(900)
    expect(drawnMs(20, 1)).toBe(1800)
  })

  test('is held between 0.6 and 4 s', () => {
    expect([drawnMs(0, 1), drawnMs(60_000, 1)]).toEqual([600, 4000])
  })

  test('follows the speed of the clock within reason', () => {
    expect([drawnMs(5, 2), drawnMs(5, 0.5), drawnMs(5, 1000), drawnMs(5, 0.1)]).toEqual([450, 1800, 360, 3600])
  })
})

describe('an answered request', () => {
  test('moves steadily and is gone at the end, where the core swells', () => {
    const beads = field(request(1))
    beads.step(450)
    expect(beads.beads[0]?.at).toBeCloseTo(450)
    beads.step(449)
    expect(beads.beads).toHaveLength(1)
    beads.step(2)
    expect(beads.beads).toHaveLength(0)
    expect(beads.cores).toHaveLength(1)
    beads.step(SWELL_MS)
    expect(beads.cores).toHaveLength(0)
  })

  test('lights its row as it passes under the board, for a moment', () => {
    const beads = field(request(1))
    beads.step(399)
    expect(beads.rows).toHaveLength(0)
    beads.step(2)
    expect(beads.rows).toHaveLength(1)
    beads.step(ROW_LIT_MS)
    expect(beads.rows).toHaveLength(0)
  })

  test('two on one row light it once', () => {
    const beads = field(request(1), request(2))
    beads.step(399)
    beads.step(2)
    expect(beads.rows).toHaveLength(1)
  })
})

describe('a failed request', () => {
  const places: [BeadView['place'], number][] = [
    ['name', 150],
    ['service', 300],
    ['node', 700],
    ['pod', 900],
  ]
  for (const [place, stop] of places) {
    test(`shows its cross where it failed: ${place}`, () => {
      const beads = field(request(1, { outcome: 'failed', cause: 'timeout', place }))
      beads.step(2000)
      expect([beads.beads[0]?.state, beads.beads[0]?.at]).toEqual(['cross', stop])
      beads.step(CROSS_MS - 1)
      expect(beads.beads).toHaveLength(1)
      beads.step(1)
      expect(beads.beads).toHaveLength(0)
      expect(beads.cores).toHaveLength(0)
    })
  }

  test('at the client never leaves it', () => {
    const beads = field(request(1, { outcome: 'failed', place: 'client' }))
    beads.step(16)
    expect([beads.beads[0]?.state, beads.beads[0]?.at]).toEqual(['cross', 0])
  })

  test('without a place fails at the Service if nobody was chosen, else at the door', () => {
    const nobody = field(request(1, { outcome: 'failed', pod: null, address: null }))
    nobody.step(5000)
    expect(nobody.beads[0]?.at).toBe(300)
    const door = field(request(1, { outcome: 'failed' }))
    door.step(850)
    expect(door.beads[0]?.at).toBe(700)
  })
})

describe('a pending request', () => {
  const pending = request(1, { outcome: 'pending', place: 'node' })

  test('goes to where it hangs and waits there', () => {
    const beads = field(pending)
    beads.step(60_000)
    expect([beads.beads[0]?.state, beads.beads[0]?.at]).toEqual(['waiting', 700])
    expect(beads.busy).toBe(false)
  })

  test('fails there when its end is told, as the same bead', () => {
    const beads = field(pending)
    beads.step(60_000)
    beads.take([request(1, { outcome: 'failed', cause: 'timeout', place: 'node' })], 1, () => way())
    expect(beads.beads).toHaveLength(1)
    beads.step(16)
    expect([beads.beads[0]?.state, beads.beads[0]?.at]).toEqual(['cross', 700])
  })

  test('that is answered after all goes on to the Pod', () => {
    const beads = field(pending)
    beads.step(60_000)
    beads.take([request(1, { latencyMs: 900 })], 1, () => way())
    beads.step(100)
    expect(beads.beads[0]?.at).toBeGreaterThan(700)
  })

  test('whose end is told before it got there still goes there first', () => {
    const beads = field(pending)
    beads.step(300)
    beads.take([request(1, { outcome: 'failed', place: 'node' })], 1, () => way())
    beads.step(100)
    expect(beads.beads[0]?.state).toBe('moving')
    beads.step(400)
    expect([beads.beads[0]?.state, beads.beads[0]?.at]).toEqual(['cross', 700])
  })
})

describe('when the map changes', () => {
  test('a bead goes on at the same part of its new way', () => {
    const beads = field(request(1))
    beads.step(450)
    const line = { ...way().line, length: 450 }
    beads.reroute(() => way({ line, stops: { client: 0, name: 75, service: 150, node: 350, pod: 450 } }))
    expect(beads.beads[0]?.at).toBeCloseTo(225)
    beads.step(450)
    expect(beads.beads).toHaveLength(0)
  })

  test('one that has no way any more is gone, and its end starts nothing at the old place', () => {
    const beads = field(request(1, { outcome: 'pending', place: 'node' }))
    beads.reroute(() => null)
    expect(beads.beads).toHaveLength(0)
    beads.take([request(1, { outcome: 'failed', place: 'node' })], 1, () => way())
    expect(beads.beads[0]?.at).toBe(0)
  })

  test('a request without a way is not drawn', () => {
    const beads = new BeadField()
    beads.take([request(1)], 1, () => null)
    expect(beads.beads).toHaveLength(0)
  })
})

test('time that stands still moves nothing', () => {
  const beads = field(request(1))
  beads.step(100)
  beads.step(0)
  expect(beads.beads[0]?.at).toBeCloseTo(100)
})

test('beads on a short way keep their distance: none is slower than 0.2 pixels a millisecond', () => {
  const beads = new BeadField()
  beads.take([request(1)], 0.1, () => way({ line: { ...way().line, length: 60 }, stops: { ...way().stops, pod: 60 } }))
  beads.step(100)
  expect(beads.beads[0]?.at).toBeCloseTo(20)
})
