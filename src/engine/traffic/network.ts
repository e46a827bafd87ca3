// What happens to a packet once it has an address to go to: who answers there, how long the way is, and whether anybody
// says no. The truth is the World's; the API's objects are asked only for the addresses of Nodes. What faults do on the way is
// the Wire's. Leaves out bandwidth and routes: there are two distances, within a node and between two.

import type { ClusterSettings } from '../api/cluster-settings.ts'
import type { Node } from '../api/node/node.ts'
import type { World, WorldChange } from '../apps/world.ts'
import { addressAt, blocksOf, holdsAddress, parseBlock } from '../kernel/ip-block.ts'
import { cidrContains, ipFamily, parseCidr, parseIPv4, type Cidr } from '../kernel/ip.ts'
import { compareText } from '../kernel/json.ts'
import type { StoreClient } from '../store/client.ts'
import type { Wire } from './faults/wire.ts'
import type { Reply } from './reply.ts'

export interface NetworkContext {
  readonly settings: () => ClusterSettings
  readonly world: World
  readonly store: StoreClient
  readonly wire: Wire
}

/** [address, `namespace/name`], by address. */
export type SavedOwners = readonly (readonly [string, string])[]

interface NodeHost {
  readonly addresses: readonly string[]
  readonly podRange: Cidr | undefined
  readonly podCIDRs: readonly string[]
}

export class Network {
  /** What faults do to packets on their way. */
  readonly wire: Wire
  readonly #context: NetworkContext
  readonly #hosts = new Map<string, NodeHost>()
  readonly #nodeAt = new Map<string, string>()
  /** The Pod that has each address, or had it last. */
  readonly #owners = new Map<string, string>()
  /** Addresses of clients, which listen on nothing, and the Nodes they run on. */
  readonly #clients = new Map<string, string>()
  readonly #ranges = new Map<string, readonly Cidr[]>()

  constructor(context: NetworkContext) {
    this.#context = context
    this.wire = context.wire
    context.store.watch(['Node'], ({ type, object }) => {
      if (type === 'DELETED') this.#removeNode(object.metadata.name)
      else this.#putNode(object)
    })
  }

