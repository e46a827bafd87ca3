// A value of unknown shape → an object of a kind, strictly: unknown fields and wrong types are told, each with its path, in
// the words of Go's decoder. null counts as absent. What comes out has its fields in the order of the Go structs, and its
// maps by key, as Go would write them. Nothing is defaulted here.

import { base64Fault } from '../../kernel/base64.ts'
import { compareText } from '../../kernel/json.ts'
import type { Kind } from '../kind-registry.ts'
import { nearest } from './near-miss.ts'
import { goName, GO_STRUCTS, type GoStruct, type GoType } from './go-structs.ts'

type DecodePath = readonly (string | number)[]

export type DecodeProblem =
  | {
      readonly type: 'unknownField'
      readonly path: DecodePath
      /** `spec.ports[0].prot`, as the server names it. */
      readonly field: string
      readonly message: string
      /** The struct's name in Go, and a field it has that this was likely meant to be. */
      readonly struct: string
      readonly meant: string | undefined
    }
  | {
      readonly type: 'wrongType'
      readonly path: DecodePath
      readonly field: string
      readonly message: string
      /** The Go type wanted: `int32`, `string`, `[]v1.ServicePort`. */
      readonly wanted: string
      /** `string`, `number`, `bool`, `object` or `array`. */
      readonly actual: string
      /** Whether the field is one of the pairs of a map of texts, such as a label. */
      readonly inTextMap: boolean
    }

export interface Decoded {
  /** The value with unknown fields and nulls left out; only good when no problem is a wrong type. */
  readonly value: unknown
  readonly problems: readonly DecodeProblem[]
}

/** What else a client may send in a body: a part of an object, or the options of a request. */
export type BodyStruct = 'Scale' | 'Binding' | 'Eviction' | 'DeleteOptions'

export function decodeObject(kind: Kind | BodyStruct, given: unknown): Decoded {
  const problems: DecodeProblem[] = []
  const at: Place = { path: [], goPath: '', owner: kind, inTextMap: false }
  const value = decode(given, { type: 'struct', struct: kind, shown: `v1.${kind}` }, at, problems)
  return { value, problems }
}

