// Answers that a client may keep: each has an ETag made of its text, and a client that names it again is told only that
// nothing has changed. The real server's ETags are longer hashes; clients compare them and read nothing into them.

import { hashText } from '../kernel/rng.ts'
import type { ApiBody } from './api-request.ts'

/** The answer with its ETag, or 304 without a body when the request's `If-None-Match` has that ETag. */
export function cachedAnswer(answer: ApiBody, headers: { readonly [name: string]: string }): ApiBody {
  const etag = `"${hashOf(answer.body)}"`
  const cached = { etag, 'cache-control': 'public', vary: 'Accept' }
  const known = (headers['if-none-match'] ?? '').split(',').map(one => one.trim().replace(/^W\//, ''))
  if (known.includes(etag)) return { type: 'body', status: 304, headers: cached, body: '' }
  return { ...answer, headers: { ...answer.headers, ...cached } }
}

/** 128 bits of a text in upper-case hexadecimal digits: equal for equal texts, on every machine. */
export function hashOf(text: string): string {
  const words = [0, 1, 2, 3].map(seed => hashText(text, seed).toString(16).padStart(8, '0'))
  return words.join('').toUpperCase()
}
