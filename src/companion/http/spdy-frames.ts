// SPDY/3.1 as far as a Kubernetes exec needs it: bytes ⇄ frames. A header block is zlib with a dictionary that the protocol
// fixes, one stream of it for each direction of a connection. What this end sends has no headers, so its blocks are stored
// and not compressed. Left out: flow control, settings and priorities, which Kubernetes' clients do not use.

import { constants, inflateSync } from 'node:zlib'

export type SpdyFrame =
  | { readonly type: 'syn-stream'; readonly stream: number; readonly headers: ReadonlyMap<string, string> }
  | { readonly type: 'data'; readonly stream: number; readonly fin: boolean; readonly bytes: Buffer }
  | { readonly type: 'reset'; readonly stream: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'goaway' }
  | { readonly type: 'other' }

const HEAD_BYTES = 8
const VERSION = 0x8003
const SYN_STREAM = 1
const SYN_REPLY = 2
const RST_STREAM = 3
const PING = 6
const GOAWAY = 7
const FIN = 1
/** Far more than a client of an exec sends in one frame. */
const FRAME_BYTES_MAX = 1_048_576
const HEADER_BYTES_MAX = 65_536

export class SpdyReader {
  #waiting: Buffer = Buffer.alloc(0)
  /** All header blocks so far: each goes on where the one before stopped. */
  #blocks: Buffer = Buffer.alloc(0)
  #unpacked = 0

  /** The frames that are whole with these bytes. Throws where they are no SPDY. */
  push(bytes: Buffer): readonly SpdyFrame[] {
    this.#waiting = Buffer.concat([this.#waiting, bytes])
    const frames: SpdyFrame[] = []
    while (this.#waiting.length >= HEAD_BYTES) {
      const length = this.#waiting.readUIntBE(5, 3)
      if (length > FRAME_BYTES_MAX) throw new Error(`a frame of ${length} bytes`)
      if (this.#waiting.length < HEAD_BYTES + length) break
      frames.push(this.#frame(this.#waiting.subarray(0, HEAD_BYTES + length)))
      this.#waiting = this.#waiting.subarray(HEAD_BYTES + length)
    }
    return frames
  }

  #frame(bytes: Buffer): SpdyFrame {
    const payload = bytes.subarray(HEAD_BYTES)
    const flags = bytes.readUInt8(4)
    const isControl = (bytes.readUInt8(0) & 0x80) !== 0
    if (!isControl) {
      return { type: 'data', stream: bytes.readUInt32BE(0), fin: (flags & FIN) !== 0, bytes: Buffer.from(payload) }
    }
    if (bytes.readUInt16BE(0) !== VERSION) throw new Error(`version ${bytes.readUInt16BE(0) & 0x7fff} instead of 3`)
    switch (bytes.readUInt16BE(2)) {
      case SYN_STREAM:
        return { type: 'syn-stream', stream: payload.readUInt32BE(0), headers: this.#headers(payload.subarray(10)) }
      case RST_STREAM:
        return { type: 'reset', stream: payload.readUInt32BE(0) }
      case PING:
        return { type: 'ping', id: payload.readUInt32BE(0) }
      case GOAWAY:
        return { type: 'goaway' }
      default:
        return { type: 'other' }
    }
  }

  #headers(block: Buffer): ReadonlyMap<string, string> {
    this.#blocks = Buffer.concat([this.#blocks, block])
    const all = inflateSync(this.#blocks, {
      dictionary: DICTIONARY,
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: HEADER_BYTES_MAX,
    })
    const own = all.subarray(this.#unpacked)
    this.#unpacked = all.length
    const headers = new Map<string, string>()
    let at = 4
    const text = (): string => {
      const length = own.readUInt32BE(at)
      const value = own.toString('utf8', at + 4, at + 4 + length)
      at += 4 + length
      return value
    }
    for (let left = own.readUInt32BE(0); left > 0; left--) headers.set(text(), text())
    return headers
  }
}

export class SpdyWriter {
  #hasBegun = false

  synReply(stream: number): Buffer {
    const head = this.#hasBegun ? Buffer.alloc(0) : ZLIB_HEAD
    this.#hasBegun = true
    return control(SYN_REPLY, Buffer.concat([uint32(stream), head, NO_HEADERS]))
  }

  data(stream: number, bytes: Buffer, fin: boolean): Buffer {
    const head = Buffer.alloc(HEAD_BYTES)
    head.writeUInt32BE(stream, 0)
    head.writeUInt8(fin ? FIN : 0, 4)
    head.writeUIntBE(bytes.length, 5, 3)
    return Buffer.concat([head, bytes])
  }

  ping(id: number): Buffer {
    return control(PING, uint32(id))
  }
}

function control(type: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt16BE(VERSION, 0)
  head.writeUInt16BE(type, 2)
  head.writeUIntBE(payload.length, 5, 3)
  return Buffer.concat([head, payload])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The words that stand in the dictionary with their length before them. */
const WORDS = [
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow',
  'authorization cache-control connection content-base content-encoding content-language content-length content-location',
  'content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match',
  'if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range',
  'referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method',
  'get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin',
]
const TAIL =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative ' +
  'Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal ' +
  'Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 ' +
  'Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,' +
  'application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8' +
  'charset=iso-8859-1,utf-,*,enq=0.'

/** The dictionary of SPDY/3. */
export const DICTIONARY = Buffer.concat([
  ...WORDS.flatMap(line => line.split(' ')).flatMap(word => {
    const text = Buffer.from(word.replace('_', ' '))
    return [uint32(text.length), text]
  }),
  Buffer.from(TAIL),
])

/** A zlib stream begins: deflate, and the checksum of the dictionary. */
const ZLIB_HEAD = Buffer.from([0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2])
/** A stored block with the number of headers, 0, and an empty one, at which a reader stops. */
const NO_HEADERS = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
