// PUT of an object, and what every change comes to in the end: checked against what is stored, written to the part that
// the path is about (the object, or its status), and answered.

import { invalid, notFound, refused, type Result } from '../api/api-status.ts'
import type { AnyObject, Kind, KindMap } from '../api/kind-registry.ts'
import { withDefaults } from '../api/defaults.ts'
import type { Draft, ManagedFieldsEntry } from '../api/meta.ts'
import { validateMetaUpdate } from '../api/meta-validation.ts'
import { validatePodBinding } from '../api/pod/pod-validation.ts'
import type { Pod } from '../api/pod/pod.ts'
import { validateStatus, withStatusDefaults } from '../api/status-validation.ts'
import { warningsFor } from '../api/warnings.ts'
import type { ApiBody } from './api-request.ts'
import { createFrom, shown } from './create-object.ts'
import { readBody } from './read-body.ts'
import { objectAnswer, refusalAnswer, type WriteCall } from './write-answer.ts'
import { fieldsOfChange } from './track-fields.ts'
import { readWriteOptions, type WriteOptions } from './write-options.ts'
import {
  asDraft,
  insistedVersion,
  nameProblem,
  namespaceProblem,
  storedObject,
  systemFieldProblem,
  uidConflict,
  withRepeatedCauses,
} from './write-rules.ts'

/** Kinds that a PUT creates where there is none of that name. */
const CREATED_BY_PUT: ReadonlySet<Kind> = new Set<Kind>(['Service', 'Endpoints', 'Event', 'Lease'])

export function replaceObject(call: WriteCall): ApiBody {
  const { info } = call
  const read = readWriteOptions('UpdateOptions', call.query)
  if (!read.ok) return refusalAnswer(read.status)
  const body = readBody<Draft<AnyObject>>(call.request, info, read.options.fieldValidation)
  if (!body.ok) return refusalAnswer(body.status)
  const { value, warnings } = body
  const misplaced = nameProblem(call, value.metadata) ?? namespaceProblem(call, value.metadata)
  if (misplaced) return refusalAnswer(misplaced, warnings)
  const old = storedObject(call)
  if (old) {
    const other = uidConflict(info, value.metadata, old.metadata)
    return other ? refusalAnswer(other, warnings) : changeObject(call, old, value, { options: read.options, warnings })
  }
  if (!CREATED_BY_PUT.has(info.kind) || call.subresource !== '') {
    return refusalAnswer(notFound(info, call.name), warnings)
  }
  return createFrom(call, value, { options: read.options, warnings, hasVersion: false })
}

interface Change {
  readonly options: WriteOptions
  readonly warnings: readonly string[]
  /** Who owns what, where the way of the writing says it; else it is a plain change. */
  readonly managedFields?: readonly ManagedFieldsEntry[]
}

/** Writes a decoded object over the stored one, or its status alone, and answers with what is stored then. */
export function changeObject(
  call: WriteCall,
  old: AnyObject,
  decoded: unknown,
  { options, warnings, managedFields }: Change,
): ApiBody {
  const { info } = call
  const draft = asDraft(call, decoded)
  const resourceVersion = insistedVersion(draft.metadata)
  if (typeof resourceVersion !== 'string') return refusalAnswer(resourceVersion, warnings)
  const object = { ...draft, metadata: { ...draft.metadata, resourceVersion } } as unknown as KindMap[Kind]
  const changed = tried<AnyObject>(call, options, () => {
    const refusal = systemFieldProblem(info, draft.metadata, old.metadata)
    const isStale = resourceVersion !== '' && resourceVersion !== old.metadata.resourceVersion
    if (refusal && !isStale) return refused(refusal)
    const unbound = info.kind === 'Pod' ? validatePodBinding(withDefaults('Pod', object as Pod), old as Pod) : []
    if (unbound.length > 0 && call.subresource === '') return refused(invalid(info, call.name, unbound))
    const owned = managedFields ?? changedOwners(call, old, object, decoded)
    const metadata = { ...object.metadata, uid: old.metadata.uid, managedFields: owned }
    const current = { ...object, metadata } as KindMap[Kind]
    return call.subresource === 'status' ? writeStatus(call, current, old) : call.store.update(info.kind, current)
  })
  if (!changed.ok) return refusalAnswer(withRepeatedCauses(info.kind, changed.status), warnings)
  const isStatus = call.subresource === 'status'
  const about = isStatus ? [] : warningsFor(info.kind, changed.value).map(one => one.message)
  return objectAnswer(call, 200, shown(changed.value, options, old), [...warnings, ...about])
}

// Compared with defaults, so that what a client leaves out is no change.
function changedOwners(
  call: WriteCall,
  old: AnyObject,
  object: KindMap[Kind],
  decoded: unknown,
): readonly ManagedFieldsEntry[] | undefined {
  const { metadata } = decoded as { readonly metadata?: { readonly managedFields?: unknown } }
  return fieldsOfChange(call, { old, object: withDefaults(call.info.kind, object), sent: metadata?.managedFields })
}

/** The outcome of a write, which stands unless it was only tried. */
export function tried<T>(
  { store }: WriteCall,
  { dryRun }: { readonly dryRun: boolean },
  write: () => Result<T>,
): Result<T> {
  return store.transaction(() => {
    const value = write()
    return { commit: value.ok && !dryRun, value }
  })
}

// Metadata is written with a status too, but a Deployment's labels and a Pod's owners are not.
function writeStatus({ info, store }: WriteCall, given: KindMap[Kind], old: AnyObject): Result<AnyObject> {
  const { kind } = info
  const { labels, annotations, ownerReferences, finalizers, resourceVersion, managedFields } = given.metadata
  const metadata = {
    ...old.metadata,
    resourceVersion,
    annotations,
    finalizers,
    managedFields,
    ownerReferences: kind === 'Pod' ? old.metadata.ownerReferences : ownerReferences,
    labels: kind === 'Deployment' ? old.metadata.labels : labels,
  }
  const status = (given as { readonly status?: unknown }).status
  const object = withStatusDefaults(kind, { ...old, metadata, status } as KindMap[Kind])
  const errors = [...validateMetaUpdate(object.metadata, old.metadata), ...validateStatus(kind, object)]
  if (errors.length > 0) return refused(invalid(info, old.metadata.name, errors))
  return store.updateStatus(kind, object, { withMeta: true })
}
