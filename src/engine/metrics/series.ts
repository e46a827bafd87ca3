// What ended in each of the last seconds of virtual time, Pod by Pod. Seconds in which nothing ended are not kept.

import type { TripRecord } from '../traffic/index.ts'
import { PodTally } from './tally.ts'

const SECONDS_KEPT = 600

/** Requests that ended in [second, second + 1). */
export interface SecondCounts {
  readonly second: number
  readonly ok: number
  readonly failed: number
  /** By Pod; Pods that took no part are left out. */
  readonly byPod: readonly { readonly pod: string; readonly ok: number; readonly failed: number }[]
}

/** [second, ok, failed, [Pod, ok, failed][]][] */
export type SavedSeries = readonly (readonly [number, number, number, readonly (readonly [string, number, number])[]])[]

interface Second {
  readonly second: number
  ok: number
  failed: number
  readonly pods: PodTally
}

export class Series {
  #seconds: Second[] = []

  add(trip: TripRecord, nowMs: number): void {
    const current = this.#at(Math.floor(nowMs / 1000))
    const isOk = trip.outcome === 'ok'
    if (isOk) current.ok++
    else current.failed++
    if (trip.pod !== null) current.pods.add(trip.pod, isOk)
  }

  /** The seconds from this one on, the one under way included. */
  since(second: number): readonly SecondCounts[] {
    const from = this.#seconds.findIndex(kept => kept.second >= second)
    return from < 0 ? [] : this.#seconds.slice(from).map(countsOf)
  }

  save(): SavedSeries {
    return this.#seconds.map(({ second, ok, failed, pods }) => [second, ok, failed, pods.rows()])
  }

  load(saved: SavedSeries): void {
    this.#seconds = saved.map(([second, ok, failed, rows]) => {
      const pods = new PodTally()
      pods.load(rows)
      return { second, ok, failed, pods }
    })
  }

  #at(second: number): Second {
    const last = this.#seconds.at(-1)
    if (last?.second === second) return last
    const made = { second, ok: 0, failed: 0, pods: new PodTally() }
    this.#seconds.push(made)
    const stale = this.#seconds.findIndex(kept => kept.second > second - SECONDS_KEPT)
    if (stale > 0) this.#seconds.splice(0, stale)
    return made
  }
}

function countsOf({ second, ok, failed, pods }: Second): SecondCounts {
  return {
    second,
    ok,
    failed,
    byPod: pods.rows().map(([pod, podOk, podFailed]) => ({ pod, ok: podOk, failed: podFailed })),
  }
}
