// Workload controllers explain themselves, each decision in its situation: Deployments step by step, StatefulSets in their
// order, DaemonSets Node by Node, and the numbers of a disruption budget.

import { describe, expect, it } from 'vitest'
import type { DaemonSet } from '../api/daemonset/daemonset.ts'
import type { Deployment } from '../api/deployment/deployment.ts'
import type { StatefulSet } from '../api/statefulset/statefulset.ts'
import { ControllerFixture, webDeployment } from '../testing/controller-fixture.ts'
import { HeardDecisions } from '../testing/heard-decisions.ts'

function scene(nodes = 3) {
  const fixture = new ControllerFixture({ nodes })
  fixture.runTo(2)
  const heard = new HeardDecisions(fixture.controllers)
  /** What one controller said in the next so many seconds, generated names as `NAME`. */
  const said = (by: string, seconds = 30): readonly string[] => {
    fixture.runTo(fixture.loop.nowMs / 1000 + seconds)
    return heard.take({ by }).map(line => line.replaceAll(/\bweb-[0-9a-z]{8,10}(?:-\w{5})?\b/g, 'NAME'))
  }
  return { fixture, said }
}

function change(fixture: ControllerFixture, spec: Partial<Deployment['spec']>): void {
  const deployment = fixture.get('Deployment', 'web')
  fixture.user.update('Deployment', { ...deployment, spec: { ...deployment.spec, ...spec } })
}

function templateOf(image: string): Deployment['spec']['template'] {
  const { template } = webDeployment(1).spec
  return {
    ...template,
    spec: { ...template.spec, containers: [{ ...template.spec.containers[0], name: 'app', image }] },
  }
}

describe('a Deployment says', () => {
  const BY = 'deployment-controller'

  it('which step a rolling update takes, by which numbers, and when it is over', () => {
    const { fixture, said } = scene()
    fixture.create(
      'Deployment',
      webDeployment(2, { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
    )
    expect(said(BY)).toEqual([
      'replicaset-made Deployment/web: template-new revision=1 replicas=2',
      'rollout-done Deployment/web: all-available replicas=2',
    ])
    change(fixture, { template: templateOf('web:2') })
    expect(said(BY)).toEqual([
      'replicaset-made Deployment/web: template-new revision=2 replicas=1',
      'rollout-waits Deployment/web: no-room total=3 max=3 available=2 min=2',
      'replicaset-scaled Deployment/web: can-be-spared from=2 to=1 available=3 min=2',
      'replicaset-scaled Deployment/web: room-to-grow from=1 to=2 total=2 max=3',
      'rollout-waits Deployment/web: no-room total=3 max=3 available=2 min=2',
      'replicaset-scaled Deployment/web: can-be-spared from=1 to=0 available=3 min=2',
      'rollout-done Deployment/web: all-available replicas=2',
    ])
  })

  it('that it goes back to a ReplicaSet that has the template', () => {
    const { fixture, said } = scene()
    fixture.create('Deployment', webDeployment(1, { template: templateOf('web:1') }))
    said(BY)
    change(fixture, { template: templateOf('web:2') })
    said(BY)
    change(fixture, { template: templateOf('web:1') })
    expect(said(BY)).toContain('replicaset-reused Deployment/web: template-known revision=3')
  })

  it('that another number is asked for, in the middle of a rollout in shares', () => {
    const { fixture, said } = scene()
    fixture.create('Deployment', webDeployment(4, { template: templateOf('web:1') }))
    said(BY)
    change(fixture, { replicas: 6 })
    expect(said(BY)[0]).toBe('replicaset-scaled Deployment/web: replicas-asked from=4 to=6 replicas=6')
    change(fixture, { template: templateOf('web:2') })
    said(BY, 0.1)
    change(fixture, { replicas: 12 })
    expect(said(BY, 0.1).filter(line => line.includes('share-of-surge')).length).toBeGreaterThan(1)
  })

  it('that Pods which serve nobody go first', () => {
    const { fixture, said } = scene()
    fixture.create('Deployment', webDeployment(4, { template: templateOf('web:1') }))
    said(BY)
    for (const pod of fixture.pods()) fixture.world.setReadinessFails('default', pod.metadata.name, true)
    said(BY, 5)
    change(fixture, { template: templateOf('web:2') })
    expect(said(BY, 5).find(line => line.includes('serves-nobody'))).toMatch(/from=4 to=\d available=0$/)
  })

  it('that it is paused', () => {
    const { fixture, said } = scene()
    fixture.create('Deployment', webDeployment(1))
    said(BY)
    change(fixture, { paused: true })
    expect(said(BY)).toEqual(['rollout-waits Deployment/web: paused deployment=web'])
  })

  it('that Recreate waits for the last old Pod', () => {
    const { fixture, said } = scene()
    fixture.create('Deployment', webDeployment(2, { strategy: { type: 'Recreate' } }))
    said(BY)
    change(fixture, { template: templateOf('web:2') })
    const lines = said(BY, 60)
    expect(lines.slice(0, 2)).toEqual([
      'replicaset-scaled Deployment/web: old-first from=2 to=0',
      'rollout-waits Deployment/web: old-pods-remain pods=2',
    ])
    expect(lines).toContain('replicaset-made Deployment/web: template-new revision=2 replicas=2')
    change(fixture, { replicas: 3 })
    expect(said(BY)[0]).toBe('replicaset-scaled Deployment/web: replicas-asked from=2 to=3 replicas=3')
  })

  it('that nothing went on for too long', () => {
    const { fixture, said } = scene(0)
    fixture.create('Deployment', webDeployment(1, { progressDeadlineSeconds: 20 }))
    expect(said(BY, 60)).toContain('rollout-failed Deployment/web: deadline-passed seconds=20')
  })
})

describe('a StatefulSet says', () => {
  const BY = 'statefulset-controller'
  const start = (fixture: ControllerFixture, spec: Partial<StatefulSet['spec']> = {}): void => {
    fixture.create('StatefulSet', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'default' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        serviceName: 'db',
        template: templateOf('web:1'),
        ...spec,
      } as StatefulSet['spec'],
    })
  }
  const update = (fixture: ControllerFixture, spec: Partial<StatefulSet['spec']>): void => {
    const set = fixture.get('StatefulSet', 'db')
    fixture.user.update('StatefulSet', { ...set, spec: { ...set.spec, ...spec } })
  }

  it('which number is next, and for which Pod it waits', () => {
    const { fixture, said } = scene()
    start(fixture)
    const lines = said(BY).map(line => line.replace(/revision=\S+/, 'revision=R'))
    expect(lines).toEqual([
      'pod-made Pod/db-0: ordinal-empty ordinal=0 revision=R',
      'rollout-waits StatefulSet/db: ordinal-waits pod=db-0 state=Pending',
      'pod-made Pod/db-1: ordinal-empty ordinal=1 revision=R',
      'rollout-waits StatefulSet/db: ordinal-waits pod=db-1 state=Pending',
    ])
  })

  it('which Pods are beyond its range, of an old revision, or ended', () => {
    const { fixture, said } = scene()
    start(fixture, { replicas: 3 })
    said(BY)
    update(fixture, { replicas: 2 })
    expect(said(BY)).toContain('pod-removed Pod/db-2: ordinal-beyond ordinal=2 replicas=2')
    update(fixture, { template: templateOf('web:2') })
    const removed = said(BY, 60).filter(line => line.startsWith('pod-removed'))
    expect(removed.map(line => line.replaceAll(/=db-\S+/g, '=R'))).toEqual([
      'pod-removed Pod/db-1: revision-outdated is=R wants=R',
      'pod-removed Pod/db-0: revision-outdated is=R wants=R',
    ])
    const pod = fixture.get('Pod', 'db-0')
    fixture.setPower(pod.spec.nodeName ?? '', false)
    fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, phase: 'Failed' } })
    expect(said(BY, 5)).toContain('pod-removed Pod/db-0: pod-ended phase=Failed')
  })
})

