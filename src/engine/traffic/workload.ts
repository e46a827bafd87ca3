// Clients at work. One request is: look the name up, connect by the rules of the client's own node at that moment, wait
// for the answer. The first packet decides where a connection goes, and nothing rescues it later. A server answers after
// an exponential time; when its process ends meanwhile the connection is reset, and when its machine dies it hangs until
// the client gives up. A SYN that nobody answers is not sent again, for it would follow the same choice; one that is lost on
// the way is (faults/lost-packets.ts). Leaves out keep-alive and retries.

import type { ClusterSettings } from '../api/cluster-settings.ts'
import type { TrafficSpec } from '../api/workload-spec.ts'
import type { World, WorldChange } from '../apps/world.ts'
import type { Dataplane, Decision } from '../dataplane/index.ts'
import type { EventLoop } from '../kernel/event-loop.ts'
import { compareText } from '../kernel/json.ts'
import type { Part } from '../kernel/part.ts'
import type { Random } from '../kernel/rng.ts'
import type { StoreClient } from '../store/client.ts'
import { Client, type SavedClient, type TrafficClient } from './client.ts'
import { admitClient } from './admit-client.ts'
import { describeClient } from './describe-client.ts'
import type { ServedRequests } from './containers/served-requests.ts'
import { Endings } from './endings.ts'
import { Flights, NEW_FLIGHT, type SavedFlights } from './flight.ts'
import { NAME_TIMEOUT_MS } from './faults/wire.ts'
import type { Network, SavedOwners } from './network.ts'
import type { Reply } from './reply.ts'
import type { TripRecord } from './trip.ts'

export interface TrafficContext {
  readonly loop: EventLoop
  readonly random: Random
  readonly settings: () => ClusterSettings
  readonly client: (actor: string) => StoreClient
  readonly world: World
  readonly dataplane: Dataplane
}

/** What a command came to; a refusal is a sentence for the user. */
export type CommandResult = { readonly ok: true } | { readonly ok: false; readonly message: string }

export interface SavedTraffic {
  readonly clients: readonly SavedClient[]
  readonly flights: SavedFlights
  readonly nextTrip: number
  readonly owners: SavedOwners
  readonly version: number
}

/** How much of a latency is chance: it is spread evenly by a tenth to both sides. */
const LATENCY_JITTER = 0.1

const ARRIVE = 'traffic/arrive'
const CONNECT = 'traffic/connect'
const RESTART = 'traffic/restart'
const WORLD = 'traffic/world'

export class Workload implements Part {
  readonly partName = 'traffic'
  readonly #context: TrafficContext
  readonly #store: StoreClient
  readonly #network: Network
  readonly #endings: Endings
  readonly #clients = new Map<string, Client>()
  readonly #flights = new Flights()
  #nextTrip = 1
  #version = 0

