// How a Deployment rolls out, step by step and by the second: each example, conditions in their order, the deadline, scaling on
// the way, what is refused. Plans by themselves are tested in plan-rollout.test.ts.

import { describe, expect, it } from 'vitest'
import { ControllerFixture, webDeployment } from '../../testing/controller-fixture.ts'
import {
  change,
  followedSizes,
  NOWHERE,
  progress,
  runningWeb,
  setOf,
  template,
  toldProgress,
} from '../../testing/deployment-fixture.ts'

describe('a rolling update', () => {
  it('of ten goes by the sizes (10,0) (10,3) (8,3) (8,5) (3,5) (3,10) (0,10)', () => {
    const fixture = runningWeb(10)
    const sizes = followedSizes(fixture)
    change(fixture, { template: template('web:2') })
    fixture.runTo(40)
    expect(sizes).toEqual(['(10,0)', '(10,3)', '(8,3)', '(8,5)', '(3,5)', '(3,10)', '(0,10)'])
  })

  it('of three with 25 % never takes one away before another is ready', () => {
    const fixture = runningWeb(3)
    const sizes = followedSizes(fixture)
    change(fixture, { template: template('web:2') })
    fixture.runTo(40)
    expect(sizes).toEqual(['(3,0)', '(3,1)', '(2,1)', '(2,2)', '(1,2)', '(1,3)', '(0,3)'])
  })

  it('of three without surge takes one away first', () => {
    const fixture = runningWeb(3, {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    })
    const sizes = followedSizes(fixture)
    change(fixture, { template: template('web:2') })
    fixture.runTo(40)
    expect(sizes).toEqual(['(3,0)', '(2,0)', '(2,1)', '(1,1)', '(1,2)', '(0,2)', '(0,3)'])
  })

  it('waits after each Pod for as long as minReadySeconds says', () => {
    const fixture = runningWeb(1, { minReadySeconds: 5 })
    change(fixture, { template: template('web:2') })
    fixture.runTo(14)
    expect(setOf(fixture, 'web:2')?.status).toMatchObject({ readyReplicas: 1 })
    expect(setOf(fixture, 'web:1')?.spec.replicas).toBe(1)
    fixture.runTo(18)
    expect(setOf(fixture, 'web:1')?.spec.replicas).toBe(0)
  })

  it('does not see Pods that terminate: there are more than replicas and surge', () => {
    const fixture = runningWeb(2)
    fixture.settings = { ...fixture.settings, 'sim-drain-time': 20_000 }
    change(fixture, { template: template('web:2') })
    fixture.runTo(20)
    expect(fixture.pods()).toHaveLength(4)
    expect(fixture.get('Deployment', 'web').status).toMatchObject({ replicas: 2, updatedReplicas: 2 })
  })
})

describe('scaling in the middle of a rollout', () => {
  it('from 10 to 15 brings old and new from 8 and 5 to 12 and 7', () => {
    const fixture = runningWeb(10)
    const sizes = followedSizes(fixture)
    change(fixture, { template: template('web:2', { nodeSelector: { disk: 'none' } }) })
    fixture.runTo(20)
    change(fixture, { replicas: 15 })
    fixture.runTo(30)
    expect(sizes).toEqual(['(10,0)', '(10,3)', '(8,3)', '(8,5)', '(12,5)', '(12,7)'])
    expect(setOf(fixture, 'web:1')?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/desired-replicas': '15',
      'deployment.kubernetes.io/max-replicas': '19',
    })
  })

  it('is no rollout where nothing rolls out: the word of the last one stays', () => {
    const fixture = runningWeb(2)
    const words = toldProgress(fixture)
    change(fixture, { replicas: 5 })
    fixture.runTo(20)
    expect(fixture.get('Deployment', 'web').status?.availableReplicas).toBe(5)
    expect(words).toEqual(['True NewReplicaSetAvailable: ReplicaSet "web-h" has successfully progressed.'])
  })
})

