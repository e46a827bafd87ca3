// Deletes what has outlived its owners, and carries out what a deletion asks of dependents, after
// pkg/controller/garbagecollector. In the background: an object goes, with its own normal grace, when its last living owner
// has gone. In the foreground: an owner waits until the dependents that block it are gone. Orphaned: they forget it.
// Left out: the graph of the real collector, since owners and dependents are looked up in the store.

import { ALL_KINDS, KINDS, type AnyObject, type Kind, type KindMap } from '../../api/kind-registry.ts'
import type { OwnerReference } from '../../api/meta.ts'
import type { Part } from '../../kernel/part.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionDraft } from '../runtime/decision.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import { isTerminating } from '../runtime/pod-facts.ts'
import { WorkQueue, type SavedWorkQueue, type SyncOutcome } from '../runtime/work-queue.ts'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'
/** From an owner's end to the collector's first delete, as measured on a real control plane. */
const COLLECT_DELAY_MS = 8
/** Kinds that are written often, and have neither owners nor dependents here: a Lease goes with its Node by the kubelet's hand. */
const UNWATCHED: ReadonlySet<Kind> = new Set<Kind>(['Event', 'Lease'])
const WATCHED: readonly Kind[] = ALL_KINDS.filter(kind => !UNWATCHED.has(kind))

export class GarbageCollector implements Part {
  readonly partName = 'garbage'
  readonly #client: StoreClient
  readonly #queue: WorkQueue
  readonly #decide: DecisionVoice

