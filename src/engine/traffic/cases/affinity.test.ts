import { describe, expect, test } from 'vitest'
import { CaseCluster, CLUSTER_IP, NODE_PORT, podOn, ROWS } from '../../testing/case-cluster.ts'
import { testSlice } from '../../testing/service-objects.ts'

const MODES = ['iptables', 'nftables', 'ipvs'] as const
const HOUR_MS = 3_600_000
const kept = { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } } as const

function later(cluster: CaseCluster, ms: number): CaseCluster {
  cluster.loop.advanceTo(cluster.loop.nowMs + ms)
  return cluster
}

describe.each(MODES)('%s keeps a client', mode => {
  test('at one Pod for five connections in an hour', () => {
    const cluster = new CaseCluster({ mode, spec: kept })
    const met = Array.from({ length: 5 }, () => later(cluster, HOUR_MS / 5).connect(podOn(4)))
    expect(new Set(met).size).toBe(1)
  })

  test('no longer than its time without a new connection', () => {
    const cluster = new CaseCluster({ mode, spec: kept })
    const afterGaps = (seconds: number): Set<string> =>
      new Set(Array.from({ length: 30 }, () => later(cluster, seconds * 1_000).connect(podOn(4))))
    expect(afterGaps(10_800).size).toBe(1)
    expect(afterGaps(10_801).size).toBe(3)
  })

  test('until its Pod is not ready any more: the next connection goes to another', () => {
    const cluster = new CaseCluster({ mode, spec: kept })
    const first = cluster.connect(podOn(4))
    const place = Number(/pod-(\d)/.exec(first)?.[1]) - 1
    cluster.put('EndpointSlice', testSlice(ROWS.map((row, index) => (index === place ? `${row} unready` : row))))
    const after = new Set(Array.from({ length: 10 }, () => later(cluster, 2_000).connect(podOn(4))))
    expect(after.size).toBe(1)
    expect(after).not.toContain(first)
  })
})

describe.each(['iptables', 'nftables'] as const)('%s remembers clients', mode => {
  test('at each port of the Service by itself', () => {
    const ports = [
      { name: 'http', protocol: 'TCP', port: 80, targetPort: 9376 },
      { name: 'https', protocol: 'TCP', port: 443, targetPort: 9443 },
    ] as const
    const slice = testSlice(ROWS, {
      ports: ports.map(({ name, protocol, targetPort }) => ({ name, protocol, port: targetPort })),
    })
    const pairs = [1, 2, 3, 4, 5, 6].map(seed => {
      const cluster = new CaseCluster({ mode, seed, spec: { ...kept, ports }, slices: [slice] })
      const both = (): readonly string[] => [80, 443].map(port => cluster.connect(podOn(4), `${CLUSTER_IP}:${port}`))
      const first = both()
      for (let count = 0; count < 5; count++) expect(both()).toEqual(first)
      return first
    })
    expect(pairs.some(([http, https]) => http !== https)).toBe(true)
  })

  test('on each node by itself: a client that is brought now to one node, now to another has a Pod at each', () => {
    const pairs = [1, 2, 3, 4, 5, 6].map(seed => {
      const cluster = new CaseCluster({ mode, seed, spec: { ...NODE_PORT, ...kept } })
      const both = (): readonly (string | null)[] =>
        [11, 12].map(node => cluster.trip('outside', `192.168.10.${node}:30080`).pod)
      const first = both()
      for (let count = 0; count < 5; count++) expect(both()).toEqual(first)
      return first
    })
    expect(pairs.some(([one, other]) => one !== other)).toBe(true)
  })

  test('by their address: two Pods behind one address have the same Pod', () => {
    for (const seed of [1, 2, 3, 4]) {
      const cluster = new CaseCluster({ mode, seed, spec: kept })
      for (const name of ['agent-a', 'agent-b']) cluster.putPod(name, 'node-4', '192.168.10.14')
      const [a, b] = ['agent-a', 'agent-b'].map(name => cluster.connect(`Pod/default/${name}`))
      expect(b).toBe(a)
      expect(a).toMatch(/^ok pod-\d as 192\.168\.10\.14$/)
    }
  })
})

describe('101 clients of one endpoint on one node', () => {
  const first = (mode: 'iptables' | 'nftables'): boolean => {
    const cluster = new CaseCluster({ mode, spec: kept, rows: ROWS })
    const route = (client: number, draw: number): string => {
      const source = `10.244.4.${client}`
      const packet = { destination: CLUSTER_IP, port: 80, protocol: 'TCP', source } as const
      const decision = cluster.dataplane.route('node-4', packet, draw)
      return decision.kind === 'endpoint' ? decision.ip : decision.kind
    }
    for (let client = 100; client <= 200; client++) expect(route(client, 0)).toBe('10.244.1.5')
    expect(route(101, 0.9)).toBe('10.244.1.5')
    return route(100, 0.9) === '10.244.1.5'
  }

  test('iptables: the first is forgotten, since a list holds a hundred', () => expect(first('iptables')).toBe(false))
  test('nftables: the first is still remembered', () => expect(first('nftables')).toBe(true))
})
