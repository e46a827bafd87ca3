// A set of texts that is always in order (by UTF-16 unit). Adding and taking out is a binary search and one move of
// memory; listing costs nothing. It holds the names of one table or of one posting list.

import { compareText } from '../kernel/json.ts'

export class SortedKeys {
  readonly #keys: string[] = []

  get size(): number {
    return this.#keys.length
  }

  /** All keys in order; a live view, not to be kept. */
  get all(): readonly string[] {
    return this.#keys
  }

  add(key: string): void {
    const at = this.#lowerBound(key)
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key)
  }

  delete(key: string): void {
    const at = this.#lowerBound(key)
    if (this.#keys[at] === key) this.#keys.splice(at, 1)
  }

  /** The keys that begin with a prefix, in order. The prefix must end with a unit below U+FFFF. */
  withPrefix(prefix: string): readonly string[] {
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
    return this.#keys.slice(this.#lowerBound(prefix), this.#lowerBound(end))
  }

  #lowerBound(key: string): number {
    let low = 0
    let high = this.#keys.length
    // Names often come in order: the end is looked at first.
    if (high > 0 && compareText(this.#keys[high - 1] as string, key) < 0) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#keys[middle] as string) < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
