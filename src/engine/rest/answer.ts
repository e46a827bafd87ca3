// Answers of the door as bodies: an object, a Status, or plain words. Left out: which form of an object a client wants,
// which is agreed on elsewhere.

import type { ApiStatus } from '../api/api-status.ts'
import type { ApiBody } from './api-request.ts'

const JSON_TYPE = 'application/json'

/** An answer of JSON text, ended by a line end as the server does. */
export function jsonAnswer(status: number, value: unknown, headers: ApiBody['headers'] = {}): ApiBody {
  return jsonTextAnswer(status, JSON.stringify(value), headers)
}

/** The same from text that is JSON already. */
export function jsonTextAnswer(status: number, text: string, headers: ApiBody['headers'] = {}): ApiBody {
  return { type: 'body', status, headers: { 'content-type': JSON_TYPE, ...headers }, body: `${text}\n` }
}

/** A refusal under its own code; when to ask again stands in a header, too. */
export function statusAnswer(status: ApiStatus, headers: ApiBody['headers'] = {}): ApiBody {
  const { details } = status
  const shown = withoutEmpty({ ...status, details: details && shownDetails(details) })
  const later = details?.retryAfterSeconds
  return jsonAnswer(status.code, shown, later === undefined ? headers : { ...headers, 'retry-after': String(later) })
}

// Go leaves out what is empty.
function shownDetails({ causes, ...details }: NonNullable<ApiStatus['details']>): object {
  const shown = causes?.map(cause => withoutEmpty({ ...cause }))
  return { ...withoutEmpty(details), ...(shown && { causes: shown }) }
}

function withoutEmpty(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''))
}

/** What is no API at all: the words that Go's own server has for it. */
export function plainNotFound(): ApiBody {
  return plainAnswer(404, '404 page not found\n')
}

export function plainAnswer(status: number, body: string): ApiBody {
  return { type: 'body', status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}
