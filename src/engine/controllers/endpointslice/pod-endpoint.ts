// What one Pod is to the slices of one Service: an endpoint in a port group, a problem there, or nothing at all, after
// k8s.io/endpointslice's podToEndpoint and its callers. Endpoints come frozen, so that every slice that is written again
// shares those that did not change. Hints are not part of it: they may depend on other Pods.

import type { Endpoint, EndpointConditions } from '../../api/endpointslice/endpointslice.ts'
import { ZONE_LABEL, type Node } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { IPFamily, Service } from '../../api/service/service.ts'
import { canonicalInFamily } from '../../kernel/ip.ts'
import { isPodReady, isPodTerminal, isTerminating, podIPs } from '../runtime/pod-facts.ts'
import { PortResolver, type ResolvedPorts } from './resolve-ports.ts'

export type NodeNamed = (name: string) => Node | undefined

/** A Pod that belongs to the slices of one family. */
export interface PodPart {
  readonly pod: Pod
  readonly ports: ResolvedPorts
  /** Undefined when the Pod has no address of the family, or a problem. */
  readonly endpoint: Endpoint | undefined
  /** Why the Pod is left out although it has an address, in the words of the controller's event. */
  readonly problem?: string
}

/** The hostname by which DNS knows the Pod under this Service: only when its subdomain is the Service's name. */
export function hostnameUnder(service: Service, pod: Pod): string | undefined {
  return pod.spec.subdomain === service.metadata.name ? pod.spec.hostname || undefined : undefined
}

/** Makes the endpoints of one Service, as long as neither it nor the zone of a Node changes. */
export class EndpointMaker {
  readonly #service: Service
  readonly #toleratesUnready: boolean
  readonly #nodeNamed: NodeNamed
  readonly #resolver: PortResolver
  /** Node name → its zone, '' for none; null: there is no such Node. */
  readonly #zones = new Map<string, string | null>()

  constructor(service: Service, nodeNamed: NodeNamed) {
    this.#service = service
    this.#toleratesUnready = service.spec.publishNotReadyAddresses ?? false
    this.#nodeNamed = nodeNamed
    this.#resolver = new PortResolver(service)
  }

  /** The Pod's part; undefined when its containers have ended or it has no address at all. */
  partOf(pod: Pod, family: IPFamily): PodPart | undefined {
    if (isPodTerminal(pod)) return undefined
    const ips = podIPs(pod)
    if (ips.length === 0) return undefined
    const ports = this.#resolver.resolve(pod)
    // A Pod with an address and no Node at all is left out like one of an unknown Node.
    const { nodeName = '' } = pod.spec
    const zone = nodeName === '' ? null : this.#zoneOf(nodeName)
    if (zone === null && !this.#toleratesUnready) {
      const { name, namespace } = this.#service.metadata
      const problem = `skipping Pod ${pod.metadata.name} for Service ${namespace}/${name}: Node ${nodeName} Not Found`
      return { pod, ports, endpoint: undefined, problem }
    }
    const addresses = addressesOf(ips, family)
    return {
      pod,
      ports,
      endpoint: addresses.length > 0 ? this.#endpointOf(pod, addresses, zone || undefined) : undefined,
    }
  }

  /** Whether every Node that was asked for is in the zone it was in then. */
  zonesHold(): boolean {
    for (const [name, zone] of this.#zones) if (zoneLabelOf(this.#nodeNamed(name)) !== zone) return false
    return true
  }

  #endpointOf(pod: Pod, addresses: readonly string[], zone: string | undefined): Endpoint {
    const serving = isPodReady(pod)
    const terminating = isTerminating(pod)
    const ready = this.#toleratesUnready || (serving && !terminating)
    const { namespace, name, uid } = pod.metadata
    const { nodeName } = pod.spec
    const hostname = hostnameUnder(this.#service, pod)
    const targetRef = Object.freeze({ kind: 'Pod', namespace, name, uid })
    const conditions = CONDITIONS[(ready ? 4 : 0) + (serving ? 2 : 0) + (terminating ? 1 : 0)] as EndpointConditions
    const endpoint: { -readonly [K in keyof Endpoint]: Endpoint[K] } = { addresses, conditions, targetRef }
    if (nodeName) endpoint.nodeName = nodeName
    if (zone !== undefined) endpoint.zone = zone
    if (hostname !== undefined) endpoint.hostname = hostname
    return Object.freeze(endpoint)
  }

  #zoneOf(node: string): string | null {
    let zone = this.#zones.get(node)
    if (zone === undefined) this.#zones.set(node, (zone = zoneLabelOf(this.#nodeNamed(node))))
    return zone
  }
}

/** Every combination, by the bits ready, serving, terminating. */
const CONDITIONS: readonly EndpointConditions[] = Array.from({ length: 8 }, (_, bits) =>
  Object.freeze({ ready: (bits & 4) !== 0, serving: (bits & 2) !== 0, terminating: (bits & 1) !== 0 }),
)

function zoneLabelOf(node: Node | undefined): string | null {
  return node ? (node.metadata.labels?.[ZONE_LABEL] ?? '') : null
}

function addressesOf(ips: readonly string[], family: IPFamily): readonly string[] {
  const addresses: string[] = []
  for (const ip of ips) {
    const address = canonicalInFamily(ip, family)
    if (address !== undefined) addresses.push(address)
  }
  return Object.freeze(addresses)
}
