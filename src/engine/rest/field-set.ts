// The fields of an object that can be owned, each with its value: what server-side apply compares, and what managedFields
// remember. Identity and what only the server sets belong to nobody.

import type { GoType } from '../api/decode/go-structs.ts'
import { canonicalJson } from '../kernel/json.ts'
import { fieldStep, itemStep, joinPath, memberStep, type FieldPath } from './field-paths.ts'
import { fieldType, isAtomic, keysOf, listRelation } from './field-schema.ts'
import { isRecord, type JsonRecord } from './patch-outcome.ts'

/** Owned fields and what they hold, as canonical JSON; '' for an item or member that is merely there. */
export type FieldValues = ReadonlyMap<FieldPath, string>

const NOBODYS_META: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
])

/** The part of an object that a request can own: all but its status, or the status alone. */
export interface OwnedPart {
  /** A kind of the registry. */
  readonly struct: string
  readonly subresource: string
  readonly hasStatus: boolean
}

/** The fields that an object sets, of that part of it. */
export function fieldValues(object: object, { struct, subresource, hasStatus }: OwnedPart): FieldValues {
  const values = new Map<FieldPath, string>()
  for (const [field, value] of Object.entries(object as JsonRecord)) {
    if (field === 'apiVersion' || field === 'kind' || value === undefined) continue
    if (hasStatus && field === (subresource === 'status' ? 'spec' : 'status')) continue
    const type = fieldType(struct, field)
    const kept = field === 'metadata' && isRecord(value) ? withoutNobodys(value) : value
    if (type && !(field === 'metadata' && Object.keys(kept as object).length === 0)) {
      walkField(values, { struct, field, type, at: fieldStep(field) }, kept)
    }
  }
  return values
}

function withoutNobodys(metadata: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(metadata).filter(([field, value]) => !NOBODYS_META.has(field) && value !== undefined),
  )
}

interface Place {
  readonly struct: string
  readonly field: string
  readonly type: GoType
  readonly at: FieldPath
}

function walkField(values: Map<FieldPath, string>, place: Place, value: unknown): void {
  const { struct, field, type, at } = place
  if (type.type === 'list' && Array.isArray(value)) return walkList(values, place, value)
  const hasParts = (type.type === 'struct' || type.type === 'map') && !isAtomic(struct, field, type)
  if (!hasParts || !isRecord(value)) {
    values.set(at, canonicalJson(value ?? null))
    return
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  if (members.length === 0) values.set(at, '{}')
  for (const [name, member] of members) {
    const inner = type.type === 'map' ? type.of : fieldType(type.struct, name)
    if (!inner) continue
    const owner = type.type === 'struct' ? type.struct : ''
    walkField(values, { struct: owner, field: name, type: inner, at: joinPath(at, fieldStep(name)) }, member)
  }
}

function walkList(values: Map<FieldPath, string>, { struct, field, type, at }: Place, list: readonly unknown[]): void {
  const relation = listRelation(struct, field)
  if (relation.type === 'atomic' || list.length === 0 || type.type !== 'list') {
    values.set(at, canonicalJson(list))
    return
  }
  for (const item of list) {
    if (relation.type === 'set') {
      values.set(joinPath(at, memberStep(item)), '')
      continue
    }
    const keys = isRecord(item) ? keysOf(item, relation.keys) : undefined
    if (!keys) continue
    const place = joinPath(at, itemStep(keys))
    values.set(place, '')
    walkField(values, { struct: '', field: '', type: type.of, at: place }, item)
  }
}
