// An exec over SPDY/3.1, as kubectl spoke it before WebSocket and speaks it when told to: the client opens a stream for each
// channel that it asked for and one for the end, and only then the command begins.

import type { Duplex } from 'node:stream'
import type { ApiStream, StreamInput } from '../../engine/index.ts'
import { SpdyReader, SpdyWriter, type SpdyFrame } from './spdy-frames.ts'

export const SPDY_PROTOCOL = 'SPDY/3.1'
/** The one to be preferred first. v4 ends with a Status; a resize stream is taken and not listened to. */
export const STREAM_PROTOCOLS = ['v4.channel.k8s.io']

const BACKLOG_BYTES_MAX = 8 * 1_048_576
const STREAMS_MAX = 8
/** What one frame may carry out. */
const CHUNK_BYTES = 32_768

export interface SpdyConnection {
  readonly socket: Duplex
  /** What came behind the request already. */
  readonly head: Buffer
  readonly protocol: string
  readonly query: URLSearchParams
}

/** Carries the exec until it ends or the client leaves or falls behind. Returns the way to end it. */
export function carryBySpdy(exec: ApiStream, connection: SpdyConnection, onEnd: (end: () => void) => void): () => void {
  const carrier = new SpdyCarrier(exec, connection)
  const end = (): void => void connection.socket.destroy()
  connection.socket.on('close', () => {
    carrier.stop()
    onEnd(end)
  })
  carrier.begin(connection.head)
  return end
}

class SpdyCarrier {
  readonly #exec: ApiStream
  readonly #socket: Duplex
  readonly #protocol: string
  /** Channels that must be open before the command begins. */
  readonly #awaited: ReadonlySet<string>
  readonly #streams = new Map<string, number>()
  readonly #reader = new SpdyReader()
  readonly #writer = new SpdyWriter()
  readonly #decoder = new TextDecoder()
  #input: StreamInput | undefined

  constructor(exec: ApiStream, { socket, protocol, query }: SpdyConnection) {
    this.#exec = exec
    this.#socket = socket
    this.#protocol = protocol
    const isTty = isSet(query.get('tty'))
    const asked = ['stdin', 'stdout', 'stderr'].filter(name => isSet(query.get(name)) && !(isTty && name === 'stderr'))
    this.#awaited = new Set(['error', ...asked])
  }

  begin(head: Buffer): void {
    this.#socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${SPDY_PROTOCOL}\r\n` +
        `X-Stream-Protocol-Version: ${this.#protocol}\r\n\r\n`,
    )
    this.#socket.on('data', (bytes: Buffer) => this.#take(bytes))
    this.#take(head)
  }

  stop(): void {
    this.#input?.stop()
  }

  #take(bytes: Buffer): void {
    try {
      for (const frame of this.#reader.push(bytes)) this.#follow(frame)
    } catch {
      // Whoever speaks something else has nothing to be told in it.
      this.#socket.destroy()
    }
  }

  #follow(frame: SpdyFrame): void {
    switch (frame.type) {
      case 'syn-stream':
        return this.#openStream(frame.stream, frame.headers.get('streamtype') ?? '')
      case 'data':
        return this.#hear(frame)
      case 'reset':
        if (frame.stream === this.#streams.get('stdin')) this.#input?.closeInput()
        return
      case 'ping':
        this.#socket.write(this.#writer.ping(frame.id))
        return
      case 'goaway':
        this.#socket.end()
        return
      case 'other':
    }
  }

  #openStream(stream: number, channel: string): void {
    if (this.#streams.size >= STREAMS_MAX) return void this.#socket.destroy()
    this.#streams.set(channel, stream)
    this.#socket.write(this.#writer.synReply(stream))
    if (this.#input || [...this.#awaited].some(name => !this.#streams.has(name))) return
    this.#input = this.#exec.open({
      send: (name, text) => this.#send(name, Buffer.from(text)),
      end: () => this.#end(),
    })
  }

  #hear({ stream, fin, bytes }: Extract<SpdyFrame, { readonly type: 'data' }>): void {
    if (stream !== this.#streams.get('stdin')) return
    this.#input?.write(this.#decoder.decode(bytes, { stream: true }))
    if (fin) this.#input?.closeInput()
  }

  #send(channel: string, bytes: Buffer): void {
    const stream = this.#streams.get(channel)
    if (stream === undefined || this.#socket.destroyed) return
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      this.#socket.write(this.#writer.data(stream, bytes.subarray(at, at + CHUNK_BYTES), false))
    }
    if (this.#socket.writableLength > BACKLOG_BYTES_MAX) this.#socket.destroy()
  }

  #end(): void {
    for (const stream of this.#streams.values()) this.#socket.write(this.#writer.data(stream, Buffer.alloc(0), true))
    this.#socket.end()
  }
}

function isSet(value: string | null): boolean {
  return value !== null && value !== '0' && value !== 'false'
}
