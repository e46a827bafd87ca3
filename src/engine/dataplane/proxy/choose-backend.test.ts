import { describe, expect, it } from 'vitest'
import type { EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Service, ServiceSpec } from '../../api/service/service.ts'
import { Random } from '../../kernel/rng.ts'
import { testService, testSlice, type SliceParts } from '../../testing/service-objects.ts'
import { ServiceState } from '../service-state.ts'
import { chooseBackend } from './choose-backend.ts'
import { NodeRules, type RulesMode } from './compile-rules.ts'
import type { Packet } from './packet.ts'

// node-1 in zone a, node-2 and node-3 in zone b, node-4 in zone c without a Pod of the Service.
const ZONES: { readonly [node: string]: string } = { 'node-1': 'a', 'node-2': 'b', 'node-3': 'b', 'node-4': 'c' }
const THREE = ['10.244.1.5 @node-1', '10.244.2.7 @node-2', '10.244.3.9 @node-3']
const ANY3 = '10.244.1.5:9376 10.244.2.7:9376 10.244.3.9:9376'
const POD_CLIENT = '10.244.4.20'
const OUTSIDE_CLIENT = '198.51.100.79'
const TO_VIP: Packet = { destination: '10.96.0.100', port: 80, protocol: 'TCP', source: POD_CLIENT }

interface Case {
  readonly mode?: RulesMode
  readonly service?: Partial<ServiceSpec>
  readonly rows?: readonly string[]
  readonly slices?: readonly EndpointSlice[]
  readonly slice?: SliceParts
  readonly node?: string
  readonly zone?: string
  readonly packet?: Partial<Packet>
  readonly object?: Service
}

function rulesOf(testCase: Case): NodeRules {
  const node = testCase.node ?? 'node-4'
  const slices = testCase.slices ?? [testSlice(testCase.rows ?? THREE, testCase.slice)]
  const state = new ServiceState('default/my-service', testCase.object ?? testService(testCase.service), slices)
  return new NodeRules({
    mode: testCase.mode ?? 'iptables',
    place: { name: node, zone: testCase.zone ?? ZONES[node] ?? '' },
    addresses: [`172.18.0.1${node.at(-1)}`],
    clusterCidr: '10.244.0.0/16',
    serviceRange: '10.96.0.0/16',
    services: new Map(state.isProxied ? [[state.key, state]] : []),
  })
}

/** Everything that a connection may come to, over all draws, in rule order: `ip:port …`, `reject`, `drop` or `not-a-service`. */
function outcomes(testCase: Case): string {
  const rules = rulesOf(testCase)
  const packet = { ...TO_VIP, ...testCase.packet }
  const seen = new Set<string>()
  for (let draw = 0; draw < 1; draw += 1 / 64) {
    const decision = chooseBackend(rules, packet, draw)
    seen.add(decision.kind === 'endpoint' ? decision.endpoint : decision.kind)
  }
  return [...seen].join(' ')
}

const nodePort: Partial<ServiceSpec> = {
  type: 'NodePort',
  ports: [{ protocol: 'TCP', port: 80, targetPort: 9376, nodePort: 30080 }],
}
const local: Partial<ServiceSpec> = { ...nodePort, externalTrafficPolicy: 'Local' }
const toNodePort = (node: number, source = OUTSIDE_CLIENT): Partial<Packet> => ({
  destination: `172.18.0.1${node}`,
  port: 30080,
  source,
})

