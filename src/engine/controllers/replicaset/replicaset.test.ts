import { describe, expect, it } from 'vitest'
import type { Draft } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { ControllerFixture, webDeployment, webPod } from '../../testing/controller-fixture.ts'
import { DEFAULT_EPOCH_MS, formatTimestamp } from '../../kernel/timestamp.ts'

/** A ReplicaSet that no Deployment owns. */
function alone(replicas: number): Draft<ReplicaSet> {
  const { selector, template } = webDeployment(replicas).spec
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'rs', namespace: 'default' },
    spec: { replicas, selector, template },
  }
}

function scale(fixture: ControllerFixture, kind: 'ReplicaSet' | 'Deployment', name: string, replicas: number): void {
  const object = fixture.get(kind, name)
  fixture.user.update(kind, { ...object, spec: { ...object.spec, replicas } } as ReplicaSet)
}

function set(fixture: ControllerFixture) {
  return fixture.user.list('ReplicaSet')[0]
}

it('releases a Pod that loses a label and puts another in its place', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Deployment', webDeployment(2))
  fixture.runTo(5)
  const [first] = fixture.pods()
  if (first) fixture.user.update('Pod', { ...first, metadata: { ...first.metadata, labels: { app: 'other' } } })
  fixture.runTo(10)
  expect(fixture.pods()).toHaveLength(3)
  expect(fixture.get('Pod', first?.metadata.name ?? '').metadata.ownerReferences).toBeUndefined()
  expect(set(fixture)?.status?.replicas).toBe(2)
})

it('adopts a matching orphan instead of making a Pod', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Pod', webPod('orphan'))
  fixture.runTo(5)
  fixture.create('ReplicaSet', alone(2))
  fixture.runTo(10)
  expect(fixture.pods()).toHaveLength(2)
  expect(fixture.get('Pod', 'orphan').metadata.ownerReferences?.[0]?.name).toBe('rs')
})

it('replaces a deleted Pod at once and counts ready ones', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Deployment', webDeployment(2, { minReadySeconds: 5 }))
  fixture.runTo(3)
  expect(set(fixture)?.status).toMatchObject({ replicas: 2, readyReplicas: 2 })
  expect(set(fixture)?.status?.availableReplicas).toBeUndefined()
  fixture.runTo(8)
  expect(set(fixture)?.status?.availableReplicas).toBe(2)
  fixture.user.delete('Pod', 'default', fixture.pods()[0]?.metadata.name ?? '')
  fixture.runTo(8.003)
  expect(fixture.pods()).toHaveLength(3)
})

it('says once what forty creates came to: nine single events and one of sixteen', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Deployment', webDeployment(40))
  fixture.runTo(5)
  const created = fixture.user.list('Event').filter(({ reason }) => reason === 'SuccessfulCreate')
  expect(created.map(({ count = 0 }) => count).sort((a, b) => a - b)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 16])
  expect(created.find(({ count }) => count === 16)?.message).toMatch(
    /^\(combined from similar events\): Created pod: web-/,
  )
})

it('creates no more than five hundred at once, and the others right after', () => {
  const fixture = new ControllerFixture({ settings: { 'kube-api-qps': 0 } })
  fixture.create('ReplicaSet', alone(501))
  const counts: number[] = []
  fixture.user.watch(['ReplicaSet'], ({ object }) => void counts.push(object.status?.replicas ?? 0))
  fixture.runTo(1)
  expect(counts).toEqual([500, 501])
})

it('makes exactly as many as it is to have, though each of them wakes it again', () => {
  const fixture = new ControllerFixture()
  fixture.create('ReplicaSet', alone(30))
  fixture.runTo(1)
  expect(fixture.takeWrites().filter(({ event }) => event.kind === 'Pod' && event.type === 'ADDED')).toHaveLength(30)
})

/** A template that a ReplicaSet may have, and of which the server takes no Pod. */
function withImage(fixture: ControllerFixture, image: string): void {
  const { spec, ...rest } = fixture.get('ReplicaSet', 'rs')
  const containers = spec.template.spec.containers.map(container => ({ ...container, image }))
  const template = { ...spec.template, spec: { ...spec.template.spec, containers } }
  fixture.user.update('ReplicaSet', { ...rest, spec: { ...spec, template } })
}

