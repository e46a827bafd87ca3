// A wall clock in a test's hands: time passes when told, and so do frames.

import type { WallClock } from '../pacing.ts'

export class HandClock implements WallClock {
  #nowMs = 1_000
  #waiting: (() => void)[] = []

  nowMs(): number {
    return this.#nowMs
  }

  schedule(callback: () => void): () => void {
    this.#waiting.push(callback)
    return () => {
      this.#waiting = this.#waiting.filter(one => one !== callback)
    }
  }

  /** How many callbacks wait for the next frame. */
  get waiting(): number {
    return this.#waiting.length
  }

  pass(ms: number): void {
    this.#nowMs += ms
  }

  /** Lets time pass, then calls back everyone who waited. */
  frame(ms: number): void {
    this.pass(ms)
    for (const callback of this.#waiting.splice(0)) callback()
  }
}
