// The store as one actor sees it: reads are lookups in its tables, writes are the store's own.

import type { Result } from '../api/api-status.ts'
import { KINDS, type Kind, type KindMap } from '../api/kind-registry.ts'
import type { Draft, Labels } from '../api/meta.ts'
import type { DeleteOptions, StoreClient, WatchEvent } from './client.ts'
import { nodeTerm, otherOwnerTerm, ownerTerm, sliceTerm, type ObjectSet } from './object-set.ts'

type Writes = 'create' | 'update' | 'updateStatus' | 'finalizeNamespace' | 'delete' | 'watch'

/** What of the store a client stands in front of. */
interface ClientStore extends Pick<StoreClient, Writes> {
  readonly objects: ObjectSet
}

export class ActorClient implements StoreClient {
  readonly actor: string
  readonly #store: ClientStore

  constructor(actor: string, store: ClientStore) {
    this.actor = actor
    this.#store = store
  }

  get<K extends Kind>(kind: K, namespace: string, name: string): KindMap[K] | undefined {
    return this.#store.objects.get(kind, KINDS[kind].namespaced ? namespace : '', name)
  }

  list<K extends Kind>(kind: K, namespace?: string): readonly KindMap[K][] {
    return this.#store.objects.table(kind).list(KINDS[kind].namespaced ? namespace : undefined)
  }

  podsOnNode(nodeName: string): readonly KindMap['Pod'][] {
    return this.#store.objects.table('Pod').withTerm(nodeTerm(nodeName))
  }

  podsWithLabels(namespace: string, labels: Labels): readonly KindMap['Pod'][] {
    return this.#store.objects.podsWithLabels(namespace, labels)
  }

  ownedBy<K extends Kind>(kind: K, ownerUid: string): readonly KindMap[K][] {
    return this.#store.objects.table(kind).withTerm(ownerTerm(ownerUid))
  }

  dependentsOf<K extends Kind>(kind: K, ownerUid: string): readonly KindMap[K][] {
    const table = this.#store.objects.table(kind)
    return [...table.withTerm(ownerTerm(ownerUid)), ...table.withTerm(otherOwnerTerm(ownerUid))]
  }

  slicesOfService(namespace: string, service: string): readonly KindMap['EndpointSlice'][] {
    return this.#store.objects.table('EndpointSlice').withTerm(sliceTerm(namespace, service))
  }

  create<K extends Kind>(kind: K, object: Draft<KindMap[K]>): Result<KindMap[K]> {
    return this.#store.create(kind, object)
  }

  update<K extends Kind>(kind: K, object: KindMap[K]): Result<KindMap[K]> {
    return this.#store.update(kind, object)
  }

  updateStatus<K extends Kind>(
    kind: K,
    object: KindMap[K],
    options?: { readonly withMeta?: boolean },
  ): Result<KindMap[K]> {
    return this.#store.updateStatus(kind, object, options)
  }

  finalizeNamespace(namespace: KindMap['Namespace']): Result<KindMap['Namespace']> {
    return this.#store.finalizeNamespace(namespace)
  }

  delete<K extends Kind>(kind: K, namespace: string, name: string, options?: DeleteOptions): Result<KindMap[K]> {
    return this.#store.delete(kind, namespace, name, options)
  }

  watch<K extends Kind>(kinds: readonly K[], handler: (event: WatchEvent<K>) => void): void {
    this.#store.watch(kinds, handler)
  }
}
