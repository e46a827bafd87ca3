// A question to cluster DNS → its answer, from what the server has heard of so far. Models CoreDNS with the kubernetes
// plugin as kubeadm sets it up (`pods insecure`, `ttl 30`): which names exist, and when an answer is NODATA or NXDOMAIN.
// Leaves out answer size, truncation and server-side caches.

import { canonicalIP, ipFamily } from '../../kernel/ip.ts'
import type { ServiceState } from '../service-state.ts'
import type { AddressRecord, DnsAnswer, DnsQuestion, DnsRecord, SrvRecord } from './dns-message.ts'
import { clusterIPsOf, endpointTargets, isHeadless, readyEndpoints, type NamedEndpoint } from './dns-records.ts'
import { externalNameAddress, outsideAddress } from './outside-world.ts'

/** All that the server knows. */
export interface DnsZone {
  /** By `namespace/name`. */
  readonly services: ReadonlyMap<string, ServiceState>
  readonly hasNamespace: (name: string) => boolean
  /** `cluster.local`. */
  readonly domain: string
  readonly ttlSeconds: number
}

const NEGATIVE_TTL_SECONDS_MAX = 300
const CNAMES_MAX = 8
const DNS_VERSION_TTL_SECONDS = 28_800
const FULL_WEIGHT = 100

/**
 * The names that a Pod's resolver tries for a name as typed, in order (`search NS.svc.DOMAIN svc.DOMAIN DOMAIN`,
 * `options ndots:5`). A final dot means that the name is whole.
 */
export function searchCandidates(name: string, namespace: string, domain: string): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const searched = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain].map(suffix => `${name}.${suffix}`)
  return name.split('.').length - 1 >= 5 ? [name, ...searched] : [...searched, name]
}

export function resolveName(question: DnsQuestion, zone: DnsZone): DnsAnswer {
  const name = question.name.toLowerCase().replace(/\.$/, '')
  if (question.type === 'PTR' && /\.(in-addr|ip6)\.arpa$/.test(name)) return answerReverse(name, zone)
  return answerForward({ name, type: question.type }, zone, 0)
}

function answerForward(question: DnsQuestion, zone: DnsZone, depth: number): DnsAnswer {
  const { name } = question
  if (name === zone.domain) return found(zone, [])
  if (!name.endsWith(`.${zone.domain}`)) return answerOutside(question, zone)
  const labels = name.slice(0, -zone.domain.length - 1).split('.')
  const root = labels.pop()
  if (root === 'svc') return answerServices(labels, question, zone, depth)
  if (root === 'pod') return answerPods(labels, question, zone)
  if (root === 'dns-version' && labels.length === 0) {
    return found(
      zone,
      question.type === 'TXT' ? [{ type: 'TXT', name, ttlSeconds: DNS_VERSION_TTL_SECONDS, text: '1.1.0' }] : [],
    )
  }
  return missing(zone)
}

// labels: [] | [ns] | [svc, ns] | [endpoint, svc, ns] | [_port, _proto, svc, ns]
function answerServices(labels: readonly string[], question: DnsQuestion, zone: DnsZone, depth: number): DnsAnswer {
  const namespace = labels.at(-1)
  if (namespace === undefined) return found(zone, [])
  if (!zone.hasNamespace(namespace)) return missing(zone)
  const service = labels.at(-2)
  if (service === undefined) return found(zone, [])
  const state = zone.services.get(`${namespace}/${service}`)
  if (!state?.service) return missing(zone)
  const answer = answerService(labels.slice(0, -2), state, question, zone, depth)
  return { ...answer, service: state.key }
}

function answerService(
  front: readonly string[],
  state: ServiceState,
  question: DnsQuestion,
  zone: DnsZone,
  depth: number,
): DnsAnswer {
  const service = state.service as NonNullable<ServiceState['service']>
  if (service.spec.type === 'ExternalName')
    return front.length === 0
      ? answerExternalName(service.spec.externalName ?? '', question, zone, depth)
      : missing(zone)
  const [first, second] = front
  if (front.length === 0) return answerServiceItself(state, question, zone)
  if (front.length === 1) {
    const endpoints = readyEndpoints(state).filter(endpoint => endpoint.label === first)
    return endpoints.length === 0 ? missing(zone) : found(zone, endpointRecords(endpoints, question, zone))
  }
  if (front.length > 2 || !first?.startsWith('_') || !second?.startsWith('_')) return missing(zone)
  const records = serviceSrv(state, question.name, zone).filter(
    ({ portName, protocol }) => portName !== '' && `_${portName}` === first && `_${protocol.toLowerCase()}` === second,
  )
  if (records.length === 0) return missing(zone)
  return question.type === 'SRV' ? srvAnswer(records, zone) : found(zone, [])
}

