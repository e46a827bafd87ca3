import { describe, expect, it } from 'vitest'
import type { EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Service } from '../../api/service/service.ts'
import { testService, testSlice } from '../../testing/service-objects.ts'
import { ServiceState } from '../service-state.ts'
import type { DnsAnswer, DnsType } from './dns-message.ts'
import { recordData } from './record-text.ts'
import { resolveName, searchCandidates, type DnsZone } from './resolve-name.ts'

const HTTP = [{ name: 'http', protocol: 'TCP', port: 80 }] as const
const SLICE_HTTP = { ports: [{ name: 'http', protocol: 'TCP', port: 8080 }] } as const
const headless = (name: string, ports: Service['spec']['ports'] = HTTP): Service =>
  testService({ clusterIP: 'None', clusterIPs: ['None'], ports }, name)
const external = (name: string, externalName: string): Service => {
  const { clusterIP: _1, clusterIPs: _2, ...spec } = testService().spec
  return { ...testService({}, name), spec: { ...spec, type: 'ExternalName', externalName } }
}

const OBJECTS: readonly (readonly [Service, readonly EndpointSlice[]])[] = [
  [testService({ clusterIP: '10.96.0.20' }), [testSlice(['10.244.1.5', '10.244.2.7'])]],
  [testService({ clusterIP: '10.96.0.21', ports: HTTP }, 'web'), []],
  [
    headless('nginx'),
    [
      testSlice(
        [
          '10.244.1.5 host=web-0',
          '10.244.2.7 host=web-1',
          '10.244.3.9',
          '10.244.3.10 unready',
          '10.244.3.11 terminating serving',
        ],
        { service: 'nginx', ...SLICE_HTTP },
      ),
    ],
  ],
  [headless('asleep'), [testSlice(['10.244.1.5 unready'], { service: 'asleep' })]],
  [headless('portless', []), [testSlice(['10.244.1.8'], { service: 'portless', ports: [] })]],
  [external('db', 'db.prod.internal.example.com'), []],
  [external('alias', 'my-service.default.svc.cluster.local'), []],
  [external('address', '192.0.2.1'), []],
  [external('private', 'DB.corp.lan'), []],
]

const ZONE: DnsZone = {
  services: new Map(
    OBJECTS.map(([service, slices]) => [
      `default/${service.metadata.name}`,
      new ServiceState(`default/${service.metadata.name}`, service, slices),
    ]),
  ),
  hasNamespace: name => name === 'default' || name === 'prod',
  domain: 'cluster.local',
  ttlSeconds: 30,
}

/** `NOERROR A 10.96.0.20 ttl=30`, record by record. */
function shown(answer: DnsAnswer): string {
  const records = answer.answers.map(record => `${record.type} ${recordData(record, 0).replaceAll(/\.$|"/g, '')}`)
  return [answer.rcode, ...records].join(' | ')
}

const ask = (name: string, type: DnsType = 'A'): string => shown(resolveName({ name, type }, ZONE))