  constructor(context: ControllerRuntime) {
    this.#decide = context.decisions.voice('generic-garbage-collector')
    this.#client = context.client('generic-garbage-collector')
    // A key is the uid of an owner that is gone or was never there, or `kind/namespace/name` of one that waits to go.
    this.#queue = new WorkQueue(context, {
      name: 'garbage',
      backOffBaseMs: 5,
      backOffMaxMs: 1_000_000,
      sync: key => this.#sync(key),
    })
    this.#client.watch(WATCHED, (event: WatchEvent) => this.#notice(event))
  }

  save(): SavedWorkQueue {
    return this.#queue.save()
  }

  load(saved: SavedWorkQueue): void {
    this.#queue.load(saved)
  }

  #notice({ type, object, previous }: WatchEvent): void {
    if (type === 'DELETED') {
      if (this.#hasDependents(object)) this.#queue.notice(object.metadata.uid, COLLECT_DELAY_MS)
      this.#noticeOwners(object, object.metadata.ownerReferences)
      return
    }
    if (isWaiting(object)) this.#queue.notice(keyOf(object), COLLECT_DELAY_MS)
    const owners = object.metadata.ownerReferences
    const before = previous?.metadata.ownerReferences
    if (owners === before) return
    this.#noticeOwners(object, before)
    const gone = owners?.find(owner => this.#ownerOf(object, owner) === undefined)
    if (gone) this.#queue.notice(gone.uid, COLLECT_DELAY_MS)
  }

  // Owners that wait for their dependents have one less to wait for.
  #noticeOwners(object: AnyObject, owners: readonly OwnerReference[] | undefined): void {
    for (const reference of owners ?? []) {
      const owner = this.#ownerOf(object, reference)
      if (typeof owner === 'object' && isWaiting(owner)) this.#queue.notice(keyOf(owner), COLLECT_DELAY_MS)
    }
  }

  #sync(key: string): SyncOutcome {
    const [kind = '', namespace = '', name] = key.split('/')
    if (name === undefined) {
      for (const dependent of this.#dependentsOf(key)) this.#collect(dependent)
      return 'done'
    }
    const owner = this.#client.get(kind as Kind, namespace, name)
    if (!owner || !isWaiting(owner)) return 'done'
    return has(owner, ORPHAN) ? this.#orphan(owner) : this.#goOn(owner)
  }

  #orphan(owner: AnyObject): SyncOutcome {
    const { uid } = owner.metadata
    for (const dependent of this.#dependentsOf(uid)) {
      const ownerReferences = dependent.metadata.ownerReferences?.filter(reference => reference.uid !== uid)
      if (!this.#update(dependent, { ownerReferences })) return 'retry'
      const because = { rule: 'orphan-asked', owner: owner.metadata.name } as const
      this.#decide(() => ({ code: 'object-orphaned', about: dependent, because, related: [owner] }))
    }
    return this.#withoutFinalizer(owner, ORPHAN)
  }

  // An owner in the foreground: its dependents are to go, and it goes after those that block it.
  #goOn(owner: AnyObject): SyncOutcome {
    const { uid } = owner.metadata
    const dependents = this.#dependentsOf(uid)
    const blocks = (reference: OwnerReference): boolean =>
      reference.uid === uid && reference.blockOwnerDeletion === true
    const isFree = !dependents.some(({ metadata }) => metadata.ownerReferences?.some(blocks))
    for (const dependent of dependents) this.#collect(dependent)
    return isFree ? this.#withoutFinalizer(owner, FOREGROUND) : 'done'
  }

  /** Deletes an object unless an owner lives that is not itself waiting for it; then it forgets the others. */
  #collect(object: AnyObject): void {
    if (isTerminating(object)) return
    const owners = object.metadata.ownerReferences ?? []
    const living = owners.map(reference => [reference, this.#ownerOf(object, reference)] as const)
    const solid = living.filter(
      ([, owner]) => owner !== undefined && !(typeof owner === 'object' && isForeground(owner)),
    )
    if (solid.length > 0) {
      if (solid.length < owners.length) this.#update(object, { ownerReferences: solid.map(([reference]) => reference) })
      return
    }
    const isAwaited = living.some(([, owner]) => owner !== undefined)
    // Owners that go round in a circle would wait for one another for ever.
    if (isAwaited && this.#dependentsOf(object.metadata.uid).some(isForeground))
      this.#update(object, { ownerReferences: owners.map(owner => ({ ...owner, blockOwnerDeletion: false })) })
    const { namespace = '', name, uid } = object.metadata
    this.#decide(() => collected(object, isAwaited))
    this.#client.delete(object.kind as Kind, namespace, name, {
      preconditionUid: uid,
      propagationPolicy: isAwaited && this.#hasDependents(object) ? 'Foreground' : undefined,
    })
  }

  #withoutFinalizer(object: AnyObject, finalizer: string): SyncOutcome {
    const finalizers = object.metadata.finalizers?.filter(one => one !== finalizer)
    return this.#update(object, { finalizers }) ? 'done' : 'retry'
  }

  #update(object: AnyObject, change: Partial<AnyObject['metadata']>): boolean {
    const changed = { ...object, metadata: { ...object.metadata, ...change } } as KindMap[Kind]
    return this.#client.update(object.kind as Kind, changed).ok
  }

  #hasDependents({ metadata: { uid } }: AnyObject): boolean {
    return WATCHED.some(kind => this.#client.dependentsOf(kind, uid).length > 0)
  }

  #dependentsOf(uid: string): readonly AnyObject[] {
    return WATCHED.flatMap((kind): readonly AnyObject[] => this.#client.dependentsOf(kind, uid))
  }

  /** The owner, or undefined when it is gone. One of a kind that this cluster does not know is taken to be there. */
  #ownerOf(object: AnyObject, { kind, name, uid }: OwnerReference): AnyObject | 'unknown' | undefined {
    if (!Object.hasOwn(KINDS, kind)) return 'unknown'
    const namespace = KINDS[kind as Kind].namespaced ? (object.metadata.namespace ?? '') : ''
    const owner = this.#client.get(kind as Kind, namespace, name)
    return owner?.metadata.uid === uid ? owner : undefined
  }
}

/** Deleted since its owners are gone, or since one waits for it. */
function collected(about: AnyObject, isAwaited: boolean): DecisionDraft {
  const references = about.metadata.ownerReferences ?? []
  const owners = references.map(({ kind, name }) => `${kind}/${name}`).join(', ')
  const namespace = about.metadata.namespace ?? ''
  return {
    code: 'object-collected',
    about,
    because: { rule: isAwaited ? 'owner-waits' : 'owners-gone', owners },
    related: references.map(({ kind, name, uid }) => ({ kind, namespace, name, uid })),
  }
}

function has({ metadata }: AnyObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) === true
}

function isForeground(object: AnyObject): boolean {
  return isTerminating(object) && has(object, FOREGROUND)
}

/** On its way out, and waiting for the collector to see to its dependents. */
function isWaiting(object: AnyObject): boolean {
  return isTerminating(object) && (has(object, FOREGROUND) || has(object, ORPHAN))
}

function keyOf({ kind, metadata: { namespace = '', name } }: AnyObject): string {
  return `${kind}/${namespace}/${name}`
}
