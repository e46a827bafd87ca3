// One Service and its EndpointSlices as they stood after some write: the unit in which nodes and DNS hear of the cluster.
// All who have heard the same writes hold the same object, and what is compiled from it is compiled once for all of them.

import type { EndpointSlice } from '../api/endpointslice/endpointslice.ts'
import type { Service } from '../api/service/service.ts'
import { compareText } from '../kernel/json.ts'
import { isProxied, ServiceCompiler, type FamilyRules, type NodePlace } from './proxy/service-rules.ts'

/** Immutable, but for what it keeps of its own compilation. */
export class ServiceState {
  /** `namespace/name`. */
  readonly key: string
  /** Undefined when there are slices of this name and no Service. */
  readonly service: Service | undefined
  /** By name. */
  readonly slices: readonly EndpointSlice[]
  #compiler: ServiceCompiler | undefined

  constructor(key: string, service: Service | undefined, slices: readonly EndpointSlice[]) {
    this.key = key
    this.service = service
    this.slices = slices
  }

  /** Neither Service nor slices are left. */
  get isEmpty(): boolean {
    return !this.service && this.slices.length === 0
  }

  /** Whether kube-proxy makes rules for it. */
  get isProxied(): boolean {
    return isProxied(this.service)
  }

  /** Its rules on one node, one entry for each IP family; empty for a Service that is not proxied. */
  rulesAt(place: NodePlace): readonly FamilyRules[] {
    if (!isProxied(this.service)) return []
    this.#compiler ??= new ServiceCompiler(this.service, this.slices)
    return this.#compiler.rulesAt(place)
  }

  withService(service: Service | undefined): ServiceState {
    return new ServiceState(this.key, service, this.slices)
  }

  withSlice(slice: EndpointSlice): ServiceState {
    const others = this.#without(slice.metadata.name)
    const at = others.findIndex(other => compareText(other.metadata.name, slice.metadata.name) > 0)
    return new ServiceState(this.key, this.service, others.toSpliced(at < 0 ? others.length : at, 0, slice))
  }

  withoutSlice(name: string): ServiceState {
    return new ServiceState(this.key, this.service, this.#without(name))
  }

  #without(name: string): readonly EndpointSlice[] {
    return this.slices.filter(slice => slice.metadata.name !== name)
  }
}
