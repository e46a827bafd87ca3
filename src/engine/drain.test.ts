import { expect, it } from 'vitest'
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
