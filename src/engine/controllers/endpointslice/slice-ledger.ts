// Remembers for one Service what its last sync led to, so that the next weighs only the Pods that changed and the slices they
// stand in. It gives exactly the writes of `reconcileSlices` over all Pods, which it asks whenever it is not sure: after a
// failed write, when somebody else touched a slice, when the Service changed or a Node's zone. Derived from the store: no
// part of a snapshot.

import type { EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { IPFamily, Service } from '../../api/service/service.ts'
import { sameJson } from '../../kernel/json.ts'
import { EndpointMaker, type PodPart } from './pod-endpoint.ts'
import { FamilyWrites, reconcileAll, type ReconcileInput, type SliceWrites } from './reconcile-slices.ts'
import { byAge } from './service-index.ts'
import type { PodChanges } from './service-pods.ts'
import { SliceBook } from './slice-book.ts'

/** As `ReconcileInput`, but all Pods and all slices are only listed when they have to be. */
export interface LedgerInput extends Omit<ReconcileInput, 'pods' | 'existing'> {
  /** The Pods that changed since the last sync; undefined when that is not known. */
  readonly changes: PodChanges | undefined
  /** A number that grows whenever a Node comes, goes or is in another zone. */
  readonly nodesAt: number
  readonly listPods: () => readonly Pod[]
  readonly listSlices: () => readonly EndpointSlice[]
}

/** The slices that came of writes, in any order. */
export interface MadeWrites {
  readonly written: readonly EndpointSlice[]
  readonly deleted: readonly EndpointSlice[]
}

interface Known {
  readonly service: Service
  readonly maker: EndpointMaker
  readonly books: readonly SliceBook[]
  nodesAt: number
}

/** What a look at all Pods found; it becomes a book when its writes are made. */
interface Look {
  readonly maker: EndpointMaker
  readonly parts: ReadonlyMap<IPFamily, readonly PodPart[]>
}

/** A look whose writes are made, and the slices as they stood then; it is opened when the first change comes. */
interface Closed extends Look {
  readonly service: Service
  readonly slices: readonly EndpointSlice[]
  readonly nodesAt: number
}

export class SliceLedger {
  #known: Known | undefined
  #look: Look | undefined
  #closed: Closed | undefined

  /** The writes for this sync. When all of them were made, `settle` must be told, and otherwise `forget`. */
  reconcile(input: LedgerInput): SliceWrites {
    const known = this.#known ?? (input.changes && this.#closed && opened(this.#closed))
    this.forget()
    const writes = known && input.changes && holds(known, input) ? plan(known, input, input.changes) : undefined
    if (writes) {
      this.#known = known
      return writes
    }
    const maker = new EndpointMaker(input.service, input.nodeNamed)
    const { writes: all, parts } = reconcileAll(
      { ...input, pods: byAge(input.listPods()), existing: input.listSlices() },
      maker,
    )
    this.#look = { maker, parts }
    return all
  }

  /** All the writes of the last `reconcile` were made. */
  settle({ service, nodesAt, listSlices }: LedgerInput, { written, deleted }: MadeWrites): void {
    const look = this.#look
    const known = this.#known
    this.forget()
    if (known) {
      const fit = known.books.every(book =>
        book.settle(
          written.filter(slice => slice.addressType === book.family),
          deleted,
        ),
      )
      if (fit) this.#known = known
    } else if (look) this.#closed = { ...look, service, nodesAt, slices: listSlices() }
  }

  /** The writes were not made, or not all of them, or somebody else wrote a slice: the next sync looks at everything. */
  forget(): void {
    this.#known = undefined
    this.#look = undefined
    this.#closed = undefined
  }
}

/** The books of a look, or undefined when its slices do not say exactly what its Pods are. */
function opened({ parts, slices, service, maker, nodesAt }: Closed): Known | undefined {
  const books = [...parts].map(([family, own]) => new SliceBook(family, service, maker, own))
  const fit = books.every(book =>
    book.enter(
      service,
      slices.filter(slice => slice.addressType === book.family),
    ),
  )
  return fit ? { service, maker, books, nodesAt } : undefined
}

/** Whether all but the Pods is still as it was. */
function holds(known: Known, { service, nodesAt }: LedgerInput): boolean {
  if (service !== known.service && !isAlike(service, known.service)) return false
  if (nodesAt !== known.nodesAt && !known.maker.zonesHold()) return false
  known.nodesAt = nodesAt
  return true
}

function plan({ books }: Known, input: LedgerInput, changes: PodChanges): SliceWrites | undefined {
  const merged = new FamilyWrites(input)
  for (const book of books) {
    const planned = book.plan(changes, input, merged.hintState)
    if (!planned) return undefined
    merged.add(book.family, planned)
  }
  return merged.all([])
}

/** Whether two states of a Service differ in nothing that its slices say, as when only its status was written. */
function isAlike(a: Service, b: Service): boolean {
  return (
    a.metadata.uid === b.metadata.uid &&
    sameJson(a.spec, b.spec) &&
    sameJson(a.metadata.labels, b.metadata.labels) &&
    sameJson(a.metadata.annotations, b.metadata.annotations)
  )
}
