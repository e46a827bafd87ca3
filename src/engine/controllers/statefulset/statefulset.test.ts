import { expect, it } from 'vitest'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import type { Draft } from '../../api/meta.ts'
import { compareText } from '../../kernel/json.ts'
import { ControllerFixture, webDeployment, webService } from '../../testing/controller-fixture.ts'

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
