import { describe, expect, it } from 'vitest'
import { ControllerFixture, simulatedNode, webDeployment, webPod } from '../../testing/controller-fixture.ts'
import { DEFAULT_EPOCH_MS } from '../../kernel/timestamp.ts'
import type { EventHub } from './event-recorder.ts'

const SAID = { type: 'Normal', reason: 'Reason', message: 'the same' } as const

function hubOf(fixture: ControllerFixture): EventHub {
  return fixture.controllers.parts.find(part => part.partName === 'events') as EventHub
}

/** A component of a cluster in which nothing else happens, and a Pod to talk about. */
function talk() {
  const fixture = new ControllerFixture()
  const pod = fixture.create('Pod', webPod('p'))
  const hub = hubOf(fixture)
  const say = (reason: string, message: string): void =>
    hub.recorder('tester').say({ object: pod, type: 'Normal', reason, message })
  return { fixture, hub, loop: fixture.loop, say, events: () => fixture.user.list('Event') }
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

it('gives an event about an object with a very long name a name of its own', () => {
  const { fixture, hub, events } = talk()
  const pod = fixture.create('Pod', webPod('p'.repeat(250)))
  hub.recorder('tester').say({ object: pod, ...SAID })
  expect(events().map(({ metadata, involvedObject }) => [metadata.name, involvedObject.name])).toEqual([
    [expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/), pod.metadata.name],
  ])
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

it('changes only what a repetition changes, though the object has moved on', () => {
  const { fixture, hub, events } = talk()
  const say = (): void =>
    hub.recorder('tester').say({ object: fixture.get('Pod', 'p'), type: 'Normal', reason: 'A', message: 'a' })
  say()
  const [first] = events()
  const pod = fixture.get('Pod', 'p')
  fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, annotations: { a: 'b' } } })
  say()
  expect(events()[0]?.involvedObject).toEqual(first?.involvedObject)
  expect(events()[0]?.count).toBe(2)
})

it('counts for each component alone', () => {
  const { fixture, hub, events } = talk()
  const object = fixture.get('Pod', 'p')
  for (const component of ['one', 'two', 'one']) hub.recorder(component).say({ ...SAID, object })
  expect(events().map(({ source, count }) => [source?.component, count])).toEqual([
    ['one', 2],
    ['two', 1],
  ])
})

it('writes again what somebody deleted, with its count', () => {
  const { fixture, say, events } = talk()
  say('A', 'a')
  const [{ metadata } = { metadata: { name: '' } }] = events()
  fixture.user.delete('Event', 'default', metadata.name)
  say('A', 'a')
  expect(events()).toMatchObject([{ metadata: { name: metadata.name }, count: 2 }])
})

it('knows a Node by its uid, but a kubelet its own by the name', () => {
  const { fixture, hub, events } = talk()
  const object = fixture.create('Node', simulatedNode(1))
  hub.recorder('node-controller').say({ ...SAID, object })
  hub.kubeletRecorder('n1').say({ ...SAID, object })
  const { uid } = object.metadata
  expect(events().map(event => event.involvedObject)).toEqual([
    { kind: 'Node', name: 'n1', uid, apiVersion: 'v1' },
    { kind: 'Node', name: 'n1', uid: 'n1' },
  ])
  expect(events()[1]).toMatchObject({
    source: { component: 'kubelet', host: 'n1' },
    reportingComponent: 'kubelet',
    reportingInstance: 'n1',
    metadata: { namespace: 'default' },
  })
})

describe('a kubelet', () => {
  const many = (count: number) => {
    const talking = talk()
    for (let index = 0; index < count; index++) {
      const object = talking.fixture.create('Pod', webPod(`q-${index}`))
      talking.hub.kubeletRecorder('n1').say({ ...SAID, object })
    }
    return talking
  }

  it('writes a hundred at once and then fifty a second, each with the time at which it was said', () => {
    const { loop, events } = many(180)
    const counts = [0, 1_000, 1_590, 1_600].map(ms => {
      loop.advanceTo(ms)
      return events().length
    })
    expect(counts).toEqual([100, 150, 179, 180])
    expect(new Set(events().map(({ firstTimestamp }) => firstTimestamp))).toEqual(new Set(['2026-01-01T00:00:00Z']))
  })

  it('holds to what it was told while it waits', () => {
    const { fixture, loop, events } = many(180)
    loop.advanceTo(200)
    expect(events()).toHaveLength(110)
    fixture.settings = { ...fixture.settings, eventRecordQPS: 0 }
    loop.advanceTo(220)
    expect(events()).toHaveLength(180)
  })

  it('takes with it what it had not written, and begins anew', () => {
    const { fixture, hub, loop, events } = many(180)
    hub.forgetKubelet('n1')
    loop.advanceTo(60_000)
    expect(events()).toHaveLength(100)
    hub.kubeletRecorder('n1').say({ ...SAID, object: fixture.get('Pod', 'q-0') })
    const counts = events().filter(event => event.involvedObject.name === 'q-0')
    expect(counts.map(({ count }) => count)).toEqual([1, 1])
  })
})

