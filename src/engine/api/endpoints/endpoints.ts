// core/v1 Endpoints: the older list behind a Service, still written by hand for Services without selector.

import type { KubeObject, Protocol } from '../meta.ts'

export interface ObjectReference {
  readonly kind?: string | undefined
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly uid?: string | undefined
  readonly apiVersion?: string | undefined
  readonly resourceVersion?: string | undefined
  readonly fieldPath?: string | undefined
}

export interface EndpointAddress {
  readonly ip: string
  readonly hostname?: string | undefined
  readonly nodeName?: string | undefined
  readonly targetRef?: ObjectReference | undefined
}

export interface EndpointSubsetPort {
  readonly name?: string | undefined
  readonly port: number
  readonly protocol?: Protocol | undefined
  readonly appProtocol?: string | undefined
}

export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[] | undefined
  readonly notReadyAddresses?: readonly EndpointAddress[] | undefined
  readonly ports?: readonly EndpointSubsetPort[] | undefined
}

export interface Endpoints extends KubeObject {
  readonly subsets?: readonly EndpointSubset[] | undefined
}
