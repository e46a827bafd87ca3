// The API server: holds all objects, admits every write, numbers it, and tells the watchers in order. Reads are of the
// current state. Several writes can be made to stand or fall together (`transaction`), which the real server cannot; the
// playground needs it so that a manifest is applied as a whole or not at all.

import {
  accepted,
  alreadyExists,
  conflict,
  forbidden,
  inTerminatingNamespace,
  notFound,
  refused,
  type ApiStatus,
  type Result,
} from '../api/api-status.ts'
import type { ClusterSettings } from '../api/cluster-settings.ts'
import { ALL_KINDS, KINDS, type AnyObject, type Kind, type KindMap } from '../api/kind-registry.ts'
import type { Draft, ObjectMeta } from '../api/meta.ts'
import { newUid } from '../kernel/uid.ts'
import { invariant } from '../kernel/invariant.ts'
import { blocksOf } from '../kernel/ip-block.ts'
import { sameJson } from '../kernel/json.ts'
import type { Part } from '../kernel/part.ts'
import type { Random } from '../kernel/rng.ts'
import { formatTimestamp } from '../kernel/timestamp.ts'
import { addressRange } from './allocators.ts'
import { admitCreate, admitUpdate, type AdmissionContext } from './admission.ts'
import type { DeleteOptions, StoreClient, WatchEvent } from './client.ts'
import { isReadyToGo, planDeletion } from './deletion.ts'
import { EventHistory } from './history.ts'
import { ActorClient } from './actor-client.ts'
import { generatedName } from './new-names.ts'
import { namespaceOf, ObjectSet } from './object-set.ts'
import { ObjectTexts } from './object-texts.ts'
import { tableKey, type ObjectTableKey } from './object-table.ts'
import { seal } from './seal.ts'

interface StoreOptions {
  readonly random: Random
  readonly settings: () => ClusterSettings
  /** Milliseconds since 1970, in virtual time. */
  readonly wallMs: () => number
}

interface SavedStore {
  readonly revision: number
  readonly objects: readonly AnyObject[]
}

interface Change {
  readonly kind: Kind
  readonly key: ObjectTableKey
  readonly before: AnyObject | undefined
}

interface Transaction {
  readonly revision: number
  readonly changes: Change[]
  readonly events: WatchEvent[]
}

const MODIFIED_MEANWHILE = 'the object has been modified; please apply your changes to the latest version and try again'
const LASTING_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public'])
const STREAMS = ['uid', 'generated-name', 'cluster-ip', 'node-port'] as const

export class ClusterStore implements Part {
  readonly partName = 'store'
  readonly #options: StoreOptions
  /** Printed objects, for whoever answers with them. */
  readonly texts = new ObjectTexts()
  readonly #objects = new ObjectSet()
  readonly #history = new EventHistory()
  readonly #handlers = new Map<Kind, ((event: WatchEvent) => void)[]>()
  #revision = 0
  #transaction: Transaction | undefined
  #telling = false

  constructor(options: StoreOptions) {
    this.#options = options
    // The streams exist from the start, so that a check that is rolled back leaves no trace of itself.
    for (const name of STREAMS) options.random.stream(name)
  }

  /** The face through which `actor` reads and writes. */
  client(actor: string): StoreClient {
    return new ActorClient(actor, this)
  }

  get settings(): ClusterSettings {
    return this.#options.settings()
  }

  get objects(): ObjectSet {
    return this.#objects
  }

  /** The number of the last write: the resourceVersion of the whole. */
  get revision(): number {
    return this.#revision
  }

  get history(): EventHistory {
    return this.#history
  }