describe('which endpoints a connection may reach', () => {
  const cases: readonly (readonly [name: string, testCase: Case, expected: string])[] = [
    ['any of three for the cluster IP', {}, ANY3],
    ['no rule for a port that the Service does not have', { packet: { port: 81 } }, 'not-a-service'],
    ['no rule for the wrong protocol', { packet: { protocol: 'UDP' } }, 'not-a-service'],
    ['no rule for an address that is nobody’s', { packet: { destination: '10.96.0.50' } }, 'not-a-service'],
    ['refuses without any slice', { slices: [] }, 'reject'],
    ['refuses when no endpoint is ready', { rows: THREE.map(row => `${row} unready`) }, 'reject'],
    [
      'two ready ones keep a terminating one out',
      { rows: [...THREE.slice(0, 2), `${THREE[2]} terminating serving`] },
      '10.244.1.5:9376 10.244.2.7:9376',
    ],
    ['all terminating and serving: all of them', { rows: THREE.map(row => `${row} terminating serving`) }, ANY3],
    [
      'of terminating ones only the serving',
      { rows: [`${THREE[0]} terminating serving`, `${THREE[1]} terminating`, `${THREE[2]} terminating`] },
      '10.244.1.5:9376',
    ],
    ['refuses when all terminate and none serves', { rows: THREE.map(row => `${row} terminating`) }, 'reject'],
    [
      'a slice that says ready counts, whatever the Pod (publishNotReadyAddresses)',
      { rows: [...THREE.slice(0, 2), `${THREE[2]} terminating ready serving`] },
      ANY3,
    ],
    [
      'refuses when the slice names its port otherwise',
      { slice: { ports: [{ name: 'http', protocol: 'TCP', port: 9376 }] } },
      'reject',
    ],
    [
      'refuses when the slice has another protocol',
      { slice: { ports: [{ name: '', protocol: 'UDP', port: 9376 }] } },
      'reject',
    ],
    [
      'matches by name, not by number',
      { slice: { ports: [{ name: '', protocol: 'TCP', port: 1 }] }, rows: THREE.slice(0, 1) },
      '10.244.1.5:1',
    ],
    ['a port with no name at all matches nothing', { slice: { ports: [{ protocol: 'TCP', port: 9376 }] } }, 'reject'],
    ['a port with no number matches nothing', { slice: { ports: [{ name: '', protocol: 'TCP' }] } }, 'reject'],
    ['ignores slices of type FQDN', { slice: { addressType: 'FQDN' } }, 'reject'],
    ['ignores slices of another family', { slice: { addressType: 'IPv6' } }, 'reject'],
    [
      'ignores slices that another proxy looks after',
      { slice: { labels: { 'service.kubernetes.io/service-proxy-name': 'other' } } },
      'reject',
    ],
    [
      'counts an endpoint in two slices once',
      { slices: [testSlice(THREE), testSlice(THREE.slice(0, 1), { name: 'my-service-zzzzz' })] },
      ANY3,
    ],
    [
      'an address listed twice stays as it was first, when remote',
      { rows: [`${THREE[0]} unready`, THREE[0]!, THREE[1]!] },
      '10.244.2.7:9376',
    ],
    [
      'an address listed twice is as the last local entry says',
      { rows: [`${THREE[0]} unready`, THREE[0]!, THREE[1]!], node: 'node-1' },
      '10.244.1.5:9376 10.244.2.7:9376',
    ],
    [
      'orders rules by text: .10 before .5',
      { rows: ['10.244.1.5 @node-1', '10.244.1.10 @node-1', '10.244.1.100 @node-1'] },
      '10.244.1.100:9376 10.244.1.10:9376 10.244.1.5:9376',
    ],
    [
      'two slices with different numbers for one named port',
      {
        slices: [
          testSlice(THREE.slice(0, 1)),
          testSlice(['10.244.2.7'], { name: 'my-service-other', ports: [{ name: '', protocol: 'TCP', port: 9377 }] }),
        ],
      },
      '10.244.1.5:9376 10.244.2.7:9377',
    ],
    ['no rule for a headless Service', { service: { clusterIP: 'None', clusterIPs: ['None'] } }, 'not-a-service'],
    [
      'IPv6 endpoints in brackets',
      {
        service: { clusterIP: 'fd00:10:96::5', clusterIPs: ['fd00:10:96::5'] },
        rows: ['fd00:10:244:1::5'],
        slice: { addressType: 'IPv6' },
        packet: { destination: 'fd00:10:96::5' },
      },
      '[fd00:10:244:1::5]:9376',
    ],
  ]
  it.each(cases)('%s', (_name, testCase, expected) => expect(outcomes(testCase)).toBe(expected))
})

describe('internalTrafficPolicy Local', () => {
  const internal: Partial<ServiceSpec> = { internalTrafficPolicy: 'Local' }
  const cases: readonly (readonly [name: string, testCase: Case, expected: string])[] = [
    ['drops where the node has no endpoint', { service: internal }, 'drop'],
    ['always takes the node’s own endpoint', { service: internal, node: 'node-1' }, '10.244.1.5:9376'],
    [
      'prefers a local terminating endpoint to a ready one elsewhere',
      { service: internal, node: 'node-1', rows: [`${THREE[0]} terminating serving`, ...THREE.slice(1)] },
      '10.244.1.5:9376',
    ],
    ['refuses where nobody anywhere could answer', { service: internal, rows: [] }, 'reject'],
    [
      'keeps out a local terminating endpoint beside a local ready one',
      { service: internal, node: 'node-1', rows: [`${THREE[0]} terminating serving`, '10.244.1.6 @node-1'] },
      '10.244.1.6:9376',
    ],
    ['leaves NodePorts to the external policy', { service: { ...nodePort, ...internal }, packet: toNodePort(4) }, ANY3],
  ]
  it.each(cases)('%s', (_name, testCase, expected) => expect(outcomes(testCase)).toBe(expected))
})

