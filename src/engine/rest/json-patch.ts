// JSON patch (RFC 6902) as the API server carries it out: six operations, an index may count from the end with a minus, and
// one operation that cannot be carried out refuses the whole patch without saying which.

import { sameJson } from '../kernel/json.ts'
import { goJsonType } from './go-value.ts'
import { isRecord, own, patched, type JsonRecord, type PatchOutcome } from './patch-outcome.ts'

export const JSON_PATCH_MAX = 10_000

const REJECTED: PatchOutcome = { ok: false, type: 'reject' }
const MEMBERS: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value'])

interface JsonPatchOutcome {
  readonly outcome: PatchOutcome
  /** `json patch unknown field "[0].foo"`: members of operations that mean nothing. */
  readonly warnings: readonly string[]
}

/** The document after the operations, in order; the given document is left as it is. */
export function applyJsonPatch(document: unknown, patch: unknown): JsonPatchOutcome {
  const wrong = shapeProblem(patch)
  if (wrong !== undefined) {
    return { outcome: { ok: false, type: 'bad', message: `error decoding patch: ${wrong}` }, warnings: [] }
  }
  const operations = patch as readonly JsonRecord[]
  let value = document
  for (const operation of operations) {
    const next = carryOut(value, operation)
    if (!next) return { outcome: REJECTED, warnings: [] }
    value = next.value
  }
  return { outcome: patched(value), warnings: operations.flatMap(unknownMembers) }
}

// What Go's decoder would say of something that is no list of operations.
function shapeProblem(patch: unknown): string | undefined {
  if (!Array.isArray(patch)) {
    return `json: cannot unmarshal ${goJsonType(patch)} into Go value of type []handlers.jsonPatchOp`
  }
  for (const operation of patch as readonly unknown[]) {
    if (!isRecord(operation)) {
      return `json: cannot unmarshal ${goJsonType(operation)} into Go value of type handlers.jsonPatchOp`
    }
    for (const member of ['op', 'path', 'from']) {
      const value = own(operation, member)
      if (value === undefined || value === null || typeof value === 'string') continue
      return `json: cannot unmarshal ${goJsonType(value)} into Go struct field jsonPatchOp.${member} of type string`
    }
  }
  return undefined
}

function unknownMembers(operation: JsonRecord, index: number): readonly string[] {
  return Object.keys(operation)
    .filter(key => !MEMBERS.has(key))
    .map(key => `json patch unknown field "[${index}].${key}"`)
}

/** A value that may itself be undefined or null, told apart from none. */
interface Found {
  readonly value: unknown
}

function carryOut(document: unknown, operation: JsonRecord): Found | undefined {
  const path = pointerOf(own(operation, 'path'))
  const value = own(operation, 'value')
  switch (own(operation, 'op')) {
    case 'test':
      return holds(document, path, value ?? null) ? { value: document } : undefined
    case 'add':
      return value === undefined ? undefined : add(document, path, value)
    case 'replace':
      return value === undefined || !find(document, path) ? undefined : put(document, path, value)
    case 'remove':
      return remove(document, path)
    case 'copy':
    case 'move': {
      const from = pointerOf(own(operation, 'from'))
      const moved = find(document, from)
      if (!moved || from.length === 0) return undefined
      const rest = own(operation, 'op') === 'move' ? remove(document, from) : { value: document }
      return rest && add(rest.value, path, moved.value)
    }
    default:
      return undefined
  }
}

/** The steps of a JSON pointer; what stands before the first slash counts for nothing. */
function pointerOf(path: unknown): readonly string[] {
  if (typeof path !== 'string') return []
  return path
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function holds(document: unknown, path: readonly string[], value: unknown): boolean {
  const found = find(document, path)
  return found ? sameJson(found.value ?? null, value) : value === null
}

function find(document: unknown, path: readonly string[]): Found | undefined {
  let at: unknown = document
  for (const step of path) {
    if (Array.isArray(at)) {
      const index = indexIn(at.length, step)
      if (index === undefined || index >= at.length) return undefined
      at = at[index]
    } else if (isRecord(at) && Object.hasOwn(at, step)) at = at[step]
    else return undefined
  }
  return { value: at }
}

// An index that counts from the end counts from the length given.
function indexIn(length: number, step: string): number | undefined {
  if (!/^-?\d+$/.test(step)) return undefined
  const index = Number(step)
  const counted = index < 0 ? index + length : index
  return counted < 0 ? undefined : counted
}

function add(document: unknown, path: readonly string[], value: unknown): Found | undefined {
  return change(
    document,
    path,
    (list, step) => {
      const index = step === '-' ? list.length : indexIn(list.length + 1, step)
      return index === undefined || index > list.length ? undefined : list.toSpliced(index, 0, value)
    },
    (members, step) => members.set(step, value),
  )
}

function put(document: unknown, path: readonly string[], value: unknown): Found | undefined {
  return change(
    document,
    path,
    (list, step) => {
      const index = indexIn(list.length, step)
      return index === undefined || index >= list.length ? undefined : list.with(index, value)
    },
    (members, step) => members.set(step, value),
  )
}

function remove(document: unknown, path: readonly string[]): Found | undefined {
  return change(
    document,
    path,
    (list, step) => {
      const index = indexIn(list.length, step)
      return index === undefined || index >= list.length ? undefined : list.toSpliced(index, 1)
    },
    (members, step) => (members.delete(step) ? members : undefined),
  )
}

/** The document with the list or object that holds the end of the path changed, all on the way to it copied. */
function change(
  at: unknown,
  path: readonly string[],
  inList: (list: readonly unknown[], step: string) => readonly unknown[] | undefined,
  inRecord: (members: Map<string, unknown>, step: string) => Map<string, unknown> | undefined,
): Found | undefined {
  const [step, ...rest] = path
  if (step === undefined) return undefined
  if (rest.length === 0) {
    if (Array.isArray(at)) {
      const list = inList(at, step)
      return list && { value: list }
    }
    if (!isRecord(at)) return undefined
    const members = inRecord(new Map(Object.entries(at)), step)
    return members && { value: Object.fromEntries(members) }
  }
  const inner = find(at, [step])
  const changed = inner && change(inner.value, rest, inList, inRecord)
  return changed && put(at, [step], changed.value)
}
