import { expect, it } from 'vitest'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import type { Draft } from '../../api/meta.ts'
import { compareText } from '../../kernel/json.ts'
import { ControllerFixture, webDeployment, webPod, webService } from '../../testing/controller-fixture.ts'

type Spec = StatefulSet['spec']

function statefulSet(replicas: number, spec: Partial<Spec> = {}): Draft<StatefulSet> {
  const { template } = webDeployment(replicas).spec
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, serviceName: 'web', template, ...spec } as Spec,
  }
}

function running(replicas: number, spec: Partial<Spec> = {}): ControllerFixture {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Service', webService({ clusterIP: 'None' }))
  fixture.create('StatefulSet', statefulSet(replicas, spec))
  return fixture.runTo(20)
}

function change(fixture: ControllerFixture, spec: Partial<Spec>): void {
  const set = fixture.get('StatefulSet', 'web')
  fixture.user.update('StatefulSet', { ...set, spec: { ...set.spec, ...spec } })
}

function withImage(fixture: ControllerFixture, image: string): void {
  const { template } = fixture.get('StatefulSet', 'web').spec
  const containers = template.spec.containers.map(container => ({ ...container, image }))
  change(fixture, { template: { ...template, spec: { ...template.spec, containers } } })
}

function images(fixture: ControllerFixture): readonly string[] {
  return fixture.pods().map(pod => `${pod.metadata.name} ${pod.spec.containers[0]?.image}`)
}

/** Names of Pods as they came (+) and as their end began (-). */
function followed(fixture: ControllerFixture): readonly string[] {
  return fixture.takeWrites().flatMap(({ event }) => {
    if (event.kind !== 'Pod') return []
    if (event.type === 'ADDED') return [`+${event.object.metadata.name}`]
    const began = event.object.metadata.deletionTimestamp && !event.previous?.metadata.deletionTimestamp
    return began ? [`-${event.object.metadata.name}`] : []
  })
}

it('gives each Pod its number, its own name in DNS and the revision of its template', () => {
  const fixture = running(2)
  const [pod, ...others] = fixture.pods()
  expect(others.map(({ metadata }) => metadata.name)).toEqual(['web-1'])
  const [revision] = fixture.user.list('ControllerRevision')
  expect(pod?.metadata).toMatchObject({
    name: 'web-0',
    generateName: 'web-',
    labels: {
      app: 'web',
      'statefulset.kubernetes.io/pod-name': 'web-0',
      'apps.kubernetes.io/pod-index': '0',
      'controller-revision-hash': revision?.metadata.name,
    },
  })
  expect(pod?.spec).toMatchObject({ hostname: 'web-0', subdomain: 'web' })
  expect(fixture.get('StatefulSet', 'web').status).toEqual({
    observedGeneration: 1,
    replicas: 2,
    readyReplicas: 2,
    currentReplicas: 2,
    updatedReplicas: 2,
    currentRevision: revision?.metadata.name,
    updateRevision: revision?.metadata.name,
    collisionCount: 0,
    availableReplicas: 2,
  })
  const endpoints = fixture.user.slicesOfService('default', 'web').flatMap(slice => slice.endpoints)
  expect(endpoints.map(({ hostname = '' }) => hostname).toSorted(compareText)).toEqual(['web-0', 'web-1'])
})