  /**
   * Does several writes as one: with `commit` all stand and the watchers hear of them afterwards, in order; otherwise
   * nothing has happened, not even a number drawn. Transactions do not nest.
   */
  transaction<T>(work: () => { readonly commit: boolean; readonly value: T }): T {
    invariant(!this.#transaction, 'a transaction was begun inside another')
    const random = this.#options.random.save()
    const transaction: Transaction = { revision: this.#revision, changes: [], events: [] }
    this.#transaction = transaction
    let commit = false
    try {
      const outcome = work()
      commit = outcome.commit
      return outcome.value
    } finally {
      this.#transaction = undefined
      if (commit) for (const event of transaction.events) this.#deliver(event)
      else {
        this.#rollBack(transaction)
        this.#options.random.load(random)
      }
    }
  }

  create<K extends Kind>(kind: K, draft: Draft<KindMap[K]>): Result<KindMap[K]> {
    const info = KINDS[kind]
    const namespace = info.namespaced ? (draft.metadata.namespace ?? 'default') : ''
    const missing = info.namespaced ? this.#namespaceRefusal(kind, namespace, draft.metadata.name ?? '') : undefined
    if (missing) return refused(missing)
    const name = this.#nameFor(kind, namespace, draft.metadata)
    const key = tableKey(namespace, name)
    const metadata: ObjectMeta = {
      ...draft.metadata,
      name,
      namespace: info.namespaced ? namespace : undefined,
      uid: newUid(this.#options.random.stream('uid')),
      resourceVersion: '',
      creationTimestamp: formatTimestamp(this.#options.wallMs()),
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
    }
    const object = { ...draft, apiVersion: info.apiVersion, kind, metadata } as unknown as KindMap[K]
    const admitted = admitCreate(kind, object, metadata, this.#admission(key))
    if (!admitted.ok) return admitted
    if (this.#objects.table(kind).get(key)) return refused(alreadyExists(info, name))
    return accepted(this.#write(kind, key, admitted.value))
  }

  update<K extends Kind>(kind: K, object: KindMap[K]): Result<KindMap[K]> {
    const found = this.#current(kind, object)
    if (!found.ok) return found
    const old = found.value
    const key = tableKey(namespaceOf(kind, old), old.metadata.name)
    const admitted = admitUpdate(kind, object, old, this.#admission(key))
    if (!admitted.ok) return admitted
    if (sameJson(admitted.value, old)) return accepted(old)
    return accepted(this.#writeOrEnd(kind, key, admitted.value))
  }

  /** Replaces the status; `withMeta`: metadata too, as it is given, which the caller has validated. */
  updateStatus<K extends Kind>(kind: K, object: KindMap[K], { withMeta = false } = {}): Result<KindMap[K]> {
    invariant(KINDS[kind].hasStatus, `${kind} has no status subresource`)
    const found = this.#current(kind, object)
    if (!found.ok) return found
    const old = found.value as KindMap[K] & { readonly status?: unknown }
    const status = (object as { readonly status?: unknown }).status
    const { resourceVersion } = old.metadata
    const metadata = withMeta ? { ...object.metadata, resourceVersion } : old.metadata
    if (sameJson(status, old.status) && sameJson(metadata, old.metadata)) return accepted(old)
    return accepted(
      this.#writeOrEnd(kind, tableKey(namespaceOf(kind, old), old.metadata.name), { ...old, metadata, status }),
    )
  }

  /** Writes the finalizers of a Namespace; one that is being deleted goes with the last of them. */
  finalizeNamespace(namespace: KindMap['Namespace']): Result<KindMap['Namespace']> {
    const found = this.#current('Namespace', namespace)
    if (!found.ok) return found
    const old = found.value
    const after = {
      ...old,
      spec: namespace.spec,
      metadata: { ...namespace.metadata, resourceVersion: old.metadata.resourceVersion },
    }
    if (sameJson(after, old)) return accepted(old)
    return accepted(this.#writeOrEnd('Namespace', tableKey('', old.metadata.name), after))
  }

  delete<K extends Kind>(kind: K, namespace: string, name: string, options: DeleteOptions = {}): Result<KindMap[K]> {
    const info = KINDS[kind]
    const key = tableKey(info.namespaced ? namespace : '', name)
    const object = this.#objects.table(kind).get(key)
    if (!object) return refused(notFound(info, name))
    const { uid } = object.metadata
    if (options.preconditionUid !== undefined && options.preconditionUid !== uid) {
      const why = `the UID in the precondition (${options.preconditionUid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`
      return refused(conflict({ ...info, resource: kind }, name, why))
    }
    if (kind === 'Namespace') {
      if (LASTING_NAMESPACES.has(name)) return refused(forbidden(info, name, 'this namespace may not be deleted'))
      if (options.withContents) {
        this.#emptyNamespace(name)
        return accepted(this.#remove(kind, key, object))
      }
    }
    const plan = planDeletion(kind, object, options, this.#options.wallMs())
    if (plan.type === 'keep') return accepted(plan.changed ? this.#write(kind, key, plan.object) : object)
    // A Pod's deletion is written before it is carried out, even if both come at once; other kinds know no grace.
    const marked = kind === 'Pod' && plan.object !== object ? this.#write(kind, key, plan.object) : plan.object
    return accepted(this.#end(kind, key, marked))
  }

  watch<K extends Kind>(kinds: readonly K[], handler: (event: WatchEvent<K>) => void): void {
    for (const kind of kinds) {
      const handlers = this.#handlers.get(kind) ?? []
      handlers.push(handler as unknown as (event: WatchEvent) => void)
      this.#handlers.set(kind, handlers)
    }
  }

  save(): SavedStore {
    return { revision: this.#revision, objects: this.#objects.all() }
  }

  load(saved: SavedStore): void {
    for (const kind of ALL_KINDS) {
      for (const object of this.#objects.table(kind).list(undefined)) {
        this.#objects.put(kind, tableKey(namespaceOf(kind, object), object.metadata.name), undefined)
      }
    }
    for (const object of saved.objects) {
      const kind = object.kind as Kind
      this.#objects.put(kind, tableKey(namespaceOf(kind, object), object.metadata.name), seal(object))
    }
    this.#revision = saved.revision
    this.#history.reset(saved.revision)
  }

  #admission(key: ObjectTableKey): AdmissionContext {
    const settings = this.#options.settings()
    return {
      settings,
      objects: this.#objects,
      key,
      clusterIPRanges: () => blocksOf(settings['service-cluster-ip-range']).map(addressRange),
      nodePortRange: settings['service-node-port-range'],
      clusterIPRandom: this.#options.random.stream('cluster-ip'),
      nodePortRandom: this.#options.random.stream('node-port'),
    }
  }

  #namespaceRefusal(kind: Kind, namespace: string, name: string): ApiStatus | undefined {
    const found = this.#objects.get('Namespace', '', namespace)
    if (!found) return notFound(KINDS.Namespace, namespace)
    if (found.metadata.deletionTimestamp === undefined) return undefined
    return inTerminatingNamespace(KINDS[kind], name, namespace)
  }

  /** The name asked for, or one that is free made from `generateName`; '' when neither is given, for validation to refuse. */
  #nameFor(kind: Kind, namespace: string, metadata: Draft<AnyObject>['metadata']): string {
    if (metadata.name) return metadata.name
    if (!metadata.generateName) return ''
    const stream = this.#options.random.stream('generated-name')
    return generatedName(metadata.generateName, stream, name => !this.#objects.get(kind, namespace, name))
  }

  /** The stored object that a write is about, or why the write cannot be: not there, or changed meanwhile. */
  #current<K extends Kind>(kind: K, object: KindMap[K]): Result<KindMap[K]> {
    const info = KINDS[kind]
    const { name, uid, resourceVersion } = object.metadata
    const old = this.#objects.get(kind, namespaceOf(kind, object), name)
    if (!old) return refused(notFound(info, name))
    if (uid && uid !== old.metadata.uid) {
      const why = `StorageError: invalid object, Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`
      return refused(conflict(info, name, why))
    }
    if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) {
      return refused(conflict(info, name, MODIFIED_MEANWHILE))
    }
    return accepted(old)
  }

  #write<K extends Kind>(kind: K, key: ObjectTableKey, object: KindMap[K]): KindMap[K] {
    const numbered = this.#numbered(object, this.#objects.table(kind).get(key))
    const previous = this.#put(kind, key, numbered)
    this.#tell({ type: previous ? 'MODIFIED' : 'ADDED', kind, object: numbered, previous } as unknown as WatchEvent)
    return numbered
  }

  #writeOrEnd<K extends Kind>(kind: K, key: ObjectTableKey, object: KindMap[K]): KindMap[K] {
    return isReadyToGo(kind, object) ? this.#end(kind, key, object) : this.#write(kind, key, object)
  }

  #end<K extends Kind>(kind: K, key: ObjectTableKey, object: KindMap[K]): KindMap[K] {
    const removed = this.#remove(kind, key, object)
    if (kind === 'Service') this.#removeEndpointsOf(key)
    return removed
  }

  #remove<K extends Kind>(kind: K, key: ObjectTableKey, object: KindMap[K]): KindMap[K] {
    const last = this.#numbered(object, this.#objects.table(kind).get(key))
    const previous = this.#put(kind, key, undefined)
    this.#tell({ type: 'DELETED', kind, object: last, previous } as unknown as WatchEvent)
    return last
  }

  /** The object with the next revision, sealed; `old` is the one in its place. */
  #numbered<K extends Kind>(object: KindMap[K], old: KindMap[K] | undefined): KindMap[K] {
    invariant(!this.#telling, 'a watch handler wrote to the store')
    this.#revision++
    return seal({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } }, old)
  }

  #put<K extends Kind>(kind: K, key: ObjectTableKey, object: KindMap[K] | undefined): KindMap[K] | undefined {
    const before = this.#objects.put(kind, key, object)
    this.#transaction?.changes.push({ kind, key, before })
    return before
  }

  #tell(event: WatchEvent): void {
    if (this.#transaction) this.#transaction.events.push(event)
    else this.#deliver(event)
  }

  #deliver(event: WatchEvent): void {
    this.#telling = true
    try {
      this.#history.add(event)
      for (const handler of this.#handlers.get(event.kind) ?? []) handler(event)
    } finally {
      this.#telling = false
    }
  }

  #rollBack(transaction: Transaction): void {
    for (const { kind, key, before } of transaction.changes.toReversed()) this.#objects.put(kind, key, before)
    this.#revision = transaction.revision
  }

  // Everything in the namespace goes at once, finalizers or not.
  #emptyNamespace(namespace: string): void {
    for (const kind of ALL_KINDS) {
      if (!KINDS[kind].namespaced) continue
      for (const object of this.#objects.table(kind).list(namespace)) {
        this.#remove(kind, tableKey(namespace, object.metadata.name), object)
      }
    }
  }

  // The Endpoints of a Service go with it, even when written by hand.
  #removeEndpointsOf(key: ObjectTableKey): void {
    const endpoints = this.#objects.table('Endpoints').get(key)
    if (endpoints) this.#remove('Endpoints', key, endpoints)
  }
}
