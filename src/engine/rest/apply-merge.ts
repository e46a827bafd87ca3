// The heart of server-side apply: a configuration laid over an object, item by item and field by field, and fields taken out
// that an applier no longer names. After structured-merge-diff's merge and prune.

import type { GoType } from '../api/decode/go-structs.ts'
import { fieldStep, isWithin, itemStep, joinPath, memberStep, type FieldPath, type FieldSet } from './field-paths.ts'
import { fieldType, isAtomic, keysOf, listRelation } from './field-schema.ts'
import { isRecord, type JsonRecord } from './patch-outcome.ts'

/** The object with all that the configuration sets. */
export function mergeConfig(struct: string, live: JsonRecord, config: JsonRecord): JsonRecord {
  const merged: Record<string, unknown> = { ...live }
  for (const [field, value] of Object.entries(config)) {
    const type = fieldType(struct, field)
    merged[field] = type ? mergeValue({ struct, field, type }, live[field], value) : value
  }
  return merged
}

interface Place {
  readonly struct: string
  readonly field: string
  readonly type: GoType
}

function mergeValue(place: Place, live: unknown, config: unknown): unknown {
  const { struct, field, type } = place
  if (type.type === 'list' && Array.isArray(live) && Array.isArray(config)) return mergeList(place, live, config)
  if (!isRecord(live) || !isRecord(config) || isAtomic(struct, field, type)) return config
  if (type.type === 'struct') return mergeConfig(type.struct, live, config)
  return type.type === 'map' ? { ...live, ...config } : config
}

// What both have stands where the configuration has it; what only the object has keeps its place before what comes next.
function mergeList({ struct, field, type }: Place, live: readonly unknown[], config: readonly unknown[]): unknown {
  const relation = listRelation(struct, field)
  if (relation.type === 'atomic' || type.type !== 'list') return config
  const idOf = (item: unknown): string =>
    relation.type === 'keyed' ? itemStep((isRecord(item) && keysOf(item, relation.keys)) || {}) : memberStep(item)
  const ofLive = new Map(live.map(item => [idOf(item), item]))
  const named = new Set(config.map(idOf))
  const merged: unknown[] = []
  let at = 0
  const takeUnnamed = (): void => {
    for (; at < live.length && !named.has(idOf(live[at])); at++) merged.push(live[at])
  }
  for (const item of config) {
    takeUnnamed()
    const id = idOf(item)
    const before = ofLive.get(id)
    if (at < live.length && idOf(live[at]) === id) at++
    merged.push(before === undefined ? item : mergeValue({ struct: '', field: '', type: type.of }, before, item))
  }
  for (; at < live.length; at++) if (!named.has(idOf(live[at]))) merged.push(live[at])
  return merged
}

/** The object without those fields. An item goes as a whole unless somebody else has something in it. */
export function withoutFields(
  struct: string,
  object: JsonRecord,
  removed: FieldSet,
  othersOwn: (path: FieldPath) => boolean,
): JsonRecord {
  const context: Removal = { removed, othersOwn, touched: path => [...removed].some(one => isWithin(one, path)) }
  return pruneStruct(context, struct, '', object)
}

interface Removal {
  readonly removed: FieldSet
  readonly othersOwn: (path: FieldPath) => boolean
  /** Whether anything at that path or under it is to go. */
  readonly touched: (path: FieldPath) => boolean
}

function pruneStruct(context: Removal, struct: string, at: FieldPath, value: JsonRecord): JsonRecord {
  const kept: Record<string, unknown> = {}
  for (const [field, member] of Object.entries(value)) {
    const path = joinPath(at, fieldStep(field))
    if (context.removed.has(path)) continue
    const type = struct === '' ? undefined : fieldType(struct, field)
    kept[field] = type && context.touched(path) ? pruneValue(context, { struct, field, type }, path, member) : member
  }
  return kept
}

function pruneValue(context: Removal, place: Place, at: FieldPath, value: unknown): unknown {
  const { struct, field, type } = place
  if (type.type === 'list' && Array.isArray(value)) {
    const relation = listRelation(struct, field)
    if (relation.type === 'atomic') return value
    return value.flatMap(item => {
      const keys = relation.type === 'keyed' && isRecord(item) ? keysOf(item, relation.keys) : undefined
      const path = joinPath(at, keys ? itemStep(keys) : memberStep(item))
      if (context.removed.has(path) && !context.othersOwn(path)) return []
      return keys && isRecord(item) && context.touched(path)
        ? [pruneStruct(context, type.of.type === 'struct' ? type.of.struct : '', path, item)]
        : [item]
    })
  }
  if (!isRecord(value)) return value
  return pruneStruct(context, type.type === 'struct' ? type.struct : '', at, value)
}
