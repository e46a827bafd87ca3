// kube-proxy's table of nftables on one node: the sets, maps and chains that are always there, and in them what each Service
// port needs. What has a hash in its name follows in the order of the names; the real one has them in the order in which
// they were made.

import type { IPBlock } from '../../kernel/ip-block.ts'
import { compareText } from '../../kernel/json.ts'
import { addElement, writePort, type NftablesParts } from './nftables-ports.ts'
import type { NftablesChain, NftablesMatch, NftablesRule, NftablesSet, NftablesTable } from './nftables-rule.ts'
import type { NodeView } from './node-view.ts'

/** `serviceBlock`: where cluster IPs come from. */
export function nftablesOf(view: NodeView, serviceBlock: IPBlock | undefined): NftablesTable {
  const parts: NftablesParts = { elements: new Map(), sets: [], chains: new Map() }
  for (const address of view.addresses) addElement(parts, 'nodeport-ips', { key: address })
  for (const port of view.ports) writePort(view, port, parts)
  const ownSets = parts.sets.toSorted((a, b) => compareText(a.name, b.name))
  const ownChains = [...parts.chains].map(([name, rules]) => ({ name, rules }))
  return {
    family: view.family === 'IPv4' ? 'ip' : 'ip6',
    sets: [...fixedSets(view, parts), ...ownSets],
    chains: [...fixedChains(serviceBlock), ...ownChains.sort((a, b) => compareText(a.name, b.name))],
  }
}

function fixedSets({ family }: NodeView, { elements }: NftablesParts): readonly NftablesSet[] {
  const address = family === 'IPv4' ? 'ipv4_addr' : 'ipv6_addr'
  const make = (kind: 'set' | 'map', name: string, type: string, comment: string): NftablesSet => ({
    name,
    kind,
    lines: [`type ${type}`, `comment "${comment}"`],
    elements: [...(elements.get(name)?.values() ?? [])],
  })
  const toVerdict = 'inet_proto . inet_service : verdict'
  const byAddress = `${address} . ${toVerdict}`
  return [
    make('set', 'cluster-ips', address, 'Active ClusterIPs'),
    make('set', 'nodeport-ips', address, 'IPs that accept NodePort traffic'),
    make('map', 'no-endpoint-services', byAddress, 'vmap to drop or reject packets to services with no endpoints'),
    make(
      'map',
      'no-endpoint-nodeports',
      toVerdict,
      'vmap to drop or reject packets to service nodeports with no endpoints',
    ),
    make('map', 'firewall-ips', byAddress, 'destinations that are subject to LoadBalancerSourceRanges'),
    make('map', 'service-ips', byAddress, 'ClusterIP, ExternalIP and LoadBalancer IP traffic'),
    make('map', 'service-nodeports', toVerdict, 'NodePort traffic'),
  ]
}

function fixedChains(serviceBlock: IPBlock | undefined): readonly NftablesChain[] {
  return [
    base('filter-prerouting-pre-dnat', 'filter hook prerouting priority dstnat - 10', whenNew('firewall-check')),
    base('filter-output-pre-dnat', 'filter hook output priority -110', whenNew('firewall-check')),
    base(
      'filter-input',
      'filter hook input priority filter',
      whenNew('nodeport-endpoints-check'),
      whenNew('service-endpoints-check'),
    ),
    base(
      'filter-forward',
      'filter hook forward priority filter',
      whenNew('service-endpoints-check'),
      whenNew('cluster-ips-check'),
    ),
    base(
      'filter-output',
      'filter hook output priority filter',
      whenNew('service-endpoints-check'),
      whenNew('cluster-ips-check'),
    ),
    base('nat-prerouting', 'nat hook prerouting priority dstnat', jump('services')),
    base('nat-output', 'nat hook output priority -100', jump('services')),
    base('nat-postrouting', 'nat hook postrouting priority srcnat', jump('masquerading')),
    {
      name: 'nodeport-endpoints-check',
      rules: [{ matches: [TO_NODE], statement: lookup('no-endpoint-nodeports', 'port') }],
    },
    { name: 'service-endpoints-check', rules: [{ matches: [], statement: lookup('no-endpoint-services', 'address') }] },
    { name: 'firewall-check', rules: [{ matches: [], statement: lookup('firewall-ips', 'address') }] },
    {
      name: 'services',
      rules: [
        { matches: [], statement: lookup('service-ips', 'address') },
        { matches: [TO_NODE], statement: lookup('service-nodeports', 'port') },
      ],
    },
    {
      name: 'masquerading',
      rules: [
        { matches: [{ type: 'unmarked' }], statement: { type: 'return' } },
        { matches: [], statement: { type: 'mark', on: false } },
        { matches: [], statement: { type: 'masquerade' } },
      ],
    },
    { name: 'cluster-ips-check', rules: clusterIPsCheck(serviceBlock) },
    { name: 'mark-for-masquerade', rules: [{ matches: [], statement: { type: 'mark', on: true } }] },
    {
      name: 'reject-chain',
      head: 'comment "helper for @no-endpoint-services / @no-endpoint-nodeports"',
      rules: [{ matches: [], statement: { type: 'reject' } }],
    },
  ]
}

const TO_NODE: NftablesMatch = { type: 'in-set', side: 'daddr', set: 'nodeport-ips' }

function clusterIPsCheck(serviceBlock: IPBlock | undefined): readonly NftablesRule[] {
  const invalidPort: NftablesRule = {
    matches: [{ type: 'in-set', side: 'daddr', set: 'cluster-ips' }],
    statement: { type: 'reject' },
    comment: 'Reject traffic to invalid ports of ClusterIPs',
  }
  if (!serviceBlock) return [invalidPort]
  const unallocated: NftablesRule = {
    matches: [{ type: 'address', side: 'daddr', blocks: [serviceBlock] }],
    statement: { type: 'drop' },
    comment: 'Drop traffic to unallocated ClusterIPs',
  }
  return [invalidPort, unallocated]
}

function base(name: string, hook: string, ...rules: readonly NftablesRule[]): NftablesChain {
  return { name, head: `type ${hook}; policy accept;`, rules }
}

function whenNew(chain: string): NftablesRule {
  return { matches: [{ type: 'new' }], statement: { type: 'jump', chain } }
}

function jump(chain: string): NftablesRule {
  return { matches: [], statement: { type: 'jump', chain } }
}

function lookup(map: string, by: 'address' | 'port'): NftablesRule['statement'] {
  return { type: 'lookup', map, by }
}
