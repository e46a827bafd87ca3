// Controllers of Nodes and those that clean up explain themselves, each decision in its situation.

import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/pod/pod.ts'
import { ControllerFixture, webDeployment, webPod, webService } from '../testing/controller-fixture.ts'
import { HeardDecisions } from '../testing/heard-decisions.ts'

function scene(nodes = 3) {
  const fixture = new ControllerFixture({ nodes })
  fixture.runTo(10)
  const heard = new HeardDecisions(fixture.controllers)
  const said = (by: string, seconds: number): readonly string[] => {
    fixture.runTo(fixture.loop.nowMs / 1000 + seconds)
    return heard.take({ by })
  }
  return { fixture, said }
}

function tolerating(name: string, node: string, tolerationSeconds?: number): ReturnType<typeof webPod> {
  const seconds = tolerationSeconds === undefined ? {} : { tolerationSeconds }
  const tolerations = ['not-ready', 'unreachable'].map(what => ({
    key: `node.kubernetes.io/${what}`,
    operator: 'Exists' as const,
    effect: 'NoExecute' as const,
    ...seconds,
  }))
  return webPod(name, { nodeName: node, tolerations })
}

describe('the node controller says', () => {
  const BY = 'node-controller'

  it('after how long a silence a Node is Unknown, that its Pods are lost, and which taint it gets', () => {
    const { fixture, said } = scene()
    fixture.create('Pod', webPod('p1', { nodeName: 'n2' }))
    said(BY, 5)
    fixture.setPower('n2', false)
    const lines = said(BY, 70).map(line => line.replace(/silentMs=\d+/, 'silentMs=N'))
    expect(lines).toEqual([
      'node-unknown Node/n2: no-heartbeat silentMs=N graceMs=50000',
      'pod-unready Pod/p1: node-lost node=n2',
      'zone-judged Node/n2: zone-state zone=zone-b state=FullDisruption ready=0 notReady=1 rate=0.1',
      'node-tainted Node/n2: ready-is status=Unknown taint=node.kubernetes.io/unreachable',
    ])
    fixture.setPower('n2', true)
    expect(said(BY, 60)).toContain('node-untainted Node/n2: ready-is status=True taint=')
  })

  it('that nothing is evicted when no zone works', () => {
    const { fixture, said } = scene(1)
    fixture.setPower('n1', false)
    expect(said(BY, 70)).toContain('zone-judged Node/n1: all-zones-down zone=zone-a')
  })
})

describe('the taint manager says', () => {
  const BY = 'taint-eviction-controller'

  it('until when a Pod tolerates the taint, and that the time is over', () => {
    const { fixture, said } = scene()
    fixture.create('Pod', tolerating('p1', 'n2', 60))
    fixture.setPower('n2', false)
    const lines = said(BY, 200).map(line => line.replace(/dueMs=\d+(\.\d+)?/, 'dueMs=N'))
    const taint = 'node=n2 taint=node.kubernetes.io/unreachable seconds=60'
    expect(lines).toEqual([
      `eviction-planned Pod/p1: toleration-runs ${taint} dueMs=N`,
      `pod-evicted Pod/p1: toleration-ran-out ${taint}`,
    ])
  })

  it('that a Pod may stay, since the taint is gone', () => {
    const { fixture, said } = scene()
    fixture.create('Pod', tolerating('p1', 'n2', 200))
    fixture.setPower('n2', false)
    said(BY, 100)
    fixture.setPower('n2', true)
    expect(said(BY, 60)).toEqual(['eviction-cancelled Pod/p1: taint-gone node=n2'])
  })

  it('that a Pod does not tolerate a taint at all', () => {
    const { fixture, said } = scene()
    fixture.create('Pod', webPod('p1', { nodeName: 'n1' }))
    said(BY, 5)
    const node = fixture.get('Node', 'n1')
    fixture.user.update('Node', { ...node, spec: { ...node.spec, taints: [{ key: 'out', effect: 'NoExecute' }] } })
    expect(said(BY, 5)).toEqual(['pod-evicted Pod/p1: taint-not-tolerated node=n1 taint=out'])
  })
})

