// Faults in a whole cluster: each does what its name says, for as long as it lasts, and several go together.

import { describe, expect, test } from 'vitest'
import { createCluster, restoreCluster, type Cluster, type FaultNews, type FaultSpec, type Pod } from './index.ts'
import { MY_SERVICE_AND_APP } from './testing/example-texts.ts'

function started(seed = 1): Cluster {
  const cluster = createCluster({ seed })
  cluster.execute({ type: 'create-nodes', count: 3 })
  cluster.apply(MY_SERVICE_AND_APP)
  cluster.advanceTo(20_000)
  return cluster
}

function inject(cluster: Cluster, fault: FaultSpec): void {
  expect(cluster.execute({ type: 'inject-fault', fault })).toEqual({ ok: true })
}

function heal(cluster: Cluster, id: string): void {
  expect(cluster.execute({ type: 'heal-fault', id })).toEqual({ ok: true })
}

function on(cluster: Cluster, node: string): Pod {
  const pod = cluster.store.podsOnNode(node).find(({ metadata }) => metadata.namespace === 'default')
  if (!pod) throw new Error(`no Pod runs on ${node}`)
  return pod
}

function restartsOf(cluster: Cluster, name: string): number {
  return cluster.store.get('Pod', 'default', name)?.status?.containerStatuses?.[0]?.restartCount ?? -1
}

function readyOf(cluster: Cluster, name: string): boolean {
  const conditions = cluster.store.get('Pod', 'default', name)?.status?.conditions ?? []
  return conditions.find(({ type }) => type === 'Ready')?.status === 'True'
}

/** A client on a Node that asks one Pod 100 times a second. */
function ask(cluster: Cluster, node: string, to: string, timeoutMs = 1_000): void {
  const spec = { from: 'Client/c', node, to, port: 9376, rate: 100, timeoutMs }
  expect(cluster.execute({ type: 'start-traffic', spec })).toEqual({ ok: true })
}

/** What the client's requests came to since the last call. */
function counter(cluster: Cluster): (forMs: number) => { ok: number; failed: number } {
  return forMs => {
    const before = cluster.metrics.client('c')
    cluster.advanceTo(cluster.nowMs + forMs)
    const after = cluster.metrics.client('c')
    return { ok: after.ok - before.ok, failed: after.failed - before.failed }
  }
}

describe('machines', () => {
  test('a crash takes the power of a node, and to heal it is to start it again', () => {
    const cluster = started()
    inject(cluster, { type: 'node-crash', target: 'Node/n1', forMs: 5_000 })
    expect(cluster.world.machines().map(({ power }) => power)).toEqual([false, true, true])
    cluster.advanceTo(24_999)
    expect(cluster.world.machine('n1')?.power).toBe(false)
    cluster.advanceTo(25_000)
    expect(cluster.world.machine('n1')?.power).toBe(true)
    expect(cluster.traffic.faults.list()).toEqual([])
  })

  test('a zone goes with all its nodes', () => {
    const cluster = createCluster({ seed: 1 })
    cluster.execute({ type: 'create-nodes', count: 5 })
    cluster.advanceTo(5_000)
    inject(cluster, { type: 'zone-outage', target: 'Zone/zone-b' })
    expect(cluster.world.machines().flatMap(({ name, power }) => (power ? [] : [name]))).toEqual(['n2', 'n5'])
  })

  test('what two faults do alike is over when the last of them is', () => {
    const cluster = started()
    inject(cluster, { id: 'a', type: 'node-crash', target: 'Node/n1' })
    inject(cluster, { id: 'b', type: 'zone-outage', target: 'Zone/zone-a' })
    heal(cluster, 'a')
    expect(cluster.world.machine('n1')?.power).toBe(false)
    heal(cluster, 'b')
    expect(cluster.world.machine('n1')?.power).toBe(true)
  })

  test('a fault is over when somebody starts its machines by hand', () => {
    const cluster = started()
    inject(cluster, { type: 'node-crash', target: ['Node/n1', 'Node/n2'] })
    cluster.execute({ type: 'set-power', node: 'n1', on: true })
    cluster.advanceTo(20_001)
    expect(cluster.traffic.faults.list()).toHaveLength(1)
    cluster.execute({ type: 'set-power', node: 'n2', on: true })
    cluster.advanceTo(20_002)
    expect(cluster.traffic.faults.list()).toEqual([])
  })

  test('at time 0 it waits for the machine to run', () => {
    const cluster = createCluster({ seed: 1 })
    cluster.execute({ type: 'create-nodes', count: 1 })
    inject(cluster, { type: 'kubelet-stop', target: 'Node/n1' })
    cluster.advanceTo(60_000)
    expect(cluster.world.machine('n1')).toMatchObject({ power: true, kubelet: false })
  })

  test('a stopped kubelet leaves its containers alone, and its node is not ready 40 s later', () => {
    const cluster = started()
    const { name } = on(cluster, 'n2').metadata
    inject(cluster, { type: 'kubelet-stop', target: 'Node/n2' })
    cluster.advanceTo(80_000)
    const conditions = cluster.store.get('Node', '', 'n2')?.status?.conditions ?? []
    expect(conditions.find(({ type }) => type === 'Ready')?.status).toBe('Unknown')
    expect(cluster.world.processes().find(process => process.name === name)?.listening).toBe(true)
  })
})

