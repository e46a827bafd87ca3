// PATCH of an object, in four forms. In three of them the patch is carried out on what is stored, the result is decoded as
// strictly as a body would be, and then it is a change like any other; the fourth is server-side apply.

import { notFound, type ApiStatus } from '../api/api-status.ts'
import { decodeObject, type Decoded } from '../api/decode/decode-object.ts'
import { invalidValue } from '../api/field-error.ts'
import type { AnyObject } from '../api/kind-registry.ts'
import type { DraftMeta } from '../api/meta.ts'
import { canonicalJson } from '../kernel/json.ts'
import type { ApiBody } from './api-request.ts'
import { applyObject } from './apply-object.ts'
import { unstructuredProblem } from './go-unstructured.ts'
import { goJsonType, goValueText } from './go-value.ts'
import { parseGoJson } from './go-json.ts'
import { applyJsonPatch, JSON_PATCH_MAX } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { isRecord, patched, type JsonRecord, type PatchOutcome } from './patch-outcome.ts'
import { fatalProblem, fieldProblems, mediaTypeOf, typeProblem, type WantedBody } from './read-body.ts'
import { badRequest, unclassified } from './refusals.ts'
import { strategicMerge } from './strategic-merge.ts'
import { changeObject } from './update-object.ts'
import { refusalAnswer, type WriteCall } from './write-answer.ts'
import { readWriteOptions, type FieldValidation } from './write-options.ts'
import { nameProblem, namespaceProblem, storedObject } from './write-rules.ts'

type PatchForm = 'json' | 'merge' | 'strategic'

const FORMS: { readonly [mediaType: string]: PatchForm } = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
}

/** The media type of server-side apply. */
export const APPLY_TYPE = 'application/apply-patch+yaml'

export function patchObject(call: WriteCall): ApiBody {
  if (mediaTypeOf(call.request) === APPLY_TYPE) return applyObject(call)
  const form = patchForm(call)
  if (typeof form !== 'string') return refusalAnswer(form)
  const read = readWriteOptions('PatchOptions', call.query)
  if (!read.ok) return refusalAnswer(read.status)
  const old = storedObject(call)
  if (!old) return refusalAnswer(notFound(call.info, call.name))
  const result = patchedBody(call, { form, target: old, wanted: call.info, validation: read.options.fieldValidation })
  if (!result.ok) return refusalAnswer(result.status, result.warnings)
  const { value, warnings } = result
  const { metadata } = value as { readonly metadata?: DraftMeta }
  const misplaced = nameProblem(call, metadata) ?? namespaceProblem(call, metadata)
  if (misplaced) return refusalAnswer(misplaced, warnings)
  return changeObject(call, old, value, { options: read.options, warnings })
}

/** The form of the patch by its media type, or the refusal of any other. */
export function patchForm({ request }: WriteCall): PatchForm | ApiStatus {
  const mediaType = mediaTypeOf(request)
  const form = Object.hasOwn(FORMS, mediaType) ? FORMS[mediaType] : undefined
  const status = badRequest('415: Unsupported Media Type')
  return form ?? { ...status, reason: 'UnsupportedMediaType', code: 415, details: {} }
}

type PatchedBody =
  | { readonly ok: true; readonly value: unknown; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly status: ApiStatus; readonly warnings: readonly string[] }

interface PatchWork {
  readonly form: PatchForm
  readonly target: AnyObject | JsonRecord
  readonly wanted: WantedBody
  readonly validation: FieldValidation
}

