import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, compareText, deepFreeze, sameJson } from './json.ts'

test('deepFreeze freezes everything below, and gives the value back', () => {
  const value = { a: [{ b: 1 }], c: null }
  expect(deepFreeze(value)).toBe(value)
  expect(Object.isFrozen(value) && Object.isFrozen(value.a) && Object.isFrozen(value.a[0])).toBe(true)
})

describe('sameJson', () => {
  test.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: null }, {}, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [[], {}, false],
    [null, undefined, false],
    ['1', 1, false],
    [{ a: { b: [1] } }, { a: { b: [1] } }, true],
    [{ a: 1 }, { b: 1 }, false],
  ])('%j and %j: %s', (a, b, same) => {
    expect(sameJson(a, b)).toBe(same)
    expect(sameJson(b, a)).toBe(same)
  })
})

describe('canonicalJson', () => {
  test('does not depend on the order of keys and leaves undefined out', () => {
    expect(canonicalJson({ b: 1, a: { d: undefined, c: [1, 'x'] } })).toBe('{"a":{"c":[1,"x"]},"b":1}')
  })

  test('is the same text exactly for the same values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const isSame = canonicalJson(a) === canonicalJson(b)
        expect(isSame).toBe(sameJson(normal(a), normal(b)))
        expect(sameJson(JSON.parse(canonicalJson(a)), normal(a))).toBe(true)
      }),
      { seed: 6, numRuns: 500 },
    )
  })
})

test('texts are ordered by unit, not by language', () => {
  expect(['b', 'a', 'B', 'ä', 'a-b', 'a'].toSorted(compareText)).toEqual(['B', 'a', 'a', 'a-b', 'b', 'ä'])
})

/** JSON has no negative zero. */
function normal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
