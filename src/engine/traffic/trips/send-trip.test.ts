import { describe, expect, test } from 'vitest'
import type { ServiceSpec, ServiceStatus } from '../../api/service/service.ts'
import { testPod, testService, testSlice } from '../../testing/service-objects.ts'
import { restoredTraffic, TrafficFixture } from '../../testing/traffic-fixture.ts'
import type { TripReport } from './trip-report.ts'
import type { TripRequest } from './trip-request.ts'

const ROWS = ['10.244.1.5 @node-1', '10.244.2.5 @node-2', '10.244.3.5 @node-3']
const POD_4 = 'Pod/default/client-4'

interface World {
  readonly spec?: Partial<ServiceSpec>
  readonly rows?: readonly string[]
  readonly status?: ServiceStatus
  readonly mode?: 'iptables' | 'nftables' | 'ipvs'
}

/** Four nodes, `my-service` with a Pod on each of the first three, and `client-4`, a Pod on the fourth. */
function world({ spec = {}, rows = ROWS, status, mode = 'iptables' }: World = {}): TrafficFixture {
  const fixture = new TrafficFixture({ settings: { 'proxy-mode': mode } }).withNodes(4)
  for (const index of [1, 2, 3]) fixture.run(index)
  fixture.run(4, { name: 'client-4', ip: '10.244.4.20', tcpPorts: [] })
  putPod(fixture, 'client-4', 'node-4', '10.244.4.20')
  putPod(fixture, 'pod-1', 'node-1', '10.244.1.5')
  const service = fixture.put('Service', testService(spec))
  if (status) fixture.client.updateStatus('Service', { ...service, status })
  fixture.put('EndpointSlice', testSlice(rows))
  fixture.loop.advanceTo(5_000)
  return fixture
}

function putPod(fixture: TrafficFixture, name: string, nodeName: string, ip: string): void {
  const containers = [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }]
  const pod = fixture.put('Pod', testPod(name, { spec: { nodeName, containers } }))
  fixture.client.updateStatus('Pod', { ...pod, status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] } })
}

function send(fixture: TrafficFixture, request: TripRequest): TripReport {
  const report = fixture.traffic.trip(request)
  if ('message' in report) throw new Error(report.message)
  return report
}

/** What may come of it, over many draws: `ok pod-1 as 10.244.4.20`, sorted. */
function outcomes(of: World, request: TripRequest): readonly string[] {
  const fixture = world(of)
  const seen = new Set<string>()
  for (let count = 0; count < 60; count++) {
    const { outcome, pod, hops } = send(fixture, request)
    const arrival = hops.find(hop => hop.kind === 'pod')
    const as = arrival?.kind === 'pod' && outcome === 'ok' ? ` as ${arrival.detail.seenAs}` : ''
    seen.add(`${outcome}${pod === null ? '' : ` ${pod.split('/')[1]}`}${as}`)
  }
  return [...seen].sort()
}

const any3 = (source: string): readonly string[] => [1, 2, 3].map(index => `ok pod-${index} as ${source}`)
const nodePort: Partial<ServiceSpec> = {
  type: 'NodePort',
  ports: [{ protocol: 'TCP', port: 80, targetPort: 9376, nodePort: 30_080 }],
  externalTrafficPolicy: 'Cluster',
}
const local: Partial<ServiceSpec> = { ...nodePort, externalTrafficPolicy: 'Local' }
const balanced = { type: 'LoadBalancer' as const }
const status: ServiceStatus = { loadBalancer: { ingress: [{ ip: '203.0.113.5', ipMode: 'VIP' }] } }

