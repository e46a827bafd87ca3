// A kubelet's way to write Events: no faster than `eventRecordQPS` a second after a burst of `eventBurst`. What comes faster
// waits in order, and what is more than a thousand waiting is dropped, as by client-go's broadcaster. Other components have
// no such limit of their own here.

import type { Event } from '../../api/event/event.ts'
import type { EventId } from '../../kernel/event-loop.ts'
import type { Draft } from '../../api/meta.ts'
import type { ControllerContext } from './context.ts'

const WAITING_MAX = 1_000
/** A whole token, but for what sums of fractions lose. */
const ONE = 1 - 1e-6
export const OUTBOX_TOPIC = 'events/outbox'

export interface SavedEventOutbox {
  readonly tokens: number | null
  readonly atMs: number
  readonly waiting: readonly Draft<Event>[]
  readonly timer: EventId | null
}

export interface OutboxOptions {
  readonly host: string
  /** Writes an event, or finds that it need not be written: whether it was. */
  readonly post: (event: Draft<Event>) => boolean
}

export class EventOutbox {
  readonly #context: ControllerContext
  readonly #options: OutboxOptions
  /** Null: the whole burst. */
  #tokens: number | null = null
  #atMs = 0
  #waiting: Draft<Event>[] = []
  #timer: EventId | null = null

  constructor(context: ControllerContext, options: OutboxOptions) {
    this.#context = context
    this.#options = options
  }

  send(event: Draft<Event>): void {
    if (this.#waiting.length >= WAITING_MAX) return
    this.#waiting.push(event)
    if (this.#timer === null) this.run()
  }

  /** Posts what may be posted by now, and sets a timer for the rest. */
  run(): void {
    const { loop, settings } = this.#context
    const { eventRecordQPS: rate, eventBurst: burst } = settings()
    this.#timer = null
    let posted = 0
    for (const event of this.#waiting) {
      if (rate > 0 && this.#refilled(rate, burst) < ONE) break
      posted++
      if (this.#options.post(event) && rate > 0) this.#tokens = (this.#tokens ?? burst) - 1
    }
    this.#waiting.splice(0, posted)
    if (this.#waiting.length === 0) return
    const waitMs = ((1 - this.#refilled(rate, burst)) * 1000) / rate
    this.#timer = loop.schedule(OUTBOX_TOPIC, waitMs, this.#options.host)
  }

  /** The component is gone, and with it what it still had to say. */
  close(): void {
    if (this.#timer !== null) this.#context.loop.cancel(this.#timer)
    this.#timer = null
    this.#waiting = []
  }

  save(): SavedEventOutbox {
    return { tokens: this.#tokens, atMs: this.#atMs, waiting: [...this.#waiting], timer: this.#timer }
  }

  load(saved: SavedEventOutbox): void {
    this.#tokens = saved.tokens
    this.#atMs = saved.atMs
    this.#waiting = [...saved.waiting]
    this.#timer = saved.timer
  }

  #refilled(rate: number, burst: number): number {
    const { nowMs } = this.#context.loop
    const grown = this.#tokens === null ? burst : this.#tokens + ((nowMs - this.#atMs) * rate) / 1000
    this.#atMs = nowMs
    return (this.#tokens = Math.min(burst, grown))
  }
}
