// Keeps managedFields of what is written through the door: who a request writes as, and what its write means for those who
// wrote before.

import { withDefaults } from '../api/defaults.ts'
import type { AnyObject, Kind, KindMap } from '../api/kind-registry.ts'
import type { ManagedFieldsEntry } from '../api/meta.ts'
import { formatTimestamp } from '../kernel/timestamp.ts'
import type { FieldPath } from './field-paths.ts'
import { fieldValues, type FieldValues, type OwnedPart } from './field-set.ts'
import { afterUpdate, changedFields, decodeManagers, encodeManagers, type Manager } from './field-managers.ts'
import type { WriteCall } from './write-answer.ts'

const MANAGER_LETTERS_MAX = 128
const NOTHING: FieldValues = new Map<FieldPath, string>()

/** Who writes: what the request calls itself, else its client's name up to the first slash. */
export function writerOf(call: WriteCall, operation: Manager['operation']): Manager {
  const agent = (call.request.headers['user-agent'] ?? '').split('/')[0]?.slice(0, MANAGER_LETTERS_MAX)
  const manager = call.query.get('fieldManager') || agent || 'unknown'
  return { manager, operation, apiVersion: call.info.apiVersion, subresource: call.subresource }
}

export function ownedPart({ info, subresource }: WriteCall): OwnedPart {
  return { struct: info.kind, subresource, hasStatus: info.hasStatus }
}

/** The time that entries bear: whole seconds. */
export function entryTime(call: WriteCall): string {
  return formatTimestamp(Math.floor(call.nowMs() / 1_000) * 1_000)
}

/** The entries of an object that a client made; `draft` is what it sent. */
export function fieldsOfCreation(call: WriteCall, draft: object): readonly ManagedFieldsEntry[] {
  const object = withDefaults(call.info.kind, draft as KindMap[Kind])
  const changes = changedFields(NOTHING, fieldValues(object, ownedPart(call)))
  return encodeManagers(afterUpdate([], writerOf(call, 'Update'), changes, entryTime(call)))
}

/** The entries after a change. `sent`: those in the body, which count where they can be read; one empty entry ends all. */
export function fieldsOfChange(
  call: WriteCall,
  { old, object, sent }: { readonly old: AnyObject; readonly object: AnyObject; readonly sent: unknown },
): readonly ManagedFieldsEntry[] | undefined {
  const part = ownedPart(call)
  const changes = changedFields(fieldValues(old, part), fieldValues(object, part))
  const before = ownersFrom(sent) ?? decodeManagers(old.metadata.managedFields) ?? []
  const entries = encodeManagers(afterUpdate(before, writerOf(call, 'Update'), changes, entryTime(call)))
  return entries.length === 0 ? undefined : entries
}

function ownersFrom(sent: unknown): ReturnType<typeof decodeManagers> {
  if (!Array.isArray(sent) || sent.length === 0) return undefined
  const [first] = sent as readonly unknown[]
  const isReset = sent.length === 1 && typeof first === 'object' && first !== null && Object.keys(first).length === 0
  return isReset ? [] : decodeManagers(sent)
}
