// Refusals of the HTTP layer itself, in the shape of every other refusal: a meta/v1 Status.

/** HTTP status codes the companion refuses with, and the reason Kubernetes has for each (its own where it has none). */
const REASONS = {
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  421: 'MisdirectedRequest',
  500: 'InternalError',
  503: 'ServiceUnavailable',
} as const

export type RefusalCode = keyof typeof REASONS

/** A request that is refused; whoever serves it turns this into an answer. */
export class Refusal extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string) {
    super(message)
    this.code = code
  }
}

export function statusOf(code: RefusalCode, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: REASONS[code], code }
}
