// The queue in front of a controller, after client-go's util/workqueue: a waiting key is held once, a delayed key keeps the
// earlier of two times, and a failing key comes back later and later. Keys wait as events of the cluster's one event loop.
// Left out: the token bucket over all keys (10 a second, burst 100), which only matters when hundreds fail at once.

import type { EventId } from '../../kernel/event-loop.ts'
import { compareText, type Json } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import type { ControllerContext } from './context.ts'

/** What a sync came to: `retry` puts the key back with its back-off. */
export type SyncOutcome = 'done' | 'retry'

export interface WorkQueueOptions {
  /** Names the queue's events and its saved state. */
  readonly name: string
  readonly backOffBaseMs: number
  readonly backOffMaxMs: number
  /** After so many retries in a row the key is dropped until something new is heard of it; absent: never. */
  readonly retriesMax?: number | undefined
  readonly sync: (key: string) => SyncOutcome
}

export interface SavedWorkQueue {
  /** [key, event id, virtual ms at which it is due], by key. */
  readonly waiting: readonly (readonly [string, EventId, number])[]
  readonly failures: readonly (readonly [string, number])[]
}

export class WorkQueue implements Part {
  readonly partName: string
  readonly #context: ControllerContext
  readonly #options: WorkQueueOptions
  readonly #topic: string
  readonly #waiting = new Map<string, { readonly event: EventId; readonly dueMs: number }>()
  readonly #failures = new Map<string, number>()

  constructor(context: ControllerContext, options: WorkQueueOptions) {
    this.#context = context
    this.#options = options
    this.#topic = `queue/${options.name}`
    this.partName = this.#topic
    context.loop.on(this.#topic, (key: Json) => this.#run(key as string))
  }

  /** Queues a key for something a watch told: the worker starts one control hop later, or after `extraMs` more. */
  notice(key: string, extraMs = 0): void {
    const settings = this.#context.settings()
    this.add(key, settings['sim-watch-delay'] + settings['sim-sync-delay'] + extraMs)
  }

  /** Queues a key to be synced after `delayMs`. A key that waits already keeps the earlier of the two times. */
  add(key: string, delayMs: number): void {
    const { loop } = this.#context
    const dueMs = loop.nowMs + Math.max(0, delayMs)
    const waiting = this.#waiting.get(key)
    if (waiting) {
      if (waiting.dueMs <= dueMs) return
      loop.cancel(waiting.event)
    }
    this.#waiting.set(key, { event: loop.schedule(this.#topic, delayMs, key), dueMs })
  }

  save(): SavedWorkQueue {
    return {
      waiting: [...this.#waiting]
        .map(([key, { event, dueMs }]) => [key, event, dueMs] as const)
        .sort((a, b) => compareText(a[0], b[0])),
      failures: [...this.#failures].sort((a, b) => compareText(a[0], b[0])),
    }
  }

  load(saved: SavedWorkQueue): void {
    this.#waiting.clear()
    this.#failures.clear()
    for (const [key, event, dueMs] of saved.waiting) this.#waiting.set(key, { event, dueMs })
    for (const [key, count] of saved.failures) this.#failures.set(key, count)
  }

  #run(key: string): void {
    this.#waiting.delete(key)
    if (this.#options.sync(key) === 'done') {
      this.#failures.delete(key)
      return
    }
    const failures = this.#failures.get(key) ?? 0
    if (failures >= (this.#options.retriesMax ?? Infinity)) {
      this.#failures.delete(key)
      return
    }
    this.#failures.set(key, failures + 1)
    this.add(key, Math.min(this.#options.backOffBaseMs * 2 ** failures, this.#options.backOffMaxMs))
  }
}
