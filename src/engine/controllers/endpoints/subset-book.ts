// Remembers for one Service the addresses of its Pods in order, so that one changed Pod costs one place in a list and the
// reading of the first thousand. It gives exactly what `repackSubsets` and `truncateSubsets` make of all Pods. Derived from
// the store: no part of a snapshot.

import type { EndpointAddress, EndpointSubset, EndpointSubsetPort } from '../../api/endpoints/endpoints.ts'
import type { EndpointPort } from '../../api/endpointslice/endpointslice.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import { SortedBlocks } from '../../kernel/sorted-blocks.ts'
import { hostnameUnder } from '../endpointslice/pod-endpoint.ts'
import { PortResolver, type ResolvedPorts } from '../endpointslice/resolve-ports.ts'
import type { PodChanges } from '../endpointslice/service-pods.ts'
import { isPodReady, isPodTerminal, isTerminating, podIPs } from '../runtime/pod-facts.ts'
import { compareAddress, compareSubset, sharesOf } from './pack-subsets.ts'

type List = 'addresses' | 'notReadyAddresses'

/** What one Pod adds to an Endpoints object. */
interface Entry {
  readonly address: EndpointAddress
  readonly list: List
  /** Without any only when the Service has none itself. */
  readonly ports: ResolvedPorts
}

/** Pods that resolve the same ports. */
interface PortGroup extends Readonly<Record<List, SortedBlocks<EndpointAddress>>> {
  readonly ports: ResolvedPorts
}

/** A subset in the making: ports that are open at the same addresses. */
interface Outline {
  readonly groups: readonly PortGroup[]
  readonly ports: EndpointSubsetPort[]
}

export class SubsetBook {
  readonly service: Service
  readonly #resolver: PortResolver
  /** By the name of the Pod. */
  readonly #entries = new Map<string, Entry>()
  readonly #groups = new Map<string, PortGroup>()
  /** The last answer. */
  #subsets: readonly EndpointSubset[] = []

  /** A book of these Pods. */
  constructor(service: Service, pods: readonly Pod[]) {
    this.service = service
    this.#resolver = new PortResolver(service)
    const lists = new Map<SortedBlocks<EndpointAddress>, EndpointAddress[]>()
    for (const pod of pods) {
      const entry = this.#entryOf(pod)
      if (!entry) continue
      this.#entries.set(pod.metadata.name, entry)
      const list = this.#groupOf(entry.ports)[entry.list]
      const addresses = lists.get(list)
      if (addresses) addresses.push(entry.address)
      else lists.set(list, [entry.address])
    }
    for (const [list, addresses] of lists) list.addAll(addresses)
  }

  /** Takes changes over. */
  take(changes: PodChanges): void {
    for (const [name, { after: pod }] of changes) {
      const before = this.#entries.get(name)
      const after = pod && this.#entryOf(pod)
      if (before && after && isSame(before, after)) continue
      if (before) {
        const group = this.#groupOf(before.ports)
        group[before.list].delete(before.address)
        if (group.addresses.size + group.notReadyAddresses.size === 0) this.#groups.delete(before.ports.key)
      }
      if (after) {
        this.#groupOf(after.ports)[after.list].add(after.address)
        this.#entries.set(name, after)
      } else this.#entries.delete(name)
    }
  }

  /**
   * The subsets of all Pods, as far as an object may hold them: `most` addresses in all. Lists of addresses are frozen, and the
   * very same where nothing changed.
   */
  subsets(most: number): { readonly subsets: readonly EndpointSubset[]; readonly truncated: boolean } {
    const outlines = this.#outlines()
    const ready = outlines.map(({ groups }) => sizeOf(groups, 'addresses'))
    const notReady = outlines.map(({ groups }) => sizeOf(groups, 'notReadyAddresses'))
    const total = ready.reduce((sum, size) => sum + size, 0)
    const readyMax = Math.min(total, most)
    const readyShares = sharesOf(ready, readyMax)
    const notReadyShares = sharesOf(notReady, most - readyMax)
    const subsets: EndpointSubset[] = []
    for (const [at, { groups, ports }] of outlines.entries()) {
      const before = this.#subsets[subsets.length] ?? {}
      const addresses = shared(firstOf(groups, 'addresses', readyShares[at] ?? 0), before.addresses)
      const notReadyAddresses = shared(
        firstOf(groups, 'notReadyAddresses', notReadyShares[at] ?? 0),
        before.notReadyAddresses,
      )
      if (addresses.length + notReadyAddresses.length === 0) continue
      subsets.push({
        ...(addresses.length > 0 ? { addresses } : {}),
        ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
        ...(ports.length > 0 ? { ports } : {}),
      })
    }
    this.#subsets = subsets
    return { subsets, truncated: total + notReady.reduce((sum, size) => sum + size, 0) > most }
  }

