// Who may speak to the companion: only what runs on this machine, and only pages that the companion itself served. A page
// of another site that resolves its name to 127.0.0.1, or that posts to it, is refused here.

import type { MiddlewareHandler } from 'hono'
import { Refusal } from './status.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Looks at `Host` and `Origin` before anything else does, and sets the headers that every answer has. */
export const trust: MiddlewareHandler = async (context, next) => {
  context.header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
  context.header('X-Content-Type-Options', 'nosniff')
  context.header('Referrer-Policy', 'no-referrer')
  context.header('Cross-Origin-Resource-Policy', 'same-origin')
  const refusal = distrust(context.req.header('host'), context.req.header('origin'))
  if (refusal) throw refusal
  await next()
}

/** Why a request with these headers is not to be trusted; undefined when it is. */
export function distrust(host = '', origin: string | undefined): Refusal | undefined {
  if (!LOOPBACK.test(host)) return new Refusal(421, `"${host}" is no name of this machine: use 127.0.0.1 or localhost`)
  if (origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`) return undefined
  return new Refusal(403, `a page of "${origin}" may not speak to the playground`)
}
