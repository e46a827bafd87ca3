// From the body of a write to an object of the kind that its path is about: content type, JSON or YAML, kind and version,
// then the fields themselves, more or less strictly. Every mistake is said in the words of the server's decoder. Protobuf
// is JSON by then.

import type { ApiStatus } from '../api/api-status.ts'
import { decodeObject, type BodyStruct, type Decoded } from '../api/decode/decode-object.ts'
import { findKind, type KindInfo } from '../api/kind-registry.ts'
import { parseManifests } from '../yaml/index.ts'
import type { ApiRequest } from './api-request.ts'
import { goJsonType } from './go-value.ts'
import { parseGoJson } from './go-json.ts'
import { isRecord, own, type JsonRecord } from './patch-outcome.ts'
import { badRequest } from './refusals.ts'
import { utf8Bytes } from '../kernel/utf8.ts'
import type { FieldValidation } from './write-options.ts'

/** A body that could be read; `warnings` are the fields that mean nothing, where that is not an error. */
export type BodyOutcome<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly status: ApiStatus }

/** What a body has to be: a kind of the registry or one that only bodies have. */
export interface WantedBody {
  readonly kind: KindInfo['kind'] | BodyStruct
  readonly group: string
  readonly version: string
  readonly apiVersion: string
}

const JSON_TYPES: ReadonlySet<string> = new Set(['', 'application/json', '*/*'])
const YAML_TYPE = 'application/yaml'
const SHOWN_BYTES = 30
/** Versions that a kind's group had once: such an object is known, but not of the version asked for. */
const OLD_VERSIONS: { readonly [group: string]: readonly string[] } = {
  apps: ['v1beta1', 'v1beta2'],
  'coordination.k8s.io': ['v1alpha2', 'v1beta1'],
  'discovery.k8s.io': ['v1beta1'],
}

/** The media type of a request's body, without parameters; '' when it names none. */
export function mediaTypeOf(request: ApiRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

export function unsupportedMediaType(accepted: readonly string[]): ApiStatus {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`
  const status = badRequest(message)
  return { ...status, reason: 'UnsupportedMediaType', code: 415 }
}

/** The object in the body. Unknown and doubled fields are an error, a warning or nothing, as asked. */
export function readBody<T>(request: ApiRequest, wanted: WantedBody, validation: FieldValidation): BodyOutcome<T> {
  const parsed = parseBody(request, wanted.kind)
  if (!parsed.ok) return parsed
  const typed = withType(parsed.value, wanted)
  if (!typed.ok) return typed
  const decoded = decodeObject(wanted.kind, typed.value)
  const problem = fatalProblem(decoded, parsed.warnings, validation)
  if (problem !== undefined) return refuse(`${cannotBeHandled(typed.value, wanted.kind)}: ${problem}`)
  const warnings = validation === 'Warn' ? [...parsed.warnings, ...fieldProblems(decoded)] : []
  return { ok: true, value: decoded.value as T, warnings }
}

/** Why an object cannot be used at all: a wrong type, or with `Strict` fields that mean nothing. */
export function fatalProblem(
  decoded: Decoded,
  duplicates: readonly string[],
  validation: FieldValidation,
): string | undefined {
  const mismatch = decoded.problems.find(problem => problem.type === 'wrongType')
  if (mismatch) return mismatch.message
  const fields = [...duplicates, ...fieldProblems(decoded)]
  if (validation !== 'Strict' || fields.length === 0) return undefined
  return `strict decoding error: ${fields.join(', ')}`
}

/** `unknown field "spec.foo"` for each field that its kind does not have. */
export function fieldProblems(decoded: Decoded): readonly string[] {
  return decoded.problems
    .filter(problem => problem.type === 'unknownField')
    .map(problem => `unknown field ${JSON.stringify(problem.field)}`)
}

/** Why an object of another type does not go where one of the wanted kind belongs; undefined when it is of that kind. */
export function typeProblem(value: JsonRecord, wanted: WantedBody): string | undefined {
  const kind = textOf(value, 'kind')
  const apiVersion = textOf(value, 'apiVersion')
  if (kind === wanted.kind && apiVersion === wanted.apiVersion) return undefined
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1)
  if (!findKind(apiVersion, kind)) {
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:110"`
  }
  const internal = wanted.group === '' ? 'core' : wanted.group.split('.')[0]
  return `converting (${version}.${kind}) to (${internal}.${wanted.kind}): unknown conversion`
}

/** The object in the body of an apply, which is YAML or JSON; the path is not asked. */
export function parseConfig(text: string): BodyOutcome<JsonRecord> {
  const parsed = parseGoJson(text)
  if (parsed.ok && isRecord(parsed.value)) return { ok: true, value: parsed.value, warnings: [] }
  const { documents, problems } = parseManifests(text)
  const [document] = documents
  const problem = problems.find(({ code }) => !document || code !== 'required')
  if (document && !problem) return { ok: true, value: { ...document.value }, warnings: [] }
  const line = text.slice(0, problem?.from).split('\n').length
  return refuse(`error decoding YAML: yaml: line ${line}: ${problem?.message ?? 'an object was expected'}`)
}

