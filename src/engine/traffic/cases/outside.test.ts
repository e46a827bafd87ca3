import { describe, expect, test } from 'vitest'
import { any3, BALANCER_IP, balancedAt, CaseCluster, NODE_PORT, podOn, ROWS } from '../../testing/case-cluster.ts'

const MODES = ['iptables', 'nftables', 'ipvs'] as const
const local = { ...NODE_PORT, externalTrafficPolicy: 'Local' } as const
const balanced = { ...NODE_PORT, type: 'LoadBalancer' } as const
const AT_NODE_1 = '192.168.10.11:30080'
const AT_NODE_4 = '192.168.10.14:30080'

describe('a node port', () => {
  test.each(MODES)('%s: by policy Cluster, any Pod, which sees the node that was asked', mode => {
    expect(new CaseCluster({ mode, spec: NODE_PORT }).outcomes('outside', AT_NODE_4)).toEqual(any3('192.168.10.14'))
  })

  test.each(MODES)('%s: by policy Local, silence from a node without a Pod', mode => {
    expect(new CaseCluster({ mode, spec: local }).outcomes('outside', AT_NODE_4)).toEqual(['timeout'])
  })

  test.each(MODES)('%s: by policy Local, the node’s own Pod sees who really asks', mode => {
    const cluster = new CaseCluster({ mode, spec: local })
    expect(cluster.outcomes('outside', AT_NODE_1)).toEqual(['ok pod-1 as 198.51.100.79'])
  })

  test.each(MODES)('%s: by policy Local, a Pod on the node takes the short cut to any Pod', mode => {
    expect(new CaseCluster({ mode, spec: local }).outcomes(podOn(4), AT_NODE_4)).toEqual(any3('10.244.4.20'))
  })

  test.each(MODES)('%s: by policy Local, so does a process on the node, as the node', mode => {
    expect(new CaseCluster({ mode, spec: local }).outcomes('Node/node-4', AT_NODE_4)).toEqual(any3('192.168.10.14'))
  })

  test.each(MODES)('%s: by policy Local, so does a Pod on another node whose address is left as it is', mode => {
    expect(new CaseCluster({ mode, spec: local }).outcomes(podOn(1), AT_NODE_4)).toEqual(any3('10.244.1.20'))
  })

  test.each(MODES)('%s: by policy Local, who comes with the address of another node is an outsider', mode => {
    expect(new CaseCluster({ mode, spec: local }).outcomes('Node/node-1', AT_NODE_4)).toEqual(['timeout'])
  })
})

describe('a node port at 127.0.0.1', () => {
  test.each([
    ['iptables', any3('192.168.10.14')],
    ['nftables', ['refused']],
    ['ipvs', ['refused']],
  ] as const)('%s: what a process on the node meets there', (mode, expected) => {
    expect(new CaseCluster({ mode, spec: NODE_PORT }).outcomes('Node/node-4', '127.0.0.1:30080')).toEqual(expected)
  })

  test.each(MODES)('%s: a Pod there meets itself alone', mode => {
    const cluster = new CaseCluster({ mode, spec: NODE_PORT })
    expect(cluster.outcomes('Pod/default/pod-1', '127.0.0.1:30080')).toEqual(['refused pod-1'])
    expect(cluster.outcomes('Pod/default/pod-1', '127.0.0.1:9376')).toEqual(['ok pod-1 as 127.0.0.1'])
  })
})

