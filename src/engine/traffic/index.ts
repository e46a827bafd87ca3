// Clients that send requests through the data plane, and what becomes of each request. The door of the room.

import type { TrafficSpec } from '../api/workload-spec.ts'
import type { Part } from '../kernel/part.ts'
import type { TrafficClient } from './client.ts'
import type { TripRecord } from './trip.ts'
import { Containers } from './containers/containers.ts'
import { Faults } from './faults/faults.ts'
import { Wire } from './faults/wire.ts'
import { ServedRequests } from './containers/served-requests.ts'
import { Network } from './network.ts'
import { sendTrip } from './trips/send-trip.ts'
import { originOf } from './trips/trip-origins.ts'
import type { TripReport } from './trips/trip-report.ts'
import type { TripRequest } from './trips/trip-request.ts'
import { Workload, type CommandResult, type TrafficContext } from './workload.ts'

export type { Fault, FaultNews, Faults } from './faults/faults.ts'
export type { TrafficClient } from './client.ts'
export type { TripRecord } from './trip.ts'
export type { TripHop, TripReport } from './trips/trip-report.ts'
export type { TripRequest } from './trips/trip-request.ts'

export interface Traffic extends Part {
  /** Logs of the containers that serve, and commands in them. */
  readonly containers: Containers
  /** What goes wrong on a schedule, or because somebody wants it. */
  readonly faults: Faults
  /** Starts a client on a Node that exists; refuses with a sentence what makes no sense. */
  start(spec: TrafficSpec): CommandResult
  /** Stops a client by its id; its requests under way are forgotten. */
  stop(id: string): CommandResult
  clients(): readonly TrafficClient[]
  /** Sends one request at this moment and tells its life hop by hop; a sentence when it cannot be made. */
  trip(request: TripRequest): TripReport | { readonly message: string }
  /** Tells of each request when it ends, and once before as pending when it hangs. */
  onTrip(listener: (trip: TripRecord) => void): void
  /** Rises when `clients` may have changed. */
  readonly clientsVersion: number
}

export function createTraffic(context: TrafficContext & { readonly epochMs: number }): Traffic {
  const { settings, world } = context
  const wire = new Wire(world, context.random.stream('traffic/lost-packets'))
  const network = new Network({ settings, world, store: context.client('traffic'), wire })
  const served = new ServedRequests()
  const containers = new Containers({ ...context, network, served })
  const workload = new Workload(context, network, served)
  const store = context.client('traffic')
  const trip = (request: TripRequest): TripReport | { readonly message: string } =>
    sendTrip(
      {
        settings,
        dataplane: context.dataplane,
        network,
        store,
        random: context.random.stream('traffic/trips'),
        originOf: from => originOf(from, { store, clients: workload.clients() }),
      },
      request,
    )
  const { loop, dataplane } = context
  const faults = new Faults({ loop, world, dataplane, store, wire, waysChanged: () => workload.waysChanged() })
  return Object.assign(workload, { containers, trip, faults })
}
