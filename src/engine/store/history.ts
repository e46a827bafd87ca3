// What happened lately, kind by kind: the last changes, from which a watch goes on after a break and from which the state
// of a while ago is worked out. It follows from the writes and is no part of a snapshot: a store that is loaded starts
// with an empty one, and whoever was listening is told to begin anew.

import { ALL_KINDS, type Kind, type KindMap } from '../api/kind-registry.ts'
import type { WatchEvent } from './client.ts'

/** How many changes of a kind are remembered at least, once there were as many; at most it is twice that. */
const KEPT_MIN = 1_024

export interface HistoryListener {
  /** Called inside each write of the kind, in order; must not write. */
  changed(event: WatchEvent): void
  /** The store was loaded with another state: nothing that was told before holds. */
  reset(): void
}

interface KindHistory {
  events: WatchEvent[]
  /** Every change of the kind after this revision is among `events`. */
  floor: number
  readonly listeners: Set<HistoryListener>
}

export class EventHistory {
  readonly #kinds: { readonly [K in Kind]: KindHistory }

  constructor() {
    const entries = ALL_KINDS.map(kind => [kind, { events: [], floor: 0, listeners: new Set() }])
    this.#kinds = Object.fromEntries(entries) as { readonly [K in Kind]: KindHistory }
  }

  add(event: WatchEvent): void {
    const history = this.#kinds[event.kind]
    history.events.push(event)
    if (history.events.length > 2 * KEPT_MIN) {
      const gone = history.events.splice(0, history.events.length - KEPT_MIN)
      history.floor = revisionOf(gone[gone.length - 1] as WatchEvent)
    }
    // A listener may leave while it is told: a Set then skips nobody else.
    for (const listener of history.listeners) listener.changed(event)
  }

  /** Forgets everything up to a revision, the one that a loaded state has. */
  reset(revision: number): void {
    for (const kind of ALL_KINDS) {
      const history = this.#kinds[kind]
      history.events = []
      history.floor = revision
      for (const listener of history.listeners) listener.reset()
    }
  }

  /** The smallest revision after which all changes of a kind are still known. */
  floor(kind: Kind): number {
    return this.#kinds[kind].floor
  }

  /** The changes of a kind after a revision, in order; undefined when some of them are forgotten. */
  since(kind: Kind, revision: number): readonly WatchEvent[] | undefined {
    const { events, floor } = this.#kinds[kind]
    if (revision < floor) return undefined
    let first = events.length
    while (first > 0 && revisionOf(events[first - 1] as WatchEvent) > revision) first--
    return events.slice(first)
  }

  /**
   * All objects of a kind as they were at a revision, made from those of now (`current`, which is given back as it is when
   * nothing has changed since), by namespace and name; undefined when that is too long ago.
   */
  stateAt<K extends Kind>(
    kind: K,
    revision: number,
    current: readonly KindMap[K][],
  ): readonly KindMap[K][] | undefined {
    const later = this.since(kind, revision)
    if (!later) return undefined
    if (later.length === 0) return current
    const objects = new Map(current.map(object => [placeOf(object), object]))
    for (const event of later.toReversed()) {
      const place = placeOf(event.object)
      if (event.previous) objects.set(place, event.previous as KindMap[K])
      else objects.delete(place)
    }
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
  }

  /** Returns the way to stop, which may be called twice. */
  listen(kind: Kind, listener: HistoryListener): () => void {
    const { listeners } = this.#kinds[kind]
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
}

export function revisionOf(event: WatchEvent): number {
  return Number(event.object.metadata.resourceVersion)
}

function placeOf({ metadata }: WatchEvent['object']): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