/** What the patch in the body makes of the target, decoded again as what it was. */
export function patchedBody({ request }: WriteCall, { form, target, wanted, validation }: PatchWork): PatchedBody {
  const parsed = parseGoJson(request.body)
  const prefix = form === 'strategic' ? '' : 'error decoding patch: '
  if (!parsed.ok) return { ok: false, status: badRequest(prefix + parsed.message), warnings: [] }
  const { value: patch } = parsed
  if (form === 'json' && Array.isArray(patch) && patch.length > JSON_PATCH_MAX) {
    return { ok: false, status: tooManyOperations(patch.length), warnings: [] }
  }
  const before = target as unknown as JsonRecord
  const { outcome, warnings } = carryOut(form, wanted, before, patch)
  const told = validation === 'Warn' ? warnings : []
  if (!outcome.ok) return { ok: false, status: refusalOf(outcome), warnings: told }
  const duplicates = form === 'json' ? [] : parsed.duplicates.map(field => `duplicate field ${JSON.stringify(field)}`)
  const decoded = decodeObject(wanted.kind, outcome.value)
  const problem = resultProblem(outcome.value, wanted, form) ?? wrongTypeIn(decoded, form)
  const strict = fatalProblem({ ...decoded, problems: fieldsOnly(decoded) }, [...warnings, ...duplicates], validation)
  const why = problem ?? strict
  if (why !== undefined) {
    const given = form === 'strategic' ? goValueText(patch) : canonicalJson(outcome.value)
    return { ok: false, status: undecodable(given, why), warnings: told }
  }
  const fields = validation === 'Warn' ? [...duplicates, ...fieldProblems(decoded)] : []
  return { ok: true, value: decoded.value, warnings: [...told, ...fields] }
}

function carryOut(
  form: PatchForm,
  wanted: WantedBody,
  target: JsonRecord,
  patch: unknown,
): { readonly outcome: PatchOutcome; readonly warnings: readonly string[] } {
  if (form === 'json') return applyJsonPatch(target, patch)
  if (!isRecord(patch)) {
    const wrong = `json: cannot unmarshal ${goJsonType(patch)} into Go value of type map[string]interface {}`
    const message = form === 'merge' ? `error decoding patch: ${wrong}` : wrong
    return { outcome: { ok: false, type: 'bad', message }, warnings: [] }
  }
  const outcome = form === 'merge' ? patched(mergePatch(target, patch)) : strategicMerge(wanted.kind, target, patch)
  return { outcome, warnings: [] }
}

function tooManyOperations(count: number): ApiStatus {
  const message = `Request entity too large: The allowed maximum operations in a JSON patch is ${JSON_PATCH_MAX}, got ${count}`
  return { ...badRequest(message), reason: 'RequestEntityTooLarge', code: 413 }
}

function refusalOf(outcome: PatchOutcome & { readonly ok: false }): ApiStatus {
  switch (outcome.type) {
    case 'bad':
      return badRequest(outcome.message)
    case 'broken':
      return unclassified(outcome.message)
    case 'reject': {
      const message = 'the server rejected our request due to an error in our request'
      return { ...badRequest(message), reason: 'Invalid', code: 422, details: {} }
    }
  }
}

// A patch may not make an object of another kind out of one.
function resultProblem(value: unknown, wanted: WantedBody, form: PatchForm): string | undefined {
  if (isRecord(value)) return typeProblem(value, wanted)
  return form === 'strategic'
    ? 'expected a map'
    : `json: cannot unmarshal ${goJsonType(value)} into Go value of type v1.${wanted.kind}`
}

function wrongTypeIn(decoded: Decoded, form: PatchForm): string | undefined {
  const mismatch = decoded.problems.find(problem => problem.type === 'wrongType')
  if (!mismatch) return undefined
  return form === 'strategic' ? unstructuredProblem(mismatch) : mismatch.message
}

function fieldsOnly(decoded: Decoded): Decoded['problems'] {
  return decoded.problems.filter(problem => problem.type === 'unknownField')
}

/** A result that is no object of its kind: refused without a kind or a name, with all that was given. */
function undecodable(given: string, why: string): ApiStatus {
  const { type: reason, field, detail: message } = invalidValue('patch', given, why)
  const status = badRequest(` "" is invalid: ${field}: ${message}`)
  return { ...status, reason: 'Invalid', code: 422, details: { causes: [{ reason, message, field }] } }
}
