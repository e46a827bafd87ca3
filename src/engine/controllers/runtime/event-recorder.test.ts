import { expect, it } from 'vitest'
import { ControllerFixture, webPod } from '../../testing/controller-fixture.ts'
import { DEFAULT_EPOCH_MS } from '../../kernel/timestamp.ts'
import type { EventHub } from './event-recorder.ts'

/** A component of a cluster in which nothing else happens, and a Pod to talk about. */
function talk() {
  const fixture = new ControllerFixture()
  const pod = fixture.create('Pod', webPod('p'))
  const hub = fixture.controllers.parts.find(part => part.partName === 'events') as EventHub
  const say = (reason: string, message: string): void =>
    hub.recorder('tester').say({ object: pod, type: 'Normal', reason, message })
  return { loop: fixture.loop, say, events: () => fixture.user.list('Event') }
}

it('counts the same words', () => {
  const { loop, say, events } = talk()
  for (const seconds of [1, 2, 5]) {
    loop.advanceTo(seconds * 1000)
    say('Reason', 'the same')
  }
  expect(events()).toHaveLength(1)
  expect(events()[0]).toMatchObject({
    count: 3,
    firstTimestamp: '2026-01-01T00:00:01Z',
    lastTimestamp: '2026-01-01T00:00:05Z',
    source: { component: 'tester' },
  })
})

it('combines from the tenth different message on', () => {
  const { say, events } = talk()
  for (let i = 0; i < 12; i++) say('Reason', `message ${i}`)
  expect(events()).toHaveLength(10)
  expect(events().find(({ count }) => count === 3)).toMatchObject({
    message: '(combined from similar events): message 11',
    reportingComponent: '',
  })
})

it('drops what is more than 25 in a burst, and one more may come after five minutes', () => {
  const { loop, say, events } = talk()
  for (let i = 0; i < 40; i++) say('Reason', 'the same')
  expect(events()[0]?.count).toBe(25)
  loop.advanceTo(300_000)
  say('Reason', 'the same')
  expect(events()[0]?.count).toBe(41)
})

it('names events by the object and the time', () => {
  const { loop, say, events } = talk()
  loop.advanceTo(1_500)
  say('A', 'a')
  say('B', 'b')
  const nanos = BigInt(DEFAULT_EPOCH_MS + 1_500) * 1_000_000n
  expect(events().map(({ metadata }) => metadata.name)).toEqual([
    `p.${nanos.toString(16)}`,
    `p.${(nanos + 1n).toString(16)}`,
  ])
})

it('keeps an event for an hour after its last word', () => {
  const { loop, say, events } = talk()
  say('A', 'a')
  loop.advanceTo(3_590_000)
  expect(events()).toHaveLength(1)
  loop.advanceTo(3_700_000)
  expect(events()).toHaveLength(0)
})