describe('the condition Progressing', () => {
  it('says that a set was made, that it goes on, and that it is through, and is last in the list', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    const words = toldProgress(fixture)
    fixture.create('Deployment', webDeployment(2))
    fixture.runTo(0.004)
    expect(fixture.get('Deployment', 'web').status?.conditions?.map(({ type }) => type)).toEqual([
      'Progressing',
      'Available',
    ])
    fixture.runTo(10)
    expect(words).toEqual([
      'True NewReplicaSetCreated: Created new replica set "web-h"',
      'True ReplicaSetUpdated: ReplicaSet "web-h" is progressing.',
      'True NewReplicaSetAvailable: ReplicaSet "web-h" has successfully progressed.',
    ])
    expect(fixture.get('Deployment', 'web').status?.conditions).toMatchObject([
      {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      },
      { type: 'Progressing' },
    ])
  })

  it('says that less than the minimum is available', () => {
    const fixture = runningWeb(2, { template: NOWHERE })
    expect(fixture.get('Deployment', 'web').status?.conditions).toContainEqual({
      type: 'Available',
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
      message: 'Deployment does not have minimum availability.',
      lastUpdateTime: '2026-01-01T00:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    })
  })

  it('begins a rollback with ReplicaSetUpdated, since no set is made', () => {
    const fixture = runningWeb(1)
    change(fixture, { template: template('web:2') })
    fixture.runTo(20)
    const words = toldProgress(fixture)
    change(fixture, { template: template('web:1') })
    fixture.runTo(30)
    expect(words.map(one => one.split(':')[0])).toEqual([
      'True NewReplicaSetAvailable',
      'True ReplicaSetUpdated',
      'True NewReplicaSetAvailable',
    ])
  })

  it('takes in the ReplicaSet that a deleted Deployment let go, and says that it was found', () => {
    const fixture = runningWeb(2)
    const before = fixture.pods().map(({ metadata }) => metadata.uid)
    fixture.user.delete('Deployment', 'default', 'web', { propagationPolicy: 'Orphan' })
    fixture.runTo(11)
    expect(fixture.user.list('ReplicaSet')[0]?.metadata.ownerReferences).toBeUndefined()
    const words = toldProgress(fixture)
    const { uid } = fixture.create('Deployment', webDeployment(2)).metadata
    fixture.runTo(20)
    expect(words).toEqual([
      'True FoundNewReplicaSet: Found new replica set "web-h"',
      'True NewReplicaSetAvailable: ReplicaSet "web-h" has successfully progressed.',
    ])
    const [set, ...others] = fixture.user.list('ReplicaSet')
    expect([set?.metadata.ownerReferences?.[0]?.uid, others]).toEqual([uid, []])
    expect(fixture.pods().map(({ metadata }) => metadata.uid)).toEqual(before)
    expect(fixture.get('Deployment', 'web').metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
  })

  it('turns False a second after the deadline, and back with the next progress', () => {
    const fixture = runningWeb(2, { progressDeadlineSeconds: 60, template: NOWHERE })
    const last = progress(fixture)
    expect([last?.reason, last?.lastUpdateTime]).toEqual(['ReplicaSetUpdated', '2026-01-01T00:00:00Z'])
    fixture.runTo(60.999)
    expect(progress(fixture)?.status).toBe('True')
    fixture.runTo(61.001)
    expect(progress(fixture)).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      lastTransitionTime: '2026-01-01T00:01:01Z',
    })
    expect(progress(fixture)?.message).toMatch(/^ReplicaSet "web-\w+" has timed out progressing\.$/)
    fixture.settings = { ...fixture.settings, 'sim-status-write-time': 500 }
    const words = toldProgress(fixture)
    const node = fixture.get('Node', 'n1', '')
    fixture.user.update('Node', { ...node, metadata: { ...node.metadata, labels: { disk: 'none' } } })
    fixture.runTo(80)
    expect(words.map(one => one.split(':')[0])).toEqual(['True ReplicaSetUpdated', 'True NewReplicaSetAvailable'])
  })

  it('is not False yet at the very moment of the deadline', () => {
    const fixture = runningWeb(1, { progressDeadlineSeconds: 60, template: NOWHERE })
    fixture.settings = { ...fixture.settings, 'sim-watch-delay': 0, 'sim-sync-delay': 0 }
    fixture.runTo(60)
    change(fixture, { minReadySeconds: 1 })
    fixture.runTo(60)
    const { metadata, status } = fixture.get('Deployment', 'web')
    expect([status?.observedGeneration, progress(fixture)?.status]).toEqual([metadata.generation, 'True'])
  })

  it('is not there when the deadline is the largest number there is', () => {
    const fixture = runningWeb(1, { progressDeadlineSeconds: 2_147_483_647 })
    expect(fixture.get('Deployment', 'web').status?.conditions?.map(({ type }) => type)).toEqual(['Available'])
    change(fixture, { progressDeadlineSeconds: 60 })
    fixture.runTo(20)
    expect(progress(fixture)?.reason).toBe('NewReplicaSetAvailable')
    change(fixture, { progressDeadlineSeconds: 2_147_483_647 })
    fixture.runTo(30)
    expect(progress(fixture)).toBeUndefined()
  })
})

