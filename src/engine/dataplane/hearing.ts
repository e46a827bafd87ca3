// One listener's place in the feed, and how late it hears. A watch is one ordered stream, so a delay belongs to a delivery
// and not to an object: each delivery takes everything that is at least the shortest delay old. The delay is
// `sim-proxy-watch-delay`, spread evenly by `sim-proxy-watch-jitter` to both sides.

import type { ClusterSettings } from '../api/cluster-settings.ts'
import type { EventId, EventLoop } from '../kernel/event-loop.ts'
import type { RandomStream } from '../kernel/rng.ts'
import type { Feed, FeedEntry } from './feed.ts'

export interface HearingContext {
  readonly loop: EventLoop
  readonly settings: () => ClusterSettings
  readonly feed: Feed
}

export interface SavedHearing {
  /** The number of the next entry to hear; null while the listener is off. */
  readonly cursor: number | null
  readonly event: EventId | null
  /** By how much a fault lets it hear later. */
  readonly lagMs: number
}

export const HEAR_TOPIC = 'dataplane/hear'

export class Hearing {
  readonly #context: HearingContext
  readonly #name: string
  readonly #stream: RandomStream
  #cursor: number | null = null
  #event: EventId | null = null
  #lagMs = 0

  /** `name` is the argument of the delivery event. */
  constructor(context: HearingContext, name: string, stream: RandomStream) {
    this.#context = context
    this.#name = name
    this.#stream = stream
  }

  get cursor(): number | null {
    return this.#cursor
  }

  /** Starts listening at the end of the feed: what stands there now is known by a list. */
  start(): void {
    this.stop()
    this.#cursor = this.#context.feed.end
  }

  stop(): void {
    if (this.#event !== null) this.#context.loop.cancel(this.#event)
    this.#event = null
    this.#cursor = null
  }

  get lagMs(): number {
    return this.#lagMs
  }

  /** From now on, and for what is still on its way, everything comes so much later; 0 ends it. */
  setLag(lagMs: number): void {
    if (lagMs === this.#lagMs) return
    this.#lagMs = lagMs
    if (this.#event !== null) this.#context.loop.cancel(this.#event)
    this.#event = null
    this.notice()
  }

  /** The feed has grown: plans a delivery unless one is under way. */
  notice(): void {
    if (this.#cursor === null || this.#event !== null) return
    const next = this.#context.feed.entry(this.#cursor)
    if (!next) return
    const { delay, jitter } = this.#delay()
    const late = delay * (1 + jitter * (2 * this.#stream.unit() - 1)) + this.#lagMs
    const { loop } = this.#context
    this.#event = loop.scheduleAt(HEAR_TOPIC, Math.max(loop.nowMs, next.atMs + late), this.#name)
  }

  /** What the delivery brings, in order; plans the next one. */
  take(): readonly FeedEntry[] {
    this.#event = null
    if (this.#cursor === null) return []
    const { feed, loop } = this.#context
    const { delay, jitter } = this.#delay()
    const heard: FeedEntry[] = []
    for (;;) {
      const next = feed.entry(this.#cursor)
      const heardMs = loop.nowMs - delay * (1 - jitter) - this.#lagMs
      if (!next || (heard.length > 0 && next.atMs > heard[0]!.atMs && next.atMs > heardMs)) break
      heard.push(next)
      this.#cursor++
    }
    this.notice()
    return heard
  }

  save(): SavedHearing {
    return { cursor: this.#cursor, event: this.#event, lagMs: this.#lagMs }
  }

  load(saved: SavedHearing): void {
    this.#cursor = saved.cursor
    this.#event = saved.event
    this.#lagMs = saved.lagMs
  }

  #delay(): { readonly delay: number; readonly jitter: number } {
    const settings = this.#context.settings()
    return { delay: settings['sim-proxy-watch-delay'], jitter: settings['sim-proxy-watch-jitter'] }
  }
}
