import { describe, expect, it } from 'vitest'
import type { Node, Taint } from '../../api/node/node.ts'
import type { Labels } from '../../api/meta.ts'
import { findCondition } from '../runtime/conditions.ts'
import { ControllerFixture, simulatedNode, webDeployment, webPod } from '../../testing/controller-fixture.ts'
import type { SavedScheduler } from './scheduler.ts'

const NEVER = { nodeSelector: { disk: 'ssd' } }

function label(fixture: ControllerFixture, name: string, labels: Labels): void {
  const node = fixture.get('Node', name, '')
  fixture.user.update('Node', {
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...labels } },
  })
}

function change(fixture: ControllerFixture, name: string, spec: Partial<Node['spec']>): void {
  const node = fixture.get('Node', name, '')
  fixture.user.update('Node', { ...node, spec: { ...node.spec, ...spec } })
}

function message(fixture: ControllerFixture, pod: string): string {
  return findCondition(fixture.get('Pod', pod).status?.conditions, 'PodScheduled')?.message ?? ''
}

/** When a Pod was tried in vain last, and for which time. */
function attempt(
  fixture: ControllerFixture,
  pod: string,
): { readonly count: number; readonly lastMs: number } | undefined {
  const saved = fixture.controllers.parts.find(({ partName }) => partName === 'scheduler')?.save() as SavedScheduler
  return saved.waiting.find(([key]) => key === `default/${pod}`)?.[1]
}

/** The Pods in the order in which they were bound. */
function bound(fixture: ControllerFixture): readonly string[] {
  return fixture.writes.flatMap(({ event }) =>
    event.kind === 'Pod' && event.object.spec.nodeName && event.previous && !event.previous.spec.nodeName
      ? [event.object.metadata.name]
      : [],
  )
}

describe('the queue', () => {
  it('takes the Pod of the highest priority first, and among equals the one that has waited longest', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.runTo(1)
    for (const [name, priority] of [
      ['a', 0],
      ['b', 10],
      ['c', 0],
      ['d', 10],
      ['e', -5],
    ] as const) {
      fixture.create('Pod', webPod(name, { ...NEVER, priority }))
      fixture.runTo(fixture.loop.nowMs / 1000 + 0.01)
    }
    fixture.runTo(10)
    label(fixture, 'n1', { disk: 'ssd' })
    fixture.runTo(11)
    expect(bound(fixture)).toEqual(['b', 'd', 'a', 'c', 'e'])
  })

  it('knows the two classes of what is critical to the system', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.runTo(1)
    for (const name of ['none', 'system-cluster-critical', 'system-node-critical'])
      fixture.create('Pod', webPod(name, { ...NEVER, priorityClassName: name === 'none' ? undefined : name }))
    fixture.runTo(10)
    label(fixture, 'n1', { disk: 'ssd' })
    fixture.runTo(11)
    expect(fixture.pods().map(({ spec }) => spec.priority)).toEqual([0, 2_000_000_000, 2_000_001_000])
    expect(bound(fixture)).toEqual(['system-node-critical', 'system-cluster-critical', 'none'])
  })

  it('gives the last place on a Node to the more important of two Pods', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    const node = fixture.get('Node', 'n1', '')
    fixture.user.updateStatus('Node', { ...node, status: { ...node.status, allocatable: { pods: '1' } } })
    fixture.runTo(1)
    fixture.create('Pod', webPod('low'))
    fixture.create('Pod', webPod('high', { priority: 1 }))
    fixture.runTo(2)
    expect([fixture.get('Pod', 'low').spec.nodeName, fixture.get('Pod', 'high').spec.nodeName]).toEqual([
      undefined,
      'n1',
    ])
    expect(message(fixture, 'low')).toBe(
      '0/1 nodes are available: 1 Too many pods. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    )
  })

  it('waits 1, 2, 4, 8 and then 10 seconds between attempts, however often a Node changes', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.runTo(1)
    fixture.create('Pod', webPod('a', NEVER))
    const times: number[] = []
    for (let step = 0; step < 440; step++) {
      fixture.runTo(1.006 + step / 10)
      const lastMs = attempt(fixture, 'a')?.lastMs ?? 0
      if (times.at(-1) !== lastMs) times.push(lastMs)
      label(fixture, 'n1', { step: `${step}` })
    }
    expect(times).toEqual([1_006, 2_006, 4_006, 8_006, 16_006, 26_006, 36_006])
  })

  it('tries a Pod again after five minutes in which nothing happened', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.runTo(1)
    fixture.create('Pod', webPod('a', NEVER))
    fixture.runTo(301.005)
    expect(attempt(fixture, 'a')).toEqual({ count: 1, lastMs: 1_006 })
    fixture.runTo(301.006)
    expect(attempt(fixture, 'a')).toEqual({ count: 2, lastMs: 301_006 })
  })

  it('takes new waiting times while it runs', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.create('Pod', webPod('a', NEVER))
    fixture.runTo(1)
    fixture.settings = {
      ...fixture.settings,
      podInitialBackoffSeconds: 3,
      podMaxBackoffSeconds: 4,
      'pod-max-in-unschedulable-pods-duration': 30_000,
    }
    label(fixture, 'n1', { step: '1' })
    const first = attempt(fixture, 'a')?.lastMs ?? 0
    fixture.runTo(5)
    expect(attempt(fixture, 'a')).toEqual({ count: 2, lastMs: first + 3_000 })
    label(fixture, 'n1', { step: '2' })
    fixture.runTo(10)
    expect(attempt(fixture, 'a')).toEqual({ count: 3, lastMs: first + 7_000 })
    fixture.runTo(60)
    expect(attempt(fixture, 'a')).toEqual({ count: 4, lastMs: first + 37_000 })
  })

  it('is woken when a place comes free, by a Pod that goes or by one that ends', () => {
    for (const end of ['deleted', 'ended'] as const) {
      const fixture = new ControllerFixture({ nodes: 1 })
      const ports = { ports: [{ containerPort: 80, hostPort: 80 }] }
      fixture.create('Pod', webPod('a', {}, ports))
      fixture.runTo(2)
      fixture.create('Pod', webPod('b', {}, ports))
      fixture.runTo(10)
      expect(fixture.get('Pod', 'b').spec.nodeName).toBeUndefined()
      const pod = fixture.get('Pod', 'a')
      if (end === 'deleted') fixture.user.delete('Pod', 'default', 'a', { gracePeriodSeconds: 0 })
      else fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, phase: 'Succeeded' } })
      fixture.runTo(10.006)
      expect(fixture.get('Pod', 'b').spec.nodeName).toBe('n1')
    }
  })

  it('goes on in the same order after it was saved and loaded', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    for (const [name, priority] of [
      ['a', 0],
      ['b', 10],
    ] as const)
      fixture.create('Pod', webPod(name, { ...NEVER, priority }))
    fixture.runTo(1)
    label(fixture, 'n1', { disk: 'ssd' })
    const copy = new ControllerFixture({}, fixture.save())
    expect(copy.runTo(5).save()).toBe(fixture.runTo(5).save())
    expect(bound(copy)).toEqual(['b', 'a'])
  })
})

