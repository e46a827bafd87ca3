import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../kernel/json.ts'
import { testService, testSlice } from '../testing/service-objects.ts'
import { restoredTraffic, TrafficFixture } from '../testing/traffic-fixture.ts'
import type { TripRecord } from './index.ts'

describe('a request', () => {
  it('to a Service is answered by one of its Pods, and its record says by which way', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient()
    const [trip] = fixture.during(1_000)
    expect(trip).toMatchObject({
      id: 1,
      client: 'frontend-1',
      to: 'my-service:80',
      service: 'default/my-service',
      portName: '',
      slice: 'default/my-service-abcde',
      outcome: 'ok',
      cause: null,
      place: null,
    })
    expect(trip?.endpoint).toBe(`10.244.${trip?.pod?.at(-1)}.5:9376`)
    expect(trip?.pod).toMatch(/^default\/pod-[123]$/)
  })

  it('takes a look-up, a handshake, a way there and back, and the time of the server', () => {
    const fixture = new TrafficFixture({
      settings: { 'sim-service-time': 1e-9, 'sim-latency-same-node': 10, 'sim-latency-cross-node': 10 },
    }).withService()
    fixture.startClient()
    for (const { latencyMs } of fixture.during(1_000)) {
      // 1 ms for DNS and four ways of 10 ms, each at most a tenth longer or shorter.
      expect(latencyMs).toBeGreaterThan(1 + 36)
      expect(latencyMs).toBeLessThan(1 + 44)
    }
  })

  it('is faster within a node than between two', () => {
    const fixture = new TrafficFixture({
      settings: { 'sim-service-time': 1e-9, 'sim-latency-cross-node': 20 },
    }).withService()
    fixture.startClient()
    const byPod = groups(fixture.during(2_000))
    expect(Math.max(...latencies(byPod, 'default/pod-1'))).toBeLessThan(2)
    expect(Math.min(...latencies(byPod, 'default/pod-2'))).toBeGreaterThan(70)
  })

  it('waits a mean service time', () => {
    const fixture = new TrafficFixture({
      settings: { 'sim-latency-same-node': 0, 'sim-latency-cross-node': 0 },
    }).withService()
    fixture.startClient({ rate: 1_000 })
    const trips = fixture.during(10_000)
    const mean = trips.reduce((sum, trip) => sum + trip.latencyMs - 1, 0) / trips.length
    // Five standard errors of an exponential time with mean 4.
    expect(Math.abs(mean - 4)).toBeLessThan((5 * 4) / Math.sqrt(trips.length))
  })

  it('spreads over the Pods as chance does', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient({ rate: 1_000 })
    const trips = fixture.during(30_000)
    const chiSquared = [...groups(trips).values()].reduce(
      (sum, { length }) => sum + (length - trips.length / 3) ** 2 / (trips.length / 3),
      0,
    )
    expect(groups(trips).size).toBe(3)
    expect(chiSquared).toBeLessThan(13.82)
    expect(chiSquared).toBeGreaterThan(0.002)
  })

  it('comes at the rate that was asked for, and not evenly', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient({ rate: 50 })
    const trips = fixture.during(40_000)
    // 2,000 expected; five standard deviations of a Poisson count.
    expect(Math.abs(trips.length - 2_000)).toBeLessThan(5 * Math.sqrt(2_000))
    const gaps = trips.slice(1).map((trip, index) => trip.startMs - (trips[index] as TripRecord).startMs)
    expect(gaps.filter(gap => Math.abs(gap) > 40).length).toBeGreaterThan(100)
  })

  it('to a Service port with a name says the name', () => {
    const fixture = new TrafficFixture().withService()
    fixture.put(
      'Service',
      testService(
        {
          clusterIP: '10.96.0.101',
          clusterIPs: ['10.96.0.101'],
          ports: [{ name: 'http', protocol: 'TCP', port: 8080, targetPort: 'web' }],
        },
        'named',
      ),
    )
    fixture.put(
      'EndpointSlice',
      testSlice(['10.244.2.5 @node-2 pod=pod-2'], {
        service: 'named',
        ports: [{ name: 'http', protocol: 'TCP', port: 9376 }],
      }),
    )
    fixture.during(2_000)
    fixture.startClient({ to: 'named.default', port: 8080 })
    expect(fixture.during(500)[0]).toMatchObject({
      outcome: 'ok',
      service: 'default/named',
      portName: 'http',
      pod: 'default/pod-2',
    })
  })
})

