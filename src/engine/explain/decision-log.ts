// The decisions of a cluster's controllers as they were heard, the latest ten thousand: asked by object and by time. What
// the cluster decided before somebody listened is not in it, and it is no part of a snapshot.

import type { Decision, ObjectName } from '../controllers/index.ts'

/** Whose decisions are meant: by kind, namespace and name. */
export type DecisionSubject = Pick<ObjectName, 'kind' | 'namespace' | 'name'>

/** A decision with its place in the log, from 0. */
export type LoggedDecision = Decision & { readonly number: number }

const KEPT_MAX = 10_000

export class DecisionLog {
  #kept: LoggedDecision[] = []
  #forgotten = 0

  add(decision: Decision): void {
    this.#kept.push({ ...decision, number: this.total })
    // In pieces, so that a full log is not copied for each.
    if (this.#kept.length < 1.25 * KEPT_MAX) return
    this.#forgotten += this.#kept.length - KEPT_MAX
    this.#kept = this.#kept.slice(-KEPT_MAX)
  }

  /** How many there have been; the number of the next one. */
  get total(): number {
    return this.#forgotten + this.#kept.length
  }

  /** Those from number `from` on that are still kept, oldest first. */
  from(from: number): readonly LoggedDecision[] {
    return this.#kept.slice(Math.max(0, from - this.#forgotten))
  }

  /** Those about an object, or in which it took part, from a virtual time on; oldest first. */
  about(subject: DecisionSubject, sinceMs = 0): readonly LoggedDecision[] {
    return this.#kept.filter(decision => decision.atMs >= sinceMs && concerns(decision, subject))
  }
}

/** The last decision of the EndpointSlice controller on each Pod under one Service, by `namespace/name` of the Pod. */
export function endpointDecisions(log: DecisionLog, service: DecisionSubject): ReadonlyMap<string, LoggedDecision> {
  const byPod = new Map<string, LoggedDecision>()
  for (const decision of log.about(service)) {
    if (decision.code.startsWith('endpoint-') && decision.about.kind === 'Pod')
      byPod.set(`${decision.about.namespace}/${decision.about.name}`, decision)
  }
  return byPod
}

/** Whether a decision is about an object, or the object took part in it. */
export function concerns({ about, related }: Decision, subject: DecisionSubject): boolean {
  return isSame(about, subject) || related.some(other => isSame(other, subject))
}

function isSame(a: DecisionSubject, b: DecisionSubject): boolean {
  return a.name === b.name && a.kind === b.kind && a.namespace === b.namespace
}
