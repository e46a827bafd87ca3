// Places for objects that are always in the order of their keys (by UTF-16 unit): one table's, or one posting list's. A
// place is shared by all lists in which its object stands, so that another state of the object is one write, and a list
// of thousands is read without looking anything up. Adding and taking out is a binary search and one move of memory.

import { compareText } from '../kernel/json.ts'

/** Where an object stands for as long as there is one under the key. */
export interface Slot<T> {
  readonly key: string
  object: T
}

export class SortedSlots<T> {
  readonly #slots: Slot<T>[] = []

  get size(): number {
    return this.#slots.length
  }

  add(slot: Slot<T>): void {
    const at = this.#lowerBound(slot.key)
    if (this.#slots[at]?.key !== slot.key) this.#slots.splice(at, 0, slot)
  }

  delete(key: string): void {
    const at = this.#lowerBound(key)
    if (this.#slots[at]?.key === key) this.#slots.splice(at, 1)
  }

  /** All objects in order. */
  all(): readonly T[] {
    return objectsOf(this.#slots)
  }

  /** The objects whose keys begin with a prefix, in order. The prefix must end with a unit below U+FFFF. */
  withPrefix(prefix: string): readonly T[] {
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
    return objectsOf(this.#slots.slice(this.#lowerBound(prefix), this.#lowerBound(end)))
  }

  #lowerBound(key: string): number {
    let low = 0
    let high = this.#slots.length
    // Names often come in order: the end is looked at first.
    if (high > 0 && compareText((this.#slots[high - 1] as Slot<T>).key, key) < 0) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#slots[middle] as Slot<T>).key < key) low = middle + 1
      else high = middle
    }
    return low
  }
}

function objectsOf<T>(slots: readonly Slot<T>[]): readonly T[] {
  return slots.map(slot => slot.object)
}
