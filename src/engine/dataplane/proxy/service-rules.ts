// What kube-proxy knows of one Service port once it has read the Service and its EndpointSlices: the endpoints that count,
// in rule order, and the two lists (cluster and local) that new connections are spread over. Follows pkg/proxy v1.34:
// endpoints are matched to a Service port by port name and protocol, never by number. Leaves out session state.

import { SERVICE_NAME_LABEL, type Endpoint, type EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Protocol } from '../../api/meta.ts'
import type { Service, ServicePort } from '../../api/service/service.ts'
import { parseBlock, type IPBlock } from '../../kernel/ip-block.ts'
import { canonicalIP, ipFamily } from '../../kernel/ip.ts'
import { compareText } from '../../kernel/json.ts'
import type { EndpointChoice, Refusal } from './packet.ts'

const SERVICE_PROXY_NAME_LABEL = 'service.kubernetes.io/service-proxy-name'
const HEADLESS_LABEL = 'service.kubernetes.io/headless'
const DEFAULT_AFFINITY_SECONDS = 10_800

/** One Service port as one node's rules hold it. */
export interface ServicePortRules {
  /** `namespace/name`. */
  readonly service: string
  /** '' for the unnamed port. */
  readonly portName: string
  readonly protocol: Protocol
  readonly port: number
  readonly nodePort: number | undefined
  /** Endpoints for policy Cluster, sorted by `ip:port` as text: the order of the rules. */
  readonly cluster: readonly EndpointChoice[]
  /** Endpoints on this node, for policy Local. */
  readonly local: readonly EndpointChoice[]
  /** Those of `local` are all terminating: this node has no ready one. */
  readonly localIsLeaving: boolean
  /** False: nobody anywhere could answer, and a connection is refused rather than dropped. */
  readonly hasAny: boolean
  readonly internalLocal: boolean
  readonly externalLocal: boolean
  /** 0 without session affinity. */
  readonly affinitySeconds: number
  /** Where a load balancer asks whether this node has endpoints; 0 for none. */
  readonly healthCheckNodePort: number
  /** How many endpoints the slices list, ready or not. */
  readonly listed: number
  readonly refused: Refusal
  readonly dropped: Refusal
}

/** The addresses at which a Service is reached, of one IP family. */
export interface ServiceAddresses {
  readonly clusterIP: string
  readonly externalIPs: readonly string[]
  readonly loadBalancerIPs: readonly string[]
  /** Who may use the load balancer's addresses, in the order of the Service; undefined: everybody. */
  readonly sourceRanges: readonly IPBlock[] | undefined
}

export interface FamilyRules {
  readonly family: 'IPv4' | 'IPv6'
  readonly addresses: ServiceAddresses
  readonly ports: readonly ServicePortRules[]
}

/** Where rules are compiled for. */
export interface NodePlace {
  readonly name: string
  /** '' when the Node has no zone label. */
  readonly zone: string
}

interface ProxyEndpoint {
  readonly choice: EndpointChoice
  readonly node: string
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly zoneHints: readonly string[]
  readonly nodeHints: readonly string[]
}

interface CompiledPort {
  readonly port: ServicePort
  readonly endpoints: readonly ProxyEndpoint[]
  /** Later entries of an address that is listed more than once, by address. */
  readonly repeated: ReadonlyMap<string, readonly ProxyEndpoint[]>
}

/** Whether kube-proxy makes rules for this Service: not for headless or external names, nor for another proxy's. */
export function isProxied(service: Service | undefined): service is Service {
  if (!service || service.spec.type === 'ExternalName') return false
  const clusterIP = service.spec.clusterIP ?? ''
  return clusterIP !== '' && clusterIP !== 'None' && !isLeftOut(service.metadata.labels)
}

/**
 * Compiles one Service for one place after another. What does not depend on the place (nearly everything, without hints,
 * Local policies and repeated addresses) is made once and shared by all nodes.
 */
