import { describe, expect, test } from 'vitest'
import type { ServiceSpec } from '../../../api/service/service.ts'
import { Random } from '../../../kernel/rng.ts'
import { testService, testSlice } from '../../../testing/service-objects.ts'
import { ServiceState } from '../../service-state.ts'
import { NodeRules } from '../compile-rules.ts'
import type { Packet } from '../packet.ts'
import { IpvsBalancer } from './balancer.ts'
import { chooseByIpvs } from './choose-by-ipvs.ts'
import { IPVS_SCHEDULERS, type IpvsScheduler } from './schedule.ts'

const THREE = ['10.244.1.5 @node-1', '10.244.2.7 @node-2', '10.244.3.9 @node-3']
const TO_VIP: Packet = { destination: '10.96.0.100', port: 80, protocol: 'TCP', source: '10.244.4.20' }
const nodePort: Partial<ServiceSpec> = {
  type: 'NodePort',
  ports: [{ protocol: 'TCP', port: 80, targetPort: 9376, nodePort: 30_080 }],
}

/** node-4, which has none of the Pods, and what comes of one connection after the other. */
class Node {
  readonly balancer = new IpvsBalancer('node-4')
  readonly #draws = new Random(7).stream('draws')
  scheduler: IpvsScheduler
  nowMs = 0
  #rules: NodeRules

  constructor(scheduler: IpvsScheduler = 'rr', rows = THREE, spec: Partial<ServiceSpec> = {}) {
    this.scheduler = scheduler
    this.#rules = Node.#compile(rows, spec)
  }

  static #compile(rows: readonly string[], spec: Partial<ServiceSpec>): NodeRules {
    const state = new ServiceState('default/my-service', testService(spec), [testSlice(rows)])
    return new NodeRules({
      mode: 'ipvs',
      place: { name: 'node-4', zone: 'c' },
      addresses: ['172.18.0.14'],
      clusterCidr: '10.244.0.0/16',
      serviceRange: '10.96.0.0/16',
      services: new Map([[state.key, state]]),
    })
  }

  write(rows: readonly string[], spec: Partial<ServiceSpec> = {}): void {
    this.#rules = Node.#compile(rows, spec)
  }

  /** The endpoint's address, or how it was refused. */
  connect(packet: Partial<Packet> = {}): string {
    const { balancer, scheduler, nowMs } = this
    const asked = { ...TO_VIP, ...packet }
    const decision = chooseByIpvs(this.#rules, asked, this.#draws.unit(), { balancer, scheduler, nowMs })
    return decision.kind === 'endpoint' ? decision.endpoint.replace(/:\d+$/, '') : decision.kind
  }

  close(address: string, packet: Partial<Packet> = {}): void {
    this.balancer.ended({ ...TO_VIP, ...packet }, `${address}:9376`, this.nowMs)
  }

  connectMany(count: number, source: (index: number) => string = () => TO_VIP.source): readonly string[] {
    return Array.from({ length: count }, (_, index) => this.connect({ source: source(index) }))
  }

  get order(): readonly string[] {
    return this.balancer.serversOf(TO_VIP).map(({ endpoint }) => endpoint.replace(/:\d+$/, ''))
  }
}

function counted(chosen: readonly string[]): readonly number[] {
  const counts = new Map<string, number>()
  for (const one of chosen) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts.values()].sort((a, b) => a - b)
}

