// One request from a client to an answer or to the place where it died. Outcomes are results, not errors: they are what
// the playground shows.

/** Why a request failed. `refused`: a live host with no listener, or no endpoints; `timeout`: packets vanish. */
export type FailureCause = 'refused' | 'timeout' | 'reset' | 'dns'

/** Where the request died. */
export type FailurePlace = 'name' | 'service' | 'node' | 'pod' | 'client'

export interface TripRecord {
  /** Rises by one with each request of the cluster. */
  readonly id: number
  /** `frontend-1`: the client's name without `Client/`. */
  readonly client: string
  /** Where the client asked to go, as it typed it: `my-service:80`, `10.244.2.3:9376`. */
  readonly to: string
  /** `default/my-service`, or null when the request went past every Service (a kept Pod address). */
  readonly service: string | null
  /** The port name of the Service; '' for the unnamed port, null without Service. */
  readonly portName: string | null
  /** The EndpointSlice whose row was chosen, `default/my-service-l5v7d`. */
  readonly slice: string | null
  /** The address that was chosen, `10.244.1.5:9376`; null when none was. */
  readonly endpoint: string | null
  /** `default/my-app-…-x8k2p` when the chosen address is or was a Pod's. */
  readonly pod: string | null
  readonly startMs: number
  /** Total as the client felt it, name look-up included; for a request still under way, so far. */
  readonly latencyMs: number
  readonly outcome: 'ok' | 'failed' | 'pending'
  readonly cause: FailureCause | null
  readonly place: FailurePlace | null
}
