// One request under way, from its start until its record is told. Flights are kept in numbered places that are used again,
// because events can carry a number and nothing on a request's path should leave garbage behind.

import type { EventId } from '../kernel/event-loop.ts'
import type { FailureCause, FailurePlace, TripRecord } from './trip.ts'

/** Plain data, so that a snapshot can hold it as it is. */
export interface Flight {
  trip: number
  /** Id of the client. */
  client: string
  startMs: number
  /** Where to connect: chosen when the name was answered. */
  address: string
  service: string | null
  portName: string | null
  slice: string | null
  endpoint: string | null
  pod: string | null
  /** The address that the server takes it to come from. */
  seenAs: string
  /** What it will have come to when `endEvent` runs. */
  cause: FailureCause | null
  place: FailurePlace | null
  /** The process that is answering it and the machine that runs it; '' while nobody is. */
  uid: string
  node: string
  /** One way to the server, in ms. */
  wayMs: number
  /** Connecting, or the end. */
  event: EventId | null
  pendingEvent: EventId | null
  /** Told as pending already. */
  isTold: boolean
}

/** What a place holds before its flight has begun. */
export const NEW_FLIGHT: Readonly<Flight> = Object.freeze({
  trip: 0,
  client: '',
  startMs: 0,
  address: '',
  service: null,
  portName: null,
  slice: null,
  endpoint: null,
  pod: null,
  seenAs: '',
  cause: null,
  place: null,
  uid: '',
  node: '',
  wayMs: 0,
  event: null,
  pendingEvent: null,
  isTold: false,
})

export interface SavedFlights {
  /** By place; null where nobody is. */
  readonly places: readonly (Flight | null)[]
  /** Free places, the next to be used last. */
  readonly free: readonly number[]
}

export class Flights {
  #places: Flight[] = []
  #taken: boolean[] = []
  #free: number[] = []

  /** A place with a new flight in it. */
  take(): number {
    const place = this.#free.pop() ?? this.#places.length
    if (place === this.#places.length) this.#places.push({ ...NEW_FLIGHT })
    this.#taken[place] = true
    return place
  }

  at(place: number): Flight {
    return this.#places[place] as Flight
  }

  release(place: number): void {
    this.#taken[place] = false
    this.#free.push(place)
  }

  /** The places of all flights of which this holds, in order of place. */
  where(holds: (flight: Flight) => boolean): readonly number[] {
    const places: number[] = []
    for (const [place, flight] of this.#places.entries()) if (this.#taken[place] && holds(flight)) places.push(place)
    return places
  }

  save(): SavedFlights {
    return {
      places: this.#places.map((flight, place) => (this.#taken[place] ? { ...flight } : null)),
      free: [...this.#free],
    }
  }

  load(saved: SavedFlights): void {
    this.#places = saved.places.map(flight => (flight ? { ...flight } : { ...NEW_FLIGHT }))
    this.#taken = saved.places.map(flight => flight !== null)
    this.#free = [...saved.free]
  }
}

/** What is told of a flight, beside what it holds itself. */
export type Told = Pick<TripRecord, 'client' | 'to' | 'outcome' | 'cause' | 'place'> & { readonly nowMs: number }

export function recordOf(flight: Flight, told: Told): TripRecord {
  return {
    id: flight.trip,
    client: told.client,
    to: told.to,
    service: flight.service,
    portName: flight.portName,
    slice: flight.slice,
    endpoint: flight.endpoint,
    pod: flight.pod,
    startMs: flight.startMs,
    latencyMs: Math.round((told.nowMs - flight.startMs) * 1000) / 1000,
    outcome: told.outcome,
    cause: told.cause,
    place: told.place,
  }
}
