import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../kernel/json.ts'
import { DataplaneFixture, restored } from '../testing/dataplane-fixture.ts'
import { testNode, testService, testSlice } from '../testing/service-objects.ts'

const A = '10.244.1.5 @node-1'
const B = '10.244.2.7 @node-2'
const C = '10.244.3.9 @node-3'
const NODES = ['node-1', 'node-2', 'node-3']

/** Three nodes whose proxies are in step with a Service of two endpoints, at 5,000 ms. */
function settled(settings: DataplaneFixture['settings'] | object = {}, seed = 1): DataplaneFixture {
  const fixture = new DataplaneFixture({ settings, seed }).withNodes(3)
  fixture.put('Service', testService())
  fixture.put('EndpointSlice', testSlice([A, B]))
  fixture.loop.advanceTo(5_000)
  return fixture
}

/** Runs on, event by event, and notes when what `read` says changes. */
function history(fixture: DataplaneFixture, untilMs: number, read: () => string): string[] {
  const notes: string[] = []
  let before = read()
  while (fixture.loop.runNext(untilMs)) {
    const now = read()
    if (now !== before) notes.push(`${fixture.loop.nowMs}: ${now}`)
    before = now
  }
  fixture.loop.advanceTo(untilMs)
  return notes
}

const exact = { 'sim-proxy-watch-jitter': 0 }

describe('a proxy', () => {
  it('has no rules for a Node that nobody made, and −1 for the time of its last write', () => {
    const fixture = settled()
    expect(fixture.dataplane.rules('node-9')).toBeUndefined()
    expect(fixture.dataplane.syncedMs('node-9')).toBe(-1)
  })

  it('has no rules on a Node that is not simulated', () => {
    const fixture = new DataplaneFixture()
    const node = testNode(1)
    fixture.put('Node', { ...node, metadata: { ...node.metadata, annotations: {} } })
    fixture.loop.advanceTo(5_000)
    expect(fixture.dataplane.rules('node-1')).toBeUndefined()
  })

  it('writes a single change after one watch delay and one sync', () => {
    const fixture = settled(exact)
    fixture.put('EndpointSlice', testSlice([A, B, C]))
    expect(history(fixture, 9_000, () => fixture.endpoints('node-1'))).toEqual([
      '5050: 10.244.1.5 10.244.2.7 10.244.3.9',
    ])
    expect(fixture.dataplane.syncedMs('node-1')).toBe(5_050)
  })

  it('that is told to work in another mode takes its rules away and writes them anew in that one', () => {
    const fixture = settled(exact)
    const route = (): string => {
      const packet = { destination: '10.96.0.50', port: 80, protocol: 'TCP' as const, source: '10.244.1.9' }
      return `${fixture.dataplane.rules('node-1')?.mode ?? 'no rules'}: ${fixture.dataplane.route('node-1', packet, 0).kind}`
    }
    expect(route()).toBe('iptables: not-a-service')
    fixture.settings = { ...fixture.settings, 'proxy-mode': 'nftables' }
    fixture.dataplane.settingsChanged()
    expect(route()).toBe('no rules: not-a-service')
    const copy = restored(fixture)
    expect(history(fixture, 9_000, route)).toEqual(['5030: nftables: drop'])
    copy.loop.advanceTo(9_000)
    expect(copy.dataplane.rules('node-1')?.mode).toBe('nftables')
    expect(canonicalJson(copy.save())).toBe(canonicalJson(fixture.save()))
  })

  it('keeps what IPVS remembers over a restore', () => {
    const fixture = settled({ ...exact, 'proxy-mode': 'ipvs', 'ipvs-scheduler': 'lc' })
    const packet = { destination: '10.96.0.100', port: 80, protocol: 'TCP' as const, source: '10.244.1.9' }
    const route = (of: DataplaneFixture): string => {
      const decision = of.dataplane.route('node-1', packet, 0)
      return decision.kind === 'endpoint' ? decision.endpoint : decision.kind
    }
    const first = route(fixture)
    const copy = restored(fixture)
    expect(route(copy)).not.toBe(first)
    expect(route(copy)).toBe(first)
  })

  it('writes what it knew when the sync began', () => {
    const fixture = settled({ ...exact, 'sim-proxy-watch-delay': 0, 'iptables-min-sync-period': 0 })
    fixture.put('EndpointSlice', testSlice([A]))
    fixture.loop.advanceTo(5_010)
    fixture.put('EndpointSlice', testSlice([A, B, C]))
    expect(history(fixture, 9_000, () => fixture.endpoints('node-1'))).toEqual([
      '5030: 10.244.1.5',
      '5060: 10.244.1.5 10.244.2.7 10.244.3.9',
    ])
  })

  it('leaves the address of a deleted Service without a rule', () => {
    const fixture = settled()
    fixture.remove('Service', 'my-service')
    fixture.loop.advanceTo(9_000)
    expect(NODES.map(node => fixture.endpoints(node))).toEqual(['no frontend', 'no frontend', 'no frontend'])
  })

  it('loses the endpoints of a slice that changes its Service', () => {
    const fixture = settled()
    fixture.put('EndpointSlice', testSlice([A, B], { name: 'my-service-abcde', service: 'other' }))
    fixture.loop.advanceTo(9_000)
    expect(fixture.endpoints('node-1')).toBe('')
  })

  it('does not write for a headless Service', () => {
    const fixture = settled()
    const before = fixture.dataplane.syncedMs('node-1')
    fixture.put('Service', testService({ clusterIP: 'None', clusterIPs: ['None'] }, 'headless'))
    fixture.put('EndpointSlice', testSlice([A], { service: 'headless' }))
    fixture.loop.advanceTo(9_000)
    expect(fixture.dataplane.syncedMs('node-1')).toBe(before)
  })

  it('hears of its own Node’s new zone', () => {
    const fixture = settled()
    fixture.put('EndpointSlice', testSlice([`${A} zone=a`, `${B} zone=b`]))
    fixture.loop.advanceTo(8_000)
    expect(fixture.endpoints('node-1')).toBe('10.244.1.5')
    fixture.put('Node', testNode(1, 'b'))
    fixture.loop.advanceTo(11_000)
    expect(fixture.endpoints('node-1')).toBe('10.244.2.7')
  })

  it('keeps the rules it gave out as they were', () => {
    const fixture = settled()
    const rules = fixture.dataplane.rules('node-1')
    fixture.put('EndpointSlice', testSlice([A, B, C]))
    fixture.loop.advanceTo(9_000)
    expect(rules?.portsOf('default/my-service')[0]?.cluster).toHaveLength(2)
    expect(fixture.dataplane.rules('node-1')).not.toBe(rules)
  })
})