describe('what the API refuses', () => {
  it('of Pods is copied from the ReplicaSet, and forgotten with it', () => {
    const fixture = runningWeb(1)
    change(fixture, { template: template(' web:2') })
    fixture.runTo(11)
    const failure = fixture.get('Deployment', 'web').status?.conditions?.at(-1)
    expect(failure).toMatchObject({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' })
    expect(failure?.message).toMatch(/^Pod "web-\w+-\w{5}" is invalid: spec\.containers\[0\]\.image: Invalid value/)
    expect(failure?.message).toBe(setOf(fixture, ' web:2')?.status?.conditions?.[0]?.message)
    change(fixture, { template: template('web:1') })
    fixture.runTo(30)
    expect(fixture.get('Deployment', 'web').status?.conditions?.map(({ type }) => type)).not.toContain('ReplicaFailure')
  })

  it('of Pods is copied with the time at which the ReplicaSet met it', () => {
    const fixture = new ControllerFixture()
    const { selector } = webDeployment(1).spec
    const refused = template(' web:1')
    fixture.create('ReplicaSet', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'rs', namespace: 'default', labels: { app: 'web' } },
      spec: { replicas: 1, selector, template: refused },
    })
    fixture.runTo(5)
    fixture.create('Deployment', webDeployment(1, { template: refused }))
    fixture.runTo(6)
    const failure = fixture.get('Deployment', 'web').status?.conditions?.at(-1)
    expect([failure?.type, failure?.lastUpdateTime, failure?.lastTransitionTime]).toEqual([
      'ReplicaFailure',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:00Z',
    ])
  })

  it('of a ReplicaSet is said in Progressing', () => {
    const fixture = new ControllerFixture()
    const name = 'w'.repeat(250)
    fixture.create('Deployment', { ...webDeployment(1), metadata: { name, namespace: 'default' } })
    fixture.runTo(1)
    const [condition, ...others] = fixture.get('Deployment', name).status?.conditions ?? []
    expect([condition?.status, condition?.reason, others]).toEqual(['False', 'ReplicaSetCreateError', []])
    expect(condition?.message).toMatch(
      /^Failed to create new replica set "w+-[456789bcdf]+": ReplicaSet\.apps "w+-\w+" is invalid: metadata\.name/,
    )
  })
})

it('goes on from a snapshot in the middle of a rollout as if nothing had been', () => {
  const fixture = runningWeb(4, { progressDeadlineSeconds: 20 })
  change(fixture, { template: NOWHERE })
  fixture.runTo(10.2)
  const copy = new ControllerFixture({ nodes: 1, settings: { 'sim-status-write-time': 0 } }, fixture.save())
  copy.runTo(50)
  fixture.runTo(50)
  expect(progress(copy)?.reason).toBe('ProgressDeadlineExceeded')
  expect(copy.save()).toBe(fixture.save())
})