  /** Takes note of whose address is whose; says whose address has changed hands, or undefined. */
  notice(change: WorldChange): string | undefined {
    if (change.type !== 'process') return undefined
    const process = this.#context.world.process(change.uid)
    if (!process || process.ip === '') return undefined
    const owner = `${process.namespace}/${process.name}`
    for (const ip of process.otherIPs ?? []) this.#owners.set(ip, owner)
    if (this.#owners.get(process.ip) === owner) return undefined
    this.#owners.set(process.ip, owner)
    return process.ip
  }

  /** `namespace/name` of the Pod that has the address, or had it last; null when none ever did. */
  ownerOf(address: string): string | null {
    return this.#owners.get(address) ?? null
  }

  /** The Node that has this address. */
  nodeAt(address: string): string | undefined {
    return this.#nodeAt.get(address)
  }

  isPowered(node: string): boolean {
    return this.#context.world.machine(node)?.power ?? false
  }

  /** One way between two Nodes ('' for outside), in ms. */
  latencyMs(from: string, to: string): number {
    return this.#context.settings()[from === to ? 'sim-latency-same-node' : 'sim-latency-cross-node']
  }

  /**
   * The address that a Pod sees of a connection that this Node has masqueraded: the Node's own; who is sent to itself sees the
   * bridge that its Node's Pods are at.
   */
  masqueradeAddress(node: string, endpointIP: string, source: string): string {
    const host = this.#hosts.get(node)
    const family = ipFamily(endpointIP)
    if (source === endpointIP) {
      const block = host?.podCIDRs.map(parseBlock).find(parsed => parsed?.family === family)
      if (block) return addressAt(block, 1)
    }
    return host?.addresses.find(address => ipFamily(address) === family) ?? source
  }

  /** What a packet to this address and port meets. */
  reach(address: string, port: number, protocol: 'TCP' | 'UDP'): Reply {
    const process = this.#context.world.processAt(address, port)
    if (process) {
      const { nodeName: node, uid } = process
      if (!this.isPowered(node)) return { kind: 'silent', place: 'node', node, uid }
      const ports = protocol === 'TCP' ? process.tcpPorts : process.udpPorts
      const open = process.listening && (ports === 'any' || ports.includes(port))
      if (!open) return { kind: 'refused', place: 'pod', node, uid }
      return { kind: process.hangs ? 'silent' : 'answers', place: 'pod', node, uid }
    }
    const host = this.#nodeAt.get(address) ?? this.#clients.get(address)
    if (host !== undefined) {
      const dead = this.#context.world.machine(host)?.power === false
      return { kind: dead ? 'silent' : 'refused', place: 'node', node: host, uid: '' }
    }
    return this.#reachNobody(address)
  }

  /** Whether the address is in the range of Services: then nobody but a rule can answer. */
  isServiceAddress(address: string): boolean {
    return this.#isIn(address, this.#context.settings()['service-cluster-ip-range'])
  }

  /** Whether the address is in the range of Pods. */
  isPodAddress(address: string): boolean {
    return this.#isIn(address, this.#context.settings()['cluster-cidr'])
  }

  /** Takes the highest free address of the Node's podCIDR, below its broadcast address; undefined when there is none. */
  takeAddress(node: string): string | undefined {
    const range = this.#hosts.get(node)?.podRange
    if (!range) return undefined
    const last = range.base + 2 ** (32 - range.prefix) - 2
    for (let value = last; value > range.base + 1; value--) {
      const address = [24, 16, 8, 0].map(shift => (value >>> shift) & 255).join('.')
      if (this.#clients.has(address) || this.#context.world.processAt(address)) continue
      this.#clients.set(address, node)
      return address
    }
    return undefined
  }

  freeAddress(address: string): void {
    this.#clients.delete(address)
  }

  save(): SavedOwners {
    return [...this.#owners].sort((a, b) => compareText(a[0], b[0]))
  }

  /** Takes over the saved owners and the addresses of clients; Nodes are read from the store. */
  load(owners: SavedOwners, clients: readonly { readonly ip: string; readonly node: string }[]): void {
    this.#owners.clear()
    for (const [address, owner] of owners) this.#owners.set(address, owner)
    this.#clients.clear()
    for (const { ip, node } of clients) this.#clients.set(ip, node)
    for (const name of this.#hosts.keys()) this.#removeNode(name)
    for (const node of this.#context.store.list('Node')) this.#putNode(node)
  }

  #reachNobody(address: string): Reply {
    if (this.isServiceAddress(address)) return { kind: 'silent', place: 'service', node: '', uid: '' }
    const node = this.#podRangeOwner(address)
    if (node !== undefined) {
      const dead = this.#context.world.machine(node)?.power === false
      return { kind: 'silent', place: dead ? 'node' : 'pod', node, uid: '' }
    }
    if (this.isPodAddress(address)) return { kind: 'silent', place: 'pod', node: '', uid: '' }
    // Outside the cluster a healthy server answers on every port.
    return { kind: 'answers', place: 'pod', node: '', uid: '' }
  }

  #podRangeOwner(address: string): string | undefined {
    const value = parseIPv4(address)
    if (value === undefined) {
      for (const [name, { podCIDRs }] of this.#hosts) if (podCIDRs.some(block => isIn(block, address))) return name
      return undefined
    }
    for (const [name, { podRange }] of this.#hosts) if (podRange && cidrContains(podRange, value)) return name
    return undefined
  }

  #isIn(address: string, setting: string): boolean {
    const value = parseIPv4(address)
    if (value === undefined) return blocksOf(setting).some(block => isIn(block, address))
    let ranges = this.#ranges.get(setting)
    if (!ranges) this.#ranges.set(setting, (ranges = blocksOf(setting).flatMap(block => parseCidr(block) ?? [])))
    return ranges.some(range => cidrContains(range, value))
  }

  #putNode(node: Node): void {
    const { name } = node.metadata
    this.#removeNode(name)
    const addresses = (node.status?.addresses ?? [])
      .filter(({ type }) => type === 'InternalIP' || type === 'ExternalIP')
      .map(({ address }) => address)
    this.#hosts.set(name, {
      addresses,
      podRange: parseCidr(node.spec.podCIDR ?? ''),
      podCIDRs: node.spec.podCIDRs ?? [],
    })
    for (const address of addresses) this.#nodeAt.set(address, name)
  }

  #removeNode(name: string): void {
    for (const address of this.#hosts.get(name)?.addresses ?? []) this.#nodeAt.delete(address)
    this.#hosts.delete(name)
  }
}

function isIn(text: string, address: string): boolean {
  const block = parseBlock(text)
  return block !== undefined && holdsAddress(block, address)
}
