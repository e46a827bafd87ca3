// Counts of requests → what a frame says of them: totals, the Pods whose counts changed, and each second of virtual time
// once it is over.

import type { Cluster } from '../../engine/index.ts'
import type { FrameUpdate, PodTotals, SecondSample } from '../../protocol/index.ts'
import { viewId } from './view-ids.ts'

export type TotalsPart = Pick<FrameUpdate, 'podTotals' | 'totals' | 'seconds'>

export class Totals {
  readonly #cluster: Cluster
  /** Pods (`namespace/name`) of the requests that ended since the last frame. */
  readonly #touched = new Set<string>()
  #anyEnded = false
  /** The first second that was not told. */
  #nextSecond = 0

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    cluster.traffic.onTrip(trip => {
      if (trip.outcome === 'pending') return
      this.#anyEnded = true
      if (trip.pod !== null) this.#touched.add(trip.pod)
    })
  }

  /** What changed since the last call; everything when `full`. */
  take(full: boolean): TotalsPart {
    const { metrics, nowMs } = this.#cluster
    const current = Math.floor(nowMs / 1_000)
    const since = full ? 0 : this.#nextSecond
    const seconds =
      current > since
        ? metrics
            .seconds(since)
            .filter(({ second }) => second < current)
            .map(sampleOf)
        : []
    const isNew = full || this.#anyEnded
    const part = {
      podTotals: isNew ? this.#podTotals(full) : [],
      totals: isNew ? metrics.totals() : undefined,
      seconds,
    }
    this.#nextSecond = current
    this.#touched.clear()
    this.#anyEnded = false
    return part
  }

  #podTotals(full: boolean): readonly PodTotals[] {
    return [...this.#cluster.metrics.byPod()]
      .filter(([pod]) => full || this.#touched.has(pod))
      .map(([pod, { ok, failed }]) => ({ pod: podId(pod), ok, failed }))
  }
}

function sampleOf({ second, ok, failed, byPod }: ReturnType<Cluster['metrics']['seconds']>[number]): SecondSample {
  return { second, ok, failed, byPod: byPod.map(({ pod, ...counts }) => ({ pod: podId(pod), ...counts })) }
}

function podId(key: string): string {
  const [namespace, name = ''] = key.split('/')
  return viewId('Pod', namespace, name)
}
