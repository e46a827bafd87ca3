// meta/v1 DeleteOptions, from the body of a DELETE or, when that is empty, from its query. What they mean for the
// object is the store's to say.

import type { ApiStatus } from '../api/api-status.ts'
import { decodeObject } from '../api/decode/decode-object.ts'
import { forbiddenField, notSupported, type FieldError } from '../api/field-error.ts'
import type { PropagationPolicy } from '../store/index.ts'
import type { ApiRequest, QueryOptions } from './api-request.ts'
import { parseGoJson } from './go-json.ts'
import { isOn, parseInt64 } from './query-options.ts'
import { mediaTypeOf, unsupportedMediaType } from './read-body.ts'
import { badRequest, invalidOptions } from './refusals.ts'
import { dryRunErrors } from './write-options.ts'

export interface DeleteWish {
  readonly dryRun: boolean
  readonly gracePeriodSeconds?: number | undefined
  readonly preconditionUid?: string | undefined
  readonly preconditionVersion?: string | undefined
  /** What becomes of dependents; undefined: what the object itself says. */
  readonly propagationPolicy?: PropagationPolicy | undefined
}

/** DeleteOptions as they come in a body. */
export interface RawDeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly orphanDependents?: boolean
  readonly propagationPolicy?: string
  readonly dryRun?: readonly string[]
}

type WishOutcome = { readonly ok: true; readonly wish: DeleteWish } | { readonly ok: false; readonly status: ApiStatus }

const POLICIES = ['Foreground', 'Background', 'Orphan']
const BODY_TYPES: ReadonlySet<string> = new Set(['', 'application/json'])

export function readDeleteWish(request: ApiRequest, query: QueryOptions): WishOutcome {
  const raw = request.body.trim() === '' ? fromQuery(query) : fromBody(request)
  return 'code' in raw ? { ok: false, status: raw } : deleteWish(raw)
}

/** The options understood, or what is wrong with them. */
export function deleteWish(raw: RawDeleteOptions): WishOutcome {
  const errors: FieldError[] = []
  const policy = raw.propagationPolicy
  if (policy !== undefined && raw.orphanDependents !== undefined) {
    errors.push(forbiddenField('propagationPolicy', 'orphanDependents and deletionPropagation cannot be both set'))
  }
  if (policy !== undefined && !POLICIES.includes(policy)) {
    errors.push(notSupported('propagationPolicy', policy, [...POLICIES, 'nil']))
  }
  errors.push(...dryRunErrors(raw.dryRun ?? []))
  if (errors.length > 0) return { ok: false, status: invalidOptions('DeleteOptions', errors) }
  return {
    ok: true,
    wish: {
      dryRun: (raw.dryRun ?? []).length > 0,
      gracePeriodSeconds: raw.gracePeriodSeconds,
      preconditionUid: raw.preconditions?.uid,
      preconditionVersion: raw.preconditions?.resourceVersion,
      propagationPolicy: (policy as PropagationPolicy | undefined) ?? olderPolicy(raw.orphanDependents),
    },
  }
}

function olderPolicy(orphanDependents: boolean | undefined): PropagationPolicy | undefined {
  if (orphanDependents === undefined) return undefined
  return orphanDependents ? 'Orphan' : 'Background'
}

function fromBody(request: ApiRequest): RawDeleteOptions | ApiStatus {
  if (!BODY_TYPES.has(mediaTypeOf(request))) return unsupportedMediaType(['application/json'])
  const parsed = parseGoJson(request.body)
  if (!parsed.ok) return badRequest(`couldn't get version/kind; json parse error: ${parsed.message}`)
  const decoded = decodeObject('DeleteOptions', parsed.value ?? {})
  const mismatch = decoded.problems.find(problem => problem.type === 'wrongType')
  return mismatch ? badRequest(mismatch.message) : (decoded.value as RawDeleteOptions)
}

function fromQuery(query: QueryOptions): RawDeleteOptions | ApiStatus {
  const raw: { -readonly [K in keyof RawDeleteOptions]: RawDeleteOptions[K] } = {}
  const grace = query.get('gracePeriodSeconds')
  if (grace !== undefined) {
    const parsed = parseInt64(grace)
    if (!parsed.ok) return badRequest(parsed.message)
    raw.gracePeriodSeconds = Number(parsed.value)
  }
  const policy = query.get('propagationPolicy')
  if (policy !== undefined) raw.propagationPolicy = policy
  if (query.has('orphanDependents')) raw.orphanDependents = isOn(query, 'orphanDependents')
  const dryRun = query.get('dryRun')
  if (dryRun !== undefined) raw.dryRun = [dryRun]
  return raw
}