describe('kube-proxy', () => {
  function changed(cluster: Cluster): void {
    cluster.execute({ type: 'scale', kind: 'Deployment', namespace: 'default', name: 'my-app', replicas: 6 })
    cluster.advanceTo(cluster.nowMs + 10_000)
  }
  const rules = (cluster: Cluster, node: string): number =>
    cluster.proxyRules(node, { mode: 'iptables', family: 'IPv4', scheduler: 'rr' })?.split('\n').length ?? 0

  test('that is stopped keeps its rules in force and writes no others until it is healed', () => {
    const cluster = started()
    const before = rules(cluster, 'n1')
    inject(cluster, { id: 'p', type: 'proxy-stop', target: 'Node/n1' })
    changed(cluster)
    expect(rules(cluster, 'n1')).toBe(before)
    expect(rules(cluster, 'n2')).toBeGreaterThan(before)
    heal(cluster, 'p')
    cluster.advanceTo(cluster.nowMs + 2_000)
    expect(rules(cluster, 'n1')).toBe(rules(cluster, 'n2'))
  })

  test('forgets Services that went while it was stopped', () => {
    const cluster = started()
    inject(cluster, { id: 'p', type: 'proxy-stop', target: 'Node/n1' })
    cluster.store.delete('Service', 'default', 'my-service')
    cluster.advanceTo(25_000)
    heal(cluster, 'p')
    cluster.advanceTo(27_000)
    expect(rules(cluster, 'n1')).toBe(rules(cluster, 'n2'))
  })

  test('that lags hears everything so much later', () => {
    const cluster = started()
    const before = rules(cluster, 'n1')
    inject(cluster, { id: 'l', type: 'proxy-lag', target: 'Node/n1', lagMs: 30_000 })
    changed(cluster)
    expect(rules(cluster, 'n1')).toBe(before)
    cluster.advanceTo(55_000)
    expect(rules(cluster, 'n1')).toBe(rules(cluster, 'n2'))
  })

  test('hears at once what it missed when its lag is over', () => {
    const cluster = started()
    inject(cluster, { id: 'l', type: 'proxy-lag', target: 'Node/n1', lagMs: 3_600_000 })
    changed(cluster)
    heal(cluster, 'l')
    cluster.advanceTo(cluster.nowMs + 2_000)
    expect(rules(cluster, 'n1')).toBe(rules(cluster, 'n2'))
  })
})

