// New connections of one client while a container, a machine or a kube-proxy is lost, in a whole cluster: when they begin to fail, how long each
// takes to, and when that is over.

import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from './index.ts'
import { MY_SERVICE } from './testing/example-texts.ts'

const pod = (name: string, nodeName: string, app: string): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${app} } }
spec:
  nodeName: ${nodeName}
  containers: [{ name: main, image: 'web:1', ports: [{ containerPort: 9376 }] }]
`

/**
 * `my-service` with `web-1` to `web-3` on the first three of four nodes, and `client` on the last with `client-2` and
 * `client-3` on those of their number, at 30 s.
 */
function running(seed = 1): Cluster {
  const cluster = createCluster({ seed })
  cluster.execute({ type: 'create-nodes', count: 4 })
  const webs = [1, 2, 3].map(index => pod(`web-${index}`, `n${index}`, 'MyApp'))
  const clients = [pod('client', 'n4', 'Client'), pod('client-2', 'n2', 'Client'), pod('client-3', 'n3', 'Client')]
  const applied = cluster.apply([MY_SERVICE, ...webs, ...clients].join(''))
  expect(applied.ok, JSON.stringify(applied)).toBe(true)
  cluster.advanceTo(30_000)
  return cluster
}

interface Attempt {
  readonly startedMs: number
  endedMs: number
  code: number
}

/** Starts `curl` without any timeout in `client`; the attempt is filled in when it ends. */
function curl(cluster: Cluster): Attempt {
  const client = cluster.store.get('Pod', 'default', 'client')
  const [container] = client?.spec.containers ?? []
  if (!client || !container) throw new Error('no client')
  const attempt: Attempt = { startedMs: cluster.nowMs, endedMs: -1, code: -1 }
  cluster.traffic.containers.exec(
    client,
    container,
    { words: ['curl', '-s', 'my-service'], stdin: false, tty: false },
    {
      send: () => {},
      end: how => {
        attempt.endedMs = cluster.nowMs
        attempt.code = how.type === 'exit' ? how.code : -2
      },
    },
  )
  return attempt
}

/** One connection after the other, `everyMs`, for as long. */
function during(cluster: Cluster, forMs: number, everyMs: number, one: () => void): void {
  const endMs = cluster.nowMs + forMs
  for (; cluster.nowMs < endMs; cluster.advanceTo(cluster.nowMs + everyMs)) one()
}

/** What comes of one request to the Service, and the Pod that it went to. */
function ask(cluster: Cluster, client = 'client'): { readonly outcome: string; readonly pod: string | null } {
  const report = cluster.traffic.trip({ from: `Pod/default/${client}`, to: 'my-service' })
  if ('message' in report) throw new Error(report.message)
  return report
}

describe('a container that crashes', () => {
  test.each([1, 2, 3, 4])('refuses its third of new connections for no more than 2.1 s (seed %d)', seed => {
    const cluster = running(seed)
    const crash = (): unknown =>
      cluster.execute({ type: 'inject-fault', fault: { type: 'pod-crash', target: 'Pod/default/web-3' } })
    // After the second crash the back-off is ten seconds: the Pod stays down for all that is looked at.
    expect(crash()).toEqual({ ok: true })
    cluster.advanceTo(40_000)
    const downMs = cluster.nowMs
    expect(crash()).toEqual({ ok: true })
    const refusedMs: number[] = []
    during(cluster, 5_000, 5, () => {
      const { outcome, pod: met } = ask(cluster)
      if (outcome === 'ok') return
      expect([outcome, met]).toEqual(['refused', 'default/web-3'])
      refusedMs.push(cluster.nowMs - downMs)
    })
    expect(refusedMs.length).toBeGreaterThan(0)
    expect(Math.max(...refusedMs)).toBeGreaterThan(80)
    expect(Math.max(...refusedMs)).toBeLessThanOrEqual(2_125)
  })
})

describe('a kube-proxy that is stopped', () => {
  const failures = (cluster: Cluster, client: string): number =>
    Array.from({ length: 300 }, () => ask(cluster, client)).filter(({ outcome, pod: met }) => {
      if (outcome !== 'ok') expect([outcome, met]).toEqual(['timeout', 'default/web-1'])
      return outcome !== 'ok'
    }).length

  test('goes on sending a third of new connections of its node to a Pod that is deleted, until it runs again', () => {
    const cluster = running()
    const fault = { id: 'stop', type: 'proxy-stop', target: 'Node/n2' } as const
    expect(cluster.execute({ type: 'inject-fault', fault })).toEqual({ ok: true })
    cluster.execute({ type: 'kill-pod', namespace: 'default', name: 'web-1' })
    cluster.advanceTo(3_600_000)
    expect(failures(cluster, 'client-2') / 300).toBeGreaterThan(0.25)
    expect(failures(cluster, 'client-2') / 300).toBeLessThan(0.42)
    expect(failures(cluster, 'client-3')).toBe(0)
    expect(cluster.execute({ type: 'heal-fault', id: 'stop' })).toEqual({ ok: true })
    cluster.advanceTo(cluster.nowMs + 2_000)
    expect(failures(cluster, 'client-2')).toBe(0)
  })
})

describe('a machine without power', () => {
  const cluster = running()
  cluster.execute({ type: 'set-power', node: 'n3', on: false })
  const lostMs = cluster.nowMs
  const attempts: Attempt[] = []
  during(cluster, 90_000, 500, () => attempts.push(curl(cluster)))
  cluster.advanceTo(cluster.nowMs + 140_000)
  const failed = attempts.filter(({ code }) => code !== 0)
  const last = Math.max(...failed.map(({ startedMs }) => startedMs - lostMs))

  test('takes a third of new connections until its Pods are out of the rules, some fifty seconds later', () => {
    expect(last).toBeGreaterThan(38_000)
    expect(last).toBeLessThanOrEqual(61_100)
    const share = failed.length / attempts.filter(({ startedMs }) => startedMs - lostMs <= last).length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.5)
  })

  test('lets each of them hang for 131 s', () => {
    expect(new Set(failed.map(({ code }) => code))).toEqual(new Set([28]))
    for (const { startedMs, endedMs } of failed) expect(endedMs - startedMs).toBe(131_000)
  })

  test('keeps those that began before the rules changed, although new ones go elsewhere long before they end', () => {
    const late = failed.filter(({ startedMs }) => startedMs - lostMs > 35_000)
    expect(late.length).toBeGreaterThan(0)
    const meanwhile = attempts.filter(({ startedMs }) => startedMs - lostMs > last)
    expect(meanwhile.length).toBeGreaterThan(40)
    for (const { endedMs } of meanwhile) expect(endedMs).toBeLessThan(Math.min(...late.map(attempt => attempt.endedMs)))
  })
})