// The value of the text; the warnings are members that stand twice.
function parseBody(request: ApiRequest, kind: string): BodyOutcome<JsonRecord> {
  const mediaType = mediaTypeOf(request)
  if (mediaType === YAML_TYPE) return parseYamlBody(request.body, kind)
  if (!JSON_TYPES.has(mediaType)) {
    return { ok: false, status: unsupportedMediaType(['application/json', YAML_TYPE]) }
  }
  const parsed = parseGoJson(request.body)
  const unrecognized = `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error`
  if (!parsed.ok) return refuse(`${unrecognized}: ${parsed.message} (${startOf(request.body)})`)
  const value = parsed.value ?? {}
  const wrong = headProblem(value)
  if (wrong !== undefined || !isRecord(value)) return refuse(`${unrecognized}: ${wrong} (${startOf(request.body)})`)
  return { ok: true, value, warnings: parsed.duplicates.map(field => `duplicate field ${JSON.stringify(field)}`) }
}

function parseYamlBody(text: string, kind: string): BodyOutcome<JsonRecord> {
  const parsed = parseManifests(text)
  const [document] = parsed.documents
  const problem = parsed.problems.find(({ code }) => !document || code !== 'required')
  if (document && !problem) return { ok: true, value: { ...document.value }, warnings: [] }
  // Go's reader finds a second colon in a value where it stands; ours says where that value begins.
  const isNested = problem?.message.startsWith('Nested mappings are not allowed') ?? false
  const message = isNested ? 'mapping values are not allowed in this context' : problem?.message
  const colon = isNested ? text.slice(problem?.from).search(/:(\s|$)/) : 0
  const line = text.slice(0, (problem?.from ?? 0) + Math.max(colon, 0)).split('\n').length
  const said = `yaml: line ${line}: ${message ?? 'an object was expected'}`
  return refuse(`the object provided is unrecognized (must be of type ${kind}): ${said} (${startOf(text)})`)
}

// Go reads kind and version alone first, into a struct without a name.
function headProblem(value: unknown): string | undefined {
  if (!isRecord(value)) {
    const struct =
      'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
    return `json: cannot unmarshal ${goJsonType(value)} into Go value of type ${struct}`
  }
  for (const field of ['apiVersion', 'kind']) {
    const member = own(value, field)
    if (member === undefined || member === null || typeof member === 'string') continue
    return `json: cannot unmarshal ${goJsonType(member)} into Go struct field .${field} of type string`
  }
  return undefined
}

// Kind and version may be missing: the path says what is meant.
function withType(value: JsonRecord, wanted: WantedBody): BodyOutcome<JsonRecord> {
  const typed: JsonRecord = {
    ...value,
    kind: textOf(value, 'kind') || wanted.kind,
    apiVersion: textOf(value, 'apiVersion') || wanted.apiVersion,
  }
  const apiVersion = textOf(typed, 'apiVersion')
  const isOld = OLD_VERSIONS[wanted.group]?.some(old => apiVersion === `${wanted.group}/${old}`)
  if (isOld && own(typed, 'kind') === wanted.kind) {
    return refuse(
      `the API version in the data (${apiVersion}) does not match the expected API version (${wanted.apiVersion})`,
    )
  }
  const problem = typeProblem(typed, wanted)
  return problem === undefined
    ? { ok: true, value: typed, warnings: [] }
    : refuse(`${cannotBeHandled(typed, wanted.kind)}: ${problem}`)
}

function cannotBeHandled(value: JsonRecord, kind: string): string {
  const apiVersion = textOf(value, 'apiVersion')
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1)
  return `${textOf(value, 'kind')} in version ${JSON.stringify(version)} cannot be handled as a ${kind}`
}

/** A member that is a text, or ''. */
export function textOf(value: JsonRecord, key: string): string {
  const member = own(value, key)
  return typeof member === 'string' ? member : ''
}

/** The start of a body as the server shows it: text when it looks like JSON, bytes otherwise. */
function startOf(text: string): string {
  if (text === '') return '<empty>'
  const bytes = utf8Bytes(text.slice(0, SHOWN_BYTES + 1))
  const more = bytes.length > SHOWN_BYTES ? ' ...' : ''
  if (text.startsWith('{')) return text.slice(0, SHOWN_BYTES) + more
  return (
    bytes
      .slice(0, SHOWN_BYTES)
      .map(byte => byte.toString(16).padStart(2, '0'))
      .join('') + more
  )
}

function refuse(message: string): { readonly ok: false; readonly status: ApiStatus } {
  return { ok: false, status: badRequest(message) }
}
