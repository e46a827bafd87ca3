import { describe, expect, it } from 'vitest'
import type { Node, Taint } from '../../api/node/node.ts'
import { findCondition } from '../runtime/conditions.ts'
import {
  ControllerFixture,
  simulatedNode,
  webDeployment,
  webPod,
  webService,
} from '../../testing/controller-fixture.ts'
import { unschedulableMessage } from './filter-nodes.ts'
import { toleratesTaint } from './node-facts.ts'
import { defaultSpreads, spreadScores } from './score-nodes.ts'

function node(name: string, zone: string): Node {
  const labels = { 'topology.kubernetes.io/zone': zone }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '', labels },
    spec: {},
  }
}

describe('spreading over n1 and n2 in zone a and n3 in zone b', () => {
  const nodes = [node('n1', 'a'), node('n2', 'a'), node('n3', 'b')]
  it.each([
    [
      [1, 0, 0],
      [66, 88, 100],
    ],
    [
      [1, 0, 1],
      [77, 100, 77],
    ],
    [
      [1, 1, 1],
      [90, 90, 100],
    ],
    [
      [1, 1, 2],
      [100, 100, 83],
    ],
  ])('scores %j as %j', (counts, expected) => {
    const byNode = new Map(nodes.map(({ metadata }, index) => [metadata.name, counts[index] ?? 0] as const))
    expect(spreadScores({ feasible: nodes, nodes, spreads: defaultSpreads(byNode) })).toEqual(expected)
  })
})

describe('tolerations', () => {
  const taint: Taint = { key: 'k', value: 'v', effect: 'NoSchedule' }
  it.each([
    [{ key: 'k', value: 'v', effect: 'NoSchedule' }, true],
    [{ key: 'k', value: 'v' }, true],
    [{ key: 'k', value: 'w' }, false],
    [{ key: 'k', operator: 'Exists' }, true],
    [{ operator: 'Exists' }, true],
    [{ key: 'k', operator: 'Exists', effect: 'NoExecute' }, false],
    [{ key: 'other', operator: 'Exists' }, false],
  ] as const)('%j covers it: %s', (toleration, expected) => expect(toleratesTaint(toleration, taint)).toBe(expected))
})

it('sorts reasons and their counts as text', () => {
  const reasons = new Map([
    ['Insufficient cpu', 7],
    ["node(s) didn't match Pod's node affinity/selector", 10],
    ['Too many pods', 1],
  ])
  const pod = new ControllerFixture().create('Pod', webPod('a'))
  expect(unschedulableMessage(pod, 18, reasons)).toBe(
    "0/18 nodes are available: 1 Too many pods, 10 node(s) didn't match Pod's node affinity/selector, 7 Insufficient cpu. " +
      'no new claims to deallocate, preemption: 0/18 nodes are available: 1 No preemption victims found for incoming pod, 17 Preemption is not helpful for scheduling.',
  )
})

describe('placing', () => {
  it('spreads a Deployment over the Nodes', () => {
    const fixture = new ControllerFixture({ nodes: 3 })
    fixture.create('Deployment', webDeployment(9))
    fixture.runTo(2)
    const counts = ['n1', 'n2', 'n3'].map(name => fixture.user.podsOnNode(name).length)
    expect(counts).toEqual([3, 3, 3])
  })

  it('spreads bare Pods by the Service that selects them', () => {
    const fixture = new ControllerFixture({ nodes: 3 })
    fixture.create('Service', webService())
    for (const name of ['a', 'b', 'c']) fixture.create('Pod', webPod(name))
    fixture.runTo(2)
    expect(new Set(fixture.pods().map(({ spec }) => spec.nodeName)).size).toBe(3)
  })

  it('leaves a Pod that names its Node alone', () => {
    const fixture = new ControllerFixture({ nodes: 3 })
    fixture.create('Pod', webPod('a', { nodeName: 'n3' }))
    fixture.runTo(3)
    expect(fixture.get('Pod', 'a').status?.phase).toBe('Running')
    expect(fixture.eventsAbout('a')).not.toContain('Scheduled')
  })

  it('writes its event as events.k8s.io does', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.create('Pod', webPod('a'))
    fixture.runTo(1)
    const event = fixture.user.list('Event').find(({ reason }) => reason === 'Scheduled')
    expect(event).toMatchObject({
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      action: 'Binding',
      reportingComponent: 'default-scheduler',
      message: 'Successfully assigned default/a to n1',
    })
    expect(event?.count).toBeUndefined()
    expect(event?.eventTime).toMatch(/\.\d{6}Z$/)
  })

  it('does not use a host port twice', () => {
    const fixture = new ControllerFixture({ nodes: 2 })
    for (const name of ['a', 'b', 'c'])
      fixture.create('Pod', webPod(name, {}, { ports: [{ containerPort: 80, hostPort: 80 }] }))
    fixture.runTo(2)
    expect(
      fixture
        .pods()
        .map(({ spec }) => spec.nodeName ?? '-')
        .sort(),
    ).toEqual(['-', 'n1', 'n2'])
  })

  it('keeps a hard spreading constraint', () => {
    const fixture = new ControllerFixture()
    fixture.create('Node', simulatedNode(1))
    fixture.runTo(1)
    const constraint = {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule' as const,
      labelSelector: { matchLabels: { app: 'web' } },
    }
    fixture.create('Node', simulatedNode(2))
    fixture.runTo(2)
    for (const name of ['a', 'b', 'c', 'd'])
      fixture.create('Pod', webPod(name, { topologySpreadConstraints: [constraint] }))
    fixture.runTo(3)
    expect(['n1', 'n2'].map(name => fixture.user.podsOnNode(name).length)).toEqual([2, 2])
  })
})

describe('a Pod that fits nowhere', () => {
  it('says so, and is placed when a Node changes, after its back-off', () => {
    const fixture = new ControllerFixture({ nodes: 2 })
    fixture.create('Pod', webPod('a', { nodeSelector: { disk: 'ssd' } }))
    fixture.runTo(1)
    const condition = findCondition(fixture.get('Pod', 'a').status?.conditions, 'PodScheduled')
    const message =
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    expect([condition?.status, condition?.reason, condition?.message]).toEqual(['False', 'Unschedulable', message])
    expect(fixture.eventsAbout('a')).toEqual(['FailedScheduling'])
    const n2 = fixture.get('Node', 'n2', '')
    fixture.user.update('Node', { ...n2, metadata: { ...n2.metadata, labels: { ...n2.metadata.labels, disk: 'ssd' } } })
    fixture.runTo(1.005)
    expect(fixture.get('Pod', 'a').spec.nodeName).toBeUndefined()
    fixture.runTo(1.01)
    expect(fixture.get('Pod', 'a').spec.nodeName).toBe('n2')
  })

  it('waits for the first simulated Node without a word', () => {
    const fixture = new ControllerFixture()
    fixture.create('Pod', webPod('a'))
    fixture.runTo(20)
    fixture.create('Node', simulatedNode(1))
    fixture.runTo(23)
    expect(fixture.get('Pod', 'a').status?.phase).toBe('Running')
  })
})
