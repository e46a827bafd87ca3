// Cascading deletion in a cluster whose Pods really take their time to end: who goes when, in the background, in the foreground
// and orphaned, and what becomes of those whose owner is not there. Requests at the API's door are in deletion.test.ts.

import { describe, expect, it } from 'vitest'
import type { Kind, KindMap } from '../../api/kind-registry.ts'
import type { OwnerReference } from '../../api/meta.ts'
import { ControllerFixture, webDeployment, webPod, webService } from '../../testing/controller-fixture.ts'

/** A Service and a Deployment of two whose Pods take five seconds to end, at 10 s. */
function running(): ControllerFixture {
  const fixture = new ControllerFixture({ nodes: 3, settings: { 'sim-drain-time': 5_000 } })
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(2))
  return fixture.runTo(10)
}

/** What goes from now on: `kind` with the seconds at which it was gone, or `kind…` at which its end began. */
function ends(fixture: ControllerFixture): () => readonly string[] {
  fixture.takeWrites()
  return () =>
    fixture.takeWrites().flatMap(({ atMs, event }) => {
      const began = event.object.metadata.deletionTimestamp && !event.previous?.metadata.deletionTimestamp
      const at = (atMs / 1000).toFixed(2)
      if (event.type === 'DELETED') return [`${at} ${event.kind}`]
      return event.type === 'MODIFIED' && began ? [`${at} ${event.kind}…`] : []
    })
}

function refTo<K extends Kind>(owner: KindMap[K], more: Partial<OwnerReference> = {}): OwnerReference {
  const { apiVersion, kind, metadata } = owner
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, ...more }
}

function map(fixture: ControllerFixture, name: string, ownerReferences: readonly OwnerReference[] = []) {
  const metadata = { name, namespace: 'default', ownerReferences }
  return fixture.create('ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata })
}

function maps(fixture: ControllerFixture): readonly string[] {
  return fixture.user.list('ConfigMap', 'default').map(({ metadata }) => metadata.name)
}

describe('a Deployment that is deleted', () => {
  it('in the background goes at once, its ReplicaSet within milliseconds, its Pods in their own time', () => {
    const fixture = running()
    const told = ends(fixture)
    fixture.user.delete('Deployment', 'default', 'web')
    fixture.runTo(30)
    const seen = told()
    expect(seen.slice(0, 4)).toEqual(['10.00 Deployment', '10.01 ReplicaSet', '10.02 Pod…', '10.02 Pod…'])
    expect(seen.slice(4).map(one => one.replace(/\.\d+/, ''))).toEqual(['15 Pod', '15 Pod'])
  })

  it('leaves the Service alone, whose slice keeps the endpoints while they terminate', () => {
    const fixture = running()
    const { resourceVersion } = fixture.get('Service', 'web').metadata
    fixture.user.delete('Deployment', 'default', 'web')
    fixture.runTo(12)
    expect(fixture.endpoints('web')).toHaveLength(2)
    for (const endpoint of fixture.endpoints('web')) expect(endpoint).toMatch(/ serving terminating$/)
    fixture.runTo(30)
    expect(fixture.endpoints('web')).toEqual([])
    expect(fixture.get('Service', 'web').metadata.resourceVersion).toBe(resourceVersion)
  })

  it('in the foreground outlives its last Pod, and its ReplicaSet likewise', () => {
    const fixture = running()
    const told = ends(fixture)
    fixture.user.delete('Deployment', 'default', 'web', { propagationPolicy: 'Foreground' })
    fixture.runTo(12)
    expect(fixture.get('Deployment', 'web').metadata.finalizers).toEqual(['foregroundDeletion'])
    expect(fixture.user.list('ReplicaSet')[0]?.metadata.finalizers).toEqual(['foregroundDeletion'])
    fixture.runTo(30)
    expect(told().map(one => one.replace(/\.\d+/, ''))).toEqual([
      '10 Deployment…',
      '10 ReplicaSet…',
      '10 Pod…',
      '10 Pod…',
      '15 Pod',
      '15 Pod',
      '15 ReplicaSet',
      '15 Deployment',
    ])
  })

  it('makes nothing anew while it waits for its Pods', () => {
    const fixture = running()
    fixture.user.delete('Deployment', 'default', 'web', { propagationPolicy: 'Foreground' })
    fixture.runTo(11)
    fixture.user.delete('Pod', 'default', fixture.pods()[0]?.metadata.name ?? '', { gracePeriodSeconds: 0 })
    fixture.runTo(14)
    expect([fixture.user.list('ReplicaSet').length, fixture.pods().length]).toEqual([1, 1])
  })

  it('orphaned lets its ReplicaSet go, which keeps its Pods and makes lost ones anew', () => {
    const fixture = running()
    fixture.user.delete('Deployment', 'default', 'web', { propagationPolicy: 'Orphan' })
    fixture.runTo(11)
    expect(fixture.user.list('Deployment')).toEqual([])
    expect(fixture.user.list('ReplicaSet').map(({ metadata }) => metadata.ownerReferences)).toEqual([undefined])
    const [first] = fixture.pods()
    expect(first?.metadata.ownerReferences).toHaveLength(1)
    fixture.user.delete('Pod', 'default', first?.metadata.name ?? '')
    fixture.runTo(30)
    expect(fixture.endpoints('web')).toHaveLength(2)
  })
})

it('collects a Pod whose owner was never there, and one whose owner is another of its name', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  const owner = map(fixture, 'owner')
  const [real, other, never] = [refTo(owner), refTo(owner, { uid: 'of-another' }), refTo(owner, { name: 'never' })]
  for (const [index, ownerReferences] of [[real], [other], [never], [real, never]].entries()) {
    const { metadata, ...pod } = webPod(`p${index}`)
    fixture.create('Pod', { ...pod, metadata: { ...metadata, ownerReferences } })
  }
  fixture.runTo(10)
  expect(fixture.pods().map(({ metadata }) => [metadata.name, metadata.ownerReferences])).toEqual([
    ['p0', [real]],
    ['p3', [real]],
  ])
})

