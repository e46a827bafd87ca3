// All iptables rules of one node: the frame that kube-proxy lays down once (jumps from the built-in chains, masquerading, the
// guard of 127/8), and in it what each Service port needs. In the order of `iptables-save`, tables by name, then built-in
// chains, then kube-proxy's own by name. Rules of kubelet and of the network plugin are none of kube-proxy's and left out.

import { compareText } from '../../kernel/json.ts'
import { writePort, type AppendRule } from './iptables-ports.ts'
import {
  comment,
  jump,
  verdict,
  type IptablesChain,
  type IptablesMatch,
  type IptablesRule,
  type IptablesTable,
} from './iptables-rule.ts'
import type { NodeView } from './node-view.ts'

/** With more endpoints than this, kube-proxy leaves out the comments that would be many. */
const LARGE = 1000

const NEW: IptablesMatch = { type: 'conntrack', states: 'NEW' }

export function iptablesOf(view: NodeView): readonly IptablesTable[] {
  const chains = { filter: new Map<string, IptablesRule[]>(), nat: new Map<string, IptablesRule[]>() }
  const append: AppendRule = (table, chain, rule) => {
    const rules = chains[table].get(chain)
    if (rules) rules.push(rule)
    else chains[table].set(chain, [rule])
  }
  writeFrame(view, append)
  const isLarge = view.ports.reduce((sum, { rules }) => sum + rules.listed, 0) > LARGE
  for (const port of view.ports) writePort(view, port, isLarge, append)
  append('nat', 'KUBE-SERVICES', nodePortsRule(view))
  return [
    { name: 'filter', chains: inOrder(['INPUT', 'FORWARD', 'OUTPUT'], OWN_FILTER, chains.filter) },
    { name: 'mangle', chains: inOrder([...HOOKS], [CANARY], new Map()) },
    { name: 'nat', chains: inOrder(['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], OWN_NAT, chains.nat) },
  ]
}

const HOOKS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const
const CANARY = 'KUBE-PROXY-CANARY'
const OWN_FILTER = [
  CANARY,
  'KUBE-EXTERNAL-SERVICES',
  'KUBE-FIREWALL',
  'KUBE-FORWARD',
  'KUBE-NODEPORTS',
  'KUBE-PROXY-FIREWALL',
  'KUBE-SERVICES',
]
const OWN_NAT = [CANARY, 'KUBE-MARK-MASQ', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-SERVICES']

function inOrder(
  builtIn: readonly string[],
  always: readonly string[],
  rules: ReadonlyMap<string, readonly IptablesRule[]>,
): readonly IptablesChain[] {
  const own = [...new Set([...always, ...rules.keys()])].filter(name => !builtIn.includes(name)).sort(compareText)
  return [
    ...builtIn.map(name => ({ name, policy: 'ACCEPT', rules: rules.get(name) ?? [] }) as const),
    ...own.map(name => ({ name, rules: rules.get(name) ?? [] })),
  ]
}

function writeFrame({ family }: NodeView, append: AppendRule): void {
  const toFirewall = rule('KUBE-PROXY-FIREWALL', NEW, comment('kubernetes load balancer firewall'))
  const toServices = rule('KUBE-SERVICES', NEW, comment('kubernetes service portals'))
  const toExternal = rule('KUBE-EXTERNAL-SERVICES', NEW, comment('kubernetes externally-visible service portals'))
  append('filter', 'INPUT', rule('KUBE-FIREWALL'))
  append('filter', 'INPUT', toFirewall)
  append('filter', 'INPUT', rule('KUBE-NODEPORTS', comment('kubernetes health check service ports')))
  append('filter', 'INPUT', toExternal)
  append('filter', 'FORWARD', toFirewall)
  append('filter', 'FORWARD', rule('KUBE-FORWARD', comment('kubernetes forwarding rules')))
  append('filter', 'FORWARD', toServices)
  append('filter', 'FORWARD', toExternal)
  append('filter', 'OUTPUT', rule('KUBE-FIREWALL'))
  append('filter', 'OUTPUT', toFirewall)
  append('filter', 'OUTPUT', toServices)
  if (family === 'IPv4') append('filter', 'KUBE-FIREWALL', LOOPBACK_GUARD)
  for (const forward of FORWARDING) append('filter', 'KUBE-FORWARD', forward)
  append('nat', 'PREROUTING', rule('KUBE-SERVICES', comment('kubernetes service portals')))
  append('nat', 'OUTPUT', rule('KUBE-SERVICES', comment('kubernetes service portals')))
  append('nat', 'POSTROUTING', rule('KUBE-POSTROUTING', comment('kubernetes postrouting rules')))
  append('nat', 'KUBE-MARK-MASQ', { matches: [], target: { type: 'mark', on: true } })
  append('nat', 'KUBE-POSTROUTING', { matches: [{ type: 'marked', not: true }], target: verdict('RETURN') })
  append('nat', 'KUBE-POSTROUTING', { matches: [], target: { type: 'mark', on: false } })
  append('nat', 'KUBE-POSTROUTING', {
    matches: [comment('kubernetes service traffic requiring SNAT')],
    target: { type: 'masquerade' },
  })
}

/** Nobody from elsewhere may use 127/8 by way of a node port. */
const LOOPBACK_GUARD: IptablesRule = {
  source: { block: '127.0.0.0/8', not: true },
  destination: { block: '127.0.0.0/8' },
  matches: [
    comment('block incoming localnet connections'),
    { type: 'conntrack', states: 'RELATED,ESTABLISHED,DNAT', not: true },
  ],
  target: verdict('DROP'),
}

const FORWARDING: readonly IptablesRule[] = [
  {
    matches: [
      { type: 'conntrack', states: 'INVALID' },
      { type: 'nfacct', counter: 'ct_state_invalid_dropped_pkts' },
    ],
    target: verdict('DROP'),
  },
  { matches: [comment('kubernetes forwarding rules'), { type: 'marked' }], target: verdict('ACCEPT') },
  {
    matches: [comment('kubernetes forwarding conntrack rule'), { type: 'conntrack', states: 'RELATED,ESTABLISHED' }],
    target: verdict('ACCEPT'),
  },
]

function nodePortsRule({ family }: NodeView): IptablesRule {
  return {
    destination: family === 'IPv6' ? { block: '::1/128', not: true } : undefined,
    matches: [
      comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain'),
      { type: 'local', side: 'dst' },
    ],
    target: jump('KUBE-NODEPORTS'),
  }
}

function rule(chain: string, ...matches: readonly IptablesMatch[]): IptablesRule {
  return { matches, target: jump(chain) }
}
