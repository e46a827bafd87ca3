import { describe, expect, test } from 'vitest'
import { any3, CaseCluster, CLUSTER_IP, podOn, ROWS } from '../../testing/case-cluster.ts'
import { testSlice } from '../../testing/service-objects.ts'
import { restoredTraffic } from '../../testing/traffic-fixture.ts'
import type { TripRequest } from './trip-request.ts'

const POD_4 = podOn(4)

describe('the request', () => {
  test('of a name that nobody has ends at the DNS', () => {
    expect(new CaseCluster().outcomes(POD_4, 'my-servce')).toEqual(['dns'])
  })

  test('of a process on a node comes from the node', () => {
    expect(new CaseCluster().outcomes('Node/node-4')).toEqual(any3('192.168.10.14'))
  })
})

describe('the hops', () => {
  test('tell the name, the address, the rules, the Pod and the answer', () => {
    const { hops, latencyMs } = new CaseCluster().trip(POD_4, 'my-service')
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
            answers: [{ address: '10.96.0.10', ttlSeconds: 30 }],
          },
        ],
      },
    })
    expect(rules?.rules.filter(({ oneOf }) => oneOf !== undefined).map(({ oneOf }) => oneOf)[0]).toBe(3)
    expect(rules).toMatchObject({
      detail: { mode: 'iptables', candidates: ['10.244.1.5:9376', '10.244.2.7:9376', '10.244.3.9:9376'] },
    })
    expect(latencyMs).toBeGreaterThan(1)
  })

  test('of IPVS tell the virtual server and the real one', () => {
    const { hops } = new CaseCluster({ mode: 'ipvs' }).trip(POD_4, CLUSTER_IP)
    const rules = hops.find(({ kind }) => kind === 'rules')?.rules.map(({ rule }) => rule)
    expect(rules).toEqual([
      '-A -t 10.96.0.10:80 -s rr',
      expect.stringMatching(/^-a -t 10\.96\.0\.10:80 -r 10\.244\.\d\.\d:9376 -m -w 1$/),
    ])
  })

  test('tell each name of the search list that was asked', () => {
    const { hops } = new CaseCluster().trip(POD_4, 'my-service.default.svc')
    const [dns] = hops
    expect(dns?.kind === 'dns' && dns.detail.questions.map(({ name, rcode }) => [name, rcode])).toEqual([
      ['my-service.default.svc.default.svc.cluster.local', 'NXDOMAIN'],
      ['my-service.default.svc.svc.cluster.local', 'NXDOMAIN'],
      ['my-service.default.svc.cluster.local', 'NOERROR'],
    ])
  })

  test('tell that the rules are behind: the slice has lost the row, the node has not heard of it', () => {
    const fixture = new CaseCluster({ rows: ROWS.slice(0, 1) })
    fixture.put('EndpointSlice', testSlice([]))
    fixture.setPower('node-1', false)
    const { outcome, hops } = fixture.trip(POD_4, 'my-service')
    expect(outcome).toBe('timeout')
    expect(hops.find(({ kind }) => kind === 'dnat')).toMatchObject({ detail: { stale: true } })
    expect(hops.at(-1)).toMatchObject({ kind: 'pod', at: 'Pod/default/pod-1', detail: { reply: 'silent' } })
  })

  test('session affinity remembers the request, and keeps the next ones there', () => {
    const fixture = new CaseCluster({ spec: { sessionAffinity: 'ClientIP' } })
    const pods = Array.from({ length: 20 }, () => fixture.trip(POD_4, 'my-service').pod)
    expect(new Set(pods).size).toBe(1)
  })

  test('are the same after a restore', () => {
    const fixture = new CaseCluster()
    fixture.trip(POD_4, 'my-service')
    const copy = restoredTraffic(fixture)
    const again = { from: POD_4, to: 'my-service' }
    for (let count = 0; count < 5; count++) expect(copy.traffic.trip(again)).toEqual(fixture.traffic.trip(again))
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
    expect(new CaseCluster().traffic.trip(request)).toEqual({ message: expect.stringMatching(message) })
  })
})
