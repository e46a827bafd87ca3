// One request hop by hop, as data: who asked whom, what was answered, which rules were met, and what the packet's addresses
// were at each place. Sentences about it are made by whoever shows it.

import type { Decision, HealthAnswer, RuleMet } from '../../dataplane/index.ts'
import type { FailureCause } from '../trip.ts'

export interface TripReport {
  readonly outcome: 'ok' | FailureCause
  /** `namespace/name` of the Pod that has the address at which the request arrived, or null. */
  readonly pod: string | null
  readonly latencyMs: number
  readonly hops: readonly TripHop[]
}

export type TripHop = {
  /** `Pod/default/web-0`, `Node/n1`, `Client/frontend-1`, `dns` or `outside`: where it happens. */
  readonly at: string
  /** Of the packet as it leaves this hop: `10.244.1.5:40000`; without a port where there is none. */
  readonly source: string
  readonly destination: string
  readonly rules: readonly RuleMet[]
} & (
  | { readonly kind: 'dns'; readonly detail: DnsDetail }
  | { readonly kind: 'vip'; readonly detail: VipDetail }
  | { readonly kind: 'rules'; readonly detail: RulesDetail }
  | { readonly kind: 'dnat'; readonly detail: DnatDetail }
  | { readonly kind: 'pod'; readonly detail: PodDetail }
  | { readonly kind: 'answer'; readonly detail: AnswerDetail }
)

export interface DnsDetail {
  readonly questions: readonly {
    readonly name: string
    readonly type: 'A' | 'AAAA'
    readonly rcode: 'NOERROR' | 'NXDOMAIN'
    readonly answers: readonly { readonly address: string; readonly ttlSeconds: number }[]
  }[]
}

export interface VipDetail {
  readonly service: string
  readonly portName: string
  readonly frontend: 'cluster-ip' | 'external-ip' | 'load-balancer' | 'node-port'
  /** The policy by which its endpoints are chosen. */
  readonly trafficPolicy: 'Cluster' | 'Local'
}

export interface RulesDetail {
  readonly mode: string
  /** When the node last finished writing its rules, virtual ms. */
  readonly syncedMs: number
  /** Rules that were asked and said no. */
  readonly passedOver: number
  readonly decision: Decision['kind']
  /** Where it could have gone: all endpoints of the list that was used. */
  readonly candidates: readonly string[]
}

export interface DnatDetail {
  /** The EndpointSlice whose row it is, `namespace/name`. */
  readonly slice: string
  /** The Pod sees an address of the node instead of the client's. */
  readonly masquerade: boolean
  /** The rules still name it, but the slices of this moment do not, or no longer as ready. */
  readonly stale: boolean
}

export interface PodDetail {
  /** `answers`, `refused` (nobody listens there), or `silent`: nothing comes back. */
  readonly reply: 'answers' | 'refused' | 'silent'
  /** The node that it is on; '' outside the cluster. */
  readonly node: string
  /** The address that it takes the request to come from. */
  readonly seenAs: string
}

export interface AnswerDetail {
  readonly tookMs: number
  /** What kube-proxy says, where its health check node port was asked: its status and what stands below it. */
  readonly health?: HealthAnswer
}
