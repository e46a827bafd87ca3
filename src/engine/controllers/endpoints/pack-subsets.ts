// How addresses and ports become subsets of an Endpoints object, after pkg/api/v1/endpoints RepackSubsets, and what is left of
// them beyond 1000 addresses. Kubernetes orders ports and subsets by a hash; here they are sorted by their text, and
// addresses, as there, by IP compared as text.

import type { EndpointAddress, EndpointSubset, EndpointSubsetPort } from '../../api/endpoints/endpoints.ts'
import { compareText } from '../../kernel/json.ts'

interface Entry {
  readonly address: EndpointAddress
  readonly ready: boolean
}

/**
 * One subset for each set of ports that share the same addresses in the same readiness. An address that is both ready and
 * not ready for one port is not ready.
 */
export function repackSubsets(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const byPort = explode(subsets)
  const byAddresses = new Map<string, { readonly entries: readonly Entry[]; readonly ports: EndpointSubsetPort[] }>()
  for (const key of [...byPort.keys()].sort(compareText)) {
    const { port, entries } = byPort.get(key) as PortEntries
    const sorted = [...entries.values()].sort((a, b) => compareAddress(a.address, b.address))
    const id = JSON.stringify(sorted.map(({ address, ready }) => [addressKey(address), ready]))
    const merged = byAddresses.get(id)
    if (merged) {
      if (port) merged.ports.push(port)
    } else byAddresses.set(id, { entries: sorted, ports: port ? [port] : [] })
  }
  return [...byAddresses.values()].map(({ entries, ports }) => subsetOf(entries, ports)).sort(compareSubset)
}

/** The subsets cut down to `most` addresses in all: ready ones first, in proportion, the first of each list kept. */
export function truncateSubsets(
  subsets: readonly EndpointSubset[],
  most: number,
): {
  readonly subsets: readonly EndpointSubset[]
  readonly truncated: boolean
} {
  const ready = countOf(subsets, 'addresses')
  const notReady = countOf(subsets, 'notReadyAddresses')
  if (ready + notReady <= most) return { subsets, truncated: false }
  const cutReady = cut(subsets, 'addresses', Math.min(ready, most))
  const kept = cut(cutReady, 'notReadyAddresses', most - Math.min(ready, most))
  return { subsets: kept.filter(subset => subset.addresses || subset.notReadyAddresses), truncated: true }
}

interface PortEntries {
  readonly port: EndpointSubsetPort | undefined
  readonly entries: Map<string, Entry>
}

function explode(subsets: readonly EndpointSubset[]): Map<string, PortEntries> {
  const byPort = new Map<string, PortEntries>()
  for (const subset of subsets) {
    const ports: readonly (EndpointSubsetPort | undefined)[] = subset.ports?.length ? subset.ports : [undefined]
    for (const port of ports) {
      const key = port
        ? JSON.stringify([port.name ?? '', port.port, port.protocol ?? 'TCP', port.appProtocol ?? null])
        : ''
      let found = byPort.get(key)
      if (!found) byPort.set(key, (found = { port, entries: new Map() }))
      for (const address of subset.addresses ?? []) note(found.entries, address, true)
      for (const address of subset.notReadyAddresses ?? []) note(found.entries, address, false)
    }
  }
  return byPort
}

function note(entries: Map<string, Entry>, address: EndpointAddress, ready: boolean): void {
  const key = addressKey(address)
  const before = entries.get(key)
  if (!before || (before.ready && !ready)) entries.set(key, { address, ready })
}

function addressKey(address: EndpointAddress): string {
  return `${address.ip} ${address.targetRef?.uid ?? ''}`
}

/** By IP compared as text, then by uid. */
export function compareAddress(a: EndpointAddress, b: EndpointAddress): number {
  return compareText(a.ip, b.ip) || compareText(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '')
}

function subsetOf(entries: readonly Entry[], ports: readonly EndpointSubsetPort[]): EndpointSubset {
  const addresses = entries.filter(entry => entry.ready).map(entry => entry.address)
  const notReadyAddresses = entries.filter(entry => !entry.ready).map(entry => entry.address)
  return {
    ...(addresses.length > 0 ? { addresses } : {}),
    ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  }
}

/** The order of subsets: by their first addresses, then by their first ports. */
export function compareSubset(a: EndpointSubset, b: EndpointSubset): number {
  return compareText(subsetKey(a), subsetKey(b))
}

function subsetKey(subset: EndpointSubset): string {
  const first = subset.addresses?.[0] ?? subset.notReadyAddresses?.[0]
  const port = subset.ports?.[0]
  return JSON.stringify([first?.ip ?? '', port?.name ?? '', port?.port ?? 0, port?.protocol ?? ''])
}

type AddressList = 'addresses' | 'notReadyAddresses'

function countOf(subsets: readonly EndpointSubset[], list: AddressList): number {
  return subsets.reduce((sum, subset) => sum + (subset[list]?.length ?? 0), 0)
}

/** Cuts one list of each subset down to its share of `budget`. */
function cut(subsets: readonly EndpointSubset[], list: AddressList, budget: number): readonly EndpointSubset[] {
  const shares = sharesOf(
    subsets.map(subset => subset[list]?.length ?? 0),
    budget,
  )
  return subsets.map((subset, at) => {
    const { [list]: all = [], ...others } = subset
    const keep = shares[at] ?? 0
    return keep === all.length ? subset : keep > 0 ? { ...others, [list]: all.slice(0, keep) } : others
  })
}

/** How many each of several lists may keep: in proportion, rounded up, until `budget` is spent. */
export function sharesOf(sizes: readonly number[], budget: number): readonly number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total <= budget) return sizes
  let left = budget
  return sizes.map(size => {
    // Divided first, as there: where the share is a whole number, doubles may round one more up.
    const keep = Math.min(left, Math.ceil((size / total) * budget), size)
    left -= keep
    return keep
  })
}
