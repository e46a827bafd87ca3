// The names that the server itself gives: uids, and names made from `generateName`.

import type { RandomStream } from '../kernel/rng.ts'

const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'
const GENERATED_BASE_MAX = 58
const GENERATE_TRIES = 8

/** A uid in the form of UUID version 4. */
export function newUid(stream: RandomStream): string {
  const hex = stream.text(32, '0123456789abcdef')
  const variant = '89ab'[Number.parseInt(hex[16] as string, 16) & 3] as string
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** A name that begins with `base` and, if a few tries find one, is free. */
export function generatedName(base: string, stream: RandomStream, isFree: (name: string) => boolean): string {
  let name = ''
  for (let tries = 0; tries < GENERATE_TRIES; tries++) {
    name = base.slice(0, GENERATED_BASE_MAX) + stream.text(5, NAME_LETTERS)
    if (isFree(name)) break
  }
  return name
}
