// How components say what they did: core/v1 Events, correlated as client-go's tools/record does. The same words about the
// same object raise a count; from the tenth different message on, similar ones are combined; and more than 25 in a burst
// about one object are dropped. The scheduler writes events.k8s.io events, which pass by all of this. Events are kept an hour.
// Left out: the series of events.k8s.io (a repeated one is written once), and the kubelet's limit of 50 a second.

import type { ObjectReference } from '../../api/endpoints/endpoints.ts'
import type { Event } from '../../api/event/event.ts'
import type { AnyObject } from '../../api/kind-registry.ts'
import type { Draft } from '../../api/meta.ts'
import type { Part } from '../../kernel/part.ts'
import { formatMicroTimestamp, formatTimestamp, parseTimestamp } from '../../kernel/timestamp.ts'
import type { ControllerContext } from './context.ts'

export interface Announcement {
  readonly object: AnyObject
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** `spec.containers{app}` for what happens to one container. */
  readonly fieldPath?: string | undefined
}

export interface EventRecorder {
  say(announcement: Announcement): void
}

interface Source {
  readonly component: string
  readonly host?: string | undefined
}

/** One event as it was last written or counted. */
interface Seen {
  readonly name: string
  readonly firstMs: number
  readonly count: number
}

interface Similar {
  readonly messages: readonly string[]
  readonly lastMs: number
}

interface Budget {
  readonly tokens: number
  readonly atMs: number
}

export interface SavedEventHub {
  readonly stamp: readonly [number, number]
  readonly sweeping: boolean
  readonly seen: readonly (readonly [string, Seen])[]
  readonly similar: readonly (readonly [string, Similar])[]
  readonly budgets: readonly (readonly [string, Budget])[]
}

const CACHE_SIZE_MAX = 4096
const SIMILAR_MAX = 10
const SIMILAR_WINDOW_MS = 600_000
const BURST = 25
const REFILL_MS = 300_000
const TTL_MS = 3_600_000
const SWEEP_PERIOD_MS = 60_000
const SWEEP_TOPIC = 'events/sweep'

/** Owns what all components of a cluster have said lately. */
export class EventHub implements Part {
  readonly partName = 'events'
  readonly #context: ControllerContext
  // The last time stamp given to a name, in whole microseconds since 1970, and how many names it has served.
  #stamp: readonly [number, number] = [0, 0]
  #sweeping = false
  // All three are kept in order of use, oldest first, and forget the oldest.
  readonly #seen = new Map<string, Seen>()
  readonly #similar = new Map<string, Similar>()
  readonly #budgets = new Map<string, Budget>()

