import { expect, it } from 'vitest'
import type { DaemonSet } from '../../api/daemonset/daemonset.ts'
import type { Draft } from '../../api/meta.ts'
import type { PodSpec } from '../../api/pod/pod.ts'
import { ControllerFixture, simulatedNode, webDeployment } from '../../testing/controller-fixture.ts'

type Spec = DaemonSet['spec']

function daemonSet(spec: Partial<Spec> = {}, pod: Partial<PodSpec> = {}): Draft<DaemonSet> {
  const { template } = webDeployment(1).spec
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { ...template, spec: { ...template.spec, ...pod } },
      ...spec,
    } as Spec,
  }
}

function running(nodes: number, spec: Partial<Spec> = {}, pod: Partial<PodSpec> = {}): ControllerFixture {
  const fixture = new ControllerFixture({ nodes })
  fixture.create('DaemonSet', daemonSet(spec, pod))
  return fixture.runTo(20)
}

function withImage(fixture: ControllerFixture, image: string): void {
  const set = fixture.get('DaemonSet', 'agent')
  const { template } = set.spec
  const containers = template.spec.containers.map(container => ({ ...container, image }))
  const spec = { ...set.spec, template: { ...template, spec: { ...template.spec, containers } } }
  fixture.user.update('DaemonSet', { ...set, spec })
}

function where(fixture: ControllerFixture): readonly string[] {
  return fixture
    .pods()
    .map(({ spec }) => `${spec.nodeName} ${spec.containers[0]?.image}`)
    .sort()
}

/** The most Nodes without a ready Pod, and the most Pods that have not ended, from now until then. */
function extremes(fixture: ControllerFixture, seconds: number): { readonly away: number; readonly pods: number } {
  let away = 0
  let pods = 0
  const nodes = fixture.user.list('Node').length
  fixture.user.watch(['Pod'], () => {
    const ready = fixture.pods().filter(({ metadata, status }) => {
      const isReady = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')
      return isReady && metadata.deletionTimestamp === undefined
    })
    away = Math.max(away, nodes - new Set(ready.map(({ spec }) => spec.nodeName)).size)
    pods = Math.max(pods, fixture.pods().filter(({ status }) => status?.phase !== 'Succeeded').length)
  })
  fixture.runTo(seconds)
  return { away, pods }
}

it('keeps one Pod on every Node, pinned to it, that bears what befalls Nodes', () => {
  const fixture = running(3)
  expect(where(fixture)).toEqual(['n1 web:1', 'n2 web:1', 'n3 web:1'])
  const pod = fixture.pods().find(({ spec }) => spec.nodeName === 'n2')
  const [revision] = fixture.user.list('ControllerRevision')
  const hash = revision?.metadata.labels?.['controller-revision-hash']
  expect(revision?.metadata.name).toBe(`agent-${hash}`)
  expect(pod?.metadata.labels).toEqual({ app: 'web', 'controller-revision-hash': hash, 'pod-template-generation': '1' })
  expect(pod?.spec['affinity']).toEqual({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n2'] }] }],
      },
    },
  })
  expect(pod?.spec.tolerations?.map(({ key, effect }) => `${key?.split('/')[1]} ${effect}`)).toEqual([
    'not-ready NoExecute',
    'unreachable NoExecute',
    'disk-pressure NoSchedule',
    'memory-pressure NoSchedule',
    'pid-pressure NoSchedule',
    'unschedulable NoSchedule',
  ])
  expect(fixture.get('DaemonSet', 'agent').status).toEqual({
    currentNumberScheduled: 3,
    numberMisscheduled: 0,
    desiredNumberScheduled: 3,
    numberReady: 3,
    observedGeneration: 1,
    updatedNumberScheduled: 3,
    numberAvailable: 3,
  })
})

it('follows Nodes that come, are cordoned, are told apart by labels and are tainted', () => {
  const fixture = running(2, {}, { nodeSelector: { disk: 'ssd' } })
  expect(where(fixture)).toEqual([])
  fixture.create('Node', simulatedNode(3, { disk: 'ssd' }))
  fixture.runTo(30)
  expect(where(fixture)).toEqual(['n3 web:1'])
  const cordoned = fixture.get('Node', 'n3', '')
  fixture.user.update('Node', { ...cordoned, spec: { ...cordoned.spec, unschedulable: true } })
  fixture.runTo(40)
  expect(where(fixture)).toEqual(['n3 web:1'])
  const node = fixture.get('Node', 'n1', '')
  const labels = { ...node.metadata.labels, disk: 'ssd' }
  fixture.user.update('Node', { ...node, metadata: { ...node.metadata, labels } })
  fixture.runTo(50)
  expect(where(fixture)).toEqual(['n1 web:1', 'n3 web:1'])
  const labelled = fixture.get('Node', 'n1', '')
  const taints = [{ key: 'mine', effect: 'NoSchedule' } as const]
  fixture.user.update('Node', { ...labelled, spec: { ...labelled.spec, taints } })
  fixture.runTo(60)
  expect(where(fixture)).toEqual(['n1 web:1', 'n3 web:1'])
  expect(fixture.get('DaemonSet', 'agent').status).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 1 })
  const tainted = fixture.get('Node', 'n1', '')
  const harder = [{ key: 'mine', effect: 'NoExecute' } as const]
  fixture.user.update('Node', { ...tainted, spec: { ...tainted.spec, taints: harder } })
  fixture.runTo(100)
  expect(where(fixture)).toEqual(['n3 web:1'])
})

