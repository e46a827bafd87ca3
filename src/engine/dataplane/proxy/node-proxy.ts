// One node's kube-proxy: it hears of changes late, and writes its rules in syncs. A change starts a sync at once when at
// least `iptables-min-sync-period` (or what stands for it in another mode) has passed since the last one was complete; else it waits for that moment, and all
// changes until then go together. A sync takes `sim-proxy-sync-time`; its rules hold what was known when it began. Models
// the runner of v1.34; leaves out the periodic resync, which changes nothing while nothing is broken.

import type { EventId } from '../../kernel/event-loop.ts'
import type { RandomStream } from '../../kernel/rng.ts'
import type { FeedEntry, NodeFacts } from '../feed.ts'
import { Hearing, type HearingContext, type SavedHearing } from '../hearing.ts'
import { ServiceState } from '../service-state.ts'
import type { StateNumbers } from '../state-table.ts'
import { AffinityLists, type SavedAffinity } from './affinity.ts'
import { chooseBackend } from './choose-backend.ts'
import { NodeRules, type RulesMode } from './compile-rules.ts'
import { IpvsBalancer, type SavedIpvs } from './ipvs/balancer.ts'
import { chooseByIpvs, type IpvsMoment } from './ipvs/choose-by-ipvs.ts'
import { NOT_A_SERVICE, type Decision, type EndpointChoice, type Packet } from './packet.ts'

export const SYNC_TOPIC = 'dataplane/sync'
export const SYNCED_TOPIC = 'dataplane/synced'
export const START_TOPIC = 'dataplane/proxy-start'

/**
 * `new`: its machine has not run yet. `off`: the machine lost its power, and with it every rule. `booting`: power is back,
 * the kubelet is about to start the proxy. `on`: it listens and writes.
 */
type Phase = 'new' | 'off' | 'booting' | 'on'

export interface SavedNodeProxy {
  readonly facts: NodeFacts
  readonly phase: Phase
  readonly stopped: boolean
  readonly hearing: SavedHearing
  readonly dirty: readonly number[]
  readonly writing: readonly number[] | null
  readonly mode: RulesMode
  readonly rules: {
    readonly mode: RulesMode
    readonly facts: NodeFacts
    readonly clusterCidr: string
    readonly services: readonly number[]
  } | null
  readonly syncedMs: number | null
  readonly event: EventId | null
  readonly affinity: SavedAffinity
  readonly ipvs: SavedIpvs
}

/** What a fault does to a kube-proxy. */
export interface ProxyDisturbance {
  readonly stopped: boolean
  readonly lagMs: number
}

const MIN_SYNC_PERIODS = {
  iptables: 'iptables-min-sync-period',
  nftables: 'nftables.minSyncPeriod',
  ipvs: 'ipvs-min-sync-period',
} as const

interface RulesInput {
  readonly mode: RulesMode
  readonly facts: NodeFacts
  readonly clusterCidr: string
}

export class NodeProxy {
  readonly #context: HearingContext
  readonly #hearing: Hearing
  readonly #affinity = new AffinityLists()
  readonly #ipvs: IpvsBalancer
  #facts: NodeFacts
  #phase: Phase = 'new'
  /** Its process does not run, by a fault: it hears and writes nothing, while its rules stay in force. */
  #stopped = false
  /** Heard of, and not in any sync yet. */
  #dirty = new Map<string, ServiceState>()
  /** Part of the sync that runs. */
  #writing: Map<string, ServiceState> | null = null
  #rules: NodeRules | undefined
  #rulesInput: RulesInput | undefined
  /** What the rules are written for from the next sync on. */
  #mode: RulesMode
  #syncedMs: number | null = null
  // The one event under way: boot, a sync that waits, or the end of a sync.
  #event: EventId | null = null

  constructor(context: HearingContext, facts: NodeFacts, stream: RandomStream) {
    this.#context = context
    this.#facts = facts
    this.#mode = context.settings()['proxy-mode']
    this.#ipvs = new IpvsBalancer(facts.name)
    this.#hearing = new Hearing(context, facts.name, stream)
  }

  get name(): string {
    return this.#facts.name
  }

  get rules(): NodeRules | undefined {
    return this.#rules
  }

  /** Whether its process runs, and not only its rules are there. */
  get isRunning(): boolean {
    return this.#phase === 'on' && !this.#stopped
  }

  /** When the last sync was complete; undefined before the first. */
  get syncedMs(): number | undefined {
    return this.#syncedMs ?? undefined
  }

  /** Where it stands in the feed; null while it does not listen. */
  get cursor(): number | null {
    return this.#hearing.cursor
  }