it('asks for one Pod at a time while Pods are refused, says so, and forgets it when one is taken', () => {
  const fixture = new ControllerFixture()
  fixture.create('ReplicaSet', alone(0))
  withImage(fixture, ' web:1')
  scale(fixture, 'ReplicaSet', 'rs', 8)
  fixture.runTo(0.002)
  const said = fixture.user.list('Event').filter(({ involvedObject }) => involvedObject.name === 'rs')
  expect(said.map(({ type, reason, count }) => `${type} ${reason} ${count}`)).toEqual(['Warning FailedCreate 1'])
  expect(said[0]?.message).toMatch(
    /^Error creating: Pod "rs-\w{5}" is invalid: spec\.containers\[0\]\.image: Invalid value: " web:1": must not have/,
  )
  const failure = fixture.get('ReplicaSet', 'rs').status?.conditions
  expect(failure).toEqual([
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: said[0]?.message.replace('Error creating: ', ''),
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ])
  // Tried again with other names, it keeps the words of the first refusal.
  fixture.runTo(5)
  expect(fixture.get('ReplicaSet', 'rs').status?.conditions).toEqual(failure)
  withImage(fixture, 'web:1')
  fixture.runTo(6)
  expect(fixture.pods()).toHaveLength(8)
  expect(fixture.get('ReplicaSet', 'rs').status?.conditions).toBeUndefined()
})

it('says nothing of Pods that a namespace no longer takes because it goes', () => {
  const fixture = new ControllerFixture()
  fixture.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  const { metadata, ...rest } = alone(0)
  const set = fixture.create('ReplicaSet', { ...rest, metadata: { ...metadata, namespace: 'shop' } })
  fixture.user.delete('Namespace', '', 'shop')
  fixture.user.update('ReplicaSet', { ...set, spec: { ...set.spec, replicas: 3 } })
  fixture.runTo(1)
  expect(fixture.user.get('ReplicaSet', 'shop', 'rs')?.status?.conditions).toBeUndefined()
})

it('replaces what has Succeeded or Failed and leaves the object', () => {
  const fixture = new ControllerFixture()
  fixture.create('ReplicaSet', alone(2))
  fixture.runTo(1)
  const [first] = fixture.pods()
  if (first) fixture.user.updateStatus('Pod', { ...first, status: { phase: 'Failed' } })
  fixture.runTo(2)
  expect(fixture.pods()).toHaveLength(3)
  expect(fixture.get('ReplicaSet', 'rs').status).toMatchObject({ replicas: 2, fullyLabeledReplicas: 2 })
  const { deletionTimestamp, ownerReferences } = fixture.get('Pod', first?.metadata.name ?? '').metadata
  expect([deletionTimestamp, ownerReferences?.[0]?.name]).toEqual([undefined, 'rs'])
})

it('says which generation of its spec it has seen', () => {
  const fixture = new ControllerFixture()
  fixture.create('ReplicaSet', alone(1))
  fixture.runTo(1)
  scale(fixture, 'ReplicaSet', 'rs', 2)
  expect([fixture.get('ReplicaSet', 'rs').metadata.generation, set(fixture)?.status?.observedGeneration]).toEqual([
    2, 1,
  ])
  fixture.runTo(2)
  expect(set(fixture)?.status?.observedGeneration).toBe(2)
})

it('neither adopts nor releases while it is itself on its way out', () => {
  const fixture = new ControllerFixture()
  fixture.create('ReplicaSet', alone(1))
  fixture.runTo(1)
  const [pod] = fixture.pods()
  const held = fixture.get('ReplicaSet', 'rs')
  fixture.user.update('ReplicaSet', { ...held, metadata: { ...held.metadata, finalizers: ['example.com/wait'] } })
  fixture.user.delete('ReplicaSet', 'default', 'rs')
  if (pod) fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels: { app: 'other' } } })
  fixture.create('Pod', webPod('orphan'))
  fixture.runTo(2)
  expect(fixture.pods().map(({ metadata }) => metadata.ownerReferences?.[0]?.name)).toEqual([undefined, 'rs'])
})

