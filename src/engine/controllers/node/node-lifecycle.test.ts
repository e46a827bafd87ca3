import { describe, expect, it } from 'vitest'
import { findCondition } from '../runtime/conditions.ts'
import { ControllerFixture, simulatedNode, webDeployment, webService } from '../../testing/controller-fixture.ts'

const ONE_ZONE = { 'topology.kubernetes.io/zone': 'zone-a' }

/** Nodes of one zone, and a Service over as many Pods, settled. */
function cluster(nodes: number): ControllerFixture {
  const fixture = new ControllerFixture()
  for (let index = 1; index <= nodes; index++) fixture.create('Node', simulatedNode(index, ONE_ZONE))
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(nodes))
  return fixture.runTo(30)
}

function taints(fixture: ControllerFixture, node: string): readonly string[] {
  return (fixture.get('Node', node, '').spec.taints ?? []).map(
    ({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`,
  )
}

function ready(fixture: ControllerFixture, node: string): string {
  return findCondition(fixture.get('Node', node, '').status?.conditions, 'Ready')?.status ?? '-'
}

/** When each taint came and went, in seconds, as the watch saw it. */
function taintTimes(fixture: ControllerFixture, node: string): readonly string[] {
  const lines: string[] = []
  for (const { atMs, event } of fixture.writes) {
    if (event.kind !== 'Node' || event.object.metadata.name !== node || event.type !== 'MODIFIED') continue
    const text = (object: typeof event.object | undefined) =>
      (object?.spec.taints ?? []).map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`)
    const [before, after] = [text(event.previous), text(event.object)]
    for (const taint of after) if (!before.includes(taint)) lines.push(`${atMs / 1000} +${taint}`)
    for (const taint of before) if (!after.includes(taint)) lines.push(`${atMs / 1000} -${taint}`)
  }
  return lines
}

describe('a Node dies silently', () => {
  const fixture = cluster(3)
  const pod = fixture.pods().find(({ spec }) => spec.nodeName === 'n2')
  const ip = pod?.status?.podIP ?? ''
  const endpoint = (): string | undefined =>
    fixture.endpoints('web').find(text => text.startsWith(`${ip} `) || text === ip)
  fixture.takeWrites()
  // Renewals came up to 10.4 s apart since 0, and ticks come at 30, 35, …: the last renewal was seen at 35.
  fixture.runTo(36)
  fixture.setPower('n2', false)
  const renewed = Number(
    /:(\d\d\.\d+)Z/.exec(fixture.user.get('Lease', 'kube-node-lease', 'n2')?.spec.renewTime ?? '')?.[1],
  )
  const seenAt = Math.ceil(renewed / 5) * 5

  it('changes nothing in the API until the grace is over', () => {
    expect(seenAt).toBe(35)
    fixture.takeWrites()
    fixture.runTo(seenAt + 49.999)
    expect(fixture.takeWrites().filter(({ event }) => event.kind !== 'Lease')).toEqual([])
    expect(endpoint()).toBe(`${ip} ready serving`)
  })

  it('marks Node and Pods in one tick, fifty seconds after the last sign of life was seen', () => {
    fixture.runTo(seenAt + 50)
    const conditions = fixture.get('Node', 'n2', '').status?.conditions ?? []
    expect(conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`)).toEqual([
      'MemoryPressure Unknown NodeStatusUnknown',
      'DiskPressure Unknown NodeStatusUnknown',
      'PIDPressure Unknown NodeStatusUnknown',
      'Ready Unknown NodeStatusUnknown',
    ])
    expect(findCondition(conditions, 'Ready')?.message).toBe('Kubelet stopped posting node status.')
    const status = fixture.get('Pod', pod?.metadata.name ?? '').status
    expect([
      status?.phase,
      findCondition(status?.conditions, 'Ready')?.status,
      status?.containerStatuses?.[0]?.ready,
    ]).toEqual(['Running', 'False', true])
    expect(findCondition(status?.conditions, 'ContainersReady')?.status).toBe('True')
    fixture.runTo(seenAt + 50.045)
    expect(endpoint()).toBe(ip)
    expect(fixture.get('Endpoints', 'web').subsets?.[0]?.notReadyAddresses?.map(address => address.ip)).toEqual([ip])
    fixture.runTo(seenAt + 50.05)
    expect(fixture.get('Deployment', 'web').status?.readyReplicas).toBe(2)
  })

  it('taints NoSchedule at once and NoExecute within a tenth of a second', () => {
    fixture.runTo(seenAt + 51)
    expect(taintTimes(fixture, 'n2')).toEqual(['85.002 +unreachable:NoSchedule', '85.1 +unreachable:NoExecute'])
    expect(fixture.controllers.podEvictionMs('n2')).toBe(385_102)
    expect(fixture.controllers.podEvictionMs('n1')).toBeUndefined()
  })

  it('evicts 300 s later and replaces the Pod, with another address, while the old one stays', () => {
    fixture.runTo(seenAt + 350.1)
    expect(fixture.pods()).toHaveLength(3)
    fixture.runTo(seenAt + 350.103)
    const old = fixture.get('Pod', pod?.metadata.name ?? '')
    expect(old.metadata.deletionGracePeriodSeconds).toBe(30)
    expect(findCondition(old.status?.conditions, 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager')
    fixture.runTo(seenAt + 352)
    expect(endpoint()).toBe(`${ip} terminating`)
    expect(fixture.endpoints('web').filter(text => text.endsWith(' ready serving'))).toHaveLength(3)
    expect(fixture.pods().filter(({ status }) => status?.podIP === ip)).toHaveLength(1)
    fixture.runTo(seenAt + 400)
    expect(fixture.pods()).toHaveLength(4)
    expect(fixture.get('Endpoints', 'web').subsets?.flatMap(subset => subset.addresses ?? [])).toHaveLength(3)
  })

  it('tells it as the recorded control plane did', () => {
    expect(fixture.eventsAbout('n2')).toContain('NodeNotReady')
    expect(fixture.eventsAbout(pod?.metadata.name ?? '').slice(-2)).toEqual(['NodeNotReady', 'TaintManagerEviction'])
  })

  it('finishes the old Pod within a tenth of a second of the kubelet coming back', () => {
    fixture.runTo(seenAt + 421)
    fixture.setPower('n2', true)
    fixture.runTo(seenAt + 430.999)
    expect(fixture.pods()).toHaveLength(4)
    fixture.runTo(seenAt + 431.1)
    expect(ready(fixture, 'n2')).toBe('True')
    expect(taints(fixture, 'n2')).toEqual(['unreachable:NoExecute'])
    expect(fixture.pods().map(({ status }) => status?.podIP)).not.toContain(ip)
    expect(fixture.endpoints('web')).toHaveLength(3)
    fixture.runTo(seenAt + 435.1)
    expect(taints(fixture, 'n2')).toEqual([])
  })
})

describe('the worked example: last renewal 4 s before the death, seen a second later by ticks at …, −3, 2, 7', () => {
  // Death at 38 and ticks at 35, 40, 45: the example's clock, moved by 38. Renewals are put where the example has them.
  const fixture = cluster(3)
  fixture.runTo(34)
  const lease = fixture.user.get('Lease', 'kube-node-lease', 'n2')
  const dead = fixture.world.machine('n2')
  if (lease)
    fixture.user.update('Lease', { ...lease, spec: { ...lease.spec, renewTime: '2026-01-01T00:00:34.000000Z' } })
  if (dead) fixture.world.setMachine({ ...dead, power: false, sinceMs: fixture.loop.nowMs })

  it('turns Unknown 47 s after the death', () => {
    fixture.runTo(38 + 46.999)
    expect(ready(fixture, 'n2')).toBe('True')
    fixture.runTo(38 + 47)
    expect(ready(fixture, 'n2')).toBe('Unknown')
  })

  it('evicts at 347.1 s', () => {
    fixture.runTo(38 + 347.1)
    const onNode = () => fixture.user.podsOnNode('n2').filter(pod => pod.metadata.deletionTimestamp !== undefined)
    expect(onNode()).toEqual([])
    fixture.runTo(38 + 347.11)
    expect(onNode()).toHaveLength(1)
  })
})

describe('zones', () => {
  it('taints the second Node of a zone ten seconds after the first', () => {
    const fixture = cluster(3)
    fixture.takeWrites()
    fixture.setPower('n1', false)
    fixture.setPower('n2', false)
    fixture.runTo(200)
    const times = ['n1', 'n2'].map(node =>
      taintTimes(fixture, node)
        .filter(line => line.includes('NoExecute'))
        .map(line => Number(line.split(' ')[0])),
    )
    expect((times[1]?.[0] ?? 0) - (times[0]?.[0] ?? 0)).toBeCloseTo(10, 1)
  })

  it('taints no Node NoExecute when three of five die together', () => {
    const fixture = cluster(5)
    for (const node of ['n1', 'n2', 'n3']) fixture.setPower(node, false)
    fixture.runTo(700)
    expect(taints(fixture, 'n1')).toEqual(['unreachable:NoSchedule'])
    expect(fixture.pods()).toHaveLength(5)
    expect(fixture.endpoints('web').filter(text => text.endsWith('ready serving'))).toHaveLength(2)
  })

  it('evicts nothing when every Node is dead, and resumes when one returns', () => {
    const fixture = cluster(2)
    fixture.setPower('n1', false)
    fixture.setPower('n2', false)
    fixture.runTo(700)
    expect(taints(fixture, 'n2')).toEqual(['unreachable:NoSchedule'])
    expect(fixture.pods()).toHaveLength(2)
    fixture.setPower('n1', true)
    fixture.runTo(800)
    expect(taints(fixture, 'n1')).toEqual([])
    expect(taints(fixture, 'n2')).toContain('unreachable:NoExecute')
  })
})

it('lets a Node that returns before the eviction keep its Pods, with new addresses', () => {
  const fixture = cluster(3)
  const before = fixture.pods().find(({ spec }) => spec.nodeName === 'n2')
  fixture.setPower('n2', false)
  fixture.runTo(150)
  expect(ready(fixture, 'n2')).toBe('Unknown')
  fixture.setPower('n2', true)
  fixture.runTo(170)
  const after = fixture.get('Pod', before?.metadata.name ?? '')
  expect(after.metadata.uid).toBe(before?.metadata.uid)
  expect(after.status?.podIP).not.toBe(before?.status?.podIP)
  expect(after.status?.containerStatuses?.[0]?.restartCount).toBe(1)
  expect(findCondition(after.status?.conditions, 'Ready')?.status).toBe('True')
  expect(fixture.controllers.podEvictionMs('n2')).toBeUndefined()
  expect(fixture.eventsAbout(after.metadata.name)).toContain('SandboxChanged')
  expect(fixture.user.list('Event').map(({ message }) => message)).toContain(
    `Cancelling deletion of Pod default/${after.metadata.name}`,
  )
})

it('expects no heartbeat of a Node it does not run, and lets its taints follow its conditions', () => {
  const fixture = new ControllerFixture()
  const node = fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'other' }, spec: {} })
  fixture.runTo(1)
  expect(taints(fixture, 'other')).toEqual([])
  fixture.user.updateStatus('Node', {
    ...fixture.get('Node', 'other', ''),
    status: { ...node.status, conditions: [{ type: 'Ready', status: 'False' }] },
  })
  fixture.runTo(500)
  expect(taints(fixture, 'other')).toEqual(['not-ready:NoSchedule'])
  expect(ready(fixture, 'other')).toBe('False')
})

it('removes the Pods of a deleted Node after the quarantine, and its machine at once', () => {
  const fixture = cluster(2)
  fixture.user.delete('Node', '', 'n2')
  fixture.runTo(31)
  expect(fixture.world.machine('n2')).toBeUndefined()
  expect(fixture.user.get('Lease', 'kube-node-lease', 'n2')).toBeUndefined()
  fixture.runTo(79)
  expect(fixture.user.podsOnNode('n2')).toHaveLength(1)
  fixture.runTo(81)
  expect(fixture.user.podsOnNode('n2')).toHaveLength(0)
  fixture.runTo(90)
  expect(fixture.pods().filter(({ spec }) => spec.nodeName === 'n1')).toHaveLength(2)
})

it('cordons by taint, and leaves endpoints alone', () => {
  const fixture = cluster(2)
  const node = fixture.get('Node', 'n1', '')
  fixture.user.update('Node', { ...node, spec: { ...node.spec, unschedulable: true } })
  fixture.runTo(45)
  expect(taints(fixture, 'n1')).toEqual(['unschedulable:NoSchedule'])
  expect(fixture.endpoints('web').filter(text => text.endsWith('ready serving'))).toHaveLength(2)
  expect(fixture.eventsAbout('n1')).toContain('NodeNotSchedulable')
})