describe('the schedulers of IPVS', () => {
  test('rr goes round: seven connections over three servers', () => {
    const node = new Node()
    const chosen = node.connectMany(7)
    expect(chosen).toEqual([0, 1, 2, 0, 1, 2, 0].map(place => node.order[place]))
  })

  test('rr goes on from the one before when the server it stands at is taken away', () => {
    const node = new Node()
    const [first, second] = node.connectMany(2) as [string, string]
    node.close(second)
    node.close(first)
    node.nowMs += 120_000
    node.write(THREE.filter(row => !row.startsWith(`${second} `)))
    expect(node.connect()).toBe(node.order.find(address => address !== first))
  })

  test('lc takes who has the fewest, and counts those just closed as a little', () => {
    const node = new Node('lc')
    const [a, b, c] = node.connectMany(3) as [string, string, string]
    expect(new Set([a, b, c]).size).toBe(3)
    node.connectMany(3)
    node.close(b)
    node.close(b)
    // 512, 2, 512: two connections in FIN-WAIT weigh less than one that is open.
    expect(node.connect()).toBe(b)
  })

  test('mh spreads one client’s connections, and few move when a server goes', () => {
    const all = new Node('mh').connectMany(3_000)
    expect(counted(all)).toHaveLength(3)
    expect(counted(all)[0]).toBeGreaterThan(850)
    const gone = all[0] as string
    const fewer = new Node(
      'mh',
      THREE.filter(row => !row.startsWith(`${gone} `)),
    ).connectMany(3_000)
    const moved = all.filter((address, index) => address !== gone && address !== fewer[index])
    expect(moved.length).toBeLessThan(300)
  })

  test('sed and nq look at established connections alone; nq takes an idle one first', () => {
    for (const scheduler of ['sed', 'nq'] as const) {
      const node = new Node(scheduler)
      const [a, b, c] = node.connectMany(3) as [string, string, string]
      expect(new Set([a, b, c]).size).toBe(3)
      node.close(c)
      expect(node.connect()).toBe(c)
    }
  })

  test('lblc stays with one server until it has two connections and another has none', () => {
    const node = new Node('lblc')
    const [first, second, third] = node.connectMany(3) as [string, string, string]
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  test('lblcr adds a server to its set when the set is overloaded', () => {
    const chosen = new Node('lblcr').connectMany(12)
    expect(chosen[0]).toBe(chosen[1])
    expect(new Set(chosen).size).toBe(3)
  })

  test.each(IPVS_SCHEDULERS)('%s refuses when there is nobody', scheduler => {
    expect(new Node(scheduler, []).connect()).toBe('reject')
  })

  test.each(IPVS_SCHEDULERS)('%s goes on byte for byte after a restore', scheduler => {
    const node = new Node(scheduler)
    node.connectMany(17, index => `10.244.4.${index % 5}`)
    const copy = new Node(scheduler)
    copy.connectMany(17, index => `10.244.4.${index % 5}`)
    copy.balancer.load(JSON.parse(JSON.stringify(node.balancer.save())))
    const next = (of: Node): readonly string[] => of.connectMany(20, index => `10.244.4.${index % 7}`)
    expect(next(copy)).toEqual(next(node))
    expect(copy.balancer.save()).toEqual(node.balancer.save())
  })
})

describe('a server that leaves', () => {
  test('stays with weight 0 until its last connection is over and forgotten, two minutes after', () => {
    const node = new Node()
    const chosen = node.connectMany(3)
    const gone = chosen[0] as string
    const row = (): unknown => node.balancer.serversOf(TO_VIP).find(({ endpoint }) => endpoint.startsWith(`${gone}:`))
    node.write(THREE.filter(text => !text.startsWith(`${gone} `)))
    expect(node.connectMany(6)).not.toContain(gone)
    expect(row()).toMatchObject({ weight: 0, active: 1 })
    node.close(gone)
    node.nowMs += 119_999
    node.connect()
    expect(row()).toMatchObject({ weight: 0, active: 0 })
    node.nowMs += 1
    node.connect()
    expect(row()).toBeUndefined()
  })

  test('goes at once when it has no connection', () => {
    const node = new Node()
    const first = node.connect()
    const idle = node.order.find(address => address !== first) as string
    node.write(THREE.filter(text => !text.startsWith(`${idle} `)))
    node.connect()
    expect(node.order).not.toContain(idle)
  })

  test('leaves the clients of its slot refused meanwhile, by sh', () => {
    const node = new Node('sh')
    const gone = node.connect()
    node.close(gone)
    node.write(THREE.filter(text => !text.startsWith(`${gone} `)))
    expect(node.connect()).toBe('reject')
    node.nowMs += 120_000
    expect(node.connect()).toMatch(/^10\.244\./)
  })

  test('and comes back is a new one', () => {
    const node = new Node('lc')
    const gone = node.connectMany(3)[0] as string
    node.write(THREE.filter(row => !row.startsWith(`${gone} `)))
    node.connectMany(2)
    node.write(THREE)
    expect(node.connectMany(2)).toEqual([gone, gone])
  })

  test('of UDP is gone at once', () => {
    const udp: Partial<ServiceSpec> = { ports: [{ protocol: 'UDP', port: 80, targetPort: 9376 }] }
    const slice = testSlice(THREE, { ports: [{ name: '', protocol: 'UDP', port: 9376 }] })
    const state = new ServiceState('default/my-service', testService(udp), [slice])
    const balancer = new IpvsBalancer('node-4')
    const packet: Packet = { ...TO_VIP, protocol: 'UDP' }
    const [first, ...others] = state.rulesAt({ name: 'node-4', zone: '' })[0]?.ports[0]?.cluster ?? []
    if (!first) throw new Error('no endpoint')
    const moment = { packet, scheduler: 'rr', affinitySeconds: 0, draw: 0, nowMs: 0 } as const
    for (let count = 0; count < 3; count++) balancer.choose({ ...moment, choices: [first, ...others] })
    balancer.choose({ ...moment, choices: others })
    expect(balancer.serversOf(packet)).toHaveLength(2)
  })
})

describe('what differs from the other modes', () => {
  const local: Partial<ServiceSpec> = { ...nodePort, externalTrafficPolicy: 'Local' }
  const outside = { source: '198.51.100.79', destination: '172.18.0.14', port: 30_080 }

  test('a port that the Service does not have is refused: the node owns the address', () => {
    expect(new Node().connect({ port: 81 })).toBe('reject')
    expect(new Node().connect({ destination: '10.96.0.50' })).toBe('not-a-service')
  })

  test('internal policy Local without a Pod here refuses instead of dropping', () => {
    expect(new Node('rr', THREE, { internalTrafficPolicy: 'Local' }).connect()).toBe('reject')
  })

  test('external policy Local without a Pod here sends to another node, whose answer an outsider does not recognise', () => {
    const node = new Node('rr', THREE, local)
    expect(node.connect(outside)).toBe('drop')
    expect(node.connect({ ...outside, source: TO_VIP.source })).toMatch(/^10\.244\./)
  })

  test('cluster IP and node port each go round by themselves, and keep their own clients', () => {
    const node = new Node('rr', THREE, { ...nodePort, sessionAffinity: 'ClientIP' })
    const kept = node.connect()
    const keptAtPort = node.connect({ ...outside, source: TO_VIP.source })
    node.connect({ source: '10.244.4.21' })
    expect(node.connectMany(3)).toEqual([kept, kept, kept])
    expect(node.connect({ ...outside, source: TO_VIP.source })).toBe(keptAtPort)
  })

  test('a client is kept until its time has passed without a connection', () => {
    const node = new Node('rr', THREE, { sessionAffinity: 'ClientIP' })
    const kept = node.connect()
    node.nowMs = 10_800_000
    expect(node.connect()).toBe(kept)
    node.nowMs += 10_800_001
    expect(node.connect()).not.toBe(kept)
  })
})
