// How requests under way end, and who is told: when the answer comes, or the client has waited long enough, or nobody is left
// to see it. One that will hang for long is told of once before.

import type { Dataplane } from '../dataplane/index.ts'
import type { EventLoop } from '../kernel/event-loop.ts'
import type { Client } from './client.ts'
import { PLAIN_REQUEST, type ServedRequests } from './containers/served-requests.ts'
import { recordOf, type Flight, type Flights } from './flight.ts'
import type { Network } from './network.ts'
import type { FailureCause, FailurePlace, TripRecord } from './trip.ts'

export interface EndingsContext {
  readonly loop: EventLoop
  readonly dataplane: Dataplane
  readonly network: Network
  readonly served: ServedRequests
  readonly flights: Flights
  /** By id. */
  readonly clients: ReadonlyMap<string, Client>
}

/** A request that will hang for longer than this is told of once before it ends: so long after it was routed. */
const PENDING_AFTER_MS = 150

const END = 'traffic/end'
const PENDING = 'traffic/pending'

export class Endings {
  readonly #context: EndingsContext
  readonly #listeners: ((trip: TripRecord) => void)[] = []

  constructor(context: EndingsContext) {
    this.#context = context
    context.loop.on<number>(END, place => this.#end(place))
    context.loop.on<number>(PENDING, place => this.#tellPending(place))
  }

  onTrip(listener: (trip: TripRecord) => void): void {
    this.#listeners.push(listener)
  }

  /** Somebody says no after `tookMs`, unless the client has given up by then. */
  refuse(place: number, tookMs: number, where: FailurePlace): void {
    const flight = this.#context.flights.at(place)
    const isTooLate = tookMs > this.patienceMs(flight)
    if (isTooLate) this.hang(place, where)
    else this.plan(place, tookMs, 'refused', where)
  }

  /** Nothing comes back: the client waits for as long as it can. */
  hang(place: number, where: FailurePlace): void {
    const flight = this.#context.flights.at(place)
    this.plan(place, this.patienceMs(flight), 'timeout', where)
  }

  /** How much longer the client waits. */
  patienceMs({ client, startMs }: Flight): number {
    return startMs + this.#clientOf(client).spec.timeoutMs - this.#context.loop.nowMs
  }

  /** The flight ends `delayMs` from now, in a failure when it has a cause. */
  plan(place: number, delayMs: number, cause: FailureCause | null, where: FailurePlace | null): void {
    const flight = this.#context.flights.at(place)
    flight.cause = cause
    flight.place = where
    flight.event = this.#context.loop.schedule(END, delayMs, place)
    if (delayMs > PENDING_AFTER_MS && flight.pendingEvent === null && !flight.isTold) {
      flight.pendingEvent = this.#context.loop.schedule(PENDING, PENDING_AFTER_MS, place)
    }
  }

  #tellPending(place: number): void {
    const flight = this.#context.flights.at(place)
    flight.pendingEvent = null
    flight.isTold = true
    this.#tell(flight, 'pending', null, null)
  }

  #end(place: number): void {
    const flight = this.#context.flights.at(place)
    flight.event = null
    this.#cancelEvents(flight)
    this.#closeConnection(flight)
    if (flight.cause === null && flight.uid !== '') this.#noteServed(flight)
    this.#tell(flight, flight.cause === null ? 'ok' : 'failed', flight.cause, flight.place)
    this.#context.flights.release(place)
  }

  #closeConnection({ address, client, endpoint }: Flight): void {
    if (endpoint === null || !this.#context.dataplane.countsConnections) return
    const { ip, spec } = this.#clientOf(client)
    const packet = { destination: address, port: spec.port, protocol: spec.protocol, source: ip }
    this.#context.dataplane.connectionEnded(this.#context.network.nodeAt(address) ?? spec.node, packet, endpoint)
  }

  #noteServed({ uid, client, endpoint, seenAs }: Flight): void {
    const { spec } = this.#clientOf(client)
    if (spec.protocol === 'TCP')
      this.#context.served.note(uid, this.#context.loop.nowMs, seenAs, endpoint ?? '', PLAIN_REQUEST)
  }

  #tell(flight: Flight, outcome: TripRecord['outcome'], cause: FailureCause | null, place: FailurePlace | null): void {
    const client = this.#clientOf(flight.client)
    const record = recordOf(flight, {
      client: client.spec.name,
      to: client.target,
      nowMs: this.#context.loop.nowMs,
      outcome,
      cause,
      place,
    })
    for (const listener of this.#listeners) listener(record)
  }

  #cancelEvents(flight: Flight): void {
    if (flight.event !== null) this.#context.loop.cancel(flight.event)
    if (flight.pendingEvent !== null) this.#context.loop.cancel(flight.pendingEvent)
    flight.event = null
    flight.pendingEvent = null
  }

  /** Ends it at once, with nobody left to see it. Who was told that it hangs is told that it is over. */
  abandon(place: number): void {
    const flight = this.#context.flights.at(place)
    this.#closeConnection(flight)
    this.#cancelEvents(flight)
    if (flight.isTold) this.#tell(flight, 'failed', 'reset', 'client')
    this.#context.flights.release(place)
  }

  #clientOf(id: string): Client {
    return this.#context.clients.get(id) as Client
  }
}