it('starts one after the other and stops them from the top', () => {
  const fixture = new ControllerFixture({ nodes: 2 })
  fixture.create('StatefulSet', statefulSet(3))
  let most = 0
  fixture.user.watch(['Pod'], () => {
    const starting = fixture
      .pods()
      .filter(({ status }) => !status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True'))
    most = Math.max(most, starting.length)
  })
  fixture.runTo(30)
  expect(followed(fixture)).toEqual(['+web-0', '+web-1', '+web-2'])
  expect(most).toBe(1)
  change(fixture, { replicas: 1 })
  fixture.runTo(60)
  expect(followed(fixture)).toEqual(['-web-2', '-web-1'])
  expect(images(fixture)).toEqual(['web-0 web:1'])
})

it('makes and stops all at once when it may work in parallel', () => {
  const fixture = running(0, { podManagementPolicy: 'Parallel' })
  change(fixture, { replicas: 3 })
  fixture.runTo(20.1)
  expect(fixture.pods()).toHaveLength(3)
  fixture.runTo(40)
  change(fixture, { replicas: 1 })
  fixture.runTo(40.1)
  expect(fixture.pods().filter(({ metadata }) => metadata.deletionTimestamp)).toHaveLength(2)
})

it('counts from where its ordinals start', () => {
  const fixture = running(2, { ordinals: { start: 5 } })
  expect(images(fixture)).toEqual(['web-5 web:1', 'web-6 web:1'])
  change(fixture, { ordinals: { start: 6 } })
  fixture.runTo(60)
  expect(images(fixture)).toEqual(['web-6 web:1', 'web-7 web:1'])
})

it('replaces from the top, one at a time, and never two of one name', () => {
  const fixture = running(3)
  fixture.takeWrites()
  withImage(fixture, 'web:2')
  fixture.runTo(100)
  expect(followed(fixture)).toEqual(['-web-2', '+web-2', '-web-1', '+web-1', '-web-0', '+web-0'])
  expect(images(fixture)).toEqual(['web-0 web:2', 'web-1 web:2', 'web-2 web:2'])
  const { currentRevision, updateRevision } = fixture.get('StatefulSet', 'web').status ?? {}
  expect(currentRevision).toBe(updateRevision)
})

it('leaves the Pods below the partition on the old revision, even those it makes anew', () => {
  const fixture = running(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } })
  withImage(fixture, 'web:2')
  fixture.runTo(60)
  expect(images(fixture)).toEqual(['web-0 web:1', 'web-1 web:1', 'web-2 web:2'])
  fixture.user.delete('Pod', 'default', 'web-0')
  fixture.runTo(100)
  expect(images(fixture)).toEqual(['web-0 web:1', 'web-1 web:1', 'web-2 web:2'])
  const { currentRevision, updateRevision, updatedReplicas } = fixture.get('StatefulSet', 'web').status ?? {}
  expect(currentRevision).not.toBe(updateRevision)
  expect(updatedReplicas).toBe(1)
})

it('replaces only what a user deletes when it may not by itself', () => {
  const fixture = running(2, { updateStrategy: { type: 'OnDelete' } })
  withImage(fixture, 'web:2')
  fixture.runTo(60)
  expect(images(fixture)).toEqual(['web-0 web:1', 'web-1 web:1'])
  fixture.user.delete('Pod', 'default', 'web-1')
  fixture.runTo(100)
  expect(images(fixture)).toEqual(['web-0 web:1', 'web-1 web:2'])
})

it('goes back to an old revision under a new number, and keeps no more than its history allows', () => {
  const fixture = running(1, { revisionHistoryLimit: 1 })
  const numbers = (): readonly number[] =>
    fixture.user
      .list('ControllerRevision')
      .map(({ revision }) => revision)
      .sort((a, b) => a - b)
  withImage(fixture, 'web:2')
  fixture.runTo(60)
  expect(numbers()).toEqual([1, 2])
  withImage(fixture, 'web:1')
  fixture.runTo(100)
  expect(numbers()).toEqual([2, 3])
  withImage(fixture, 'web:3')
  fixture.runTo(140)
  expect(numbers()).toEqual([3, 4])
})

it('waits behind a broken Pod until somebody deletes it, even after the template was put right', () => {
  const fixture = running(2)
  const set = fixture.get('StatefulSet', 'web')
  change(fixture, {
    template: { ...set.spec.template, spec: { ...set.spec.template.spec, nodeSelector: { disk: 'none' } } },
  })
  fixture.runTo(60)
  change(fixture, { template: set.spec.template })
  fixture.runTo(100)
  expect(fixture.pods().map(({ metadata, spec }) => `${metadata.name} ${spec.nodeName !== undefined}`)).toEqual([
    'web-0 true',
    'web-1 false',
  ])
  fixture.user.delete('Pod', 'default', 'web-1')
  fixture.runTo(140)
  expect(fixture.get('StatefulSet', 'web').status?.readyReplicas).toBe(2)
})

it('says what it did with each Pod', () => {
  const fixture = running(1)
  change(fixture, { replicas: 0 })
  fixture.runTo(60)
  const said = fixture.user.list('Event').filter(({ involvedObject }) => involvedObject.kind === 'StatefulSet')
  expect(said.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
    'SuccessfulCreate: create Pod web-0 in StatefulSet web successful',
    'SuccessfulDelete: delete Pod web-0 in StatefulSet web successful',
  ])
})

it('takes Pods and revisions with it when it is deleted', () => {
  const fixture = running(2)
  fixture.user.delete('StatefulSet', 'default', 'web')
  fixture.runTo(60)
  expect(fixture.pods()).toEqual([])
  expect(fixture.user.list('ControllerRevision')).toEqual([])
})

