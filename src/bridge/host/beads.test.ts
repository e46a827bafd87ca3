// Thinning: what is drawn stands for all that happened.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TripRecord } from '../../engine/index.ts'
import type { BeadView } from '../../protocol/index.ts'
import { Beads, thin } from './beads.ts'

const NONE: ReadonlySet<number> = new Set()

function trip(id: number, more: Partial<TripRecord> = {}): TripRecord {
  return {
    id,
    client: 'frontend-1',
    to: 'my-service:80',
    service: 'default/my-service',
    portName: '',
    slice: 'default/my-service-abcde',
    endpoint: '10.244.1.5:9376',
    pod: 'default/my-app-1',
    startMs: id,
    latencyMs: 5,
    outcome: 'ok',
    cause: null,
    place: null,
    ...more,
  }
}

const failure: Partial<TripRecord> = { outcome: 'failed', cause: 'timeout', place: 'node' }

function weightOf(beads: readonly BeadView[]): number {
  return beads.reduce((sum, bead) => sum + bead.weight, 0)
}

describe('a bead', () => {
  test('names everything on its way by view id', () => {
    const beads = new Beads()
    beads.add(trip(1))
    expect(beads.take(0)).toEqual([
      {
        id: 1,
        client: 'Client//frontend-1',
        service: 'Service/default/my-service',
        slice: 'EndpointSlice/default/my-service-abcde',
        pod: 'Pod/default/my-app-1',
        address: '10.244.1.5',
        startMs: 1,
        latencyMs: 5,
        outcome: 'ok',
        cause: null,
        place: null,
        weight: 1,
      },
    ])
  })

  test('of a request that chose nobody has nobody', () => {
    const beads = new Beads()
    const nobody = {
      service: null,
      slice: null,
      endpoint: null,
      pod: null,
      outcome: 'failed',
      cause: 'dns',
      place: 'name',
    } as const
    beads.add(trip(1, nobody))
    expect(beads.take(0)[0]).toMatchObject({ service: null, slice: null, pod: null, address: null, cause: 'dns' })
  })

  test('has an IPv6 address without its brackets', () => {
    const beads = new Beads()
    beads.add(trip(1, { endpoint: '[fd00:10:244:1::5]:9376' }))
    expect(beads.take(0)[0]?.address).toBe('fd00:10:244:1::5')
  })

  test('is told once', () => {
    const beads = new Beads()
    beads.add(trip(1))
    beads.take(0)
    expect(beads.take(16)).toEqual([])
  })
})

describe('dense traffic', () => {
  test('sparse traffic is drawn request by request', () => {
    const beads = new Beads()
    for (let frame = 0; frame < 120; frame++) {
      beads.add(trip(frame))
      expect(beads.take(frame * 16)).toHaveLength(1)
    }
  })

  test('never draws more than 240 beads a second of the wall clock, after the first', () => {
    const beads = new Beads()
    let id = 0
    let drawn = 0
    let ended = 0
    let told = 0
    for (let frame = 0; frame < 60 * 5; frame++) {
      for (let one = 0; one < 100; one++) beads.add(trip(id++))
      ended += 100
      const taken = beads.take((frame * 1_000) / 60)
      drawn += taken.length
      told += weightOf(taken)
    }
    expect(told).toBe(ended)
    expect(drawn).toBeLessThanOrEqual(240 * 6)
    expect(drawn).toBeGreaterThan(240 * 4)
  })

  test('holds a long jump without growing, and loses no request', () => {
    const beads = new Beads()
    for (let id = 0; id < 100_000; id++) beads.add(trip(id, id % 1_000 === 0 ? failure : {}))
    const taken = beads.take(0)
    expect(taken.length).toBeLessThanOrEqual(241)
    expect(weightOf(taken)).toBe(100_000)
    expect(weightOf(taken.filter(bead => bead.outcome === 'failed'))).toBe(100)
  })

  test('keeps one of each kind of failure even with no room left', () => {
    const beads = [
      ...Array.from({ length: 50 }, (_, id) => bead(id)),
      bead(50, { outcome: 'failed', cause: 'timeout' }),
      bead(51, { outcome: 'failed', cause: 'refused' }),
      bead(52, { outcome: 'failed', cause: 'refused', pod: 'Pod/default/other' }),
    ]
    const thinned = thin(beads, 1, NONE)
    expect(thinned.filter(one => one.outcome === 'failed').map(one => one.id)).toEqual([50, 51, 52])
    expect(weightOf(thinned)).toBe(53)
  })

  test('whatever the mixture, weights add up, order stays and failures stay failures', () => {
    const someBeads = fc.array(
      fc.record({
        outcome: fc.constantFrom('ok', 'failed'),
        cause: fc.constantFrom('timeout', 'refused'),
        weight: fc.integer({ min: 1, max: 5 }),
      }),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(someBeads, fc.integer({ min: 0, max: 50 }), fc.array(fc.nat(199)), (some, limit, keptIds) => {
        const beads = some.map(({ outcome, cause, weight }, id) =>
          bead(id, outcome === 'failed' ? { outcome: 'failed', cause, weight } : { weight }),
        )
        const kept = new Set(keptIds)
        const thinned = thin(beads, limit, kept)
        expect(weightOf(thinned)).toBe(weightOf(beads))
        for (const cause of ['timeout', 'refused'] as const) {
          const of = (list: readonly BeadView[]): number =>
            weightOf(list.filter(one => one.outcome === 'failed' && one.cause === cause))
          expect(of(thinned)).toBe(of(beads))
        }
        expect(thinned.map(one => one.id)).toEqual(thinned.map(one => one.id).sort((a, b) => a - b))
        const missing = beads.filter(one => kept.has(one.id) && !thinned.some(other => other.id === one.id))
        expect(missing).toEqual([])
        const forced = beads.filter(one => kept.has(one.id)).length
        expect(thinned.length).toBeLessThanOrEqual(Math.max(limit, forced) + 4)
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

describe('a request that takes long', () => {
  test('is drawn while it waits, and again when it ends, however dense the rest', () => {
    const beads = new Beads()
    beads.add(trip(1, { outcome: 'pending' }))
    expect(beads.take(0)).toMatchObject([{ id: 1, outcome: 'pending' }])
    for (let id = 2; id < 5_000; id++) beads.add(trip(id))
    beads.add(trip(1, failure))
    for (let id = 5_000; id < 9_000; id++) beads.add(trip(id))
    expect(beads.take(16).filter(one => one.id === 1)).toMatchObject([{ outcome: 'failed', weight: 1 }])
  })

  test('that began and ended within one frame is drawn once', () => {
    const beads = new Beads()
    beads.add(trip(1, { outcome: 'pending' }))
    beads.add(trip(1, failure))
    expect(beads.take(0)).toMatchObject([{ id: 1, outcome: 'failed' }])
  })
})

function bead(id: number, more: Partial<BeadView> = {}): BeadView {
  return {
    id,
    client: 'Client//frontend-1',
    service: null,
    slice: null,
    pod: null,
    address: null,
    startMs: id,
    latencyMs: 1,
    outcome: 'ok',
    cause: null,
    place: null,
    weight: 1,
    ...more,
  }
}
