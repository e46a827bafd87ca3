import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOf, freeStart, giveWay, stack, type Span } from './spans.ts'

describe('a free place', () => {
  test('is the wanted one where that is free', () => {
    expect(freeStart([{ start: 0, size: 10 }], 40, { size: 10, gap: 5 })).toBe(40)
  })

  test('else the nearest one, with the gap kept', () => {
    expect(freeStart([{ start: 0, size: 10 }], 2, { size: 10, gap: 5 })).toBe(15)
    expect(freeStart([{ start: 0, size: 10 }], -2, { size: 10, gap: 5 })).toBe(-15)
  })

  test('law: never overlaps what is taken', () => {
    const span = fc.record({ start: fc.integer({ min: -300, max: 300 }), size: fc.integer({ min: 1, max: 90 }) })
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), fc.integer({ min: -300, max: 300 }), (taken, wanted) => {
        const start = freeStart(taken, wanted, { size: 40, gap: 6 })
        for (const other of taken) expect(start + 46 <= other.start || endOf(other) + 6 <= start).toBe(true)
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})

test('a stack has its middle where it was told', () => {
  expect(stack([10, 20], 100, 6)).toEqual([82, 98])
})

describe('giving way', () => {
  const move = (spans: Record<string, Span>): string =>
    [...giveWay(new Map(Object.entries(spans)), 10)].map(([key, { start }]) => `${key}${start}`).join(' ')

  test('moves nothing that has room', () => {
    expect(move({ a: { start: 0, size: 10 }, b: { start: 20, size: 10 } })).toBe('a0 b20')
  })

  test('moves only as far as needed, and what comes after only if it must', () => {
    expect(move({ a: { start: 0, size: 15 }, b: { start: 20, size: 10 }, c: { start: 60, size: 10 } })).toBe(
      'a0 b25 c60',
    )
  })
})