export class ServiceCompiler {
  readonly #service: Service
  readonly #families: readonly (Pick<FamilyRules, 'family' | 'addresses'> & {
    readonly ports: readonly CompiledPort[]
  })[]
  readonly #sameEverywhere: boolean
  readonly #byPlace = new Map<string, readonly FamilyRules[]>()

  constructor(service: Service, slices: readonly EndpointSlice[]) {
    this.#service = service
    const clusterIPs = service.spec.clusterIPs ?? [service.spec.clusterIP ?? '']
    this.#families = clusterIPs.map(clusterIP => {
      const family = ipFamily(clusterIP) ?? 'IPv4'
      const used = slices.filter(slice => slice.addressType === family && !isLeftOut(slice.metadata.labels))
      return {
        family,
        addresses: addressesOf(service, clusterIP, family),
        ports: (service.spec.ports ?? []).map(port => compilePort(service, port, used)),
      }
    })
    this.#sameEverywhere =
      service.spec.internalTrafficPolicy !== 'Local' &&
      service.spec.externalTrafficPolicy !== 'Local' &&
      this.#families.every(({ ports }) => ports.every(isPlaceless))
  }

  rulesAt(place: NodePlace): readonly FamilyRules[] {
    const key = this.#sameEverywhere ? '' : `${place.name}|${place.zone}`
    let rules = this.#byPlace.get(key)
    if (!rules) {
      rules = this.#families.map(({ family, addresses, ports }) => ({
        family,
        addresses,
        ports: ports.map(port => categorise(this.#service, port, hasExternal(addresses, port.port), place)),
      }))
      this.#byPlace.set(key, rules)
    }
    return rules
  }
}

/** The name under which a slice says to belong to a Service, or '' when it says nothing. */
export function serviceNameOf(slice: EndpointSlice): string {
  return slice.metadata.labels?.[SERVICE_NAME_LABEL] ?? ''
}

function isLeftOut(labels: Service['metadata']['labels']): boolean {
  return (
    labels !== undefined && (Object.hasOwn(labels, SERVICE_PROXY_NAME_LABEL) || Object.hasOwn(labels, HEADLESS_LABEL))
  )
}

function addressesOf(service: Service, clusterIP: string, family: 'IPv4' | 'IPv6'): ServiceAddresses {
  const ofFamily = (address: string): boolean => ipFamily(address) === family
  const ingress = service.spec.type === 'LoadBalancer' ? (service.status?.loadBalancer?.ingress ?? []) : []
  const vips = ingress
    .filter(entry => entry.ipMode !== 'Proxy')
    .flatMap(entry => (entry.ip === undefined ? [] : [entry.ip]))
  return {
    clusterIP,
    externalIPs: (service.spec.externalIPs ?? []).filter(ofFamily),
    loadBalancerIPs: vips.filter(ofFamily),
    sourceRanges: sourceRangesOf(service, family),
  }
}

// A range of length 0 anywhere makes the whole list of its family empty.
function sourceRangesOf(service: Service, family: IPBlock['family']): readonly IPBlock[] | undefined {
  const ranges = (service.spec.loadBalancerSourceRanges ?? [])
    .flatMap(text => parseBlock(text.trim()) ?? [])
    .filter(range => range.family === family)
  return ranges.length === 0 || ranges.some(range => range.prefix === 0) ? undefined : ranges
}

function hasExternal(addresses: ServiceAddresses, port: ServicePort): boolean {
  return (port.nodePort ?? 0) !== 0 || addresses.externalIPs.length > 0 || addresses.loadBalancerIPs.length > 0
}

function isPlaceless({ endpoints, repeated }: CompiledPort): boolean {
  return (
    repeated.size === 0 &&
    endpoints.every(({ zoneHints, nodeHints }) => zoneHints.length === 0 && nodeHints.length === 0)
  )
}

function compilePort(service: Service, port: ServicePort, slices: readonly EndpointSlice[]): CompiledPort {
  const portName = port.name ?? ''
  const first = new Map<string, ProxyEndpoint>()
  const repeated = new Map<string, ProxyEndpoint[]>()
  for (const slice of slices) {
    const number = (slice.ports ?? []).find(
      candidate =>
        candidate.name === portName && (candidate.protocol ?? 'TCP') === port.protocol && (candidate.port ?? 0) !== 0,
    )?.port
    if (number === undefined) continue
    for (const endpoint of slice.endpoints) {
      const compiled = compileEndpoint({ service, portName, slice, endpoint, number })
      if (!compiled) continue
      const key = compiled.choice.endpoint
      if (!first.has(key)) first.set(key, compiled)
      else repeated.set(key, [...(repeated.get(key) ?? []), compiled])
    }
  }
  const endpoints = [...first.values()].sort((a, b) => compareText(a.choice.endpoint, b.choice.endpoint))
  return { port, endpoints, repeated }
}

