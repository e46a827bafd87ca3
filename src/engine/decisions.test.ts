// Explanations of a whole cluster: listening changes nothing, and the story of a dead Node is told from its last heartbeat
// to the Pod that was evicted.

import { expect, it } from 'vitest'
import { apiOf, createCluster, DecisionLog, restoreCluster, type Cluster } from './index.ts'
import { MY_SERVICE_AND_APP } from './testing/example-texts.ts'
import { decisionText, HeardDecisions } from './testing/heard-decisions.ts'

/** Start-up, a rollout, a dead node, its evictions, its return, and a drain. */
function live(cluster: Cluster, listen: (cluster: Cluster) => void): string {
  listen(cluster)
  cluster.execute({ type: 'create-nodes', count: 3 })
  cluster.apply(MY_SERVICE_AND_APP)
  cluster.advanceTo(20_000)
  cluster.apply(MY_SERVICE_AND_APP.replace('replicas: 3', 'replicas: 6').replace('targetPort: 9376', 'targetPort: 80'))
  cluster.advanceTo(40_000)
  cluster.execute({ type: 'set-power', node: 'n2', on: false })
  cluster.advanceTo(450_000)
  cluster.execute({ type: 'set-power', node: 'n2', on: true })
  cluster.advanceTo(470_000)
  cluster.execute({ type: 'drain', node: 'n1' })
  cluster.advanceTo(520_000)
  return cluster.save()
}

it('a cluster that is listened to has the same bytes as one that nobody listens to', () => {
  const heard: number[] = []
  const alone = live(createCluster({ seed: 7 }), () => {})
  const listened = live(createCluster({ seed: 7 }), cluster => {
    const { decisions } = new HeardDecisions(cluster)
    cluster.onDecision(() => void heard.push(decisions.length))
  })
  expect(heard.length).toBeGreaterThan(50)
  expect(listened).toBe(alone)
})

it('nothing is told to one who stopped listening, and a restored cluster tells from there on', () => {
  const cluster = createCluster({ seed: 7 })
  const log = new DecisionLog()
  const stop = cluster.onDecision(decision => log.add(decision))
  cluster.execute({ type: 'create-nodes', count: 3 })
  cluster.apply(MY_SERVICE_AND_APP)
  cluster.advanceTo(10_000)
  const { total } = log
  expect(total).toBeGreaterThan(0)
  stop()
  cluster.execute({ type: 'set-power', node: 'n1', on: false })
  cluster.advanceTo(100_000)
  expect(log.total).toBe(total)
  const restored = restoreCluster(cluster.save())
  restored.onDecision(decision => log.add(decision))
  restored.advanceTo(400_000)
  expect(log.from(total).map(({ code }) => code)).toContain('pod-evicted')
})

it('the log answers why a Pod was evicted, by object and by time', () => {
  const cluster = createCluster({ seed: 7 })
  const log = new DecisionLog()
  cluster.onDecision(decision => log.add(decision))
  live(cluster, () => {})
  const evicted = log.from(0).find(({ code }) => code === 'pod-evicted')
  expect(evicted && decisionText(evicted)).toMatch(
    /: toleration-ran-out node=n2 taint=node\.kubernetes\.io\/unreachable seconds=300$/,
  )
  const pod = evicted?.about ?? { kind: '', namespace: '', name: '' }
  const story = log.about(pod).map(({ code }) => code)
  expect(story.slice(story.indexOf('pod-unready'))).toEqual(
    expect.arrayContaining(['pod-unready', 'endpoint-changed', 'eviction-planned', 'pod-evicted']),
  )
  expect(log.about(pod, 340_000).map(({ code }) => code)).not.toContain('pod-unready')
  const node = log.about({ kind: 'Node', namespace: '', name: 'n2' }).map(decision => decisionText(decision))
  expect(node).toContain('node-tainted Node/n2: ready-is status=Unknown taint=node.kubernetes.io/unreachable')
  expect(node.find(line => line.startsWith('node-unknown'))).toMatch(/no-heartbeat silentMs=5\d000 graceMs=50000$/)
})

it('a verdict tells the decision that made it so', () => {
  const cluster = createCluster({ seed: 7 })
  const log = new DecisionLog()
  cluster.onDecision(decision => log.add(decision))
  live(cluster, () => {})
  const verdicts = cluster.verdicts({ namespace: 'default', name: 'my-service' }, log)
  expect(verdicts.filter(verdict => verdict.in).length).toBeGreaterThan(0)
  for (const verdict of verdicts) expect(verdict.decision?.code).toMatch(/^endpoint-/)
  expect(cluster.verdicts({ namespace: 'default', name: 'my-service' })[0]?.decision).toBeNull()
})

it('the API server says which budget allowed an eviction or refused it, to a drain once', () => {
  const cluster = createCluster({ seed: 7 })
  cluster.execute({ type: 'create-nodes', count: 2 })
  cluster.apply(`${MY_SERVICE_AND_APP}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: budget
spec:
  minAvailable: 2
  selector:
    matchLabels:
      app: MyApp
`)
  cluster.advanceTo(20_000)
  const heard = new HeardDecisions(cluster)
  cluster.execute({ type: 'set-cordon', node: 'n1', cordoned: true })
  cluster.execute({ type: 'drain', node: 'n2' })
  cluster.advanceTo(60_000)
  const lines = heard.take({ by: 'kube-apiserver' }).map(line => line.replace(/Pod\/\S+:/, 'Pod:'))
  const facts = (left: number, healthy: number): string =>
    `budget-counts budget=budget left=${left} healthy=${healthy} desired=2`
  expect(lines.filter(line => line.startsWith('eviction-allowed'))).toEqual([`eviction-allowed Pod: ${facts(1, 3)}`])
  expect(lines).toContain(`eviction-refused Pod: ${facts(0, 3)}`)
  expect(new Set(lines).size).toBe(lines.length)
})

it('the API server says that no budget keeps a Pod', () => {
  const cluster = createCluster({ seed: 7 })
  cluster.execute({ type: 'create-nodes', count: 2 })
  cluster.apply(MY_SERVICE_AND_APP)
  cluster.advanceTo(20_000)
  const heard = new HeardDecisions(cluster)
  const [pod] = cluster.store.list('Pod', 'default')
  const { namespace = '', name = '' } = pod?.metadata ?? {}
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`
  const body = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } })
  apiOf(cluster).handle({ method: 'POST', path, query: '', headers: { 'content-type': 'application/json' }, body })
  expect(heard.take({ by: 'kube-apiserver' })).toEqual([`eviction-allowed Pod/${name}: unguarded pod=${name}`])
})
