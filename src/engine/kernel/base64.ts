// Base64 as the API writes bytes: the standard alphabet with padding. Where a text is no base64, the place of the fault is
// told as Go's decoder tells it, since messages quote it.

import { utf8Bytes } from './utf8.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Bytes, or those that a text has in UTF-8, in base64. */
export function encodeBase64(content: string | ArrayLike<number>): string {
  const bytes = Array.from(typeof content === 'string' ? utf8Bytes(content) : content)
  let encoded = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.slice(at, at + 3)
    const block = (first << 16) | (second << 8) | third
    const letters = [block >> 18, (block >> 12) & 63, (block >> 6) & 63, block & 63].map(index => ALPHABET[index])
    const left = bytes.length - at
    encoded += letters.slice(0, Math.min(4, left + 1)).join('') + '='.repeat(Math.max(0, 3 - left))
  }
  return encoded
}

/** The offset at which a text ceases to be base64, or undefined when all of it is. Line ends count for nothing. */
export function base64Fault(text: string): number | undefined {
  let inQuantum = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string
    if (letter === '\n' || letter === '\r') continue
    if (ALPHABET.includes(letter)) inQuantum = (inQuantum + 1) % 4
    else return letter === '=' ? paddingFault(text, at, inQuantum) : at
  }
  return inQuantum === 0 ? undefined : text.length - inQuantum
}

/** How many bytes a good base64 text stands for. */
export function base64ByteLength(text: string): number {
  const letters = text.replace(/[\r\n=]/g, '').length
  return Math.floor((letters * 3) / 4)
}

// What may follow the first `=`: another one where two are due, and then nothing more.
function paddingFault(text: string, first: number, inQuantum: number): number | undefined {
  if (inQuantum < 2) return first
  let next = afterLineEnds(text, first + 1)
  if (inQuantum === 2) {
    if (next === text.length) return text.length
    if (text[next] !== '=') return next - 1
    next = afterLineEnds(text, next + 1)
  }
  return next < text.length ? next : undefined
}

function afterLineEnds(text: string, from: number): number {
  let at = from
  while (text[at] === '\n' || text[at] === '\r') at++
  return at
}
