// A question to cluster DNS → its answer, from what the server has heard of so far. Models CoreDNS with the kubernetes
// plugin as kubeadm sets it up (`pods insecure`, `ttl 30`): which names exist, and when an answer is NODATA or NXDOMAIN.
// Leaves out answer size, truncation and server-side caches.

import { canonicalIP, ipFamily } from '../../kernel/ip.ts'
import type { ServiceState } from '../service-state.ts'
import type { AddressRecord, DnsAnswer, DnsQuestion, DnsRecord, SoaRecord, SrvRecord } from './dns-message.ts'
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
const SOA_TIMES = { refreshSeconds: 7_200, retrySeconds: 1_800, expireSeconds: 86_400 }

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
  const isReverse = /\.(in-addr|ip6)\.arpa$/.test(name)
  const answer =
    question.type === 'PTR' && isReverse
      ? answerReverse(name, zone)
      : answerForward({ name, type: question.type }, zone, 0)
  const isOurs = isReverse ? answer.answers.length > 0 : name === zone.domain || name.endsWith(`.${zone.domain}`)
  return { ...answer, isOurs, authority: answer.answers.length === 0 ? [headOf(zone)] : [] }
}

function answerForward(question: DnsQuestion, zone: DnsZone, depth: number): DnsAnswer {
  const { name } = question
  if (name === zone.domain) return found(zoneRecords(question.type, zone))
  if (!name.endsWith(`.${zone.domain}`)) return answerOutside(question, zone)
  const labels = name.slice(0, -zone.domain.length - 1).split('.')
  const root = labels.pop()
  if (root === 'svc') return answerServices(labels, question, zone, depth)
  if (root === 'pod') return answerPods(labels, question, zone)
  if (root === 'dns-version' && labels.length === 0) {
    return found(
      question.type === 'TXT' ? [{ type: 'TXT', name, ttlSeconds: DNS_VERSION_TTL_SECONDS, text: '1.1.0' }] : [],
    )
  }
  return missing()
}

/** What stands at the head of the zone. */
function zoneRecords(type: DnsQuestion['type'], zone: DnsZone): readonly DnsRecord[] {
  if (type === 'SOA') return [headOf(zone)]
  return type === 'NS'
    ? [{ type, name: zone.domain, ttlSeconds: negativeTtl(zone), target: `ns.dns.${zone.domain}` }]
    : []
}

function headOf(zone: DnsZone): SoaRecord {
  const ttlSeconds = negativeTtl(zone)
  return {
    type: 'SOA',
    name: zone.domain,
    ttlSeconds,
    primary: `ns.dns.${zone.domain}`,
    mailbox: `hostmaster.${zone.domain}`,
    ...SOA_TIMES,
    minimumSeconds: zone.ttlSeconds,
  }
}

// labels: [] | [ns] | [svc, ns] | [endpoint, svc, ns] | [_port, _proto, svc, ns]
function answerServices(labels: readonly string[], question: DnsQuestion, zone: DnsZone, depth: number): DnsAnswer {
  const namespace = labels.at(-1)
  if (namespace === undefined) return found([])
  if (!zone.hasNamespace(namespace)) return missing()
  const service = labels.at(-2)
  if (service === undefined) return found([])
  const state = zone.services.get(`${namespace}/${service}`)
  if (!state?.service) return missing()
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
    return front.length === 0 ? answerExternalName(service.spec.externalName ?? '', question, zone, depth) : missing()
  const [first, second] = front
  if (front.length === 0) return answerServiceItself(state, question, zone)
  if (front.length === 1) {
    const endpoints = readyEndpoints(state).filter(endpoint => endpoint.label === first)
    return endpoints.length === 0 ? missing() : found(endpointRecords(endpoints, question, zone))
  }
  if (front.length > 2 || first === undefined || second === undefined) return missing()
  // With or without the underscores.
  const [portName, protocol] = [first.replace(/^_/, ''), second.replace(/^_/, '')]
  const targets = serviceTargets(state, zone).filter(
    target => target.portName !== '' && target.portName === portName && target.protocol.toLowerCase() === protocol,
  )
  if (targets.length === 0) return missing()
  if (question.type === 'SRV') return srvAnswer(question.name, targets, zone)
  const addresses = targets.flatMap(target => target.addresses).filter(({ type }) => type === question.type)
  const records = new Map(addresses.map(record => [record.address, { ...record, name: question.name }]))
  return found([...records.values()])
}

function answerServiceItself(state: ServiceState, question: DnsQuestion, zone: DnsZone): DnsAnswer {
  const service = state.service as NonNullable<ServiceState['service']>
  if (isHeadless(service)) {
    const endpoints = readyEndpoints(state)
    if (endpoints.length === 0) return missing()
    if (question.type !== 'SRV') return found(endpointRecords(endpoints, question, zone))
  }
  if (question.type === 'SRV') return srvAnswer(question.name, serviceTargets(state, zone), zone)
  return found(
    clusterIPsOf(service).flatMap(address =>
      addressRecord({ name: question.name, address, slice: null, zone, type: question.type }),
    ),
  )
}

