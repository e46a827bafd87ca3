// From a text to every Pod Ready, at several sizes: what one Pod costs must not grow with how many there are. The baseline
// is reading and printing the finished cluster's objects once as JSON, which any holder of them would have to do.
// Beside it the same with somebody who listens to every decision and keeps it: what explanations cost when they are asked for.

import { bench, describe } from 'vitest'
import { createCluster, DecisionLog, type Cluster } from '../engine/index.ts'
import { MY_SERVICE_AND_APP } from '../engine/testing/example-texts.ts'

const SIZES = [50, 250, 1_000]

function converge(replicas: number, listen?: (cluster: Cluster) => void): Cluster {
  const cluster = createCluster({ seed: 1, settings: { 'cluster-cidr': '10.0.0.0/8', 'kube-api-qps': 0 } })
  listen?.(cluster)
  cluster.execute({ type: 'create-nodes', count: Math.max(3, Math.ceil(replicas / 100)) })
  cluster.apply(MY_SERVICE_AND_APP.replace('replicas: 3', `replicas: ${replicas}`))
  for (let atMs = 1_000; readyCount(cluster) < replicas; atMs += 1_000) cluster.advanceTo(atMs)
  return cluster
}

function keepDecisions(cluster: Cluster): void {
  const log = new DecisionLog()
  cluster.onDecision(decision => log.add(decision))
}

function readyCount(cluster: Cluster): number {
  return cluster.store.get('Deployment', 'default', 'my-app')?.status?.readyReplicas ?? 0
}

for (const replicas of SIZES) {
  describe(`${replicas} Pods`, () => {
    const pods = converge(replicas).store.list('Pod')
    bench('read and print the Pods as JSON once', () => void JSON.parse(JSON.stringify(pods)))
    bench('from a text to all Ready', () => void converge(replicas), { iterations: 3, time: 500 })
    bench('the same, explained', () => void converge(replicas, keepDecisions), { iterations: 3, time: 500 })
  })
}
