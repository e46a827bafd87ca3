import { expect, it } from 'vitest'
import type { ClusterSettings } from './api/cluster-settings.ts'
import type { Endpoints } from './api/endpoints/endpoints.ts'
import type { EndpointSlice } from './api/endpointslice/endpointslice.ts'
import { createCluster, restoreCluster, type Cluster } from './index.ts'

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{ name: app, image: web:1 }]
`
const BUDGET = `
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec:
  minAvailable: 2
  selector: { matchLabels: { app: web } }
`
const AGENT = `
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec:
      containers: [{ name: app, image: agent:1 }]
`

/** All Pods on n1, and a second Node that comes only then. */
function crowded(text: string): Cluster {
  const cluster = createCluster({ seed: 1 })
  cluster.execute({ type: 'create-nodes', count: 1 })
  expect(cluster.apply(text).ok).toBe(true)
  cluster.advanceTo(20_000)
  cluster.execute({ type: 'create-nodes', count: 1 })
  cluster.advanceTo(30_000)
  return cluster
}

function onNode(cluster: Cluster, node: string, app = 'web'): number {
  return cluster.store.podsOnNode(node).filter(({ metadata }) => metadata.labels?.['app'] === app).length
}

function leastReady(cluster: Cluster, untilMs: number): number {
  let least = Infinity
  cluster.store.watch(['Pod'], () => {
    const ready = cluster.store
      .list('Pod', 'default')
      .filter(({ metadata }) => metadata.labels?.['app'] === 'web' && metadata.deletionTimestamp === undefined)
      .filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
    least = Math.min(least, ready.length)
  })
  cluster.advanceTo(untilMs)
  return least
}

it('empties a Node at once where no budget forbids it', () => {
  const cluster = crowded(WEB)
  cluster.execute({ type: 'drain', node: 'n1' })
  expect(leastReady(cluster, 60_000)).toBe(0)
  expect([onNode(cluster, 'n1'), onNode(cluster, 'n2')]).toEqual([0, 3])
})

it('empties a Node step by step where a budget has to be kept', () => {
  const cluster = crowded(WEB + BUDGET)
  cluster.execute({ type: 'drain', node: 'n1' })
  cluster.advanceTo(cluster.nowMs + 2_000)
  expect(onNode(cluster, 'n1')).toBe(2)
  const copy = restoreCluster(cluster.save())
  expect(leastReady(cluster, 80_000)).toBe(2)
  expect([onNode(cluster, 'n1'), onNode(cluster, 'n2')]).toEqual([0, 3])
  copy.advanceTo(80_000)
  expect(copy.save()).toBe(cluster.save())
})

it('leaves alone the Pods of DaemonSets, which would come again', () => {
  const cluster = crowded(WEB + AGENT)
  const before = cluster.store.podsOnNode('n1').find(({ metadata }) => metadata.labels?.['app'] === 'agent')
  cluster.execute({ type: 'drain', node: 'n1' })
  cluster.advanceTo(60_000)
  expect(onNode(cluster, 'n1')).toBe(0)
  expect(cluster.store.get('Pod', 'default', before?.metadata.name ?? '')?.metadata.uid).toBe(before?.metadata.uid)
})

/** `web` as its endpoints have it: `3 ready`, `3 serving terminating`, …, at each moment since the drain at which that changes. */
function endpointStory(text: string, untilMs: number, settings: Partial<ClusterSettings> = {}): readonly string[] {
  const cluster = crowded(
    text.replace('terminationGracePeriodSeconds: 1', 'terminationGracePeriodSeconds: 30') + SERVICE,
  )
  // An application that takes a second to end.
  cluster.execute({ type: 'set-settings', settings: { 'sim-drain-time': 1_000, ...settings } })
  const sinceMs = cluster.nowMs
  const told: string[] = []
  cluster.store.watch(['EndpointSlice', 'Endpoints'], event => {
    if (!event.object.metadata.name.startsWith('web')) return
    const what = event.kind === 'Endpoints' ? addressesOf(event.object) : slicesOf(event.object)
    told.push(`${Math.round(cluster.nowMs - sinceMs) / 1000} ${event.kind} ${what}`)
  })
  cluster.execute({ type: 'drain', node: 'n1' })
  cluster.advanceTo(sinceMs + untilMs)
  expect(onNode(cluster, 'n1')).toBe(0)
  return told
}

function addressesOf({ subsets = [] }: Endpoints): string {
  return `${subsets.flatMap(({ addresses = [] }) => addresses).length} ready`
}

function slicesOf({ endpoints }: EndpointSlice): string {
  const states = (endpoints ?? []).map(({ conditions = {} }) =>
    conditions.terminating ? (conditions.serving ? 'leaving' : 'stopped') : conditions.ready ? 'ready' : 'starting',
  )
  return ['ready', 'leaving', 'stopped', 'starting']
    .map(state => [states.filter(each => each === state).length, state] as const)
    .filter(([count]) => count > 0)
    .map(([count, state]) => `${count} ${state}`)
    .join(' ')
}

const SERVICE = `
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`

it('leaves a Service without an endpoint for as long as the replacements take, where no budget forbids it', () => {
  expect(endpointStory(WEB, 20_000)).toEqual([
    '0.002 Endpoints 0 ready',
    '0.008 EndpointSlice 3 leaving',
    '1.018 EndpointSlice ',
    '1.111 Endpoints 1 ready',
    '1.117 EndpointSlice 1 ready',
    '1.121 Endpoints 2 ready',
    '1.127 EndpointSlice 2 ready',
    '1.131 Endpoints 3 ready',
    '1.137 EndpointSlice 3 ready',
  ])
})

it('keeps two endpoints ready all the time where a budget says so, and is done with the third round', () => {
  expect(endpointStory(WEB + BUDGET, 40_000)).toEqual([
    '0.002 Endpoints 2 ready',
    '0.008 EndpointSlice 2 ready 1 leaving',
    '1.018 EndpointSlice 2 ready',
    '1.111 Endpoints 3 ready',
    '1.117 EndpointSlice 3 ready',
    '5.002 Endpoints 2 ready',
    '5.008 EndpointSlice 2 ready 1 leaving',
    '6.018 EndpointSlice 2 ready',
    '6.111 Endpoints 3 ready',
    '6.117 EndpointSlice 3 ready',
    '10.002 Endpoints 2 ready',
    '10.008 EndpointSlice 2 ready 1 leaving',
    '11.018 EndpointSlice 2 ready',
    '11.111 Endpoints 3 ready',
    '11.117 EndpointSlice 3 ready',
  ])
})

it('asks again as often as it was told while the cluster ran', () => {
  expect(endpointStory(WEB + BUDGET, 40_000, { 'sim-drain-retry-period': 3_000 })).toEqual([
    '0.002 Endpoints 2 ready',
    '0.008 EndpointSlice 2 ready 1 leaving',
    '1.018 EndpointSlice 2 ready',
    '1.111 Endpoints 3 ready',
    '1.117 EndpointSlice 3 ready',
    '3.002 Endpoints 2 ready',
    '3.008 EndpointSlice 2 ready 1 leaving',
    '4.018 EndpointSlice 2 ready',
    '4.111 Endpoints 3 ready',
    '4.117 EndpointSlice 3 ready',
    '6.002 Endpoints 2 ready',
    '6.008 EndpointSlice 2 ready 1 leaving',
    '7.018 EndpointSlice 2 ready',
    '7.111 Endpoints 3 ready',
    '7.117 EndpointSlice 3 ready',
  ])
})
