import { expect, it } from 'vitest'
import type { Deployment } from '../../api/deployment/deployment.ts'
import { compareText } from '../../kernel/json.ts'
import { ControllerFixture, webDeployment, webService } from '../../testing/controller-fixture.ts'
import { change, template } from '../../testing/deployment-fixture.ts'

function running(replicas: number, spec: Partial<Deployment['spec']> = {}): ControllerFixture {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(replicas, spec))
  return fixture.runTo(10)
}

function withImage(fixture: ControllerFixture, image: string): void {
  change(fixture, { template: template(image) })
}

function images(fixture: ControllerFixture): readonly string[] {
  return fixture.pods().map(pod => pod.spec.containers[0]?.image ?? '')
}

function conditions(fixture: ControllerFixture): readonly string[] {
  return (fixture.get('Deployment', 'web').status?.conditions ?? []).map(
    ({ type, status, reason }) => `${type} ${status} ${reason}`,
  )
}

it('makes one ReplicaSet, named and labelled by the hash of its template', () => {
  const fixture = running(3)
  const [set, ...others] = fixture.user.list('ReplicaSet')
  expect(others).toEqual([])
  const hash = set?.metadata.labels?.['pod-template-hash']
  expect(set?.metadata.name).toBe(`web-${hash}`)
  expect(set?.spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash })
  expect(set?.metadata.annotations).toEqual({
    'deployment.kubernetes.io/desired-replicas': '3',
    'deployment.kubernetes.io/max-replicas': '4',
    'deployment.kubernetes.io/revision': '1',
  })
  expect(fixture.get('Deployment', 'web').status).toMatchObject({
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    observedGeneration: fixture.get('Deployment', 'web').metadata.generation,
  })
  expect(conditions(fixture)).toEqual([
    'Available True MinimumReplicasAvailable',
    'Progressing True NewReplicaSetAvailable',
  ])
  expect(fixture.eventsAbout('web')).toEqual(['ScalingReplicaSet'])
})

it('never has fewer ready endpoints than replicas while three roll out', () => {
  const fixture = running(3)
  withImage(fixture, 'web:2')
  const seen: number[] = []
  fixture.user.watch(
    ['EndpointSlice'],
    ({ object }) => void seen.push(object.endpoints.filter(({ conditions }) => conditions?.ready).length),
  )
  fixture.runTo(30)
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(3)
  expect(images(fixture)).toEqual(['web:2', 'web:2', 'web:2'])
  expect(fixture.get('Deployment', 'web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2')
  expect(
    fixture.user
      .list('ReplicaSet')
      .map(({ spec }) => spec.replicas)
      .sort((a, b) => a - b),
  ).toEqual([0, 3])
})

it('rolls back to the ReplicaSet it had, under a new revision', () => {
  const fixture = running(2)
  const first = fixture.user.list('ReplicaSet')[0]?.metadata.name
  withImage(fixture, 'web:2')
  fixture.runTo(30)
  withImage(fixture, 'web:1')
  fixture.runTo(50)
  const sets = fixture.user.list('ReplicaSet')
  expect(sets).toHaveLength(2)
  const reused = sets.find(({ metadata }) => metadata.name === first)
  expect(reused?.spec.replicas).toBe(2)
  expect(reused?.metadata.annotations).toMatchObject({
    'deployment.kubernetes.io/revision': '3',
    'deployment.kubernetes.io/revision-history': '1',
  })
})

it('scales without a new revision', () => {
  const fixture = running(2)
  change(fixture, { replicas: 5 })
  fixture.runTo(20)
  expect(fixture.pods()).toHaveLength(5)
  change(fixture, { replicas: 0 })
  fixture.runTo(30)
  expect(fixture.pods()).toEqual([])
  expect(fixture.user.list('ReplicaSet')).toHaveLength(1)
  expect(fixture.endpoints('web')).toEqual([])
  expect(
    fixture.user
      .list('Event')
      .filter(({ reason }) => reason === 'ScalingReplicaSet')
      .map(({ message }) => message.replace(/web-\w+/, 'web-h'))
      .sort(compareText),
  ).toEqual([
    'Scaled down replica set web-h from 5 to 0',
    'Scaled up replica set web-h from 0 to 2',
    'Scaled up replica set web-h from 2 to 5',
  ])
})

it('recreates only when the last old Pod is gone', () => {
  const fixture = running(2, { strategy: { type: 'Recreate' } })
  fixture.settings = { ...fixture.settings, 'sim-drain-time': 3_000 }
  withImage(fixture, 'web:2')
  fixture.runTo(12.9)
  expect(images(fixture)).toEqual(['web:1', 'web:1'])
  fixture.runTo(20)
  expect(images(fixture)).toEqual(['web:2', 'web:2'])
})

it('does not roll out while paused, but scales', () => {
  const fixture = running(2)
  expect(fixture.get('Deployment', 'web').metadata.generation).toBe(1)
  change(fixture, { paused: true })
  fixture.runTo(11)
  expect(conditions(fixture)).toContain('Progressing Unknown DeploymentPaused')
  withImage(fixture, 'web:2')
  change(fixture, { replicas: 3 })
  fixture.runTo(20)
  expect(images(fixture)).toEqual(['web:1', 'web:1', 'web:1'])
  expect(conditions(fixture)).toContain('Progressing Unknown DeploymentPaused')
  change(fixture, { paused: false })
  fixture.runTo(40)
  expect(conditions(fixture)).toContain('Progressing True NewReplicaSetAvailable')
  expect(images(fixture)).toEqual(['web:2', 'web:2', 'web:2'])
})

it('says when it made no progress for too long', () => {
  const fixture = running(2, {
    progressDeadlineSeconds: 60,
    template: {
      ...webDeployment(1).spec.template,
      spec: { ...webDeployment(1).spec.template.spec, nodeSelector: { disk: 'none' } },
    },
  })
  fixture.runTo(59)
  expect(conditions(fixture)).toContain('Progressing True ReplicaSetUpdated')
  fixture.runTo(63)
  expect(conditions(fixture)).toContain('Progressing False ProgressDeadlineExceeded')
})

it('keeps as many old ReplicaSets as its history allows', () => {
  const fixture = running(1, { revisionHistoryLimit: 1 })
  for (const [index, image] of ['web:2', 'web:3', 'web:4'].entries()) {
    withImage(fixture, image)
    fixture.runTo(30 + index * 20)
  }
  expect(
    fixture.user
      .list('ReplicaSet')
      .map(({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '')
      .sort(compareText),
  ).toEqual(['3', '4'])
})

it('takes ReplicaSets and Pods with it when it is deleted', () => {
  const fixture = running(2)
  fixture.user.delete('Deployment', 'default', 'web')
  fixture.runTo(10.05)
  expect(fixture.user.list('ReplicaSet')).toEqual([])
  expect(fixture.pods().every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true)
  fixture.runTo(12)
  expect(fixture.pods()).toEqual([])
})
