// The last step before an object is stored: a copy without undefined members, frozen all the way down. What is frozen
// already is taken as sealed and shared, so that a new status does not copy the spec it leaves alone.

import { eachUnshared } from '../kernel/shared-items.ts'

/**
 * A frozen value equal to the given one, with no undefined member anywhere. The given value is left as it is. What it shares
 * with `old`, which is sealed itself, is not looked at.
 */
export function seal<T>(value: T, old?: unknown): T {
  return sealed(value, old) as T
}

function sealed(value: unknown, old: unknown): unknown {
  if (value === old || typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) return sealedList(value, Array.isArray(old) ? old : [])
  const before = typeof old === 'object' && old !== null ? (old as Record<string, unknown>) : {}
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key]
    if (member === undefined) continue
    const inner = sealed(member, before[key])
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value: inner, enumerable: true, configurable: true, writable: true })
    else copy[key] = inner
  }
  return Object.freeze(copy)
}

function sealedList(items: readonly unknown[], old: readonly unknown[]): readonly unknown[] {
  const copy = [...items]
  eachUnshared(items, old, (item, index) => {
    copy[index] = sealed(item, old[index])
  })
  return Object.freeze(copy)
}
