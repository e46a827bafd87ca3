import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventLoop } from './event-loop.ts'

/** A loop whose events write down their argument and the time. */
function recording(): { readonly loop: EventLoop; readonly log: string[] } {
  const loop = new EventLoop()
  const log: string[] = []
  loop.on<string>('note', text => {
    log.push(`${text}@${loop.nowMs}`)
  })
  return { loop, log }
}

describe('events run', () => {
  test('in order of time, and in order of insertion at one time', () => {
    const { loop, log } = recording()
    loop.schedule('note', 5, 'c')
    loop.schedule('note', 1, 'a')
    loop.schedule('note', 5, 'd')
    loop.schedule('note', 1, 'b')
    loop.advanceTo(10)
    expect(log).toEqual(['a@1', 'b@1', 'c@5', 'd@5'])
    expect(loop.nowMs).toBe(10)
  })

  test('up to and including the time asked for', () => {
    const { loop, log } = recording()
    loop.schedule('note', 5, 'a')
    loop.schedule('note', 5.001, 'b')
    loop.advanceTo(5)
    expect(log).toEqual(['a@5'])
    expect(loop.pendingCount).toBe(1)
  })

  test('at once when their time has passed, but never in the past', () => {
    const { loop, log } = recording()
    loop.advanceTo(10)
    loop.schedule('note', -3, 'a')
    loop.scheduleAt('note', 4, 'b')
    loop.advanceTo(10)
    expect(log).toEqual(['a@10', 'b@10'])
  })

  test('also when an event queues them for the very same time', () => {
    const loop = new EventLoop()
    const log: number[] = []
    loop.on<number>('count', n => {
      log.push(n)
      if (n < 3) loop.schedule('count', 0, n + 1)
    })
    loop.schedule('count', 2, 1)
    loop.advanceTo(2)
    expect(log).toEqual([1, 2, 3])
  })

  test('not when they were cancelled', () => {
    const { loop, log } = recording()
    const id = loop.schedule('note', 1, 'a')
    loop.schedule('note', 2, 'b')
    expect(loop.cancel(id)).toBe(true)
    expect(loop.cancel(id)).toBe(false)
    expect(loop.nextEventMs()).toBe(2)
    loop.advanceTo(5)
    expect(log).toEqual(['b@2'])
  })
})

test('time is held in whole microseconds', () => {
  const { loop, log } = recording()
  for (let i = 0; i < 10; i++) loop.scheduleAt('note', 0.1 * i + 0.2, String(i))
  loop.advanceTo(2)
  expect(log[1]).toBe('1@0.3')
})

test('time never goes back', () => {
  const { loop } = recording()
  loop.advanceTo(10)
  loop.advanceTo(3)
  expect(loop.nowMs).toBe(10)
})

test('runNext runs one event and says whether there was one', () => {
  const { loop, log } = recording()
  loop.schedule('note', 1, 'a')
  loop.schedule('note', 2, 'b')
  expect([loop.runNext(1), loop.runNext(1), loop.runNext(), loop.runNext()]).toEqual([true, false, true, false])
  expect(log).toEqual(['a@1', 'b@2'])
  expect(loop.nextEventMs()).toBeUndefined()
})

describe('our own bugs are told', () => {
  test('a topic nobody handles', () => {
    expect(() => new EventLoop().schedule('nobody', 1)).toThrow('no handler for event topic nobody')
  })

  test('a topic with two handlers', () => {
    const { loop } = recording()
    expect(() => {
      loop.on('note', () => undefined)
    }).toThrow('registered twice')
  })

  test('running the loop from inside an event', () => {
    const loop = new EventLoop()
    loop.on('again', () => {
      loop.advanceTo(9)
    })
    loop.schedule('again', 1)
    loop.schedule('again', 2)
    expect(() => {
      loop.advanceTo(5)
    }).toThrow('from inside an event')
  })
})

test('any mix of scheduling and cancelling runs as a sorted list would, also through save and load', () => {
  const act = fc.oneof(
    fc.record({ type: fc.constant('schedule' as const), delayMs: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ type: fc.constant('cancel' as const), which: fc.nat(30) }),
    fc.record({ type: fc.constant('advance' as const), byMs: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ type: fc.constant('restore' as const) }),
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), acts => {
      let { loop, log } = recording()
      const ids: number[] = []
      let model: { readonly id: number; readonly atMs: number }[] = []
      const expected: string[] = []
      for (const one of acts) {
        if (one.type === 'schedule') {
          const id = loop.schedule('note', one.delayMs, String(ids.length))
          model.push({ id: ids.length, atMs: loop.nowMs + one.delayMs })
          ids.push(id)
        } else if (one.type === 'cancel') {
          const alive = model.some(event => event.id === one.which)
          expect(loop.cancel(ids[one.which] ?? -1)).toBe(alive)
          model = model.filter(event => event.id !== one.which)
        } else if (one.type === 'advance') {
          const untilMs = loop.nowMs + one.byMs
          const due = model.filter(event => event.atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs || a.id - b.id)
          expected.push(...due.map(event => `${event.id}@${event.atMs}`))
          model = model.filter(event => event.atMs > untilMs)
          loop.advanceTo(untilMs)
        } else {
          const saved = JSON.parse(JSON.stringify(loop.save())) as ReturnType<EventLoop['save']>
          const before = log
          ;({ loop, log } = recording())
          log.push(...before)
          loop.load(saved)
          expect(loop.save()).toEqual(saved)
        }
        expect(loop.pendingCount).toBe(model.length)
        expect(log).toEqual(expected)
      }
    }),
    { seed: 2, numRuns: 300 },
  )
})