describe('a request fails', () => {
  const cases: readonly (readonly [
    name: string,
    set: (fixture: TrafficFixture) => void,
    expected: Partial<TripRecord>,
  ])[] = [
    [
      'refused at the Service without endpoints',
      fixture => fixture.putSlice([]),
      { cause: 'refused', place: 'service', service: 'default/my-service', endpoint: null, pod: null },
    ],
    [
      'refused at a Pod that does not listen on the port',
      fixture => [1, 2, 3].forEach(index => fixture.run(index, { tcpPorts: [8080] })),
      { cause: 'refused', place: 'pod' },
    ],
    [
      'refused at a Pod whose process is not listening',
      fixture => [1, 2, 3].forEach(index => fixture.run(index, { listening: false })),
      { cause: 'refused', place: 'pod' },
    ],
    [
      'in vain at a machine without power',
      fixture => [2, 3].forEach(index => fixture.setPower(`node-${index}`, false)),
      { cause: 'timeout', place: 'node', latencyMs: 1_000 },
    ],
    [
      'in vain at an address that nobody has any more',
      fixture => [1, 2, 3].forEach(index => fixture.world.removeProcess(`uid-${index}`)),
      { cause: 'timeout', place: 'pod', latencyMs: 1_000 },
    ],
    [
      'in vain when the policy drops it',
      fixture => fixture.put('Service', testService({ internalTrafficPolicy: 'Local' })) && fixture.putSlice([2, 3]),
      { cause: 'timeout', place: 'service', pod: null },
    ],
  ]
  it.each(cases)('%s', (_name, set, expected) => {
    const fixture = new TrafficFixture().withService()
    set(fixture)
    fixture.during(3_000)
    fixture.startClient()
    const failed = fixture.during(3_000).find(trip => trip.outcome === 'failed')
    expect(failed).toMatchObject({ outcome: 'failed', service: 'default/my-service', ...expected })
  })

  const targets: readonly (readonly [to: string, port: number, expected: Partial<TripRecord>])[] = [
    ['my-srvice', 80, { cause: 'dns', place: 'name', latencyMs: 4, service: null }],
    ['my-service.nowhere', 80, { cause: 'dns', place: 'name' }],
    ['10.96.0.100', 81, { cause: 'timeout', place: 'service', service: null, endpoint: null }],
    ['10.96.0.50', 80, { cause: 'timeout', place: 'service' }],
    ['10.244.2.99', 80, { cause: 'timeout', place: 'pod', endpoint: '10.244.2.99:80', pod: null }],
    ['10.244.2.5', 80, { cause: 'refused', place: 'pod', endpoint: '10.244.2.5:80', pod: 'default/pod-2' }],
    ['172.18.0.12', 30080, { cause: 'refused', place: 'node' }],
  ]
  it.each(targets)('%s:%d', (to, port, expected) => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient({ to, port })
    expect(fixture.during(3_000).find(trip => trip.outcome !== 'pending')).toMatchObject({
      outcome: 'failed',
      ...expected,
    })
  })

  it('when the client is less patient than the server is slow', () => {
    const fixture = new TrafficFixture({ settings: { 'sim-service-time': 10_000 } }).withService()
    fixture.startClient({ timeoutMs: 300 })
    const ended = fixture.during(10_000).filter(trip => trip.outcome === 'failed')
    expect(ended[0]).toMatchObject({ cause: 'timeout', place: 'pod', latencyMs: 300 })
  })
})