describe('scheduling gates', () => {
  const gated = webPod('a', { schedulingGates: [{ name: 'example.com/wait' }] })

  it('are told of in the Pod from its first moment, with no Event', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    expect(fixture.create('Pod', gated).status?.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
        lastProbeTime: null,
      },
    ])
    fixture.runTo(30)
    expect(fixture.get('Pod', 'a').spec.nodeName).toBeUndefined()
    expect(fixture.eventsAbout('a')).toEqual([])
  })

  it('let the Pod go when the last of them is taken away', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    const pod = fixture.create('Pod', gated)
    fixture.runTo(30)
    const { schedulingGates: _, ...open } = pod.spec
    expect(fixture.user.update('Pod', { ...pod, spec: open }).ok).toBe(true)
    fixture.runTo(30.006)
    expect(fixture.get('Pod', 'a').spec.nodeName).toBe('n1')
  })
})

it('lets nobody hold a Pod back that is not held back already', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  const pod = fixture.create('Pod', webPod('a', { schedulingGates: [{ name: 'example.com/wait' }] }))
  const schedulingGates = [{ name: 'example.com/wait' }, { name: 'example.com/more' }]
  const refused = fixture.user.update('Pod', { ...pod, spec: { ...pod.spec, schedulingGates } })
  expect(refused.ok ? '' : refused.status.message).toBe(
    `Pod "a" is invalid: spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'example.com/more'`,
  )
})

