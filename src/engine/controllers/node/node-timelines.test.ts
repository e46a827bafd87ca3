import { describe, expect, it } from 'vitest'
import type { Taint } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import { webDeployment, webPod, type ControllerFixture } from '../../testing/controller-fixture.ts'
import { aliasesOf, atDeath, DEATH, tale } from '../../testing/node-tale.ts'
import { findCondition } from '../runtime/conditions.ts'

/** A Node dies under a Deployment of three, one Pod on each Node. */
function underDeployment(untilSeconds: number): readonly string[] {
  const fixture = atDeath(3, made => void made.create('Deployment', webDeployment(3)))
  const aliases = aliasesOf(fixture)
  fixture.runTo(DEATH + untilSeconds)
  return tale(fixture, aliases)
}

describe('a Node dies silently under a Deployment', () => {
  it('changes nothing in the API until nothing was heard for fifty seconds', () => {
    expect(underDeployment(46.999)).toEqual([])
  })

  it('turns Node, Pods and endpoints in one instant, and taints for scheduling and execution with it', () => {
    expect(underDeployment(347.1)).toEqual([
      '47 node-controller: Node n2 MemoryPressure DiskPressure PIDPressure Ready Unknown NodeStatusUnknown',
      '47 node-controller: Normal NodeNotReady on Node n2 "Node n2 status is now: NodeNotReady"',
      '47 node-controller: Pod old Ready=False',
      '47 node-controller: Warning NodeNotReady on Pod old "Node is not ready"',
      '47.002 node-controller: Node n2 +unreachable:NoSchedule',
      '47.002 endpoint-controller: endpoints has old not ready',
      '47.004 deployment-controller: Deployment web has 2 of 3 ready',
      '47.008 endpointslice-controller: slice has old not ready',
      '47.1 node-controller: Node n2 +unreachable:NoExecute',
    ])
  })

  it('evicts 300 s later, replaces the Pod at once, and keeps the old one terminating for ever', () => {
    const [, ...lines] = underDeployment(3_000)
      .join('\n')
      .split(/(?=347\.102 taint-)/)
    expect(
      lines
        .join('')
        .replaceAll(/web-[\w-]+/g, 'web-…')
        .split('\n'),
    ).toEqual([
      '347.102 taint-eviction-controller: Normal TaintManagerEviction on Pod old "Marking for deletion Pod default/old"',
      '347.102 taint-eviction-controller: Pod old DisruptionTarget=True DeletionByTaintManager',
      '347.102 taint-eviction-controller: Pod old deleted with grace 30',
      '347.104 replicaset-controller: Pod new created',
      '347.104 replicaset-controller: Normal SuccessfulCreate on ReplicaSet web-… "Created pod: web-…"',
      '347.104 endpoint-controller: endpoints has no old',
      '347.11 endpointslice-controller: slice has old terminating',
      '347.11 default-scheduler: Pod new bound to n1',
      '347.11 default-scheduler: Normal Scheduled on Pod new "Successfully assigned default/new to n1"',
      '347.12 kubelet/n1: Pod new Ready=False ContainersNotReady',
      '347.42 kubelet: Normal Pulled on Pod new "Container image "web:1" already present on machine"',
      '347.42 kubelet: Normal Created on Pod new "Created container: app"',
      '347.62 kubelet: Normal Started on Pod new "Started container app"',
      '348.418 kubelet/n1: Pod new Running',
      '348.418 kubelet/n1: Pod new Ready=True',
      '348.42 endpoint-controller: endpoints has new ready',
      '348.422 deployment-controller: Deployment web has 3 of 3 ready',
      '348.426 endpointslice-controller: slice has new ready serving',
    ])
  })

  it('shows the lost Pod as 1/1 in its containers while its condition says not ready', () => {
    const fixture = atDeath(3, made => void made.create('Deployment', webDeployment(3)))
    fixture.runTo(DEATH + 60)
    const [old] = fixture.user.podsOnNode('n2')
    expect(old?.status?.containerStatuses?.map(({ ready }) => ready)).toEqual([true])
    expect(old?.status?.phase).toBe('Running')
    const [ready, containers] = ['Ready', 'ContainersReady'].map(type => findCondition(old?.status?.conditions, type))
    expect([ready?.status, ready?.reason, containers?.status]).toEqual(['False', undefined, 'True'])
  })
})