describe('topology hints', () => {
  const hinted = ['10.244.1.5 @node-1 zone=a', '10.244.2.7 @node-2 zone=b', '10.244.3.9 @node-3 zone=b']
  const byNode = hinted.map((row, index) => `${row} node-hint=node-${index + 1}`)
  const cases: readonly (readonly [name: string, testCase: Case, expected: string])[] = [
    ['stay in the zone', { rows: hinted, node: 'node-1' }, '10.244.1.5:9376'],
    ['share a zone between its endpoints', { rows: hinted, node: 'node-3' }, '10.244.2.7:9376 10.244.3.9:9376'],
    ['are ignored where no endpoint is meant for the zone', { rows: hinted, node: 'node-4' }, ANY3],
    [
      'are ignored when one ready endpoint has none',
      { rows: [...hinted.slice(0, 2), THREE[2]!], node: 'node-1' },
      ANY3,
    ],
    ['are ignored on a node without a zone', { rows: hinted, node: 'node-1', zone: '' }, ANY3],
    [
      'fall back when the zone’s only endpoint is unready',
      { rows: [`${hinted[0]} unready`, ...hinted.slice(1)], node: 'node-1' },
      '10.244.2.7:9376 10.244.3.9:9376',
    ],
    ['prefer the node where the hints say so', { rows: byNode, node: 'node-2' }, '10.244.2.7:9376'],
    ['fall from node to zone to all', { rows: byNode, node: 'node-4' }, ANY3],
    [
      'do not count for terminating endpoints',
      { rows: hinted.map(row => `${row} terminating serving`), node: 'node-1' },
      ANY3,
    ],
  ]
  it.each(cases)('%s', (_name, testCase, expected) => expect(outcomes(testCase)).toBe(expected))
})

const balanced = (spec: Partial<ServiceSpec>, ipMode?: 'VIP' | 'Proxy'): Service =>
  testService(spec, 'my-service', { loadBalancer: { ingress: [{ ip: '203.0.113.5', ipMode }] } })
const toBalancer = (source: string): Partial<Packet> => ({ destination: '203.0.113.5', source })

describe('from outside', () => {
  const loadBalancer: Partial<ServiceSpec> = { ...nodePort, type: 'LoadBalancer' }
  const ranged = { ...loadBalancer, loadBalancerSourceRanges: ['198.51.100.0/24'] }
  const cases: readonly (readonly [name: string, testCase: Case, expected: string])[] = [
    ['a NodePort answers on a node without a Pod', { service: nodePort, packet: toNodePort(4) }, ANY3],
    ['a NodePort answers on the node’s address only', { service: nodePort, packet: toNodePort(3) }, 'not-a-service'],
    [
      'a NodePort is not the Service’s port',
      { service: nodePort, packet: { ...toNodePort(4), port: 80 } },
      'not-a-service',
    ],
    ['policy Local drops on a node without a Pod', { service: local, packet: toNodePort(4) }, 'drop'],
    [
      'policy Local takes the node’s own Pod',
      { service: local, node: 'node-1', packet: toNodePort(1) },
      '10.244.1.5:9376',
    ],
    ['policy Local is not for Pods of the cluster', { service: local, packet: toNodePort(4, POD_CLIENT) }, ANY3],
    ['policy Local is not for processes on the node', { service: local, packet: toNodePort(4, '172.18.0.14') }, ANY3],
    [
      'policy Local falls back to a local terminating Pod',
      {
        service: local,
        node: 'node-1',
        rows: [`${THREE[0]} terminating serving`, ...THREE.slice(1)],
        packet: toNodePort(1),
      },
      '10.244.1.5:9376',
    ],
    [
      'policy Local refuses when there is no endpoint at all',
      { service: local, rows: [], packet: toNodePort(4) },
      'reject',
    ],
    ['policy Local leaves the cluster IP alone', { service: local }, ANY3],
    [
      'an external IP is served',
      { service: { externalIPs: ['192.0.2.1'] }, packet: { destination: '192.0.2.1' } },
      ANY3,
    ],
    ['a load balancer’s address is served', { object: balanced(loadBalancer), packet: toBalancer(POD_CLIENT) }, ANY3],
    [
      'a load balancer that is a proxy has no rule',
      { object: balanced(loadBalancer, 'Proxy'), packet: toBalancer(POD_CLIENT) },
      'not-a-service',
    ],
    ['source ranges let their own in', { object: balanced(ranged), packet: toBalancer(OUTSIDE_CLIENT) }, ANY3],
    ['source ranges drop everybody else', { object: balanced(ranged), packet: toBalancer('192.0.2.9') }, 'drop'],
    ['source ranges do not guard the NodePort', { object: balanced(ranged), packet: toNodePort(4, '192.0.2.9') }, ANY3],
    [
      'a range of length 0 opens the list',
      {
        object: balanced({ ...ranged, loadBalancerSourceRanges: ['198.51.100.0/24', '0.0.0.0/0'] }),
        packet: toBalancer('192.0.2.9'),
      },
      ANY3,
    ],
    [
      'without endpoints a range’s stranger is refused too',
      { object: balanced(ranged), rows: [], packet: toBalancer('192.0.2.9') },
      'reject',
    ],
  ]
  it.each(cases)('%s', (_name, testCase, expected) => expect(outcomes(testCase)).toBe(expected))
})