it('takes in the Pods and the revision that a deleted set of its name let go', () => {
  const fixture = running(2)
  const [revision] = fixture.user.list('ControllerRevision')
  const before = fixture.pods().map(({ metadata }) => metadata.uid)
  fixture.user.delete('StatefulSet', 'default', 'web', { propagationPolicy: 'Orphan' })
  fixture.runTo(21)
  expect(fixture.pods().map(({ metadata }) => metadata.ownerReferences)).toEqual([undefined, undefined])
  const { uid } = fixture.create('StatefulSet', statefulSet(2)).metadata
  fixture.runTo(22)
  expect(fixture.pods().map(({ metadata }) => metadata.uid)).toEqual(before)
  const [kept, ...others] = fixture.user.list('ControllerRevision')
  expect([kept?.metadata.uid, others]).toEqual([revision?.metadata.uid, []])
  for (const { metadata } of [kept, ...fixture.pods()].filter(one => one !== undefined))
    expect(metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', uid, controller: true }])
  expect(fixture.get('StatefulSet', 'web').status?.collisionCount).toBe(0)
})

it('lets go of a Pod whose labels it does not pick, and adopts none whose name is not of its own', () => {
  const fixture = running(1)
  const pod = fixture.get('Pod', 'web-0')
  fixture.create('Pod', webPod('other-3'))
  fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels: { app: 'other' } } })
  fixture.runTo(30)
  for (const name of ['web-0', 'other-3']) expect(fixture.get('Pod', name).metadata.ownerReferences).toBeUndefined()
  // The name is taken: that is tried again without a word, until it is free.
  expect(fixture.eventsAbout('web')).not.toContain('FailedCreate')
  fixture.user.delete('Pod', 'default', 'web-0')
  fixture.runTo(60)
  expect(fixture.get('Pod', 'web-0').metadata.ownerReferences?.[0]?.name).toBe('web')
})

it('puts back the labels that say who a Pod is, and says so', () => {
  const fixture = running(1)
  const pod = fixture.get('Pod', 'web-0')
  const { 'statefulset.kubernetes.io/pod-name': _, ...labels } = pod.metadata.labels ?? {}
  fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels } })
  fixture.runTo(21)
  expect(fixture.get('Pod', 'web-0').metadata.labels?.['statefulset.kubernetes.io/pod-name']).toBe('web-0')
  expect(fixture.user.list('Event').map(({ message }) => message)).toContain(
    'update Pod web-0 in StatefulSet web successful',
  )
})

it('deletes a Pod that ended and makes it anew under its name', () => {
  const fixture = running(2)
  const pod = fixture.get('Pod', 'web-1')
  fixture.takeWrites()
  fixture.user.updateStatus('Pod', { ...pod, status: { phase: 'Failed' } })
  fixture.runTo(60)
  expect(followed(fixture)).toEqual(['-web-1', '+web-1'])
})

it('waits for a terminating Pod below before it makes one above', () => {
  const fixture = running(2)
  fixture.settings = { ...fixture.settings, 'sim-drain-time': 5_000 }
  fixture.takeWrites()
  fixture.user.delete('Pod', 'default', 'web-0')
  change(fixture, { replicas: 3 })
  fixture.runTo(24)
  expect(followed(fixture)).toEqual(['-web-0'])
  fixture.runTo(60)
  expect(followed(fixture)).toEqual(['+web-0', '+web-2'])
})

it('does not scale down while another Pod is not healthy, but for the Pod that is not', () => {
  const fixture = running(3)
  fixture.world.setReadinessFails('default', 'web-0', true)
  fixture.runTo(30)
  change(fixture, { replicas: 2 })
  fixture.runTo(60)
  expect(images(fixture)).toHaveLength(3)
  fixture.world.setReadinessFails('default', 'web-0', false)
  fixture.world.setReadinessFails('default', 'web-2', true)
  fixture.runTo(90)
  expect(images(fixture)).toEqual(['web-0 web:1', 'web-1 web:1'])
})

it('scales before it updates', () => {
  const fixture = running(2)
  fixture.takeWrites()
  withImage(fixture, 'web:2')
  change(fixture, { replicas: 3 })
  fixture.runTo(22)
  expect(followed(fixture).slice(0, 2)).toEqual(['+web-2', '-web-1'])
})

it('waits for a Pod to be ready for as long as minReadySeconds says, and counts it as available then', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('StatefulSet', statefulSet(2, { minReadySeconds: 10 }))
  fixture.runTo(5)
  expect(followed(fixture)).toEqual(['+web-0'])
  expect(fixture.get('StatefulSet', 'web').status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 })
  fixture.runTo(13)
  expect(followed(fixture)).toEqual(['+web-1'])
  fixture.runTo(30)
  expect(fixture.get('StatefulSet', 'web').status).toMatchObject({ readyReplicas: 2, availableReplicas: 2 })
})