  // No Pod is in two groups, so two ports have the same addresses just when the same groups have them.
  #outlines(): readonly Outline[] {
    const byPort = new Map<string, { readonly port: EndpointPort | undefined; readonly groups: PortGroup[] }>()
    for (const group of this.#groups.values()) {
      const { ports, texts } = group.ports
      for (const [at, text] of (texts.length > 0 ? texts : ['']).entries()) {
        const known = byPort.get(text)
        if (known) known.groups.push(group)
        else byPort.set(text, { port: ports[at], groups: [group] })
      }
    }
    const byGroups = new Map<string, Outline>()
    for (const text of [...byPort.keys()].sort(compareText)) {
      const { port, groups } = byPort.get(text) as { port: EndpointPort | undefined; groups: PortGroup[] }
      const id = groups.map(({ ports }) => ports.key).join('\n')
      let outline = byGroups.get(id)
      if (!outline) byGroups.set(id, (outline = { groups, ports: [] }))
      if (port) outline.ports.push(subsetPort(port))
    }
    const outlines = [...byGroups.values()]
    return outlines.length < 2 ? outlines : outlines.sort((a, b) => compareSubset(headOf(a), headOf(b)))
  }

  #groupOf(ports: ResolvedPorts): PortGroup {
    let group = this.#groups.get(ports.key)
    if (!group) {
      const [addresses, notReadyAddresses] = [new SortedBlocks(compareAddress), new SortedBlocks(compareAddress)]
      this.#groups.set(ports.key, (group = { ports, addresses, notReadyAddresses }))
    }
    return group
  }

  /** A Pod for which no port resolves is not listed, unless the Service has no ports. */
  #entryOf(pod: Pod): Entry | undefined {
    const { spec } = this.service
    const toleratesUnready = spec.publishNotReadyAddresses ?? false
    if (isPodTerminal(pod) || (isTerminating(pod) && !toleratesUnready)) return undefined
    const wantsIPv6 = spec.ipFamilies?.[0] === 'IPv6'
    const ip = podIPs(pod).find(ip => ip.includes(':') === wantsIPv6)
    if (ip === undefined) return undefined
    const ports = this.#resolver.resolve(pod)
    if (ports.ports.length === 0 && (spec.ports ?? []).length > 0) return undefined
    const list = isPodReady(pod) || toleratesUnready ? 'addresses' : 'notReadyAddresses'
    return { address: addressOf(this.service, pod, ip), list, ports }
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

// Frozen, so that an object that is written again shares it.
function addressOf(service: Service, pod: Pod, ip: string): EndpointAddress {
  const { namespace, name, uid } = pod.metadata
  const hostname = hostnameUnder(service, pod)
  const targetRef = Object.freeze({ kind: 'Pod', namespace, name, uid })
  const address: { -readonly [K in keyof EndpointAddress]: EndpointAddress[K] } = { ip, targetRef }
  if (hostname !== undefined) address.hostname = hostname
  if (pod.spec.nodeName) address.nodeName = pod.spec.nodeName
  return Object.freeze(address)
}

function isSame(a: Entry, b: Entry): boolean {
  return a.list === b.list && a.ports.key === b.ports.key && sameJson(a.address, b.address)
}

function sizeOf(groups: readonly PortGroup[], list: List): number {
  return groups.reduce((sum, group) => sum + group[list].size, 0)
}

/** A list, frozen as the addresses in it are; the one from before when it holds the very same. */
function shared(
  list: readonly EndpointAddress[],
  before: readonly EndpointAddress[] | undefined,
): readonly EndpointAddress[] {
  if (before?.length !== list.length) return Object.freeze(list)
  for (let at = 0; at < list.length; at++) if (list[at] !== before[at]) return Object.freeze(list)
  return before
}

/** The first addresses of several groups together. */
function firstOf(groups: readonly PortGroup[], list: List, count: number): readonly EndpointAddress[] {
  const [first = [], ...others] = groups.map(group => group[list].first(count))
  return others.length === 0 ? first : [first, ...others].flat().sort(compareAddress).slice(0, count)
}

/** A subset as far as its place among others depends on it. */
function headOf({ groups, ports }: Outline): EndpointSubset {
  return {
    addresses: firstOf(groups, 'addresses', 1),
    notReadyAddresses: firstOf(groups, 'notReadyAddresses', 1),
    ports,
  }
}
