// What a Deployment keeps of its past, what it does while it is paused, and how it recreates.

import { describe, expect, it } from 'vitest'
import { ControllerFixture, webDeployment } from '../../testing/controller-fixture.ts'
import {
  change,
  followedSizes,
  NOWHERE,
  progress,
  revisions,
  runningWeb,
  setOf,
  template,
  toldProgress,
} from '../../testing/deployment-fixture.ts'

describe('revisions', () => {
  it('are given anew by each rollback, and the old numbers are kept as history', () => {
    const fixture = runningWeb(1)
    for (const [index, image] of ['web:2', 'web:1', 'web:2', 'web:1'].entries()) {
      change(fixture, { template: template(image) })
      fixture.runTo(20 + index * 10)
    }
    expect(revisions(fixture)).toEqual(['4 was 2', '5 was 1,3'])
    expect(fixture.get('Deployment', 'web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('5')
  })

  it('come of the template alone', () => {
    const fixture = runningWeb(1)
    change(fixture, { replicas: 2, minReadySeconds: 1, strategy: { type: 'Recreate' }, revisionHistoryLimit: 3 })
    fixture.runTo(20)
    expect(revisions(fixture)).toEqual(['1'])
    expect(setOf(fixture, 'web:1')?.spec.minReadySeconds).toBe(1)
  })

  it('are trimmed only when the rollout is through', () => {
    const fixture = runningWeb(1, { revisionHistoryLimit: 0 })
    change(fixture, { template: NOWHERE })
    fixture.runTo(20)
    change(fixture, { template: template('web:2') })
    fixture.runTo(20.2)
    expect(revisions(fixture)).toEqual(['1', '2', '3'])
    fixture.runTo(30)
    expect(revisions(fixture)).toEqual(['3'])
  })

  it('are trimmed when a status of the very spec says so, and not by one of before', () => {
    const fixture = runningWeb(1)
    change(fixture, { template: template('web:2') })
    fixture.runTo(20)
    change(fixture, { revisionHistoryLimit: 0 })
    fixture.runTo(20.003)
    expect(revisions(fixture)).toEqual(['1', '2'])
    fixture.runTo(20.01)
    expect(revisions(fixture)).toEqual(['2'])
  })

  it('are trimmed while it is paused, too', () => {
    const fixture = runningWeb(1)
    change(fixture, { template: template('web:2') })
    fixture.runTo(20)
    change(fixture, { paused: true, template: template('web:3'), revisionHistoryLimit: 1 })
    fixture.runTo(30)
    expect(revisions(fixture)).toEqual(['2'])
  })

  it('are hashed anew when another ReplicaSet has the name, and that is counted', () => {
    const name = runningWeb(1).user.list('ReplicaSet')[0]?.metadata.name ?? ''
    const fixture = new ControllerFixture({ nodes: 1 })
    const labels = { app: 'other' }
    fixture.create('ReplicaSet', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name, namespace: 'default', labels },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { ...NOWHERE, metadata: { labels } } },
    })
    fixture.create('Deployment', webDeployment(1))
    fixture.runTo(10)
    expect(fixture.get('Deployment', 'web').status).toMatchObject({ collisionCount: 1, availableReplicas: 1 })
    const [, second] = fixture.user
      .list('ReplicaSet')
      .toSorted((a, b) => Number(b.metadata.name === name) - Number(a.metadata.name === name))
    expect(second?.metadata.name).toMatch(/^web-[456789bcdf]{1,10}$/)
  })

  it('copy the annotations of the Deployment, but those of one object only', () => {
    const fixture = runningWeb(1)
    const deployment = fixture.get('Deployment', 'web')
    const annotations = {
      ...deployment.metadata.annotations,
      'kubernetes.io/change-cause': 'a better one',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
    }
    fixture.user.update('Deployment', { ...deployment, metadata: { ...deployment.metadata, annotations } })
    fixture.runTo(11)
    expect(setOf(fixture, 'web:1')?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '1',
      'deployment.kubernetes.io/max-replicas': '2',
      'deployment.kubernetes.io/revision': '1',
      'kubernetes.io/change-cause': 'a better one',
    })
  })
})

