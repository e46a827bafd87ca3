import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sameJson } from '../kernel/json.ts'
import { mergePatch } from './merge-patch.ts'

describe('a merge patch', () => {
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  ])('%j with %j becomes %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result)
  })

  test('reaches no member that every object has', () => {
    const patch: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"x":1}}')
    const merged = mergePatch({}, patch)
    expect(Object.keys(merged as object)).toEqual(['__proto__', 'constructor'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('carried out twice is carried out once', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const law = fc.property(value, value, (target, patch) => {
      const once = mergePatch(target, patch)
      return sameJson(mergePatch(once, patch), once)
    })
    fc.assert(law, { seed: 4, numRuns: 300 })
  })
})
