// Looks at every write of a store: that versions only rise, that each change follows from the last one, that nothing which is
// stored can be changed, and that nothing was. What it finds wrong it says in sentences.

import { ALL_KINDS, type AnyObject, type Kind } from '../../api/kind-registry.ts'
import { canonicalJson } from '../../kernel/json.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'

interface Stored {
  readonly object: AnyObject
  /** As it was when it was written. */
  readonly text: string
}

export class StoreWitness {
  readonly broken: string[] = []
  readonly #store: StoreClient
  readonly #known = new Map<string, Stored>()
  /** Versions in the order in which a watch of all kinds heard of them, and another one. */
  readonly #heard: [string[], string[]] = [[], []]
  #version = 0

  constructor(store: StoreClient) {
    this.#store = store
    for (const kind of ALL_KINDS) for (const object of store.list(kind)) this.#know(kind, object)
    store.watch(ALL_KINDS, event => this.#take(event as WatchEvent))
    store.watch(ALL_KINDS, ({ object }) => void this.#heard[1].push(object.metadata.resourceVersion))
  }

  /** Compares what is stored with what was written; to be asked at the end. */
  finish(): readonly string[] {
    let count = 0
    for (const kind of ALL_KINDS) {
      for (const object of this.#store.list(kind)) {
        count++
        const known = this.#known.get(placeOf(kind, object))
        if (known?.object !== object) this.#say(kind, object, 'is not what the watch told last')
        else if (canonicalJson(object) !== known.text) this.#say(kind, object, 'was changed in its place')
      }
    }
    if (count !== this.#known.size) this.broken.push(`${count} objects stored, ${this.#known.size} known from watching`)
    if (this.#heard[0].join() !== this.#heard[1].join()) this.broken.push('two watches heard different stories')
    return this.broken
  }

  #take({ type, kind, object, previous }: WatchEvent): void {
    this.#heard[0].push(object.metadata.resourceVersion)
    const version = Number(object.metadata.resourceVersion)
    if (version <= this.#version) this.#say(kind, object, `has version ${version} after ${this.#version}`)
    this.#version = version
    const known = this.#known.get(placeOf(kind, object))
    if ((type === 'ADDED') !== (known === undefined))
      this.#say(kind, object, `was ${type}, known before: ${known !== undefined}`)
    if (previous !== known?.object) this.#say(kind, object, 'follows on another state than the last')
    if (known && canonicalJson(known.object) !== known.text) this.#say(kind, object, 'was changed in its place')
    if (type === 'DELETED') this.#known.delete(placeOf(kind, object))
    else this.#know(kind, object)
  }

  #know(kind: Kind, object: AnyObject): void {
    if (!isFrozen(object)) this.#say(kind, object, 'is not frozen all through')
    this.#known.set(placeOf(kind, object), { object, text: canonicalJson(object) })
  }

  #say(kind: Kind, object: AnyObject, what: string): void {
    this.broken.push(`${placeOf(kind, object)} ${what}`)
  }
}

function placeOf(kind: Kind, { metadata }: AnyObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
}

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozen)
}
