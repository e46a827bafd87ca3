// Strategic merge patch (apimachinery strategicpatch): like a merge patch, but lists whose items have a key are merged item
// by item, and directives (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) say what else
// is to happen. That a Service's ports are told apart by number alone, whatever their protocol, is upstream's.

import { sameJson } from '../kernel/json.ts'
import { goValueText } from './go-value.ts'
import { listStrategy, structOfField, type PatchStruct } from './merge-keys.ts'
import { isRecord, own, patched, type JsonRecord, type PatchOutcome } from './patch-outcome.ts'
import { arrange, checkOrder } from './strategic-order.ts'

const PATCH = '$patch'
const RETAIN = '$retainKeys'
const ORDER = '$setElementOrder/'
const DELETE = '$deleteFromPrimitiveList/'

/** The object of that struct (a kind's name) after the patch; both are left as they are. */
export function strategicMerge(struct: string, original: JsonRecord, patch: JsonRecord): PatchOutcome {
  const merged = mergeMaps(struct, original, patch)
  return merged.ok ? patched(merged.value ?? {}) : merged
}

function broken(message: string): PatchOutcome {
  return { ok: false, type: 'broken', message }
}

// The value undefined: the object is to be gone.
function mergeMaps(struct: PatchStruct, original: JsonRecord, patch: JsonRecord): PatchOutcome {
  const directive = own(patch, PATCH)
  if (directive !== undefined) {
    if (directive === 'replace') return patched(withoutDirectives(patch))
    return directive === 'delete' ? patched(undefined) : broken(badDirective(directive, patch))
  }
  const result = new Map(Object.entries(original))
  const refused = retainKeys(result, patch)
  if (refused) return refused
  const done = new Set<string>([RETAIN])
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(ORDER)) continue
    const field = key.slice(ORDER.length)
    done.add(key).add(field)
    const ordered = mergeOrdered(struct, field, result.get(field), own(patch, field), order)
    if (!ordered.ok) return ordered
    if (ordered.value !== undefined) result.set(field, ordered.value)
  }
  for (const [key, value] of Object.entries(patch)) {
    if (done.has(key)) continue
    const merged = key.startsWith(DELETE)
      ? patched(withoutItems(result.get(key.slice(DELETE.length)), value))
      : mergeMember(struct, key, result.get(key), value)
    if (!merged.ok) return merged
    const field = key.startsWith(DELETE) ? key.slice(DELETE.length) : key
    if (merged.value === undefined) result.delete(field)
    else result.set(field, merged.value)
  }
  return patched(Object.fromEntries(result))
}

function badDirective(directive: unknown, where: JsonRecord): string {
  return `unknown patch type: ${goValueText(directive)} in map: ${goValueText(where)}`
}

function retainKeys(result: Map<string, unknown>, patch: JsonRecord): PatchOutcome | undefined {
  const kept = own(patch, RETAIN)
  if (kept === undefined) return undefined
  const wrong: PatchOutcome = { ok: false, type: 'bad', message: 'invalid patch format of retainKeys' }
  if (!Array.isArray(kept)) return wrong
  for (const [key, value] of Object.entries(patch)) {
    if (value !== null && !key.startsWith('$') && !kept.includes(key)) return wrong
  }
  for (const key of result.keys()) if (!kept.includes(key)) result.delete(key)
  return undefined
}

function mergeMember(struct: PatchStruct, key: string, before: unknown, value: unknown): PatchOutcome {
  if (value === null) return patched(undefined)
  if (isRecord(before) && isRecord(value)) return mergeMaps(structOfField(struct, key), before, value)
  if (Array.isArray(before) && Array.isArray(value)) return mergeLists(struct, key, before, value)
  return patched(withoutDirectives(value))
}

function mergeLists(
  struct: PatchStruct,
  key: string,
  original: readonly unknown[],
  patch: readonly unknown[],
): PatchOutcome {
  const strategy = listStrategy(struct, key)
  if (strategy.type === 'replace') return patched(withoutDirectives(patch))
  const { mergeKey } = strategy
  if (mergeKey === '') {
    const all = [...original, ...patch]
    const merged = all.filter((item, index) => all.findIndex(other => sameJson(other, item)) === index)
    return patched(arrange({ merged, order: patch, serverOrder: original, mergeKey }))
  }
  const items = mergeItems(structOfField(struct, key), mergeKey, original, patch)
  if (!items.ok) return items
  const order = patch.filter(item => isRecord(item) && own(item, PATCH) === undefined)
  return patched(arrange({ merged: items.value as readonly unknown[], order, serverOrder: original, mergeKey }))
}

