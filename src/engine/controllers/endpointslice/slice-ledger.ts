// Remembers for one Service which Pod stands in which slice, so that a sync only weighs the Pods that changed and the
// slices they stand in. It gives exactly the writes of `reconcileSlices` over all Pods, which it asks whenever it is not
// sure: after a failed write, when somebody else touched a slice, when a Node's zone changed, when Pods resolve
// different ports, when it has topology hints. Derived from the store: built on the second look, and no part of a snapshot.

import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import { ZONE_LABEL } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { deepFreeze } from '../../kernel/json.ts'
import type { PodChange } from '../runtime/pod-roll.ts'
import { endpointKey, sameEndpoint } from './pack-slices.ts'
import {
  addressTypes,
  isOwnedBy,
  partOf,
  reconcileSlices,
  writeGroups,
  type AddressType,
  type ReconcileInput,
  type SliceWrites,
} from './reconcile-slices.ts'
import { portGroupKey, sortPorts } from './resolve-ports.ts'
import { hintMode } from './topology-hints.ts'
import { byAge } from './service-index.ts'

/** As `ReconcileInput`, but the Pods are by name, and what changed among them since the last call is told. */
export interface LedgerInput extends ReconcileInput {
  readonly changes: readonly PodChange[]
}

/** A Pod that is an endpoint, and the slice that says so; none while that is still to be written. */
interface Row {
  readonly pod: Pod
  readonly endpoint: Endpoint
  readonly slice: EndpointSlice | undefined
}

/** A Service whose slices say all that its Pods are: one family, one set of ports, every Pod in one place. */
interface Book {
  readonly service: Service
  readonly family: AddressType
  readonly maxEndpoints: number
  readonly group: string
  readonly ports: readonly EndpointPort[]
  /** Pod name → row. */
  readonly rows: Map<string, Row>
  /** Node name → its zone; null: there is no such Node. */
  readonly zones: Map<string, string | null>
  /** The slices that hold what the rows say, in order. */
  slices: readonly EndpointSlice[]
}

type NodeNamed = ReconcileInput['nodeNamed']

export class SliceLedger {
  #book: Book | undefined

  /** The writes for this sync. When all of them were made, `settle` must be told. */
  reconcile(input: LedgerInput): SliceWrites {
    const book = this.#book
    // Unless this sync is settled, the next one starts from nothing.
    this.#book = undefined
    const writes = book && holds(book, input) ? writesOf(book, input) : undefined
    if (!writes) return reconcileSlices({ ...input, pods: byAge(input.pods) })
    this.#book = book
    return writes
  }

  /** The writes of the last `reconcile` were made, and these are the slices now, in order. */
  settle(input: LedgerInput, slices: readonly EndpointSlice[]): void {
    const book = this.#book ?? newBook(input, slices)
    this.#book = book && enter(book, slices) ? book : undefined
  }

  /** The writes were not made, or not all of them. */
  forget(): void {
    this.#book = undefined
  }
}

/** Whether all but the Pods is still as the book has it. */
function holds(book: Book, { service, maxEndpoints, existing, nodeNamed }: LedgerInput): boolean {
  if (service !== book.service || maxEndpoints !== book.maxEndpoints) return false
  if (existing.length !== book.slices.length || existing.some((slice, at) => slice !== book.slices[at])) return false
  for (const [name, zone] of book.zones) if (zoneOf(nodeNamed, name) !== zone) return false
  return true
}

/** Takes the changes into the book and plans the writes; undefined when the book cannot say. */
function writesOf(book: Book, input: LedgerInput): SliceWrites | undefined {
  const touched = new Set<EndpointSlice>()
  const unplaced: Row[] = []
  for (const { before, after } of input.changes) {
    const name = (after ?? before)?.metadata.name ?? ''
    const row = book.rows.get(name)
    const next = after && rowOf(book, after, input.nodeNamed)
    if (next === 'foreign') return undefined
    if (row && next && saysTheSame(row.endpoint, next.endpoint)) {
      book.rows.set(name, { ...row, pod: next.pod })
      continue
    }
    if (row?.slice) touched.add(row.slice)
    if (next) {
      book.rows.set(name, next)
      unplaced.push(next)
    } else book.rows.delete(name)
  }
  if (book.rows.size === 0) return undefined
  if (touched.size === 0 && unplaced.length === 0) return { creates: [], updates: [], deletes: [], problems: [] }
  const { family, group, ports } = book
  const groups = new Map([[group, { ports, wanted: wantedOf(book, touched, unplaced) }]])
  // What is touched has to be entered anew: should it not be written, the book is no longer right.
  book.slices = book.slices.filter(slice => !touched.has(slice))
  return { ...writeGroups({ input, family, groups, settled: new Set(book.slices) }), problems: [] }
}