describe('a series', () => {
  it('opens when the same is told again of the same state, and is written up later', () => {
    const { fixture, hub, loop, events } = talk()
    const tell = (): void =>
      hub.sayPlainly('default-scheduler', 'Scheduling', { ...SAID, object: fixture.get('Pod', 'p') })
    for (const seconds of [1, 11, 21, 31]) {
      loop.advanceTo(seconds * 1_000)
      tell()
    }
    expect(events()).toHaveLength(1)
    const [event] = events()
    expect(event).toMatchObject({
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: '2026-01-01T00:00:01.000000Z',
      action: 'Scheduling',
      reportingComponent: 'default-scheduler',
      series: { count: 2, lastObservedTime: '2026-01-01T00:00:11.000000Z' },
    })
    expect(event).not.toHaveProperty('count')
    // Six minutes without another: the loop that looks every six minutes writes the whole count.
    loop.advanceTo(719_999)
    expect(events()[0]?.series?.count).toBe(2)
    loop.advanceTo(720_000)
    expect(events()[0]?.series).toEqual({ count: 4, lastObservedTime: '2026-01-01T00:00:31.000000Z' })
    tell()
    expect(events().map(({ series }) => series?.count)).toEqual([4, undefined])
  })

  it('is another one when the object has changed', () => {
    const { fixture, hub, events } = talk()
    const tell = (): void =>
      hub.sayPlainly('default-scheduler', 'Scheduling', { ...SAID, object: fixture.get('Pod', 'p') })
    tell()
    const pod = fixture.get('Pod', 'p')
    fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, annotations: { a: 'b' } } })
    tell()
    expect(events()).toHaveLength(2)
  })

  it('that goes on is written every half hour', () => {
    const { fixture, hub, loop, events } = talk()
    const object = fixture.get('Pod', 'p')
    for (let minute = 0; minute < 35; minute += 5) {
      loop.advanceTo(minute * 60_000)
      hub.sayPlainly('default-scheduler', 'Scheduling', { ...SAID, object })
    }
    expect(events().map(({ series }) => series?.count)).toEqual([6])
  })
})

it('keeps an event for an hour after its last word', () => {
  const { loop, say, events } = talk()
  say('A', 'a')
  loop.advanceTo(3_590_000)
  expect(events()).toHaveLength(1)
  loop.advanceTo(3_660_000)
  expect(events()).toHaveLength(0)
})

it('keeps what a user wrote as long, whatever times it holds', () => {
  const { fixture, loop, events } = talk()
  fixture.settings = { ...fixture.settings, 'event-ttl': 60_000 }
  fixture.create('Event', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'mine', namespace: 'default' },
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
    lastTimestamp: '1999-01-01T00:00:00Z',
    reason: 'A',
    message: 'a',
    type: 'Normal',
  })
  loop.advanceTo(59_000)
  expect(events()).toHaveLength(1)
  loop.advanceTo(60_000)
  expect(events()).toHaveLength(0)
})

it('goes on after a restore as if nothing had been', () => {
  const { fixture, hub, say } = talk()
  const object = fixture.get('Pod', 'p')
  const tellAll = (hub: EventHub): void => {
    for (let index = 0; index < 130; index++)
      hub.kubeletRecorder('n1').say({ ...SAID, message: `${index % 7}`, object })
    hub.sayPlainly('default-scheduler', 'Scheduling', { ...SAID, object })
  }
  say('A', 'a')
  tellAll(hub)
  const copy = new ControllerFixture({}, fixture.save())
  tellAll(hubOf(copy))
  tellAll(hub)
  expect(copy.runTo(4_000).save()).toBe(fixture.runTo(4_000).save())
})

it('leaves nine single events and one x16 of a ReplicaSet that makes 40 Pods', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Deployment', webDeployment(40))
  fixture.runTo(5)
  const told = fixture.user.list('Event').filter(({ reason }) => reason === 'SuccessfulCreate')
  expect(told.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 16])
  expect(told.at(-1)?.message).toMatch(/^\(combined from similar events\): Created pod: web-/)
})
