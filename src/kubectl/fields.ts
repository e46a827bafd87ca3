// Reading values of which only their path is known, since kubectl meets whatever the server sends: what is not there, or is
// of another type, reads as nothing.

export interface Fields {
  readonly [name: string]: unknown
}

export type Path = readonly (string | number)[]

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function valueAt(value: unknown, ...path: Path): unknown {
  let here = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as { readonly [key: string | number]: unknown })[step]
  }
  return here
}

/** A string as it is, a number or boolean as text, else ''. */
export function textAt(value: unknown, ...path: Path): string {
  const found = valueAt(value, ...path)
  return typeof found === 'string'
    ? found
    : typeof found === 'number' || typeof found === 'boolean'
      ? String(found)
      : ''
}

export function numberAt(value: unknown, ...path: Path): number {
  const found = valueAt(value, ...path)
  return typeof found === 'number' ? found : 0
}

export function listAt(value: unknown, ...path: Path): readonly unknown[] {
  const found = valueAt(value, ...path)
  return Array.isArray(found) ? (found as readonly unknown[]) : []
}

export function mapAt(value: unknown, ...path: Path): Fields {
  const found = valueAt(value, ...path)
  return isFields(found) ? found : {}
}

export function nameOf(object: unknown): string {
  return textAt(object, 'metadata', 'name')
}

export function namespaceOf(object: unknown): string {
  return textAt(object, 'metadata', 'namespace')
}

/** A copy with one member set at a path; maps on the way are made. */
export function withValue(value: unknown, path: readonly string[], set: unknown): Fields {
  const [first = '', ...rest] = path
  const own = isFields(value) ? value : {}
  return { ...own, [first]: rest.length === 0 ? set : withValue(own[first], rest, set) }
}

/** A copy without the member at a path. */
export function withoutValue(value: Fields, path: readonly string[]): Fields {
  const [first = '', ...rest] = path
  const { [first]: member, ...others } = value
  if (rest.length === 0 || !isFields(member)) return rest.length === 0 ? others : value
  return { ...value, [first]: withoutValue(member, rest) }
}

/** Keys in order at every depth, as a Go program writes a map. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isFields(value)) return value
  const keys = Object.keys(value).filter(key => value[key] !== undefined)
  return Object.fromEntries(keys.sort().map(key => [key, sorted(value[key])]))
}

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}
