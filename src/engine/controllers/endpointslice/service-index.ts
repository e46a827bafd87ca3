// Which Services select a Pod, without asking every Service: those with a selector are filed under the first pair of it.
// And which of them a change of a Pod concerns, by the rules of k8s.io/endpointslice's GetServicesToUpdateOnPodChange.
// Derived from the store: it is built on first use and follows the watch, and is no part of a snapshot.

import type { Labels } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { matchesLabels } from '../../api/selector.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import { isPodReady, isTerminating, podIPs } from '../runtime/pod-facts.ts'

export class ServiceIndex {
  readonly #client: StoreClient
  #byPair: Map<string, Map<string, Labels>> | undefined

  constructor(client: StoreClient) {
    this.#client = client
    client.watch(['Service'], ({ type, object, previous }) => {
      if (!this.#byPair) return
      if (previous) this.#remove(this.#byPair, previous)
      if (type !== 'DELETED') this.#insert(this.#byPair, object)
    })
  }

  /** Forgets everything; the next question builds it anew from the store. */
  reset(): void {
    this.#byPair = undefined
  }

  /** Keys (`namespace/name`) of the Services to sync after a change of a Pod, in order. */
  servicesFor({ type, object, previous }: WatchEvent<'Pod'>): readonly string[] {
    if (type !== 'MODIFIED' || !previous) return this.#selecting(object)
    const podChanged = endpointChanged(previous, object)
    const labelsChanged =
      !sameJson(previous.metadata.labels ?? {}, object.metadata.labels ?? {}) ||
      previous.spec.hostname !== object.spec.hostname ||
      previous.spec.subdomain !== object.spec.subdomain
    if (!podChanged && !labelsChanged) return []
    const now = this.#selecting(object)
    if (!labelsChanged) return now
    const before = this.#selecting(previous)
    const all = [...new Set([...before, ...now])].sort(compareText)
    return podChanged ? all : all.filter(key => before.includes(key) !== now.includes(key))
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

/** Pods in the order in which they are placed into slices: oldest first, then by name. */
export function byAge(pods: readonly Pod[]): readonly Pod[] {
  return [...pods].sort(
    (a, b) =>
      compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
      compareText(a.metadata.name, b.metadata.name),
  )
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
