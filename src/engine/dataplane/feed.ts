// What the API server has told the data plane, in the order in which it was written. Everybody who listens (each node's
// proxy, cluster DNS) stands at a place of its own in this one list, so that hearing late costs a number and not a copy.
// Entries that all listeners have heard are forgotten.

import type { EndpointSlice } from '../api/endpointslice/endpointslice.ts'
import type { Node } from '../api/node/node.ts'
import { ZONE_LABEL } from '../api/node/node.ts'
import type { Service } from '../api/service/service.ts'
import { invariant } from '../kernel/invariant.ts'
import { sameJson } from '../kernel/json.ts'
import type { WatchEvent } from '../store/client.ts'
import { serviceNameOf } from './proxy/service-rules.ts'
import { ServiceState } from './service-state.ts'

/** What a proxy reads of its own Node. */
export interface NodeFacts {
  readonly name: string
  readonly zone: string
  readonly addresses: readonly string[]
}

export type FeedEntry = { readonly seq: number; readonly atMs: number } & (
  | { readonly state: ServiceState; readonly node?: undefined }
  | { readonly node: NodeFacts; readonly state?: undefined }
)

export class Feed {
  /** Every Service (and every name that has slices) as the API server has it now. */
  readonly #latest = new Map<string, ServiceState>()
  #entries: FeedEntry[] = []
  #nextSeq = 0

  /** The number that the next entry will have. */
  get end(): number {
    return this.#nextSeq
  }

  get latest(): ReadonlyMap<string, ServiceState> {
    return this.#latest
  }

  /** The entries that are not forgotten yet, in order. */
  get entries(): readonly FeedEntry[] {
    return this.#entries
  }

  /** The entry of that number; undefined when it has not been written. Forgotten ones must not be asked for. */
  entry(seq: number): FeedEntry | undefined {
    if (seq >= this.#nextSeq) return undefined
    const entry = this.#entries[seq - this.#firstSeq]
    invariant(entry, `entry ${seq} of the feed was forgotten too early`)
    return entry
  }

  /** Takes a write to a Service or an EndpointSlice; says whether there is something new to hear. */
  takeObject(event: WatchEvent<'Service'> | WatchEvent<'EndpointSlice'>, atMs: number): boolean {
    const before = this.#nextSeq
    if (event.kind === 'Service') this.#takeService(event.object, event.type === 'DELETED', atMs)
    else this.#takeSlice(event, atMs)
    return this.#nextSeq > before
  }

  /** Takes a write to a Node; only what a proxy reads of it makes an entry. */
  takeNode(object: Node, previous: Node | undefined, atMs: number): boolean {
    const node = nodeFacts(object)
    if (previous && sameJson(nodeFacts(previous), node)) return false
    this.#entries.push({ seq: this.#nextSeq++, atMs, node })
    return true
  }

  /** Forgets all entries before `seq`. */
  forgetBefore(seq: number): void {
    const count = Math.min(seq - this.#firstSeq, this.#entries.length)
    if (count > 0) this.#entries = this.#entries.slice(count)
  }

  load(saved: {
    readonly latest: readonly ServiceState[]
    readonly entries: readonly FeedEntry[]
    readonly nextSeq: number
  }): void {
    this.#latest.clear()
    for (const state of saved.latest) this.#latest.set(state.key, state)
    this.#entries = [...saved.entries]
    this.#nextSeq = saved.nextSeq
  }

  get #firstSeq(): number {
    return this.#nextSeq - this.#entries.length
  }

  #takeService(service: Service, deleted: boolean, atMs: number): void {
    const state = this.#stateOf(`${service.metadata.namespace ?? ''}/${service.metadata.name}`)
    this.#put(state.withService(deleted ? undefined : service), atMs)
  }

  #takeSlice({ type, object, previous }: WatchEvent<'EndpointSlice'>, atMs: number): void {
    const key = serviceKeyOf(object)
    const previousKey = previous && serviceKeyOf(previous)
    if (previousKey !== undefined && previousKey !== key) {
      this.#put(this.#stateOf(previousKey).withoutSlice(object.metadata.name), atMs)
    }
    if (key === undefined) return
    const state = this.#stateOf(key)
    this.#put(type === 'DELETED' ? state.withoutSlice(object.metadata.name) : state.withSlice(object), atMs)
  }

  #stateOf(key: string): ServiceState {
    return this.#latest.get(key) ?? new ServiceState(key, undefined, [])
  }

  #put(state: ServiceState, atMs: number): void {
    if (state.isEmpty) this.#latest.delete(state.key)
    else this.#latest.set(state.key, state)
    this.#entries.push({ seq: this.#nextSeq++, atMs, state })
  }
}

export function nodeFacts(node: Node): NodeFacts {
  return {
    name: node.metadata.name,
    zone: node.metadata.labels?.[ZONE_LABEL] ?? '',
    addresses: (node.status?.addresses ?? [])
      .filter(({ type }) => type === 'InternalIP' || type === 'ExternalIP')
      .map(({ address }) => address),
  }
}

function serviceKeyOf(slice: EndpointSlice): string | undefined {
  const name = serviceNameOf(slice)
  return name === '' ? undefined : `${slice.metadata.namespace ?? ''}/${name}`
}
