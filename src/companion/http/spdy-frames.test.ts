import { constants, deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { DICTIONARY, SpdyReader, SpdyWriter } from './spdy-frames.ts'

const uint32 = (value: number): Buffer =>
  Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255])

function headerBlock(headers: Record<string, string>): Buffer {
  const pairs = Object.entries(headers)
  const texts = pairs.flat().flatMap(text => [uint32(text.length), Buffer.from(text)])
  return Buffer.concat([uint32(pairs.length), ...texts])
}

function synStream(stream: number, block: Buffer): Buffer {
  const payload = Buffer.concat([uint32(stream), uint32(0), Buffer.from([0, 0]), block])
  return Buffer.concat([Buffer.from([0x80, 3, 0, 1, 0]), uint32(payload.length).subarray(1), payload])
}

test('has the dictionary that the protocol fixes', () => {
  expect(DICTIONARY.length).toBe(1423)
})

test('reads a stream and its data, however the bytes are cut', () => {
  const packing = { dictionary: DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH }
  const block = deflateSync(headerBlock({ streamtype: 'stdin' }), packing)
  const data = new SpdyWriter().data(3, Buffer.from('hello'), true)
  const bytes = Buffer.concat([synStream(3, block), data, new SpdyWriter().ping(7)])
  const reader = new SpdyReader()
  const frames = Array.from(bytes, byte => reader.push(Buffer.from([byte]))).flat()
  expect(frames).toEqual([
    { type: 'syn-stream', stream: 3, headers: new Map([['streamtype', 'stdin']]) },
    { type: 'data', stream: 3, fin: true, bytes: Buffer.from('hello') },
    { type: 'ping', id: 7 },
  ])
})

test('refuses what is no SPDY/3', () => {
  expect(() => new SpdyReader().push(Buffer.from([0x80, 2, 0, 6, 0, 0, 0, 0]))).toThrow('version 2 instead of 3')
  expect(() => new SpdyReader().push(Buffer.from([0, 0, 0, 1, 0, 255, 255, 255]))).toThrow('a frame of')
})

test('names the dictionary once, in the first reply', () => {
  const writer = new SpdyWriter()
  const first = writer.synReply(1)
  const second = writer.synReply(3)
  expect(first.subarray(12, 18).toString('hex')).toBe('78bbe3c6a7c2')
  expect(first.length - second.length).toBe(6)
})
