// The rules that one node's kube-proxy has in force: a frozen picture of the Services and EndpointSlices it had heard of
// when it last wrote. Looking up a packet's destination compiles what it needs and keeps it, so that a node nobody sends
// from costs nothing. Leaves out the text of the rules (chains, marks, comments), which is printed elsewhere.

import type { ClusterSettings } from '../../api/cluster-settings.ts'
import type { Protocol } from '../../api/meta.ts'
import { blocksOf, holdsAddress, parseBlock, type IPBlock } from '../../kernel/ip-block.ts'
import { cidrContains, isLoopback, parseCidr, parseIPv4, type Cidr } from '../../kernel/ip.ts'
import { compareText } from '../../kernel/json.ts'
import type { ServiceState } from '../service-state.ts'
import type { Packet } from './packet.ts'
import type { FamilyRules, NodePlace, ServicePortRules } from './service-rules.ts'

/** One address, port and protocol at which a Service port is reached. */
export interface Frontend {
  readonly kind: 'cluster-ip' | 'external-ip' | 'load-balancer' | 'node-port'
  readonly port: ServicePortRules
  /** Only for a load balancer's address: who may use it. */
  readonly sourceRanges?: readonly IPBlock[] | undefined
}

/** How kube-proxy writes its rules. They differ in what becomes of packets that no endpoint is for. */
export type RulesMode = ClusterSettings['proxy-mode']

export interface AddressOwner {
  /** `namespace/name`. */
  readonly service: string
  readonly isClusterIP: boolean
}

export interface NodeRulesInput {
  readonly mode: RulesMode
  readonly place: NodePlace
  /** The node's own addresses: its NodePorts answer there. */
  readonly addresses: readonly string[]
  /** One block, or two of different families. */
  readonly clusterCidr: string
  /** Where cluster IPs come from: one block, or two of different families. */
  readonly serviceRange: string
  /** By `namespace/name`; only Services that kube-proxy makes rules for. */
  readonly services: ReadonlyMap<string, ServiceState>
}

export class NodeRules {
  readonly mode: RulesMode
  readonly place: NodePlace
  readonly addresses: readonly string[]
  readonly services: ReadonlyMap<string, ServiceState>
  /** Where the Pods of the cluster have their addresses: one block for each family. */
  readonly clusterBlocks: readonly IPBlock[]
  /** Where cluster IPs come from. */
  readonly serviceBlocks: readonly IPBlock[]
  readonly #clusterCidrs: readonly Cidr[]
  #frontends: ReadonlyMap<string, Frontend> | undefined
  #asked: Packet | undefined
  #answer: Frontend | undefined
  readonly #owners = new Map<string, AddressOwner>()

  constructor(input: NodeRulesInput) {
    this.mode = input.mode
    this.place = input.place
    this.addresses = input.addresses
    this.services = input.services
    this.clusterBlocks = parseBlocks(input.clusterCidr)
    this.serviceBlocks = parseBlocks(input.serviceRange)
    this.#clusterCidrs = blocksOf(input.clusterCidr).flatMap(block => parseCidr(block) ?? [])
  }

  /** The Service port behind the packet's destination, or undefined when no rule matches. */
  frontend(packet: Packet): Frontend | undefined {
    // Who asks where it goes asks next whom the Pod will see.
    if (packet === this.#asked) return this.#answer
    this.#asked = packet
    this.#answer = this.#find(packet)
    return this.#answer
  }

  #find(packet: Packet): Frontend | undefined {
    this.#frontends ??= this.#compile()
    return (
      this.#frontends.get(frontendKey(packet.destination, packet.port, packet.protocol)) ??
      (this.#hasNodePorts(packet.destination)
        ? this.#frontends.get(frontendKey('', packet.port, packet.protocol))
        : undefined)
    )
  }

  /** Whether the source is a Pod of the cluster, as the proxy tells by its ClusterCIDR. */
  isPod(source: string): boolean {
    const address = parseIPv4(source)
    return address === undefined
      ? this.clusterBlocks.some(block => holdsAddress(block, source))
      : this.#clusterCidrs.some(cidr => cidrContains(cidr, address))
  }

  /** Whether the source is a Pod of the cluster or a process on this node. */
  isInside(source: string): boolean {
    return this.isPod(source) || this.isOnNode(source)
  }

  /** Whether the address is one of this node's own, those of its loopback device among them. */
  isOnNode(address: string): boolean {
    return this.addresses.includes(address) || isLoopback(address)
  }

  // Only iptables serves node ports on 127.0.0.0/8, too, where nothing is said (`iptables.localhostNodePorts`).
  #hasNodePorts(address: string): boolean {
    return this.addresses.includes(address) || (this.mode === 'iptables' && isLoopback(address))
  }

  /** The Service that has this address, or undefined; node ports have none. */
  ownerOf(address: string): AddressOwner | undefined {
    this.#frontends ??= this.#compile()
    return this.#owners.get(address)
  }

  /** The rules of one Service, for each IP family; empty when it has none. */
  familiesOf(service: string): readonly FamilyRules[] {
    return this.services.get(service)?.rulesAt(this.place) ?? []
  }

  /** The rules of one Service, port by port; empty when it has none. */
  portsOf(service: string): readonly ServicePortRules[] {
    return this.familiesOf(service).flatMap(family => family.ports)
  }

  // Where two Services claim one frontend, the first by name keeps it.
  #compile(): ReadonlyMap<string, Frontend> {
    const frontends = new Map<string, Frontend>()
    const add = (address: string, number: number, frontend: Frontend): void => {
      const key = frontendKey(address, number, frontend.port.protocol)
      if (!frontends.has(key)) frontends.set(key, frontend)
      if (address === '' || this.#owners.has(address)) return
      this.#owners.set(address, { service: frontend.port.service, isClusterIP: frontend.kind === 'cluster-ip' })
    }
    for (const service of [...this.services.keys()].sort(compareText)) {
      for (const { addresses, ports } of (this.services.get(service) as ServiceState).rulesAt(this.place)) {
        for (const port of ports) {
          add(addresses.clusterIP, port.port, { kind: 'cluster-ip', port })
          for (const address of addresses.externalIPs) add(address, port.port, { kind: 'external-ip', port })
          for (const address of addresses.loadBalancerIPs) {
            add(address, port.port, { kind: 'load-balancer', port, sourceRanges: addresses.sourceRanges })
          }
          if (port.nodePort !== undefined && port.nodePort !== 0) add('', port.nodePort, { kind: 'node-port', port })
        }
      }
    }
    return frontends
  }
}

function parseBlocks(setting: string): readonly IPBlock[] {
  return blocksOf(setting).flatMap(block => parseBlock(block) ?? [])
}

function frontendKey(address: string, port: number, protocol: Protocol): string {
  return `${address} ${port} ${protocol}`
}
