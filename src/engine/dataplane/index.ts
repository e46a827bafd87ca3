// What nodes and cluster DNS do with the objects they have heard of so far: one kube-proxy for each simulated Node, each
// late in its own way, and one DNS server. They read the API server through watches and write nothing. Must be created
// before the first object is written; a snapshot carries everything else.

import type { ClusterSettings } from '../api/cluster-settings.ts'
import { isSimulated } from '../api/node/node.ts'
import type { EventLoop } from '../kernel/event-loop.ts'
import type { Part } from '../kernel/part.ts'
import type { Random } from '../kernel/rng.ts'
import type { StoreClient, WatchEvent } from '../store/client.ts'
import type { DnsAnswer, DnsQuestion } from './dns/dns-message.ts'
import { resolveName } from './dns/resolve-name.ts'
import { Feed, nodeFacts, type FeedEntry, type NodeFacts } from './feed.ts'
import { HEAR_TOPIC, Hearing, type HearingContext, type SavedHearing } from './hearing.ts'
import { candidatesFor } from './proxy/choose-backend.ts'
import { healthCheck, type HealthAnswer } from './proxy/health-check.ts'
import { NodeRules, type Frontend } from './proxy/compile-rules.ts'
import { isMasqueraded } from './proxy/masquerade.ts'
import {
  NodeProxy,
  START_TOPIC,
  SYNC_TOPIC,
  SYNCED_TOPIC,
  type ProxyDisturbance,
  type SavedNodeProxy,
} from './proxy/node-proxy.ts'
import { NOT_A_SERVICE, type Decision, type EndpointChoice, type Packet } from './proxy/packet.ts'
import { printRules, walkRules, type RulesForm, type Walk } from './rules/index.ts'
import type { ServiceState } from './service-state.ts'
import { loadStates, StateNumbers, type SavedStates } from './state-table.ts'

export type { AddressRecord, DnsAnswer, DnsQuestion, DnsRecord, DnsType } from './dns/dns-message.ts'
export { recordData } from './dns/record-text.ts'
export { searchCandidates } from './dns/resolve-name.ts'
export type { HealthAnswer } from './proxy/health-check.ts'
export type { Decision, EndpointChoice, Packet } from './proxy/packet.ts'
export {
  IPVS_SCHEDULERS,
  PROXY_MODES,
  type IPFamily,
  type IpvsScheduler,
  type ProxyMode,
  type RuleMet,
  type RulesForm,
} from './rules/index.ts'

export interface DataplaneContext {
  readonly loop: EventLoop
  readonly random: Random
  readonly settings: () => ClusterSettings
  readonly client: (actor: string) => StoreClient
  /** Whether this Node's machine runs (kube-proxy with it). */
  readonly isRunning: (node: string) => boolean
}

export interface Dataplane extends Part {
  /** The frozen rules that this Node's kube-proxy has in force now; undefined for a Node without one. */
  rules(node: string): NodeRules | undefined
  /**
   * The Node's rules as the tools of a mode print them, or undefined while its kube-proxy has written none. Of a Node that is
   * not simulated: what a kube-proxy would write there that has heard of everything.
   */
  printedRules(node: string, form: RulesForm): string | undefined
  /** When the Node's kube-proxy last finished writing its rules, virtual ms; −1 when it never has since its start. */
  syncedMs(node: string): number
  /** Routes the first packet of a connection by this Node's rules, session affinity included. `draw` is in [0, 1). */
  route(node: string, packet: Packet, draw: number): Decision
  /** Whether the Pod at this endpoint sees an address of the node instead of the packet's source. */
  masquerades(node: string, packet: Packet, endpoint: EndpointChoice): boolean
  /** What this Node's kube-proxy answers over HTTP at a health check node port; undefined where it listens on no such port. */
  healthCheck(node: string, port: number): HealthAnswer | undefined
  /** Whether the way of choosing now looks at how many connections there are. */
  readonly countsConnections: boolean
  /** To be told, where they are counted, when a connection that was routed to this endpoint is over. */
  connectionEnded(node: string, packet: Packet, endpoint: string): void
  /** Routes as `route` does, and tells by which rules. Undefined on a Node that has none. */
  trace(node: string, packet: Packet, draw: number): Trace | undefined
  /** Answers as cluster DNS would at this moment. */
  dns(question: DnsQuestion): DnsAnswer
  /** Rises whenever an answer of `dns` may have changed. */
  readonly dnsVersion: number
  /** To be told when settings have changed: each kube-proxy starts anew when its mode is another now. */
  settingsChanged(): void
  /** To be told by whoever sees the machine: its power went, or came back. Telling too often does no harm. */
  powerChanged(node: string): void
  /** Lets a Node's kube-proxy stop or hear late; a Node without one is passed over. */
  disturb(node: string, how: ProxyDisturbance): void
}