/** `spec.ports[0].port`; a step that is no plain word stands in brackets. */
function fieldText(path: DecodePath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

interface Place {
  readonly path: DecodePath
  /** The path without list indexes, as Go's decoder has it. */
  readonly goPath: string
  /** The struct that the field belongs to. */
  readonly owner: string
  readonly inTextMap: boolean
}

/** More of one object than anyone mends at once; what comes after them is dropped. */
const PROBLEMS_MAX = 200

const INT_MAX = { int32: 2 ** 31 - 1, int64: Number.MAX_SAFE_INTEGER }

function decode(value: unknown, wanted: GoType, at: Place, problems: DecodeProblem[]): unknown {
  switch (wanted.type) {
    case 'any':
      return value
    case 'string':
    case 'time':
      return typeof value === 'string' ? value : mismatch(value, wanted.shown, at, problems)
    case 'bool':
      return typeof value === 'boolean' ? value : mismatch(value, wanted.shown, at, problems)
    case 'int32':
    case 'int64':
      return isInteger(value, INT_MAX[wanted.type]) ? value : mismatch(value, wanted.shown, at, problems)
    case 'intOrString':
      return typeof value === 'string' || isInteger(value, INT_MAX.int32)
        ? value
        : mismatch(value, 'int32', at, problems)
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number'
        ? value
        : mismatch(value, wanted.shown, at, problems)
    case 'bytes':
      return decodeBytes(value, wanted.shown, at, problems)
    case 'list':
      if (!Array.isArray(value)) return mismatch(value, wanted.shown, at, problems)
      return value.map((item, index) =>
        decode(item ?? zeroOf(wanted.of), wanted.of, { ...at, path: [...at.path, index] }, problems),
      )
    case 'map':
      return decodeMap(value, wanted.of, wanted.shown, at, problems)
    case 'struct':
      break
  }
  return decodeStruct(value, wanted.struct, wanted.shown, at, problems)
}

function decodeBytes(value: unknown, shown: string, at: Place, problems: DecodeProblem[]): unknown {
  if (typeof value !== 'string') return mismatch(value, shown, at, problems)
  const fault = base64Fault(value)
  if (fault === undefined) return value
  const message = `illegal base64 data at input byte ${fault}`
  const field = fieldText(at.path)
  problems.push({ type: 'wrongType', path: at.path, field, message, wanted: shown, actual: 'string', inTextMap: false })
  return undefined
}

function decodeMap(value: unknown, of: GoType, shown: string, at: Place, problems: DecodeProblem[]): unknown {
  if (!isRecord(value)) return mismatch(value, shown, at, problems)
  const decoded: [string, unknown][] = []
  for (const [key, member] of Object.entries(value)) {
    const place = { ...at, path: [...at.path, key], inTextMap: of.type === 'string' }
    decoded.push([key, decode(member ?? zeroOf(of), of, place, problems)])
  }
  return Object.fromEntries(decoded.sort(([a], [b]) => compareText(a, b)))
}

function decodeStruct(value: unknown, struct: string, shown: string, at: Place, problems: DecodeProblem[]): unknown {
  if (!isRecord(value)) return mismatch(value, shown, at, problems)
  const fields = GO_STRUCTS.get(struct)
  const decoded: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    const path = [...at.path, key]
    const wanted = fields?.get(key)
    if (!wanted) {
      if (problems.length >= PROBLEMS_MAX) continue
      const field = fieldText(path)
      const message = `strict decoding error: unknown field ${JSON.stringify(field)}`
      const meant = nearest(key, [...(fields?.keys() ?? [])])
      problems.push({ type: 'unknownField', path, field, message, struct: goName(struct), meant })
    } else if (member !== null && member !== undefined) {
      const goPath = at.goPath === '' ? key : `${at.goPath}.${key}`
      decoded[key] = decode(member, wanted, { path, goPath, owner: goName(struct), inTextMap: false }, problems)
    }
  }
  return inOrder(decoded, fields)
}

function inOrder(values: { readonly [key: string]: unknown }, fields: GoStruct | undefined): object {
  const keys = Object.keys(values)
  if (!fields || keys.length < 2) return values
  const sorted = [...fields.keys()].filter(key => Object.hasOwn(values, key))
  if (sorted.every((key, index) => key === keys[index])) return values
  return Object.fromEntries(sorted.map(key => [key, values[key]]))
}

function mismatch(value: unknown, wanted: string, at: Place, problems: DecodeProblem[]): undefined {
  // At least one wrong type is always told: it is what keeps the value from being used.
  if (problems.length >= PROBLEMS_MAX && problems.some(problem => problem.type === 'wrongType')) return undefined
  const actual = Array.isArray(value)
    ? 'array'
    : isRecord(value)
      ? 'object'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value
  const isOdd = typeof value === 'number' && (wanted === 'int32' || wanted === 'int64')
  const what = isOdd ? `number ${value}` : actual
  const type = at.inTextMap ? 'string' : wanted
  const message = `json: cannot unmarshal ${what} into Go struct field ${at.owner}.${at.goPath} of type ${type}`
  problems.push({
    type: 'wrongType',
    path: at.path,
    field: fieldText(at.path),
    message,
    wanted: type,
    actual,
    inTextMap: at.inTextMap,
  })
  return undefined
}

// In a list or map, null is Go's zero value.
function zeroOf(type: GoType): unknown {
  if (type.type === 'struct' || type.type === 'map') return {}
  if (type.type === 'list') return []
  if (type.type === 'bool') return false
  return type.type === 'int32' || type.type === 'int64' || type.type === 'intOrString' ? 0 : ''
}

function isInteger(value: unknown, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value <= max && value >= -max - 1
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
