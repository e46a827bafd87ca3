// POST of a collection: an object that is not there yet. The store admits it; here is what belongs to the request: the
// namespace of the path, a dry run, and the words for a name that is taken.

import type { ApiStatus, Result } from '../api/api-status.ts'
import type { AnyObject } from '../api/kind-registry.ts'
import type { Draft, ManagedFieldsEntry } from '../api/meta.ts'
import { warningsFor } from '../api/warnings.ts'
import type { ApiBody } from './api-request.ts'
import { readBody } from './read-body.ts'
import { unclassified } from './refusals.ts'
import { fieldsOfCreation } from './track-fields.ts'
import { objectAnswer, refusalAnswer, type WriteCall } from './write-answer.ts'
import { readWriteOptions, type WriteOptions } from './write-options.ts'
import { asDraft, namespaceProblem } from './write-rules.ts'

export function createObject(call: WriteCall): ApiBody {
  const read = readWriteOptions('CreateOptions', call.query)
  if (!read.ok) return refusalAnswer(read.status)
  const body = readBody<Draft<AnyObject>>(call.request, call.info, read.options.fieldValidation)
  if (!body.ok) return refusalAnswer(body.status)
  const { value, warnings } = body
  const misplaced = namespaceProblem(call, value.metadata)
  if (misplaced) return refusalAnswer(misplaced, warnings)
  const version = value.metadata?.resourceVersion ?? ''
  const hasVersion = version !== '' && Number(version) > 0
  return createFrom(call, value, { options: read.options, warnings, hasVersion })
}

interface Creation {
  readonly options: WriteOptions
  readonly warnings: readonly string[]
  /** Whether the body claims a version, which a new object cannot have. */
  readonly hasVersion: boolean
  /** Who owns what, where the way of the writing says it; else it is a plain creation. */
  readonly managedFields?: readonly ManagedFieldsEntry[]
}

/** Creates the decoded object; also what PUT and apply of an absent object come to. */
export function createFrom(call: WriteCall, decoded: unknown, creation: Creation): ApiBody {
  const { options, warnings, hasVersion } = creation
  const { info, store } = call
  const plain = asDraft(call, decoded)
  const managedFields = creation.managedFields ?? fieldsOfCreation(call, plain)
  const draft = { ...plain, metadata: { ...plain.metadata, managedFields } }
  const result = store.transaction((): { readonly commit: boolean; readonly value: Result<AnyObject> } => {
    const created = store.create(info.kind, draft)
    return { commit: created.ok && !options.dryRun && !hasVersion, value: created }
  })
  if (!result.ok) return refusalAnswer(takenStatus(call, draft, result.status), warnings)
  if (hasVersion)
    return refusalAnswer(unclassified('resourceVersion should not be set on objects to be created'), warnings)
  const about = warningsFor(info.kind, result.value).map(warning => warning.message)
  return objectAnswer(call, 201, shown(result.value, options), [...warnings, ...about])
}

/** An object as it is answered: one that was only tried has the version of before, a new one none. */
export function shown(object: AnyObject, { dryRun }: WriteOptions, old?: AnyObject): AnyObject {
  if (!dryRun) return object
  const { resourceVersion: _, ...metadata } = object.metadata
  return {
    ...object,
    metadata: old ? { ...metadata, resourceVersion: old.metadata.resourceVersion } : metadata,
  } as AnyObject
}

// A name may be taken by an object that is going away, or all names that were tried may be.
function takenStatus(call: WriteCall, { metadata }: Draft<AnyObject>, status: ApiStatus): ApiStatus {
  if (status.reason !== 'AlreadyExists') return status
  if (!metadata.name) {
    const message = `${status.message}, the server was not able to generate a unique name for the object`
    return { ...status, message }
  }
  const holder = call.store.objects.get(call.info.kind, metadata.namespace ?? '', metadata.name)
  if (holder?.metadata.deletionTimestamp === undefined) return status
  return { ...status, message: `object is being deleted: ${status.message}` }
}
