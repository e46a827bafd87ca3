import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eachUnshared } from './shared-items.ts'

function unshared(items: readonly object[], old: readonly object[]): readonly (readonly [object, number])[] {
  const visited: [object, number][] = []
  eachUnshared(items, old, (item, index) => void visited.push([item, index]))
  return visited
}

const OLD = Array.from({ length: 8 }, (_, id) => ({ id }))
const NEW = { id: -1 }

it('never leaves out an item that the old list does not hold, and tells where each stands', () => {
  const item = fc.oneof(
    fc.constantFrom(...OLD),
    fc.integer().map(id => ({ id })),
  )
  fc.assert(
    fc.property(fc.array(item), fc.shuffledSubarray(OLD), (items, old) => {
      const visited = unshared(items, old)
      const places = new Set(visited.map(([, index]) => index))
      for (const [found, index] of visited) expect(found).toBe(items[index])
      for (const [index, one] of items.entries()) if (!places.has(index)) expect(old).toContain(one)
    }),
    { seed: 20_261_125, numRuns: 500 },
  )
})

it.each([
  ['one that was exchanged', OLD.with(3, NEW), [3]],
  ['one that was put in', OLD.toSpliced(3, 0, NEW), [3]],
  ['one that was added at the end', [...OLD, NEW], [8]],
  ['nothing where one was taken out', OLD.toSpliced(3, 1), []],
  ['nothing where all is shared', [...OLD], []],
] as const)('calls for %s', (_, items, places) => {
  expect(unshared(items, OLD).map(([, index]) => index)).toEqual(places)
})