/** How a packet was routed, and the rules that it met. */
export interface Trace {
  readonly decision: Decision
  readonly walk: Walk
  readonly mode: ClusterSettings['proxy-mode']
  /** The frontend that it was for; undefined when no rule claims it. */
  readonly frontend: Frontend | undefined
  /** All endpoints that it might have been sent to. */
  readonly candidates: readonly EndpointChoice[]
}

export function createDataplane(context: DataplaneContext): Dataplane {
  return new NodesAndDns(context)
}

const DNS_LISTENER = ''

interface SavedDataplane {
  readonly table: SavedStates
  readonly latest: readonly number[]
  readonly entries: readonly {
    readonly seq: number
    readonly atMs: number
    readonly state?: number | undefined
    readonly node?: NodeFacts | undefined
  }[]
  readonly nextSeq: number
  readonly proxies: readonly SavedNodeProxy[]
  readonly dns: { readonly hearing: SavedHearing; readonly services: readonly number[] }
  readonly dnsVersion: number
}

class NodesAndDns implements Dataplane {
  readonly partName = 'dataplane'
  readonly #context: DataplaneContext
  readonly #store: StoreClient
  readonly #feed = new Feed()
  readonly #hearingContext: HearingContext
  readonly #proxies = new Map<string, NodeProxy>()
  readonly #dnsHearing: Hearing
  #dnsServices = new Map<string, ServiceState>()
  #dnsVersion = 0

