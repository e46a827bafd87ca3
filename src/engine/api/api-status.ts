// A refusal of the API server: meta/v1 Status with the reason, code and wording of apimachinery's api/errors. Made here
// and passed on unchanged by the store, the protocol and REST.

import { fieldErrorText, type FieldError } from './field-error.ts'
import type { KindInfo } from './kind-registry.ts'

export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

export interface ApiStatus {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Record<string, never>
  readonly status: 'Failure'
  readonly message: string
  readonly reason: string
  readonly code: number
  readonly details?:
    | {
        readonly name?: string | undefined
        readonly group?: string | undefined
        readonly kind?: string | undefined
        readonly uid?: string | undefined
        readonly causes?: readonly StatusCause[] | undefined
        readonly retryAfterSeconds?: number | undefined
      }
    | undefined
}

/** What a write came to: the stored object, or why it was refused. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly status: ApiStatus }

export function accepted<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function refused<T>(status: ApiStatus): Result<T> {
  return { ok: false, status }
}

function failure(code: number, reason: string, message: string, details?: ApiStatus['details']): ApiStatus {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code }
}

function qualified(kind: Pick<KindInfo, 'group' | 'resource'>): string {
  return kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`
}

export function notFound(kind: Pick<KindInfo, 'group' | 'resource'>, name: string): ApiStatus {
  return failure(404, 'NotFound', `${qualified(kind)} "${name}" not found`, {
    name,
    group: kind.group || undefined,
    kind: kind.resource,
  })
}

export function alreadyExists(kind: KindInfo, name: string): ApiStatus {
  return failure(409, 'AlreadyExists', `${qualified(kind)} "${name}" already exists`, {
    name,
    group: kind.group || undefined,
    kind: kind.resource,
  })
}

export function conflict(kind: KindInfo, name: string, why: string): ApiStatus {
  return failure(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${why}`, {
    name,
    group: kind.group || undefined,
    kind: kind.resource,
  })
}

export function forbidden(kind: KindInfo, name: string, why: string): ApiStatus {
  return failure(403, 'Forbidden', `${qualified(kind)} "${name}" is forbidden: ${why}`, {
    name,
    group: kind.group || undefined,
    kind: kind.resource,
  })
}

/** Nothing new is made in a namespace that is going away. */
export function inTerminatingNamespace(kind: KindInfo, name: string, namespace: string): ApiStatus {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const status = forbidden(kind, name, why)
  const message = `namespace ${namespace} is being terminated`
  const causes = [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }]
  return { ...status, details: { ...status.details, causes } }
}

/** `Service "my-service" is invalid: …` with one cause a field; one error is said plainly, several in brackets. */
export function invalid(
  kind: Pick<KindInfo, 'group'> & { readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): ApiStatus {
  const texts = errors.map(fieldErrorText)
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  const qualifiedKind = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`
  return failure(422, 'Invalid', `${qualifiedKind} "${name}" is invalid: ${list}`, {
    name,
    group: kind.group || undefined,
    kind: kind.kind,
    causes: errors.map(error => ({ reason: error.type, message: error.detail, field: error.field })),
  })
}

/** A server that cannot go on, such as an address range that is used up. */
export function internalError(what: string): ApiStatus {
  const message = `Internal error occurred: ${what}`
  return failure(500, 'InternalError', message, { causes: [{ reason: '', message: what, field: '' }] })
}

/** A request that may be asked again later; how much later, where it is known. */
export function tooManyRequests(
  message: string,
  causes: readonly StatusCause[],
  retryAfterSeconds?: number,
): ApiStatus {
  return failure(429, 'TooManyRequests', message, { causes, retryAfterSeconds })
}

/** A refusal that has no reason of its own. */
export function statusOf(code: number, message: string): ApiStatus {
  return failure(code, '', message)
}
