// The control plane as a whole: what must hold whatever the controllers do.

import { describe, expect, it } from 'vitest'
import { ControllerFixture, webDeployment, webPod, webService } from '../testing/controller-fixture.ts'

function busyCluster(): ControllerFixture {
  const fixture = new ControllerFixture({ nodes: 3, seed: 7 })
  fixture.create('Service', webService())
  fixture.create('Service', webService({ type: 'LoadBalancer' }, 'public'))
  fixture.create('Deployment', webDeployment(4, {}, { readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 3 } }))
  fixture.create('Pod', webPod('alone', { nodeSelector: { disk: 'none' } }))
  return fixture
}

/** A Node dies, a Pod is deleted, and the Deployment rolls out, in the middle of it all. */
function disturb(fixture: ControllerFixture, fromSeconds: number, toSeconds: number): void {
  const acts: readonly (readonly [number, () => void])[] = [
    [5, () => fixture.user.delete('Pod', 'default', fixture.pods()[1]?.metadata.name ?? '')],
    [20, () => fixture.setPower('n2', false)],
    [100, () => fixture.world.setReadinessFails('default', fixture.pods()[1]?.metadata.name ?? '', true)],
    [
      200,
      () =>
        void fixture.user.update('Deployment', {
          ...fixture.get('Deployment', 'web'),
          spec: { ...fixture.get('Deployment', 'web').spec, replicas: 6 },
        }),
    ],
    [410, () => fixture.setPower('n2', true)],
  ]
  for (const [atSeconds, act] of acts) {
    if (atSeconds <= fromSeconds || atSeconds > toSeconds) continue
    fixture.runTo(atSeconds)
    act()
  }
  fixture.runTo(toSeconds)
}

describe('determinism', () => {
  it('gives the same bytes for the same seed', () => {
    const [a, b] = [busyCluster(), busyCluster()]
    disturb(a, 0, 450)
    disturb(b, 0, 450)
    expect(a.save()).toBe(b.save())
  })

  it('gives other bytes for another seed', () => {
    const other = new ControllerFixture({ seed: 8 }).runTo(1)
    expect(other.save()).not.toBe(new ControllerFixture({ seed: 7 }).runTo(1).save())
  })

  it.each([0.4, 1.05, 5.15, 69.99, 70.05, 250, 410.5, 420.2])(
    'goes on after a restore at %d s as if nothing had been',
    seconds => {
      const straight = busyCluster()
      disturb(straight, 0, 450)
      const first = busyCluster()
      disturb(first, 0, seconds)
      const second = new ControllerFixture({ seed: 7 }, first.save())
      expect(second.save()).toBe(first.save())
      disturb(second, seconds, 450)
      expect(second.save()).toBe(straight.save())
    },
  )
})

it('writes nothing but Leases once it has settled', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(5))
  fixture.runTo(30).takeWrites()
  fixture.runTo(250)
  expect(new Set(fixture.takeWrites().map(({ event }) => event.kind))).toEqual(new Set(['Lease']))
})

it('queues no work that never ends', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Deployment', webDeployment(5))
  fixture.runTo(30)
  const settled = fixture.loop.pendingCount
  fixture.runTo(3_000)
  expect(fixture.loop.pendingCount).toBeLessThanOrEqual(settled)
})

it('leaves stored objects as they were delivered', () => {
  const fixture = busyCluster()
  const seen = new Map<object, string>()
  fixture.user.watch(
    ['Pod', 'Node', 'EndpointSlice', 'ReplicaSet', 'Deployment'],
    ({ object }) => void seen.set(object, JSON.stringify(object)),
  )
  disturb(fixture, 0, 120)
  expect(seen.size).toBeGreaterThan(50)
  for (const [object, text] of seen) expect(JSON.stringify(object)).toBe(text)
})

it('writes nothing about Pods while no simulated Node exists', () => {
  const fixture = new ControllerFixture()
  fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'by-hand' }, spec: {} })
  fixture.create('Pod', webPod('alone'))
  fixture.runTo(400)
  expect(fixture.get('Pod', 'alone').status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
  expect(fixture.eventsAbout('alone')).toEqual([])
})

it('fills three slices from 250 Pods', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(250))
  // Thirty Pods at once, then twenty a second.
  fixture.runTo(15)
  const slices = fixture.user.slicesOfService('default', 'web')
  expect(slices).toHaveLength(3)
  expect(slices.flatMap(slice => slice.endpoints).filter(endpoint => endpoint.conditions?.ready)).toHaveLength(250)
  expect(fixture.get('Deployment', 'web').status?.availableReplicas).toBe(250)
})