  constructor(context: ControllerContext) {
    this.#context = context
    context.loop.on(SWEEP_TOPIC, () => this.#sweep())
  }

  /** A recorder for a component; `host` is the Node of a kubelet. */
  recorder(component: string, host?: string): EventRecorder {
    const source: Source = host === undefined ? { component } : { component, host }
    return { say: announcement => this.#say(source, announcement) }
  }

  /** Writes an event as the scheduler does, by events.k8s.io: with an action, and with no count. */
  sayPlainly(component: string, action: string, announcement: Announcement): void {
    const reference = referenceTo(announcement)
    const key = JSON.stringify([component, action, reference.uid, announcement.reason, announcement.message])
    if (this.#seen.has(key)) return
    const nowMs = this.#context.wallMs()
    const name = this.#name(reference.name ?? '')
    touch(this.#seen, key, { name, firstMs: nowMs, count: 1 })
    this.#write({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: reference.namespace ?? 'default' },
      involvedObject: reference,
      reason: announcement.reason,
      message: announcement.message,
      type: announcement.type,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: formatMicroTimestamp(nowMs),
      action,
      reportingComponent: component,
      reportingInstance: `${component}-control-plane`,
    })
  }

  save(): SavedEventHub {
    return {
      stamp: this.#stamp,
      sweeping: this.#sweeping,
      seen: [...this.#seen],
      similar: [...this.#similar],
      budgets: [...this.#budgets],
    }
  }

  load(saved: SavedEventHub): void {
    this.#stamp = saved.stamp
    this.#sweeping = saved.sweeping
    refill(this.#seen, saved.seen)
    refill(this.#similar, saved.similar)
    refill(this.#budgets, saved.budgets)
  }

  #say(source: Source, announcement: Announcement): void {
    const reference = referenceTo(announcement)
    const nowMs = this.#context.wallMs()
    const about = JSON.stringify([
      source.component,
      source.host,
      reference.kind,
      reference.namespace,
      reference.name,
      reference.uid,
      announcement.type,
    ])
    const combined = this.#combines(`${about}${announcement.reason}`, announcement.message, nowMs)
    const key = combined
      ? `${about}${announcement.reason}`
      : JSON.stringify([about, announcement.reason, announcement.message, reference.fieldPath])
    const before = this.#seen.get(key)
    const seen: Seen = before
      ? { ...before, count: before.count + 1 }
      : { name: this.#name(reference.name ?? ''), firstMs: nowMs, count: 1 }
    touch(this.#seen, key, seen)
    if (!this.#affords(about, nowMs)) return
    this.#write({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: seen.name, namespace: reference.namespace ?? 'default' },
      involvedObject: reference,
      reason: announcement.reason,
      message: combined ? `(combined from similar events): ${announcement.message}` : announcement.message,
      type: announcement.type,
      source,
      firstTimestamp: formatTimestamp(seen.firstMs),
      lastTimestamp: formatTimestamp(nowMs),
      count: seen.count,
      eventTime: null,
      reportingComponent: combined ? '' : source.component,
      reportingInstance: source.host ?? '',
    })
  }

  /** Whether this message is one of too many different ones for the same reason. */
  #combines(key: string, message: string, nowMs: number): boolean {
    const before = this.#similar.get(key)
    const messages = before && nowMs - before.lastMs <= SIMILAR_WINDOW_MS ? before.messages : []
    const known = messages.includes(message)
    const all = known ? messages : [...messages, message]
    const combined = all.length >= SIMILAR_MAX
    touch(this.#similar, key, { messages: combined ? all.slice(1) : all, lastMs: nowMs })
    return combined
  }

  #affords(key: string, nowMs: number): boolean {
    const before = this.#budgets.get(key)
    const tokens = before ? Math.min(BURST, before.tokens + (nowMs - before.atMs) / REFILL_MS) : BURST
    const affords = tokens >= 1
    touch(this.#budgets, key, { tokens: affords ? tokens - 1 : tokens, atMs: nowMs })
    return affords
  }

  #write(event: Draft<Event>): void {
    const client = this.#context.client(event.reportingComponent || event.source?.component || 'event-recorder')
    const namespace = event.metadata.namespace ?? ''
    const name = event.metadata.name ?? ''
    const stored = client.get('Event', namespace, name)
    // An event in a namespace that is going away is refused; like a real recorder, this one lets it go.
    if (stored) client.update('Event', { ...stored, ...event, metadata: stored.metadata })
    else client.create('Event', event)
    if (this.#sweeping) return
    this.#sweeping = true
    this.#context.loop.schedule(SWEEP_TOPIC, SWEEP_PERIOD_MS)
  }

  /** The API server's `--event-ttl`: what was last written an hour ago goes. */
  #sweep(): void {
    const client = this.#context.client('kube-apiserver')
    const events = client.list('Event')
    const oldestMs = this.#context.wallMs() - TTL_MS
    let kept = 0
    for (const event of events) {
      const lastMs = parseTimestamp(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp) ?? 0
      if (lastMs > oldestMs) kept++
      else client.delete('Event', event.metadata.namespace ?? '', event.metadata.name)
    }
    this.#sweeping = kept > 0
    if (this.#sweeping) this.#context.loop.schedule(SWEEP_TOPIC, SWEEP_PERIOD_MS)
  }

  /** `<object>.<nanoseconds in hexadecimal>`; two names of one microsecond differ in the nanoseconds. */
  #name(object: string): string {
    const micros = Math.round(this.#context.wallMs() * 1000)
    const [lastMicros, served] = this.#stamp
    this.#stamp = micros > lastMicros ? [micros, 0] : [lastMicros, served + 1]
    return `${object}.${(BigInt(this.#stamp[0]) * 1000n + BigInt(this.#stamp[1])).toString(16)}`
  }
}

function referenceTo({ object, fieldPath }: Announcement): ObjectReference {
  const { apiVersion, kind, metadata } = object
  const { name, namespace, resourceVersion } = metadata
  // Components know a Node by its name only, and use it as its uid.
  const uid = kind === 'Node' ? name : metadata.uid
  return {
    kind,
    namespace,
    name,
    uid,
    apiVersion,
    resourceVersion: kind === 'Node' ? undefined : resourceVersion,
    fieldPath,
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
