// The rules of one node as the real tools print them: `iptables-save`, `nft list table`, `ipvsadm -Sn`. They are made from
// the same compiled lists by which connections are routed; printing is asked for and kept nowhere.

import type { IPBlock } from '../../kernel/ip-block.ts'
import { ipFamily } from '../../kernel/ip.ts'
import type { NodeRules } from '../proxy/compile-rules.ts'
import { printTables } from './iptables-rule.ts'
import { iptablesOf } from './iptables-tables.ts'
import { walkIptables } from './iptables-walk.ts'
import { printVirtualServers, virtualServersOf, type IpvsScheduler } from './ipvs-servers.ts'
import { printNftables } from './nftables-rule.ts'
import { nftablesOf } from './nftables-table.ts'
import { walkNftables } from './nftables-walk.ts'
import { viewOf, type IPFamily } from './node-view.ts'
import type { Walk, WalkInput } from './walk.ts'

export { IPVS_SCHEDULERS, type IpvsScheduler } from './ipvs-servers.ts'
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

/**
 * The way of a connection's first packet through the node's rules. It comes out where the packet was routed when it is told
 * the same draw, and where session affinity kept the client.
 */
export function walkRules(node: NodeRules, input: WalkInput): Walk {
  const family = ipFamily(input.packet.destination) ?? 'IPv4'
  const view = viewOf(node, family)
  return node.mode === 'iptables'
    ? walkIptables(iptablesOf(view), node.addresses, input)
    : walkNftables(nftablesOf(view, serviceBlock(node, family)), node.addresses, input)
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