interface Target {
  readonly portName: string
  readonly protocol: string
  readonly port: number
  readonly target: string
  readonly addresses: readonly AddressRecord[]
}

// A Service with an address is one target; a headless one has a target for each endpoint.
function serviceTargets(state: ServiceState, zone: DnsZone): readonly Target[] {
  const service = state.service as NonNullable<ServiceState['service']>
  const serviceName = nameOf(state.key, zone)
  if (!isHeadless(service)) {
    const addresses = clusterIPsOf(service).flatMap(address => anyAddressRecord(serviceName, address, null, zone))
    return (service.spec.ports ?? []).map(({ name = '', protocol, port }) => ({
      portName: name,
      protocol,
      port,
      target: serviceName,
      addresses,
    }))
  }
  return endpointTargets(state).map(({ endpoint, portName, protocol, port }) => {
    const target = `${endpoint.label}.${serviceName}`
    return { portName, protocol, port, target, addresses: anyAddressRecord(target, endpoint.ip, endpoint.slice, zone) }
  })
}

// All targets weigh the same, and what is told twice is told once; it has been counted by then.
function srvAnswer(name: string, targets: readonly Target[], zone: DnsZone): DnsAnswer {
  const weight = Math.floor(FULL_WEIGHT / Math.max(1, targets.length))
  const records = new Map<string, SrvRecord>()
  const additional = new Map<string, AddressRecord>()
  for (const { port, target, addresses } of targets) {
    const record = { type: 'SRV', name, ttlSeconds: zone.ttlSeconds, priority: 0, weight, port, target } as const
    records.set(`${target} ${port}`, record)
    for (const address of addresses) additional.set(`${address.name} ${address.address}`, address)
  }
  return { ...found([...records.values()]), additional: [...additional.values()] }
}

// `pods insecure`: 10-244-1-5.NS.pod is answered from the name alone, whether or not there is such a Pod.
function answerPods(labels: readonly string[], question: DnsQuestion, zone: DnsZone): DnsAnswer {
  const namespace = labels.at(-1)
  if (namespace === undefined) return found([])
  if (!zone.hasNamespace(namespace) || labels.length > 2) return missing()
  const label = labels.at(-2)
  if (label === undefined) return found([])
  const address = canonicalIP(label.replaceAll('-', '.')) ?? canonicalIP(label.replaceAll('-', ':'))
  if (address === undefined) return missing()
  return found(addressRecord({ name: question.name, address, slice: null, zone, type: question.type }))
}

function answerExternalName(externalName: string, question: DnsQuestion, zone: DnsZone, depth: number): DnsAnswer {
  const target = externalName.toLowerCase().replace(/\.$/, '')
  if (question.type === 'SRV' || ipFamily(target)) return missing()
  const cname: DnsRecord = { type: 'CNAME', name: question.name, ttlSeconds: zone.ttlSeconds, target }
  if (question.type === 'CNAME' || depth >= CNAMES_MAX) return found([cname])
  const inside = target === zone.domain || target.endsWith(`.${zone.domain}`)
  const address = externalNameAddress(target)
  if (inside) {
    const chased = answerForward({ name: target, type: question.type }, zone, depth + 1)
    // A way that leads to nothing is not told.
    return chased.answers.length === 0 ? found([]) : { ...chased, answers: [cname, ...chased.answers] }
  }
  if (address === undefined) return { ...missing(), answers: [cname] }
  return found([cname, ...addressRecord({ name: target, address, slice: null, zone, type: question.type })])
}

function answerOutside({ name, type }: DnsQuestion, zone: DnsZone): DnsAnswer {
  const known = [...zone.services.values()].some(
    ({ service }) => service?.spec.type === 'ExternalName' && service.spec.externalName?.toLowerCase() === name,
  )
  const address = known ? externalNameAddress(name) : outsideAddress(name)
  return address === undefined ? missing() : found(addressRecord({ name, address, slice: null, zone, type }))
}

// 10.0.96.10.in-addr.arpa: a cluster IP, or an endpoint of any Service.
function answerReverse(name: string, zone: DnsZone): DnsAnswer {
  const address = reversedAddress(name)
  if (address === undefined) return missing()
  const targets: string[] = []
  for (const state of zone.services.values()) {
    if (!state.service || state.service.spec.type === 'ExternalName') continue
    const serviceName = nameOf(state.key, zone)
    if (clusterIPsOf(state.service).includes(address)) targets.push(serviceName)
    for (const { ip, label } of readyEndpoints(state))
      if (canonicalIP(ip) === address) targets.push(`${label}.${serviceName}`)
  }
  if (targets.length === 0) return missing()
  return found(targets.sort().map(target => ({ type: 'PTR', name, ttlSeconds: zone.ttlSeconds, target })))
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

function found(answers: readonly DnsRecord[]): DnsAnswer {
  return { rcode: 'NOERROR', answers, additional: [], authority: [], isOurs: true, service: null }
}

function missing(): DnsAnswer {
  return { ...found([]), rcode: 'NXDOMAIN' }
}

function negativeTtl(zone: DnsZone): number {
  return Math.min(zone.ttlSeconds, NEGATIVE_TTL_SECONDS_MAX)
}