describe('why a Pod fits nowhere', () => {
  const RED: Taint = { key: 'red', effect: 'NoExecute' }

  it('is told by the first check that fails, in the order of the checks', () => {
    const fixture = new ControllerFixture()
    for (let index = 1; index <= 5; index++) fixture.create('Node', simulatedNode(index, { disk: 'ssd' }))
    fixture.create('Node', { ...simulatedNode(6, { disk: 'ssd' }), status: { allocatable: { pods: '0' } } })
    fixture.runTo(1)
    fixture.create('Pod', webPod('taken', { nodeName: 'n5' }, { ports: [{ containerPort: 80, hostPort: 80 }] }))
    // Each Node fails all that the next ones fail, and one thing more.
    change(fixture, 'n1', { unschedulable: true, taints: [RED] })
    for (const name of ['n2', 'n3']) change(fixture, name, { taints: [RED] })
    for (const name of ['n1', 'n2', 'n3', 'n4']) label(fixture, name, { disk: 'none' })
    fixture.runTo(2)
    const tolerations = [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' as const }]
    fixture.create('Pod', webPod('a', { ...NEVER, tolerations }, { ports: [{ containerPort: 80, hostPort: 80 }] }))
    fixture.runTo(3)
    expect(message(fixture, 'a')).toBe(
      "0/6 nodes are available: 1 Too many pods, 1 node(s) didn't have free ports for the requested pod ports, " +
        "1 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable, 2 node(s) had untolerated taint(s). " +
        'no new claims to deallocate, preemption: 0/6 nodes are available: 2 No preemption victims found for incoming pod, 4 Preemption is not helpful for scheduling.',
    )
    expect(fixture.eventsAbout('a')).toEqual(['FailedScheduling'])
  })

  it('says that a Pod which preempts nobody was not eligible to', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.create('Pod', webPod('a', { ...NEVER, preemptionPolicy: 'Never' }))
    fixture.runTo(1)
    expect(message(fixture, 'a')).toMatch(
      /no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never\.$/,
    )
  })

  it('does not hold for a cordoned Node that the Pod tolerates', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    change(fixture, 'n1', { unschedulable: true })
    fixture.runTo(1)
    const key = 'node.kubernetes.io/unschedulable'
    fixture.create('Pod', webPod('a', { tolerations: [{ key, operator: 'Exists', effect: 'NoSchedule' }] }))
    fixture.create('Pod', webPod('b'))
    fixture.runTo(2)
    expect(fixture.get('Pod', 'a').spec.nodeName).toBe('n1')
    expect(message(fixture, 'b')).toContain('1 node(s) were unschedulable')
  })
})

describe('which Node is best', () => {
  it('is among equals a matter of chance, and the same for the same seed', () => {
    const choose = (seed: number): string => {
      const fixture = new ControllerFixture({ nodes: 3, seed })
      fixture.create('Pod', webPod('a'))
      return fixture.runTo(1).get('Pod', 'a').spec.nodeName ?? ''
    }
    const chosen = Array.from({ length: 12 }, (_, seed) => choose(seed))
    expect(new Set(chosen)).toEqual(new Set(['n1', 'n2', 'n3']))
    expect(Array.from({ length: 12 }, (_, seed) => choose(seed))).toEqual(chosen)
  })

  it('is one that a taint only discourages from, if no other is left', () => {
    const fixture = new ControllerFixture({ nodes: 2 })
    fixture.runTo(1)
    change(fixture, 'n1', { taints: [{ key: 'old', effect: 'PreferNoSchedule' }] })
    for (const name of ['a', 'b', 'c']) fixture.create('Pod', webPod(name))
    fixture.runTo(2)
    expect(fixture.user.podsOnNode('n2')).toHaveLength(3)
    change(fixture, 'n2', { unschedulable: true })
    fixture.create('Pod', webPod('d'))
    fixture.runTo(3)
    expect(fixture.get('Pod', 'd').spec.nodeName).toBe('n1')
  })

  it('is one that the Pod prefers', () => {
    const fixture = new ControllerFixture({ nodes: 3 })
    label(fixture, 'n2', { disk: 'ssd' })
    const preference = { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }
    const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference }] }
    for (const name of ['a', 'b', 'c']) fixture.create('Pod', webPod(name, { affinity: { nodeAffinity } }))
    expect(fixture.runTo(2).user.podsOnNode('n2')).toHaveLength(3)
  })

  it('spreads the Pods of a StatefulSet, for which no Service is needed', () => {
    const fixture = new ControllerFixture({ nodes: 3 })
    const { selector, template } = webDeployment(1).spec
    fixture.create('StatefulSet', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 6, serviceName: 'web', selector, template, podManagementPolicy: 'Parallel' },
    } as never)
    fixture.runTo(10)
    expect(['n1', 'n2', 'n3'].map(name => fixture.user.podsOnNode(name).length)).toEqual([2, 2, 2])
  })

  it('is not one outside the domains over which a Pod asks to be spread', () => {
    const fixture = new ControllerFixture({ nodes: 3 })
    label(fixture, 'n1', { rack: 'r1' })
    label(fixture, 'n2', { rack: 'r2' })
    const spread = {
      maxSkew: 1,
      topologyKey: 'rack',
      whenUnsatisfiable: 'ScheduleAnyway' as const,
      labelSelector: { matchLabels: { app: 'web' } },
    }
    for (const name of ['a', 'b', 'c', 'd'])
      fixture.create('Pod', webPod(name, { topologySpreadConstraints: [spread] }))
    fixture.runTo(2)
    expect(['n1', 'n2', 'n3'].map(name => fixture.user.podsOnNode(name).length)).toEqual([2, 2, 0])
  })
})
