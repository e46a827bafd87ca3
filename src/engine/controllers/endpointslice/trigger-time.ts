// The annotation endpoints.kubernetes.io/last-change-trigger-time, after k8s.io/endpointslice's TriggerTimeTracker: for each
// Service the earliest of the moments that moved forward since its last sync. It measures how long a change takes to get
// into the rules, so changes that have no moment of their own (a Pod deleted, a label edited) take the annotation off.

import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText } from '../../kernel/json.ts'
import { parseTimestamp } from '../../kernel/timestamp.ts'
import { findCondition } from '../runtime/conditions.ts'
import type { PodNews } from './service-pods.ts'

interface Remembered {
  readonly created: string
  /** Pod name → the transition time of its Ready condition; of a first sync its Pods, which are read when they are asked for. */
  readonly ready: Map<string, string> | readonly Pod[]
}

export type SavedTriggerTimes = readonly (readonly [string, string, readonly (readonly [string, string])[]])[]

export class TriggerTimes {
  readonly #services = new Map<string, Remembered>()

  /** Takes note of a sync and returns the trigger time to write, or undefined when nothing moved forward. */
  compute(key: string, service: Service, { pods, changes }: PodNews): string | undefined {
    const before = this.#services.get(key)
    const created = service.metadata.creationTimestamp
    if (!before && pods) {
      this.#services.set(key, { created, ready: pods })
      return created
    }
    const known = readyOf(before?.ready ?? [])
    const ready = pods ? new Map<string, string>() : known
    this.#services.set(key, { created, ready })
    let earliest: string | undefined
    const consider = (name: string, pod: Pod | undefined): void => {
      const time = pod && readyTimeOf(pod)
      const last = known.get(name)
      if (time === undefined) ready.delete(name)
      else ready.set(name, time)
      if (time === undefined || last === time || (last !== undefined && compareTime(last, time) >= 0)) return
      earliest = earlierOf(time, earliest)
    }
    for (const pod of pods ?? []) consider(pod.metadata.name, pod)
    for (const [name, { after }] of changes ?? []) consider(name, after)
    if (!before) return created
    return before.created === created ? earliest : earlierOf(created, earliest)
  }

  forget(key: string): void {
    this.#services.delete(key)
  }

  save(): SavedTriggerTimes {
    return [...this.#services]
      .sort((a, b) => compareText(a[0], b[0]))
      .map(
        ([key, { created, ready }]) =>
          [key, created, [...readyOf(ready)].sort((a, b) => compareText(a[0], b[0]))] as const,
      )
  }

  load(saved: SavedTriggerTimes): void {
    this.#services.clear()
    for (const [key, created, ready] of saved) this.#services.set(key, { created, ready: new Map(ready) })
  }
}

function readyOf(ready: Remembered['ready']): Map<string, string> {
  if (ready instanceof Map) return ready
  const times = new Map<string, string>()
  for (const pod of ready) {
    const time = readyTimeOf(pod)
    if (time !== undefined) times.set(pod.metadata.name, time)
  }
  return times
}

function readyTimeOf({ status }: Pod): string | undefined {
  return findCondition(status?.conditions, 'Ready')?.lastTransitionTime
}

/** The earlier of two moments; of two texts for the same, the first by its letters. */
function earlierOf(a: string, b: string | undefined): string {
  return b === undefined || (compareTime(a, b) || compareText(a, b)) < 0 ? a : b
}

function compareTime(a: string, b: string): number {
  // Written in one form, as they mostly are, times are in order as texts.
  if (a.length === WHOLE_SECONDS && b.length === WHOLE_SECONDS) return compareText(a, b)
  return (parseTimestamp(a) ?? 0) - (parseTimestamp(b) ?? 0)
}

/** The length of `2026-01-01T00:00:00Z`. */
const WHOLE_SECONDS = 20
