// Requests that ask for another protocol on their connection: an exec, over WebSocket as kubectl speaks today or over SPDY/3.1
// as it did before. The rules of trust hold as for every request. Whatever the door refuses is answered over HTTP, so that a
// client can say why. Left out: watches over WebSocket.

import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { HostedCluster } from '../../bridge/host/index.ts'
import { apiOf, type ApiBody, type ApiRequest, type ApiStream } from '../../engine/index.ts'
import type { Logger } from '../logger.ts'
import { CHANNEL_PROTOCOLS, carryByWebSocket } from './exec-websocket.ts'
import { carryBySpdy, SPDY_PROTOCOL, STREAM_PROTOCOLS } from './exec-spdy.ts'
import { statusOf, type RefusalCode } from './status.ts'
import { distrust } from './trust.ts'

export interface UpgradesOptions {
  readonly home: HostedCluster
  readonly logger: Logger
}

export class Upgrades {
  readonly #home: HostedCluster
  readonly #logger: Logger
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: offered => CHANNEL_PROTOCOLS.find(one => offered.has(one)) ?? false,
  })
  readonly #open = new Set<() => void>()

  constructor({ home, logger }: UpgradesOptions) {
    this.#home = home
    this.#logger = logger
  }

  /** Takes over the connection of a request with `Upgrade`. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    try {
      this.#answer(request, socket, head)
    } catch (error) {
      this.#logger.complain(`${request.method ?? ''} ${request.url ?? ''}: ${(error as Error).stack ?? String(error)}`)
      refuse(socket, 500, `Internal error occurred: ${(error as Error).message}`)
    }
  }

  endAll(): void {
    for (const end of this.#open) end()
  }

  #answer(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { host, origin } = request.headers
    const distrusted = distrust(host, origin)
    if (distrusted) return refuse(socket, distrusted.code, distrusted.message)
    const response = apiOf(this.#home.cluster).handle(apiRequest(request))
    if (response.type === 'body') return write(socket, response)
    if (response.type === 'watch' || response.protocol === 'log') {
      return refuse(socket, 400, 'this is carried over plain HTTP: ask without Upgrade')
    }
    this.#carry(response, request, { socket, head })
  }

  #carry(exec: ApiStream, request: IncomingMessage, { socket, head }: { socket: Duplex; head: Buffer }): void {
    const upgrade = request.headers.upgrade?.toLowerCase()
    const onEnd = (end: () => void): void => void this.#open.delete(end)
    if (upgrade === 'websocket') {
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map(one => one.trim())
      if (!CHANNEL_PROTOCOLS.some(one => offered.includes(one))) {
        return refuse(socket, 400, `an exec is carried over ${CHANNEL_PROTOCOLS.join(' or ')}`)
      }
      this.#sockets.handleUpgrade(request, socket, head, ws => {
        this.#open.add(carryByWebSocket(exec, ws, onEnd))
      })
      return
    }
    if (upgrade !== SPDY_PROTOCOL.toLowerCase()) return refuse(socket, 400, 'Upgrade request required')
    const offered = [request.headers['x-stream-protocol-version'] ?? []].flat().flatMap(one => one.split(/, */))
    const protocol = STREAM_PROTOCOLS.find(one => offered.includes(one))
    if (protocol === undefined) return refuse(socket, 403, `an exec is carried over ${STREAM_PROTOCOLS.join(' or ')}`)
    this.#open.add(
      carryBySpdy(exec, { socket, head, protocol, query: new URL(request.url ?? '', 'http://_').searchParams }, onEnd),
    )
  }
}

function apiRequest({ method = 'GET', url = '/', headers }: IncomingMessage): ApiRequest {
  const cut = url.indexOf('?')
  return {
    method,
    path: cut < 0 ? url : url.slice(0, cut),
    query: cut < 0 ? '' : url.slice(cut + 1),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
    ),
    body: '',
  }
}

function refuse(socket: Duplex, code: RefusalCode, message: string): void {
  write(socket, {
    type: 'body',
    status: code,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(statusOf(code, message)),
  })
}

function write(socket: Duplex, { status, headers, body }: ApiBody): void {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map(one => `${name}: ${one}`))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...lines,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