describe('other ways to an answer', () => {
  it('a Pod’s own address, past every Service', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient({ to: '10.244.2.5', port: 9376 })
    expect(fixture.during(500)[0]).toMatchObject({
      outcome: 'ok',
      service: null,
      portName: null,
      slice: null,
      endpoint: '10.244.2.5:9376',
      pod: 'default/pod-2',
    })
  })

  it('a NodePort on a node that has no Pod', () => {
    const fixture = new TrafficFixture().withService()
    fixture.put(
      'Service',
      testService({ type: 'NodePort', ports: [{ protocol: 'TCP', port: 80, targetPort: 9376, nodePort: 30080 }] }),
    )
    fixture.putSlice([1])
    fixture.during(3_000)
    fixture.startClient({ to: '172.18.0.13', port: 30080 })
    expect(fixture.during(500)[0]).toMatchObject({ outcome: 'ok', service: 'default/my-service', pod: 'default/pod-1' })
    fixture.setPower('node-3', false)
    fixture.during(100)
    expect(fixture.during(2_000).findLast(trip => trip.outcome !== 'pending')).toMatchObject({
      cause: 'timeout',
      place: 'node',
    })
  })

  it('an endpoint that is no Pod: a healthy server outside', () => {
    const fixture = new TrafficFixture().withService()
    fixture.put('EndpointSlice', testSlice(['192.0.2.42']))
    fixture.during(2_000)
    fixture.startClient()
    expect(fixture.during(500)[0]).toMatchObject({
      outcome: 'ok',
      endpoint: '192.0.2.42:9376',
      pod: null,
      slice: 'default/my-service-abcde',
    })
  })

  it('an ExternalName, which is no more than a name', () => {
    const fixture = new TrafficFixture().withService()
    fixture.put('Service', { ...testService({}, 'db'), spec: { type: 'ExternalName', externalName: 'db.example.com' } })
    fixture.during(1_000)
    fixture.startClient({ to: 'db', port: 5432 })
    expect(fixture.during(500)[0]).toMatchObject({ outcome: 'ok', service: 'default/db', slice: null, pod: null })
    expect(fixture.trips.at(-1)?.endpoint).toMatch(/^198\.51\.100\.\d+:5432$/)
  })

  it('a headless Service: the client takes one of the addresses', () => {
    const fixture = new TrafficFixture().withService()
    fixture.put('Service', testService({ clusterIP: 'None', clusterIPs: ['None'] }, 'headless'))
    fixture.put('EndpointSlice', testSlice(['10.244.1.5 pod=pod-1', '10.244.2.5 pod=pod-2'], { service: 'headless' }))
    fixture.during(1_000)
    fixture.startClient({ to: 'headless', port: 9376 })
    const trips = fixture.during(1_000)
    expect([...groups(trips).keys()].sort()).toEqual(['default/pod-1', 'default/pod-2'])
    expect(trips[0]).toMatchObject({ service: 'default/headless', slice: 'default/headless-abcde', outcome: 'ok' })
  })

  it('UDP, which needs no handshake', () => {
    const fixture = new TrafficFixture({
      settings: { 'sim-service-time': 1e-9, 'sim-latency-same-node': 10 },
    }).withService()
    fixture.run(1, { udpPorts: 'any' })
    fixture.startClient({ to: '10.244.1.5', port: 53, protocol: 'UDP' })
    for (const { latencyMs, outcome } of fixture.during(1_000)) {
      expect(outcome).toBe('ok')
      expect(Math.abs(latencyMs - 20)).toBeLessThanOrEqual(2)
    }
  })
})

