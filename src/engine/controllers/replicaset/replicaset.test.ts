import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/pod/pod.ts'
import { ControllerFixture, webDeployment, webPod } from '../../testing/controller-fixture.ts'
import { DEFAULT_EPOCH_MS, formatTimestamp } from '../../kernel/timestamp.ts'
import { rankForDeletion } from './rank-pods.ts'

const NOW_MS = DEFAULT_EPOCH_MS + 3_600_000

interface PodShape {
  readonly node?: string
  readonly phase?: 'Pending' | 'Running'
  readonly readyForSeconds?: number
  readonly ageSeconds?: number
  readonly restarts?: number
  readonly cost?: number
}

function at(seconds: number): string {
  return formatTimestamp(NOW_MS - seconds * 1000)
}

function pod(
  name: string,
  { node = 'A', phase = 'Running', readyForSeconds, ageSeconds = 1000, restarts = 0, cost }: PodShape,
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp: at(ageSeconds),
      ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': String(cost) } }),
    },
    spec: { containers: [], ...(node === '' ? {} : { nodeName: node }) },
    status: {
      phase,
      conditions:
        readyForSeconds === undefined
          ? []
          : [{ type: 'Ready', status: 'True', lastTransitionTime: at(readyForSeconds) }],
      containerStatuses: [{ name: 'c', ready: true, restartCount: restarts, image: '', imageID: '' }],
    },
  }
}

function order(shapes: { readonly [name: string]: PodShape }): string {
  const pods = Object.entries(shapes).map(([name, shape]) => pod(name, shape))
  const neighbours = (one: Pod): number => pods.filter(other => other.spec.nodeName === one.spec.nodeName).length
  return rankForDeletion({ pods, neighbours, wallMs: NOW_MS })
    .map(({ metadata }) => metadata.name)
    .join(' ')
}

describe('which Pods go first', () => {
  it('takes the unscheduled and the unready first', () =>
    expect(
      order({
        p1: { readyForSeconds: 600 },
        p2: { readyForSeconds: 60 },
        p3: { node: 'B', readyForSeconds: 50 },
        p4: { node: '', phase: 'Pending' },
        p5: { node: 'B' },
      }),
    ).toMatch(/^p4 p5 /))
  it('then takes the younger on the crowded node', () =>
    expect(
      order({ p1: { readyForSeconds: 600 }, p2: { readyForSeconds: 60 }, p3: { node: 'B', readyForSeconds: 50 } }),
    ).toBe('p2 p1 p3'))
  it('takes Pending before Running', () => expect(order({ a: {}, b: { phase: 'Pending' } })).toBe('b a'))
  it('takes the cheaper', () =>
    expect(order({ a: { readyForSeconds: 60 }, b: { readyForSeconds: 60, cost: -1 } })).toBe('b a'))
  it('tells 60 s from 70 s but not from 50 s', () => {
    expect(order({ a: { readyForSeconds: 70 }, b: { readyForSeconds: 60 } })).toBe('b a')
    expect(order({ a: { readyForSeconds: 60 }, b: { readyForSeconds: 50 } })).toBe('a b')
  })
  it('takes the one that restarted more, then the younger', () => {
    expect(order({ a: { readyForSeconds: 60 }, b: { readyForSeconds: 60, restarts: 2 } })).toBe('b a')
    expect(order({ a: { readyForSeconds: 60, ageSeconds: 900 }, b: { readyForSeconds: 60, ageSeconds: 90 } })).toBe(
      'b a',
    )
  })
})

function set(fixture: ControllerFixture) {
  return fixture.user.list('ReplicaSet')[0]
}

it('releases a Pod that loses a label and puts another in its place', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Deployment', webDeployment(2))
  fixture.runTo(5)
  const [first] = fixture.pods()
  if (first) fixture.user.update('Pod', { ...first, metadata: { ...first.metadata, labels: { app: 'other' } } })
  fixture.runTo(10)
  expect(fixture.pods()).toHaveLength(3)
  expect(fixture.get('Pod', first?.metadata.name ?? '').metadata.ownerReferences).toBeUndefined()
  expect(set(fixture)?.status?.replicas).toBe(2)
})

it('adopts a matching orphan instead of making a Pod', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Pod', webPod('orphan'))
  fixture.runTo(5)
  const { spec } = webDeployment(2)
  fixture.create('ReplicaSet', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'rs', namespace: 'default' },
    spec: { replicas: 2, selector: spec.selector, template: spec.template },
  })
  fixture.runTo(10)
  expect(fixture.pods()).toHaveLength(2)
  expect(fixture.get('Pod', 'orphan').metadata.ownerReferences?.[0]?.name).toBe('rs')
})

it('replaces a deleted Pod at once and counts ready ones', () => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Deployment', webDeployment(2, { minReadySeconds: 5 }))
  fixture.runTo(3)
  expect(set(fixture)?.status).toMatchObject({ replicas: 2, readyReplicas: 2 })
  expect(set(fixture)?.status?.availableReplicas).toBeUndefined()
  fixture.runTo(8)
  expect(set(fixture)?.status?.availableReplicas).toBe(2)
  fixture.user.delete('Pod', 'default', fixture.pods()[0]?.metadata.name ?? '')
  fixture.runTo(8.003)
  expect(fixture.pods()).toHaveLength(3)
})

it('says once what forty creates came to: nine single events and one of sixteen', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Deployment', webDeployment(40))
  fixture.runTo(5)
  const created = fixture.user.list('Event').filter(({ reason }) => reason === 'SuccessfulCreate')
  expect(created.map(({ count = 0 }) => count).sort((a, b) => a - b)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 16])
  expect(created.find(({ count }) => count === 16)?.message).toMatch(
    /^\(combined from similar events\): Created pod: web-/,
  )
})
