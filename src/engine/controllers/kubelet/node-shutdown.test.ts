import { describe, expect, it } from 'vitest'
import type { ClusterSettings } from '../../api/cluster-settings.ts'
import type { PodSpec } from '../../api/pod/pod.ts'
import { findCondition } from '../runtime/conditions.ts'
import { ControllerFixture, webDeployment, webPod, webService } from '../../testing/controller-fixture.ts'
import { shutDown } from '../../testing/kubelet-fixture.ts'

const GRACE = { shutdownGracePeriod: 30_000, shutdownGracePeriodCriticalPods: 10_000, 'sim-drain-time': 2_000 }

function withPods(
  specs: { readonly [name: string]: Partial<PodSpec> },
  settings: Partial<ClusterSettings> = GRACE,
): ControllerFixture {
  const fixture = new ControllerFixture({ nodes: 1, settings })
  fixture.create('Service', webService())
  for (const [name, spec] of Object.entries(specs)) fixture.create('Pod', webPod(name, spec))
  return fixture.runTo(10)
}

function line(fixture: ControllerFixture, name: string): string {
  const { phase, reason, conditions } = fixture.get('Pod', name).status ?? {}
  const ready = findCondition(conditions, 'Ready')
  return [phase, reason ?? '-', ready?.status, ready?.reason ?? '-'].join(' ')
}

function powerOffMs(fixture: ControllerFixture): number | undefined {
  const machine = fixture.world.machine('n1')
  return machine?.power ? undefined : machine?.sinceMs
}

describe('a node that is shut down', () => {
  it('goes off at once where no grace is configured', () => {
    const fixture = withPods({ p: {} }, {})
    shutDown(fixture, 'n1')
    fixture.runTo(11)
    expect(powerOffMs(fixture)).toBe(10_000)
    expect(line(fixture, 'p')).toBe('Running - True -')
    expect(fixture.eventsAbout('n1')).not.toContain('NodeShutdown')
  })

  it('says that it is not ready, makes its Pods unready at once and fails them when they have ended', () => {
    const fixture = withPods({ p: {} })
    shutDown(fixture, 'n1')
    fixture.runTo(10.05)
    const ready = findCondition(fixture.get('Node', 'n1', '').status?.conditions, 'Ready')
    expect(ready).toMatchObject({ status: 'False', reason: 'KubeletNotReady', message: 'node is shutting down' })
    expect(line(fixture, 'p')).toBe('Running - False PodFailed')
    // Not deleted, so its endpoint is not ready and not terminating.
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2'])
    fixture.runTo(12.05)
    expect(line(fixture, 'p')).toBe('Failed Terminated False PodFailed')
    const { status, metadata } = fixture.get('Pod', 'p')
    expect(status?.message).toBe('Pod was terminated in response to imminent node shutdown.')
    expect(findCondition(status?.conditions, 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'TerminationByKubelet',
      message: 'Pod was terminated in response to imminent node shutdown.',
    })
    expect(metadata.deletionTimestamp).toBeUndefined()
    expect(powerOffMs(fixture)).toBe(12_000)
    // A change of phase alone has nobody look at the Service: the endpoint goes with its next sync.
    expect(fixture.runTo(13).endpoints('web')).toEqual(['10.244.1.2'])
    const service = fixture.get('Service', 'web')
    fixture.user.update('Service', { ...service, spec: { ...service.spec, sessionAffinity: 'ClientIP' } })
    expect(fixture.runTo(14).endpoints('web')).toEqual([])
    const told = fixture.user.list('Event').filter(({ involvedObject }) => involvedObject.name === 'n1')
    expect(told.map(({ reason, message }) => `${reason} ${message}`)).toEqual(
      expect.arrayContaining([
        'NodeShutdown Shutdown manager detected shutdown event',
        'NodeNotReady Node n1 status is now: NodeNotReady',
      ]),
    )
  })

  it('leaves 20 s to usual Pods and then 10 s to critical ones, or the shorter grace of their own', () => {
    const fixture = withPods({
      slow: { terminationGracePeriodSeconds: 60 },
      brief: { terminationGracePeriodSeconds: 5 },
      vital: { priorityClassName: 'system-node-critical', terminationGracePeriodSeconds: 60 },
    })
    fixture.settings = { ...fixture.settings, 'sim-drain-time': 600_000 }
    shutDown(fixture, 'n1')
    const failedAt = (name: string): number | undefined =>
      fixture.writes.find(
        ({ event }) =>
          event.kind === 'Pod' && event.object.metadata.name === name && event.object.status?.phase === 'Failed',
      )?.atMs
    fixture.runTo(60)
    expect([failedAt('brief'), failedAt('slow'), failedAt('vital')]).toEqual([15_000, 30_000, 40_000])
    expect(powerOffMs(fixture)).toBe(40_000)
  })

  it('goes on to the critical Pods as soon as the others have ended', () => {
    const fixture = withPods({ p: {}, vital: { priorityClassName: 'system-cluster-critical' } })
    shutDown(fixture, 'n1')
    fixture.runTo(11)
    expect(line(fixture, 'vital')).toBe('Running - True -')
    fixture.runTo(13)
    expect([line(fixture, 'p'), line(fixture, 'vital')]).toEqual([
      'Failed Terminated False PodFailed',
      'Running - False PodFailed',
    ])
    expect(powerOffMs(fixture.runTo(20))).toBe(14_000)
  })

  it('has its Pods replaced elsewhere when they have failed, and keeps them', () => {
    const fixture = new ControllerFixture({ nodes: 2, settings: GRACE })
    fixture.create('Deployment', webDeployment(2))
    fixture.runTo(10)
    shutDown(fixture, 'n1')
    fixture.runTo(20)
    const phases = fixture.pods().map(({ spec, status }) => `${spec.nodeName} ${status?.phase}`)
    expect(phases.sort()).toEqual(['n1 Failed', 'n2 Running', 'n2 Running'])
  })

  it('rejects a Pod that comes too late', () => {
    const fixture = withPods({ p: {} })
    fixture.settings = { ...fixture.settings, 'sim-drain-time': 10_000 }
    shutDown(fixture, 'n1')
    fixture.runTo(11)
    fixture.create('Pod', webPod('late', { nodeName: 'n1' }))
    fixture.runTo(12)
    expect(fixture.get('Pod', 'late').status).toMatchObject({
      phase: 'Failed',
      reason: 'NodeShutdown',
      message: 'Pod was rejected: Pod was rejected as the node is shutting down.',
    })
    expect(fixture.eventsAbout('late')).toEqual(['NodeShutdown'])
  })

  it('is well again when it has power, and its Pods stay failed', () => {
    const fixture = withPods({ p: {} })
    shutDown(fixture, 'n1')
    fixture.runTo(20)
    fixture.setPower('n1', true)
    fixture.runTo(40)
    expect(findCondition(fixture.get('Node', 'n1', '').status?.conditions, 'Ready')?.status).toBe('True')
    expect(line(fixture, 'p')).toBe('Failed Terminated False PodFailed')
    fixture.create('Pod', webPod('q'))
    expect(line(fixture.runTo(45), 'q')).toBe('Running - True -')
  })

  it('goes on after a restore as if nothing had been', () => {
    const fixture = withPods({ p: {}, vital: { priorityClassName: 'system-node-critical' } })
    shutDown(fixture, 'n1')
    fixture.runTo(11)
    const restored = new ControllerFixture({ settings: fixture.settings }, fixture.save())
    expect(restored.runTo(60).save()).toBe(fixture.runTo(60).save())
  })
})
