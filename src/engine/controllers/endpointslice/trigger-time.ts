// The annotation endpoints.kubernetes.io/last-change-trigger-time, after k8s.io/endpointslice's TriggerTimeTracker: for each
// Service the earliest of the moments that moved forward since its last sync. It measures how long a change takes to get
// into the rules, so changes that have no moment of their own (a Pod deleted, a label edited) take the annotation off.

import type { Service } from '../../api/service/service.ts'
import { compareText } from '../../kernel/json.ts'
import { parseTimestamp } from '../../kernel/timestamp.ts'
import { findCondition } from '../runtime/conditions.ts'
import type { PodChange } from '../runtime/pod-roll.ts'
import { byAge } from './service-index.ts'

interface Remembered {
  readonly created: string
  /** Pod name → the transition time of its Ready condition. */
  readonly ready: Map<string, string>
}

/** The Pods of a Service since its last sync; with `all`, every Pod that there is, and nothing is known of others. */
interface PodNews {
  readonly all: boolean
  readonly changes: readonly PodChange[]
}

export type SavedTriggerTimes = readonly (readonly [string, string, readonly (readonly [string, string])[]])[]

export class TriggerTimes {
  readonly #services = new Map<string, Remembered>()

  /** Takes note of a sync and returns the trigger time to write, or undefined when nothing moved forward. */
  compute(key: string, service: Service, { all, changes }: PodNews): string | undefined {
    const before = this.#services.get(key)
    const created = service.metadata.creationTimestamp
    const known = before?.ready ?? new Map<string, string>()
    const ready = all ? new Map<string, string>() : known
    let earliest: string | undefined
    const consider = (time: string): void => {
      if (earliest === undefined || timeOf(time) < timeOf(earliest)) earliest = time
    }
    for (const { before: gone, after } of changes) if (gone && !after) ready.delete(gone.metadata.name)
    for (const pod of byAge(changes.flatMap(({ after }) => after ?? []))) {
      const { name } = pod.metadata
      const last = known.get(name)
      const time = findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime
      if (time === undefined) ready.delete(name)
      else {
        ready.set(name, time)
        if (last !== time && (last === undefined || timeOf(time) > timeOf(last))) consider(time)
      }
    }
    this.#services.set(key, { created, ready })
    if (!before) return created
    if (before.created !== created) consider(created)
    return earliest
  }

  forget(key: string): void {
    this.#services.delete(key)
  }

  save(): SavedTriggerTimes {
    return [...this.#services]
      .sort((a, b) => compareText(a[0], b[0]))
      .map(([key, { created, ready }]) => [key, created, [...ready].sort((a, b) => compareText(a[0], b[0]))] as const)
  }

  load(saved: SavedTriggerTimes): void {
    this.#services.clear()
    for (const [key, created, ready] of saved) this.#services.set(key, { created, ready: new Map(ready) })
  }
}

function timeOf(time: string): number {
  return parseTimestamp(time) ?? 0
}
