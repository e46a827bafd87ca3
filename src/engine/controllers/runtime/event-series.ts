// Events of events.k8s.io, as the scheduler writes them, after client-go's tools/events: what is said again of the same state
// of an object is not written again but opens a series, whose count is written when it opens, every half hour, and when
// nothing was added for six minutes. What is said is no part of what makes two events the same; the object's
// resourceVersion is.

import type { Event } from '../../api/event/event.ts'
import type { Draft } from '../../api/meta.ts'
import { formatMicroTimestamp } from '../../kernel/timestamp.ts'
import type { ControllerContext } from './context.ts'

const FINISH_MS = 360_000
const REFRESH_MS = 1_800_000
const FINISH_TOPIC = 'events/series-finish'
const REFRESH_TOPIC = 'events/series-refresh'

interface Told {
  readonly namespace: string
  readonly name: string
  readonly eventMs: number
  /** There once it was said again; the event is as it was first written. */
  readonly series?: { readonly count: number; readonly lastMs: number; readonly event: Draft<Event> } | undefined
}

export interface SavedEventSeries {
  readonly told: readonly (readonly [string, Told])[]
  readonly finishing: boolean
  readonly refreshing: boolean
}

export class EventSeries {
  readonly #context: ControllerContext
  readonly #write: (event: Draft<Event>) => void
  readonly #told = new Map<string, Told>()
  #finishing = false
  #refreshing = false

  constructor(context: ControllerContext, write: (event: Draft<Event>) => void) {
    this.#context = context
    this.#write = write
    context.loop.on(FINISH_TOPIC, () => this.#finish())
    context.loop.on(REFRESH_TOPIC, () => this.#refresh())
  }

  tell(event: Draft<Event>): void {
    const key = sameness(event)
    const nowMs = this.#context.wallMs()
    const before = this.#told.get(key)
    if (!before) {
      const { namespace = '', name = '' } = event.metadata
      this.#told.set(key, { namespace, name, eventMs: nowMs })
      this.#write(event)
    } else if (before.series) {
      const { count, event: first } = before.series
      this.#told.set(key, { ...before, series: { count: count + 1, lastMs: nowMs, event: first } })
    } else {
      const first = { ...event, metadata: { name: before.name, namespace: before.namespace } }
      const opened = {
        ...before,
        series: {
          count: 2,
          lastMs: nowMs,
          event: { ...first, eventTime: formatMicroTimestamp(before.eventMs) },
        },
      }
      this.#told.set(key, opened)
      this.#writeSeries(opened)
    }
    this.#plan(before !== undefined)
  }

  save(): SavedEventSeries {
    return { told: [...this.#told], finishing: this.#finishing, refreshing: this.#refreshing }
  }

  load(saved: SavedEventSeries): void {
    this.#told.clear()
    for (const [key, told] of saved.told) this.#told.set(key, told)
    this.#finishing = saved.finishing
    this.#refreshing = saved.refreshing
  }

  #finish(): void {
    this.#finishing = false
    const oldestMs = this.#context.wallMs() - FINISH_MS
    for (const [key, told] of this.#told) {
      if ((told.series?.lastMs ?? told.eventMs) >= oldestMs) continue
      this.#writeSeries(told)
      this.#told.delete(key)
    }
    this.#plan(false)
  }

  #refresh(): void {
    this.#refreshing = false
    let open = false
    for (const told of this.#told.values()) {
      this.#writeSeries(told)
      open ||= told.series !== undefined
    }
    this.#plan(open)
  }

  #writeSeries({ series }: Told): void {
    if (!series) return
    const { count, lastMs, event } = series
    this.#write({ ...event, series: { count, lastObservedTime: formatMicroTimestamp(lastMs) } })
  }

  // Both loops run at whole multiples of their period since the start, and rest while there is nothing to look after.
  #plan(seriesOpen: boolean): void {
    const { loop } = this.#context
    if (this.#told.size > 0 && !this.#finishing) {
      loop.schedule(FINISH_TOPIC, FINISH_MS - (loop.nowMs % FINISH_MS))
      this.#finishing = true
    }
    if (seriesOpen && !this.#refreshing) {
      loop.schedule(REFRESH_TOPIC, REFRESH_MS - (loop.nowMs % REFRESH_MS))
      this.#refreshing = true
    }
  }
}

function sameness({
  type,
  action,
  reason,
  reportingComponent,
  reportingInstance,
  involvedObject,
}: Draft<Event>): string {
  return JSON.stringify([type, action, reason, reportingComponent, reportingInstance, involvedObject])
}