  /** Tells whether the machine runs, now that this may have changed. */
  noticePower(running: boolean): void {
    if (!running) this.#powerOff()
    else if (this.#phase === 'new') this.start()
    else if (this.#phase === 'off') {
      this.#phase = 'booting'
      this.#plan(START_TOPIC, this.#context.loop.nowMs + this.#context.settings()['sim-node-boot-time'])
    }
  }

  /** Lets its process stop or hear late, or ends that: one that starts again lists everything and writes it. */
  disturb({ stopped, lagMs }: ProxyDisturbance): void {
    this.#hearing.setLag(lagMs)
    if (stopped === this.#stopped) return
    this.#stopped = stopped
    if (this.#phase !== 'on') return
    if (!stopped) return this.#mode === this.#context.settings()['proxy-mode'] ? this.start() : this.noticeMode()
    this.#hearing.stop()
    this.#cancel()
    this.#dirty.clear()
    this.#writing = null
  }

  /** The mode may have changed: kube-proxy is started again in the other one, and takes away what it had written before. */
  noticeMode(): void {
    const mode = this.#context.settings()['proxy-mode']
    if (mode === this.#mode || this.#stopped) return
    this.#mode = mode
    if (this.#phase !== 'on') return
    this.#hearing.stop()
    this.#cancel()
    this.#writing = null
    this.#rules = undefined
    this.#rulesInput = undefined
    this.#affinity.clear()
    this.#ipvs.clear()
    this.start()
  }

  /** Lists everything and writes all rules. */
  start(): void {
    this.#event = null
    this.#phase = 'on'
    if (this.#stopped) return
    this.#mode = this.#context.settings()['proxy-mode']
    this.#hearing.start()
    const { latest } = this.#context.feed
    for (const [key, state] of latest) if (state.isProxied) this.#dirty.set(key, state)
    // What it wrote before it was stopped may be of Services that are gone.
    for (const key of this.#rules?.services.keys() ?? [])
      this.#dirty.set(key, latest.get(key) ?? new ServiceState(key, undefined, []))
    this.#sync()
  }

  /** The feed has grown. */
  noticeFeed(): void {
    this.#hearing.notice()
  }

  /** A delivery of the watch has arrived. */
  hear(): void {
    let changed = false
    for (const entry of this.#hearing.take()) changed = this.#takeEntry(entry) || changed
    if (changed && this.#event === null) this.#trigger()
  }

  /** The moment for a sync has come. */
  sync(): void {
    this.#event = null
    this.#sync()
  }

  /** The sync is complete: what it wrote is in force. */
  synced(): void {
    const { loop, settings } = this.#context
    const services = new Map(this.#rules?.services)
    const written = this.#writing ?? new Map<string, ServiceState>()
    for (const [key, state] of written) {
      if (state.isProxied) services.set(key, state)
      else services.delete(key)
    }
    this.#event = null
    this.#writing = null
    this.#syncedMs = loop.nowMs
    this.#putRules({ mode: this.#mode, facts: this.#facts, clusterCidr: settings()['cluster-cidr'] }, services)
    if (!this.#affinity.isEmpty) {
      for (const key of written.keys()) this.#affinity.keepOnly(key, this.#rules?.portsOf(key) ?? [])
    }
    if (this.#dirty.size > 0) this.#trigger()
  }

  /** Routes the first packet of a connection that starts on, or arrives at, this node. */
  route(packet: Packet, draw: number): Decision {
    if (!this.#rules) return NOT_A_SERVICE
    const nowMs = this.#context.loop.nowMs
    const { mode } = this.#rules
    if (mode === 'ipvs') return chooseByIpvs(this.#rules, packet, draw, this.#ipvsMoment)
    let isKept = false
    const decision = chooseBackend(this.#rules, packet, draw, (port, choices) => {
      isKept = true
      return this.#affinity.find(port, choices, packet.source, nowMs)
    })
    if (isKept && decision.kind === 'endpoint') {
      const port = this.#rules.frontend(packet)?.port
      const { endpoint } = decision
      if (port) this.#affinity.remember(port, { endpoint, client: packet.source, nowMs, mode })
    }
    return decision
  }

  /** A connection that was sent to this endpoint is over; only IPVS counts them. */
  ended(packet: Packet, endpoint: string): void {
    if (this.#mode === 'ipvs') this.#ipvs.ended(packet, endpoint, this.#context.loop.nowMs)
  }

  /** The endpoint at which session affinity would keep this packet's client now. */
  keptAt(packet: Packet): string | undefined {
    if (!this.#rules || this.#rules.mode === 'ipvs') return undefined
    const nowMs = this.#context.loop.nowMs
    let kept: EndpointChoice | undefined
    chooseBackend(this.#rules, packet, 0, (port, choices) => {
      kept = this.#affinity.find(port, choices, packet.source, nowMs)
      return kept
    })
    return kept?.endpoint
  }

  /** Ends it with its Node. */
  dispose(): void {
    this.#hearing.stop()
    this.#cancel()
  }

  save(table: StateNumbers): SavedNodeProxy {
    const numbers = (states: ReadonlyMap<string, ServiceState>): number[] =>
      [...states.values()].map(state => table.numberOf(state))
    return {
      facts: this.#facts,
      phase: this.#phase,
      stopped: this.#stopped,
      hearing: this.#hearing.save(),
      dirty: numbers(this.#dirty),
      writing: this.#writing && numbers(this.#writing),
      rules: this.#rules && this.#rulesInput ? { ...this.#rulesInput, services: numbers(this.#rules.services) } : null,
      mode: this.#mode,
      syncedMs: this.#syncedMs,
      event: this.#event,
      affinity: this.#affinity.save(),
      ipvs: this.#ipvs.save(),
    }
  }

  load(saved: SavedNodeProxy, stateOf: (number: number) => ServiceState): void {
    const states = (numbers: readonly number[]): Map<string, ServiceState> =>
      new Map(numbers.map(stateOf).map(state => [state.key, state]))
    this.#facts = saved.facts
    this.#phase = saved.phase
    this.#stopped = saved.stopped
    this.#hearing.load(saved.hearing)
    this.#dirty = states(saved.dirty)
    this.#writing = saved.writing && states(saved.writing)
    this.#rules = undefined
    this.#rulesInput = undefined
    this.#mode = saved.mode
    if (saved.rules) {
      const { mode, facts, clusterCidr, services } = saved.rules
      this.#putRules({ mode, facts, clusterCidr }, states(services))
    }
    this.#syncedMs = saved.syncedMs
    this.#event = saved.event
    this.#affinity.load(saved.affinity)
    this.#ipvs.load(saved.ipvs)
  }

  /** Notes one change; says whether the rules have to be written for it. */
  #takeEntry({ state, node }: FeedEntry): boolean {
    if (node) {
      if (node.name !== this.name) return false
      this.#facts = node
      return true
    }
    const known = this.#dirty.get(state.key) ?? this.#writing?.get(state.key) ?? this.#rules?.services.get(state.key)
    if (!state.isProxied && !known?.isProxied) return false
    this.#dirty.set(state.key, state)
    return true
  }

  get #ipvsMoment(): IpvsMoment {
    const { loop, settings } = this.#context
    return { balancer: this.#ipvs, scheduler: settings()['ipvs-scheduler'], nowMs: loop.nowMs }
  }

  #trigger(): void {
    const { loop, settings } = this.#context
    const period = settings()[MIN_SYNC_PERIODS[this.#mode]]
    const earliestMs = this.#syncedMs === null ? loop.nowMs : this.#syncedMs + period
    if (earliestMs <= loop.nowMs) this.#sync()
    else this.#plan(SYNC_TOPIC, earliestMs)
  }

  #sync(): void {
    this.#writing = this.#dirty
    this.#dirty = new Map()
    this.#plan(SYNCED_TOPIC, this.#context.loop.nowMs + this.#context.settings()['sim-proxy-sync-time'])
  }

  #putRules(input: RulesInput, services: ReadonlyMap<string, ServiceState>): void {
    const { mode, facts, clusterCidr } = input
    this.#rulesInput = input
    this.#rules = new NodeRules({
      mode,
      place: { name: facts.name, zone: facts.zone },
      addresses: facts.addresses,
      clusterCidr,
      serviceRange: this.#context.settings()['service-cluster-ip-range'],
      services,
    })
  }

  #powerOff(): void {
    if (this.#phase === 'off' || this.#phase === 'new') return
    this.#phase = 'off'
    this.#hearing.stop()
    this.#cancel()
    this.#dirty.clear()
    this.#writing = null
    this.#rules = undefined
    this.#rulesInput = undefined
    this.#syncedMs = null
    this.#affinity.clear()
    this.#ipvs.clear()
  }

  #plan(topic: string, timeMs: number): void {
    this.#event = this.#context.loop.scheduleAt(topic, timeMs, this.name)
  }

  #cancel(): void {
    if (this.#event !== null) this.#context.loop.cancel(this.#event)
    this.#event = null
  }
}
