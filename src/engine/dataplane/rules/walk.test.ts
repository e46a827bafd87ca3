import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Service, ServiceSpec } from '../../api/service/service.ts'
import { testService, testSlice } from '../../testing/service-objects.ts'
import { chooseBackend } from '../proxy/choose-backend.ts'
import { NodeRules, type RulesMode } from '../proxy/compile-rules.ts'
import { isMasqueraded } from '../proxy/masquerade.ts'
import type { Packet } from '../proxy/packet.ts'
import { ServiceState } from '../service-state.ts'
import { walkRules } from './index.ts'
import type { Walk } from './walk.ts'

const THREE = ['10.244.1.5 @node-1', '10.244.2.7 @node-2', '10.244.3.9 @node-3']
const VIP = '203.0.113.5'
const TO_CLUSTER_IP: Packet = { destination: '10.96.0.100', port: 80, protocol: 'TCP', source: '10.244.2.9' }

function nodeRules(mode: RulesMode, service: Service, rows: readonly string[] = THREE): NodeRules {
  const state = new ServiceState('default/my-service', service, [testSlice(rows)])
  return new NodeRules({
    mode,
    place: { name: 'node-1', zone: 'a' },
    addresses: ['172.18.0.11'],
    clusterCidr: '10.244.0.0/16',
    serviceRange: '10.96.0.0/16',
    services: new Map([[state.key, state]]),
  })
}

function walk(
  rules: NodeRules,
  { packet = TO_CLUSTER_IP, draw = 0, keptAt }: { packet?: Packet; draw?: number; keptAt?: string } = {},
): Walk {
  const decision = chooseBackend(rules, packet, draw)
  return walkRules(rules, { packet, draw, keptAt, decision, scheduler: 'rr' })
}

function shortly({ met }: Walk): readonly string[] {
  return met.map(
    ({ chain, matched, oneOf }) => `${chain}${oneOf === undefined ? '' : ` 1/${oneOf}`}${matched ? '' : ' no'}`,
  )
}

describe('the way of a packet through the rules', () => {
  test('iptables tosses a coin for each endpoint until one falls', () => {
    const found = walk(nodeRules('iptables', testService()), { draw: 0.5 })
    expect(shortly(found)).toEqual([
      'PREROUTING',
      'KUBE-SERVICES',
      'KUBE-SVC-FXIYY6OHUSNBITIX 1/3 no',
      'KUBE-SVC-FXIYY6OHUSNBITIX 1/2',
      'KUBE-SEP-PGPXLQMQVAUMU7RG',
      'FORWARD',
      'FORWARD',
      'FORWARD',
      'FORWARD',
      'POSTROUTING',
      'KUBE-POSTROUTING',
    ])
    expect(found.end).toEqual({ kind: 'endpoint', endpoint: '10.244.2.7:9376', masquerade: false })
  })

  test('nftables draws one number', () => {
    const found = walk(nodeRules('nftables', testService()), { draw: 0.9 })
    expect(shortly(found)).toContain('service-4BBKY5IM-default/my-service/tcp/ 1/3')
    expect(found.end).toEqual({ kind: 'endpoint', endpoint: '10.244.3.9:9376', masquerade: false })
  })

  test.each(['iptables', 'nftables'] as const)(
    '%s: who calls itself is masqueraded, or no answer would come back',
    mode => {
      const packet = { ...TO_CLUSTER_IP, source: '10.244.1.5' }
      expect(walk(nodeRules(mode, testService()), { packet }).end).toMatchObject({ masquerade: true })
    },
  )

  test.each(['iptables', 'nftables'] as const)('%s: who is kept goes there without a draw', mode => {
    const kept = testService({ sessionAffinity: 'ClientIP' })
    const found = walk(nodeRules(mode, kept), { draw: 0, keptAt: '10.244.3.9:9376' })
    expect(found.end).toMatchObject({ endpoint: '10.244.3.9:9376' })
    expect(found.met.some(({ oneOf }) => oneOf !== undefined)).toBe(false)
  })

  test('a port that the Service does not have: iptables lets it pass, nftables refuses', () => {
    const packet = { ...TO_CLUSTER_IP, port: 81 }
    expect(walk(nodeRules('iptables', testService()), { packet }).end).toEqual({ kind: 'pass', masquerade: false })
    expect(walk(nodeRules('nftables', testService()), { packet }).end).toEqual({ kind: 'reject' })
  })

  test('an address that is nobody’s: iptables lets it pass, nftables drops it', () => {
    const packet = { ...TO_CLUSTER_IP, destination: '10.96.0.50' }
    expect(walk(nodeRules('iptables', testService()), { packet }).end.kind).toBe('pass')
    expect(walk(nodeRules('nftables', testService()), { packet }).end.kind).toBe('drop')
  })
})

