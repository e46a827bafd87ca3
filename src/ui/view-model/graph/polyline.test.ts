import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearestAlong, pathData, sample, simplify, type Point } from './polyline.ts'

const CORNER: readonly Point[] = [
  [0, 0],
  [100, 0],
  [100, 100],
]

describe('a path', () => {
  test('cuts a right angle with an arc of the radius', () => {
    expect(pathData(CORNER, 14)).toBe('M0 0L86 0A14 14 0 0 1 100 14L100 100')
  })

  test('turns the other way with the other sweep', () => {
    expect(
      pathData(
        [
          [0, 0],
          [100, 0],
          [100, -100],
        ],
        14,
      ),
    ).toBe('M0 0L86 0A14 14 0 0 0 100 -14L100 -100')
  })

  test('takes a smaller arc where a leg is short', () => {
    expect(
      pathData(
        [
          [0, 0],
          [5, 0],
          [5, 100],
        ],
        14,
      ),
    ).toBe('M0 0A5 5 0 0 1 5 5L5 100')
  })

  test('of one point is nothing', () => {
    expect(pathData([[3, 3]], 14)).toBe('')
  })

  test('drops points that repeat or lie on the way', () => {
    expect(
      simplify([
        [0, 0],
        [0, 0],
        [5, 0],
        [9, 0],
        [9, 4],
      ]),
    ).toEqual([
      [0, 0],
      [9, 0],
      [9, 4],
    ])
  })

  test('keeps a point at which it turns back', () => {
    expect(
      simplify([
        [0, 0],
        [9, 0],
        [4, 0],
      ]),
    ).toHaveLength(3)
  })
})

describe('a sampled line', () => {
  test('is as long as its straight pieces and its arc', () => {
    expect(sample(CORNER, 14, 1).length).toBeCloseTo(86 * 2 + (Math.PI / 2) * 14)
  })

  test('finds where a point of it lies', () => {
    expect(nearestAlong(sample(CORNER, 14, 1), [50, 0])).toBeCloseTo(50, 0)
    expect(nearestAlong(sample(CORNER, 14, 1), [100, 100])).toBeCloseTo(sample(CORNER, 14, 1).length, 0)
  })

  test('law: begins and ends where the line does, and neighbours are one step apart at most', () => {
    const point = fc.tuple(fc.integer({ min: -300, max: 300 }), fc.integer({ min: -300, max: 300 }))
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 6 }), points => {
        const { xs, ys, step, length } = sample(points, 14, 3)
        if (length === 0) return
        const last = points.at(-1) ?? [0, 0]
        expect(Math.hypot((xs[0] ?? 0) - (points[0]?.[0] ?? 0), (ys[0] ?? 0) - (points[0]?.[1] ?? 0))).toBeLessThan(
          0.01,
        )
        expect(Math.hypot((xs.at(-1) ?? 0) - last[0], (ys.at(-1) ?? 0) - last[1])).toBeLessThan(0.05)
        for (let i = 1; i < xs.length; i++) {
          const apart = Math.hypot((xs[i] ?? 0) - (xs[i - 1] ?? 0), (ys[i] ?? 0) - (ys[i - 1] ?? 0))
          expect(apart).toBeLessThanOrEqual(step + 0.05)
        }
      }),
      { seed: 3, numRuns: 200 },
    )
  })
})
