// Names that nobody else has, drawn from a seeded stream.

import type { RandomStream } from './rng.ts'

/** A uid in the form of UUID version 4. */
export function newUid(stream: RandomStream): string {
  const hex = stream.text(32, '0123456789abcdef')
  const variant = '89ab'[Number.parseInt(hex[16] as string, 16) & 3] as string
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}
