// A ReplicaSet explains how many Pods it makes, and why it deletes this one and not another.

import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/pod/pod.ts'
import { testPod } from '../../testing/service-objects.ts'
import { ControllerFixture, webDeployment } from '../../testing/controller-fixture.ts'
import { decisionText, HeardDecisions } from '../../testing/heard-decisions.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { parseTimestamp } from '../../kernel/timestamp.ts'
import type { Decision } from '../runtime/decision.ts'
import { podDeleted } from './explain-victims.ts'

const BORN = '2026-01-01T00:00:00Z'
const WALL_MS = (parseTimestamp(BORN) ?? 0) + 3_600_000

const SET: ReplicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web', namespace: 'default', uid: 'R', resourceVersion: '1', creationTimestamp: BORN },
  spec: { replicas: 1, selector: { matchLabels: { app: 'MyApp' } }, template: { spec: { containers: [] } } },
}

/** Why `pod` goes and `other` stays. */
function why(pod: Pod, other: Pod | undefined, neighbours: (pod: Pod) => number = () => 1): string {
  const draft = podDeleted({ set: SET, pod, spared: other, rank: { neighbours, wallMs: WALL_MS } })
  const about = { kind: 'Pod', namespace: 'default', name: 'a', uid: '' }
  const decision = { ...draft, about, atMs: 0, controller: '', related: [] } as Decision
  return decisionText(decision).replace('pod-deleted Pod/a: ', '')
}

const ready = (since: string) => ({
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }] as const,
})

describe('a ReplicaSet deletes the Pod that', () => {
  const other = testPod('b')
  it.each<readonly [name: string, pod: Pod, expected: string]>([
    ['is on no Node', testPod('a', { spec: { nodeName: undefined } }), 'unassigned-first spared=b'],
    ['is pending', testPod('a', { status: { phase: 'Pending' } }), 'pending-first phase=Pending spared=b'],
    ['is not ready', testPod('a', { status: { conditions: [] } }), 'unready-first spared=b'],
    [
      'costs less',
      testPod('a', { metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-5' } } }),
      'cheaper-first cost=-5 spared=b sparedCost=0',
    ],
    ['has nothing but its uid', testPod('a'), 'uid-first spared=b'],
    [
      'was restarted more often',
      testPod('a', {
        status: {
          containerStatuses: [{ name: 'main', restartCount: 3, ready: true, image: '', imageID: '', state: {} }],
        },
      }),
      'restarted-first restarts=3 spared=b sparedRestarts=0',
    ],
    ['is younger', testPod('a', { metadata: { creationTimestamp: '2026-01-01T00:50:00Z' } }), 'younger-first spared=b'],
  ])('%s', (_, pod, expected) => expect(why(pod, other)).toBe(expected))

  it('stands with more of its kind', () => {
    const pods = (pod: Pod): number => (pod.metadata.name === 'a' ? 3 : 1)
    expect(why(testPod('a'), other, pods)).toBe('crowded-first node=node-1 pods=3 spared=b sparedPods=1')
  })

  it('has been ready for a shorter time', () => {
    const pod = testPod('a', { status: ready('2026-01-01T00:50:00Z') })
    expect(why(pod, testPod('b', { status: ready(BORN) }))).toBe('ready-later-first spared=b')
  })

  it('goes with all the others', () => expect(why(testPod('a'), undefined)).toBe('all-pods-go wanted=1'))
})

it('a ReplicaSet says how many Pods it makes, and which it deletes', () => {
  const fixture = new ControllerFixture({ nodes: 2 })
  const heard = new HeardDecisions(fixture.controllers)
  fixture.create('Deployment', webDeployment(3))
  fixture.runTo(10)
  const set = fixture.user.list('ReplicaSet')[0]?.metadata.name
  expect(heard.take({ by: 'replicaset-controller' })).toEqual([
    `pods-made ReplicaSet/${set}: too-few-pods wanted=3 active=0 made=3`,
  ])
  const deployment = fixture.get('Deployment', 'web')
  fixture.user.update('Deployment', { ...deployment, spec: { ...deployment.spec, replicas: 1 } })
  fixture.runTo(20)
  const said = heard.take({ by: 'replicaset-controller' })
  expect(said).toHaveLength(2)
  for (const line of said)
    expect(line).toMatch(/^pod-deleted Pod\/web-[^ ]+: crowded-first node=n\d pods=2 spared=[^ ]+ sparedPods=1$/)
})
