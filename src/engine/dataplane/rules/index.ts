// The rules of one node as the real tools print them: `iptables-save`, `nft list table`, `ipvsadm -Sn`. They are made from
// the same compiled lists by which connections are routed; printing is asked for and kept nowhere.

import { blocksOf, parseBlock } from '../../kernel/ip-block.ts'
import type { NodeRules } from '../proxy/compile-rules.ts'
import { printTables } from './iptables-rule.ts'
import { iptablesOf } from './iptables-tables.ts'
import { printVirtualServers, virtualServersOf, type IpvsScheduler } from './ipvs-servers.ts'
import { printNftables } from './nftables-rule.ts'
import { nftablesOf } from './nftables-table.ts'
import { viewOf, type IPFamily } from './node-view.ts'

export { IPVS_SCHEDULERS, type IpvsScheduler } from './ipvs-servers.ts'
export type { IPFamily } from './node-view.ts'

export const PROXY_MODES = ['iptables', 'nftables', 'ipvs'] as const
export type ProxyMode = (typeof PROXY_MODES)[number]

export interface RulesForm {
  readonly mode: ProxyMode
  readonly family: IPFamily
  /** Read in mode ipvs only. */
  readonly scheduler: IpvsScheduler
}

/** `serviceRange`: the setting `service-cluster-ip-range`. */
export function printRules(node: NodeRules, form: RulesForm, serviceRange: string): string {
  const view = viewOf(node, form.family)
  switch (form.mode) {
    case 'iptables':
      return printTables(iptablesOf(view))
    case 'nftables': {
      const blocks = blocksOf(serviceRange).flatMap(block => parseBlock(block) ?? [])
      return printNftables(
        nftablesOf(
          view,
          blocks.find(block => block.family === form.family),
        ),
      )
    }
    case 'ipvs':
      return printVirtualServers(virtualServersOf(view), form.scheduler)
  }
}
