import { describe, expect, test } from 'vitest'
import { hashText, Random } from './rng.ts'

function draw(random: Random, name: string, count: number): number[] {
  return Array.from({ length: count }, () => random.stream(name).unit())
}

describe('streams', () => {
  test('of the same seed and name are the same', () => {
    expect(draw(new Random(7), 'a', 20)).toEqual(draw(new Random(7), 'a', 20))
  })

  test('of another seed or another name are not', () => {
    const first = draw(new Random(7), 'a', 5)
    expect(draw(new Random(8), 'a', 5)).not.toEqual(first)
    expect(draw(new Random(7), 'b', 5)).not.toEqual(first)
  })

  test('do not reshuffle one another', () => {
    const random = new Random(7)
    const alone = draw(new Random(7), 'a', 6)
    const mixed = draw(random, 'a', 3)
    draw(random, 'b', 10)
    expect([...mixed, ...draw(random, 'a', 3)]).toEqual(alone)
  })

  test('handed out before a load go on from the saved state', () => {
    const random = new Random(7)
    const stream = random.stream('a')
    stream.unit()
    const saved = JSON.parse(JSON.stringify(random.save())) as ReturnType<Random['save']>
    const next = [stream.unit(), stream.unit()]
    random.load(saved)
    expect([stream.unit(), stream.unit()]).toEqual(next)
  })

  test('that the saved state did not have begin anew', () => {
    const random = new Random(7)
    const fresh = draw(new Random(3), 'late', 3)
    draw(random, 'late', 5)
    random.load(new Random(3).save())
    expect(random.seed).toBe(3)
    expect(draw(random, 'late', 3)).toEqual(fresh)
  })
})

describe('draws', () => {
  const COUNT = 20_000

  test('unit lies in [0, 1) around a half', () => {
    const values = draw(new Random(1), 'a', COUNT)
    expect(values.every(value => value >= 0 && value < 1)).toBe(true)
    expect(mean(values)).toBeCloseTo(0.5, 1)
  })

  test('int reaches every number below, and none else', () => {
    const stream = new Random(1).stream('a')
    const seen = new Set(Array.from({ length: 1000 }, () => stream.int(6)))
    expect(seen).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  })

  test('exponential has the mean asked for and is never negative', () => {
    const stream = new Random(1).stream('a')
    const values = Array.from({ length: COUNT }, () => stream.exponential(40))
    expect(values.every(value => value >= 0)).toBe(true)
    expect(Math.abs(mean(values) - 40)).toBeLessThan(1.5)
  })

  test('pick gives one of the items, and nothing of nothing', () => {
    const stream = new Random(1).stream('a')
    const seen = new Set(Array.from({ length: 100 }, () => stream.pick(['x', 'y'])))
    expect(seen).toEqual(new Set(['x', 'y']))
    expect(stream.pick([])).toBeUndefined()
  })

  test('text has the length and the letters asked for', () => {
    expect(new Random(1).stream('a').text(50, 'bc')).toMatch(/^[bc]{50}$/)
  })
})

test('hashes are 32-bit numbers that depend on text and seed', () => {
  expect(hashText('')).toBe(0x811c9dc5)
  expect(hashText('a')).toBe(0xe40c292c)
  expect(hashText('foobar')).toBe(0xbf9cf968)
  expect(hashText('a', 1)).not.toBe(hashText('a'))
})

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
