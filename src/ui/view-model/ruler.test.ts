import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cutRuler,
  CUT_WIDTH,
  groupMarks,
  placeLabels,
  ratePoints,
  ticks,
  toX,
  wholeRange,
  wholeRuler,
} from './ruler.ts'
import { sampleMark } from './testing/sample-cluster.ts'

describe('rulers', () => {
  it('place moments in proportion and hold those outside at the ends', () => {
    const ruler = wholeRuler(0, 100_000, 500)
    expect([0, 50_000, 100_000, -1, 200_000].map(at => toX(ruler, at))).toEqual([0, 250, 500, 0, 500])
  })
  it('have the same scale on both sides of a cut', () => {
    const ruler = cutRuler(
      [
        { fromMs: 0, toMs: 60_000 },
        { fromMs: 340_000, toMs: 360_000 },
      ],
      844,
    )
    expect(toX(ruler, 30_000) - toX(ruler, 20_000)).toBeCloseTo(toX(ruler, 355_000) - toX(ruler, 345_000), 9)
    expect(toX(ruler, 340_000) - toX(ruler, 60_000)).toBe(CUT_WIDTH)
    expect(toX(ruler, 200_000)).toBeCloseTo(toX(ruler, 60_000) + CUT_WIDTH / 2, 9)
  })
  it('never turn back', () => {
    const ruler = cutRuler(
      [
        { fromMs: 0, toMs: 60_000 },
        { fromMs: 340_000, toMs: 360_000 },
      ],
      844,
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 0, max: 400_000 }), (a, b) => {
        const [early, late] = a < b ? [a, b] : [b, a]
        return toX(ruler, early) <= toX(ruler, late)
      }),
      { seed: 7 },
    )
  })
  it('have round ticks, as many as there is room for', () => {
    expect(ticks(0, 120_000, 5)).toEqual([0, 30_000, 60_000, 90_000, 120_000])
    expect(ticks(61_000, 90_000, 2)).toEqual([75_000, 90_000])
  })
  it('leave room ahead of now and move only by large steps', () => {
    expect(wholeRange(0)).toEqual({ fromMs: 0, toMs: 30_000 })
    expect(wholeRange(90_000)).toEqual({ fromMs: 0, toMs: 120_000 })
    const late = wholeRange(3_600_000)
    expect(late.toMs - late.fromMs).toBe(600_000)
    expect(late.toMs).toBeGreaterThan(3_600_000)
    expect(wholeRange(3_601_000)).toEqual(late)
  })
})

describe('marks', () => {
  const ruler = wholeRuler(0, 100_000, 500)
  it('of one type close to each other are counted together', () => {
    const groups = groupMarks(
      [sampleMark('pod-ready', 1_000), sampleMark('pod-ready', 2_000, { count: 2 }), sampleMark('pod-ready', 50_000)],
      ruler,
      40,
    )
    expect(groups.map(group => group.count)).toEqual([3, 1])
  })
  it('of other types stay apart, and the small print is left out', () => {
    const groups = groupMarks(
      [sampleMark('applied', 0), sampleMark('pod-ready', 100), sampleMark('proxies-synced', 200)],
      ruler,
      40,
    )
    expect(groups.map(group => group.type)).toEqual(['applied', 'pod-ready'])
  })
  it('get labels that never touch, or none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ x: fc.integer({ min: 0, max: 500 }), width: fc.integer({ min: 10, max: 120 }) }), {
          maxLength: 12,
        }),
        wishes => {
          wishes.sort((a, b) => a.x - b.x)
          const places = placeLabels(wishes, { width: 500, rows: 2, gap: 8 })
          return places.every((place, index) => {
            const end = place.left + (wishes[index]?.width ?? 0)
            if (place.left < 0 || end > 500) return false
            return places
              .slice(index + 1)
              .every(other => other.row !== place.row || place.row < 0 || other.left >= end + 8)
          })
        },
      ),
      { seed: 11 },
    )
  })
})

describe('ratePoints', () => {
  it('fills quiet seconds with zeros up to the last closed second', () => {
    const seconds = [
      { second: 2, ok: 10, failed: 1, byPod: [] },
      { second: 4, ok: 5, failed: 0, byPod: [] },
    ]
    expect(ratePoints(seconds, 0, 5_400)).toEqual([
      { atMs: 2_500, total: 11, failed: 1 },
      { atMs: 3_500, total: 0, failed: 0 },
      { atMs: 4_500, total: 5, failed: 0 },
    ])
  })
})
