import { describe, expect, test } from 'vitest'
import { CaseCluster, CLUSTER_IP, NODE_PORT, podOn, ROWS, type CaseParts } from '../../testing/case-cluster.ts'
import { testSlice } from '../../testing/service-objects.ts'

/** Connections from clients on node-4 that stay open: the addresses of the Pods that they came to. */
function opened(
  cluster: CaseCluster,
  count: number,
  source: (index: number) => string = () => '10.244.4.20',
): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const packet = { destination: CLUSTER_IP, port: 80, protocol: 'TCP', source: source(index) } as const
    const decision = cluster.dataplane.route('node-4', packet, 0)
    return decision.kind === 'endpoint' ? decision.ip : decision.kind
  })
}

const ipvs = (scheduler: 'rr' | 'lc' | 'dh' | 'sh', parts: CaseParts = {}): CaseCluster =>
  new CaseCluster({ ...parts, mode: 'ipvs', settings: { 'ipvs-scheduler': scheduler } })

const manyClients = (index: number): string => `10.244.4.${30 + index}`

describe('the scheduler', () => {
  test('rr goes round its three servers: seven connections are A B C A B C A', () => {
    const [a, b, c, ...others] = opened(ipvs('rr'), 7)
    expect(new Set([a, b, c]).size).toBe(3)
    expect(others).toEqual([a, b, c, a])
  })

  test('dh sends a hundred clients of one address to one Pod', () => {
    expect(new Set(opened(ipvs('dh'), 100, manyClients)).size).toBe(1)
  })

  test('sh sends a hundred connections of one client to one Pod, and a hundred clients to all', () => {
    expect(new Set(opened(ipvs('sh'), 100)).size).toBe(1)
    expect(new Set(opened(ipvs('sh'), 100, manyClients)).size).toBe(3)
  })

  test('lc, thirty connections open: the next ten from this node all go to a Pod that is new, and then it is level', () => {
    const cluster = ipvs('lc')
    opened(cluster, 30)
    cluster.put('EndpointSlice', testSlice([...ROWS, '10.244.4.2 @node-4']))
    cluster.loop.advanceTo(10_000)
    expect(new Set(opened(cluster, 10))).toEqual(new Set(['10.244.4.2']))
    expect(new Set(opened(cluster, 4)).size).toBe(4)
  })
})

describe('policy Local', () => {
  test('brings a stranger’s packet to a Pod elsewhere, whose answer it does not recognise: silence', () => {
    const cluster = ipvs('rr', { spec: { ...NODE_PORT, externalTrafficPolicy: 'Local' } })
    expect(cluster.outcomes('outside', '192.168.10.14:30080')).toEqual(['timeout'])
    expect(cluster.outcomes(podOn(4), '192.168.10.14:30080')).toHaveLength(3)
  })
})
