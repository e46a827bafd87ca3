// All objects of one kind, by namespace and name, with posting lists beside them: which objects have a term (a label, a
// node, an owner). Every write of an object goes through `put`, so the lists always say what a full scan would say.

import type { KubeObject } from '../api/meta.ts'
import { SortedSlots, type Slot } from './sorted-slots.ts'

/** Key of an object in its table. Sorts as etcd's keys do, by all of `namespace/name`: namespace `a-b` comes before `a`. */
export type ObjectTableKey = string

export function tableKey(namespace: string, name: string): ObjectTableKey {
  return `${namespace}/${name}`
}

/** `terms` names the posting lists in which an object stands. */
export class ObjectTable<T extends KubeObject> {
  readonly #slots = new Map<ObjectTableKey, Slot<T>>()
  readonly #all = new SortedSlots<T>()
  readonly #postings = new Map<string, SortedSlots<T>>()
  readonly #terms: (object: T) => readonly string[]

  constructor(terms: (object: T) => readonly string[]) {
    this.#terms = terms
  }

  get size(): number {
    return this.#slots.size
  }

  get(key: ObjectTableKey): T | undefined {
    return this.#slots.get(key)?.object
  }

  /** Writes an object under its key, or takes out what is there when `object` is undefined; gives back what was there. */
  put(key: ObjectTableKey, object: T | undefined): T | undefined {
    const known = this.#slots.get(key)
    const before = known?.object
    const slot = known ?? (object && { key, object })
    if (!slot) return undefined
    if (object) {
      slot.object = object
      if (!known) {
        this.#slots.set(key, slot)
        this.#all.add(slot)
      }
    } else {
      this.#slots.delete(key)
      this.#all.delete(key)
    }
    this.#index(slot, before ? this.#terms(before) : [], object ? this.#terms(object) : [])
    return before
  }

  /** Objects of one namespace, or of all, by key. */
  list(namespace: string | undefined): readonly T[] {
    return namespace === undefined ? this.#all.all() : this.#all.withPrefix(`${namespace}/`)
  }

  /** Objects that stand in a posting list, by key. */
  withTerm(term: string): readonly T[] {
    return this.#postings.get(term)?.all() ?? []
  }

  /** How many objects stand in a posting list. */
  countOf(term: string): number {
    return this.#postings.get(term)?.size ?? 0
  }

  #index(slot: Slot<T>, before: readonly string[], after: readonly string[]): void {
    for (const term of without(before, after)) {
      const posting = this.#postings.get(term)
      posting?.delete(slot.key)
      if (posting?.size === 0) this.#postings.delete(term)
    }
    for (const term of without(after, before)) {
      let posting = this.#postings.get(term)
      if (!posting) this.#postings.set(term, (posting = new SortedSlots()))
      posting.add(slot)
    }
  }
}

/** The terms that the others lack. Mostly both are short, but nothing bounds how many labels a Pod has. */
function without(terms: readonly string[], others: readonly string[]): readonly string[] {
  if (others.length <= 16) return terms.filter(term => !others.includes(term))
  const set = new Set(others)
  return terms.filter(term => !set.has(term))
}