// Items with directives first, since they say what the others are merged into.
function mergeItems(
  struct: PatchStruct,
  mergeKey: string,
  original: readonly unknown[],
  patch: readonly unknown[],
): PatchOutcome {
  let result: unknown[] = [...original]
  const plain: JsonRecord[] = []
  let replaces = false
  for (const item of patch) {
    if (!isRecord(item)) return broken(`expected a map, but received a ${goValueText(item)}`)
    const directive = own(item, PATCH)
    if (directive === undefined) plain.push(item)
    else if (directive === 'replace') replaces = true
    else if (directive === 'merge') return broken('merging lists cannot yet be specified in the patch')
    else if (directive !== 'delete') return broken(badDirective(directive, item))
    else if (own(item, mergeKey) === undefined) return broken(noMergeKey(item, mergeKey))
    else result = result.filter(other => !hasKey(other, mergeKey, own(item, mergeKey)))
  }
  if (replaces) return patched(plain.map(withoutDirectives))
  for (const item of plain) {
    const value = own(item, mergeKey)
    if (value === undefined) return broken(noMergeKey(item, mergeKey))
    const index = result.findIndex(other => hasKey(other, mergeKey, value))
    if (index === -1) {
      result.push(withoutDirectives(item))
      continue
    }
    const merged = mergeMaps(struct, result[index] as JsonRecord, item)
    if (!merged.ok) return merged
    result[index] = merged.value ?? {}
  }
  return patched(result)
}

function noMergeKey(item: JsonRecord, mergeKey: string): string {
  return `map: ${goValueText(item)} does not contain declared merge key: ${mergeKey}`
}

function hasKey(item: unknown, mergeKey: string, value: unknown): boolean {
  return isRecord(item) && sameJson(own(item, mergeKey), value)
}

// A list together with the order that the client wants for what it knows of; undefined where there is no list at all.
function mergeOrdered(
  struct: PatchStruct,
  field: string,
  original: unknown,
  patch: unknown,
  order: unknown,
): PatchOutcome {
  if (!Array.isArray(order)) return { ok: false, type: 'bad', message: 'invalid patch format of setElementOrder list' }
  const strategy = listStrategy(struct, field)
  const mergeKey = strategy.type === 'merge' ? strategy.mergeKey : ''
  if (Array.isArray(patch)) {
    const wrong = checkOrder(patch, order, mergeKey)
    if (wrong !== undefined) return broken(wrong)
  }
  if (!Array.isArray(original) && !Array.isArray(patch)) return patched(original)
  const before: readonly unknown[] = Array.isArray(original) ? original : []
  let merged: PatchOutcome = patched(before)
  if (Array.isArray(patch)) {
    merged = Array.isArray(original) ? mergeLists(struct, field, before, patch) : patched(withoutDirectives(patch))
  }
  if (!merged.ok) return merged
  return patched(arrange({ merged: merged.value as readonly unknown[], order, serverOrder: before, mergeKey }))
}

function withoutItems(list: unknown, gone: unknown): unknown {
  if (!Array.isArray(list) || !Array.isArray(gone)) return list
  return list.filter(item => !gone.some(other => sameJson(other, item)))
}

/** A value that is taken over as it is: without directives, without nulls, and without items that ask to be deleted. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter(item => !isRecord(item) || own(item, PATCH) === undefined).map(withoutDirectives)
  }
  if (!isRecord(value)) return value
  if (own(value, PATCH) === 'delete') return undefined
  const members = Object.entries(value).filter(([key, member]) => member !== null && !isDirective(key))
  return Object.fromEntries(members.map(([key, member]) => [key, withoutDirectives(member)]))
}

function isDirective(key: string): boolean {
  return key === PATCH || key === RETAIN || key.startsWith(ORDER) || key.startsWith(DELETE)
}