describe('what happens while a request is under way', () => {
  it('is a reset when the process ends', () => {
    const fixture = new TrafficFixture({ settings: { 'sim-service-time': 400 } }).withService()
    fixture.startClient({ timeoutMs: 60_000 })
    fixture.during(1_000)
    fixture.world.removeProcess('uid-2')
    const resets = fixture.during(2).filter(trip => trip.outcome !== 'pending' && trip.pod === 'default/pod-2')
    expect(resets.length).toBeGreaterThan(3)
    for (const trip of resets) expect(trip).toMatchObject({ outcome: 'failed', cause: 'reset', place: 'pod' })
  })

  it('is silence when the machine dies', () => {
    const fixture = new TrafficFixture({ settings: { 'sim-service-time': 400 } }).withService()
    fixture.startClient()
    fixture.during(1_000)
    fixture.setPower('node-2', false)
    const ended = fixture.during(999).filter(trip => trip.outcome !== 'pending' && trip.pod === 'default/pod-2')
    expect(ended.length).toBeGreaterThan(3)
    for (const trip of ended)
      expect(trip).toMatchObject({ outcome: 'failed', cause: 'timeout', place: 'node', latencyMs: 1_000 })
  })

  it('is nothing when only readiness changes', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient()
    fixture.world.setReadinessFails('default', 'pod-2', true)
    expect(fixture.during(2_000).every(trip => trip.outcome === 'ok')).toBe(true)
  })

  it('is silence from a server that hangs, and refusal where it does not listen', () => {
    const fixture = new TrafficFixture().withService()
    fixture.run(2, { hangs: true })
    fixture.startClient({ to: '10.244.2.5', port: 9376, rate: 1 })
    const [trip] = fixture.during(5_000).filter(({ outcome }) => outcome !== 'pending')
    expect(trip).toMatchObject({ outcome: 'failed', cause: 'timeout', place: 'pod', latencyMs: 1_000 })
    fixture.startClient({ from: 'Client/other', to: '10.244.2.5', port: 80, rate: 1 })
    expect(fixture.during(2_000).find(({ client }) => client === 'other')).toMatchObject({ cause: 'refused' })
  })

  it('is told once as pending when it hangs, and once more at its end', () => {
    const fixture = new TrafficFixture().withService()
    fixture.setPower('node-2', false)
    fixture.startClient({ to: '10.244.2.5', port: 9376, rate: 1 })
    const trips = fixture.during(20_000).slice(0, 2)
    expect(trips[0]).toMatchObject({
      outcome: 'pending',
      cause: null,
      place: null,
      pod: 'default/pod-2',
      latencyMs: 150,
    })
    const first = fixture.trips.filter(trip => trip.id === trips[0]?.id)
    expect(first.map(trip => [trip.outcome, trip.latencyMs])).toEqual([
      ['pending', 150],
      ['failed', 1_000],
    ])
  })

  it('is not told as pending when it ends soon', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient()
    expect(fixture.during(5_000).some(trip => trip.outcome === 'pending')).toBe(false)
  })
})