  constructor(context: TrafficContext, network: Network, served: ServedRequests) {
    this.#context = context
    const { loop, world } = context
    this.#store = context.client('traffic')
    this.#network = network
    this.#endings = new Endings({ ...context, network, served, flights: this.#flights, clients: this.#clients })
    loop.on<string>(ARRIVE, id => this.#arrive(this.#clients.get(id) as Client))
    loop.on<number>(CONNECT, place => this.#connect(place))
    loop.on<string>(RESTART, id => this.#run(this.#clients.get(id) as Client))
    loop.on<WorldChange>(WORLD, change => this.#follow(change))
    world.onChange(change => this.#notice(change))
  }

  get clientsVersion(): number {
    return this.#version + this.#context.dataplane.dnsVersion
  }

  onTrip(listener: (trip: TripRecord) => void): void {
    this.#endings.onTrip(listener)
  }

  start(given: TrafficSpec): CommandResult {
    const spec = admitClient(given, [...this.#clients.values()], this.#store)
    if ('message' in spec) return { ok: false, message: spec.message }
    const ip = this.#network.takeAddress(spec.node)
    if (ip === undefined) return refusal(`no address is left for a client on node "${spec.node}"`)
    const client = this.#make({ spec, ip })
    this.#version++
    if (this.#network.isPowered(spec.node)) this.#run(client)
    return { ok: true }
  }

  stop(id: string): CommandResult {
    const client = this.#clients.get(id)
    if (!client) return refusal(`traffic "${id}" not found`)
    this.#halt(client)
    this.#network.freeAddress(client.ip)
    this.#clients.delete(id)
    this.#version++
    return { ok: true }
  }

  /** All clients, by id. */
  clients(): readonly TrafficClient[] {
    const clients = [...this.#clients.values()].sort((a, b) => compareText(a.spec.id, b.spec.id))
    return clients.map(client => describeClient(client, this.#network, this.#store))
  }

  save(): SavedTraffic {
    return {
      clients: [...this.#clients.values()].map(client => client.save()),
      flights: this.#flights.save(),
      nextTrip: this.#nextTrip,
      owners: this.#network.save(),
      version: this.#version,
    }
  }

  load(saved: SavedTraffic): void {
    this.#clients.clear()
    for (const { spec, ip, alive, hasRun, event } of saved.clients)
      Object.assign(this.#make({ spec, ip }), { alive, hasRun, event })
    this.#network.load(
      saved.owners,
      saved.clients.map(({ ip, spec }) => ({ ip, node: spec.node })),
    )
    this.#flights.load(saved.flights)
    this.#nextTrip = saved.nextTrip
    this.#version = saved.version
  }

  #make({ spec, ip }: Pick<SavedClient, 'spec' | 'ip'>): Client {
    const { settings, dataplane, random } = this.#context
    const client = new Client(spec, ip, { settings, dataplane, store: this.#store, random })
    this.#clients.set(spec.id, client)
    return client
  }

  #run(client: Client): void {
    client.alive = true
    client.hasRun = true
    this.#version++
    this.#planArrival(client)
  }

  /** Ends a client's work: nothing starts any more, and what is under way has nobody left to see it end. */
  #halt(client: Client): void {
    if (client.event !== null) this.#context.loop.cancel(client.event)
    client.event = null
    client.alive = false
    for (const place of this.#flights.where(flight => flight.client === client.spec.id)) this.#endings.abandon(place)
  }

  #planArrival(client: Client): void {
    client.event = this.#context.loop.schedule(
      ARRIVE,
      client.arrivals.exponential(1000 / client.spec.rate),
      client.spec.id,
    )
  }

  #arrive(client: Client): void {
    const { loop } = this.#context
    this.#planArrival(client)
    const looked = client.lookup.ask()
    const place = this.#flights.take()
    const flight = this.#flights.at(place)
    Object.assign(flight, NEW_FLIGHT)
    flight.trip = this.#nextTrip++
    flight.client = client.spec.id
    flight.startMs = loop.nowMs
    flight.service = looked.service
    flight.portName = looked.portName
    const count = looked.addresses.length
    const chosen = looked.addresses[count > 1 ? client.requests.int(count) : 0]
    const isAnswered = client.lookup.isAddress || this.#network.wire.answersNames(client.spec.node)
    const tookMs = isAnswered ? looked.tookMs : NAME_TIMEOUT_MS
    if (tookMs >= client.spec.timeoutMs) this.#endings.plan(place, client.spec.timeoutMs, 'timeout', 'name')
    else if (!chosen || !isAnswered) this.#endings.plan(place, tookMs, 'dns', 'name')
    else {
      flight.address = chosen.address
      flight.slice = chosen.slice
      if (tookMs === 0) this.#connect(place)
      else flight.event = loop.schedule(CONNECT, tookMs, place)
    }
  }

  /** Sends the first packet. */
  #connect(place: number): void {
    const flight = this.#flights.at(place)
    const client = this.#clients.get(flight.client) as Client
    const { address } = flight
    const { port, protocol, node } = client.spec
    // Packets to a node's own address are for the rules of that node; all others for those of the client's.
    const by = this.#network.nodeAt(address) ?? node
    const draw = client.requests.unit()
    const wobble = 1 + LATENCY_JITTER * (2 * client.requests.unit() - 1)
    const packet = { destination: address, port, protocol, source: client.ip }
    const decision: Decision = this.#context.dataplane.route(by, packet, draw)
    const entryMs = by === node ? 0 : this.#network.latencyMs(node, by)
    flight.seenAs = client.ip
    switch (decision.kind) {
      case 'endpoint':
        if (this.#context.dataplane.masquerades(by, packet, decision)) {
          flight.seenAs = this.#network.masqueradeAddress(by, decision.ip, client.ip)
        }
        flight.service = decision.service
        flight.portName = decision.portName
        flight.slice = decision.slice
        flight.endpoint = decision.endpoint
        flight.pod = this.#network.ownerOf(decision.ip) ?? decision.pod
        return this.#meet(place, {
          client,
          reply: this.#network.reach(decision.ip, decision.port, protocol),
          by,
          entryMs,
          wobble,
        })
      case 'not-a-service': {
        const reply = this.#network.reach(address, port, protocol)
        flight.pod = this.#network.ownerOf(address)
        flight.endpoint =
          reply.place === 'service' ? null : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
        return this.#meet(place, { client, reply, by: node, entryMs: 0, wobble })
      }
      case 'reject':
      case 'drop': {
        flight.service = decision.service
        flight.portName = decision.portName
        const reply: Reply = {
          kind: decision.kind === 'reject' ? 'refused' : 'silent',
          place: 'service',
          node: by,
          uid: '',
        }
        return this.#meet(place, { client, reply, by, entryMs, wobble })
      }
    }
  }

  /** Plans how the request ends, as things stand at this moment. */
  #meet(place: number, met: { client: Client; reply: Reply; by: string; entryMs: number; wobble: number }): void {
    const { client } = met
    const { wire } = this.#network
    const passage = { from: client.spot, by: met.by, reply: met.reply }
    const reply = wire.meets(passage)
    const flight = this.#flights.at(place)
    const wayMs = (met.entryMs + this.#network.latencyMs(met.by, reply.node)) * met.wobble
    flight.wayMs = wayMs
    flight.node = reply.node
    flight.uid = ''
    if (reply.kind === 'silent') return this.#endings.hang(place, reply.place)
    const heldMs = wire.heldUpMs(passage, client.spec.protocol)
    if (reply.kind === 'refused') return this.#endings.refuse(place, 2 * wayMs + heldMs, reply.place)
    flight.uid = reply.uid
    const serviceMs = client.requests.exponential(this.#context.settings()['sim-service-time'])
    // A TCP connection takes a round trip before the request can leave.
    const tookMs = (client.spec.protocol === 'TCP' ? 4 : 2) * wayMs + serviceMs + heldMs
    if (tookMs > this.#endings.patienceMs(flight)) this.#endings.hang(place, 'pod')
    else this.#endings.plan(place, tookMs, null, null)
  }

  /** Inside a change of the World: takes note, and comes back in an event of its own. */
  #notice(change: WorldChange): void {
    const moved = this.#network.notice(change)
    if (moved !== undefined && [...this.#clients.values()].some(client => client.spec.to === moved)) this.#version++
    if (change.type === 'machine') this.#context.dataplane.powerChanged(change.name)
    else if (this.#flights.where(flight => flight.uid === change.uid).length === 0) return
    this.#context.loop.schedule(WORLD, 0, change)
  }

  #follow(change: WorldChange): void {
    if (change.type === 'process') return this.#followProcess(change.uid)
    const powered = this.#network.isPowered(change.name)
    for (const client of this.#clients.values())
      if (client.spec.node === change.name) this.#followMachine(client, powered)
    if (powered) return
    for (const place of this.#flights.where(flight => flight.uid !== '' && flight.node === change.name))
      this.#cutOff(place)
  }

  /** The ways of packets have changed: whoever no longer hears of its server waits in vain. */
  waysChanged(): void {
    for (const place of this.#flights.where(flight => flight.uid !== '')) {
      const { client, address, node, uid } = this.#flights.at(place)
      const { spot } = this.#clients.get(client) as Client
      const by = this.#network.nodeAt(address) ?? spot.node
      const reply: Reply = { kind: 'answers', place: 'pod', node, uid }
      if (this.#network.wire.meets({ from: spot, by, reply }).kind === 'silent') this.#cutOff(place)
    }
  }

  #followMachine(client: Client, powered: boolean): void {
    if (!powered) {
      if (!client.alive && client.event === null) return
      this.#halt(client)
      this.#version++
    } else if (!client.alive && client.event === null) {
      if (!client.hasRun) return this.#run(client)
      const settings = this.#context.settings()
      const startMs =
        settings['sim-node-boot-time'] + settings['sim-sandbox-time'] + settings['sim-container-start-time']
      client.event = this.#context.loop.schedule(RESTART, startMs, client.spec.id)
    }
  }

  /** A process ended: its kernel closes what it held. On a dead machine nobody is left to do so. */
  #followProcess(uid: string): void {
    if (this.#context.world.process(uid)?.listening) return
    for (const place of this.#flights.where(flight => flight.uid === uid)) {
      const flight = this.#flights.at(place)
      if (!this.#network.isPowered(flight.node)) {
        this.#cutOff(place)
        continue
      }
      if (flight.event !== null) this.#context.loop.cancel(flight.event)
      flight.uid = ''
      this.#endings.plan(place, flight.wayMs, 'reset', 'pod')
    }
  }

  /** The server's machine died: the client waits in vain. */
  #cutOff(place: number): void {
    const flight = this.#flights.at(place)
    if (flight.event !== null) this.#context.loop.cancel(flight.event)
    flight.uid = ''
    this.#endings.hang(place, 'node')
  }
}

function refusal(message: string): CommandResult {
  return { ok: false, message }
}
