// The names that the server itself makes, from `generateName`.

import type { RandomStream } from '../kernel/rng.ts'

const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'
const GENERATED_BASE_MAX = 58
const GENERATE_TRIES = 8

/** A name that begins with `base` and, if a few tries find one, is free. */
export function generatedName(base: string, stream: RandomStream, isFree: (name: string) => boolean): string {
  let name = ''
  for (let tries = 0; tries < GENERATE_TRIES; tries++) {
    name = base.slice(0, GENERATED_BASE_MAX) + stream.text(5, NAME_LETTERS)
    if (isFree(name)) break
  }
  return name
}
