// Whether a connection that was sent to an endpoint is masqueraded, so that the Pod sees an address of the node instead of
// the client's: a pure function of the node's rules. Follows the marks of kube-proxy v1.34 (`KUBE-MARK-MASQ`).

import type { NodeRules } from './compile-rules.ts'
import type { EndpointChoice, Packet } from './packet.ts'

export function isMasqueraded(rules: NodeRules, packet: Packet, { ip }: EndpointChoice): boolean {
  const frontend = rules.frontend(packet)
  if (!frontend) return false
  // Who is sent to itself would answer itself, past the rules.
  if (packet.source === ip) return true
  if (frontend.kind === 'cluster-ip') return !rules.isPod(packet.source)
  return frontend.port.externalLocal ? !rules.isPod(packet.source) && rules.isOnNode(packet.source) : true
}
