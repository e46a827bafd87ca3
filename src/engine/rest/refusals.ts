// The refusals that only a request can earn: a bad query, a method or a resource that is not there, an old version of
// the world. What can be wrong with an object itself is said by api-status.ts. Codes, reasons and words are those of
// apimachinery's api/errors and of the apiserver's endpoint handlers.

import type { ApiStatus } from '../api/api-status.ts'
import { fieldErrorText, type FieldError } from '../api/field-error.ts'

export function badRequest(message: string): ApiStatus {
  return refusal(400, 'BadRequest', message)
}

/** A version, resource or subresource that is not served, inside a group that is. */
export function unknownResource(): ApiStatus {
  return refusal(404, 'NotFound', 'the server could not find the requested resource', {})
}

/** `why`: where the reason is this server's own. */
export function methodNotAllowed(why?: string): ApiStatus {
  const message = 'the server does not allow this method on the requested resource'
  return refusal(405, 'MethodNotAllowed', why ?? message, {})
}

/** A version whose changes or state are no longer remembered. */
export function expired(message: string): ApiStatus {
  return refusal(410, 'Expired', message)
}

/** The same of a page of a list, with a token that goes on at the current version instead. */
export function expiredToken(message: string, goOn: string): ApiStatus {
  return { ...expired(message), metadata: { continue: goOn } } as unknown as ApiStatus
}

/** `ListOptions.meta.k8s.io "" is invalid: …`: options of a request that do not go together. */
export function invalidOptions(kind: string, errors: readonly FieldError[]): ApiStatus {
  const texts = errors.map(fieldErrorText)
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return refusal(422, 'Invalid', `${kind}.meta.k8s.io "" is invalid: ${list}`, {
    group: 'meta.k8s.io',
    kind,
    causes: errors.map(error => ({ reason: error.type, message: error.detail, field: error.field })),
  })
}

/** What stands behind the server does not answer. */
export function serviceUnavailable(message: string): ApiStatus {
  return refusal(503, 'ServiceUnavailable', message)
}

/** An error that the server passes on without giving it a reason. */
export function unclassified(message: string): ApiStatus {
  const { reason: _, ...status } = refusal(500, '', message)
  return status as unknown as ApiStatus
}

/** A version that the server has not reached yet, and for which it will not wait any longer. */
export function tooLargeVersion(asked: number, current: number): ApiStatus {
  const status = refusal(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' }],
  })
  return { ...status, details: { ...status.details, retryAfterSeconds: 1 } }
}

function refusal(code: number, reason: string, message: string, details?: ApiStatus['details']): ApiStatus {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code }
}
