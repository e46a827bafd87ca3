// Virtual time against a wall clock that the test moves by hand.

import { describe, expect, test } from 'vitest'
import { Pace, type Paced } from './pacing.ts'
import { HandClock } from './testing/hand-clock.ts'

/** Something to pace that costs `workMs` of wall time for each call. */
class Cost implements Paced {
  nowMs = 0
  readonly stops: number[] = []
  readonly #clock: HandClock
  workMs: number

  constructor(clock: HandClock, workMs = 0) {
    this.#clock = clock
    this.workMs = workMs
  }

  advanceTo(timeMs: number): void {
    this.nowMs = timeMs
    this.stops.push(timeMs)
    this.#clock.pass(this.workMs)
  }
}

function paced(workMs = 0): { clock: HandClock; cost: Cost; pace: Pace; frames: () => number } {
  const clock = new HandClock()
  const cost = new Cost(clock, workMs)
  let frames = 0
  const pace = new Pace({ clock, paced: () => cost, onFrame: () => frames++ })
  return { clock, cost, pace, frames: () => frames }
}

describe('a running clock', () => {
  test('stands still until it is told to run', () => {
    const { clock, cost, pace, frames } = paced()
    clock.frame(16)
    expect([cost.nowMs, frames(), pace.view.running]).toEqual([0, 0, false])
  })

  test('goes on by the wall time that passed', () => {
    const { clock, cost, pace, frames } = paced()
    pace.set({ running: true })
    clock.frame(16)
    clock.frame(17)
    expect([cost.nowMs, frames()]).toEqual([33, 2])
  })

  test('goes faster and slower by its speed', () => {
    const { clock, cost, pace } = paced()
    pace.set({ running: true, speed: 100 })
    clock.frame(16)
    expect(cost.nowMs).toBe(1_600)
    pace.set({ speed: 0.1 })
    clock.frame(20)
    expect(cost.nowMs).toBe(1_602)
  })

  test('catches up between two frames, and the next frame adds only what is left', () => {
    const { clock, cost, pace, frames } = paced()
    pace.catchUp()
    pace.set({ running: true })
    clock.pass(5.5)
    pace.catchUp()
    pace.catchUp()
    expect([cost.nowMs, frames(), cost.stops.at(-1)]).toEqual([5, 0, 5])
    clock.frame(10.5)
    expect([cost.nowMs, frames()]).toEqual([16, 1])
  })

  test('stands at whole milliseconds and loses none of the rest', () => {
    const { clock, cost, pace } = paced()
    pace.set({ running: true, speed: 0.1 })
    for (let frame = 0; frame < 10; frame++) clock.frame(16)
    expect(cost.nowMs).toBe(16)
    expect(cost.stops.every(Number.isInteger)).toBe(true)
  })

  test('comes back to whole milliseconds after a step that did not end on one', () => {
    const { clock, cost, pace } = paced()
    cost.nowMs = 5.25
    pace.set({ running: true })
    clock.frame(16)
    expect(cost.nowMs).toBe(21)
    clock.frame(16)
    expect(cost.nowMs).toBe(37)
  })

  test('does not count wall time while paused', () => {
    const { clock, cost, pace } = paced()
    pace.set({ running: true })
    clock.frame(16)
    pace.set({ running: false })
    clock.frame(1_000)
    pace.set({ running: true })
    clock.frame(16)
    expect(cost.nowMs).toBe(32)
  })

  test('does not make up for a sleeping machine', () => {
    const { clock, cost, pace } = paced()
    pace.set({ running: true })
    clock.frame(3_600_000)
    expect(cost.nowMs).toBe(250)
  })

  test('gives a frame no more than a dozen milliseconds of work, and drops what is left', () => {
    const { clock, cost, pace } = paced(5)
    pace.set({ running: true, speed: 1_000 })
    clock.frame(16)
    expect(cost.stops).toHaveLength(3)
    expect(cost.nowMs).toBeLessThan(16_000)
    const reached = cost.nowMs
    cost.workMs = 0
    pace.set({ speed: 1 })
    clock.frame(1)
    expect(cost.nowMs).toBe(reached + 16)
  })

  test('goes on after a frame that threw', () => {
    const clock = new HandClock()
    const cost = new Cost(clock)
    let throws = true
    const pace = new Pace({
      clock,
      paced: () => cost,
      onFrame: () => {
        if (throws) throw new Error('once')
      },
    })
    pace.set({ running: true })
    expect(() => clock.frame(16)).toThrow('once')
    throws = false
    clock.frame(16)
    expect(cost.nowMs).toBe(32)
  })

  test('is silent after stop', () => {
    const { clock, cost, pace } = paced()
    pace.set({ running: true })
    pace.stop()
    clock.frame(16)
    expect([cost.nowMs, clock.waiting]).toEqual([0, 0])
  })
})

describe('a jump', () => {
  test('arrives exactly, however long', async () => {
    const { cost, pace } = paced()
    await pace.jump(3_600_000.5)
    expect(cost.nowMs).toBe(3_600_000.5)
  })

  test('lets other things be heard in between when it takes long', async () => {
    const { clock, cost, pace, frames } = paced(10)
    const jump = pace.jump(32_000)
    expect(cost.nowMs).toBe(4_000)
    expect(frames()).toBe(1)
    while (cost.nowMs < 32_000) {
      clock.frame(16)
      await Promise.resolve()
    }
    await jump
    expect(cost.nowMs).toBe(32_000)
    expect(frames()).toBeGreaterThan(4)
  })

  test('is not hurried on by the running clock, which goes on after it', async () => {
    const { clock, cost, pace } = paced()
    pace.set({ running: true })
    clock.pass(500)
    await pace.jump(1_000)
    expect(cost.nowMs).toBe(1_000)
    clock.frame(16)
    expect(cost.nowMs).toBe(1_016)
    expect(pace.view.running).toBe(true)
  })
})
