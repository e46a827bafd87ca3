// Trips → numbers over virtual time: totals, shares of Pods, causes, latency, and what ended in each of the last ten
// minutes' seconds. Requests that still hang are not counted until they end.

import { compareText } from '../kernel/json.ts'
import type { Part } from '../kernel/part.ts'
import type { TripRecord } from '../traffic/index.ts'
import { Series, type SavedSeries, type SecondCounts } from './series.ts'
import { Tally, type ClientMetrics, type Latencies, type PodCounts, type SavedTally } from './tally.ts'

export type { ClientMetrics } from './tally.ts'

interface TotalMetrics {
  readonly sent: number
  readonly ok: number
  readonly failed: number
  readonly byCause: { readonly [cause: string]: number }
  readonly latencyMs: Latencies | null
}

export interface Metrics extends Part {
  /** Counts a request that ended; one that is pending is not counted. */
  add(trip: TripRecord, nowMs: number): void
  totals(): TotalMetrics
  /** By `namespace/name`, in that order. */
  byPod(): ReadonlyMap<string, PodCounts>
  /** What one client's requests came to; by the client's name. */
  client(name: string): ClientMetrics
  /** The seconds in which requests ended, from `sinceSecond` on; the one under way stands last and may still grow. */
  seconds(sinceSecond: number): readonly SecondCounts[]
}

export function createMetrics(): Metrics {
  return new TripMetrics()
}

interface SavedMetrics {
  readonly all: SavedTally
  readonly clients: readonly (readonly [string, SavedTally])[]
  readonly series: SavedSeries
}

class TripMetrics implements Metrics {
  readonly partName = 'metrics'
  readonly #all = new Tally()
  readonly #clients = new Map<string, Tally>()
  readonly #series = new Series()

  add(trip: TripRecord, nowMs: number): void {
    if (trip.outcome === 'pending') return
    let client = this.#clients.get(trip.client)
    if (!client) {
      client = new Tally()
      this.#clients.set(trip.client, client)
    }
    this.#all.add(trip)
    client.add(trip)
    this.#series.add(trip, nowMs)
  }

  totals(): TotalMetrics {
    const { byPod: _, ...totals } = this.#all.metrics()
    return totals
  }

  byPod(): ReadonlyMap<string, PodCounts> {
    return new Map(this.#all.podRows().map(([pod, ok, failed]) => [pod, { ok, failed }]))
  }

  client(name: string): ClientMetrics {
    return (this.#clients.get(name) ?? new Tally()).metrics()
  }

  seconds(sinceSecond: number): readonly SecondCounts[] {
    return this.#series.since(sinceSecond)
  }

  save(): SavedMetrics {
    const clients = [...this.#clients].sort((a, b) => compareText(a[0], b[0]))
    return {
      all: this.#all.save(),
      clients: clients.map(([name, tally]) => [name, tally.save()]),
      series: this.#series.save(),
    }
  }

  load(saved: SavedMetrics): void {
    this.#all.load(saved.all)
    this.#clients.clear()
    for (const [name, tally] of saved.clients) this.#clients.set(name, new Tally().load(tally))
    this.#series.load(saved.series)
  }
}