describe('a client', () => {
  it('sends nothing while its machine has no power, and goes on when that has started again', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient({ node: 'node-3' })
    fixture.during(1_000)
    fixture.setPower('node-3', false)
    const diedMs = fixture.loop.nowMs
    fixture.during(0)
    expect(fixture.traffic.clients()[0]).toMatchObject({ alive: false })
    expect(fixture.during(20_000)).toEqual([])
    fixture.setPower('node-3', true)
    // 10 s for the machine, 300 ms for the sandbox, 200 ms for the container.
    expect(fixture.during(10_500)).toEqual([])
    const trips = fixture.during(1_000)
    expect(trips.length).toBeGreaterThan(50)
    expect(trips.every(trip => trip.outcome === 'ok' && trip.startMs > diedMs + 30_500)).toBe(true)
  })

  it('that dies lets go of what was told as pending', () => {
    const fixture = new TrafficFixture().withService()
    fixture.setPower('node-2', false)
    fixture.startClient({ to: '10.244.2.5', port: 9376 })
    fixture.during(500)
    const hanging = new Set(fixture.trips.map(trip => trip.id))
    fixture.setPower('node-1', false)
    const ended = fixture.during(5_000)
    expect(new Set(ended.map(trip => trip.id))).toEqual(hanging)
    for (const trip of ended) expect(trip).toMatchObject({ outcome: 'failed', place: 'client' })
  })

  it('that kept the address of a dead Pod goes on failing with that Pod’s name', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient({ to: '10.244.2.5', port: 9376 })
    fixture.during(500)
    fixture.world.removeProcess('uid-2')
    fixture.during(2_000)
    expect(fixture.trips.at(-1)).toMatchObject({
      outcome: 'failed',
      cause: 'timeout',
      pod: 'default/pod-2',
      service: null,
    })
    expect(fixture.traffic.clients()[0]).toMatchObject({
      service: null,
      keptPod: { namespace: 'default', name: 'pod-2' },
    })
  })

  it('that kept an address is answered by whoever has it now', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient({ to: '10.244.2.5', port: 9376 })
    fixture.world.removeProcess('uid-2')
    const before = fixture.traffic.clientsVersion
    fixture.run(4, { ip: '10.244.2.5', nodeName: 'node-2' })
    expect(fixture.traffic.clientsVersion).toBeGreaterThan(before)
    expect(fixture.during(500).at(-1)).toMatchObject({ outcome: 'ok', pod: 'default/pod-4' })
    expect(fixture.traffic.clients()[0]?.keptPod).toEqual({ namespace: 'default', name: 'pod-4' })
  })

  it('has an address from the top of its node’s podCIDR, free again when it stops', () => {
    const fixture = new TrafficFixture().withService()
    for (const name of ['a', 'b']) fixture.startClient({ from: `Client/${name}` })
    expect(fixture.traffic.clients().map(({ ip }) => ip)).toEqual(['10.244.1.254', '10.244.1.253'])
    expect(fixture.traffic.stop('a')).toEqual({ ok: true })
    fixture.startClient({ from: 'Client/c' })
    expect(fixture.traffic.clients().map(({ name, ip }) => `${name} ${ip}`)).toEqual([
      'b 10.244.1.253',
      'c 10.244.1.254',
    ])
  })

  it('that was stopped sends no more', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient()
    fixture.during(500)
    fixture.traffic.stop('frontend-1')
    expect(fixture.during(5_000)).toEqual([])
    expect(fixture.loop.pendingCount).toBe(0)
  })

  it('waits for a machine that is not there yet', () => {
    const fixture = new TrafficFixture().withService()
    fixture.world.removeMachine('node-3')
    fixture.startClient({ node: 'node-3' })
    expect(fixture.during(1_000)).toEqual([])
    fixture.setPower('node-3', true)
    fixture.during(0)
    expect(fixture.traffic.clients()[0]).toMatchObject({ alive: true })
  })

  it('knows the Service behind its name or address', () => {
    const fixture = new TrafficFixture().withService()
    for (const [index, to] of [
      'my-service',
      'my-service.default.svc.cluster.local.',
      '10.96.0.100',
      '10.244.1.5',
      'nobody',
    ].entries()) {
      fixture.startClient({ from: `Client/c-${index}`, to })
    }
    const named = { namespace: 'default', name: 'my-service' }
    expect(fixture.traffic.clients().map(({ service }) => service)).toEqual([named, named, named, null, null])
  })

  it('is told of in full', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient({ id: 'workload-7', protocol: 'UDP', timeoutMs: 250 })
    expect(fixture.traffic.clients()).toEqual([
      {
        id: 'workload-7',
        name: 'frontend-1',
        node: 'node-1',
        ip: '10.244.1.254',
        to: 'my-service',
        port: 80,
        protocol: 'UDP',
        rate: 100,
        timeoutMs: 250,
        alive: true,
        service: { namespace: 'default', name: 'my-service' },
        keptPod: null,
      },
    ])
  })
})

