// How requests spread over Pods: five-second windows of the last minute, and totals so far, each with what an even
// choice would give and how far chance alone carries it (95 %: 1.96 standard deviations of a binomial count). Pure.

import type { PodTotals, PodView, SecondSample, View, ViewId } from '../../protocol/index.ts'
import { idParts, podSuffix } from './pod-name.ts'

export const WINDOW_SECONDS = 5
export const WINDOWS = 12

export interface Band {
  readonly expected: number
  /** Half the width of the band. */
  readonly spread: number
}

/** What `trials` requests over `choices` equally likely Pods give each of them. */
export function evenChoice(trials: number, choices: number): Band {
  if (choices === 0) return { expected: 0, spread: 0 }
  const p = 1 / choices
  return { expected: trials * p, spread: 1.96 * Math.sqrt(trials * p * (1 - p)) }
}

export interface PodCount {
  readonly id: ViewId
  readonly namespace: string
  readonly name: string
  /** As it is shown. */
  readonly label: string
  readonly hue: number | null
  readonly exists: boolean
  readonly ok: number
  readonly failed: number
}

const COUNTS_SHOWN = 200

export interface CountInput {
  readonly views: ReadonlyMap<ViewId, View>
  readonly podTotals: ReadonlyMap<ViewId, PodTotals>
  readonly hues: ReadonlyMap<ViewId, number>
}

/** Every Pod that exists or has answered or failed a request, the oldest first. */
export function podCounts({ views, podTotals, hues }: CountInput): readonly PodCount[] {
  const counts: PodCount[] = []
  const add = (id: ViewId, pod: PodView | null): void => {
    const { namespace, name } = idParts(id)
    const totals = podTotals.get(id)
    counts.push({
      id,
      namespace,
      name,
      label: podSuffix(name),
      hue: hues.get(id) ?? pod?.hue ?? null,
      exists: pod !== null,
      ok: totals?.ok ?? 0,
      failed: totals?.failed ?? 0,
    })
  }
  for (const view of views.values()) if (view.kind === 'Pod') add(view.id, view)
  for (const id of podTotals.keys()) if (!views.has(id)) add(id, null)
  counts.sort((a, b) => (a.hue ?? Infinity) - (b.hue ?? Infinity))
  return counts
}

/** The rows that are listed: all, or of more than 200 the first that still exist. */
export function shownCounts(counts: readonly PodCount[]): readonly PodCount[] {
  return counts.length <= COUNTS_SHOWN ? counts : counts.filter(count => count.exists).slice(0, COUNTS_SHOWN)
}

export interface PodLine {
  readonly id: ViewId
  /** Requests that ended in each window, oldest first; null where the Pod took no part at all. */
  readonly ok: readonly (number | null)[]
  readonly failed: readonly number[]
}

export interface Distribution {
  /** The last second of each window, exclusive; oldest first. */
  readonly ends: readonly number[]
  readonly lines: readonly PodLine[]
  /** Null while nothing was answered. */
  readonly band: Band | null
  /** The top of the scale: a round number that nothing exceeds. */
  readonly top: number
}

/** The last minute in five-second windows; the window that still runs is left out. */
export function distribution(seconds: readonly SecondSample[], nowMs: number): Distribution {
  const lastEnd = Math.floor(nowMs / 1000 / WINDOW_SECONDS) * WINDOW_SECONDS
  const ends = Array.from({ length: WINDOWS }, (_, index) => lastEnd - (WINDOWS - 1 - index) * WINDOW_SECONDS)
  const ok = new Map<ViewId, number[]>()
  const failed = new Map<ViewId, number[]>()
  const of = (map: Map<ViewId, number[]>, id: ViewId): number[] => {
    const row = map.get(id) ?? Array.from({ length: WINDOWS }, () => 0)
    map.set(id, row)
    return row
  }
  for (const sample of seconds) {
    const index = WINDOWS - 1 - Math.floor((lastEnd - 1 - sample.second) / WINDOW_SECONDS)
    if (index < 0 || index >= WINDOWS) continue
    for (const { pod, ok: answered, failed: lost } of sample.byPod) {
      const row = of(ok, pod)
      const lostRow = of(failed, pod)
      row[index] = (row[index] ?? 0) + answered
      lostRow[index] = (lostRow[index] ?? 0) + lost
    }
  }
  const lines = [...ok].map(([id, row]) => line(id, row, failed.get(id) ?? []))
  return {
    ends,
    lines,
    band: bandOf(lines),
    top: roundTop(Math.max(4, ...lines.flatMap(one => [...one.ok.map(n => n ?? 0), ...one.failed]))),
  }
}

/**
 * A Pod's line starts at its first request and ends at its last: before and after it had no part. Where all of its
 * requests failed there is no answer to draw.
 */
function line(id: ViewId, ok: readonly number[], failed: readonly number[]): PodLine {
  const active = ok.map((count, index) => count + (failed[index] ?? 0) > 0)
  const first = active.indexOf(true)
  const last = active.lastIndexOf(true)
  return {
    id,
    ok: ok.map((count, index) =>
      index < first || index > last || (count === 0 && (failed[index] ?? 0) > 0) ? null : count,
    ),
    failed,
  }
}

/** The mean over the windows in which anything was asked. */
function bandOf(lines: readonly PodLine[]): Band | null {
  let expected = 0
  let spread = 0
  let windows = 0
  for (let index = 0; index < WINDOWS; index++) {
    const active = lines.filter(one => (one.ok[index] ?? 0) + (one.failed[index] ?? 0) > 0)
    const trials = active.reduce((sum, one) => sum + (one.ok[index] ?? 0) + (one.failed[index] ?? 0), 0)
    if (trials === 0) continue
    const band = evenChoice(trials, active.length)
    expected += band.expected
    spread += band.spread
    windows++
  }
  return windows === 0 ? null : { expected: expected / windows, spread: spread / windows }
}

/** The next of 1, 2, 4, 6, 8 × a power of ten: a top whose half is a plain number too. */
export function roundTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return (([1, 2, 4, 6, 8, 10] as const).find(step => step * power >= value) ?? 10) * power
}