describe('what a request comes to, and whom the Pod sees', () => {
  test.each<[string, World, TripRequest, readonly string[]]>([
    ['a Pod to a cluster IP: any Pod, from the Pod', {}, { from: POD_4, to: '10.96.0.100' }, any3('10.244.4.20')],
    ['by name', {}, { from: POD_4, to: 'my-service' }, any3('10.244.4.20')],
    [
      'a Pod that is sent to itself comes from the bridge of its node',
      { rows: ROWS.slice(0, 1) },
      { from: 'Pod/default/pod-1', to: 'my-service' },
      ['ok pod-1 as 10.244.1.1'],
    ],
    ['a process on a node comes from the node', {}, { from: 'Node/node-4', to: '10.96.0.100' }, any3('172.18.0.14')],
    ['a port that the Service does not have: silence', {}, { from: POD_4, to: '10.96.0.100:81' }, ['timeout']],
    ['with nftables: refused', { mode: 'nftables' }, { from: POD_4, to: '10.96.0.100:81' }, ['refused']],
    ['with IPVS too', { mode: 'ipvs' }, { from: POD_4, to: '10.96.0.100:81' }, ['refused']],
    [
      'with IPVS by policy Local at a node without a Pod: the answer gets lost',
      { spec: local, mode: 'ipvs' },
      { from: 'outside', to: '172.18.0.14:30080' },
      ['timeout'],
    ],
    ['UDP to a Service of TCP', {}, { from: POD_4, to: '10.96.0.100', port: 80, protocol: 'UDP' }, ['timeout']],
    ['a cluster IP that nobody has', {}, { from: POD_4, to: '10.96.0.50' }, ['timeout']],
    ['a Service without endpoints refuses at once', { rows: [] }, { from: POD_4, to: 'my-service' }, ['refused']],
    ['from outside a cluster IP is nowhere', {}, { from: 'outside', to: '10.96.0.100' }, ['timeout']],
    ['from outside a Pod is nowhere', {}, { from: 'outside', to: '10.244.1.5:9376' }, ['timeout']],
    [
      'a node port by policy Cluster: any Pod, from the node that was asked',
      { spec: nodePort },
      { from: 'outside', to: '172.18.0.14:30080' },
      any3('172.18.0.14'),
    ],
    [
      'a node port by policy Local, at a node without a Pod: silence',
      { spec: local },
      { from: 'outside', to: '172.18.0.14:30080' },
      ['timeout'],
    ],
    [
      'at a node with one: that Pod, and it sees who really asks',
      { spec: local },
      { from: 'outside', to: '172.18.0.11:30080' },
      ['ok pod-1 as 198.51.100.79'],
    ],
    [
      'a Pod of the cluster takes the short cut past policy Local',
      { spec: local },
      { from: POD_4, to: '172.18.0.14:30080' },
      any3('10.244.4.20'),
    ],
    [
      'so does a process on the node, from the node',
      { spec: local },
      { from: 'Node/node-4', to: '172.18.0.14:30080' },
      any3('172.18.0.14'),
    ],
    [
      'a load balancer by policy Local asks only nodes that have a Pod',
      { spec: { ...local, ...balanced }, rows: ROWS.slice(0, 2), status },
      { from: 'outside', to: '203.0.113.5' },
      ['ok pod-1 as 198.51.100.79', 'ok pod-2 as 198.51.100.79'],
    ],
    [
      'a stranger to its source ranges gets no answer',
      { spec: { ...nodePort, ...balanced, loadBalancerSourceRanges: ['192.0.2.0/24'] }, status },
      { from: 'outside', to: '203.0.113.5' },
      ['timeout'],
    ],
    [
      'the node port asks for no source range',
      { spec: { ...nodePort, ...balanced, loadBalancerSourceRanges: ['192.0.2.0/24'] }, status },
      { from: 'outside', to: '172.18.0.11:30080' },
      any3('172.18.0.11'),
    ],
    ['a name that nobody has', {}, { from: POD_4, to: 'my-servce' }, ['dns']],
  ])('%s', (_, of, request, expected) => {
    expect(outcomes(of, request)).toEqual(expected)
  })
})

