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
