// The cluster's only clock and only queue. Work happens in events on virtual time, ordered by time and, for ties, by
// insertion. An event is data (a registered name and a JSON argument), never a closure: so a snapshot can hold the
// queue, and a restored cluster goes on as if it had never stopped. Times are milliseconds since the start of the
// simulation, held as whole microseconds, so that no sum depends on the order of its terms.

import { invariant } from './invariant.ts'
import type { Json } from './json.ts'

/** Names one event in the queue; never reused within a cluster. */
export type EventId = number

/** A point between two events: the virtual time, and how many events had run by then. */
export interface Moment {
  readonly atMs: number
  readonly ran: number
}

export interface SavedEventLoop {
  readonly nowUs: number
  readonly ran: number
  readonly nextId: number
  /** [id, timeUs, topic, argument], in the order in which they will run. */
  readonly pending: readonly (readonly [number, number, string, Json])[]
}

type Handler = (argument: Json) => void

/**
 * A time as the loop's clock can show it: whole microseconds. A moment that is waited for has to be one of these, or the clock
 * may stand a hair before it for ever.
 */
export function clockTime(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000
}

/** Owns virtual time. `schedule` during `run…` is fine; running from inside a handler is not. */
export class EventLoop {
  #nowUs = 0
  #nextId = 1
  #ran = 0
  #running = false
  // A binary heap of ids, ordered by (time, id). Ids rise with insertion, so ties resolve by insertion.
  #heapId: number[] = []
  #heapUs: number[] = []
  readonly #live = new Map<number, { readonly handler: Topic; readonly argument: Json }>()
  readonly #topics = new Map<string, Topic>()

  /** Virtual milliseconds since the start; a multiple of 0.001. */
  get nowMs(): number {
    return this.#nowUs / 1000
  }

  get moment(): Moment {
    return { atMs: this.nowMs, ran: this.#ran }
  }

  get pendingCount(): number {
    return this.#live.size
  }

  /** Registers what happens for events of a topic. Each topic has one handler for the life of the loop. */
  on<T extends Json>(topic: string, handler: (argument: T) => void): void {
    invariant(!this.#topics.has(topic), `event topic ${topic} registered twice`)
    this.#topics.set(topic, { topic, run: handler as Handler })
  }

  /** Queues an event `delayMs` from now (negative counts as now) and returns its id, for `cancel`. */
  schedule(topic: string, delayMs: number, argument: Json = null): EventId {
    return this.#push(topic, this.#nowUs + Math.max(0, Math.round(delayMs * 1000)), argument)
  }

  /** Queues an event at a virtual time; a time already past counts as now. */
  scheduleAt(topic: string, timeMs: number, argument: Json = null): EventId {
    return this.#push(topic, Math.max(this.#nowUs, Math.round(timeMs * 1000)), argument)
  }

  /** Takes an event out of the queue; false when it has run or was cancelled before. */
  cancel(id: EventId): boolean {
    return this.#live.delete(id)
  }

  /** The virtual time of the next event, or undefined when nothing waits. */
  nextEventMs(): number | undefined {
    this.#dropCancelled()
    const us = this.#heapUs[0]
    return us === undefined ? undefined : us / 1000
  }

  /** Runs the next event if there is one at or before `untilMs`; says whether it did. */
  runNext(untilMs = Infinity): boolean {
    this.#dropCancelled()
    const us = this.#heapUs[0]
    if (us === undefined || us > untilMs * 1000) return false
    invariant(!this.#running, 'the event loop was run from inside an event')
    const id = this.#heapId[0] as number
    const event = this.#live.get(id)
    invariant(event, `event ${id} lost`)
    this.#popTop()
    this.#live.delete(id)
    this.#nowUs = us
    this.#ran++
    this.#running = true
    try {
      event.handler.run(event.argument)
    } finally {
      this.#running = false
    }
    return true
  }

  /** Runs everything up to and including `timeMs`, then stands at `timeMs`. Never goes back. */
  advanceTo(timeMs: number): void {
    while (this.runNext(timeMs)) {
      // every event may queue more
    }
    this.#nowUs = Math.max(this.#nowUs, Math.round(timeMs * 1000))
  }

  /** Runs up to a moment of an equal loop; of the events due at its time, those only that had run there. */
  advanceToMoment({ atMs, ran }: Moment): void {
    // Half a microsecond more: a thousandth of a whole number, a thousand times, may be a little less than it.
    const untilMs = atMs + 0.000_5
    while (this.#ran < ran) invariant(this.runNext(untilMs), 'a moment of another run')
    this.#nowUs = Math.max(this.#nowUs, Math.round(atMs * 1000))
  }

  save(): SavedEventLoop {
    const order = this.#heapId.map((id, index) => [id, this.#heapUs[index] as number] as const)
    order.sort((a, b) => a[1] - b[1] || a[0] - b[0])
    const pending: [number, number, string, Json][] = []
    for (const [id, us] of order) {
      const event = this.#live.get(id)
      if (event) pending.push([id, us, event.handler.topic, event.argument])
    }
    return { nowUs: this.#nowUs, ran: this.#ran, nextId: this.#nextId, pending }
  }

  /** Takes over a saved queue; every topic in it must be registered. */
  load(saved: SavedEventLoop): void {
    this.#nowUs = saved.nowUs
    this.#ran = saved.ran
    this.#nextId = saved.nextId
    this.#heapId = []
    this.#heapUs = []
    this.#live.clear()
    for (const [id, us, topic, argument] of saved.pending) this.#insert(id, us, topic, argument)
  }

  #push(topic: string, us: number, argument: Json): EventId {
    const id = this.#nextId++
    this.#insert(id, us, topic, argument)
    return id
  }

  #insert(id: number, us: number, topic: string, argument: Json): void {
    const handler = this.#topics.get(topic)
    invariant(handler, `no handler for event topic ${topic}`)
    this.#live.set(id, { handler, argument })
    const heapUs = this.#heapUs
    const heapId = this.#heapId
    let at = heapUs.length
    heapUs.push(us)
    heapId.push(id)
    while (at > 0) {
      const up = (at - 1) >> 1
      const upUs = heapUs[up] as number
      if (upUs < us || (upUs === us && (heapId[up] as number) < id)) break
      heapUs[at] = upUs
      heapId[at] = heapId[up] as number
      at = up
    }
    heapUs[at] = us
    heapId[at] = id
  }

  #dropCancelled(): void {
    while (this.#heapId.length > 0 && !this.#live.has(this.#heapId[0] as number)) this.#popTop()
  }

  #popTop(): void {
    const heapUs = this.#heapUs
    const heapId = this.#heapId
    const us = heapUs.pop() as number
    const id = heapId.pop() as number
    const size = heapUs.length
    if (size === 0) return
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= size) break
      const right = down + 1
      if (right < size && this.#before(right, down)) down = right
      const downUs = heapUs[down] as number
      if (us < downUs || (us === downUs && id < (heapId[down] as number))) break
      heapUs[at] = downUs
      heapId[at] = heapId[down] as number
      at = down
    }
    heapUs[at] = us
    heapId[at] = id
  }

  #before(a: number, b: number): boolean {
    const aUs = this.#heapUs[a] as number
    const bUs = this.#heapUs[b] as number
    return aUs < bUs || (aUs === bUs && (this.#heapId[a] as number) < (this.#heapId[b] as number))
  }
}

interface Topic {
  readonly topic: string
  readonly run: Handler
}
