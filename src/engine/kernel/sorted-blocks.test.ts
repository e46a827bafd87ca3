import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SortedBlocks } from './sorted-blocks.ts'

const byNumber = (a: number, b: number): number => a - b

it('holds what a sorted list holds, whatever comes and goes', () => {
  const deed = fc.tuple(fc.boolean(), fc.nat(3_000))
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(3_000), { maxLength: 2_000 }),
      fc.array(deed, { maxLength: 2_000 }),
      (start, deeds) => {
        const blocks = new SortedBlocks(byNumber)
        blocks.addAll(start)
        const set = new Set(start)
        for (const [adds, number] of deeds) {
          if (!adds) expect(blocks.delete(number)).toBe(set.delete(number))
          else if (!set.has(number)) {
            set.add(number)
            blocks.add(number)
          }
        }
        const sorted = [...set].sort(byNumber)
        expect(blocks.size).toBe(sorted.length)
        expect(blocks.first(Infinity)).toEqual(sorted)
        expect(blocks.first(700)).toEqual(sorted.slice(0, 700))
      },
    ),
    { seed: 20_261_125, numRuns: 60 },
  )
})

it('stays in order when it grows at either end', () => {
  const blocks = new SortedBlocks(byNumber)
  for (let number = 0; number < 3_000; number++) {
    blocks.add(number)
    blocks.add(-1 - number)
  }
  expect(blocks.first(Infinity)).toEqual(Array.from({ length: 6_000 }, (_, index) => index - 3_000))
})

it('refuses to take a whole list in when it holds something', () => {
  const blocks = new SortedBlocks(byNumber)
  blocks.add(1)
  expect(() => blocks.addAll([2])).toThrow('added to again')
})
