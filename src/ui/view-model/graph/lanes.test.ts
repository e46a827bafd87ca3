import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layTracks } from './lanes.ts'
import type { Point } from './polyline.ts'

const GAP = { from: 0, to: 64 }

function crosses(a: readonly Point[], b: readonly Point[]): boolean {
  for (let i = 1; i < a.length; i++) {
    for (let j = 1; j < b.length; j++) if (segmentsCross(a[i - 1], a[i], b[j - 1], b[j])) return true
  }
  return false
}

/** Proper crossings only: running together or touching does not count. */
function segmentsCross(a?: Point, b?: Point, c?: Point, d?: Point): boolean {
  if (!a || !b || !c || !d) return false
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

test('a level track is a straight line', () => {
  expect(layTracks([{ fromCross: 10, toCross: 10 }], GAP, false)).toEqual([
    [
      [0, 10],
      [64, 10],
    ],
  ])
})

test('every piece is level, upright or at 45°', () => {
  const ends = [
    { fromCross: 0, toCross: -200 },
    { fromCross: 30, toCross: 20 },
    { fromCross: 60, toCross: 300 },
  ]
  for (const points of layTracks(ends, GAP, false)) {
    points.slice(1).forEach((point, index) => {
      const before = points[index] ?? point
      const [x, y] = [Math.abs(point[0] - before[0]), Math.abs(point[1] - before[1])]
      expect(x < 1e-9 || y < 1e-9 || Math.abs(x - y) < 1e-9).toBe(true)
    })
  }
})

test('law: rows in the order of their Pods never cross', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 46, max: 160 }), fc.integer({ min: 46, max: 160 })), {
    minLength: 2,
    maxLength: 7,
  })
  fc.assert(
    fc.property(pairs, fc.integer({ min: -400, max: 400 }), (steps, shift) => {
      let [from, to] = [0, shift]
      const ends = steps.map(([a, b]) => ({ fromCross: (from += a), toCross: (to += b) }))
      const tracks = layTracks(ends, GAP, false)
      for (let i = 0; i < tracks.length; i++) {
        for (let j = i + 1; j < tracks.length; j++) {
          expect([ends[i], ends[j], crosses(tracks[i] ?? [], tracks[j] ?? [])]).toEqual([ends[i], ends[j], false])
        }
      }
    }),
    { seed: 7, numRuns: 300 },
  )
})

test('law: a fan out of one point never crosses itself', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -300, max: 300 }), { maxLength: 12 }), targets => {
      const tracks = layTracks(
        targets.map(toCross => ({ fromCross: 0, toCross })),
        GAP,
        true,
      )
      for (let i = 0; i < tracks.length; i++) {
        for (let j = i + 1; j < tracks.length; j++) expect(crosses(tracks[i] ?? [], tracks[j] ?? [])).toBe(false)
      }
    }),
    { seed: 11, numRuns: 300 },
  )
})