  constructor(context: DataplaneContext) {
    this.#context = context
    const { loop, settings, random } = context
    this.#hearingContext = { loop, settings, feed: this.#feed }
    this.#dnsHearing = new Hearing(this.#hearingContext, DNS_LISTENER, random.stream('dataplane/dns'))
    this.#dnsHearing.start()
    loop.on<string>(HEAR_TOPIC, name => this.#hear(name))
    loop.on<string>(START_TOPIC, name => this.#proxies.get(name)?.start())
    loop.on<string>(SYNC_TOPIC, name => this.#proxies.get(name)?.sync())
    loop.on<string>(SYNCED_TOPIC, name => this.#proxies.get(name)?.synced())
    this.#store = context.client('kube-proxy')
    this.#store.watch(['Node', 'Service', 'EndpointSlice', 'Namespace'], event => this.#take(event))
  }

  get dnsVersion(): number {
    return this.#dnsVersion
  }

  rules(node: string): NodeRules | undefined {
    return this.#context.isRunning(node) ? this.#proxies.get(node)?.rules : undefined
  }

  printedRules(node: string, form: RulesForm): string | undefined {
    const rules = this.#proxies.has(node) ? this.rules(node) : this.#rulesElsewhere(node)
    return rules && printRules(rules, form)
  }

  syncedMs(node: string): number {
    return this.#proxies.get(node)?.syncedMs ?? -1
  }

  route(node: string, packet: Packet, draw: number): Decision {
    if (!this.#context.isRunning(node)) return NOT_A_SERVICE
    return this.#proxies.get(node)?.route(packet, draw) ?? NOT_A_SERVICE
  }

  connectionEnded(node: string, packet: Packet, endpoint: string): void {
    this.#proxies.get(node)?.ended(packet, endpoint)
  }

  masquerades(node: string, packet: Packet, endpoint: EndpointChoice): boolean {
    const rules = this.rules(node)
    return rules !== undefined && isMasqueraded(rules, packet, endpoint)
  }

  healthCheck(node: string, port: number): HealthAnswer | undefined {
    const rules = this.#proxies.get(node)?.isRunning ? this.rules(node) : undefined
    return rules && healthCheck(rules, port)
  }

  get countsConnections(): boolean {
    return this.#context.settings()['proxy-mode'] === 'ipvs'
  }

  trace(node: string, packet: Packet, draw: number): Trace | undefined {
    const rules = this.rules(node)
    const keptAt = this.#proxies.get(node)?.keptAt(packet)
    if (!rules) return undefined
    const decision = this.route(node, packet, draw)
    const scheduler = this.#context.settings()['ipvs-scheduler']
    const walk = walkRules(rules, { packet, draw, keptAt, decision, scheduler })
    const candidates = candidatesFor(rules, packet)
    return { decision, walk, mode: rules.mode, frontend: rules.frontend(packet), candidates }
  }

  dns(question: DnsQuestion): DnsAnswer {
    const settings = this.#context.settings()
    return resolveName(question, {
      services: this.#dnsServices,
      hasNamespace: name => this.#store.get('Namespace', '', name) !== undefined,
      domain: settings['cluster-domain'],
      ttlSeconds: settings['dns-ttl-seconds'],
    })
  }

  settingsChanged(): void {
    for (const proxy of this.#proxies.values()) proxy.noticeMode()
  }

  powerChanged(node: string): void {
    this.#proxies.get(node)?.noticePower(this.#context.isRunning(node))
  }

  disturb(node: string, how: ProxyDisturbance): void {
    this.#proxies.get(node)?.disturb(how)
    this.#forget()
  }

  save(): SavedDataplane {
    const table = new StateNumbers()
    const latest = [...this.#feed.latest.values()].map(state => table.numberOf(state))
    const entries = this.#feed.entries.map(({ seq, atMs, state, node }) =>
      state ? { seq, atMs, state: table.numberOf(state) } : { seq, atMs, node },
    )
    const proxies = [...this.#proxies.values()].map(proxy => proxy.save(table))
    const services = [...this.#dnsServices.values()].map(state => table.numberOf(state))
    return {
      latest,
      entries,
      nextSeq: this.#feed.end,
      proxies,
      dns: { hearing: this.#dnsHearing.save(), services },
      dnsVersion: this.#dnsVersion,
      table: table.save(),
    }
  }

  load(saved: SavedDataplane): void {
    const stateOf = loadStates(saved.table)
    const entries = saved.entries.map(({ seq, atMs, state, node }): FeedEntry => {
      if (node) return { seq, atMs, node }
      return { seq, atMs, state: stateOf(state ?? -1) }
    })
    this.#feed.load({ latest: saved.latest.map(stateOf), entries, nextSeq: saved.nextSeq })
    this.#proxies.clear()
    for (const proxy of saved.proxies) this.#makeProxy(proxy.facts).load(proxy, stateOf)
    this.#dnsHearing.load(saved.dns.hearing)
    this.#dnsServices = new Map(saved.dns.services.map(stateOf).map(state => [state.key, state]))
    this.#dnsVersion = saved.dnsVersion
  }

  #rulesElsewhere(name: string): NodeRules | undefined {
    const node = this.#store.get('Node', '', name)
    if (!node) return undefined
    const facts = nodeFacts(node)
    const settings = this.#context.settings()
    return new NodeRules({
      mode: settings['proxy-mode'],
      place: { name, zone: facts.zone },
      addresses: facts.addresses,
      clusterCidr: settings['cluster-cidr'],
      serviceRange: settings['service-cluster-ip-range'],
      services: new Map([...this.#feed.latest].filter(([, state]) => state.isProxied)),
    })
  }

  #take(event: WatchEvent<'Node' | 'Service' | 'EndpointSlice' | 'Namespace'>): void {
    const nowMs = this.#context.loop.nowMs
    if (event.kind === 'Namespace') {
      if (event.type !== 'MODIFIED') this.#dnsVersion++
      return
    }
    if (event.kind === 'Node') this.#takeNode(event, nowMs)
    else if (!this.#feed.takeObject(event, nowMs)) return
    this.#dnsHearing.notice()
    for (const proxy of this.#proxies.values()) proxy.noticeFeed()
  }

  #takeNode({ type, object, previous }: WatchEvent<'Node'>, nowMs: number): void {
    const { name } = object.metadata
    if (type === 'DELETED' || !isSimulated(object)) {
      this.#proxies.get(name)?.dispose()
      this.#proxies.delete(name)
      return
    }
    if (this.#proxies.has(name)) this.#feed.takeNode(object, previous, nowMs)
    else this.#makeProxy(nodeFacts(object))
    this.powerChanged(name)
  }

  #makeProxy(facts: NodeFacts): NodeProxy {
    const proxy = new NodeProxy(
      this.#hearingContext,
      facts,
      this.#context.random.stream(`dataplane/proxy/${facts.name}`),
    )
    this.#proxies.set(facts.name, proxy)
    return proxy
  }

  #hear(name: string): void {
    if (name === DNS_LISTENER) this.#hearDns()
    else this.#proxies.get(name)?.hear()
    this.#forget()
  }

  #hearDns(): void {
    for (const { state } of this.#dnsHearing.take()) {
      if (!state) continue
      this.#dnsVersion++
      if (state.isEmpty) this.#dnsServices.delete(state.key)
      else this.#dnsServices.set(state.key, state)
    }
  }

  // Listeners move on one by one: only when the slowest has moved is there something to forget.
  #forget(): void {
    const first = this.#feed.entries[0]
    if (!first) return
    let slowest = this.#dnsHearing.cursor ?? this.#feed.end
    for (const { cursor } of this.#proxies.values()) if (cursor !== null && cursor < slowest) slowest = cursor
    if (slowest > first.seq) this.#feed.forgetBefore(slowest)
  }
}
