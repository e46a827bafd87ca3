import { assert, double, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { naturalLog } from './log.ts'
import { Random } from './rng.ts'

describe('naturalLog', () => {
  it('is exact at one and knows its edges', () => {
    expect(naturalLog(1)).toBe(0)
    expect(naturalLog(0)).toBe(-Infinity)
    expect(naturalLog(-1)).toBeNaN()
    expect(naturalLog(Number.NaN)).toBeNaN()
    expect(naturalLog(Infinity)).toBe(Infinity)
  })

  it('keeps the bits it had when this was written', () => {
    expect([0.1, 0.5, 2, 3, 10, 1e-300, 1e300, 5e-324].map(bits)).toMatchInlineSnapshot(`
      [
        "c0026bb1bbb55515",
        "bfe62e42fefa39ef",
        "3fe62e42fefa39ef",
        "3ff193ea7aad030b",
        "40026bb1bbb55516",
        "c085963447f87fb5",
        "4085963447f87fb5",
        "c0874385446d71c3",
      ]
    `)
  })

  it('is within four units in the last place of Math.log for numbers of every size', () => {
    assert(
      property(double({ min: 5e-324, max: 1.7e308, noNaN: true }), x => {
        const truth = Math.log(x)
        expect(Math.abs(naturalLog(x) - truth)).toBeLessThanOrEqual(Math.abs(truth) * 4 * Number.EPSILON)
      }),
      { seed: 7, numRuns: 2000 },
    )
  })

  it('holds close to one, where the answer is small', () => {
    for (const x of [1 - 2 ** -32, 1 + 2 ** -32, 1 - 2 ** -53, 1 + 2 ** -52, 0.999, 1.001]) {
      expect(Math.abs(naturalLog(x) / Math.log(x) - 1)).toBeLessThan(4 * Number.EPSILON)
    }
  })

  it('never falls as its argument rises over the draws of a stream', () => {
    let before = -Infinity
    for (let draw = 1; draw <= 4096; draw++) {
      const value = naturalLog(draw / 4096)
      expect(value).toBeGreaterThan(before)
      before = value
    }
  })
})

describe('RandomStream.exponential', () => {
  it('has the mean it was asked for and is never negative', () => {
    const stream = new Random(5).stream('test')
    let sum = 0
    let least = Infinity
    for (let i = 0; i < 100_000; i++) {
      const value = stream.exponential(4)
      least = Math.min(least, value)
      sum += value
    }
    expect(least).toBeGreaterThanOrEqual(0)
    // Five standard errors: 4 / √100,000 · 5.
    expect(Math.abs(sum / 100_000 - 4)).toBeLessThan(0.0633)
  })
})

function bits(x: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, naturalLog(x))
  return view.getBigUint64(0).toString(16)
}