describe('how long a Pod stays on a dead Node', () => {
  it.each([
    [0, 47.102],
    [30, 77.102],
    [undefined, undefined],
  ])('is what it tolerates: %s seconds', (tolerationSeconds, seconds) => {
    const key = 'node.kubernetes.io/unreachable'
    const tolerations = [{ key, operator: 'Exists' as const, effect: 'NoExecute' as const, tolerationSeconds }]
    const fixture = atDeath(3, made => void made.create('Pod', webPod('old', { nodeName: 'n2', tolerations })))
    fixture.runTo(DEATH + 1_000)
    const evicted = tale(fixture, aliasesOf(fixture)).filter(line => line.endsWith('Pod old deleted with grace 30'))
    expect(evicted.map(line => Number(line.split(' ')[0]))).toEqual(seconds === undefined ? [] : [seconds])
  })

  it('is ten seconds longer for those of the second Node of a zone', () => {
    const fixture = atDeath(5, made => {
      for (const node of ['n1', 'n2']) made.create('Pod', webPod(`of-${node}`, { nodeName: node }))
    })
    // Renewed at 30.7 and seen at 35, as the Lease of n2 was.
    fixture.setPower('n1', false)
    fixture.runTo(DEATH + 400)
    const told = tale(fixture, new Map())
    expect(told.filter(line => line.includes('NoExecute'))).toEqual([
      '47.1 node-controller: Node n1 +unreachable:NoExecute',
      '57.1 node-controller: Node n2 +unreachable:NoExecute',
    ])
    expect(told.filter(line => line.includes('with grace')).map(line => line.split(' ')[0])).toEqual([
      '347.102',
      '357.102',
    ])
  })
})

describe('a Node dies silently under a StatefulSet', () => {
  const fixture = atDeath(3, made => {
    const { selector, template } = webDeployment(1).spec
    made.create('StatefulSet', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 3, serviceName: 'web', selector, template } as StatefulSet['spec'],
    })
  })
  const [lost] = fixture.user.podsOnNode('n2')
  const name = lost?.metadata.name ?? ''
  const onNodes = (): readonly string[] => fixture.pods().map(pod => `${pod.metadata.name} ${isLeaving(pod)}`)

  it('has no replacement and makes no progress while the old Pod is there', () => {
    expect(fixture.runTo(DEATH + 340).pods()).toHaveLength(3)
    const set = fixture.get('StatefulSet', 'web')
    fixture.user.update('StatefulSet', { ...set, spec: { ...set.spec, replicas: 4 } })
    fixture.runTo(DEATH + 2_000)
    expect(onNodes()).toEqual(
      ['web-0', 'web-1', 'web-2'].map(each => `${each} ${each === name ? 'terminating' : 'stays'}`),
    )
  })

  it('has it again within milliseconds of the old one being removed by force', () => {
    fixture.user.delete('Pod', 'default', name, { gracePeriodSeconds: 0 })
    expect(fixture.user.get('Pod', 'default', name)).toBeUndefined()
    fixture.runTo(DEATH + 2_000.01)
    const anew = fixture.get('Pod', name)
    expect([anew.metadata.uid === lost?.metadata.uid, anew.spec.nodeName === 'n2']).toEqual([false, false])
  })
})

it('never evicts the Pod of a DaemonSet, whose endpoint stays, not ready', () => {
  const { selector, template } = webDeployment(1).spec
  const fixture = atDeath(3, made => {
    made.create('DaemonSet', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector, template, revisionHistoryLimit: 10, updateStrategy: { type: 'RollingUpdate' } },
    })
  })
  const aliases = aliasesOf(fixture)
  fixture.runTo(DEATH + 3_000)
  expect(tale(fixture, aliases).filter(line => line.includes('old'))).toEqual([
    '47 node-controller: Pod old Ready=False',
    '47 node-controller: Warning NodeNotReady on Pod old "Node is not ready"',
    '47.002 endpoint-controller: endpoints has old not ready',
    '47.008 endpointslice-controller: slice has old not ready',
  ])
})

