// Which Services select a Pod, without asking every Service: those with a selector are filed under the first pair of it.
// And which of them a change of a Pod concerns, by the rules of k8s.io/endpointslice's GetServicesToUpdateOnPodChange.
// Derived from the store: it is built on first use and follows the watch, and is no part of a snapshot. The controllers of
// slices and of Endpoints share one.

import type { Labels } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { matchesLabels } from '../../api/selector.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import { isPodReady, isTerminating, podIPs } from '../runtime/pod-facts.ts'

/** What a change of a Pod is to Services: keys (`namespace/name`), in order. */
export interface PodConcern {
  /** Those that select it now, or did until it was deleted. */
  readonly selecting: readonly string[]
  /** Those of them that did not before. */
  readonly gained: readonly string[]
  /** Those that selected it before and do no more. */
  readonly lost: readonly string[]
  /** Those to sync for it. */
  readonly toSync: readonly string[]
}

export class ServiceIndex {
  readonly #client: StoreClient
  #byPair: Map<string, Map<string, Labels>> | undefined
  /** The last answer: several ask about the same change. */
  #last: { readonly event: WatchEvent<'Pod'>; readonly concern: PodConcern } | undefined

  constructor(client: StoreClient) {
    this.#client = client
    client.watch(['Service'], ({ type, object, previous }) => {
      this.#last = undefined
      if (!this.#byPair) return
      if (previous) this.#remove(this.#byPair, previous)
      if (type !== 'DELETED') this.#insert(this.#byPair, object)
    })
  }

  /** Forgets everything; the next question builds it anew from the store. */
  reset(): void {
    this.#byPair = undefined
    this.#last = undefined
  }

  concernOf(event: WatchEvent<'Pod'>): PodConcern {
    if (this.#last?.event === event) return this.#last.concern
    const concern = this.#concernOf(event)
    this.#last = { event, concern }
    return concern
  }

  #concernOf({ type, object, previous }: WatchEvent<'Pod'>): PodConcern {
    const selecting = this.#selecting(object)
    if (type !== 'MODIFIED' || !previous) return { selecting, gained: [], lost: [], toSync: selecting }
    const podChanged = endpointChanged(previous, object)
    const relabelled = !sameJson(previous.metadata.labels ?? {}, object.metadata.labels ?? {})
    // Another hostname or subdomain counts as another label: alone it concerns Services that select the Pod only now or only
    // before, of which there are none.
    if (!relabelled) return { selecting, gained: [], lost: [], toSync: podChanged ? selecting : [] }
    const before = this.#selecting(previous)
    const lost = before.filter(key => !selecting.includes(key))
    const gained = selecting.filter(key => !before.includes(key))
    const toSync = podChanged ? [...new Set([...before, ...selecting])] : [...lost, ...gained]
    return { selecting, gained, lost, toSync: toSync.sort(compareText) }
  }

  #selecting(pod: Pod): readonly string[] {
    const labels = pod.metadata.labels
    if (!labels) return []
    const byPair = this.#built()
    const namespace = pod.metadata.namespace ?? ''
    const keys: string[] = []
    for (const label of Object.keys(labels)) {
      const filed = byPair.get(pairKey(namespace, label, labels[label] ?? ''))
      if (!filed) continue
      for (const [key, selector] of filed) if (matchesLabels(selector, labels)) keys.push(key)
    }
    return keys.length > 1 ? keys.sort(compareText) : keys
  }

  #built(): Map<string, Map<string, Labels>> {
    if (!this.#byPair) {
      this.#byPair = new Map()
      for (const service of this.#client.list('Service')) this.#insert(this.#byPair, service)
    }
    return this.#byPair
  }

  #insert(byPair: Map<string, Map<string, Labels>>, service: Service): void {
    const pair = filedUnder(service)
    const { selector } = service.spec
    if (pair === undefined || !selector) return
    let filed = byPair.get(pair)
    if (!filed) byPair.set(pair, (filed = new Map()))
    filed.set(`${service.metadata.namespace}/${service.metadata.name}`, selector)
  }

  #remove(byPair: Map<string, Map<string, Labels>>, service: Service): void {
    const pair = filedUnder(service)
    if (pair === undefined) return
    const filed = byPair.get(pair)
    filed?.delete(`${service.metadata.namespace}/${service.metadata.name}`)
    if (filed?.size === 0) byPair.delete(pair)
  }
}

/** Whether endpoints are written for this Service by the controllers: it selects Pods, and is no mere name. */
export function hasSelector(service: Service): service is Service & { readonly spec: { readonly selector: Labels } } {
  return service.spec.type !== 'ExternalName' && Object.keys(service.spec.selector ?? {}).length > 0
}

/** The order in which Pods are placed into slices: oldest first, then by name. */
export function compareAge({ metadata: a }: Pod, { metadata: b }: Pod): number {
  return compareText(a.creationTimestamp, b.creationTimestamp) || compareText(a.name, b.name)
}

/** Pods in that order; the very list when it is in order, as one by name mostly is when they were made at once. */
export function byAge(pods: readonly Pod[]): readonly Pod[] {
  for (let at = 1; at < pods.length; at++) {
    if (compareAge(pods[at - 1] as Pod, pods[at] as Pod) > 0) return [...pods].sort(compareAge)
  }
  return pods
}

function endpointChanged(before: Pod, after: Pod): boolean {
  return (
    isTerminating(before) ||
    isTerminating(after) ||
    isPodReady(before) !== isPodReady(after) ||
    !sameJson(podIPs(before), podIPs(after))
  )
}

function filedUnder(service: Service): string | undefined {
  const { selector } = service.spec
  const first = Object.keys(selector ?? {})[0]
  return first === undefined || !selector
    ? undefined
    : pairKey(service.metadata.namespace ?? '', first, selector[first] ?? '')
}

function pairKey(namespace: string, label: string, value: string): string {
  return `${namespace}/${label}=${value}`
}
