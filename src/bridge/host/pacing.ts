// Virtual time on a wall clock: while running, each wall millisecond is worth `speed` virtual ones. The work of one frame
// is bounded; an engine that cannot keep up falls behind the wall clock, it never makes its thread hang. The wall clock
// itself is passed in, so that tests hold it in their hands.

import type { ClockView } from '../../protocol/index.ts'

export interface WallClock {
  /** Milliseconds of a clock that never goes back; fractions welcome. */
  nowMs(): number
  /** Calls back once, about a sixtieth of a second from now; the answer takes that back. */
  schedule(callback: () => void): () => void
}

/** What is being paced. */
export interface Paced {
  readonly nowMs: number
  advanceTo(timeMs: number): void
}

export const SPEED_MIN = 0.01
export const SPEED_MAX = 1_000

/** Wall time that one frame may spend in the engine. */
const FRAME_WORK_MS = 12
/** The same for a jump that somebody waits for. */
const JUMP_WORK_MS = 40
/** Wall time beyond this between two frames (a sleeping machine, a stopped tab) does not count. */
const FRAME_GAP_MS_MAX = 250
/** A stretch of virtual time is run in so many pieces or more, with a look at the wall clock after each. */
const PIECES = 32
const PIECE_MS_MAX = 1_000

export class Pace {
  readonly #clock: WallClock
  readonly #paced: () => Paced
  readonly #onFrame: () => void
  #running = false
  #speed = 1
  /** Virtual time that the wall clock has brought and that was too little for a whole millisecond. */
  #owedMs = 0
  #lastWallMs = 0
  #cancel: (() => void) | undefined
  #jumping = false

  /** `onFrame` is called after each frame's work, and after each part of a jump. */
  constructor(options: { readonly clock: WallClock; readonly paced: () => Paced; readonly onFrame: () => void }) {
    this.#clock = options.clock
    this.#paced = options.paced
    this.#onFrame = options.onFrame
  }

  get view(): ClockView {
    return { nowMs: this.#paced().nowMs, running: this.#running, speed: this.#speed }
  }

  /** Changes what is given. Speed is virtual time for wall time; the caller keeps it between SPEED_MIN and SPEED_MAX. */
  set({ running, speed }: { readonly running?: boolean | undefined; readonly speed?: number | undefined }): void {
    if (speed !== undefined) this.#speed = speed
    if (running === undefined || running === this.#running) return
    this.#running = running
    if (running) this.#begin()
    else this.#end()
  }

  /** Runs on by so much virtual time at once, in parts, so that the thread still hears other things in between. */
  async jump(byMs: number): Promise<void> {
    this.#end()
    this.#jumping = true
    try {
      const targetMs = this.#paced().nowMs + byMs
      while (!this.#work(targetMs, JUMP_WORK_MS)) {
        this.#onFrame()
        await new Promise<void>(resolve => this.#clock.schedule(resolve))
      }
    } finally {
      this.#jumping = false
      if (this.#running) this.#begin()
    }
  }

  /** While time runs: brings virtual time to the wall clock's whole millisecond, as far as one frame's work reaches. */
  catchUp(): void {
    if (!this.#running || this.#jumping) return
    const wallMs = this.#clock.nowMs()
    const gapMs = Math.min(Math.max(0, wallMs - this.#lastWallMs), FRAME_GAP_MS_MAX)
    this.#lastWallMs = wallMs
    const nowMs = this.#paced().nowMs
    const dueMs = nowMs + this.#owedMs + gapMs * this.#speed
    // Speeds like 0.1 are no binary fractions: a billionth short of a millisecond is that millisecond.
    const targetMs = Math.max(nowMs, Math.floor(dueMs + 1e-6))
    const done = targetMs === nowMs || this.#work(targetMs, FRAME_WORK_MS)
    this.#owedMs = done ? dueMs - targetMs : 0
  }

  /** Stops for good. */
  stop(): void {
    this.#running = false
    this.#end()
  }

  #begin(): void {
    if (this.#jumping) return
    this.#end()
    this.#owedMs = 0
    this.#lastWallMs = this.#clock.nowMs()
    this.#cancel = this.#clock.schedule(() => this.#frame())
  }

  #end(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  // The next frame is planned first: whatever goes wrong in this one, time goes on.
  #frame(): void {
    this.#cancel = this.#clock.schedule(() => this.#frame())
    this.catchUp()
    this.#onFrame()
  }

  // Whole milliseconds, so that what comes from outside is stamped with whole ones. Says whether the target was reached.
  #work(targetMs: number, workMs: number): boolean {
    const paced = this.#paced()
    const startedMs = this.#clock.nowMs()
    const pieceMs = Math.min(PIECE_MS_MAX, Math.max(1, Math.ceil((targetMs - paced.nowMs) / PIECES)))
    while (paced.nowMs < targetMs) {
      paced.advanceTo(Math.min(targetMs, paced.nowMs + pieceMs))
      if (this.#clock.nowMs() - startedMs >= workMs) break
    }
    return paced.nowMs >= targetMs
  }
}
