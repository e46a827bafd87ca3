// The queue in front of a controller, after client-go's util/workqueue: a waiting key is held once, a key set aside for later
// keeps the earlier of two times, and a failing key comes back later and later. Keys wait as events of the cluster's one
// event loop. All keys that fail share a bucket of 100 retries, which fills by 10 a second.

import type { NumberSetting } from '../../api/cluster-settings.ts'
import type { EventId } from '../../kernel/event-loop.ts'
import { compareText, type Json } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import type { ControllerContext } from './context.ts'

/** What a sync came to: `retry` puts the key back with its back-off. */
export type SyncOutcome = 'done' | 'retry'

export interface WorkQueueOptions {
  /** Names the queue's events and its saved state. */
  readonly name: string
  /** A number, or the setting that holds it; so the others. */
  readonly backOffBaseMs: number | NumberSetting
  readonly backOffMaxMs: number | NumberSetting
  /** After so many retries in a row the key is dropped until something new is heard of it; absent: never. */
  readonly retriesMax?: number | NumberSetting | undefined
  readonly sync: (key: string) => SyncOutcome
}

/** [key, event id, virtual ms at which it is due], by key. */
type SavedKeys = readonly (readonly [string, EventId, number])[]

export interface SavedWorkQueue {
  readonly waiting: SavedKeys
  readonly aside: SavedKeys
  readonly failures: readonly (readonly [string, number])[]
  readonly retries: Retries
}

/** The bucket of retries: how many it held, below none for those that wait, at a virtual time. */
interface Retries {
  readonly tokens: number
  readonly atMs: number
}

const RETRIES_BURST = 100
const RETRIES_PER_MS = 10 / 1000

interface WaitingKey {
  readonly event: EventId
  readonly dueMs: number
}

export class WorkQueue implements Part {
  readonly partName: string
  readonly #context: ControllerContext
  readonly #options: WorkQueueOptions
  readonly #topic: string
  readonly #waiting = new Map<string, WaitingKey>()
  /** Keys that are to be queued later; being synced in the meantime does not take them off. */
  readonly #aside = new Map<string, WaitingKey>()
  readonly #failures = new Map<string, number>()
  #retries: Retries = { tokens: RETRIES_BURST, atMs: 0 }

  constructor(context: ControllerContext, options: WorkQueueOptions) {
    this.#context = context
    this.#options = options
    this.#topic = `queue/${options.name}`
    this.partName = this.#topic
    context.loop.on(this.#topic, (key: Json) => this.#run(key as string))
    context.loop.on(this.#asideTopic, (key: Json) => this.#takeFromAside(key as string))
  }

  /** Queues a key for something a watch told: the worker starts one control hop later, or after `extraMs` more. */
  notice(key: string, extraMs = 0): void {
    const settings = this.#context.settings()
    this.add(key, settings['sim-watch-delay'] + settings['sim-sync-delay'] + extraMs)
  }

  /** Sets a key aside for something a watch told: it is queued `delayMs` later, whatever else has it synced before that. */
  noticeLater(key: string, delayMs: number): void {
    const settings = this.#context.settings()
    this.#put(this.#aside, this.#asideTopic, key, settings['sim-watch-delay'] + settings['sim-sync-delay'] + delayMs)
  }

  /** Queues a key to be synced after `delayMs`. A key that waits already keeps the earlier of the two times. */
  add(key: string, delayMs: number): void {
    this.#put(this.#waiting, this.#topic, key, delayMs)
  }

  save(): SavedWorkQueue {
    return {
      waiting: savedKeys(this.#waiting),
      aside: savedKeys(this.#aside),
      failures: [...this.#failures].sort((a, b) => compareText(a[0], b[0])),
      retries: this.#retries,
    }
  }

  load(saved: SavedWorkQueue): void {
    this.#waiting.clear()
    this.#aside.clear()
    this.#failures.clear()
    this.#retries = saved.retries
    for (const [key, event, dueMs] of saved.waiting) this.#waiting.set(key, { event, dueMs })
    for (const [key, event, dueMs] of saved.aside) this.#aside.set(key, { event, dueMs })
    for (const [key, count] of saved.failures) this.#failures.set(key, count)
  }

  get #asideTopic(): string {
    return `${this.#topic}/aside`
  }

  #put(keys: Map<string, WaitingKey>, topic: string, key: string, delayMs: number): void {
    const { loop } = this.#context
    const dueMs = loop.nowMs + Math.max(0, delayMs)
    const waiting = keys.get(key)
    if (waiting) {
      if (waiting.dueMs <= dueMs) return
      loop.cancel(waiting.event)
    }
    keys.set(key, { event: loop.schedule(topic, delayMs, key), dueMs })
  }

  #takeFromAside(key: string): void {
    this.#aside.delete(key)
    const waiting = this.#waiting.get(key)
    if (waiting) this.#context.loop.cancel(waiting.event)
    this.#run(key)
  }

  #run(key: string): void {
    this.#waiting.delete(key)
    if (this.#options.sync(key) === 'done') {
      this.#failures.delete(key)
      return
    }
    const failures = this.#failures.get(key) ?? 0
    const { backOffBaseMs, backOffMaxMs, retriesMax = Infinity } = this.#options
    if (failures >= this.#number(retriesMax)) {
      this.#failures.delete(key)
      return
    }
    this.#failures.set(key, failures + 1)
    const backOffMs = Math.min(this.#number(backOffBaseMs) * 2 ** failures, this.#number(backOffMaxMs))
    this.#put(this.#aside, this.#asideTopic, key, Math.max(backOffMs, this.#reserveRetryMs()))
  }

  /** Takes one retry out of the bucket; gives how long it is until there is one. */
  #reserveRetryMs(): number {
    const { nowMs } = this.#context.loop
    const { tokens, atMs } = this.#retries
    const left = Math.min(RETRIES_BURST, tokens + (nowMs - atMs) * RETRIES_PER_MS) - 1
    this.#retries = { tokens: left, atMs: nowMs }
    return left < 0 ? -left / RETRIES_PER_MS : 0
  }

  #number(option: number | NumberSetting): number {
    return typeof option === 'number' ? option : this.#context.settings()[option]
  }
}

function savedKeys(keys: ReadonlyMap<string, WaitingKey>): SavedKeys {
  return [...keys]
    .map(([key, { event, dueMs }]) => [key, event, dueMs] as const)
    .sort((a, b) => compareText(a[0], b[0]))
}
