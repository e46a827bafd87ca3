// Where the first packet of a connection goes: a pure function of one node's rules, the packet and a random draw. The chain
// of coins of iptables is the same as the one uniform choice of nftables: with n endpoints, rule i takes the packet with
// probability 1/(n − i), so endpoint i is chosen exactly when the draw lies in [i/n, (i+1)/n).

import { holdsAddress } from '../../kernel/ip-block.ts'
import type { Frontend, NodeRules } from './compile-rules.ts'
import { NOT_A_SERVICE, type Decision, type EndpointChoice, type Packet } from './packet.ts'
import type { ServicePortRules } from './service-rules.ts'

/** The endpoint that a client is kept at, out of these, or undefined. */
export type Remember = (port: ServicePortRules, choices: readonly EndpointChoice[]) => EndpointChoice | undefined

/**
 * `draw` is a number in [0, 1). A packet to an address or port that no rule matches is `not-a-service`: it is routed like any
 * other. `remember` answers for session affinity.
 */
export function chooseBackend(rules: NodeRules, packet: Packet, draw: number, remember?: Remember): Decision {
  const frontend = rules.frontend(packet)
  if (!frontend) return rules.mode === 'nftables' ? elsewhereByNftables(rules, packet) : NOT_A_SERVICE
  const { port } = frontend
  // The firewall of nftables stands before everything else; iptables asks who it is only on the way to an endpoint.
  const stranger = isStranger(frontend, packet)
  if (stranger && rules.mode === 'nftables') return port.dropped
  if (!port.hasAny) return isPastRefusal(frontend, rules, packet) ? NOT_A_SERVICE : port.refused
  if (stranger) return port.dropped
  const choices = listFor(frontend, rules, packet)
  if (choices.length === 0) return port.dropped
  const kept = port.affinitySeconds > 0 ? remember?.(port, choices) : undefined
  return kept ?? (choices[Math.floor(draw * choices.length)] as EndpointChoice)
}

// What iptables refuses outsiders it refuses where packets come in or pass through: what a process on the node sends to an
// address that is not the node's meets no such rule, and leaves.
function isPastRefusal({ kind }: Frontend, rules: NodeRules, { source, destination }: Packet): boolean {
  const isExternal = kind === 'external-ip' || kind === 'load-balancer'
  return rules.mode === 'iptables' && isExternal && rules.isOnNode(source) && !rules.isOnNode(destination)
}

/** nftables refuses ports that a cluster IP does not have, and drops what goes to a cluster IP that nobody has. */
function elsewhereByNftables(rules: NodeRules, { destination }: Packet): Decision {
  const owner = rules.ownerOf(destination)
  if (owner?.isClusterIP) return { kind: 'reject', service: owner.service, portName: '' }
  const isUnallocated = rules.serviceBlocks.some(block => holdsAddress(block, destination))
  return isUnallocated ? { kind: 'drop', service: '', portName: '' } : NOT_A_SERVICE
}

/** The list that a packet's endpoint is chosen from, session affinity aside; empty where there is none to choose from. */
export function candidatesFor(rules: NodeRules, packet: Packet): readonly EndpointChoice[] {
  const frontend = rules.frontend(packet)
  return frontend ? listFor(frontend, rules, packet) : []
}

// A process on the node or a Pod of the cluster that uses an external address takes the short cut past policy Local.
function listFor(frontend: Frontend, rules: NodeRules, packet: Packet): readonly EndpointChoice[] {
  const { port } = frontend
  if (frontend.kind === 'cluster-ip') return port.internalLocal ? port.local : port.cluster
  return port.externalLocal && !rules.isInside(packet.source) ? port.local : port.cluster
}

/** Whether the load balancer's address is not for this source. */
export function isStranger({ sourceRanges }: Frontend, { source }: Packet): boolean {
  return sourceRanges !== undefined && !sourceRanges.some(range => holdsAddress(range, source))
}