/** What the touched slices shall hold and what has no slice yet, in the order in which it is to be placed. */
function wantedOf(book: Book, touched: ReadonlySet<EndpointSlice>, unplaced: readonly Row[]): Endpoint[] {
  const endpoints = new Map<Pod, Endpoint>(unplaced.map(({ pod, endpoint }) => [pod, endpoint]))
  for (const slice of touched) {
    for (const { targetRef } of slice.endpoints) {
      const row = book.rows.get(targetRef?.name ?? '')
      if (row?.slice === slice) endpoints.set(row.pod, row.endpoint)
    }
  }
  return byAge([...endpoints.keys()]).map(pod => endpoints.get(pod) as Endpoint)
}

/** A Pod's row in this book; undefined when it is no endpoint, `foreign` when the book has no place for what it is. */
function rowOf(book: Book, pod: Pod, nodeNamed: NodeNamed): Row | 'foreign' | undefined {
  const part = partOf({ service: book.service, nodeNamed }, pod, book.family)
  if (!part) return undefined
  if (part.problem !== undefined || part.group !== book.group || !part.endpoint) return 'foreign'
  const { nodeName } = pod.spec
  if (nodeName && !book.zones.has(nodeName)) book.zones.set(nodeName, zoneOf(nodeNamed, nodeName))
  // Frozen, so that a slice that is written again shares it.
  return { pod, endpoint: deepFreeze(part.endpoint), slice: undefined }
}

function saysTheSame(a: Endpoint, b: Endpoint): boolean {
  return endpointKey(a) === endpointKey(b) && sameEndpoint(a, b)
}

/** A book of all Pods, none of them in a slice yet; undefined where there is something that a book cannot hold. */
function newBook(input: LedgerInput, slices: readonly EndpointSlice[]): Book | undefined {
  const { service, maxEndpoints, nodeNamed } = input
  const [family, ...others] = addressTypes(service)
  const ports = slices[0]?.ports
  if (family === undefined || others.length > 0 || !slices[0] || hintMode(service) !== 'none') return undefined
  const group = portGroupKey(ports)
  const rows = new Map<string, Row>()
  const zones = new Map<string, string | null>()
  const book: Book = { service, family, maxEndpoints, group, ports: sortPorts(ports ?? []), rows, zones, slices: [] }
  for (const pod of input.pods) {
    const row = rowOf(book, pod, nodeNamed)
    if (row === 'foreign') return undefined
    if (row) rows.set(pod.metadata.name, row)
  }
  return book
}

/** Enters in which slice each Pod stands; false when the slices do not say exactly what the rows do. */
function enter(book: Book, slices: readonly EndpointSlice[]): boolean {
  const known = new Set(book.slices)
  const present = new Set(slices)
  let count = 0
  for (const slice of slices) {
    count += slice.endpoints.length
    if (known.has(slice)) continue
    if (slice.addressType !== book.family || !isOwnedBy(book.service, slice)) return false
    if (portGroupKey(slice.ports) !== book.group) return false
    for (const endpoint of slice.endpoints) {
      const name = endpoint.targetRef?.name ?? ''
      const row = book.rows.get(name)
      const twice = row?.slice !== undefined && present.has(row.slice)
      if (!row || twice || !saysTheSame(row.endpoint, endpoint)) return false
      book.rows.set(name, { pod: row.pod, endpoint, slice })
    }
  }
  book.slices = slices
  return count === book.rows.size
}

function zoneOf(nodeNamed: NodeNamed, name: string): string | null {
  const node = nodeNamed(name)
  return node ? (node.metadata.labels?.[ZONE_LABEL] ?? '') : null
}
