import { describe, expect, test } from 'vitest'
import { CaseCluster, CLUSTER_IP, podOn, ROWS } from '../../testing/case-cluster.ts'
import { testSlice } from '../../testing/service-objects.ts'

const [A, B, C] = ROWS

describe('a node’s rules', () => {
  test('of three changes within half a second the first is written at once and the others together a second later', () => {
    const cluster = new CaseCluster({ settings: { 'sim-proxy-watch-delay': 0, 'sim-proxy-watch-jitter': 0 } })
    const written: number[] = []
    const runTo = (untilMs: number): void => {
      let before = cluster.dataplane.syncedMs('node-4')
      while (cluster.loop.runNext(untilMs)) {
        const now = cluster.dataplane.syncedMs('node-4')
        if (now !== before) written.push(now - 5_000)
        before = now
      }
      cluster.loop.advanceTo(untilMs)
    }
    for (const [place, rows] of [[A], [A, B], [A, B, C]].entries()) {
      runTo(5_000 + place * 200)
      cluster.put('EndpointSlice', testSlice(rows))
    }
    runTo(9_000)
    // Each write takes 30 ms: they began at 0 and at 1,030.
    expect(written).toEqual([30, 1_060])
    expect(cluster.outcomes(podOn(4))).toHaveLength(3)
  })

  test('lose the comments on endpoints above a thousand of them, and keep all others', () => {
    const printed = (count: number): string => {
      const rows = Array.from({ length: count }, (_, index) => `10.244.${Math.floor(index / 250)}.${(index % 250) + 1}`)
      const slices = [testSlice(rows.slice(0, 600)), testSlice(rows.slice(600), { name: 'my-service-fghij' })]
      const cluster = new CaseCluster({ slices })
      return cluster.dataplane.printedRules('node-4', { mode: 'iptables', family: 'IPv4', scheduler: 'rr' }) ?? ''
    }
    expect(printed(1_000)).toContain('--comment "default/my-service -> 10.244.0.1:9376"')
    const large = printed(1_001)
    expect(large).not.toContain('-> 10.244.')
    expect(large).not.toMatch(/-A KUBE-SEP-\S+ .*--comment/)
    expect(large).toContain('--comment "default/my-service cluster IP"')
  })

  test('of nftables name a Service without endpoints in a map of its own, which refuses', () => {
    const cluster = new CaseCluster({ mode: 'nftables', rows: [] })
    const printed = cluster.dataplane.printedRules('node-4', { mode: 'nftables', family: 'IPv4', scheduler: 'rr' })
    expect(printed).toContain(`${CLUSTER_IP} . tcp . 80 comment "default/my-service" : goto reject-chain`)
    expect(cluster.outcomes(podOn(4))).toEqual(['refused'])
  })
})