it('collects what the last one of that name owned when a Service is made anew at once', () => {
  const fixture = running()
  const [before] = fixture.user.slicesOfService('default', 'web')
  fixture.user.delete('Service', 'default', 'web')
  fixture.create('Service', webService())
  fixture.runTo(12)
  const [after, ...others] = fixture.user.slicesOfService('default', 'web')
  expect(others).toEqual([])
  expect(after?.metadata.uid).not.toBe(before?.metadata.uid)
  expect(after?.metadata.ownerReferences?.[0]?.uid).toBe(fixture.get('Service', 'web').metadata.uid)
})

describe('an owner in the foreground', () => {
  it('does not wait for a dependent that does not block it', () => {
    const fixture = new ControllerFixture()
    const owner = map(fixture, 'owner')
    const held = map(fixture, 'held', [refTo(owner)])
    fixture.user.update('ConfigMap', { ...held, metadata: { ...held.metadata, finalizers: ['example.com/wait'] } })
    fixture.user.delete('ConfigMap', 'default', 'owner', { propagationPolicy: 'Foreground' })
    fixture.runTo(1)
    expect(maps(fixture)).toEqual(['held'])
    expect(fixture.get('ConfigMap', 'held').metadata.deletionTimestamp).toBeDefined()
  })

  it('is forgotten by a dependent that has another owner, and does not wait for it', () => {
    const fixture = new ControllerFixture()
    const [owner, other] = [map(fixture, 'owner'), map(fixture, 'other')]
    map(fixture, 'shared', [refTo(owner, { blockOwnerDeletion: true }), refTo(other)])
    fixture.user.delete('ConfigMap', 'default', 'owner', { propagationPolicy: 'Foreground' })
    fixture.runTo(1)
    expect(maps(fixture)).toEqual(['other', 'shared'])
    expect(fixture.get('ConfigMap', 'shared').metadata.ownerReferences).toEqual([refTo(other)])
  })

  it('goes even where owners go round in a circle', () => {
    const fixture = new ControllerFixture()
    const blocks = { blockOwnerDeletion: true }
    const first = map(fixture, 'a')
    const second = map(fixture, 'b', [refTo(first, blocks)])
    fixture.user.update('ConfigMap', {
      ...first,
      metadata: { ...first.metadata, ownerReferences: [refTo(second, blocks)] },
    })
    fixture.user.delete('ConfigMap', 'default', 'a', { propagationPolicy: 'Foreground' })
    fixture.runTo(1)
    expect(maps(fixture)).toEqual([])
  })
})