function answerServiceItself(state: ServiceState, question: DnsQuestion, zone: DnsZone): DnsAnswer {
  const service = state.service as NonNullable<ServiceState['service']>
  if (isHeadless(service)) {
    const endpoints = readyEndpoints(state)
    if (endpoints.length === 0) return missing(zone)
    if (question.type !== 'SRV') return found(zone, endpointRecords(endpoints, question, zone))
  }
  if (question.type === 'SRV') return srvAnswer(serviceSrv(state, question.name, zone), zone)
  return found(
    zone,
    clusterIPsOf(service).flatMap(address =>
      addressRecord({ name: question.name, address, slice: null, zone, type: question.type }),
    ),
  )
}

interface TargetRecord {
  readonly portName: string
  readonly protocol: string
  readonly record: SrvRecord
  readonly addresses: readonly AddressRecord[]
}

// A Service with an address is one target; a headless one has a target for each endpoint.
function serviceSrv(state: ServiceState, name: string, zone: DnsZone): readonly TargetRecord[] {
  const service = state.service as NonNullable<ServiceState['service']>
  const serviceName = nameOf(state.key, zone)
  const srv = (port: number, target: string, weight: number): SrvRecord => ({
    type: 'SRV',
    name,
    ttlSeconds: zone.ttlSeconds,
    priority: 0,
    weight,
    port,
    target,
  })
  if (!isHeadless(service)) {
    const addresses = clusterIPsOf(service).flatMap(address => anyAddressRecord(serviceName, address, null, zone))
    return (service.spec.ports ?? []).map(port => ({
      portName: port.name ?? '',
      protocol: port.protocol,
      record: srv(port.port, serviceName, FULL_WEIGHT),
      addresses,
    }))
  }
  const targets = endpointTargets(state)
  const targetCount = new Set(targets.map(({ endpoint }) => `${endpoint.label} ${endpoint.ip}`)).size
  const weight = Math.max(1, Math.floor(FULL_WEIGHT / Math.max(1, targetCount)))
  return targets.map(({ endpoint, portName, protocol, port }) => {
    const target = `${endpoint.label}.${serviceName}`
    return {
      portName,
      protocol,
      record: srv(port, target, weight),
      addresses: anyAddressRecord(target, endpoint.ip, endpoint.slice, zone),
    }
  })
}

function srvAnswer(targets: readonly TargetRecord[], zone: DnsZone): DnsAnswer {
  const additional = new Map<string, AddressRecord>()
  for (const { addresses } of targets)
    for (const address of addresses) additional.set(`${address.name} ${address.address}`, address)
  return {
    ...found(
      zone,
      targets.map(({ record }) => record),
    ),
    additional: [...additional.values()],
  }
}

// `pods insecure`: 10-244-1-5.NS.pod is answered from the name alone, whether or not there is such a Pod.
function answerPods(labels: readonly string[], question: DnsQuestion, zone: DnsZone): DnsAnswer {
  const namespace = labels.at(-1)
  if (namespace === undefined) return found(zone, [])
  if (!zone.hasNamespace(namespace) || labels.length > 2) return missing(zone)
  const label = labels.at(-2)
  if (label === undefined) return found(zone, [])
  const address = canonicalIP(label.replaceAll('-', '.')) ?? canonicalIP(label.replaceAll('-', ':'))
  if (address === undefined) return missing(zone)
  return found(zone, addressRecord({ name: question.name, address, slice: null, zone, type: question.type }))
}

