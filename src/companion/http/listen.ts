// A server on loopback that says plainly when it cannot start and that can be awaited when it stops.

import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { statusOf } from './status.ts'
import type { Upgrades } from './upgrades.ts'

/** 127.0.0.1 and nothing else: what runs here is nobody else's business. */
const HOST = '127.0.0.1'
/** How long requests under way may take to end once the server stops. */
const GRACE_MS = 1_000

export interface Listening {
  readonly port: number
  /** Resolves when every connection is closed. */
  close(): Promise<void>
}

export class CannotListen extends Error {}

/** Rejects with CannotListen and a sentence when the port is not to be had. */
export function listen(app: Hono, upgrades: Upgrades, port: number): Promise<Listening> {
  const server = createServer(getRequestListener(app.fetch, { errorHandler: refuseUnreadable }))
  server.on('upgrade', (request, socket, head: Buffer) => upgrades.take(request, socket, head))
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new CannotListen(sentenceFor(error, port))))
    server.listen(port, HOST, () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () => close(server),
      })
    })
  })
}

// What is no request at all (a Host that is no host, a path that is none) never reaches the app.
function refuseUnreadable(error: unknown): Response {
  const why = error instanceof Error ? error.message : String(error)
  return Response.json(statusOf(400, `the request cannot be read: ${why}`), { status: 400 })
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS)
    server.close(() => {
      clearTimeout(impatience)
      resolve()
    })
    server.closeIdleConnections()
  })
}

function sentenceFor({ code, message }: NodeJS.ErrnoException, port: number): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is occupied: choose another with --port, or --port 0 for any free one.`
  if (code === 'EACCES') return `Port ${port} may not be used by this user: choose one above 1023 with --port.`
  return `Port ${port} cannot be used: ${message}`
}
