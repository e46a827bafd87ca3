// What one component does to an Event before it writes it, after client-go's EventCorrelator: the same words about the same
// object raise a count; too many different words for one reason are combined; and what is more than a burst about one object
// is dropped, though it is counted all the same. Each component has one of its own, and it dies with the component.

import type { ClusterSettings } from '../../api/cluster-settings.ts'
import type { Event } from '../../api/event/event.ts'
import type { Draft } from '../../api/meta.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'

/** An event as it was last written or counted. */
interface Seen {
  readonly name: string
  readonly firstTimestamp: string | null | undefined
  readonly count: number
}

/** Different messages for one reason. */
interface Similar {
  readonly messages: readonly string[]
  readonly lastMs: number
}

/** What is left of the burst of one object. */
interface Budget {
  readonly tokens: number
  readonly atMs: number
}

export interface SavedEventCorrelator {
  readonly seen: readonly (readonly [string, Seen])[]
  readonly similar: readonly (readonly [string, Similar])[]
  readonly budgets: readonly (readonly [string, Budget])[]
}

export interface CorrelatorClock {
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** A name for an event of this moment about an object of that name. */
  readonly newName: (object: string) => string
}

const CACHE_SIZE_MAX = 4096

export class EventCorrelator {
  readonly #settings: () => ClusterSettings
  // All three are kept in order of use, oldest first, and forget the oldest.
  readonly #seen = new Map<string, Seen>()
  readonly #similar = new Map<string, Similar>()
  readonly #budgets = new Map<string, Budget>()

  constructor(settings: () => ClusterSettings) {
    this.#settings = settings
  }

  /** The event as it is to be written, where it has to be; undefined when nothing is to be written. */
  correlate(event: Draft<Event>, { nowMs, newName }: CorrelatorClock): Draft<Event> | undefined {
    const about = aboutWhat(event)
    const group = `${about}\n${event.type}\n${event.reason}`
    const combined = this.#combines(group, event.message, nowMs)
    const said = combined ? combination(event, newName(event.involvedObject.name ?? ''), nowMs) : event
    const key = combined ? group : `${group}\n${event.involvedObject.fieldPath ?? ''}\n${event.message}`
    const counted = this.#count(key, said)
    return this.#affords(about, nowMs) ? counted : undefined
  }

  save(): SavedEventCorrelator {
    return { seen: [...this.#seen], similar: [...this.#similar], budgets: [...this.#budgets] }
  }

  load(saved: SavedEventCorrelator): void {
    refill(this.#seen, saved.seen)
    refill(this.#similar, saved.similar)
    refill(this.#budgets, saved.budgets)
  }

  #count(key: string, event: Draft<Event>): Draft<Event> {
    const before = this.#seen.get(key)
    const counted: Draft<Event> = before
      ? {
          ...event,
          metadata: { ...event.metadata, name: before.name },
          firstTimestamp: before.firstTimestamp,
          count: before.count + 1,
        }
      : event
    const { metadata, firstTimestamp, count = 1 } = counted
    touch(this.#seen, key, { name: metadata.name ?? '', firstTimestamp, count })
    return counted
  }

  /** Whether this message is one of too many different ones for the same reason. */
  #combines(group: string, message: string, nowMs: number): boolean {
    const { 'sim-event-similar-max': most, 'sim-event-similar-window': windowMs } = this.#settings()
    const before = this.#similar.get(group)
    const messages = before && nowMs - before.lastMs <= windowMs ? before.messages : []
    const all = messages.includes(message) ? messages : [...messages, message]
    const combined = all.length >= most
    touch(this.#similar, group, { messages: combined ? all.slice(all.length - most + 1) : all, lastMs: nowMs })
    return combined
  }

  #affords(about: string, nowMs: number): boolean {
    const { 'sim-event-burst': burst, 'sim-event-refill-period': refillMs } = this.#settings()
    const before = this.#budgets.get(about)
    const tokens = before ? Math.min(burst, before.tokens + (nowMs - before.atMs) / refillMs) : burst
    const affords = tokens >= 1
    touch(this.#budgets, about, { tokens: affords ? tokens - 1 : tokens, atMs: nowMs })
    return affords
  }
}

function aboutWhat({ involvedObject }: Draft<Event>): string {
  const { kind, namespace = '', name, uid = '', apiVersion = '' } = involvedObject
  return `${kind}\n${namespace}\n${name}\n${uid}\n${apiVersion}`
}

// The real one makes it anew and leaves out who reports it.
function combination(event: Draft<Event>, name: string, nowMs: number): Draft<Event> {
  const now = formatTimestamp(nowMs)
  return {
    ...event,
    metadata: { ...event.metadata, name },
    message: `(combined from similar events): ${event.message}`,
    firstTimestamp: now,
    lastTimestamp: now,
    reportingComponent: '',
    reportingInstance: '',
  }
}

/** Puts a value at the young end of a cache and lets go of the oldest when it is full. */
function touch<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key)
  cache.set(key, value)
  if (cache.size <= CACHE_SIZE_MAX) return
  for (const oldest of cache.keys()) {
    cache.delete(oldest)
    return
  }
}

function refill<T>(cache: Map<string, T>, saved: readonly (readonly [string, T])[]): void {
  cache.clear()
  for (const [key, value] of saved) cache.set(key, value)
}