function answerExternalName(externalName: string, question: DnsQuestion, zone: DnsZone, depth: number): DnsAnswer {
  const target = externalName.toLowerCase().replace(/\.$/, '')
  if (question.type === 'SRV') return missing(zone)
  const cname: DnsRecord = { type: 'CNAME', name: question.name, ttlSeconds: zone.ttlSeconds, target }
  if (question.type === 'CNAME' || depth >= CNAMES_MAX) return found(zone, [cname])
  const inside = target === zone.domain || target.endsWith(`.${zone.domain}`)
  const address = externalNameAddress(target)
  if (inside) {
    const chased = answerForward({ name: target, type: question.type }, zone, depth + 1)
    return { ...chased, answers: [cname, ...chased.answers] }
  }
  if (address === undefined) return { ...missing(zone), answers: [cname] }
  return found(zone, [cname, ...addressRecord({ name: target, address, slice: null, zone, type: question.type })])
}

function answerOutside({ name, type }: DnsQuestion, zone: DnsZone): DnsAnswer {
  const known = [...zone.services.values()].some(
    ({ service }) => service?.spec.type === 'ExternalName' && service.spec.externalName?.toLowerCase() === name,
  )
  const address = known ? externalNameAddress(name) : outsideAddress(name)
  return address === undefined ? missing(zone) : found(zone, addressRecord({ name, address, slice: null, zone, type }))
}

// 10.0.96.10.in-addr.arpa: a cluster IP, or an endpoint of any Service.
function answerReverse(name: string, zone: DnsZone): DnsAnswer {
  const address = reversedAddress(name)
  if (address === undefined) return missing(zone)
  const targets: string[] = []
  for (const state of zone.services.values()) {
    if (!state.service || state.service.spec.type === 'ExternalName') continue
    const serviceName = nameOf(state.key, zone)
    if (clusterIPsOf(state.service).includes(address)) targets.push(serviceName)
    for (const { ip, label } of readyEndpoints(state))
      if (canonicalIP(ip) === address) targets.push(`${label}.${serviceName}`)
  }
  if (targets.length === 0) return missing(zone)
  return found(
    zone,
    targets.sort().map(target => ({ type: 'PTR', name, ttlSeconds: zone.ttlSeconds, target })),
  )
}

function reversedAddress(name: string): string | undefined {
  const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name)
  if (v4) return canonicalIP(v4.slice(1, 5).reverse().join('.'))
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)
  const digits = v6?.[1]?.split('.').slice(0, 32).reverse().join('') ?? ''
  return digits === '' ? undefined : canonicalIP((digits.match(/.{4}/g) ?? []).join(':'))
}

function endpointRecords(
  endpoints: readonly NamedEndpoint[],
  question: DnsQuestion,
  zone: DnsZone,
): readonly DnsRecord[] {
  return endpoints.flatMap(({ ip, slice }) =>
    addressRecord({ name: question.name, address: ip, slice, zone, type: question.type }),
  )
}

/** The address as a record, if it is of the type that was asked for. */
function addressRecord(from: {
  readonly name: string
  readonly address: string
  readonly slice: string | null
  readonly zone: DnsZone
  readonly type: DnsQuestion['type']
}): readonly AddressRecord[] {
  return anyAddressRecord(from.name, from.address, from.slice, from.zone).filter(record => record.type === from.type)
}

function anyAddressRecord(
  name: string,
  address: string,
  slice: string | null,
  zone: DnsZone,
): readonly AddressRecord[] {
  const type = ipFamily(address) === 'IPv6' ? 'AAAA' : 'A'
  return [{ type, name, ttlSeconds: zone.ttlSeconds, address, slice }]
}

function nameOf(key: string, zone: DnsZone): string {
  const [namespace = '', name = ''] = key.split('/')
  return `${name}.${namespace}.svc.${zone.domain}`
}

function found(zone: DnsZone, answers: readonly DnsRecord[]): DnsAnswer {
  return { rcode: 'NOERROR', answers, additional: [], negativeTtlSeconds: negativeTtl(zone), service: null }
}

function missing(zone: DnsZone): DnsAnswer {
  return { rcode: 'NXDOMAIN', answers: [], additional: [], negativeTtlSeconds: negativeTtl(zone), service: null }
}

function negativeTtl(zone: DnsZone): number {
  return Math.min(zone.ttlSeconds, NEGATIVE_TTL_SECONDS_MAX)
}
