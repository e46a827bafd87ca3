import { expect, it } from 'vitest'
import type { Taint } from '../../api/node/node.ts'
import type { Pod, Toleration } from '../../api/pod/pod.ts'
import { findCondition } from '../runtime/conditions.ts'
import { ControllerFixture, webPod } from '../../testing/controller-fixture.ts'

const A: Taint = { key: 'a', effect: 'NoExecute' }
const B: Taint = { key: 'b', effect: 'NoExecute' }

function tolerating(key: string, tolerationSeconds?: number): Toleration {
  return {
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  }
}

/** One Pod with these tolerations, running on the only Node; it is 10 s. */
function onePod(tolerations: readonly Toleration[] = []): ControllerFixture {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Pod', webPod('p', { tolerations, terminationGracePeriodSeconds: 60 }, { lifecycle: SLEEP }))
  return fixture.runTo(10)
}

/** Keeps a Pod that is told to go where it can be looked at. */
const SLEEP = { preStop: { sleep: { seconds: 50 } } }

function taint(fixture: ControllerFixture, ...taints: readonly Taint[]): ControllerFixture {
  const node = fixture.get('Node', 'n1', '')
  fixture.user.update('Node', { ...node, spec: { ...node.spec, taints } })
  return fixture
}

/** When the Pod was told to go, in seconds. */
function evictedAt(fixture: ControllerFixture, name = 'p'): number | undefined {
  const told = fixture.writes.find(
    ({ event }) =>
      event.kind === 'Pod' &&
      event.object.metadata.name === name &&
      event.object.metadata.deletionTimestamp !== undefined,
  )
  return told && told.atMs / 1000
}

/** What was said of the Pod, with the times at which it was said last and how often. */
function said(fixture: ControllerFixture): readonly string[] {
  return fixture.writes.flatMap(({ atMs, event }) =>
    event.kind === 'Event' && event.object.reason === 'TaintManagerEviction'
      ? [`${atMs / 1000} ${event.object.message}`]
      : [],
  )
}

const MARKING = 'Marking for deletion Pod default/p'
const CANCELLING = 'Cancelling deletion of Pod default/p'

it('evicts at once what does not tolerate the taint, and says so in the Pod', () => {
  const fixture = taint(onePod(), A).runTo(10.1)
  expect([evictedAt(fixture), said(fixture)]).toEqual([10.002, [`10.002 ${MARKING}`]])
  const pod = fixture.get('Pod', 'p')
  expect(pod.metadata.deletionGracePeriodSeconds).toBe(60)
  expect(findCondition(pod.status?.conditions, 'DisruptionTarget')).toMatchObject({
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: '2026-01-01T00:00:10Z',
  })
})

it('names the Pod in its event by nothing but its name', () => {
  const fixture = taint(onePod(), A).runTo(10.1)
  const event = fixture.user.list('Event').find(({ reason }) => reason === 'TaintManagerEviction')
  expect(JSON.parse(JSON.stringify(event?.involvedObject))).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'default',
    name: 'p',
  })
  expect(event).toMatchObject({ type: 'Normal', source: { component: 'taint-eviction-controller' } })
})

it.each<[string, readonly Toleration[], number | undefined]>([
  ['no limit', [tolerating('a')], undefined],
  ['a limit', [tolerating('a', 30)], 40.002],
  ['a limit of nothing', [tolerating('a', 0)], 10.002],
  ['a limit below nothing', [tolerating('a', -5)], 10.002],
  [
    'a limit beside none, and the limit counts',
    [tolerating('a'), { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 20 }],
    30.002,
  ],
  ['two limits, and the shorter counts', [tolerating('a', 30), tolerating('a', 7)], 17.002],
  ['one for another taint', [tolerating('b', 300)], 10.002],
])('evicts what tolerates the taint with %s in time', (_, tolerations, seconds) => {
  const fixture = taint(onePod(tolerations), A).runTo(100)
  expect(evictedAt(fixture)).toBe(seconds)
})

it('takes the shortest of all tolerations that several taints use', () => {
  const fixture = taint(onePod([tolerating('a', 30), tolerating('b', 8)]), A, B).runTo(100)
  expect(evictedAt(fixture)).toBe(18.002)
})

it('counts from when it saw the taint, whatever the taint says of its own age', () => {
  const fixture = taint(onePod([tolerating('a', 5)]), { ...A, timeAdded: '2025-12-31T23:00:00Z' }).runTo(100)
  expect(evictedAt(fixture)).toBe(15.002)
})

it('leaves a timer as it is when a taint with a shorter toleration comes', () => {
  const fixture = taint(onePod([tolerating('a', 8), tolerating('b', 3)]), A).runTo(12)
  taint(fixture, A, B).runTo(100)
  expect(evictedAt(fixture)).toBe(18.002)
  expect(said(fixture)).toEqual([`18.002 ${MARKING}`])
})

