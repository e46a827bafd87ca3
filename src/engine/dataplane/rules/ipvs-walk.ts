// What IPVS does with a connection's first packet, in the words of `ipvsadm`: the virtual server that it is for, and the real
// server that the scheduler has chosen. There are no rules to go through: what was chosen is told to it.

import { printVirtualServer, type VirtualServer } from './ipvs-servers.ts'
import type { IpvsScheduler } from '../proxy/ipvs/schedule.ts'
import type { RuleMet, Walk, WalkEnd } from './walk.ts'
import type { Decision, Packet } from '../proxy/packet.ts'

export interface IpvsWalkInput {
  readonly packet: Packet
  readonly decision: Decision
  readonly masquerade: boolean
  readonly scheduler: IpvsScheduler
}

export function walkIpvs(servers: readonly VirtualServer[], input: IpvsWalkInput): Walk {
  const { packet, decision, scheduler } = input
  const isFor = ({ protocol, address, port }: VirtualServer): boolean =>
    protocol.toUpperCase() === packet.protocol && address === packet.destination && port === packet.port
  const found = servers.find(isFor)
  const met: RuleMet[] = []
  if (found) {
    const [head = '', ...real] = printVirtualServer(found, scheduler)
    const note = (rule: string): number => met.push({ table: 'ipvs', chain: 'virtual servers', rule, matched: true })
    note(head)
    const at =
      decision.kind === 'endpoint' ? found.realServers.findIndex(({ endpoint }) => endpoint === decision.endpoint) : -1
    if (at >= 0) note(real[at] as string)
  }
  return { met, passedOver: servers.length - (found ? 1 : 0), end: endOf(input) }
}

function endOf({ decision, masquerade }: IpvsWalkInput): WalkEnd {
  switch (decision.kind) {
    case 'endpoint':
      return { kind: 'endpoint', endpoint: decision.endpoint, masquerade }
    case 'not-a-service':
      return { kind: 'pass', masquerade: false }
    default:
      return { kind: decision.kind }
  }
}
