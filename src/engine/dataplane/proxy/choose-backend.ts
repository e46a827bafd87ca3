// Where the first packet of a connection goes: a pure function of one node's rules, the packet and a random draw. Models
// the iptables mode of kube-proxy, whose chain of coins is the same as one uniform choice: with n endpoints, rule i takes
// the packet with probability 1/(n − i), so endpoint i is chosen exactly when the draw lies in [i/n, (i+1)/n).

import { holdsAddress } from '../../kernel/ip-block.ts'
import type { Frontend, NodeRules } from './compile-rules.ts'
import { NOT_A_SERVICE, type Decision, type EndpointChoice, type Packet } from './packet.ts'
import type { ServicePortRules } from './service-rules.ts'

/** The endpoint that a client is kept at, out of these, or undefined. */
export type Remember = (port: ServicePortRules, choices: readonly EndpointChoice[]) => EndpointChoice | undefined

/**
 * `draw` is a number in [0, 1). A packet to an address or port that no rule matches is `not-a-service`: iptables lets it
 * pass, and it is routed like any other. `remember` answers for session affinity.
 */
export function chooseBackend(rules: NodeRules, packet: Packet, draw: number, remember?: Remember): Decision {
  const frontend = rules.frontend(packet)
  if (!frontend) return NOT_A_SERVICE
  const { port } = frontend
  if (!port.hasAny) return port.refused
  if (frontend.sourceRanges && !isAllowed(frontend, packet)) return port.dropped
  const choices = listFor(frontend, rules, packet)
  if (choices.length === 0) return port.dropped
  const kept = port.affinitySeconds > 0 ? remember?.(port, choices) : undefined
  return kept ?? (choices[Math.floor(draw * choices.length)] as EndpointChoice)
}

// A process on the node or a Pod of the cluster that uses an external address takes the short cut past policy Local.
function listFor(frontend: Frontend, rules: NodeRules, packet: Packet): readonly EndpointChoice[] {
  const { port } = frontend
  if (frontend.kind === 'cluster-ip') return port.internalLocal ? port.local : port.cluster
  return port.externalLocal && !rules.isInside(packet.source) ? port.local : port.cluster
}

function isAllowed(frontend: Frontend, packet: Packet): boolean {
  return (frontend.sourceRanges ?? []).some(range => holdsAddress(range, packet.source))
}