describe('a DaemonSet says', () => {
  const BY = 'daemonset-controller'
  const start = (fixture: ControllerFixture, pod: Partial<Deployment['spec']['template']['spec']> = {}): void => {
    const template = templateOf('web:1')
    fixture.create('DaemonSet', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent', namespace: 'default' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { ...template, spec: { ...template.spec, ...pod } },
      } as Partial<DaemonSet['spec']> as DaemonSet['spec'],
    })
  }
  const taint = (fixture: ControllerFixture, name: string): void => {
    const node = fixture.get('Node', name)
    fixture.user.update('Node', { ...node, spec: { ...node.spec, taints: [{ key: 'only', effect: 'NoSchedule' }] } })
  }

  it('which Nodes want a Pod, and which taint keeps one out', () => {
    const { fixture, said } = scene(2)
    taint(fixture, 'n2')
    start(fixture)
    expect(said(BY)).toEqual([
      'node-left-out Node/n2: taint-not-tolerated node=n2 taint=only',
      'pod-made DaemonSet/agent: node-wants-one node=n1',
    ])
  })

  it('that a Node is not the one of the template, or has other labels', () => {
    const { fixture, said } = scene(2)
    start(fixture, { nodeSelector: { 'kubernetes.io/hostname': 'n1' } })
    expect(said(BY)).toContain('node-left-out Node/n2: affinity-differs node=n2')
    fixture.user.delete('DaemonSet', 'default', 'agent')
    said(BY)
    start(fixture, { nodeName: 'n1' })
    expect(said(BY)).toContain('node-left-out Node/n2: node-name-differs wants=n1')
  })

  it('why it deletes: the Node is left out, the template is another, the Pod has ended', () => {
    const { fixture, said } = scene(2)
    const label = (name: string, disk: string): void => {
      const node = fixture.get('Node', name)
      fixture.user.update('Node', {
        ...node,
        metadata: { ...node.metadata, labels: { ...node.metadata.labels, disk } },
      })
    }
    label('n1', 'ssd')
    label('n2', 'ssd')
    start(fixture, { nodeSelector: { disk: 'ssd' } })
    said(BY)
    label('n2', 'none')
    const removed = said(BY).find(line => line.includes('pod-removed'))
    expect(removed).toMatch(/^pod-removed Pod\/agent-\w{5}: node-left-out node=n2$/)
    const set = fixture.get('DaemonSet', 'agent')
    fixture.user.update('DaemonSet', {
      ...set,
      spec: { ...set.spec, template: { ...set.spec.template, metadata: { labels: { app: 'web', v: '2' } } } },
    })
    const [outdated = ''] = said(BY).filter(line => line.startsWith('pod-removed'))
    expect(outdated).toMatch(/revision-outdated is=\w+ wants=\w+$/)
    const pod = fixture.pods().find(({ spec }) => spec.nodeName === 'n1')
    fixture.setPower('n1', false)
    if (pod) fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, phase: 'Failed' } })
    expect(said(BY, 5).find(line => line.includes('pod-ended'))).toMatch(/phase=Failed$/)
  })
})

it('a disruption budget says how many healthy Pods it counted', () => {
  const { fixture, said } = scene()
  fixture.create('Deployment', webDeployment(3))
  fixture.create('PodDisruptionBudget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'budget', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, minAvailable: 2 },
  })
  expect(said('disruption-controller').at(-1)).toBe(
    'disruptions-counted PodDisruptionBudget/budget: healthy-counted healthy=3 desired=2 expected=3 allowed=1',
  )
})