const OUT: Taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }

/** Pods are collected 5, 25, … s after the death; at 60 the Node is marked. */
function markedOutOfService(make: (fixture: ControllerFixture) => void): readonly string[] {
  const fixture = atDeath(3, make, { 'sim-pod-gc-period': 23_000 })
  const aliases = aliasesOf(fixture)
  fixture.runTo(DEATH + 60)
  fixture.takeWrites()
  const node = fixture.get('Node', 'n2', '')
  fixture.user.update('Node', { ...node, spec: { ...node.spec, taints: [...(node.spec.taints ?? []), OUT] } })
  fixture.runTo(DEATH + 66)
  return tale(fixture, aliases).filter(line => !/kubelet|Deployment|Event|ReplicaSet|of n|Scheduled/.test(line))
}

describe('an operator marks the dead Node out-of-service', () => {
  it('deletes its Pods at once, and for good with the next collection of Pods', () => {
    expect(markedOutOfService(made => void made.create('Deployment', webDeployment(3)))).toEqual([
      '60 user: Node n2 +out-of-service:NoExecute',
      '60.002 taint-eviction-controller: Normal TaintManagerEviction on Pod old "Cancelling deletion of Pod default/old"',
      '60.002 taint-eviction-controller: Normal TaintManagerEviction on Pod old "Marking for deletion Pod default/old"',
      '60.002 taint-eviction-controller: Pod old DisruptionTarget=True DeletionByTaintManager',
      '60.002 taint-eviction-controller: Pod old deleted with grace 30',
      '60.004 replicaset-controller: Pod new created',
      '60.004 endpoint-controller: endpoints has no old',
      '60.01 endpointslice-controller: slice has old terminating',
      '60.01 default-scheduler: Pod new bound to n1',
      '61.42 endpoint-controller: endpoints has new ready',
      '61.426 endpointslice-controller: slice has new ready serving',
      '65 pod-garbage-collector: Pod old Failed',
      '65 pod-garbage-collector: Pod old deleted with grace 0',
      '65 pod-garbage-collector: Pod old gone',
      '65.008 endpointslice-controller: slice has no old',
    ])
  })

  it('lets a StatefulSet have its Pod again when the old one is collected', () => {
    const { selector, template } = webDeployment(1).spec
    const lines = markedOutOfService(made => {
      made.create('StatefulSet', {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'web', namespace: 'default' },
        spec: { replicas: 3, serviceName: 'web', selector, template } as StatefulSet['spec'],
      })
    })
    expect(lines.filter(line => /created|gone|bound/.test(line))).toEqual([
      '65 pod-garbage-collector: Pod old gone',
      '65.002 statefulset-controller: Pod old created',
      '65.008 default-scheduler: Pod old bound to n1',
    ])
  })
})