function compileEndpoint(from: {
  readonly service: Service
  readonly portName: string
  readonly slice: EndpointSlice
  readonly endpoint: Endpoint
  readonly number: number
}): ProxyEndpoint | undefined {
  const { service, slice, endpoint, number } = from
  const address = endpoint.addresses[0]
  if (address === undefined) return undefined
  const ip = canonicalIP(address) ?? address
  const namespace = service.metadata.namespace ?? ''
  const { targetRef, conditions, hints } = endpoint
  return {
    choice: Object.freeze({
      kind: 'endpoint',
      service: `${namespace}/${service.metadata.name}`,
      portName: from.portName,
      slice: `${namespace}/${slice.metadata.name}`,
      endpoint: ip.includes(':') ? `[${ip}]:${number}` : `${ip}:${number}`,
      ip,
      port: number,
      pod:
        targetRef?.kind === 'Pod' && targetRef.name !== undefined
          ? `${targetRef.namespace ?? namespace}/${targetRef.name}`
          : null,
    }),
    node: endpoint.nodeName ?? '',
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
    zoneHints: hints?.forZones?.map(zone => zone.name) ?? [],
    nodeHints: hints?.forNodes?.map(node => node.name) ?? [],
  }
}

/** Sorts the endpoints of a port into the lists that this node's rules spread connections over. */
function categorise(service: Service, compiled: CompiledPort, external: boolean, place: NodePlace): ServicePortRules {
  const { spec } = service
  const isLocal = (endpoint: ProxyEndpoint): boolean => endpoint.node !== '' && endpoint.node === place.name
  // Of an address listed twice the first entry stays, unless a later one is on this node.
  const endpoints = compiled.endpoints.map(
    endpoint => compiled.repeated.get(endpoint.choice.endpoint)?.findLast(isLocal) ?? endpoint,
  )
  const internalLocal = spec.internalTrafficPolicy === 'Local'
  const externalLocal = spec.externalTrafficPolicy === 'Local'
  const usesCluster = !internalLocal || external
  const usesLocal = internalLocal || (externalLocal && external)
  const cluster = usesCluster ? readyElseTerminating(endpoints, nearest(endpoints, place)) : []
  const here = endpoints.filter(isLocal)
  const local = usesLocal ? readyElseTerminating(here, here.filter(isReady)) : []
  const hasAny = cluster.length > 0 || (usesLocal && endpoints.some(endpoint => endpoint.ready || isDraining(endpoint)))
  const who = {
    service: `${service.metadata.namespace ?? ''}/${service.metadata.name}`,
    portName: compiled.port.name ?? '',
  }
  const affinity = spec.sessionAffinity === 'ClientIP'
  return {
    ...who,
    protocol: compiled.port.protocol,
    port: compiled.port.port,
    nodePort: compiled.port.nodePort,
    cluster: cluster.map(endpoint => endpoint.choice),
    local: local.map(endpoint => endpoint.choice),
    localIsLeaving: local.length > 0 && !here.some(isReady),
    hasAny,
    internalLocal,
    externalLocal,
    affinitySeconds: affinity ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS) : 0,
    healthCheckNodePort: spec.type === 'LoadBalancer' && externalLocal ? (spec.healthCheckNodePort ?? 0) : 0,
    listed: compiled.endpoints.length,
    refused: Object.freeze({ kind: 'reject', ...who }),
    dropped: Object.freeze({ kind: 'drop', ...who }),
  }
}

function isReady(endpoint: ProxyEndpoint): boolean {
  return endpoint.ready
}

function isDraining(endpoint: ProxyEndpoint): boolean {
  return endpoint.serving && endpoint.terminating
}

// All or nothing: one ready endpoint keeps every terminating one out.
function readyElseTerminating(
  all: readonly ProxyEndpoint[],
  ready: readonly ProxyEndpoint[],
): readonly ProxyEndpoint[] {
  return ready.length > 0 ? ready : all.filter(isDraining)
}

// Topology hints count only when every ready endpoint has one and at least one names this node, or else this zone.
function nearest(endpoints: readonly ProxyEndpoint[], place: NodePlace): readonly ProxyEndpoint[] {
  const ready = endpoints.filter(isReady)
  if (ready.every(endpoint => endpoint.nodeHints.length > 0)) {
    const here = ready.filter(endpoint => endpoint.nodeHints.includes(place.name))
    if (here.length > 0) return here
  }
  if (place.zone !== '' && ready.every(endpoint => endpoint.zoneHints.length > 0)) {
    const near = ready.filter(endpoint => endpoint.zoneHints.includes(place.zone))
    if (near.length > 0) return near
  }
  return ready
}
