// What a DELETE does to one object: removes it, or marks it and waits (apiserver registry rest.BeforeDelete). Pods are
// deleted with grace; any object with finalizers stays until the last of them is gone, and so does a Namespace with
// finalizers in its spec. deletionTimestamp lies at the end of the grace, and a later DELETE can only bring it nearer.

import type { Kind, KindMap } from '../api/kind-registry.ts'
import type { ObjectMeta } from '../api/meta.ts'
import type { Namespace } from '../api/namespace/namespace.ts'
import { DEFAULT_GRACE_SECONDS } from '../api/pod/pod-defaults.ts'
import type { Pod } from '../api/pod/pod.ts'
import { formatTimestamp, parseTimestamp } from '../kernel/timestamp.ts'
import { sameJson } from '../kernel/json.ts'
import { generationOnDelete } from './admission.ts'
import type { DeleteOptions, PropagationPolicy } from './client.ts'

/** `keep`: the object is marked (or, if `changed` is false, was already) and stays. `remove`: it goes now. */
export type Deletion<K extends Kind> =
  | { readonly type: 'keep'; readonly object: KindMap[K]; readonly changed: boolean }
  | { readonly type: 'remove'; readonly object: KindMap[K] }

/** The finalizers by which the garbage collector is asked to act before an object goes. */
const COLLECTOR_FINALIZERS: { readonly [P in PropagationPolicy]: readonly string[] } = {
  Foreground: ['foregroundDeletion'],
  Orphan: ['orphan'],
  Background: [],
}

export function planDeletion<K extends Kind>(
  kind: K,
  object: KindMap[K],
  options: DeleteOptions,
  wallMs: number,
): Deletion<K> {
  const graceSeconds = graceOf(kind, object, options)
  const metadata = withFinalizers(kind, object.metadata, options.propagationPolicy)
  const marked = markedMetadata(kind, metadata, graceSeconds, wallMs)
  const changed = marked !== object.metadata
  const after = changed ? withMetadata(kind, object, marked) : object
  const stays = hasFinalizers(kind, after) || (marked.deletionGracePeriodSeconds ?? 0) > 0
  if (stays) return { type: 'keep', object: after, changed }
  // What goes at once is told of as it stood; only Pods are marked first even then.
  return { type: 'remove', object: kind === 'Pod' ? after : object }
}

/** Whether an object that was written again is now ready to go: deletion marked, grace over, no finalizer left. */
export function isReadyToGo<K extends Kind>(kind: K, object: KindMap[K]): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata
  if (deletionTimestamp === undefined || hasFinalizers(kind, object)) return false
  return kind !== 'Pod' || deletionGracePeriodSeconds === 0
}

function hasFinalizers<K extends Kind>(kind: K, object: KindMap[K]): boolean {
  const inSpec = kind === 'Namespace' ? (object as Namespace).spec?.finalizers : undefined
  return (inSpec ?? []).length + (object.metadata.finalizers ?? []).length > 0
}

// A Namespace says that it is going in its status, and knows no grace.
function withMetadata<K extends Kind>(kind: K, object: KindMap[K], marked: ObjectMeta): KindMap[K] {
  if (kind !== 'Namespace') return { ...object, metadata: marked }
  const { deletionGracePeriodSeconds: _, ...metadata } = marked
  return { ...object, metadata, status: { ...(object as Namespace).status, phase: 'Terminating' } }
}

function withFinalizers(kind: Kind, metadata: ObjectMeta, policy: PropagationPolicy | undefined): ObjectMeta {
  // Nothing depends on an Event, and the collector does not look at them.
  if (policy === undefined || kind === 'Event') return metadata
  const { finalizers = [] } = metadata
  const asked = COLLECTOR_FINALIZERS[policy]
  const ofOthers = finalizers.filter(one => asked.includes(one) || (one !== 'foregroundDeletion' && one !== 'orphan'))
  const wanted = [...ofOthers, ...asked.filter(one => !ofOthers.includes(one))]
  return sameJson(wanted, finalizers) ? metadata : { ...metadata, finalizers: wanted }
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
