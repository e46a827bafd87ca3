// How a write is answered: the object in the form that the client takes, or a Status, with a Warning header for each thing
// that was taken but means nothing.

import type { ApiStatus } from '../api/api-status.ts'
import type { AnyObject } from '../api/kind-registry.ts'
import { jsonAnswer, jsonTextAnswer, statusAnswer } from './answer.ts'
import { AnswerForm } from './answer-form.ts'
import type { ApiCall } from './api-call.ts'
import type { ApiBody } from './api-request.ts'
import type { EvictionAsked } from './eviction.ts'
import { utf8Bytes } from '../kernel/utf8.ts'

/** One write: the call, and the virtual time in milliseconds since 1970. */
export interface WriteCall extends ApiCall {
  readonly nowMs: () => number
  readonly onEviction?: ((asked: EvictionAsked) => void) | undefined
}

export function objectAnswer(
  call: WriteCall,
  code: number,
  object: AnyObject,
  warnings: readonly string[] = [],
): ApiBody {
  const form = AnswerForm.of(call, false, call.nowMs)
  if (!(form instanceof AnswerForm)) return statusAnswer(form)
  return jsonTextAnswer(code, form.object(object), warningHeaders(warnings))
}

/** A refusal, with what was found on the way to it. */
export function refusalAnswer(status: ApiStatus, warnings: readonly string[] = []): ApiBody {
  return statusAnswer(status, warningHeaders(warnings))
}

/** A Status that says that all went well, with what it was about where that is of use. */
export function successAnswer(code: number, details?: object): ApiBody {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' }
  return jsonAnswer(code, details ? { ...status, details } : { ...status, code })
}

/** `299 - "unknown field \"spec.foo\""` for each warning, none twice. Letters beyond ASCII stand as their bytes. */
export function warningHeaders(warnings: readonly string[]): ApiBody['headers'] {
  if (warnings.length === 0) return {}
  const distinct = [...new Set(warnings)]
  return { warning: distinct.map(text => String.fromCharCode(...utf8Bytes(`299 - ${quoted(text)}`))) }
}

function quoted(text: string): string {
  // Nothing that could end the header may stand in it.
  const plain = text.replace(/\p{Cc}/gu, ' ')
  return `"${plain.replace(/["\\]/g, letter => `\\${letter}`)}"`
}