describe('cluster DNS answers', () => {
  const cases: readonly (readonly [type: DnsType, name: string, expected: string])[] = [
    ['A', 'my-service.default.svc.cluster.local', 'NOERROR | A 10.96.0.20'],
    ['A', 'my-service.default.svc.cluster.local.', 'NOERROR | A 10.96.0.20'],
    ['A', 'MY-Service.Default.svc.Cluster.Local', 'NOERROR | A 10.96.0.20'],
    ['AAAA', 'my-service.default.svc.cluster.local', 'NOERROR'],
    ['A', 'my-service.prod.svc.cluster.local', 'NXDOMAIN'],
    ['A', 'my-service.nowhere.svc.cluster.local', 'NXDOMAIN'],
    ['A', 'default.svc.cluster.local', 'NOERROR'],
    ['A', 'nowhere.svc.cluster.local', 'NXDOMAIN'],
    ['A', 'svc.cluster.local', 'NOERROR'],
    ['A', 'cluster.local', 'NOERROR'],
    ['A', 'other.cluster.local', 'NXDOMAIN'],
    ['A', 'a.b.c.my-service.default.svc.cluster.local', 'NXDOMAIN'],
    ['SRV', '_http._tcp.my-service.default.svc.cluster.local', 'NXDOMAIN'],
    ['SRV', 'my-service.default.svc.cluster.local', 'NOERROR | SRV 0 100 80 my-service.default.svc.cluster.local'],
    ['SRV', '_http._tcp.web.default.svc.cluster.local', 'NOERROR | SRV 0 100 80 web.default.svc.cluster.local'],
    ['SRV', '_http._udp.web.default.svc.cluster.local', 'NXDOMAIN'],
    ['A', '_http._tcp.web.default.svc.cluster.local', 'NOERROR | A 10.96.0.21'],
    ['SRV', 'http.tcp.web.default.svc.cluster.local', 'NOERROR | SRV 0 100 80 web.default.svc.cluster.local'],
    ['SOA', 'cluster.local', 'NOERROR | SOA ns.dns.cluster.local. hostmaster.cluster.local. 0 7200 1800 86400 30'],
    ['NS', 'cluster.local', 'NOERROR | NS ns.dns.cluster.local'],
    ['other', 'web.default.svc.cluster.local', 'NOERROR'],
    ['A', 'nginx.default.svc.cluster.local', 'NOERROR | A 10.244.1.5 | A 10.244.2.7 | A 10.244.3.9'],
    ['A', 'asleep.default.svc.cluster.local', 'NXDOMAIN'],
    ['A', 'portless.default.svc.cluster.local', 'NOERROR | A 10.244.1.8'],
    ['A', 'web-0.nginx.default.svc.cluster.local', 'NOERROR | A 10.244.1.5'],
    ['A', '10-244-3-9.nginx.default.svc.cluster.local', 'NOERROR | A 10.244.3.9'],
    ['A', '10-244-1-5.nginx.default.svc.cluster.local', 'NXDOMAIN'],
    ['A', '10-244-3-10.nginx.default.svc.cluster.local', 'NXDOMAIN'],
    ['A', '10-244-1-5.my-service.default.svc.cluster.local', 'NOERROR | A 10.244.1.5'],
    [
      'SRV',
      '_http._tcp.nginx.default.svc.cluster.local',
      'NOERROR | SRV 0 33 8080 web-0.nginx.default.svc.cluster.local | SRV 0 33 8080 web-1.nginx.default.svc.cluster.local | SRV 0 33 8080 10-244-3-9.nginx.default.svc.cluster.local',
    ],
    ['PTR', '20.0.96.10.in-addr.arpa', 'NOERROR | PTR my-service.default.svc.cluster.local'],
    [
      'PTR',
      '5.1.244.10.in-addr.arpa',
      'NOERROR | PTR 10-244-1-5.my-service.default.svc.cluster.local | PTR web-0.nginx.default.svc.cluster.local',
    ],
    ['PTR', '1.1.1.1.in-addr.arpa', 'NXDOMAIN'],
    ['A', '10-244-9-9.default.pod.cluster.local', 'NOERROR | A 10.244.9.9'],
    ['A', '10-244-9-9.nowhere.pod.cluster.local', 'NXDOMAIN'],
    ['A', 'default.pod.cluster.local', 'NOERROR'],
    ['TXT', 'dns-version.cluster.local', 'NOERROR | TXT 1.1.0'],
    ['CNAME', 'db.default.svc.cluster.local', 'NOERROR | CNAME db.prod.internal.example.com'],
    ['A', 'alias.default.svc.cluster.local', 'NOERROR | CNAME my-service.default.svc.cluster.local | A 10.96.0.20'],
    ['SRV', 'db.default.svc.cluster.local', 'NXDOMAIN'],
    ['A', 'x.db.default.svc.cluster.local', 'NXDOMAIN'],
    ['A', 'address.default.svc.cluster.local', 'NXDOMAIN'],
    ['A', 'my-service', 'NXDOMAIN'],
    ['A', 'my-service.prod', 'NXDOMAIN'],
    ['A', 'my-service.prod.svc', 'NXDOMAIN'],
    ['AAAA', 'www.example.com', 'NOERROR'],
  ]
  it.each(cases)('%s %s', (type, name, expected) => expect(ask(name, type)).toBe(expected))

  it('gives an external name an address of 198.51.100.0/24 that depends on the name alone', () => {
    const answer = ask('db.default.svc.cluster.local')
    expect(answer).toMatch(/^NOERROR \| CNAME db\.prod\.internal\.example\.com \| A 198\.51\.100\.\d+$/)
    expect(answer).toContain(ask('db.prod.internal.example.com').slice('NOERROR'.length))
    expect(ask('www.example.com')).toMatch(/^NOERROR \| A 198\.51\.100\.\d+$/)
  })

  it('knows a private name once a Service points to it', () => {
    expect(ask('db.corp.lan')).toMatch(/A 198\.51\.100\./)
    expect(ask('other.corp.lan')).toBe('NXDOMAIN')
  })

  it('gives the addresses of an SRV answer along', () => {
    const { additional } = resolveName({ name: '_http._tcp.nginx.default.svc.cluster.local', type: 'SRV' }, ZONE)
    expect(additional.map(record => record.name.split('.')[0])).toEqual(['web-0', 'web-1', '10-244-3-9'])
  })

  it('says which Service was asked for and which slice an address comes from', () => {
    const answer = resolveName({ name: 'nginx.default.svc.cluster.local', type: 'A' }, ZONE)
    expect(answer.service).toBe('default/nginx')
    expect(answer.answers[0]).toMatchObject({ ttlSeconds: 30, slice: 'default/nginx-abcde' })
  })

  it('bounds how long a miss is remembered', () => {
    const authority = (ttlSeconds: number): unknown =>
      resolveName({ name: 'nope', type: 'A' }, { ...ZONE, ttlSeconds }).authority
    expect(authority(30)).toMatchObject([{ type: 'SOA', ttlSeconds: 30, minimumSeconds: 30 }])
    expect(authority(3600)).toMatchObject([{ type: 'SOA', ttlSeconds: 300, minimumSeconds: 3600 }])
  })

  it('does not run in circles after external names', () => {
    const loop = external('loop', 'loop.default.svc.cluster.local')
    const services = new Map([['default/loop', new ServiceState('default/loop', loop, [])]])
    expect(
      resolveName({ name: 'loop.default.svc.cluster.local', type: 'A' }, { ...ZONE, services }).answers,
    ).toHaveLength(9)
  })
})

describe('the search list', () => {
  const cases: readonly (readonly [typed: string, tries: number])[] = [
    ['my-service', 1],
    ['my-service.prod', 2],
    ['my-service.prod.svc', 3],
    ['my-service.prod.svc.cluster.local', 4],
    ['my-service.prod.svc.cluster.local.', 1],
    ['www.example.com', 4],
    ['a.b.c.d.e.example.com', 1],
    ['my-srvice', -4],
  ]
  it.each(cases)('%s is found at try %d', (typed, tries) => expect(hits(typed)).toBe(tries))
})

function hits(typed: string): number {
  const candidates = searchCandidates(typed, 'default', 'cluster.local')
  const hit = candidates.findIndex(
    candidate =>
      resolveName(
        { name: candidate, type: 'A' },
        {
          ...ZONE,
          services: new Map([
            ...ZONE.services,
            ['prod/my-service', new ServiceState('prod/my-service', testService(), [])],
          ]),
        },
      ).answers.length > 0,
  )
  return hit < 0 ? -candidates.length : hit + 1
}
