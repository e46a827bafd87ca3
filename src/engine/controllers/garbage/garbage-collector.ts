// Deletes what has outlived its owner, in the background, after pkg/controller/garbagecollector: when an owner goes, each
// dependent without another living owner is deleted with its own normal grace. Only the controlling owner counts here;
// foreground and orphan deletion are left out.

import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../../api/kind-registry.ts'
import type { OwnerReference } from '../../api/meta.ts'
import type { Part } from '../../kernel/part.ts'
import type { StoreClient } from '../../store/client.ts'
import type { ControllerContext } from '../runtime/context.ts'
import { controllerOf, isTerminating } from '../runtime/pod-facts.ts'
import { WorkQueue, type SavedWorkQueue, type SyncOutcome } from '../runtime/work-queue.ts'

/** Kinds that can own others and be owned. */
const COLLECTED: readonly Kind[] = ALL_KINDS.filter(kind => kind !== 'Event' && kind !== 'Lease')
/** From an owner's end to the collector's first delete, as measured on a real control plane. */
const COLLECT_DELAY_MS = 8

export class GarbageCollector implements Part {
  readonly partName = 'garbage'
  readonly #client: StoreClient
  readonly #queue: WorkQueue

  constructor(context: ControllerContext) {
    this.#client = context.client('generic-garbage-collector')
    // A key is the uid of an owner that is gone, or was never there.
    this.#queue = new WorkQueue(context, {
      name: 'garbage',
      backOffBaseMs: 5,
      backOffMaxMs: 1_000_000,
      sync: uid => this.#collect(uid),
    })
    this.#client.watch(COLLECTED, ({ type, object }) => {
      if (type === 'DELETED') this.#noticeOwner(object.metadata.uid)
      else if (type === 'ADDED') this.#noticeDependent(object)
    })
  }

  save(): SavedWorkQueue {
    return this.#queue.save()
  }

  load(saved: SavedWorkQueue): void {
    this.#queue.load(saved)
  }

  #noticeOwner(uid: string): void {
    if (COLLECTED.some(kind => this.#client.ownedBy(kind, uid).length > 0)) this.#queue.notice(uid, COLLECT_DELAY_MS)
  }

  #noticeDependent(object: AnyObject): void {
    const owner = controllerOf(object)
    if (owner && !this.#lives(owner, object.metadata.namespace ?? '')) this.#queue.notice(owner.uid, COLLECT_DELAY_MS)
  }

  #collect(uid: string): SyncOutcome {
    for (const kind of COLLECTED) {
      for (const object of this.#client.ownedBy(kind, uid)) {
        const namespace = object.metadata.namespace ?? ''
        if (isTerminating(object)) continue
        if ((object.metadata.ownerReferences ?? []).some(owner => this.#lives(owner, namespace))) continue
        this.#client.delete(kind, namespace, object.metadata.name, { preconditionUid: object.metadata.uid })
      }
    }
    return 'done'
  }

  /** Whether the owner exists. An owner of a kind that this cluster does not know is taken to exist. */
  #lives(owner: OwnerReference, namespace: string): boolean {
    if (!isKnownKind(owner.kind)) return true
    return (
      this.#client.get(owner.kind, KINDS[owner.kind].namespaced ? namespace : '', owner.name)?.metadata.uid ===
      owner.uid
    )
  }
}

function isKnownKind(kind: string): kind is Kind {
  return Object.hasOwn(KINDS, kind)
}