describe('the hops', () => {
  test('tell the name, the address, the rules, the Pod and the answer', () => {
    const { hops, latencyMs } = send(world(), { from: POD_4, to: 'my-service' })
    expect(hops.map(({ kind, at }) => [kind, at.replace(/pod-\d/, 'pod-N')])).toEqual([
      ['dns', POD_4],
      ['vip', 'Node/node-4'],
      ['rules', 'Node/node-4'],
      ['dnat', 'Node/node-4'],
      ['pod', 'Pod/default/pod-N'],
      ['answer', POD_4],
    ])
    const [dns, , rules] = hops
    expect(dns).toMatchObject({
      destination: 'dns:53',
      detail: {
        questions: [
          {
            name: 'my-service.default.svc.cluster.local',
            rcode: 'NOERROR',
            answers: [{ address: '10.96.0.100', ttlSeconds: 30 }],
          },
        ],
      },
    })
    expect(rules?.rules.filter(({ oneOf }) => oneOf !== undefined).map(({ oneOf }) => oneOf)[0]).toBe(3)
    expect(rules).toMatchObject({
      detail: { mode: 'iptables', candidates: ['10.244.1.5:9376', '10.244.2.5:9376', '10.244.3.5:9376'] },
    })
    expect(latencyMs).toBeGreaterThan(1)
  })

  test('of IPVS tell the virtual server and the real one', () => {
    const { hops } = send(world({ mode: 'ipvs' }), { from: POD_4, to: '10.96.0.100' })
    const rules = hops.find(({ kind }) => kind === 'rules')?.rules.map(({ rule }) => rule)
    expect(rules).toEqual([
      '-A -t 10.96.0.100:80 -s rr',
      expect.stringMatching(/^-a -t 10\.96\.0\.100:80 -r 10\.244\.\d\.5:9376 -m -w 1$/),
    ])
  })

  test('tell each name of the search list that was asked', () => {
    const { hops } = send(world(), { from: POD_4, to: 'my-service.default.svc' })
    const [dns] = hops
    expect(dns?.kind === 'dns' && dns.detail.questions.map(({ name, rcode }) => [name, rcode])).toEqual([
      ['my-service.default.svc.default.svc.cluster.local', 'NXDOMAIN'],
      ['my-service.default.svc.svc.cluster.local', 'NXDOMAIN'],
      ['my-service.default.svc.cluster.local', 'NOERROR'],
    ])
  })

  test('tell that the rules are behind: the slice has lost the row, the node has not heard of it', () => {
    const fixture = world({ rows: ROWS.slice(0, 1) })
    fixture.put('EndpointSlice', testSlice([]))
    fixture.setPower('node-1', false)
    const { outcome, hops } = send(fixture, { from: POD_4, to: 'my-service' })
    expect(outcome).toBe('timeout')
    expect(hops.find(({ kind }) => kind === 'dnat')).toMatchObject({ detail: { stale: true } })
    expect(hops.at(-1)).toMatchObject({ kind: 'pod', at: 'Pod/default/pod-1', detail: { reply: 'silent' } })
  })

  test('session affinity remembers the request, and keeps the next ones there', () => {
    const fixture = world({ spec: { sessionAffinity: 'ClientIP' } })
    const pods = Array.from({ length: 20 }, () => send(fixture, { from: POD_4, to: 'my-service' }).pod)
    expect(new Set(pods).size).toBe(1)
  })

  test('are the same after a restore', () => {
    const fixture = world()
    send(fixture, { from: POD_4, to: 'my-service' })
    const copy = restoredTraffic(fixture)
    const again = { from: POD_4, to: 'my-service' }
    for (let count = 0; count < 5; count++) expect(send(copy, again)).toEqual(send(fixture, again))
  })
})

describe('what makes no sense is refused with a sentence', () => {
  test.each<[TripRequest, RegExp]>([
    [{ from: 'Pod/default/nobody', to: 'my-service' }, /^from must be Pod\/NAMESPACE\/NAME/],
    [{ from: 'me', to: 'my-service' }, /^from must be/],
    [{ from: POD_4, to: '10.96.0.300' }, /^to must be a name or an address/],
    [{ from: POD_4, to: 'my service' }, /^to must be/],
    [{ from: POD_4, to: 'my-service:99999' }, /^port must be a whole number/],
    [{ from: POD_4, to: 'my-service', protocol: 'SCTP' as 'TCP' }, /^protocol must be TCP or UDP/],
  ])('%j', (request, message) => {
    expect(world().traffic.trip(request)).toEqual({ message: expect.stringMatching(message) })
  })
})
