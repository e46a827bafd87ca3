import { expect, it } from 'vitest'
import type { ConditionStatus } from '../../api/meta.ts'
import { ControllerFixture } from '../../testing/controller-fixture.ts'

/** A Node that somebody else runs, which so has no conditions but those that a test writes. */
function otherNode(): ControllerFixture {
  const fixture = new ControllerFixture()
  fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'other' }, spec: {} })
  return fixture.runTo(1)
}

function write(fixture: ControllerFixture, type: string, status: ConditionStatus): ControllerFixture {
  const node = fixture.get('Node', 'other', '')
  const others = (node.status?.conditions ?? []).filter(condition => condition.type !== type)
  fixture.user.updateStatus('Node', { ...node, status: { ...node.status, conditions: [...others, { type, status }] } })
  return fixture
}

function taints(fixture: ControllerFixture): readonly string[] {
  return (fixture.get('Node', 'other', '').spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`)
}

it('is born not ready, and loses the taint within milliseconds where no kubelet ever says so', () => {
  const fixture = new ControllerFixture()
  const made = fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'other' }, spec: {} })
  expect(made.spec.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])
  fixture.runTo(0.002)
  expect(taints(fixture)).toEqual([])
})

it.each<[string, ConditionStatus, string]>([
  ['Ready', 'False', 'not-ready'],
  ['Ready', 'Unknown', 'unreachable'],
  ['MemoryPressure', 'True', 'memory-pressure'],
  ['DiskPressure', 'True', 'disk-pressure'],
  ['PIDPressure', 'True', 'pid-pressure'],
  ['NetworkUnavailable', 'True', 'network-unavailable'],
])('follows %s %s within two milliseconds, and back', (type, status, key) => {
  const fixture = write(otherNode(), type, status).runTo(1.001)
  expect(taints(fixture)).toEqual([])
  fixture.runTo(1.002)
  expect(taints(fixture)).toEqual([`node.kubernetes.io/${key}:NoSchedule`])
  expect(fixture.get('Node', 'other', '').spec.taints?.[0]?.timeAdded).toBe('2026-01-01T00:00:01Z')
  write(fixture, type, type === 'Ready' ? 'True' : 'False').runTo(1.004)
  expect(taints(fixture)).toEqual([])
})

it('has no taint for a pressure that is unknown', () => {
  const fixture = otherNode()
  for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'])
    write(fixture, type, 'Unknown')
  expect(taints(fixture.runTo(2))).toEqual([])
})

it('follows spec.unschedulable, and takes away what does not belong, but leaves taints of others alone', () => {
  const fixture = otherNode()
  const node = fixture.get('Node', 'other', '')
  const own = [
    { key: 'mine', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/disk-pressure', effect: 'NoExecute' },
  ] as const
  fixture.user.update('Node', { ...node, spec: { unschedulable: true, taints: own } })
  expect(taints(fixture.runTo(1.002))).toEqual([
    'mine:NoSchedule',
    'node.kubernetes.io/disk-pressure:NoExecute',
    'node.kubernetes.io/unschedulable:NoSchedule',
  ])
})

it('keeps the taint it was born with until its kubelet says that it is ready', () => {
  const fixture = new ControllerFixture()
  fixture.create('Node', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'other' },
    spec: {},
    status: { conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady' }] },
  })
  fixture.runTo(3)
  expect(taints(fixture)).toEqual(['node.kubernetes.io/not-ready:NoSchedule'])
  expect(taints(write(fixture, 'Ready', 'True').runTo(3.002))).toEqual([])
})