describe('a paused Deployment', () => {
  it('that was made so has no ReplicaSet until it is resumed', () => {
    const fixture = runningWeb(2, { paused: true })
    expect(fixture.user.list('ReplicaSet')).toEqual([])
    expect(progress(fixture)).toMatchObject({
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    })
    const words = toldProgress(fixture)
    change(fixture, { paused: false })
    fixture.runTo(20)
    expect(words.slice(0, 3).map(one => one.split(':').join(''))).toEqual([
      'Unknown DeploymentPaused Deployment is paused',
      'Unknown DeploymentResumed Deployment is resumed',
      'True NewReplicaSetCreated Created new replica set "web-h"',
    ])
    expect(fixture.pods()).toHaveLength(2)
  })

  it('stands still in the middle of a rollout', () => {
    const fixture = runningWeb(10)
    change(fixture, { template: template('web:2') })
    fixture.runTo(10.1)
    const sizes = followedSizes(fixture)
    change(fixture, { paused: true })
    fixture.runTo(30)
    expect(sizes).toHaveLength(1)
    change(fixture, { paused: false })
    fixture.runTo(60)
    expect(sizes.at(-1)).toBe('(0,10)')
  })

  it('scales its newest ReplicaSet even when that has the old template and nothing is left of it', () => {
    const fixture = runningWeb(2)
    change(fixture, { paused: true, template: template('web:2') })
    fixture.runTo(20)
    change(fixture, { replicas: 0 })
    fixture.runTo(30)
    expect(fixture.pods()).toEqual([])
    change(fixture, { replicas: 3 })
    fixture.runTo(40)
    expect(fixture.pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(['web:1', 'web:1', 'web:1'])
  })

  it('says nothing of it without a deadline, and does not take back that it was given up', () => {
    const without = runningWeb(1, { paused: true, progressDeadlineSeconds: 2_147_483_647 })
    expect(progress(without)).toBeUndefined()
    const fixture = runningWeb(1, { progressDeadlineSeconds: 30, template: NOWHERE })
    fixture.runTo(40)
    change(fixture, { paused: true })
    fixture.runTo(50)
    expect(progress(fixture)?.reason).toBe('ProgressDeadlineExceeded')
  })

  it('is not given up however long it pauses', () => {
    const fixture = runningWeb(2, { progressDeadlineSeconds: 30, template: NOWHERE })
    change(fixture, { paused: true })
    fixture.runTo(100)
    expect(progress(fixture)?.reason).toBe('DeploymentPaused')
    change(fixture, { paused: false })
    fixture.runTo(129)
    expect(progress(fixture)?.reason).toBe('DeploymentResumed')
    fixture.runTo(132)
    expect(progress(fixture)?.reason).toBe('ProgressDeadlineExceeded')
  })
})

describe('Recreate', () => {
  it('makes the new Pods when the last old one is gone, and none before', () => {
    const fixture = runningWeb(2, { strategy: { type: 'Recreate' } })
    const counts: number[] = []
    fixture.user.watch(['Pod'], () => {
      const images = fixture.pods().map(({ spec }) => spec.containers[0]?.image)
      counts.push(images.filter(image => image === 'web:1').length * images.filter(image => image === 'web:2').length)
    })
    change(fixture, { template: template('web:2') })
    fixture.runTo(30)
    expect(Math.max(...counts)).toBe(0)
    expect(fixture.pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(['web:2', 'web:2'])
  })

  it('is not woken by the end of a Pod while an object of another stays, ended as it may be', () => {
    const fixture = new ControllerFixture()
    fixture.create('Deployment', webDeployment(2, { strategy: { type: 'Recreate' } }))
    fixture.runTo(1)
    const [first] = fixture.pods()
    if (first) fixture.user.updateStatus('Pod', { ...first, status: { phase: 'Succeeded' } })
    fixture.runTo(2)
    const finalize = (finalizers: readonly string[]): void => {
      for (const pod of fixture.pods())
        if (pod.status?.phase === 'Pending')
          fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, finalizers } })
    }
    finalize(['example.com/wait'])
    change(fixture, { template: template('web:2') })
    fixture.runTo(3)
    finalize([])
    fixture.runTo(10)
    expect(fixture.pods().map(({ status }) => status?.phase)).toEqual(['Succeeded'])
    expect(setOf(fixture, 'web:2')).toBeUndefined()
    fixture.user.delete('Pod', 'default', first?.metadata.name ?? '')
    fixture.runTo(20)
    expect(setOf(fixture, 'web:2')?.status?.replicas).toBe(2)
  })
})
