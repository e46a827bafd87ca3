// Remembers for one Service the addresses of its Pods in order, so that one changed Pod costs one place in a list. It gives
// exactly what `repackSubsets` and `truncateSubsets` make of all Pods, and asks them where Pods resolve different ports. Derived
// from the store: no part of a snapshot.

import type { EndpointAddress, EndpointSubset, EndpointSubsetPort } from '../../api/endpoints/endpoints.ts'
import type { EndpointPort } from '../../api/endpointslice/endpointslice.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText, deepFreeze } from '../../kernel/json.ts'
import { hostnameUnder } from '../endpointslice/reconcile-slices.ts'
import { endpointPorts, portGroupKey } from '../endpointslice/resolve-ports.ts'
import { isPodReady, isPodTerminal, isTerminating, podIPs } from '../runtime/pod-facts.ts'
import type { PodChange } from '../runtime/pod-roll.ts'
import { ADDRESSES_MAX, repackSubsets, truncateSubsets } from './pack-subsets.ts'

/** What one Pod adds to an Endpoints object. */
interface Entry {
  readonly address: EndpointAddress
  readonly list: 'addresses' | 'notReadyAddresses'
  /** Empty only when the Service has no ports itself. */
  readonly ports: readonly EndpointSubsetPort[]
  readonly group: string
}

export class SubsetBook {
  readonly service: Service
  /** By IP compared as text, then by uid. */
  readonly #entries: Entry[] = []
  /** Set of ports → how many Pods resolve it. */
  readonly #groups = new Map<string, number>()
  #readyCount = 0

  constructor(service: Service) {
    this.service = service
  }

  take(changes: readonly PodChange[]): void {
    // All that goes before all that comes: an address may pass from one Pod to another.
    for (const { before } of changes) {
      const entry = before && entryOf(this.service, before)
      if (!entry) continue
      this.#entries.splice(this.#placeOf(entry), 1)
      this.#count(entry, -1)
    }
    const come = changes.flatMap(({ after }) => (after && entryOf(this.service, after)) ?? [])
    for (const entry of come) this.#count(entry, 1)
    if (come.length > this.#entries.length) {
      this.#entries.push(...come)
      this.#entries.sort(inOrder)
    } else for (const entry of come) this.#entries.splice(this.#placeOf(entry), 0, entry)
  }

  /** The subsets of all Pods, as far as an object may hold them. */
  subsets(): { readonly subsets: readonly EndpointSubset[]; readonly truncated: boolean } {
    const [first] = this.#entries
    if (!first) return { subsets: [], truncated: false }
    if (this.#groups.size > 1) return truncateSubsets(repackSubsets(this.#entries.flatMap(subsetsOf)))
    const { length } = this.#entries
    const ready = Math.min(this.#readyCount, ADDRESSES_MAX)
    const left = { addresses: ready, notReadyAddresses: Math.min(length - this.#readyCount, ADDRESSES_MAX - ready) }
    const addresses: EndpointAddress[] = []
    const notReadyAddresses: EndpointAddress[] = []
    for (let at = 0; at < length && left.addresses + left.notReadyAddresses > 0; at++) {
      const { list, address } = this.#entries[at] as Entry
      if (left[list] === 0) continue
      left[list]--
      ;(list === 'addresses' ? addresses : notReadyAddresses).push(address)
    }
    const ports = repackSubsets(subsetsOf(first))[0]?.ports
    const subset = {
      ...(addresses.length > 0 ? { addresses } : {}),
      ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
      ...(ports ? { ports } : {}),
    }
    return { subsets: [subset], truncated: length > ADDRESSES_MAX }
  }

  #count({ group, list }: Entry, by: number): void {
    if (list === 'addresses') this.#readyCount += by
    const count = (this.#groups.get(group) ?? 0) + by
    if (count > 0) this.#groups.set(group, count)
    else this.#groups.delete(group)
  }

  /** Where an entry stands, or is to stand. */
  #placeOf(entry: Entry): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (inOrder(this.#entries[middle] as Entry, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** One subset for each port that resolves. */
function subsetsOf({ list, address, ports }: Entry): readonly EndpointSubset[] {
  return ports.length === 0 ? [{ [list]: [address] }] : ports.map(port => ({ [list]: [address], ports: [port] }))
}

/** A Pod for which no port resolves is not listed, unless the Service has no ports. */
function entryOf(service: Service, pod: Pod): Entry | undefined {
  const toleratesUnready = service.spec.publishNotReadyAddresses ?? false
  if (isPodTerminal(pod) || (isTerminating(pod) && !toleratesUnready)) return undefined
  const wantsIPv6 = service.spec.ipFamilies?.[0] === 'IPv6'
  const ip = podIPs(pod).find(ip => ip.includes(':') === wantsIPv6)
  if (ip === undefined) return undefined
  const ports = endpointPorts(service, pod)
  if (ports.length === 0 && (service.spec.ports ?? []).length > 0) return undefined
  return {
    // Frozen, so that an object that is written again shares it.
    address: deepFreeze(addressOf(service, pod, ip)),
    list: isPodReady(pod) || toleratesUnready ? 'addresses' : 'notReadyAddresses',
    ports: ports.map(subsetPort),
    group: portGroupKey(ports),
  }
}

/** A port as Endpoints store it: an empty name, which a slice does write, is left out. */
function subsetPort({ name, port, protocol, appProtocol }: EndpointPort): EndpointSubsetPort {
  return {
    ...(name ? { name } : {}),
    port: port ?? 0,
    ...(protocol ? { protocol } : {}),
    ...(appProtocol ? { appProtocol } : {}),
  }
}

function addressOf(service: Service, pod: Pod, ip: string): EndpointAddress {
  const { namespace, name, uid } = pod.metadata
  const hostname = hostnameUnder(service, pod)
  return {
    ip,
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
  }
}

function inOrder(a: Entry, b: Entry): number {
  return (
    compareText(a.address.ip, b.address.ip) ||
    compareText(a.address.targetRef?.uid ?? '', b.address.targetRef?.uid ?? '')
  )
}
