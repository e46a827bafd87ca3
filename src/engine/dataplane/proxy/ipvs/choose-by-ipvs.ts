// Where the first packet of a connection goes in IPVS mode: the same frontends and lists as in the other modes, but the
// kernel's scheduler chooses, and what nobody is there for is refused rather than dropped.

import type { NodeRules } from '../compile-rules.ts'
import { isStranger } from '../choose-backend.ts'
import { NOT_A_SERVICE, type Decision, type Packet } from '../packet.ts'
import type { IpvsBalancer } from './balancer.ts'
import type { IpvsScheduler } from './schedule.ts'

export interface IpvsMoment {
  readonly balancer: IpvsBalancer
  readonly scheduler: IpvsScheduler
  readonly nowMs: number
}

export function chooseByIpvs(
  rules: NodeRules,
  packet: Packet,
  draw: number,
  { balancer, scheduler, nowMs }: IpvsMoment,
): Decision {
  const frontend = rules.frontend(packet)
  if (!frontend) {
    // The dummy interface owns the address, and nobody listens on the port.
    const owner = rules.ownerOf(packet.destination)
    return owner ? { kind: 'reject', service: owner.service, portName: '' } : NOT_A_SERVICE
  }
  const { port } = frontend
  if (isStranger(frontend, packet)) return port.dropped
  const isLocal = frontend.kind === 'cluster-ip' ? port.internalLocal : port.externalLocal
  const fallsBack = isLocal && port.local.length === 0
  const choices = isLocal && !fallsBack ? port.local : port.cluster
  if (choices.length === 0) return port.refused
  const { affinitySeconds } = port
  const choice = balancer.choose({ packet, choices, scheduler, affinitySeconds, draw, nowMs })
  if (!choice) return port.refused
  // Policy Local keeps the client's address: a Pod elsewhere answers it past this node, and the answer is not recognised.
  if (!fallsBack || frontend.kind === 'cluster-ip' || rules.isInside(packet.source)) return choice
  balancer.ended(packet, choice.endpoint, nowMs)
  return port.dropped
}