describe('proxies of several nodes', () => {
  it('differ for a while and then agree', () => {
    const fixture = settled()
    fixture.put('EndpointSlice', testSlice([A, B, C]))
    const notes = history(fixture, 9_000, () => NODES.map(node => fixture.endpoints(node).split(' ').length).join(' '))
    expect(notes).toHaveLength(3)
    expect(notes.at(-1)).toMatch(/: 3 3 3$/)
    const writtenMs = notes.map(note => Number(note.split(':')[0]))
    // 20 ms ± half, and 30 ms for the sync.
    for (const time of writtenMs) expect(time).toBeGreaterThanOrEqual(5_040)
    for (const time of writtenMs) expect(time).toBeLessThanOrEqual(5_060)
  })

  it('share what they compile', () => {
    const fixture = settled()
    const [first, second] = ['node-1', 'node-2'].map(
      node => fixture.dataplane.rules(node)?.portsOf('default/my-service')[0],
    )
    expect(first).toBeDefined()
    expect(first).toBe(second)
  })

  it('come out the same for the same seed, and not for another', () => {
    expect(times(1)).toEqual(times(1))
    expect(times(1)).not.toEqual(times(2))
  })
})

describe('a machine without power', () => {
  it('has no rules, and its proxy hears nothing', () => {
    const fixture = settled()
    fixture.setPower('node-2', false)
    expect(fixture.dataplane.rules('node-2')).toBeUndefined()
    fixture.put('EndpointSlice', testSlice([A, C]))
    fixture.loop.advanceTo(60_000)
    expect(fixture.dataplane.rules('node-2')).toBeUndefined()
    expect(fixture.endpoints('node-1')).toBe('10.244.1.5 10.244.3.9')
  })

  it('catches up in one sync once it has started again', () => {
    const fixture = settled()
    fixture.setPower('node-2', false)
    fixture.put('EndpointSlice', testSlice([A]))
    fixture.loop.advanceTo(60_000)
    fixture.setPower('node-2', true)
    fixture.put('EndpointSlice', testSlice([A, C]))
    expect(history(fixture, 90_000, () => fixture.endpoints('node-2'))).toEqual(['70030: 10.244.1.5 10.244.3.9'])
  })

  it('does not start a proxy twice when power flickers', () => {
    const fixture = settled()
    fixture.setPower('node-2', false)
    fixture.setPower('node-2', true)
    fixture.loop.advanceTo(8_000)
    fixture.setPower('node-2', false)
    fixture.setPower('node-2', true)
    expect(history(fixture, 90_000, () => fixture.endpoints('node-2'))).toEqual(['18030: 10.244.1.5 10.244.2.7'])
  })

  it('is noticed even when only its Node tells of it', () => {
    const fixture = new DataplaneFixture()
    fixture.put('Node', testNode(1))
    fixture.loop.advanceTo(1_000)
    fixture.world.setMachine({ name: 'node-1', power: true, kubelet: true, sinceMs: 1_000 })
    expect(fixture.dataplane.rules('node-1')).toBeUndefined()
    fixture.put('Node', { ...testNode(1), spec: { ...testNode(1).spec, unschedulable: true } })
    fixture.loop.advanceTo(2_000)
    expect(fixture.dataplane.syncedMs('node-1')).toBe(1_030)
  })
})

