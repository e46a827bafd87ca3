import { expect, it } from 'vitest'
import type { Pod, PodStatus } from '../../api/pod/pod.ts'
import { findCondition } from '../runtime/conditions.ts'
import { ControllerFixture, webPod, webService } from '../../testing/controller-fixture.ts'

/** What the watch told of a Pod's end: `58 MODIFIED Failed`, by seconds. */
function ending(fixture: ControllerFixture, name: string): readonly string[] {
  return fixture.takeWrites().flatMap(({ atMs, event }) => {
    if (event.kind !== 'Pod' || event.object.metadata.name !== name) return []
    const { metadata, status } = event.object
    const grace = metadata.deletionGracePeriodSeconds
    return [`${atMs / 1000} ${event.type} ${status?.phase}${grace === undefined ? '' : ` grace ${grace}`}`]
  })
}

function statusOf(fixture: ControllerFixture, name: string, status: PodStatus): void {
  fixture.user.updateStatus('Pod', { ...fixture.get('Pod', name), status })
}

/** Pods that nobody runs and that have ended, made a second apart in this order. */
function endedPods(fixture: ControllerFixture, statuses: readonly PodStatus[]): void {
  statuses.forEach((status, index) => {
    fixture.create('Pod', webPod(`p${index}`, { nodeName: 'elsewhere' }))
    statusOf(fixture, `p${index}`, status)
    fixture.runTo(fixture.loop.nowMs / 1000 + 1)
  })
}

function names(pods: readonly Pod[]): readonly string[] {
  return pods.map(({ metadata }) => metadata.name)
}

it('removes the Pods of a deleted Node by the first tick after forty seconds of doubt', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Service', webService())
  fixture.create('Pod', webPod('p'))
  fixture.runTo(21)
  fixture.user.delete('Node', '', 'n1')
  fixture.runTo(79.999)
  fixture.takeWrites()
  // Missed by the tick at 40, and still missing at 80.
  fixture.runTo(81)
  expect(ending(fixture, 'p')).toEqual([
    '80 MODIFIED Failed',
    '80 MODIFIED Failed grace 0',
    '80 DELETED Failed grace 0',
  ])
})

it('says in the Pod of a deleted Node why it went', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Pod', webPod('p', {}, {}))
  const pod = fixture.runTo(5).get('Pod', 'p')
  fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, finalizers: ['example.com/hold'] } })
  fixture.user.delete('Node', '', 'n1')
  fixture.runTo(61)
  expect(findCondition(fixture.get('Pod', 'p').status?.conditions, 'DisruptionTarget')).toMatchObject({
    status: 'True',
    reason: 'DeletionByPodGC',
    message: 'PodGC: node no longer exists',
  })
})

it('leaves Pods alone whose Node came back, and those whose Node was never there', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Pod', webPod('p'))
  fixture.create('Pod', webPod('q', { nodeName: 'elsewhere' }))
  const { metadata, spec } = fixture.runTo(5).get('Node', 'n1', '')
  fixture.user.delete('Node', '', 'n1')
  fixture.runTo(50)
  const { name, labels, annotations } = metadata
  fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels, annotations }, spec })
  fixture.runTo(200)
  expect(names(fixture.pods())).toEqual(['p', 'q'])
})

it('finishes terminating Pods on a Node that is down once it is marked out-of-service', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Pod', webPod('p', { tolerations: [{ operator: 'Exists' }] }))
  fixture.create('Pod', webPod('q', { tolerations: [{ operator: 'Exists' }] }))
  fixture.runTo(5).setPower('n1', false)
  fixture.runTo(70)
  fixture.user.delete('Pod', 'default', 'p')
  fixture.runTo(150)
  const node = fixture.get('Node', 'n1', '')
  const out = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' } as const
  fixture.user.update('Node', { ...node, spec: { ...node.spec, taints: [...(node.spec.taints ?? []), out] } })
  fixture.takeWrites()
  fixture.runTo(161)
  expect(ending(fixture, 'p').map(line => line.split(' ')[0])).toEqual(['160', '160', '160'])
  expect(names(fixture.pods())).toEqual(['q'])
})

it('finishes a terminating Pod that never had a Node', () => {
  const fixture = new ControllerFixture()
  const pod = fixture.create('Pod', webPod('p'))
  fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, finalizers: ['example.com/hold'] } })
  fixture.user.delete('Pod', 'default', 'p')
  fixture.runTo(19)
  expect(fixture.get('Pod', 'p').status?.phase).toBe('Pending')
  fixture.runTo(20)
  expect(fixture.get('Pod', 'p').status?.phase).toBe('Failed')
})

it('keeps as many ended Pods as it is told, and lets evicted ones go first and then the oldest', () => {
  const fixture = new ControllerFixture({ settings: { 'terminated-pod-gc-threshold': 2 } })
  const evicted = { phase: 'Failed', reason: 'Evicted' } as const
  endedPods(fixture, [
    { phase: 'Succeeded' },
    { phase: 'Failed' },
    { phase: 'Running' },
    evicted,
    { phase: 'Succeeded' },
  ])
  fixture.runTo(19.999)
  expect(fixture.pods()).toHaveLength(5)
  fixture.runTo(20)
  expect(names(fixture.pods())).toEqual(['p1', 'p2', 'p4'])
})

it('keeps all ended Pods where it is told to keep 12500, and where it is told 0', () => {
  for (const settings of [{}, { 'terminated-pod-gc-threshold': 0 }]) {
    const fixture = new ControllerFixture({ settings })
    endedPods(fixture, [{ phase: 'Succeeded' }, { phase: 'Failed' }])
    expect(fixture.runTo(100).pods()).toHaveLength(2)
  }
})

it('takes a new number, period and quarantine while it runs', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  endedPods(fixture, [{ phase: 'Succeeded' }, { phase: 'Failed' }, { phase: 'Failed' }])
  fixture.create('Pod', webPod('mine', { nodeName: 'n1' }))
  fixture.runTo(30)
  fixture.settings = {
    ...fixture.settings,
    'terminated-pod-gc-threshold': 1,
    'sim-pod-gc-period': 1_000,
    'sim-pod-gc-quarantine': 2_000,
  }
  fixture.runTo(39)
  expect(fixture.pods()).toHaveLength(4)
  // The tick that was due comes, and those after it every second.
  fixture.runTo(40)
  expect(names(fixture.pods())).toEqual(['mine', 'p2'])
  fixture.user.delete('Node', '', 'n1')
  fixture.runTo(42.999)
  expect(fixture.pods()).toHaveLength(2)
  fixture.runTo(43)
  expect(names(fixture.pods())).toEqual(['p2'])
})

it('collects the same after it was saved and loaded', () => {
  const fixture = new ControllerFixture({ settings: { 'terminated-pod-gc-threshold': 1 } })
  endedPods(fixture, [{ phase: 'Succeeded' }, { phase: 'Failed' }])
  const copy = new ControllerFixture({ settings: { 'terminated-pod-gc-threshold': 1 } }, fixture.save())
  expect(copy.runTo(30).save()).toBe(fixture.runTo(30).save())
  expect(names(copy.pods())).toEqual(['p1'])
})
