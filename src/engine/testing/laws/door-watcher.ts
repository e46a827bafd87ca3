// A client of the API's door that keeps a copy of one kind, as every controller of a real cluster does: it lists, watches from
// the version of the list, loses its connection now and then, and goes on from where it was, or lists again when that is too
// long ago.

import type { Kind } from '../../api/kind-registry.ts'
import { canonicalJson } from '../../kernel/json.ts'
import type { ApiDoor } from '../../rest/index.ts'
import { getRequest } from '../walk/requests.ts'

interface Told {
  readonly kind: string
  readonly metadata: { readonly namespace?: string; readonly name: string; readonly resourceVersion: string }
}

export class DoorWatcher {
  readonly #door: ApiDoor
  readonly #kind: Kind
  readonly #copy = new Map<string, Told>()
  readonly broken: string[] = []
  #version = ''
  #stop: (() => void) | undefined

  constructor(door: ApiDoor, kind: Kind) {
    this.#door = door
    this.#kind = kind
    this.#list()
  }

  connect(): void {
    if (this.#stop) return
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${this.#version}`
    const response = this.#door.handle(getRequest({ kind: this.#kind, namespace: ALL }, query))
    if (response.type !== 'watch') {
      this.broken.push(`a watch of ${this.#kind} was answered with a ${response.type}`)
      return
    }
    let isGone = false
    this.#stop = response.open(
      line => {
        const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: Told }
        if (type === 'ERROR') isGone = true
        else this.#take(type, object)
      },
      () => {},
    )
    if (!isGone) return
    this.disconnect()
    this.#list()
    this.connect()
  }

  disconnect(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  /** What the copy has otherwise than a list of now. */
  finish(): readonly string[] {
    this.connect()
    const found = this.#asked()
    const same = canonicalJson(found.items) === canonicalJson(this.#sorted())
    return same ? this.broken : [...this.broken, `a copy of ${this.#kind} kept by watching is not what a list says`]
  }

  #take(type: string, object: Told): void {
    const { metadata } = object
    if (type !== 'BOOKMARK' && Number(metadata.resourceVersion) <= Number(this.#version))
      this.broken.push(`${this.#kind} ${metadata.name}: ${metadata.resourceVersion} was told after ${this.#version}`)
    this.#version = metadata.resourceVersion
    const key = keyOf(object)
    const known = this.#copy.has(key)
    if (type === 'BOOKMARK') return
    if ((type === 'ADDED') === known) this.broken.push(`${this.#kind} ${metadata.name}: ${type}, known: ${known}`)
    if (type === 'DELETED') this.#copy.delete(key)
    else this.#copy.set(key, withoutType(object))
  }

  #list(): void {
    const { items, metadata } = this.#asked()
    this.#copy.clear()
    for (const item of items) this.#copy.set(keyOf(item), item)
    this.#version = metadata.resourceVersion
  }

  #asked(): { readonly items: readonly Told[]; readonly metadata: { readonly resourceVersion: string } } {
    const response = this.#door.handle(getRequest({ kind: this.#kind, namespace: ALL }))
    return response.type === 'body' ? JSON.parse(response.body) : { items: [], metadata: { resourceVersion: '' } }
  }

  #sorted(): readonly Told[] {
    return [...this.#copy].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
  }
}

/** All namespaces. */
const ALL = ''

function keyOf({ metadata }: Told): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

/** Items of a list say neither kind nor apiVersion. */
function withoutType(object: Told): Told {
  const { kind: _, apiVersion: __, ...rest } = object as Told & { readonly apiVersion?: string }
  return rest as unknown as Told
}