describe('the dead Node returns after its Pods were evicted', () => {
  it('ends them and removes them within milliseconds; replacements stay where they are', () => {
    const fixture = atDeath(3, made => void made.create('Deployment', webDeployment(3)))
    const aliases = aliasesOf(fixture)
    fixture.runTo(DEATH + 400)
    fixture.takeWrites()
    fixture.setPower('n2', true)
    fixture.runTo(DEATH + 420)
    const lines = tale(fixture, aliases).filter(
      line => !/SandboxChanged|Rebooted|Starting|NodeReady|NodeHas/.test(line),
    )
    expect(lines).toEqual([
      '410 kubelet/n2: Node n2 MemoryPressure False KubeletHasSufficientMemory',
      '410 kubelet/n2: Node n2 DiskPressure False KubeletHasNoDiskPressure',
      '410 kubelet/n2: Node n2 PIDPressure False KubeletHasSufficientPID',
      '410 kubelet/n2: Node n2 Ready True KubeletReady',
      '410.002 node-controller: Node n2 -unreachable:NoSchedule',
      '410.01 kubelet/n2: Pod old Failed',
      '410.01 kubelet/n2: Pod old deleted with grace 0',
      '410.01 kubelet/n2: Pod old gone',
      '410.018 endpointslice-controller: slice has no old',
      '412 node-controller: Node n2 -unreachable:NoExecute',
    ])
  })

  it('gives a StatefulSet its Pod again, by the same name', () => {
    const { selector, template } = webDeployment(1).spec
    const fixture = atDeath(3, made => {
      made.create('StatefulSet', {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'web', namespace: 'default' },
        spec: { replicas: 3, serviceName: 'web', selector, template } as StatefulSet['spec'],
      })
    })
    const aliases = aliasesOf(fixture)
    fixture.runTo(DEATH + 400)
    fixture.setPower('n2', true)
    fixture.takeWrites()
    fixture.runTo(DEATH + 420)
    expect(tale(fixture, aliases).filter(line => /gone|created/.test(line))).toEqual([
      '410.01 kubelet/n2: Pod old gone',
      '410.012 statefulset-controller: Pod old created',
    ])
  })
})

describe('a Pod that nobody finishes', () => {
  it('goes at once when it is deleted by force, even if its Node is away', () => {
    const fixture = atDeath(3, made => void made.create('Deployment', webDeployment(3)))
    const [old] = fixture.runTo(DEATH + 400).user.podsOnNode('n2')
    const aliases = aliasesOf(fixture)
    fixture.takeWrites()
    fixture.user.delete('Pod', 'default', old?.metadata.name ?? '', { gracePeriodSeconds: 0 })
    fixture.runTo(DEATH + 401)
    expect(tale(fixture, aliases)).toEqual([
      '400 user: Pod old deleted with grace 0',
      '400 user: Pod old gone',
      '400.008 endpointslice-controller: slice has no old',
    ])
  })

  it('goes 40 to 80 s after its Node object was deleted', () => {
    const fixture = atDeath(3, made => void made.create('Deployment', webDeployment(3)), {
      'sim-pod-gc-period': 23_000,
    })
    const aliases = aliasesOf(fixture)
    fixture.user.delete('Node', '', 'n2')
    fixture.runTo(DEATH + 60)
    const lines = tale(fixture, aliases).filter(line => !/kubelet|Deployment|ReplicaSet|of n|Scheduled/.test(line))
    expect(lines).toEqual([
      '2 node-controller: Normal RemovingNode on Node n2 "Node n2 event: Removing Node n2 from Controller"',
      '45 pod-garbage-collector: Pod old Failed',
      '45 pod-garbage-collector: Pod old DisruptionTarget=True DeletionByPodGC',
      '45 pod-garbage-collector: Pod old deleted with grace 0',
      '45 pod-garbage-collector: Pod old gone',
      '45.002 replicaset-controller: Pod new created',
      '45.002 endpoint-controller: endpoints has no old',
      '45.008 endpointslice-controller: slice has no old',
      '45.008 default-scheduler: Pod new bound to n1',
      '46.42 endpoint-controller: endpoints has new ready',
      '46.426 endpointslice-controller: slice has new ready serving',
    ])
  })
})

it('takes no endpoint away from a Node that is cordoned or loses its object', () => {
  const fixture = atDeath(3, made => void made.create('Deployment', webDeployment(3)))
  const node = fixture.get('Node', 'n1', '')
  fixture.user.update('Node', { ...node, spec: { ...node.spec, unschedulable: true } })
  fixture.user.delete('Node', '', 'n3')
  fixture.runTo(DEATH + 30)
  const told = tale(fixture, aliasesOf(fixture))
  expect(told.filter(line => line.includes('Ready=') || line.includes('slice has'))).toEqual([])
  expect(told).toContain('0.002 node-controller: Node n1 +unschedulable:NoSchedule')
})

function isLeaving({ metadata }: Pod): string {
  return metadata.deletionTimestamp === undefined ? 'stays' : 'terminating'
}