describe('Pods', () => {
  test('a crash ends the process once, and its kubelet starts it again', () => {
    const cluster = started()
    const { name } = on(cluster, 'n1').metadata
    inject(cluster, { type: 'pod-crash', target: `Pod/default/${name}` })
    expect(cluster.traffic.faults.list()).toEqual([])
    cluster.advanceTo(21_000)
    const status = cluster.store.get('Pod', 'default', name)?.status?.containerStatuses?.[0]
    expect(status?.state?.terminated ?? status?.lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' })
    cluster.advanceTo(60_000)
    expect(restartsOf(cluster, name)).toBe(1)
    expect(readyOf(cluster, name)).toBe(true)
  })

  test('a crash loop ends it each time, with a growing back-off, until it is healed', () => {
    const cluster = started()
    const { name } = on(cluster, 'n1').metadata
    inject(cluster, { id: 'c', type: 'pod-crash-loop', target: `Pod/default/${name}` })
    cluster.advanceTo(100_000)
    expect(restartsOf(cluster, name)).toBeGreaterThan(2)
    const waiting = cluster.store.get('Pod', 'default', name)?.status?.containerStatuses?.[0]?.state?.waiting
    expect(waiting?.reason).toBe('CrashLoopBackOff')
    heal(cluster, 'c')
    cluster.advanceTo(500_000)
    expect(readyOf(cluster, name)).toBe(true)
  })

  test('a readiness that fails lasts as long as it says', () => {
    const cluster = started()
    const { name } = on(cluster, 'n1').metadata
    inject(cluster, { type: 'readiness-fail', target: `Pod/default/${name}`, forMs: 60_000 })
    cluster.advanceTo(70_000)
    expect(readyOf(cluster, name)).toBe(false)
    cluster.advanceTo(120_000)
    expect(readyOf(cluster, name)).toBe(true)
  })

  test('a slow Pod answers so much later', () => {
    const cluster = started()
    const pod = on(cluster, 'n1')
    ask(cluster, 'n1', pod.status?.podIP ?? '')
    inject(cluster, { type: 'pod-slow', target: 'Node/n1', addMs: 300 })
    cluster.advanceTo(30_000)
    const { p50 } = cluster.metrics.client('c').latencyMs ?? { p50: 0 }
    expect(p50).toBeGreaterThan(300)
    expect(p50).toBeLessThan(400)
  })
})

describe('packets', () => {
  test('a partition lets nothing pass between both sides, and everything else', () => {
    const cluster = started()
    ask(cluster, 'n1', on(cluster, 'n2').status?.podIP ?? '')
    const during = counter(cluster)
    expect(during(2_000).failed).toBe(0)
    inject(cluster, { id: 'p', type: 'partition', target: ['Node/n1', 'Node/n3'] })
    expect(during(2_000).failed).toBe(0)
    inject(cluster, { id: 'q', type: 'partition', target: 'Node/n1', from: 'Zone/zone-b' })
    during(1_100)
    const cut = during(2_000)
    expect(cut.ok).toBe(0)
    expect(cut.failed).toBeGreaterThan(100)
    heal(cluster, 'q')
    during(1_100)
    expect(during(2_000).failed).toBe(0)
  })

  test('a node that is cut off from everything is not ready, and hears of nothing', () => {
    const cluster = started()
    inject(cluster, { type: 'partition', target: 'Node/n2', forMs: 60_000 })
    cluster.advanceTo(75_000)
    const ready = (): string | undefined =>
      cluster.store.get('Node', '', 'n2')?.status?.conditions?.find(({ type }) => type === 'Ready')?.status
    expect(ready()).toBe('Unknown')
    cluster.advanceTo(95_000)
    expect(ready()).toBe('True')
  })

  test('of requests under way when a partition comes, the answer is lost', () => {
    const cluster = started()
    ask(cluster, 'n1', on(cluster, 'n2').status?.podIP ?? '')
    inject(cluster, { id: 's', type: 'pod-slow', target: 'Node/n2', addMs: 500 })
    cluster.advanceTo(21_000)
    inject(cluster, { type: 'partition', target: ['Node/n1', 'Node/n2'] })
    const before = cluster.metrics.client('c').ok
    cluster.advanceTo(23_000)
    expect(cluster.metrics.client('c').ok).toBe(before)
  })

  test('a lost SYN comes a second later: loss costs the patient time and the impatient requests', () => {
    const shares = [500, 20_000].map(timeoutMs => {
      const cluster = started()
      ask(cluster, 'n1', on(cluster, 'n2').status?.podIP ?? '', timeoutMs)
      inject(cluster, { type: 'packet-loss', target: 'Node/n2', percent: 10 })
      cluster.advanceTo(60_000)
      const { sent, failed, latencyMs } = cluster.metrics.client('c')
      return { failed: failed / sent, p90: latencyMs?.p90 ?? 0 }
    })
    // 1 − 0.9² = 0.19 of the SYNs go without an answer; of 3,500 requests the share stays within five deviations.
    expect(shares[0]?.failed).toBeGreaterThan(0.19 - 0.034)
    expect(shares[0]?.failed).toBeLessThan(0.25)
    expect(shares[1]?.failed).toBeLessThan(0.001)
    expect(shares[1]?.p90).toBeGreaterThan(1_000)
  })

  test('without cluster DNS a name fails by its own time-out, or by the client if it waits less; an address goes on', () => {
    for (const [timeoutMs, cause] of [
      [1_000, 'timeout'],
      [20_000, 'dns'],
    ] as const) {
      const cluster = started()
      const spec = { from: 'Client/c', node: 'n1', to: 'my-service', port: 80, rate: 10, timeoutMs }
      cluster.execute({ type: 'start-traffic', spec })
      inject(cluster, { type: 'dns-down' })
      cluster.advanceTo(60_000)
      const { ok, failed, byCause } = cluster.metrics.client('c')
      expect(ok).toBe(0)
      expect(byCause).toEqual({ [cause]: failed })
      const service = cluster.store.get('Service', 'default', 'my-service')
      expect(cluster.trip({ from: 'Node/n1', to: service?.spec.clusterIP ?? '' })).toMatchObject({ outcome: 'ok' })
      expect(cluster.trip({ from: 'Node/n1', to: 'my-service' })).toMatchObject({ outcome: 'timeout' })
    }
  })
})

describe('the schedule', () => {
  test('plans, begins and ends by itself, and tells of it', () => {
    const cluster = started()
    const news: FaultNews[] = []
    cluster.traffic.faults.onNews(one => news.push(one))
    inject(cluster, { type: 'proxy-stop', target: 'Node/n1', atMs: 25_000, forMs: 5_000 })
    expect(cluster.traffic.faults.list()).toMatchObject([{ id: 'fault-1', state: 'planned', beganMs: null }])
    cluster.advanceTo(26_000)
    expect(cluster.traffic.faults.list()).toMatchObject([{ id: 'fault-1', state: 'in-force', beganMs: 25_000 }])
    cluster.advanceTo(30_000)
    expect(cluster.traffic.faults.list()).toEqual([])
    expect(news.map(({ type }) => type)).toEqual(['begun', 'over'])
  })

  test('forgets what is healed before its time', () => {
    const cluster = started()
    inject(cluster, { id: 'a', type: 'node-crash', target: 'Node/n1', atMs: 25_000 })
    heal(cluster, 'a')
    cluster.advanceTo(26_000)
    expect(cluster.world.machine('n1')?.power).toBe(true)
  })

  test('misses what is not there when its time comes, and refuses what is not there now', () => {
    const cluster = started()
    const news: FaultNews[] = []
    cluster.traffic.faults.onNews(one => news.push(one))
    inject(cluster, { type: 'pod-crash', target: 'Pod/default/none', atMs: 25_000 })
    cluster.advanceTo(25_000)
    expect(news).toMatchObject([{ type: 'missed', fault: { id: 'fault-1' } }])
    const refusals: readonly (readonly [FaultSpec, string])[] = [
      [{ type: 'pod-crash', target: 'Pod/default/none' }, 'pods "none" not found in namespace "default"'],
      [{ type: 'node-crash', target: 'Node/n9' }, 'nodes "n9" not found'],
      [{ type: 'zone-outage', target: 'Zone/zone-x' }, 'no node is in zone "zone-x"'],
      [{ type: 'node-crash' }, 'target is missing'],
    ]
    for (const [fault, message] of refusals)
      expect(cluster.execute({ type: 'inject-fault', fault })).toEqual({ ok: false, message })
    expect(cluster.execute({ type: 'heal-fault', id: 'none' })).toEqual({
      ok: false,
      message: 'fault "none" not found',
    })
    inject(cluster, { id: 'a', type: 'dns-down' })
    expect(cluster.execute({ type: 'inject-fault', fault: { id: 'a', type: 'dns-down' } })).toEqual({
      ok: false,
      message: 'fault "a" already exists',
    })
  })

  test('goes on in a restored cluster as if nothing had been', () => {
    const cluster = started()
    ask(cluster, 'n1', on(cluster, 'n2').status?.podIP ?? '', 5_000)
    inject(cluster, { type: 'packet-loss', target: 'Node/n2', percent: 20, forMs: 20_000 })
    inject(cluster, { type: 'proxy-lag', target: 'Node/n1', lagMs: 4_000 })
    inject(cluster, { type: 'pod-crash-loop', target: 'Node/n3', atMs: 25_000 })
    cluster.advanceTo(23_000)
    const restored = restoreCluster(cluster.save())
    for (const one of [cluster, restored]) one.advanceTo(60_000)
    expect(restored.save()).toBe(cluster.save())
  })
})
