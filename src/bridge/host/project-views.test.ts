// The law of the projection: views kept up to date equal views made from scratch, whatever happened.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cluster, ExecutableCommand } from '../../engine/index.ts'
import type { View } from '../../protocol/index.ts'
import { planAct } from './act.ts'
import { Hues } from './hues.ts'
import { Projector } from './project-views.ts'
import { findScenario, SCENARIO_NAMES } from './scenarios/scenarios.ts'
import { startCluster } from './start-cluster.ts'

interface Followed {
  readonly cluster: Cluster
  readonly hues: Hues
  readonly projector: Projector
}

function follow(scenario: string): Followed {
  const hues = new Hues()
  let projector: Projector | undefined
  const { cluster, outcome, notices } = startCluster({ seed: 1, scenario: findScenario(scenario) }, created => {
    projector = new Projector(created, hues)
  })
  expect([outcome.ok, notices]).toEqual([true, []])
  if (!projector) throw new Error('nobody was told of the cluster')
  return { cluster, hues, projector }
}

function fromScratch({ cluster, hues }: Followed): readonly View[] {
  const copy = new Hues()
  copy.load(hues.save())
  const projector = new Projector(cluster, copy)
  projector.take()
  return projector.all()
}

/** Says that both agree, and what a client that took every change has in its hands. */
function expectLaw(followed: Followed, mirror: Map<string, View>): void {
  const { set, removed } = followed.projector.take()
  for (const id of removed) expect(mirror.delete(id)).toBe(true)
  for (const view of set) {
    expect(mirror.get(view.id)).not.toEqual(view)
    mirror.set(view.id, view)
  }
  expect(followed.projector.all()).toEqual(fromScratch(followed))
  expect(followed.projector.all()).toEqual([...mirror.values()].sort((a, b) => (a.id < b.id ? -1 : 1)))
}

test.each(SCENARIO_NAMES)('%s: every change is told, and nothing else', name => {
  const followed = follow(name)
  const mirror = new Map<string, View>()
  for (let step = 0; step < 40; step++) {
    expectLaw(followed, mirror)
    followed.cluster.advanceTo(followed.cluster.nowMs + 60)
  }
})

test('whatever is done to the cluster, and whenever one looks', () => {
  const acts = fc.array(fc.tuple(fc.nat(9), fc.nat(20), fc.constantFrom(1, 30, 700, 20_000, 200_000)), {
    minLength: 5,
    maxLength: 15,
  })
  fc.assert(
    fc.property(acts, list => {
      const followed = follow('my-service')
      const mirror = new Map<string, View>()
      followed.cluster.advanceTo(3_000)
      for (const [what, whom, waitMs] of list) {
        doSomething(followed, what, whom)
        expectLaw(followed, mirror)
        followed.cluster.advanceTo(followed.cluster.nowMs + waitMs)
        expectLaw(followed, mirror)
      }
    }),
    { seed: 1, numRuns: 25 },
  )
})

function doSomething({ cluster, projector }: Followed, what: number, whom: number): void {
  const pods = cluster.store.list('Pod')
  const pod = pods[whom % Math.max(1, pods.length)]?.metadata
  const node = `n${(whom % 3) + 1}`
  const name = pod?.name ?? ''
  const commands: readonly ExecutableCommand[] = [
    { type: 'kill-pod', namespace: 'default', name },
    { type: 'set-readiness', namespace: 'default', name, fails: true },
    { type: 'set-readiness', namespace: 'default', name, fails: false },
    { type: 'set-power', node, on: false },
    { type: 'set-power', node, on: true },
    { type: 'set-cordon', node, cordoned: whom % 2 === 0 },
    { type: 'drain', node },
    { type: 'scale', kind: 'Deployment', namespace: 'default', name: 'my-app', replicas: whom % 6 },
    { type: 'stop-traffic', id: `frontend-${(whom % 2) + 1}` },
  ]
  const command = commands[what]
  if (command) cluster.execute(command)
  else cluster.apply(cluster.manifestText.replace(/app: MyApp\n {2}ports/, 'app: other\n  ports'))
  projector.touch(`Pod/default/${name}`)
}

