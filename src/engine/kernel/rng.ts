// Named random streams from one seed. Each purpose has its own stream (`rng.stream('scheduler')`), so that a new roll in
// one place does not reshuffle another. The generator is xoroshiro128+ of pure-rand; its state is part of the snapshot.

import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator'
import { compareText } from './json.ts'
import { naturalLog } from './log.ts'

export type SavedRandom = { readonly seed: number; readonly streams: { readonly [name: string]: readonly number[] } }

/** One stream of chance. */
export interface RandomStream {
  /** A number in [0, 1). */
  unit(): number
  /** A whole number in [0, below). */
  int(below: number): number
  /** An exponentially distributed number with the given mean. */
  exponential(mean: number): number
  /** One of the items; undefined only for an empty list. */
  pick<T>(items: readonly T[]): T | undefined
  /** A text of `length` letters of the alphabet. */
  text(length: number, alphabet: string): string
}

/** All the chance of one cluster. */
export class Random {
  #seed: number
  readonly #streams = new Map<string, Stream>()

  constructor(seed: number) {
    this.#seed = seed
  }

  get seed(): number {
    return this.#seed
  }

  /** The stream of that name; the same object every time. */
  stream(name: string): RandomStream {
    let stream = this.#streams.get(name)
    if (!stream) {
      stream = new Stream(xoroshiro128plus(hashText(name, this.#seed)))
      this.#streams.set(name, stream)
    }
    return stream
  }

  save(): SavedRandom {
    const streams: Record<string, readonly number[]> = {}
    for (const name of [...this.#streams.keys()].sort(compareText)) {
      streams[name] = [...(this.#streams.get(name) as Stream).generator.getState()]
    }
    return { seed: this.#seed, streams }
  }

  /** Takes over saved states. Streams handed out before stay valid and go on from the saved state. */
  load(saved: SavedRandom): void {
    this.#seed = saved.seed
    for (const [name, stream] of this.#streams) {
      if (!saved.streams[name]) stream.generator = xoroshiro128plus(hashText(name, saved.seed))
    }
    for (const [name, state] of Object.entries(saved.streams)) {
      const generator = xoroshiro128plusFromState(state)
      const stream = this.#streams.get(name)
      if (stream) stream.generator = generator
      else this.#streams.set(name, new Stream(generator))
    }
  }
}

class Stream implements RandomStream {
  generator: JumpableRandomGenerator

  constructor(generator: JumpableRandomGenerator) {
    this.generator = generator
  }

  unit(): number {
    return (this.generator.next() >>> 0) / 0x1_0000_0000
  }

  int(below: number): number {
    return Math.floor(this.unit() * below)
  }

  exponential(mean: number): number {
    return -naturalLog(1 - this.unit()) * mean
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.int(items.length)]
  }

  text(length: number, alphabet: string): string {
    let out = ''
    for (let i = 0; i < length; i++) out += alphabet[this.int(alphabet.length)] ?? ''
    return out
  }
}

/** FNV-1a over the UTF-16 units of a text, starting from a seed; a 32-bit number. */
export function hashText(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  return hash
}
