// Sends one request and tells its life hop by hop: the name, the rules of the node that it meets, the address it is
// rewritten to, who is there, and the way back. It is a real request: session affinity remembers it. Everything happens as
// things stand at this moment; left out are what may change on the way, and load balancers that are proxies themselves.

import { ipFamily, isLoopback } from '../../kernel/ip.ts'
import type { ClusterSettings } from '../../api/cluster-settings.ts'
import { searchCandidates, type Dataplane, type HealthAnswer, type Packet, type Trace } from '../../dataplane/index.ts'
import type { RandomStream } from '../../kernel/rng.ts'
import type { StoreClient } from '../../store/client.ts'
import { NAME_TIMEOUT_MS } from '../faults/wire.ts'
import type { Network } from '../network.ts'
import type { Reply } from '../reply.ts'
import type { FailureCause } from '../trip.ts'
import type { DnsDetail, TripHop, TripReport } from './trip-report.ts'
import { readTarget, type TripRequest } from './trip-request.ts'

/** Who starts the request. */
export interface TripOrigin {
  /** As hops name it. */
  readonly at: string
  /** '' outside the cluster. */
  readonly node: string
  readonly ip: string
  /** Whose search list its resolver has. */
  readonly namespace: string
}

export interface TripContext {
  readonly settings: () => ClusterSettings
  readonly dataplane: Dataplane
  readonly network: Network
  readonly store: StoreClient
  readonly random: RandomStream
  readonly originOf: (from: string) => TripOrigin | undefined
}

const DNS_ROUND_TRIP_MS = 1
type TripPacket = Packet & { readonly protocol: 'TCP' | 'UDP' }

/** How long it waits, as every client does that is not told otherwise. */
const TIMEOUT_MS = 1_000
/** An ephemeral port, for the eye. */
const CLIENT_PORT = 40_000

/** What happened to one request, or a sentence about what is wrong with what was asked. */
export function sendTrip(context: TripContext, request: TripRequest): TripReport | { readonly message: string } {
  const target = readTarget(request)
  if ('message' in target) return target
  const origin = context.originOf(request.from)
  if (!origin) {
    return {
      message: `from must be Pod/NAMESPACE/NAME, Node/NAME, Client/NAME or outside, of something that is there, not ${JSON.stringify(request.from)}`,
    }
  }
  const trip = new Trip(context, origin)
  const address = trip.lookUp(target.host)
  if (trip.tookMs >= TIMEOUT_MS) return trip.report('timeout', null, TIMEOUT_MS)
  if (address === undefined) return trip.report('dns', null, trip.tookMs)
  const port = target.port ?? usualPort(context.store, address)
  return trip.connect({ destination: address, port, protocol: target.protocol, source: origin.ip })
}

/** The first port of the Service at an address; 80 where there is none. */
function usualPort(store: StoreClient, address: string): number {
  const service = store.list('Service').find(({ spec, status }) => {
    const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? [])
    return [...(spec.clusterIPs ?? []), ...(spec.externalIPs ?? []), ...ingress].includes(address)
  })
  return service?.spec.ports?.[0]?.port ?? 80
}

class Trip {
  readonly #context: TripContext
  readonly #origin: TripOrigin
  readonly #hops: TripHop[] = []
  tookMs = 0

  constructor(context: TripContext, origin: TripOrigin) {
    this.#context = context
    this.#origin = origin
  }

