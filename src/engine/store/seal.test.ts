import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deepFreeze } from '../kernel/json.ts'
import { seal } from './seal.ts'

function isFrozenThroughout(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozenThroughout)
}

it('freezes a copy without undefined members, and leaves what it was given as it is', () => {
  const given = { a: { b: undefined, c: [{ d: 1 }] } }
  const sealed = seal(given)
  expect(Object.keys(sealed.a)).toEqual(['c'])
  expect(sealed).toEqual(given)
  expect(sealed).toSatisfy(isFrozenThroughout)
  expect(given.a.c[0]).not.toSatisfy(Object.isFrozen)
})

it('shares what the state before shares, and freezes all the rest, whatever was moved, put in or taken out', () => {
  const items = deepFreeze(Array.from({ length: 12 }, (_, id) => ({ id, of: { list: [id] } })))
  const item = fc.oneof(
    fc.constantFrom(...items),
    fc.nat(12).map(id => ({ id, of: { list: [id], not: undefined } })),
  )
  fc.assert(
    fc.property(fc.array(item), fc.shuffledSubarray(items), (list, old) => {
      const sealed = seal({ name: { list } }, deepFreeze({ name: { list: [...old] } }))
      expect(sealed).toSatisfy(isFrozenThroughout)
      for (const [index, one] of list.entries()) {
        expect(sealed.name.list[index]).toEqual(one)
        expect(Object.keys(sealed.name.list[index]?.of ?? {})).toEqual(['list'])
        if (Object.isFrozen(one)) expect(sealed.name.list[index]).toBe(one)
      }
    }),
    { seed: 20_261_125, numRuns: 300 },
  )
})
