// Counts of ended requests: how many, answered or why not, by which Pod, how fast. One for the whole cluster and one for
// each client.

import { compareText } from '../kernel/json.ts'
import type { TripRecord } from '../traffic/index.ts'
import { Histogram, type SavedHistogram } from './histogram.ts'

export interface PodCounts {
  readonly ok: number
  readonly failed: number
}

export interface Latencies {
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

/** What a client's requests came to, as the playground's endpoints tell it. */
export interface ClientMetrics {
  readonly sent: number
  readonly ok: number
  readonly failed: number
  /** By `namespace/name`. */
  readonly byPod: { readonly [pod: string]: PodCounts }
  readonly byCause: { readonly [cause: string]: number }
  /** Of answered requests; null while there are none. */
  readonly latencyMs: Latencies | null
}

export interface SavedTally {
  readonly ok: number
  readonly failed: number
  readonly pods: readonly (readonly [string, number, number])[]
  readonly causes: readonly (readonly [string, number])[]
  readonly latency: SavedHistogram
}

export class PodTally {
  readonly #pods = new Map<string, { ok: number; failed: number }>()

  add(pod: string, isOk: boolean): void {
    let counts = this.#pods.get(pod)
    if (!counts) {
      counts = { ok: 0, failed: 0 }
      this.#pods.set(pod, counts)
    }
    if (isOk) counts.ok++
    else counts.failed++
  }

  /** [Pod, ok, failed], by Pod. */
  rows(): readonly (readonly [string, number, number])[] {
    const rows = [...this.#pods].map(([pod, { ok, failed }]) => [pod, ok, failed] as const)
    return rows.sort((a, b) => compareText(a[0], b[0]))
  }

  load(rows: readonly (readonly [string, number, number])[]): void {
    this.#pods.clear()
    for (const [pod, ok, failed] of rows) this.#pods.set(pod, { ok, failed })
  }
}

export class Tally {
  #ok = 0
  #failed = 0
  readonly #pods = new PodTally()
  readonly #causes = new Map<string, number>()
  readonly #latency = new Histogram()

  add(trip: TripRecord): void {
    const isOk = trip.outcome === 'ok'
    if (isOk) this.#ok++
    else this.#failed++
    if (trip.pod !== null) this.#pods.add(trip.pod, isOk)
    if (isOk) this.#latency.add(trip.latencyMs)
    else if (trip.cause !== null) this.#causes.set(trip.cause, (this.#causes.get(trip.cause) ?? 0) + 1)
  }

  metrics(): ClientMetrics {
    return {
      sent: this.#ok + this.#failed,
      ok: this.#ok,
      failed: this.#failed,
      byPod: Object.fromEntries(this.podRows().map(([pod, ok, failed]) => [pod, { ok, failed }])),
      byCause: Object.fromEntries(this.#causeRows()),
      latencyMs: this.#latencies(),
    }
  }

  podRows(): readonly (readonly [string, number, number])[] {
    return this.#pods.rows()
  }

  save(): SavedTally {
    return {
      ok: this.#ok,
      failed: this.#failed,
      pods: this.podRows(),
      causes: this.#causeRows(),
      latency: this.#latency.save(),
    }
  }

  load(saved: SavedTally): this {
    this.#ok = saved.ok
    this.#failed = saved.failed
    this.#pods.load(saved.pods)
    this.#causes.clear()
    for (const [cause, count] of saved.causes) this.#causes.set(cause, count)
    this.#latency.load(saved.latency)
    return this
  }

  #causeRows(): readonly (readonly [string, number])[] {
    return [...this.#causes].sort((a, b) => compareText(a[0], b[0]))
  }

  #latencies(): Latencies | null {
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map(share => this.#latency.quantile(share))
    return p50 === undefined || p90 === undefined || p99 === undefined ? null : { p50, p90, p99 }
  }
}
