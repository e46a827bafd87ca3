// Many items that are always in order, where one that comes or goes moves few others: blocks of some hundred items, each in
// order and all before the next. The first so many are read without going through the rest.

import { invariant } from './invariant.ts'

/** A block is cut in two when it grows past this. */
const BLOCK_MAX = 512

/** `compare` must tell all items in the list apart. */
export class SortedBlocks<T> {
  readonly #compare: (a: T, b: T) => number
  /** None of them empty. */
  readonly #blocks: T[][] = []
  #size = 0

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#size
  }

  /** Adds many items at once to an empty list. */
  addAll(items: readonly T[]): void {
    invariant(this.#size === 0, 'a list that holds something was added to again')
    const sorted = [...items].sort(this.#compare)
    for (let at = 0; at < sorted.length; at += BLOCK_MAX / 2) this.#blocks.push(sorted.slice(at, at + BLOCK_MAX / 2))
    this.#size = sorted.length
  }

  add(item: T): void {
    this.#size++
    const at = this.#blockOf(item)
    const block = this.#blocks[at]
    if (!block) {
      this.#blocks.push([item])
      return
    }
    block.splice(this.#placeIn(block, item), 0, item)
    if (block.length > BLOCK_MAX) this.#blocks.splice(at + 1, 0, block.splice(BLOCK_MAX / 2))
  }

  /** Takes out the item that compares as equal; false when there is none. */
  delete(item: T): boolean {
    const at = this.#blockOf(item)
    const block = this.#blocks[at]
    const place = block ? this.#placeIn(block, item) : 0
    const found = block?.[place]
    if (!block || found === undefined || this.#compare(found, item) !== 0) return false
    this.#size--
    block.splice(place, 1)
    if (block.length === 0) this.#blocks.splice(at, 1)
    return true
  }

  /** The first so many items, or all when there are fewer, in order. */
  first(count: number): T[] {
    const parts: T[][] = []
    let left = count
    for (const block of this.#blocks) {
      if (left <= 0) break
      parts.push(block.length <= left ? block : block.slice(0, left))
      left -= block.length
    }
    // Whole blocks are copied as memory, which `flat` does not do.
    return ([] as T[]).concat(...parts)
  }

  /** The last block that does not begin after the item; the first one when all do. */
  #blockOf(item: T): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compare((this.#blocks[middle] as T[])[0] as T, item) <= 0) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  #placeIn(block: readonly T[], item: T): number {
    let low = 0
    let high = block.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compare(block[middle] as T, item) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
