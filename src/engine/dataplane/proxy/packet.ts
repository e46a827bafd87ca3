// What the rules are asked and what they say: the first packet of a connection, and where it goes. A decision is made once
// for a connection and holds for all its packets, whatever happens to the rules later.

import type { Protocol } from '../../api/meta.ts'

/** The first packet of a flow, as it stands before any rule. */
export interface Packet {
  readonly destination: string
  readonly port: number
  readonly protocol: Protocol
  readonly source: string
}

export interface EndpointChoice {
  readonly kind: 'endpoint'
  /** `namespace/name`. */
  readonly service: string
  readonly portName: string
  /** The EndpointSlice whose row this is, `namespace/name`. */
  readonly slice: string
  /** `10.244.1.5:9376`. */
  readonly endpoint: string
  readonly ip: string
  readonly port: number
  /** The Pod that the row names, `namespace/name`, or null when it names none. */
  readonly pod: string | null
}

/** `reject`: no endpoint anywhere, the client is refused at once. `drop`: the packet vanishes. */
export interface Refusal {
  readonly kind: 'reject' | 'drop'
  readonly service: string
  readonly portName: string
}

export type Decision = EndpointChoice | Refusal | { readonly kind: 'not-a-service' }

/** No rule matches: the packet is routed like any other. */
export const NOT_A_SERVICE: Decision = Object.freeze({ kind: 'not-a-service' })
