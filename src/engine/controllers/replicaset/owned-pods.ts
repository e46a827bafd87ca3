// Counts the Pods of one ReplicaSet and keeps the counts right by looking at those that changed only. Derived from the
// store: no part of a snapshot. It counts what any sync asks; which Pods are meant is for the sync to find out.

import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { matchesSelector } from '../../api/selector.ts'
import { isPodActive, isPodReady } from '../runtime/pod-facts.ts'
import { PodRoll } from '../runtime/pod-roll.ts'

export interface PodCounts {
  /** Of the set's own namespace. */
  readonly owned: number
  /** Owned, but not picked by the selector. */
  readonly unmatched: number
  readonly active: number
  /** Active with all labels of the template. */
  readonly fullyLabeled: number
  /** Active and Ready. */
  readonly ready: number
}

type Counter = { -readonly [K in keyof PodCounts]: number }

export class OwnedPods {
  readonly #set: ReplicaSet
  readonly #roll = new PodRoll()
  readonly #counts: Counter = { owned: 0, unmatched: 0, active: 0, fullyLabeled: 0, ready: 0 }

  constructor(set: ReplicaSet) {
    this.#set = set
  }

  /** Whether it counts by the selector and the template that the set has now. */
  countsFor({ spec }: ReplicaSet): boolean {
    return spec.selector === this.#set.spec.selector && spec.template === this.#set.spec.template
  }

  /** The counts over all Pods that the set owns, by namespace and name. */
  of(pods: readonly Pod[]): PodCounts {
    for (const { before, after } of this.#roll.take(pods)) {
      if (before) this.#count(before, -1)
      if (after) this.#count(after, 1)
    }
    return this.#counts
  }

  #count(pod: Pod, by: number): void {
    const { metadata, spec } = this.#set
    const counts = this.#counts
    if (pod.metadata.namespace === metadata.namespace) counts.owned += by
    if (!matchesSelector(spec.selector, pod.metadata.labels)) counts.unmatched += by
    if (!isPodActive(pod)) return
    counts.active += by
    if (isPodReady(pod)) counts.ready += by
    if (matchesSelector({ matchLabels: spec.template.metadata?.labels ?? {} }, pod.metadata.labels))
      counts.fullyLabeled += by
  }
}
