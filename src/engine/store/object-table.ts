// All objects of one kind, by namespace and name, with posting lists beside them: which objects have a term (a label, a
// node, an owner). Every write of an object goes through `put`, so the lists always say what a full scan would say.

import { invariant } from '../kernel/invariant.ts'
import type { KubeObject } from '../api/meta.ts'
import { SortedKeys } from './sorted-keys.ts'

/** Key of an object in its table; sorts by namespace, then by name. */
export type ObjectTableKey = string

export function tableKey(namespace: string, name: string): ObjectTableKey {
  return `${namespace}\0${name}`
}

/** `terms` names the posting lists in which an object stands. */
export class ObjectTable<T extends KubeObject> {
  readonly #objects = new Map<ObjectTableKey, T>()
  readonly #keys = new SortedKeys()
  readonly #postings = new Map<string, SortedKeys>()
  readonly #terms: (object: T) => readonly string[]

  constructor(terms: (object: T) => readonly string[]) {
    this.#terms = terms
  }

  get size(): number {
    return this.#objects.size
  }

  get(key: ObjectTableKey): T | undefined {
    return this.#objects.get(key)
  }

  /** Writes an object under its key, or takes out what is there when `object` is undefined; gives back what was there. */
  put(key: ObjectTableKey, object: T | undefined): T | undefined {
    const before = this.#objects.get(key)
    if (object) {
      this.#objects.set(key, object)
      if (!before) this.#keys.add(key)
    } else if (before) {
      this.#objects.delete(key)
      this.#keys.delete(key)
    }
    this.#index(key, before ? this.#terms(before) : [], object ? this.#terms(object) : [])
    return before
  }

  /** Objects of one namespace, or of all, by namespace and name. */
  list(namespace: string | undefined): readonly T[] {
    return this.#read(namespace === undefined ? this.#keys.all : this.#keys.withPrefix(`${namespace}\0`))
  }

  /** Objects that stand in a posting list, by namespace and name. */
  withTerm(term: string): readonly T[] {
    const keys = this.#postings.get(term)
    return keys ? this.#read(keys.all) : []
  }

  /** How many objects stand in a posting list. */
  countOf(term: string): number {
    return this.#postings.get(term)?.size ?? 0
  }

  #read(keys: readonly ObjectTableKey[]): readonly T[] {
    return keys.map(key => {
      const object = this.#objects.get(key)
      invariant(object, `an index names ${JSON.stringify(key)}, which is not there`)
      return object
    })
  }

  #index(key: ObjectTableKey, before: readonly string[], after: readonly string[]): void {
    for (const term of before) {
      if (after.includes(term)) continue
      const posting = this.#postings.get(term)
      posting?.delete(key)
      if (posting?.size === 0) this.#postings.delete(term)
    }
    for (const term of after) {
      if (before.includes(term)) continue
      let posting = this.#postings.get(term)
      if (!posting) this.#postings.set(term, (posting = new SortedKeys()))
      posting.add(key)
    }
  }
}
