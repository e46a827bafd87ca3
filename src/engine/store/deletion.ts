// What a DELETE does to one object: removes it, or marks it and waits (apiserver registry rest.BeforeDelete). Pods are
// deleted with grace; any object with finalizers stays until the last of them is gone. deletionTimestamp lies at the end
// of the grace, and a later DELETE can only bring it nearer.

import type { Kind, KindMap } from '../api/kind-registry.ts'
import type { ObjectMeta } from '../api/meta.ts'
import { DEFAULT_GRACE_SECONDS } from '../api/pod/pod-defaults.ts'
import type { Pod } from '../api/pod/pod.ts'
import { formatTimestamp, parseTimestamp } from '../kernel/timestamp.ts'
import { generationOnDelete } from './admission.ts'
import type { DeleteOptions } from './client.ts'

/** `keep`: the object is marked (or, if `changed` is false, was already) and stays. `remove`: it goes now. */
export type Deletion<K extends Kind> =
  | { readonly type: 'keep'; readonly object: KindMap[K]; readonly changed: boolean }
  | { readonly type: 'remove'; readonly object: KindMap[K] }

export function planDeletion<K extends Kind>(
  kind: K,
  object: KindMap[K],
  options: DeleteOptions,
  wallMs: number,
): Deletion<K> {
  const { metadata } = object
  const graceSeconds = graceOf(kind, object, options)
  const marked = markedMetadata(kind, metadata, graceSeconds, wallMs)
  const stays = (metadata.finalizers ?? []).length > 0 || (marked.deletionGracePeriodSeconds ?? 0) > 0
  const after = marked === metadata ? object : { ...object, metadata: marked }
  if (stays) return { type: 'keep', object: after, changed: marked !== metadata }
  // What goes at once is told of as it stood; only Pods are marked first even then.
  return { type: 'remove', object: kind === 'Pod' ? after : object }
}

/** Whether an object that was written again is now ready to go: deletion marked, grace over, no finalizer left. */
export function isReadyToGo(kind: Kind, metadata: ObjectMeta): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false
  return kind !== 'Pod' || (metadata.deletionGracePeriodSeconds ?? 0) === 0
}

function graceOf<K extends Kind>(kind: K, object: KindMap[K], options: DeleteOptions): number {
  if (kind !== 'Pod') return 0
  const { spec, status } = object as Pod
  if (spec.nodeName === undefined || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0
  const asked =
    options.gracePeriodSeconds ?? object.metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds
  const seconds = asked ?? DEFAULT_GRACE_SECONDS
  return seconds < 0 ? 1 : seconds
}

function markedMetadata(kind: Kind, metadata: ObjectMeta, graceSeconds: number, wallMs: number): ObjectMeta {
  const nowMs = Math.floor(wallMs / 1000) * 1000
  if (metadata.deletionTimestamp === undefined) {
    return {
      ...metadata,
      deletionTimestamp: formatTimestamp(nowMs + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
      generation: generationOnDelete(kind, metadata),
    }
  }
  const before = metadata.deletionGracePeriodSeconds ?? 0
  if (graceSeconds >= before) return metadata
  // The new period counts from the first DELETE, but never ends in the past.
  const firstMs = (parseTimestamp(metadata.deletionTimestamp) ?? nowMs) - before * 1000
  return {
    ...metadata,
    deletionTimestamp: formatTimestamp(Math.max(nowMs, firstMs + graceSeconds * 1000)),
    deletionGracePeriodSeconds: graceSeconds,
  }
}