it('does not start anew when not-ready becomes unreachable', () => {
  const fixture = onePod()
  taint(fixture, { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' })
  // Looked at before the monitor finds the Node ready and takes the taint away.
  fixture.runTo(11)
  const due = fixture.controllers.podEvictionMs('n1')
  taint(fixture, { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }).runTo(12)
  expect([due, fixture.controllers.podEvictionMs('n1')]).toEqual([310_002, 310_002])
})

it('cancels when the taint goes, and says so', () => {
  const fixture = taint(onePod([tolerating('a', 30)]), A).runTo(20)
  taint(fixture).runTo(100)
  expect([evictedAt(fixture), said(fixture)]).toEqual([undefined, [`20.002 ${CANCELLING}`]])
  expect(fixture.controllers.podEvictionMs('n1')).toBeUndefined()
})

it('cancels first and then marks when a taint comes that is not tolerated', () => {
  const fixture = taint(onePod([tolerating('a', 30)]), A).runTo(20)
  taint(fixture, A, B).runTo(20.1)
  expect(said(fixture)).toEqual([`20.002 ${CANCELLING}`, `20.002 ${MARKING}`])
  expect(evictedAt(fixture)).toBe(20.002)
})

it('cancels when the taints are exchanged for one that is tolerated without limit', () => {
  const fixture = taint(onePod([tolerating('a', 30), tolerating('b')]), A).runTo(20)
  taint(fixture, B).runTo(100)
  expect([evictedAt(fixture), said(fixture)]).toEqual([undefined, [`20.002 ${CANCELLING}`]])
})

it('looks at a Pod when its tolerations change, and when it comes to a tainted Node', () => {
  const fixture = taint(onePod([tolerating('a', 30)]), A).runTo(12)
  const pod = fixture.get('Pod', 'p')
  const tolerations = [...(pod.spec.tolerations ?? []), tolerating('c', 1)]
  fixture.user.update('Pod', { ...pod, spec: { ...pod.spec, tolerations } })
  fixture.create('Pod', webPod('q', { nodeName: 'n1', tolerations: [tolerating('a', 4)] }))
  fixture.runTo(100)
  expect([evictedAt(fixture), evictedAt(fixture, 'q')]).toEqual([40.002, 16.002])
})

it('cancels when the Pod is gone before its time, and leaves one of the same name alone', () => {
  const fixture = taint(onePod([tolerating('a', 30)]), A).runTo(12)
  fixture.user.delete('Pod', 'default', 'p', { gracePeriodSeconds: 0 })
  taint(fixture)
  fixture.runTo(13)
  expect(said(fixture)).toEqual([`12.002 ${CANCELLING}`])
  fixture.create('Pod', webPod('p'))
  fixture.runTo(100)
  expect(fixture.get('Pod', 'p').metadata.deletionTimestamp).toBeUndefined()
})

it('marks a Pod once, however often its Node is looked at afterwards', () => {
  const fixture = taint(onePod([tolerating('b')]), A).runTo(11)
  taint(fixture, A, B).runTo(12)
  // Not tolerated still: marked again, as the real one does; and a third taint that is tolerated changes nothing.
  expect(said(fixture)).toEqual([`10.002 ${MARKING}`, `11.002 ${MARKING}`])
  const timed = taint(onePod([tolerating('a', 2), tolerating('b', 9)]), A).runTo(13)
  taint(timed, A, B).runTo(40)
  expect(said(timed)).toEqual([`12.002 ${MARKING}`])
})

it('gives a Pod that says nothing five minutes on a Node that is not ready or unreachable, and keeps what it says', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  const [ready, gone] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
  const added = (key: string): Toleration => tolerating(key, 300)
  const given: readonly [readonly Toleration[], readonly Toleration[]][] = [
    [[], [added(ready), added(gone)]],
    [[tolerating(ready, 5)], [tolerating(ready, 5), added(gone)]],
    [[{ operator: 'Exists' }], [{ operator: 'Exists' }]],
    [
      [{ operator: 'Exists', effect: 'NoSchedule' }],
      [{ operator: 'Exists', effect: 'NoSchedule' }, added(ready), added(gone)],
    ],
    [[{ key: gone, operator: 'Exists' }], [{ key: gone, operator: 'Exists' }, added(ready)]],
  ]
  const made = given.map(([tolerations], index) => fixture.create('Pod', webPod(`p${index}`, { tolerations })))
  expect(made.map(({ spec }: Pod) => JSON.parse(JSON.stringify(spec.tolerations)))).toEqual(
    given.map(([, kept]) => kept),
  )
})

it('goes on with its timers after it was saved and loaded', () => {
  const fixture = taint(onePod([tolerating('a', 30)]), A).runTo(20)
  const copy = new ControllerFixture({}, fixture.save())
  expect(copy.runTo(60).save()).toBe(fixture.runTo(60).save())
  expect(evictedAt(copy)).toBe(40.002)
})