describe('session affinity', () => {
  const packet = { destination: '10.96.0.100', port: 80, protocol: 'TCP', source: '10.244.4.20' } as const
  const chosen = (fixture: DataplaneFixture, draw: number, node = 'node-1', source: string = packet.source): string => {
    const decision = fixture.dataplane.route(node, { ...packet, source }, draw)
    return decision.kind === 'endpoint' ? decision.ip : decision.kind
  }

  it('keeps a client at its endpoint whatever the draw', () => {
    const fixture = kept()
    expect([0, 0.9, 0.5, 0.9].map(draw => chosen(fixture, draw))).toEqual(Array(4).fill('10.244.1.5'))
  })

  it('is forgotten after the timeout without a new connection', () => {
    const fixture = kept()
    expect(chosen(fixture, 0)).toBe('10.244.1.5')
    fixture.loop.advanceTo(60_000)
    expect(chosen(fixture, 0.9)).toBe('10.244.1.5')
    fixture.loop.advanceTo(120_000)
    expect(chosen(fixture, 0.9)).toBe('10.244.1.5')
    fixture.loop.advanceTo(180_001)
    expect(chosen(fixture, 0.9)).toBe('10.244.2.7')
  })

  it('is each node’s own', () => {
    const fixture = kept()
    expect([chosen(fixture, 0), chosen(fixture, 0.9, 'node-2')]).toEqual(['10.244.1.5', '10.244.2.7'])
  })

  it('ends with the endpoint, and does not come back with it', () => {
    const fixture = kept()
    expect(chosen(fixture, 0)).toBe('10.244.1.5')
    fixture.put('EndpointSlice', testSlice([B]))
    fixture.loop.advanceTo(12_000)
    expect(chosen(fixture, 0)).toBe('10.244.2.7')
    fixture.put('EndpointSlice', testSlice([A, B]))
    fixture.loop.advanceTo(16_000)
    expect(chosen(fixture, 0)).toBe('10.244.2.7')
  })

  it('survives a snapshot', () => {
    const fixture = kept()
    expect(chosen(fixture, 0)).toBe('10.244.1.5')
    expect(chosen(restored(fixture), 0.9)).toBe('10.244.1.5')
  })
})

describe('a snapshot of the data plane', () => {
  it('goes on to the same bytes from any event of a busy second', () => {
    const whole = busy()
    whole.loop.advanceTo(20_000)
    const expected = canonicalJson(whole.save())
    const stepped = busy()
    let cuts = 0
    do {
      const copy = restored(stepped)
      expect(canonicalJson(copy.save())).toBe(canonicalJson(stepped.save()))
      copy.loop.advanceTo(20_000)
      expect(canonicalJson(copy.save())).toBe(expected)
      cuts++
    } while (stepped.loop.runNext(20_000))
    expect(cuts).toBeGreaterThan(10)
  })

  it('does not touch another data plane beside it', () => {
    const first = settled()
    const second = settled({}, 2)
    first.put('EndpointSlice', testSlice([A, B, C]))
    first.loop.advanceTo(9_000)
    second.loop.advanceTo(9_000)
    expect([first.endpoints('node-1'), second.endpoints('node-1')]).toEqual([
      '10.244.1.5 10.244.2.7 10.244.3.9',
      '10.244.1.5 10.244.2.7',
    ])
  })

  it('forgets what everybody has heard', () => {
    const fixture = settled()
    expect(fixture.dataplane.save()).toMatchObject({ entries: [] })
  })
})

function kept(settings: object = {}): DataplaneFixture {
  const fixture = settled(settings)
  fixture.put(
    'Service',
    testService({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }),
  )
  fixture.loop.advanceTo(8_000)
  return fixture
}

function busy(): DataplaneFixture {
  const fixture = settled()
  fixture.setPower('node-3', false)
  fixture.put('EndpointSlice', testSlice([A, B, C]))
  fixture.loop.advanceTo(5_015)
  fixture.put('EndpointSlice', testSlice([A, C]))
  fixture.put('Service', testService({ clusterIP: '10.96.0.77', clusterIPs: ['10.96.0.77'] }, 'other'))
  fixture.setPower('node-3', true)
  return fixture
}

function times(seed: number): string[] {
  const fixture = settled({}, seed)
  fixture.put('EndpointSlice', testSlice([A, B, C]))
  return history(fixture, 9_000, () => NODES.map(node => fixture.endpoints(node)).join('|'))
}