describe('what is shown', () => {
  test('the control plane’s own Services are not, though they are there', () => {
    const { cluster, projector } = follow('my-service')
    projector.take()
    expect(cluster.store.list('Service').length).toBe(3)
    expect(projector.all().filter(view => view.kind === 'Service')).toHaveLength(1)
    expect(projector.all().filter(view => view.kind === 'EndpointSlice')).toHaveLength(0)
  })

  test('Endpoints are, where somebody wrote them, and not where a controller keeps them', () => {
    const byHand = follow('no-selector')
    byHand.cluster.advanceTo(2_000)
    byHand.projector.take()
    expect(byHand.projector.all().filter(view => view.kind === 'Endpoints')).toMatchObject([
      { name: 'my-service', addresses: ['192.0.2.42'] },
    ])
    expect(byHand.projector.all().filter(view => view.kind === 'EndpointSlice')).toMatchObject([
      {
        mirrored: true,
        service: 'Service/default/my-service',
        endpoints: [{ address: '192.0.2.42', pod: null, ready: true }],
      },
    ])
    const kept = follow('my-service')
    kept.cluster.advanceTo(2_000)
    kept.projector.take()
    expect(kept.cluster.store.get('Endpoints', 'default', 'my-service')).toBeDefined()
    expect(kept.projector.all().filter(view => view.kind === 'Endpoints')).toEqual([])
  })

  test('why nobody answers changes with the Pods that match', () => {
    const { cluster, projector } = follow('my-service')
    const reason = (): unknown => {
      projector.take()
      const view = projector.view('Service/default/my-service')
      return view?.kind === 'Service' ? [view.emptyReason, view.readyEndpoints] : null
    }
    expect(reason()).toEqual(['no-pod-matches', 0])
    cluster.advanceTo(100)
    expect(reason()).toEqual(['none-ready', 0])
    cluster.advanceTo(3_000)
    expect(reason()).toEqual([null, 3])
    cluster.execute({ type: 'scale', kind: 'Deployment', namespace: 'default', name: 'my-app', replicas: 0 })
    cluster.advanceTo(60_000)
    expect(reason()).toEqual(['no-pod-matches', 0])
  })

  test('250 Pods fill three slices, and each Pod has a hue of its own', () => {
    const { cluster, projector } = follow('three-slices')
    cluster.advanceTo(60_000)
    projector.take()
    const slices = projector.all().filter(view => view.kind === 'EndpointSlice')
    const sizes = slices.map(slice => slice.endpoints.length)
    expect([sizes.length, sizes.reduce((sum, size) => sum + size, 0), Math.max(...sizes) <= 100]).toEqual([
      3,
      250,
      true,
    ])
    const pods = projector.all().filter(view => view.kind === 'Pod')
    expect(pods.filter(pod => pod.ready)).toHaveLength(250)
    expect(new Set(pods.map(pod => pod.hue))).toEqual(new Set(Array.from({ length: 250 }, (_, hue) => hue)))
    expect(new Set(pods.map(pod => pod.owner?.name))).toEqual(new Set(['my-app']))
  })

  test('one Pod’s change looks at one Pod, its slice and its Service', () => {
    const { cluster, projector } = follow('three-slices')
    cluster.advanceTo(60_000)
    projector.take()
    const [pod] = cluster.store.list('Pod')
    cluster.execute({ type: 'kill-pod', namespace: 'default', name: pod?.metadata.name ?? '' })
    const { set, removed } = projector.take()
    expect(set.map(view => view.id)).toEqual([`Pod/default/${pod?.metadata.name ?? ''}`])
    expect(removed).toEqual([])
  })
})

test('StatefulSets and DaemonSets are shown as owners of their Pods, and a StatefulSet can be scaled by one of them', () => {
  const followed = follow('my-service')
  const { cluster, projector } = followed
  const template = `
  selector: { matchLabels: { app: kept } }
  template:
    metadata: { labels: { app: kept } }
    spec: { containers: [{ name: app, image: kept:1 }] }`
  const text = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: data }
spec:
  replicas: 2${template}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:${template.replaceAll('kept', 'agent')}
`
  expect(cluster.apply(text).ok).toBe(true)
  cluster.advanceTo(30_000)
  projector.take()
  const nodes = cluster.store.list('Node').length
  expect(projector.view('StatefulSet/default/data')).toMatchObject({ replicas: 2, readyReplicas: 2, owned: false })
  expect(projector.view('DaemonSet/default/agent')).toMatchObject({ replicas: nodes, readyReplicas: nodes })
  expect(projector.view('Pod/default/data-1')).toMatchObject({ owner: { kind: 'StatefulSet', name: 'data' } })
  expect(planAct({ type: 'scale', id: 'Pod/default/data-1', replicas: 3 }, cluster)).toEqual({
    type: 'scale',
    workload: { kind: 'StatefulSet', namespace: 'default', name: 'data' },
    replicas: 3,
  })
})
