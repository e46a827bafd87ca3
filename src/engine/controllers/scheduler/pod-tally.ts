// How many Pods are on each Node, and how many of those that one selector picks, kept up to date by the watch so that placing
// a Pod does not look at all others. Derived from the store: built on first use, and no part of a snapshot.

import type { LabelSelector } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { matchesSelector } from '../../api/selector.ts'
import { canonicalJson } from '../../kernel/json.ts'
import type { StoreClient } from '../../store/client.ts'
import { isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { hostPortsOf } from './filter-nodes.ts'

interface Picked {
  readonly namespace: string
  readonly selector: LabelSelector
  readonly counts: Map<string, number>
}

/** More selectors than this at once, and the tally starts over. */
const SELECTORS_MAX = 64

export class PodTally {
  readonly #client: StoreClient
  #onNode: Map<string, number> | undefined
  readonly #picked = new Map<string, Picked>()

  constructor(client: StoreClient) {
    this.#client = client
    client.watch(['Pod'], ({ type, object, previous }) => {
      if (previous) this.#count(previous, -1)
      if (type !== 'DELETED') this.#count(object, 1)
    })
  }

  reset(): void {
    this.#onNode = undefined
    this.#picked.clear()
  }

  /** Pods that take a place on a Node. */
  podsOn(node: string): number {
    return this.#places().get(node) ?? 0
  }

  hostPortsOn(node: string): ReadonlySet<string> {
    return new Set(this.#client.podsOnNode(node).filter(takesPlace).flatMap(hostPortsOf))
  }

  /** Pods of a namespace that a selector picks and that are not terminating, by Node. */
  matching(namespace: string, selector: LabelSelector): ReadonlyMap<string, number> {
    const key = `${namespace}/${canonicalJson(selector)}`
    const known = this.#picked.get(key)
    if (known) return known.counts
    if (this.#picked.size >= SELECTORS_MAX) this.#picked.clear()
    const picked: Picked = { namespace, selector, counts: new Map() }
    for (const pod of this.#client.list('Pod', namespace)) add(picked, pod, 1)
    this.#picked.set(key, picked)
    return picked.counts
  }

  #places(): Map<string, number> {
    if (!this.#onNode) {
      this.#onNode = new Map()
      for (const pod of this.#client.list('Pod')) place(this.#onNode, pod, 1)
    }
    return this.#onNode
  }

  #count(pod: Pod, by: number): void {
    if (!pod.spec.nodeName) return
    if (this.#onNode) place(this.#onNode, pod, by)
    for (const picked of this.#picked.values()) add(picked, pod, by)
  }
}

function place(onNode: Map<string, number>, pod: Pod, by: number): void {
  const node = pod.spec.nodeName
  if (node && takesPlace(pod)) onNode.set(node, (onNode.get(node) ?? 0) + by)
}

function takesPlace(pod: Pod): boolean {
  return !isPodTerminal(pod)
}

function add({ namespace, selector, counts }: Picked, pod: Pod, by: number): void {
  const node = pod.spec.nodeName
  if (!node || isTerminating(pod) || pod.metadata.namespace !== namespace) return
  if (matchesSelector(selector, pod.metadata.labels)) counts.set(node, (counts.get(node) ?? 0) + by)
}