it('replaces the Pods of one Node after another', () => {
  const fixture = running(3)
  withImage(fixture, 'web:2')
  expect(extremes(fixture, 120)).toEqual({ away: 1, pods: 3 })
  expect(where(fixture)).toEqual(['n1 web:2', 'n2 web:2', 'n3 web:2'])
})

it('replaces as many at a time as may be unavailable', () => {
  const rollingUpdate = { maxUnavailable: '50%' }
  const fixture = running(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate } })
  withImage(fixture, 'web:2')
  expect(extremes(fixture, 120).away).toBe(2)
  expect(where(fixture)).toEqual(['n1 web:2', 'n2 web:2', 'n3 web:2'])
})

it('starts the new Pod beside the old one when it may surge, so that no Node is without', () => {
  const rollingUpdate = { maxUnavailable: 0, maxSurge: 1 }
  const fixture = running(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate } })
  withImage(fixture, 'web:2')
  const { away, pods } = extremes(fixture, 120)
  expect(away).toBe(0)
  expect(pods).toBeGreaterThan(3)
  expect(where(fixture)).toEqual(['n1 web:2', 'n2 web:2', 'n3 web:2'])
})

it('replaces only what a user deletes when it may not by itself', () => {
  const fixture = running(2, { updateStrategy: { type: 'OnDelete' } })
  withImage(fixture, 'web:2')
  fixture.runTo(40)
  expect(where(fixture)).toEqual(['n1 web:1', 'n2 web:1'])
  const [pod] = fixture.pods().filter(({ spec }) => spec.nodeName === 'n1')
  fixture.user.delete('Pod', 'default', pod?.metadata.name ?? '')
  fixture.runTo(80)
  expect(where(fixture)).toEqual(['n1 web:2', 'n2 web:1'])
})

it('goes back to an old revision under a new number', () => {
  const fixture = running(1)
  withImage(fixture, 'web:2')
  fixture.runTo(60)
  withImage(fixture, 'web:1')
  fixture.runTo(100)
  const numbers = fixture.user.list('ControllerRevision').map(({ revision }) => revision)
  expect(numbers.toSorted((a, b) => a - b)).toEqual([2, 3])
  expect(where(fixture)).toEqual(['n1 web:1'])
})

it('deletes a failed Pod and makes another, each time after a longer wait', () => {
  const fixture = new ControllerFixture()
  // Nobody but the test writes what becomes of Pods on a Node that is not simulated.
  fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'by-hand' }, spec: {} })
  fixture.create('DaemonSet', daemonSet())
  const fail = (): void => {
    for (const pod of fixture.pods()) {
      if (pod.status?.phase !== 'Failed') fixture.user.updateStatus('Pod', { ...pod, status: { phase: 'Failed' } })
    }
  }
  const waits: number[] = []
  let sinceMs = 0
  fixture.user.watch(['Pod'], ({ type }) => {
    if (type !== 'DELETED') return
    waits.push(Math.round((fixture.loop.nowMs - sinceMs) / 1000))
    sinceMs = fixture.loop.nowMs
  })
  for (let ms = 0; ms < 20_000; ms += 100) {
    fail()
    fixture.runTo(ms / 1000)
  }
  expect(waits).toEqual([0, 1, 2, 4, 8])
  expect(fixture.eventsAbout('agent')).toContain('FailedDaemonPod')
})

it('goes on from a snapshot as if nothing had been', () => {
  const fixture = running(2)
  withImage(fixture, 'web:2')
  fixture.runTo(21)
  const copy = new ControllerFixture({ nodes: 2 }, fixture.save())
  copy.runTo(60)
  fixture.runTo(60)
  expect(copy.save()).toBe(fixture.save())
})

it('keeps as many old revisions as its history allows, and counts those that Pods still have among them', () => {
  const fixture = running(1, { updateStrategy: { type: 'OnDelete' }, revisionHistoryLimit: 1 })
  for (const [index, image] of ['web:2', 'web:3', 'web:4'].entries()) {
    withImage(fixture, image)
    fixture.runTo(30 + index * 10)
  }
  const numbers = fixture.user.list('ControllerRevision').map(({ revision }) => revision)
  expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 4])
})