it('updates in parallel one by one all the same', () => {
  const fixture = running(3, { podManagementPolicy: 'Parallel' })
  fixture.takeWrites()
  withImage(fixture, 'web:2')
  fixture.runTo(100)
  expect(followed(fixture)).toEqual(['-web-2', '+web-2', '-web-1', '+web-1', '-web-0', '+web-0'])
})

it('counts Pods by their revision in the middle of an update', () => {
  const fixture = running(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } })
  withImage(fixture, 'web:2')
  fixture.runTo(60)
  const { currentRevision, updateRevision, ...counts } = fixture.get('StatefulSet', 'web').status ?? {}
  expect(counts).toEqual({
    observedGeneration: 2,
    replicas: 3,
    readyReplicas: 3,
    currentReplicas: 1,
    updatedReplicas: 2,
    collisionCount: 0,
    availableReplicas: 3,
  })
  const numbers = fixture.user.list('ControllerRevision').map(one => [one.metadata.name, one.revision])
  expect(Object.fromEntries(numbers)).toEqual({ [currentRevision ?? '']: 1, [updateRevision ?? '']: 2 })
})

it('takes another hash when the name of its revision is taken, and counts that', () => {
  const fixture = running(1)
  const [revision] = fixture.user.list('ControllerRevision')
  fixture.user.delete('StatefulSet', 'default', 'web')
  fixture.runTo(40)
  const { name = '' } = revision?.metadata ?? {}
  fixture.create('ControllerRevision', {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name, namespace: 'default' },
    data: { else: true },
    revision: 1,
  })
  fixture.create('StatefulSet', statefulSet(1))
  fixture.runTo(60)
  const { collisionCount, updateRevision, readyReplicas } = fixture.get('StatefulSet', 'web').status ?? {}
  expect([collisionCount, readyReplicas]).toEqual([1, 1])
  expect(updateRevision).toMatch(/^web-[456789bcdf]{1,10}$/)
  expect(updateRevision).not.toBe(name)
})

it('keeps what is said of claims, and drops what 1.34 does not have on by default', () => {
  const fixture = running(1, {
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } },
  })
  const { persistentVolumeClaimRetentionPolicy, updateStrategy } = fixture.get('StatefulSet', 'web').spec
  expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Delete', whenScaled: 'Retain' })
  expect(updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition: 0 } })
})

it('goes on from a snapshot in the middle of an update as if nothing had been', () => {
  const fixture = running(2, { minReadySeconds: 3 })
  withImage(fixture, 'web:2')
  fixture.runTo(21.5)
  const copy = new ControllerFixture({ nodes: 3 }, fixture.save())
  copy.runTo(60)
  fixture.runTo(60)
  expect(copy.save()).toBe(fixture.save())
})

it('makes in parallel what it can of a batch when one of it is refused, and no more', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  const { metadata, ...other } = webPod('web-1')
  fixture.create('Pod', { ...other, metadata: { ...metadata, labels: { app: 'other' } } })
  fixture.create('StatefulSet', statefulSet(5, { podManagementPolicy: 'Parallel' }))
  fixture.runTo(1)
  expect(images(fixture)).toEqual(['web-0 web:1', 'web-1 web:1', 'web-2 web:1'])
  fixture.user.delete('Pod', 'default', 'web-1')
  fixture.runTo(60)
  expect(fixture.get('StatefulSet', 'web').status?.readyReplicas).toBe(5)
})

it.each([
  ['OrderedReady', false],
  ['Parallel', true],
] as const)('under %s puts labels back while the Pod is not ready: %s', (podManagementPolicy, isDone) => {
  const fixture = running(1, { podManagementPolicy })
  fixture.world.setReadinessFails('default', 'web-0', true)
  fixture.runTo(30)
  const pod = fixture.get('Pod', 'web-0')
  const { 'statefulset.kubernetes.io/pod-name': _, ...labels } = pod.metadata.labels ?? {}
  fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels } })
  fixture.runTo(31)
  const name = fixture.get('Pod', 'web-0').metadata.labels?.['statefulset.kubernetes.io/pod-name']
  expect(name === 'web-0').toBe(isDone)
})

it('counts no collision when a set is made anew at once, since the revision that is there is of the same template', () => {
  const fixture = running(1)
  fixture.user.delete('StatefulSet', 'default', 'web')
  fixture.create('StatefulSet', statefulSet(1))
  fixture.runTo(60)
  expect(fixture.get('StatefulSet', 'web').status).toMatchObject({ collisionCount: 0, readyReplicas: 1 })
  const { uid } = fixture.get('StatefulSet', 'web').metadata
  const owners = fixture.user.list('ControllerRevision').map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)
  expect(owners).toEqual([uid])
})
