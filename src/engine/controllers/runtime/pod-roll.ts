// How a list of Pods differs from what it was when it was last looked at, so that a sync over thousands of Pods only
// thinks about those that changed. Stored Pods are frozen, so the same object is the same Pod in the same state. Derived
// from the store: no part of a snapshot, and a roll that begins anew merely calls everything new.

import type { Pod } from '../../api/pod/pod.ts'
import { compareText } from '../../kernel/json.ts'

/** One Pod that came (no `before`), went (no `after`) or is another object than it was. */
export interface PodChange {
  readonly before: Pod | undefined
  readonly after: Pod | undefined
}

export class PodRoll {
  #pods: readonly Pod[] = []

  /** What changed since the last call; both lists by namespace and name, as the store gives them. */
  take(pods: readonly Pod[]): readonly PodChange[] {
    const before = this.#pods
    this.#pods = pods
    const changes: PodChange[] = []
    let old = 0
    let now = 0
    while (old < before.length || now < pods.length) {
      const a = before[old]
      const b = pods[now]
      if (a === b) {
        old++
        now++
        continue
      }
      const order = a === undefined ? 1 : b === undefined ? -1 : byKey(a, b)
      changes.push({ before: order <= 0 ? a : undefined, after: order >= 0 ? b : undefined })
      if (order <= 0) old++
      if (order >= 0) now++
    }
    return changes
  }
}

function byKey(a: Pod, b: Pod): number {
  return (
    compareText(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compareText(a.metadata.name, b.metadata.name)
  )
}