describe('rules and choice agree', () => {
  const row = fc
    .record({
      ip: fc.integer({ min: 1, max: 12 }),
      node: fc.constantFrom(' @node-1', ' @node-2', ''),
      state: fc.constantFrom('', '', '', ' unready', ' terminating serving', ' terminating'),
      hint: fc.constantFrom('', '', ' zone=a', ' zone=b'),
    })
    .map(({ ip, node, state, hint }) => `10.244.1.${ip}${node}${state}${hint}`)
  const policy = fc.constantFrom('Cluster', 'Local')
  const spec: fc.Arbitrary<Partial<ServiceSpec>> = fc
    .record({
      internalTrafficPolicy: policy,
      externalTrafficPolicy: policy,
      type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
      sessionAffinity: fc.constantFrom('None', 'ClientIP'),
      ranges: fc.constantFrom(undefined, ['198.51.100.0/24'], ['172.18.0.0/16', '192.0.2.0/24']),
      externalIPs: fc.constantFrom(undefined, ['192.0.2.1']),
    })
    .map(({ ranges, externalIPs, type, externalTrafficPolicy, ...rest }) => ({
      ...rest,
      type,
      ...(externalIPs ? { externalIPs } : {}),
      ...(type === 'ClusterIP' && !externalIPs ? {} : { externalTrafficPolicy }),
      ...(type === 'LoadBalancer' && ranges ? { loadBalancerSourceRanges: ranges } : {}),
      ports: [{ protocol: 'TCP', port: 80, targetPort: 9376, ...(type === 'ClusterIP' ? {} : { nodePort: 30080 }) }],
    })) as fc.Arbitrary<Partial<ServiceSpec>>
  const draws = fc.double({ min: 0, max: 0.999_999, noNaN: true })
  const packet: fc.Arbitrary<Packet> = fc.record({
    destination: fc.constantFrom('10.96.0.100', VIP, '192.0.2.1', '172.18.0.11'),
    port: fc.constantFrom(80, 80, 30080),
    protocol: fc.constant('TCP' as const),
    source: fc.constantFrom('10.244.1.3', '10.244.2.7', '198.51.100.79', '203.0.113.99', '172.18.0.11'),
  })

  test.each(['iptables', 'nftables'] as const)('in %s, whatever Service, endpoints, packet and draw', mode => {
    fc.assert(
      fc.property(spec, fc.array(row, { maxLength: 6 }), packet, draws, (...given) => {
        const [serviceSpec, rows, to, draw] = given
        const status = { loadBalancer: { ingress: [{ ip: VIP, ipMode: 'VIP' as const }] } }
        const service = testService(serviceSpec, 'my-service', serviceSpec.type === 'LoadBalancer' ? status : undefined)
        const rules = nodeRules(mode, service, rows)
        if (!rules.frontend(to)) return
        let keptAt: string | undefined
        const decision = chooseBackend(rules, to, draw, (_, choices) => {
          keptAt = choices[Math.floor((draw * 7) % choices.length)]?.endpoint
          return choices.find(({ endpoint }) => endpoint === keptAt)
        })
        const { end } = walk(rules, { packet: to, draw, ...(keptAt === undefined ? {} : { keptAt }) })
        if (decision.kind === 'endpoint') {
          const masquerade = isMasqueraded(rules, to, decision)
          expect(end).toEqual({ kind: 'endpoint', endpoint: decision.endpoint, masquerade })
        } else expect(end.kind).toBe(decision.kind === 'not-a-service' ? 'pass' : decision.kind)
      }),
      { seed: 20_261_125, numRuns: 3_000 },
    )
  })
})