describe('a client is refused', () => {
  const good = { from: 'Client/frontend-1', node: 'node-1', to: 'my-service', port: 80, rate: 6 }
  const cases: readonly (readonly [parts: object, message: string])[] = [
    [{ node: 'node-9' }, 'nodes "node-9" not found'],
    [
      { from: 'frontend-1' },
      'from must be "Client/NAME" with a name of lower case letters, digits and "-", not "frontend-1"',
    ],
    [
      { from: 'Client/Front End' },
      'from must be "Client/NAME" with a name of lower case letters, digits and "-", not "Client/Front End"',
    ],
    [{ id: '' }, 'id must not be empty'],
    [{ to: '' }, 'to must be a name or an address without a port, not ""'],
    [{ to: 'my-service:80' }, 'to must be a name or an address without a port, not "my-service:80"'],
    [{ to: '10.96.0.256' }, 'to must be a name or an address without a port, not "10.96.0.256"'],
    [{ port: 0 }, 'port must be a whole number from 1 to 65535, not 0'],
    [{ port: 80.5 }, 'port must be a whole number from 1 to 65535, not 80.5'],
    [{ port: 65_536 }, 'port must be a whole number from 1 to 65535, not 65536'],
    [{ rate: 0 }, 'rate must be above 0 and at most 100000 requests a second, not 0'],
    [{ rate: Number.NaN }, 'rate must be above 0 and at most 100000 requests a second, not NaN'],
    [{ timeoutMs: 0 }, 'timeoutMs must be above 0 and at most 3600000, not 0'],
    [{ protocol: 'SCTP' }, 'protocol must be TCP or UDP, not SCTP'],
    [{ connection: 'keep-alive' }, 'connection must be "new"'],
  ]
  it.each(cases)('%o', (parts, message) => {
    const fixture = new TrafficFixture().withService()
    expect(fixture.traffic.start({ ...good, ...parts })).toEqual({ ok: false, message })
    expect(fixture.traffic.clients()).toEqual([])
  })

  it('when its id or name is taken, or unknown to be stopped', () => {
    const fixture = new TrafficFixture().withService()
    fixture.startClient()
    expect(fixture.traffic.start(good)).toEqual({ ok: false, message: 'traffic "frontend-1" already exists' })
    expect(fixture.traffic.start({ ...good, id: 'other' })).toEqual({
      ok: false,
      message: 'client "frontend-1" already exists',
    })
    expect(fixture.traffic.stop('other')).toEqual({ ok: false, message: 'traffic "other" not found' })
  })
})

describe('traffic in a snapshot', () => {
  it('goes on with the same trips, byte for byte, from anywhere in the middle', () => {
    const whole = eventful()
    whole.loop.advanceTo(6_500)
    const expected = canonicalJson(whole.save())
    const stepped = eventful()
    for (let cut = 0; cut < 40; cut++) {
      const copy = restoredTraffic(stepped)
      const told = stepped.trips.length
      copy.loop.advanceTo(6_500)
      expect(canonicalJson(copy.trips) === canonicalJson(whole.trips.slice(told))).toBe(true)
      expect(canonicalJson(copy.save()) === expected).toBe(true)
      for (let event = 0; event < 7; event++) stepped.loop.runNext(6_500)
    }
  })

  it('is the same for the same seed, and another for another', () => {
    const trips = [1, 1, 2].map(seed => {
      const fixture = eventful(seed)
      fixture.loop.advanceTo(7_000)
      return canonicalJson(fixture.trips)
    })
    expect(trips[0]).toBe(trips[1])
    expect(trips[0]).not.toBe(trips[2])
  })

  it('leaves a cluster beside it alone', () => {
    const alone = eventful()
    alone.loop.advanceTo(6_500)
    const [first, second] = [eventful(), eventful(2)]
    for (let nowMs = 5_000; nowMs <= 6_500; nowMs += 50) {
      second.loop.advanceTo(nowMs)
      first.loop.advanceTo(nowMs)
    }
    expect(canonicalJson(first.trips)).toBe(canonicalJson(alone.trips))
  })
})

/** Two clients, a kept address, a machine that dies and rows that change, all under way. */
function eventful(seed = 1): TrafficFixture {
  const fixture = new TrafficFixture({ seed, settings: { 'sim-service-time': 40 } }).withService()
  fixture.startClient({ rate: 60 })
  fixture.startClient({ from: 'Client/frontend-2', node: 'node-3', rate: 40, timeoutMs: 400 })
  fixture.startClient({ from: 'Client/kept', node: 'node-1', to: '10.244.2.5', port: 9376, rate: 20 })
  fixture.loop.advanceTo(5_400)
  fixture.setPower('node-2', false)
  fixture.putSlice([1, 3])
  fixture.world.removeProcess('uid-3')
  return fixture
}

function groups(trips: readonly TripRecord[]): Map<string, TripRecord[]> {
  const byPod = new Map<string, TripRecord[]>()
  for (const trip of trips) byPod.set(trip.pod ?? '', [...(byPod.get(trip.pod ?? '') ?? []), trip])
  return byPod
}

function latencies(byPod: ReadonlyMap<string, readonly TripRecord[]>, pod: string): readonly number[] {
  return (byPod.get(pod) ?? []).map(trip => trip.latencyMs)
}