describe('the collector of Pods says', () => {
  const BY = 'pod-garbage-collector'
  const end = (fixture: ControllerFixture, pod: Pod): void =>
    void fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, phase: 'Succeeded' } })

  it('that the Node is gone for good', () => {
    const { fixture, said } = scene()
    fixture.create('Pod', tolerating('p1', 'n2'))
    said(BY, 5)
    fixture.user.delete('Node', '', 'n2')
    const [line] = said(BY, 100)
    expect(line).toMatch(/^pod-collected Pod\/p1: node-gone node=n2 waitedMs=\d+$/)
  })

  it('that the Node is out of service', () => {
    const { fixture, said } = scene()
    fixture.create('Pod', tolerating('p1', 'n2'))
    fixture.setPower('n2', false)
    said(BY, 80)
    fixture.user.delete('Pod', 'default', 'p1')
    const node = fixture.get('Node', 'n2')
    const taint = { key: 'node.kubernetes.io/out-of-service', effect: 'NoSchedule' } as const
    fixture.user.update('Node', { ...node, spec: { ...node.spec, taints: [...(node.spec.taints ?? []), taint] } })
    expect(said(BY, 30)).toEqual(['pod-collected Pod/p1: out-of-service node=n2'])
  })

  it('that more Pods have ended than are kept', () => {
    const { fixture, said } = scene(0)
    fixture.settings = { ...fixture.settings, 'terminated-pod-gc-threshold': 1 }
    for (const name of ['p1', 'p2']) end(fixture, fixture.create('Pod', webPod(name)))
    expect(said(BY, 30)).toEqual(['pod-collected Pod/p1: too-many-ended ended=2 max=1'])
  })

  it('that a Pod which is to go was never bound', () => {
    const { fixture, said } = scene(0)
    const pod = fixture.create('Pod', {
      ...webPod('p1'),
      metadata: { ...webPod('p1').metadata, finalizers: ['a.b/c'] },
    })
    fixture.user.delete('Pod', 'default', pod.metadata.name)
    expect(said(BY, 30)[0]).toBe('pod-collected Pod/p1: never-bound pod=p1')
  })
})

describe('the garbage collector says', () => {
  const BY = 'generic-garbage-collector'
  const deployed = () => {
    const { fixture, said } = scene()
    fixture.create('Deployment', webDeployment(1))
    said(BY, 10)
    const short = (seconds: number): readonly string[] =>
      said(BY, seconds).map(line => line.replaceAll(/web-\w{8,10}(-\w{5})?/g, 'NAME'))
    return { fixture, short }
  }

  it('that owners are gone, one after the other', () => {
    const { fixture, short } = deployed()
    fixture.user.delete('Deployment', 'default', 'web')
    expect(short(60)).toEqual([
      'object-collected ReplicaSet/NAME: owners-gone owners=Deployment/web',
      'object-collected Pod/NAME: owners-gone owners=ReplicaSet/NAME',
    ])
  })

  it('that an owner waits', () => {
    const { fixture, short } = deployed()
    fixture.user.delete('Deployment', 'default', 'web', { propagationPolicy: 'Foreground' })
    expect(short(60)[0]).toBe('object-collected ReplicaSet/NAME: owner-waits owners=Deployment/web')
  })

  it('that dependents were to stay', () => {
    const { fixture, short } = deployed()
    fixture.user.delete('Deployment', 'default', 'web', { propagationPolicy: 'Orphan' })
    expect(short(60)).toEqual(['object-orphaned ReplicaSet/NAME: orphan-asked owner=web'])
  })
})

it('the namespace controller says what remains, and that nothing does', () => {
  const { fixture, said } = scene()
  fixture.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  const pod = webPod('p1', { nodeName: 'n1' })
  fixture.create('Pod', { ...pod, metadata: { ...pod.metadata, namespace: 'shop' } })
  said('namespace-controller', 5)
  fixture.user.delete('Namespace', '', 'shop')
  const lines = said('namespace-controller', 120)
  expect(lines[0]).toBe('namespace-waits Namespace/shop: objects-remain count=1 kinds=Pod')
  expect(lines.at(-1)).toBe('namespace-emptied Namespace/shop: nothing-remains namespace=shop')
})

it('the load balancer says which address a Service gets', () => {
  const { fixture, said } = scene()
  fixture.create('Service', webService({ type: 'LoadBalancer' }))
  expect(said('service-controller', 10)).toEqual([
    'address-given Service/web: first-free-address ip=203.0.113.1 range=203.0.113.0/24',
  ])
})

it('the load balancer says that no address is left', () => {
  const { fixture, said } = scene(1)
  for (let index = 0; index < 255; index++)
    fixture.create('Service', webService({ type: 'LoadBalancer' }, `web-${index}`))
  expect(said('service-controller', 30).filter(line => line.startsWith('address-refused'))).toHaveLength(1)
})
