// discovery.k8s.io/v1 EndpointSlice: at most 100 endpoints by default, all with the same ports and address type.

import type { ObjectReference } from '../endpoints/endpoints.ts'
import type { KubeObject, Protocol } from '../meta.ts'

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by'

export interface EndpointConditions {
  readonly ready?: boolean | undefined
  readonly serving?: boolean | undefined
  readonly terminating?: boolean | undefined
}

export interface Endpoint {
  readonly addresses: readonly string[]
  readonly conditions?: EndpointConditions | undefined
  readonly hostname?: string | undefined
  readonly nodeName?: string | undefined
  readonly zone?: string | undefined
  readonly targetRef?: ObjectReference | undefined
  readonly deprecatedTopology?: { readonly [key: string]: string } | undefined
  readonly hints?:
    | {
        readonly forZones?: readonly { readonly name: string }[] | undefined
        readonly forNodes?: readonly { readonly name: string }[] | undefined
      }
    | undefined
}

export interface EndpointPort {
  readonly name?: string | undefined
  readonly protocol?: Protocol | undefined
  readonly port?: number | undefined
  readonly appProtocol?: string | undefined
}

export interface EndpointSlice extends KubeObject {
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN'
  readonly endpoints: readonly Endpoint[]
  readonly ports?: readonly EndpointPort[] | null | undefined
}