/** Five Pods of which two are ready on a, one is ready and one is not on b, and one is nowhere; after the hour of the clock. */
function five(fixture: ControllerFixture): readonly Pod[] {
  fixture.runTo(3600)
  const wallMs = DEFAULT_EPOCH_MS + 3_600_000
  const shapes = [
    ['a', 600],
    ['a', 60],
    ['b', 50],
    [undefined, undefined],
    ['b', undefined],
  ] as const
  return fixture.pods().map((pod, index) => {
    const [node, seconds] = shapes[index] ?? []
    if (node === undefined) return pod
    const bound = fixture.user.update('Pod', { ...pod, spec: { ...pod.spec, nodeName: node } })
    const since = seconds === undefined ? undefined : formatTimestamp(wallMs - seconds * 1000)
    const conditions = since ? [{ type: 'Ready', status: 'True' as const, lastTransitionTime: since }] : []
    if (bound.ok) fixture.user.updateStatus('Pod', { ...bound.value, status: { phase: 'Running', conditions } })
    return pod
  })
}

it('deletes the unscheduled and the unready of five, and then the younger on the crowded Node', () => {
  const fixture = new ControllerFixture()
  for (const name of ['a', 'b'])
    fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} })
  fixture.create('Deployment', webDeployment(5))
  const [p1, p2, p3] = five(fixture.runTo(1)).map(({ metadata }) => metadata.name)
  scale(fixture, 'Deployment', 'web', 3)
  fixture.runTo(3601)
  expect(fixture.pods().filter(({ metadata }) => !metadata.deletionTimestamp)).toMatchObject(
    [p1, p2, p3].map(name => ({ metadata: { name } })),
  )
  scale(fixture, 'Deployment', 'web', 2)
  fixture.runTo(3602)
  expect(fixture.pods().filter(({ metadata }) => !metadata.deletionTimestamp)).toMatchObject(
    [p1, p3].map(name => ({ metadata: { name } })),
  )
})

describe('a limit of what a controller may write', () => {
  const LIMITED = { 'kube-api-qps': 20, 'kube-api-burst': 30 } as const

  it('makes 250 Pods come over eleven seconds while nobody sets another: thirty at once, then twenty a second', () => {
    const fixture = new ControllerFixture()
    fixture.create('ReplicaSet', alone(250))
    fixture.runTo(0.01)
    expect(fixture.pods()).toHaveLength(30)
    fixture.runTo(5.01)
    expect(fixture.pods()).toHaveLength(130)
    fixture.runTo(10.9)
    expect(fixture.pods()).toHaveLength(247)
    fixture.runTo(11.1)
    expect(fixture.get('ReplicaSet', 'rs').status?.replicas).toBe(250)
  })

  it('is shared by all sets of the controller, counts deletions as well, and fills while nothing is written', () => {
    const fixture = new ControllerFixture({ settings: LIMITED })
    fixture.create('ReplicaSet', alone(25))
    fixture.runTo(0.01)
    const { metadata, ...other } = alone(10)
    fixture.create('ReplicaSet', { ...other, metadata: { ...metadata, name: 'other' } })
    fixture.runTo(0.02)
    expect(fixture.pods()).toHaveLength(30)
    fixture.runTo(10)
    expect(fixture.pods()).toHaveLength(35)
    scale(fixture, 'ReplicaSet', 'rs', 0)
    fixture.runTo(10.01)
    expect(fixture.pods()).toHaveLength(10)
    scale(fixture, 'ReplicaSet', 'other', 0)
    fixture.runTo(10.02)
    expect(fixture.pods()).toHaveLength(5)
  })

  it('is none at zero', () => {
    const fixture = new ControllerFixture({ settings: { 'kube-api-qps': 0 } })
    fixture.create('ReplicaSet', alone(250))
    fixture.runTo(0.002)
    expect(fixture.pods()).toHaveLength(250)
  })

  it('never stands still at a rate that is no whole number of milliseconds', () => {
    const fixture = new ControllerFixture({ settings: { 'kube-api-qps': 0.7, 'kube-api-burst': 1 } })
    fixture.create('ReplicaSet', alone(8))
    fixture.runTo(9.9)
    expect(fixture.pods()).toHaveLength(7)
  })

  it('goes on from a snapshot as if nothing had been', () => {
    const options = { settings: LIMITED }
    const fixture = new ControllerFixture(options)
    fixture.create('ReplicaSet', alone(60))
    fixture.runTo(0.62)
    const copy = new ControllerFixture(options, fixture.save())
    copy.runTo(2)
    fixture.runTo(2)
    expect(copy.save()).toBe(fixture.save())
  })
})
