// The rules of one node as the real tools print them: `iptables-save`, `nft list table`, `ipvsadm -Sn`. They are made from
// the same compiled lists by which connections are routed; printing is asked for and kept nowhere.

import type { IPBlock } from '../../kernel/ip-block.ts'
import { ipFamily } from '../../kernel/ip.ts'
import type { NodeRules } from '../proxy/compile-rules.ts'
import { isMasqueraded } from '../proxy/masquerade.ts'
import type { Decision } from '../proxy/packet.ts'
import { printTables } from './iptables-rule.ts'
import { iptablesOf } from './iptables-tables.ts'
import { walkIptables } from './iptables-walk.ts'
import type { IpvsScheduler } from '../proxy/ipvs/schedule.ts'
import { printVirtualServers, virtualServersOf } from './ipvs-servers.ts'
import { walkIpvs } from './ipvs-walk.ts'
import { printNftables } from './nftables-rule.ts'
import { nftablesOf } from './nftables-table.ts'
import { walkNftables } from './nftables-walk.ts'
import { viewOf, type IPFamily } from './node-view.ts'
import type { Walk, WalkInput } from './walk.ts'

export { IPVS_SCHEDULERS, type IpvsScheduler } from '../proxy/ipvs/schedule.ts'
export type { IPFamily } from './node-view.ts'
export type { RuleMet, Walk } from './walk.ts'

export const PROXY_MODES = ['iptables', 'nftables', 'ipvs'] as const
export type ProxyMode = (typeof PROXY_MODES)[number]

export interface RulesForm {
  readonly mode: ProxyMode
  readonly family: IPFamily
  /** Read in mode ipvs only. */
  readonly scheduler: IpvsScheduler
}

/** What is known of a connection that was just routed. */
export interface RoutedPacket extends WalkInput {
  readonly decision: Decision
  readonly scheduler: IpvsScheduler
}

/** The way of a connection's first packet through the node's rules, coming out where it was routed. */
export function walkRules(node: NodeRules, routed: RoutedPacket): Walk {
  const { packet, decision } = routed
  const family = ipFamily(packet.destination) ?? 'IPv4'
  const view = viewOf(node, family)
  switch (node.mode) {
    case 'iptables':
      return walkIptables(iptablesOf(view), node.addresses, routed)
    case 'nftables':
      return walkNftables(nftablesOf(view, serviceBlock(node, family)), node.addresses, routed)
    case 'ipvs': {
      const masquerade = decision.kind === 'endpoint' && isMasqueraded(node, packet, decision)
      return walkIpvs(virtualServersOf(view), { ...routed, masquerade })
    }
  }
}

function serviceBlock({ serviceBlocks }: NodeRules, family: IPFamily): IPBlock | undefined {
  return serviceBlocks.find(block => block.family === family)
}

/** In any mode, whichever the node's own is. */
export function printRules(node: NodeRules, form: RulesForm): string {
  const view = viewOf(node, form.family)
  switch (form.mode) {
    case 'iptables':
      return printTables(iptablesOf(view))
    case 'nftables':
      return printNftables(nftablesOf(view, serviceBlock(node, form.family)))
    case 'ipvs':
      return printVirtualServers(virtualServersOf(view), form.scheduler)
  }
}
