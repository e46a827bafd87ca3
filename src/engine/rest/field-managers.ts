// Who set which field of an object (metadata.managedFields), after structured-merge-diff: a write takes the fields that it
// changes, an apply keeps the fields that it names. Left out: changes that admission makes on the way, and what controllers write, which belongs to whoever had it.

import type { ManagedFieldsEntry } from '../api/meta.ts'
import { compareText } from '../kernel/json.ts'
import { decodeFields, encodeFields, type FieldPath, type FieldSet } from './field-paths.ts'
import type { FieldValues } from './field-set.ts'

export interface Manager {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource: string
}

export interface Ownership extends Manager {
  readonly time: string | undefined
  readonly fields: FieldSet
}

/** So many managers that update, and no more, are told apart. */
const UPDATERS_MAX = 10
const OLDEST = 'ancient-changes'

/** The entries as sets, or undefined when they are none: then what was there before counts. */
export function decodeManagers(entries: unknown): readonly Ownership[] | undefined {
  if (!Array.isArray(entries)) return undefined
  const owners: Ownership[] = []
  for (const entry of entries as readonly Partial<ManagedFieldsEntry>[]) {
    const fields = decodeFields(entry.fieldsV1 ?? {})
    if (!fields || (entry.operation !== 'Apply' && entry.operation !== 'Update')) return undefined
    owners.push({
      manager: entry.manager ?? '',
      operation: entry.operation,
      apiVersion: entry.apiVersion ?? '',
      subresource: entry.subresource ?? '',
      time: entry.time,
      fields,
    })
  }
  return owners
}

/** Applies first, then updates by time; whoever owns nothing any more is dropped. */
export function encodeManagers(owners: readonly Ownership[]): readonly ManagedFieldsEntry[] {
  const order = (a: Ownership, b: Ownership): number =>
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(a.manager, b.manager) ||
    compareText(a.subresource, b.subresource)
  return withoutOldest(owners.filter(({ fields }) => fields.size > 0).toSorted(order))
    .toSorted(order)
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: 'FieldsV1' as const,
      fieldsV1: encodeFields(fields),
      ...(subresource !== '' && { subresource }),
    }))
}

// The oldest of too many updaters go into one entry, which takes a place itself.
function withoutOldest(ordered: readonly Ownership[]): readonly Ownership[] {
  const updaters = ordered.filter(({ operation }) => operation === 'Update')
  if (updaters.length <= UPDATERS_MAX) return ordered
  const oldest = updaters.slice(0, updaters.length - UPDATERS_MAX + 1)
  const [first] = oldest
  if (!first) return ordered
  const fields = new Set(oldest.flatMap(one => [...one.fields]))
  const time = oldest.at(-1)?.time
  return [...ordered.filter(one => !oldest.includes(one)), { ...first, manager: OLDEST, subresource: '', time, fields }]
}

/** What a plain write did to the fields. */
export interface FieldChanges {
  readonly set: FieldSet
  readonly removed: FieldSet
}

export function changedFields(before: FieldValues, after: FieldValues): FieldChanges {
  const set = new Set<FieldPath>()
  for (const [path, value] of after) if (before.get(path) !== value) set.add(path)
  const removed = new Set<FieldPath>()
  for (const path of before.keys()) if (!after.has(path)) removed.add(path)
  return { set, removed }
}

/** Owners after a plain write: the writer takes what it set, and nobody has what is gone. */
export function afterUpdate(
  owners: readonly Ownership[],
  writer: Manager,
  { set, removed }: FieldChanges,
  time: string,
): readonly Ownership[] {
  if (set.size === 0 && removed.size === 0) return owners
  const others = owners.map(owner => (isSame(owner, writer) ? owner : without(owner, set, removed)))
  const mine = others.find(owner => isSame(owner, writer))
  const fields = new Set([...(mine?.fields ?? []), ...set].filter(path => !removed.has(path)))
  if (mine && set.size === 0 && fields.size === mine.fields.size) return others
  return [...others.filter(owner => owner !== mine), { ...writer, time, fields }]
}

/** Owners after an apply: the applier has exactly what it names, and what it forced from others. */
export function afterApply(
  owners: readonly Ownership[],
  applier: Manager,
  { applied, changes, time }: { readonly applied: FieldSet; readonly changes: FieldChanges; readonly time: string },
): readonly Ownership[] {
  const taken = new Set([...changes.set].filter(path => applied.has(path)))
  const others = owners.filter(owner => !isSame(owner, applier)).map(owner => without(owner, taken, changes.removed))
  const mine = owners.find(owner => isSame(owner, applier))
  const isSameSet = mine && mine.fields.size === applied.size && [...applied].every(path => mine.fields.has(path))
  const isQuiet = isSameSet && changes.set.size === 0 && changes.removed.size === 0
  return [...others, isQuiet ? mine : { ...applier, time, fields: applied }]
}

/** The same writer in the same way: one entry. An applier is the same in every version. */
export function isSame(a: Manager, b: Manager): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  )
}

function without(owner: Ownership, set: FieldSet, removed: FieldSet): Ownership {
  const fields = new Set([...owner.fields].filter(path => !set.has(path) && !removed.has(path)))
  return fields.size === owner.fields.size ? owner : { ...owner, fields }
}
