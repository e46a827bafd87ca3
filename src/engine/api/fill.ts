// How defaults are written: give an object what it lacks and otherwise the very same object back, so that a Pod made from
// a template with defaults shares the template's frozen parts instead of copying them.

import { eachUnshared } from '../kernel/shared-items.ts'

/** The object with a value for each default it lacks. Undefined, null and the empty text count as lacking. */
export function fill<T extends object>(object: T, defaults: { readonly [K in keyof T]?: T[K] }): T {
  const missing: { [K in keyof T]?: T[K] } = {}
  let any = false
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    if (!isLacking(object[key]) || defaults[key] === undefined) continue
    missing[key] = defaults[key]
    any = true
  }
  return any ? { ...object, ...missing } : object
}

/** The object with one member changed, or the very same when it has that value already. */
export function withMember<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): T {
  return object[key] === value ? object : { ...object, [key]: value }
}

/**
 * The items changed one by one, or the very same list when nothing changed. Items of `old`, which were changed before, are
 * not looked at again.
 */
export function mapSame<T>(
  items: readonly T[],
  change: (item: T, index: number) => T,
  old: readonly T[] = [],
): readonly T[] {
  let changed: T[] | undefined
  eachUnshared(items, old, (item, index) => {
    const next = change(item, index)
    if (next === item) return
    changed ??= [...items]
    changed[index] = next
  })
  return changed ?? items
}

/** The object without those of the named members that hold Go's zero value, which its JSON leaves out. */
export function omitEmpty<T extends object>(object: T, keys: readonly (keyof T)[]): T {
  const empty = keys.filter(key => object[key] !== undefined && isZero(object[key]))
  if (empty.length === 0) return object
  const rest = { ...object }
  for (const key of empty) delete rest[key]
  return rest
}

function isLacking(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === '' || value === 0 || value === false || value === null
}