  /** The address of a name; itself when it is one, and undefined when nobody has it. */
  lookUp(host: string): string | undefined {
    if (ipFamily(host)) return host
    const { dataplane, settings, store, random } = this.#context
    // Outside nobody asks the cluster's DNS.
    const names =
      this.#origin.node === '' ? [] : searchCandidates(host, this.#origin.namespace, settings()['cluster-domain'])
    const questions: DnsDetail['questions'][number][] = []
    let addresses: readonly string[] = []
    const isAnswered = this.#context.network.wire.answersNames(this.#origin.node)
    if (names.length > 0 && !isAnswered) this.tookMs += NAME_TIMEOUT_MS
    for (const name of isAnswered ? names : []) {
      this.tookMs += DNS_ROUND_TRIP_MS
      const { rcode, answers } = dataplane.dns({ name, type: 'A' })
      const found = answers.flatMap(record => (record.type === 'A' ? [record] : []))
      const told = found.map(({ address, ttlSeconds }) => ({ address, ttlSeconds }))
      questions.push({ name, type: 'A', rcode, answers: told })
      addresses = told.map(({ address }) => address)
      if (addresses.length > 0) break
    }
    const server = store.get('Service', 'kube-system', 'kube-dns')?.spec.clusterIP ?? 'dns'
    this.#hops.push({
      kind: 'dns',
      at: this.#origin.at,
      source: this.#origin.ip,
      destination: `${server}:53`,
      rules: [],
      detail: { questions },
    })
    return addresses[Math.floor(random.unit() * addresses.length)]
  }

  connect(asked: TripPacket): TripReport {
    const { network, dataplane, random } = this.#context
    const packet = isLoopback(asked.destination) ? { ...asked, source: '127.0.0.1' } : asked
    const by = this.#routerOf(packet)
    const node = by ?? ''
    const entryMs = node === this.#origin.node ? 0 : network.latencyMs(this.#origin.node, node)
    const trace = by === undefined ? undefined : dataplane.trace(by, packet, random.unit())
    if (by === undefined || !trace) return this.#withoutRules(packet, by, entryMs)
    this.#noteRules(packet, by, trace)
    const { decision } = trace
    switch (decision.kind) {
      case 'endpoint': {
        dataplane.connectionEnded(by, packet, decision.endpoint)
        const end = trace.walk.end
        const masquerade = end.kind === 'endpoint' && end.masquerade
        const source = masquerade ? network.masqueradeAddress(by, decision.ip, packet.source) : packet.source
        this.#hops.push({
          kind: 'dnat',
          at: `Node/${by}`,
          source: withPort(source, CLIENT_PORT),
          destination: decision.endpoint,
          rules: [],
          detail: { slice: decision.slice, masquerade, stale: this.#isStale(decision.service, decision.ip) },
        })
        const reply = network.reach(decision.ip, decision.port, packet.protocol)
        return this.#arrive({
          packet,
          reply,
          source,
          entryMs,
          by,
          destination: decision.endpoint,
          address: decision.ip,
        })
      }
      case 'not-a-service':
        return this.#withoutRules(packet, by, entryMs)
      case 'reject':
        return this.report('refused', null, this.tookMs + 2 * entryMs)
      case 'drop':
        return this.report('timeout', null, TIMEOUT_MS)
    }
  }

  report(outcome: TripReport['outcome'], pod: string | null, latencyMs: number): TripReport {
    return { outcome, pod, latencyMs: Math.round(latencyMs * 1000) / 1000, hops: this.#hops }
  }

  /** Whose rules the packet meets: its own node's, those of the node it is for, or of a node that is given it from outside. */
  #routerOf({ destination, ...rest }: Packet): string | undefined {
    const { network, store, dataplane, random } = this.#context
    const node = network.nodeAt(destination)
    if (node !== undefined) return node
    // What a Pod sends to itself never leaves it, and meets no rule of its node.
    if (isLoopback(destination)) return network.nodeAt(this.#origin.ip)
    if (this.#origin.node !== '') return this.#origin.node
    const packet = { destination, ...rest }
    const known = store.list('Node').flatMap(({ metadata: { name } }) => {
      const frontend = dataplane.rules(name)?.frontend(packet)
      return frontend?.kind === 'load-balancer' || frontend?.kind === 'external-ip' ? [{ name, frontend }] : []
    })
    // A load balancer asks the health check of policy Local; an external IP is brought to whoever is there.
    const healthy = known.filter(({ frontend: { kind, port } }) => {
      return kind === 'external-ip' || !port.externalLocal || (port.local.length > 0 && !port.localIsLeaving)
    })
    const takers = (healthy.length > 0 ? healthy : known).map(({ name }) => name)
    return takers[Math.floor(random.unit() * takers.length)]
  }

  #noteRules(packet: Packet, by: string, { decision, walk, mode, frontend, candidates }: Trace): void {
    const source = withPort(packet.source, CLIENT_PORT)
    const destination = withPort(packet.destination, packet.port)
    const at = `Node/${by}`
    if (frontend) {
      const { kind, port } = frontend
      const isLocal = kind === 'cluster-ip' ? port.internalLocal : port.externalLocal
      this.#hops.push({
        kind: 'vip',
        at,
        source,
        destination,
        rules: [],
        detail: {
          service: port.service,
          portName: port.portName,
          frontend: kind,
          trafficPolicy: isLocal ? 'Local' : 'Cluster',
        },
      })
    }
    this.#hops.push({
      kind: 'rules',
      at,
      source,
      destination,
      rules: walk.met,
      detail: {
        mode,
        syncedMs: this.#context.dataplane.syncedMs(by),
        passedOver: walk.passedOver,
        decision: decision.kind,
        candidates: candidates.map(({ endpoint }) => endpoint),
      },
    })
  }

  #withoutRules(packet: TripPacket, by: string | undefined, entryMs: number): TripReport {
    const health = by === undefined ? undefined : this.#healthOf(packet, by)
    return this.#arrive({
      packet,
      reply: health && by !== undefined ? { kind: 'answers', place: 'node', node: by, uid: '' } : this.#replyOf(packet),
      source: packet.source,
      entryMs: by === undefined ? 0 : entryMs,
      by: by ?? this.#origin.node,
      destination: withPort(packet.destination, packet.port),
      address: isLoopback(packet.destination) ? this.#origin.ip : packet.destination,
      health,
    })
  }

  /** What kube-proxy answers where one of its health check node ports is asked. */
  #healthOf({ destination, port, protocol }: TripPacket, by: string): HealthAnswer | undefined {
    const { network, dataplane } = this.#context
    return protocol === 'TCP' && network.nodeAt(destination) === by ? dataplane.healthCheck(by, port) : undefined
  }

  #replyOf({ destination, port, protocol }: TripPacket): Reply {
    const { network } = this.#context
    if (isLoopback(destination)) return network.reach(this.#origin.ip, port, protocol)
    // From outside there is no way to addresses that only the cluster knows.
    const isInner = network.isServiceAddress(destination) || network.isPodAddress(destination)
    if (this.#origin.node === '' && isInner) return { kind: 'silent', place: 'client', node: '', uid: '' }
    return network.reach(destination, port, protocol)
  }

  #arrive(met: {
    readonly packet: TripPacket
    readonly reply: Reply
    readonly source: string
    readonly entryMs: number
    readonly by: string
    readonly destination: string
    readonly address: string
    readonly health?: HealthAnswer | undefined
  }): TripReport {
    const { network, random, settings } = this.#context
    const { packet } = met
    const from = { node: this.#origin.node, pod: network.ownerOf(this.#origin.ip) }
    const passage = { from, by: met.by, reply: met.reply }
    const reply = network.wire.meets(passage)
    const heldMs = reply.kind === 'silent' ? 0 : network.wire.heldUpMs(passage, packet.protocol)
    const pod = reply.place === 'service' || reply.place === 'client' ? null : network.ownerOf(met.address)
    this.#hops.push({
      kind: 'pod',
      at: pod === null ? (reply.node === '' ? 'outside' : `Node/${reply.node}`) : `Pod/${pod}`,
      source: withPort(met.source, CLIENT_PORT),
      destination: met.destination,
      rules: [],
      detail: { reply: reply.kind, node: reply.node, seenAs: met.source },
    })
    if (reply.kind === 'silent') return this.report('timeout', pod, TIMEOUT_MS)
    const wayMs = met.entryMs + network.latencyMs(met.by, reply.node)
    const outcome: 'ok' | FailureCause = reply.kind === 'answers' ? 'ok' : 'refused'
    const serviceMs = outcome === 'ok' ? random.exponential(settings()['sim-service-time']) : 0
    const trips = outcome === 'ok' && packet.protocol === 'TCP' ? 4 : 2
    const latencyMs = this.tookMs + trips * wayMs + serviceMs + heldMs
    if (latencyMs > TIMEOUT_MS && heldMs > 0) return this.report('timeout', pod, TIMEOUT_MS)
    this.#hops.push({
      kind: 'answer',
      at: this.#origin.at,
      source: withPort(packet.destination, packet.port),
      destination: withPort(packet.source, CLIENT_PORT),
      rules: [],
      detail: { tookMs: Math.round(latencyMs * 1000) / 1000, ...(met.health && { health: met.health }) },
    })
    return this.report(outcome, pod, latencyMs)
  }

  #isStale(service: string, ip: string): boolean {
    const [namespace = '', name = ''] = service.split('/')
    const rows = this.#context.store.slicesOfService(namespace, name).flatMap(slice => slice.endpoints)
    return !rows.some(({ addresses, conditions }) => addresses[0] === ip && (conditions?.ready ?? true))
  }
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
