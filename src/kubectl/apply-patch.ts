// What `kubectl apply` sends: the difference between what is there, what was applied last and what is wanted, as a strategic
// merge patch. Lists that are merged by a key are known by their field, as the API's types mark them; all others are
// replaced as a whole.

import { isFields, isSame, textAt, valueAt, type Fields } from './fields.ts'

/** By the field that holds the list, and the field around it where that matters. */
function mergeKey(path: readonly string[]): string | undefined {
  const field = path.at(-1) ?? ''
  switch (field) {
    case 'ports':
      return path.at(-2) === 'spec' ? 'port' : 'containerPort'
    case 'containers':
    case 'initContainers':
    case 'ephemeralContainers':
    case 'env':
    case 'volumes':
    case 'imagePullSecrets':
      return 'name'
    case 'volumeMounts':
      return 'mountPath'
    case 'volumeDevices':
      return 'devicePath'
    case 'hostAliases':
      return 'ip'
    case 'topologySpreadConstraints':
      return 'topologyKey'
    case 'conditions':
      return 'type'
    case 'ownerReferences':
      return 'uid'
    default:
      return undefined
  }
}

/** Null when there is nothing to change. `last` is what was applied before, or null. */
export function applyPatch(last: unknown, wanted: unknown, current: unknown): Fields | null {
  const patch = mapPatch(
    isFields(last) ? last : {},
    isFields(wanted) ? wanted : {},
    isFields(current) ? current : {},
    [],
  )
  return Object.keys(patch).length === 0 ? null : patch
}

function mapPatch(last: Fields, wanted: Fields, current: Fields, path: readonly string[]): Record<string, unknown> {
  const patch: Record<string, unknown> = {}
  for (const name of Object.keys(last)) {
    if (!Object.hasOwn(wanted, name) && Object.hasOwn(current, name)) patch[name] = null
  }
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined || value === null) {
      if (Object.hasOwn(current, name) && value === null) patch[name] = null
      continue
    }
    Object.assign(patch, memberPatch(name, last[name], value, current[name], [...path, name]))
  }
  return patch
}

function memberPatch(name: string, last: unknown, wanted: unknown, current: unknown, path: readonly string[]): Fields {
  if (isFields(wanted) && isFields(current)) {
    const inner = mapPatch(isFields(last) ? last : {}, wanted, current, path)
    return Object.keys(inner).length === 0 ? {} : { [name]: inner }
  }
  const key = mergeKey(path)
  if (key !== undefined && Array.isArray(wanted) && Array.isArray(current)) {
    return listPatch(name, key, Array.isArray(last) ? last : [], wanted, current, path)
  }
  return isSame(wanted, current) ? {} : { [name]: wanted }
}

function listPatch(
  name: string,
  key: string,
  last: readonly unknown[],
  wanted: readonly unknown[],
  current: readonly unknown[],
  path: readonly string[],
): Fields {
  const keyOf = (item: unknown): string => textAt(item, key)
  const find = (list: readonly unknown[], item: unknown): unknown => list.find(one => keyOf(one) === keyOf(item))
  // Items that share a key are taken in order, the second with the second.
  const findAt = (list: readonly unknown[], item: unknown, at: number): unknown => {
    const nth = wanted.slice(0, at).filter(one => keyOf(one) === keyOf(item)).length
    return list.filter(one => keyOf(one) === keyOf(item))[nth]
  }
  const changed = wanted.flatMap((item, at) => {
    const there = findAt(current, item, at)
    if (!isFields(there) || !isFields(item)) return [item]
    const before = findAt(last, item, at)
    const inner = mapPatch(isFields(before) ? before : {}, item, there, path)
    return Object.keys(inner).length === 0 ? [] : [{ ...inner, [key]: valueAt(item, key) }]
  })
  const removed = last
    .filter(item => find(wanted, item) === undefined && find(current, item) !== undefined)
    .map(item => ({ $patch: 'delete', [key]: valueAt(item, key) }))
  if (changed.length + removed.length === 0) return {}
  const order = wanted.map(item => ({ [key]: valueAt(item, key) }))
  return { [`$setElementOrder/${name}`]: order, [name]: [...changed, ...removed] }
}
