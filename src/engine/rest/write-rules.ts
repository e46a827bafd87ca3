// What the server checks of an object that came in a body before it asks the store: that name and namespace are those of
// the path, that its version is a number, that what only the server sets was left alone.

import { conflict, invalid, type ApiStatus } from '../api/api-status.ts'
import type { Draft, DraftMeta, ObjectMeta } from '../api/meta.ts'
import { invalidValue, type FieldError } from '../api/field-error.ts'
import { KINDS, type AnyObject, type Kind, type KindInfo } from '../api/kind-registry.ts'
import { sameJson } from '../kernel/json.ts'
import type { ApiCall } from './api-call.ts'
import { parseUint64 } from './query-options.ts'
import { badRequest, unclassified } from './refusals.ts'

/** The names of kinds in the server's own storage, where they are not the resource's. */
const STORAGE_NAMES: { readonly [kind: string]: string } = {
  Service: 'services/specs',
  Endpoints: 'services/endpoints',
  Node: 'minions',
}

/** A decoded object with the namespace of its path, and without what no client sets. */
export function asDraft(call: ApiCall, decoded: unknown): Draft<AnyObject> {
  const object = decoded as Draft<AnyObject> & { readonly metadata?: DraftMeta }
  const {
    managedFields: _,
    selfLink: __,
    ...metadata
  } = (object.metadata ?? {}) as DraftMeta & {
    readonly managedFields?: unknown
    readonly selfLink?: unknown
  }
  const { apiVersion, kind, namespaced } = call.info
  const namespace = namespaced ? call.namespace : undefined
  return { ...object, apiVersion, kind, metadata: { ...metadata, namespace } }
}

/** Refuses an object whose namespace, where it gives one, is not that of the path. */
export function namespaceProblem(call: ApiCall, metadata: DraftMeta | undefined): ApiStatus | undefined {
  const given = metadata?.namespace ?? ''
  if (!call.info.namespaced || given === '' || given === call.namespace) return undefined
  return badRequest('the namespace of the provided object does not match the namespace sent on the request')
}

/** Refuses a changed object whose name is not that of the path. */
export function nameProblem(call: ApiCall, metadata: DraftMeta | undefined): ApiStatus | undefined {
  const given = metadata?.name ?? ''
  if (given === call.name) return undefined
  return badRequest(
    given === ''
      ? `the name of the object (${call.name} based on URL) was undeterminable: name must be provided`
      : `the name of the object (${given}) does not match the name on the URL (${call.name})`,
  )
}

/** The version that a write insists on; '' when on none, which 0 says too. */
export function insistedVersion(metadata: DraftMeta | undefined): string | ApiStatus {
  const text = metadata?.resourceVersion ?? ''
  if (text === '') return ''
  const parsed = parseUint64(text)
  if (!parsed.ok) return unclassified(parsed.message)
  return Number(parsed.value) === 0 ? '' : text
}

/** Refuses a PUT that is about another object of the same name. */
export function uidConflict(info: KindInfo, given: DraftMeta, stored: ObjectMeta): ApiStatus | undefined {
  if (!given.uid || given.uid === stored.uid) return undefined
  const place = [STORAGE_NAMES[info.kind] ?? info.resource, stored.namespace, stored.name].filter(Boolean).join('/')
  const why = `StorageError: invalid object, Code: 4, Key: /registry/${place}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${stored.uid}`
  return conflict(info, stored.name, why)
}

/** Refuses a change of what only the server sets. An object that is going away has its times put back without a word. */
export function systemFieldProblem(info: KindInfo, given: DraftMeta, stored: ObjectMeta): ApiStatus | undefined {
  const errors: FieldError[] = []
  const check = (field: 'uid' | 'deletionTimestamp' | 'deletionGracePeriodSeconds'): void => {
    const value = given[field]
    if (value === undefined || value === '' || sameJson(value, stored[field])) return
    const error = invalidValue(`metadata.${field}`, value, 'field is immutable')
    for (let times = 0; times < metaRepeats(info.kind).immutable; times++) errors.push(error)
  }
  check('uid')
  if (stored.deletionTimestamp === undefined) check('deletionTimestamp')
  check('deletionGracePeriodSeconds')
  return errors.length === 0 ? undefined : withDistinctMessage(info, stored.name, errors)
}

interface MetaRepeats {
  readonly general: number
  readonly finalizers: number
  readonly immutable: number
}

/** How often the server looks at the metadata of an updated object, and so tells each of its mistakes among the causes. */
function metaRepeats(kind: Kind): MetaRepeats {
  switch (kind) {
    case 'Service':
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ControllerRevision':
    case 'Lease':
      return { general: 3, finalizers: 1, immutable: 2 }
    case 'EndpointSlice':
      return { general: 3, finalizers: 2, immutable: 1 }
    case 'Event':
    case 'PodDisruptionBudget':
      return { general: 2, finalizers: 1, immutable: 1 }
    default:
      return { general: 4, finalizers: 2, immutable: 2 }
  }
}

/** A refused update with the causes in metadata told as often as the server tells them. The message stays. */
export function withRepeatedCauses(kind: Kind, status: ApiStatus): ApiStatus {
  const causes = status.details?.causes
  if (status.reason !== 'Invalid' || !causes) return status
  const repeats = metaRepeats(kind)
  const timesOf = (field: string): number => {
    if (field.startsWith('metadata.finalizers')) return repeats.finalizers
    return /^metadata\.(labels|annotations|ownerReferences)/.test(field) ? repeats.general : 1
  }
  const most = Math.max(1, ...causes.map(cause => timesOf(cause.field)))
  const again = Array.from({ length: most - 1 }, (_, round) =>
    causes.filter(cause => timesOf(cause.field) > most - 1 - round),
  )
  return { ...status, details: { ...status.details, causes: [...again.flat(), ...causes] } }
}

function withDistinctMessage(info: KindInfo, name: string, errors: readonly FieldError[]): ApiStatus {
  const { message } = invalid(info, name, [...new Set(errors)])
  return { ...invalid(info, name, errors), message }
}

/** The object that the path names, as it is stored now. */
export function storedObject(call: ApiCall): AnyObject | undefined {
  const { info, namespace, name, store } = call
  return store.objects.get(info.kind, KINDS[info.kind].namespaced ? namespace : '', name)
}