it('takes in the Pods and the revision that a deleted set of its name let go', () => {
  const fixture = running(2)
  const before = fixture.pods().map(({ metadata }) => metadata.uid)
  const [revision] = fixture.user.list('ControllerRevision')
  fixture.user.delete('DaemonSet', 'default', 'agent', { propagationPolicy: 'Orphan' })
  fixture.runTo(21)
  const { uid } = fixture.create('DaemonSet', daemonSet()).metadata
  fixture.runTo(40)
  expect(fixture.pods().map(({ metadata }) => metadata.uid)).toEqual(before)
  const owned = [...fixture.pods(), ...fixture.user.list('ControllerRevision')]
  expect(owned.map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual([uid, uid, uid])
  expect(fixture.user.list('ControllerRevision')[0]?.metadata.uid).toBe(revision?.metadata.uid)
})

it('takes another hash when the name of its revision is taken, and counts that', () => {
  const fixture = running(1)
  const name = fixture.user.list('ControllerRevision')[0]?.metadata.name ?? ''
  fixture.user.delete('DaemonSet', 'default', 'agent')
  fixture.runTo(40)
  fixture.create('ControllerRevision', {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name, namespace: 'default' },
    data: { else: true },
    revision: 1,
  })
  fixture.create('DaemonSet', daemonSet())
  fixture.runTo(60)
  expect(fixture.get('DaemonSet', 'agent').status).toMatchObject({ collisionCount: 1, numberReady: 1 })
})

it('deletes all but the oldest of several Pods on one Node', () => {
  const fixture = running(1)
  const [first] = fixture.pods()
  if (!first) throw new Error('there is no Pod')
  const { uid: _, resourceVersion: __, ...metadata } = first.metadata
  fixture.runTo(22)
  fixture.create('Pod', { ...first, metadata: { ...metadata, name: 'second' } })
  fixture.runTo(22.01)
  const leaving = fixture.pods().filter(pod => pod.metadata.deletionTimestamp)
  expect(leaving.map(pod => pod.metadata.name)).toEqual(['second'])
})

it('counts a Pod as available after minReadySeconds', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('DaemonSet', daemonSet({ minReadySeconds: 5 }))
  fixture.runTo(4)
  const { status } = fixture.get('DaemonSet', 'agent')
  expect([status?.numberReady, status?.numberAvailable, status?.numberUnavailable]).toEqual([1, undefined, 1])
  fixture.runTo(8)
  expect(fixture.get('DaemonSet', 'agent').status?.numberAvailable).toBe(1)
})

it('tolerates a network that is not there only where it uses that of the host', () => {
  const fixture = running(1, {}, { hostNetwork: true })
  expect(fixture.pods()[0]?.spec.tolerations?.at(-1)).toEqual({
    key: 'node.kubernetes.io/network-unavailable',
    operator: 'Exists',
    effect: 'NoSchedule',
  })
})

it('leaves the Pod of a Node that was deleted to the collection of Pods', () => {
  const fixture = running(2)
  const name = fixture.pods().find(({ spec }) => spec.nodeName === 'n2')?.metadata.name ?? ''
  fixture.user.delete('Node', '', 'n2')
  fixture.runTo(59)
  expect(fixture.get('Pod', name).metadata.deletionTimestamp).toBeUndefined()
  expect(fixture.get('DaemonSet', 'agent').status).toMatchObject({ desiredNumberScheduled: 1, numberReady: 1 })
  fixture.runTo(101)
  expect(where(fixture)).toEqual(['n1 web:1'])
})

it('makes a revision again that somebody deleted', () => {
  const fixture = running(1)
  const names = (): readonly string[] => fixture.user.list('ControllerRevision').map(({ metadata }) => metadata.name)
  fixture.runTo(30)
  const [name = ''] = names()
  fixture.user.delete('ControllerRevision', 'default', name)
  expect(names()).toEqual([])
  fixture.runTo(31)
  expect(names()).toEqual([name])
})

it('makes no Pod anew while it waits in the foreground for those it has', () => {
  const fixture = running(2)
  fixture.settings = { ...fixture.settings, 'sim-drain-time': 10_000 }
  fixture.user.delete('DaemonSet', 'default', 'agent', { propagationPolicy: 'Foreground' })
  fixture.runTo(21)
  fixture.user.delete('Pod', 'default', fixture.pods()[0]?.metadata.name ?? '', { gracePeriodSeconds: 0 })
  fixture.runTo(25)
  expect([fixture.pods().length, fixture.user.list('DaemonSet').length]).toEqual([1, 1])
})
