// The last step before an object is stored: a copy without undefined members, frozen all the way down. What is frozen
// already is taken as sealed and shared, so that a new status does not copy the spec it leaves alone.

/** A frozen value equal to the given one, with no undefined member anywhere. The given value is left as it is. */
export function seal<T>(value: T): T {
  return sealed(value) as T
}

function sealed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) return Object.freeze(value.map(sealed))
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key]
    if (member === undefined) continue
    const inner = sealed(member)
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value: inner, enumerable: true, configurable: true, writable: true })
    else copy[key] = inner
  }
  return Object.freeze(copy)
}
