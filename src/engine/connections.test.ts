// New connections of one client while a machine is lost, in a whole cluster: when they begin to fail, how long each
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

/** `my-service` with `web-1` to `web-3` on the first three of four nodes and `client` on the last, at 30 s. */
function running(): Cluster {
  const cluster = createCluster({ seed: 1 })
  cluster.execute({ type: 'create-nodes', count: 4 })
  const webs = [1, 2, 3].map(index => pod(`web-${index}`, `n${index}`, 'MyApp'))
  const applied = cluster.apply([MY_SERVICE, ...webs, pod('client', 'n4', 'Client')].join(''))
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