describe('a health check node port', () => {
  const spec = { ...balanced, externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000 } as const
  const answer = (cluster: CaseCluster, node: string): unknown => {
    const last = cluster.trip('outside', `${node}:32000`).hops.at(-1)
    return last?.kind === 'answer' ? last.detail.health : last?.kind
  }
  const body = (count: number): string => `{
\t"service": {
\t\t"namespace": "default",
\t\t"name": "my-service"
\t},
\t"localEndpoints": ${count},
\t"serviceProxyHealthy": true
}`

  test.each([
    ['192.168.10.11', 200, 1],
    ['192.168.10.14', 503, 0],
  ] as const)('at %s says %d, with a weight of %d', (node, status, count) => {
    expect(answer(new CaseCluster({ spec }), node)).toEqual({
      status,
      headers: [
        ['Content-Type', 'application/json'],
        ['X-Content-Type-Options', 'nosniff'],
        ['X-Load-Balancing-Endpoint-Weight', String(count)],
      ],
      body: body(count),
    })
  })

  test('says 503 on a node whose only Pod is leaving, which is still sent what comes to the node port', () => {
    const cluster = new CaseCluster({ spec, rows: [`${ROWS[0]} terminating serving`, ...ROWS.slice(1)] })
    expect(answer(cluster, '192.168.10.11')).toMatchObject({ status: 503, body: body(0) })
    expect(cluster.outcomes('outside', AT_NODE_1)).toEqual(['ok pod-1 as 198.51.100.79'])
  })

  test('is read with curl from a Pod as from a load balancer', () => {
    const cluster = new CaseCluster({ spec })
    const curl = (node: string): string => cluster.exec('client-4', ['curl', '-si', `http://${node}:32000/healthz`])
    const headers = (count: number): string =>
      `Content-Type: application/json\r\nX-Content-Type-Options: nosniff\r\nX-Load-Balancing-Endpoint-Weight: ${count}\r\n`
    expect(curl('192.168.10.11')).toBe(`HTTP/1.1 200 OK\r\n${headers(1)}Content-Length: 121\r\n\r\n${body(1)}`)
    expect(curl('192.168.10.14')).toBe(
      `HTTP/1.1 503 Service Unavailable\r\n${headers(0)}Content-Length: 121\r\n\r\n${body(0)}`,
    )
  })

  test('is there for policy Local alone, and gone with the machine or kube-proxy', () => {
    const cluster = new CaseCluster({ spec: balanced })
    expect(cluster.outcomes('outside', '192.168.10.11:32000')).toEqual(['refused'])
    const dead = new CaseCluster({ spec })
    dead.setPower('node-1', false)
    expect(dead.outcomes('outside', '192.168.10.11:32000')).toEqual(['timeout'])
    dead.dataplane.disturb('node-4', { stopped: true, lagMs: 0 })
    expect(dead.outcomes('outside', '192.168.10.14:32000')).toEqual(['refused'])
    expect(dead.outcomes('outside', AT_NODE_4)).toEqual(['timeout'])
  })
})

describe('a load balancer’s address', () => {
  const ranged = { ...balanced, loadBalancerSourceRanges: ['192.0.2.0/24'] }
  const status = balancedAt('VIP')

  test.each(MODES)('%s: a stranger to its source ranges gets no answer, and the node port asks for none', mode => {
    const cluster = new CaseCluster({ mode, spec: ranged, status })
    expect(cluster.outcomes('outside', BALANCER_IP)).toEqual(['timeout'])
    expect(cluster.outcomes('outside', AT_NODE_1)).toEqual(any3('192.168.10.11'))
  })

  test('by policy Local, the balancer asks only nodes that have a Pod', () => {
    const cluster = new CaseCluster({
      spec: { ...balanced, externalTrafficPolicy: 'Local' },
      status,
      rows: ROWS.slice(0, 2),
    })
    expect(cluster.outcomes('outside', BALANCER_IP)).toEqual(any3('198.51.100.79').slice(0, 2))
  })

  test.each(['iptables', 'nftables'] as const)(
    '%s: by policy Local, a Pod on a node without one takes the short cut to any Pod',
    mode => {
      const cluster = new CaseCluster({ mode, spec: { ...balanced, externalTrafficPolicy: 'Local' }, status })
      expect(cluster.outcomes(podOn(4), BALANCER_IP)).toEqual(any3('10.244.4.20'))
    },
  )

  test('by policy Local, a balancer that finds no node healthy asks any: Pods that are leaving still answer there', () => {
    const rows = [`${ROWS[0]} terminating serving`]
    const cluster = new CaseCluster({ spec: { ...balanced, externalTrafficPolicy: 'Local' }, status, rows })
    expect(cluster.outcomes('outside', BALANCER_IP)).toEqual(['ok pod-1 as 198.51.100.79', 'timeout'])
  })

  test.each(MODES)('%s: of one that is a proxy there is no rule: the request leaves the cluster', mode => {
    const cluster = new CaseCluster({ mode, spec: balanced, status: balancedAt('Proxy') })
    const { pod, outcome, hops } = cluster.trip(podOn(4), BALANCER_IP)
    expect([pod, outcome]).toEqual([null, 'ok'])
    expect(hops.map(({ kind, at }) => `${kind} ${at}`)).toEqual([
      'rules Node/node-4',
      'pod outside',
      'answer Pod/default/client-4',
    ])
  })
})

describe('what there is no way to from outside', () => {
  test.each(['10.96.0.10', '10.244.1.5:9376'])('%s', address => {
    expect(new CaseCluster().outcomes('outside', address)).toEqual(['timeout'])
  })
})