describe('what nftables does otherwise', () => {
  const ranged = { ...nodePort, type: 'LoadBalancer', loadBalancerSourceRanges: ['198.51.100.0/24'] } as const
  it.each<[string, Case, string]>([
    ['refuses a port that the Service does not have', { packet: { port: 81 } }, 'reject'],
    ['drops what goes to a cluster IP that nobody has', { packet: { destination: '10.96.0.50' } }, 'drop'],
    ['lets through what is for elsewhere', { packet: { destination: '192.0.2.9' } }, 'not-a-service'],
    [
      'drops a stranger before it is seen that there are no endpoints',
      { object: balanced(ranged), rows: [], packet: toBalancer('192.0.2.9') },
      'drop',
    ],
    [
      'refuses a process on the node as anybody else when an external IP has no endpoints',
      {
        service: { externalIPs: ['192.0.2.1'] },
        rows: [],
        packet: { destination: '192.0.2.1', source: '172.18.0.14' },
      },
      'reject',
    ],
  ])('%s', (_, testCase, expected) => expect(outcomes({ ...testCase, mode: 'nftables' })).toBe(expected))

  it('where iptables lets the packet of such a process leave the node', () => {
    const packet = { destination: '192.0.2.1', source: '172.18.0.14' }
    expect(outcomes({ service: { externalIPs: ['192.0.2.1'] }, rows: [], packet })).toBe('not-a-service')
  })
})

describe('the draw', () => {
  it('spreads 30,000 connections over three endpoints as chance does', () => {
    const rules = rulesOf({})
    const stream = new Random(1).stream('test')
    const counts = new Map<string, number>()
    for (let i = 0; i < 30_000; i++) {
      const decision = chooseBackend(rules, TO_VIP, stream.unit())
      const key = decision.kind === 'endpoint' ? decision.endpoint : decision.kind
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(ANY3.split(' '))
    // χ² with two degrees of freedom: p between 0.001 and 0.999.
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chiSquared).toBeLessThan(13.82)
    expect(chiSquared).toBeGreaterThan(0.002)
  })

  it('gives the same choice for the same rules, packet and draw', () => {
    expect(chooseBackend(rulesOf({}), TO_VIP, 0.4)).toEqual({
      kind: 'endpoint',
      service: 'default/my-service',
      portName: '',
      slice: 'default/my-service-abcde',
      endpoint: '10.244.2.7:9376',
      ip: '10.244.2.7',
      port: 9376,
      pod: null,
    })
  })

  it('keeps probabilities at a third when an endpoint is listed twice', () => {
    const rules = rulesOf({ slices: [testSlice(THREE), testSlice(THREE.slice(0, 1), { name: 'my-service-zzzzz' })] })
    expect(rules.portsOf('default/my-service')[0]?.cluster).toHaveLength(3)
  })
})
