// The kernel's side of IPVS mode on one node: a virtual server for each frontend with its real servers, what its scheduler
// remembers, and which clients are kept where. The state is the node's alone, and each frontend's: a cluster IP and a node
// port of one Service know nothing of each other. Models graceful removal for TCP; leaves out thresholds, weights, and that
// a kept client stays kept for as long as a connection of its is open.

import { hashText } from '../../../kernel/rng.ts'
import { compareText } from '../../../kernel/json.ts'
import type { EndpointChoice, Packet } from '../packet.ts'
import { closed, isIdle, newRealServer, opened, type RealServer } from './real-server.ts'
import { maglevTable, newMemory, schedule, type IpvsScheduler, type SchedulerMemory } from './schedule.ts'

/** Plain data. */
interface VirtualServer {
  servers: RealServer[]
  readonly memory: SchedulerMemory
  /** Clients that are kept at a server, by address, and when that ends without another connection. */
  readonly kept: Map<string, { readonly endpoint: string; readonly untilMs: number }>
  /** Made again when the servers change; so are these two not part of a snapshot. */
  maglev: readonly number[] | undefined
  choices: readonly EndpointChoice[] | undefined
}

export interface SavedIpvs {
  readonly servers: readonly {
    readonly key: string
    readonly servers: readonly RealServer[]
    readonly memory: SchedulerMemory
    readonly kept: readonly (readonly [string, string, number])[]
  }[]
}

/** One new connection to a frontend. */
export interface IpvsAsk {
  readonly packet: Packet
  readonly choices: readonly EndpointChoice[]
  readonly scheduler: IpvsScheduler
  /** 0: clients are not kept. */
  readonly affinitySeconds: number
  readonly draw: number
  readonly nowMs: number
}

export class IpvsBalancer {
  readonly #node: string
  readonly #virtual = new Map<string, VirtualServer>()

  constructor(node: string) {
    this.#node = node
  }

  /** Where the connection goes; undefined when it is refused. It is open from now on until `ended` is told. */
  choose(ask: IpvsAsk): EndpointChoice | undefined {
    const { packet, choices, nowMs } = ask
    const virtual = this.#brought(packet, choices, nowMs)
    const server = this.#keptFor(virtual, ask) ?? this.#scheduled(virtual, ask)
    const choice = server && choices.find(({ endpoint }) => endpoint === server.endpoint)
    if (!server || !choice) return undefined
    if (packet.protocol === 'TCP') opened(server)
    if (ask.affinitySeconds > 0) {
      virtual.kept.set(packet.source, { endpoint: server.endpoint, untilMs: nowMs + ask.affinitySeconds * 1_000 })
    }
    return choice
  }

  /** A connection that was sent to this endpoint is over. */
  ended(packet: Packet, endpoint: string, nowMs: number): void {
    const virtual = this.#virtual.get(keyOf(packet))
    const server = virtual?.servers.find(candidate => candidate.endpoint === endpoint)
    if (!server) return
    closed(server, nowMs)
  }

  /** The real servers of a frontend as they stand, those on their way out among them. */
  serversOf(packet: Packet): readonly Readonly<RealServer>[] {
    return this.#virtual.get(keyOf(packet))?.servers ?? []
  }

  clear(): void {
    this.#virtual.clear()
  }

  save(): SavedIpvs {
    return {
      servers: [...this.#virtual]
        .sort(([a], [b]) => compareText(a, b))
        .map(([key, { servers, memory, kept }]) => ({
          key,
          servers: servers.map(server => ({ ...server, closing: [...server.closing] })),
          memory: { ...memory },
          kept: [...kept].map(([client, { endpoint, untilMs }]) => [client, endpoint, untilMs] as const),
        })),
    }
  }

  load(saved: SavedIpvs): void {
    this.#virtual.clear()
    for (const { key, servers, memory, kept } of saved.servers) {
      this.#virtual.set(key, {
        servers: servers.map(server => ({ ...server, closing: [...server.closing] })),
        memory: { ...memory },
        kept: new Map(kept.map(([client, endpoint, untilMs]) => [client, { endpoint, untilMs }])),
        maglev: undefined,
        choices: undefined,
      })
    }
  }

  /** The virtual server of a frontend, brought in line with the endpoints that the rules name now. */
  #brought(packet: Packet, choices: readonly EndpointChoice[], nowMs: number): VirtualServer {
    const key = keyOf(packet)
    let virtual = this.#virtual.get(key)
    if (!virtual) {
      virtual = { servers: [], memory: newMemory(), kept: new Map(), maglev: undefined, choices: undefined }
      this.#virtual.set(key, virtual)
    }
    if (virtual.choices === choices) {
      for (const server of virtual.servers.filter(({ weight }) => weight === 0)) {
        if (isIdle(server, nowMs)) remove(virtual, server)
      }
      return virtual
    }
    virtual.choices = choices
    const wanted = new Set(choices.map(({ endpoint }) => endpoint))
    for (const server of virtual.servers.slice()) {
      if (wanted.has(server.endpoint)) {
        // Who comes back is a new server, with no connections to its name.
        if (server.weight === 0) remove(virtual, server)
        else wanted.delete(server.endpoint)
      } else if (isIdle(server, nowMs)) remove(virtual, server)
      else server.weight = 0
    }
    for (const endpoint of wanted) this.#insert(virtual, endpoint)
    return virtual
  }

  // The kernel puts new servers first, and kube-proxy adds them in no order: each node has an order of its own.
  #insert(virtual: VirtualServer, endpoint: string): void {
    const rank = (text: string): number => hashText(`${this.#node} ${text}`)
    const place = virtual.servers.findIndex(server => rank(server.endpoint) > rank(endpoint))
    virtual.servers.splice(place < 0 ? virtual.servers.length : place, 0, newRealServer(endpoint))
    if (place >= 0 && place <= virtual.memory.last) virtual.memory.last++
    virtual.maglev = undefined
  }

  // A server on its way out keeps nobody: who comes again is given another.
  #keptFor(virtual: VirtualServer, { packet, affinitySeconds, nowMs }: IpvsAsk): RealServer | undefined {
    const kept = affinitySeconds > 0 ? virtual.kept.get(packet.source) : undefined
    const server = virtual.servers.find(({ endpoint }) => endpoint === kept?.endpoint)
    return kept && kept.untilMs >= nowMs && server?.weight === 1 ? server : undefined
  }

  #scheduled(virtual: VirtualServer, { packet, scheduler, draw, nowMs }: IpvsAsk): RealServer | undefined {
    const { servers, memory } = virtual
    return schedule(scheduler, {
      servers,
      memory,
      destination: packet.destination,
      source: packet.source,
      draw,
      nowMs,
      maglev: () => (virtual.maglev ??= maglevTable(servers)),
    })
  }
}

/** The pointer of rr goes back to the one before when the server it stands at is taken away. */
function remove(virtual: VirtualServer, server: RealServer): void {
  const place = virtual.servers.indexOf(server)
  virtual.servers.splice(place, 1)
  if (place <= virtual.memory.last) virtual.memory.last--
  virtual.maglev = undefined
}

function keyOf({ protocol, destination, port }: Packet): string {
  return `${protocol} ${destination} ${port}`
}
