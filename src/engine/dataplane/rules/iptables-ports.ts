// The iptables rules of one Service port, in the order in which kube-proxy emits them (pkg/proxy/iptables v1.34): what leads
// to it from each frontend, what refuses or drops where no endpoint may be used, and its chains down to the endpoints.

import { blockText } from '../../kernel/ip-block.ts'
import type { EndpointChoice } from '../proxy/packet.ts'
import { iptablesHash } from './chain-names.ts'
import {
  comment,
  jump,
  verdict,
  type AddressMatch,
  type IptablesMatch,
  type IptablesRule,
  type IptablesTarget,
} from './iptables-rule.ts'
import { hasNodePort, type NodeView, type ProxiedPort } from './node-view.ts'

/** Takes a rule to the end of a chain, which is made when it is not there. */
export type AppendRule = (table: 'filter' | 'nat', chain: string, rule: IptablesRule) => void

interface Writing {
  readonly view: NodeView
  readonly port: ProxiedPort
  readonly append: AppendRule
  /** So many endpoints that comments are left out where they would be many. */
  readonly isLarge: boolean
  readonly chains: PortChains
}

interface PortChains {
  readonly cluster: string
  readonly local: string
  readonly external: string
  readonly firewall: string
}

export function writePort(view: NodeView, port: ProxiedPort, isLarge: boolean, append: AppendRule): void {
  const hash = iptablesHash(port.name, port.protocol)
  const chains: PortChains = {
    cluster: `KUBE-SVC-${hash}`,
    local: `KUBE-SVL-${hash}`,
    external: `KUBE-EXT-${hash}`,
    firewall: `KUBE-FW-${hash}`,
  }
  const writing = { view, port, append, isLarge, chains }
  writeFrontends(writing)
  writeNodePort(writing)
  if (port.internal.length > 0) writeOffClusterMark(writing)
  if (port.rules.hasAny && port.isExposed) writeExternalChain(writing)
  if (usesFirewall(port)) writeFirewallChain(writing)
  writeBalancing(writing, chains.cluster, port.rules.cluster)
  writeBalancing(writing, chains.local, port.rules.local)
  for (const choice of port.reachable) writeEndpoint(writing, choice)
}

function writeFrontends(writing: Writing): void {
  const { port, append, chains } = writing
  const { clusterIP, externalIPs, loadBalancerIPs } = port.addresses
  const internalChain = port.rules.internalLocal ? chains.local : chains.cluster
  if (port.internal.length > 0) {
    append('nat', 'KUBE-SERVICES', toAddress(writing, clusterIP, `${port.name} cluster IP`, jump(internalChain)))
  } else {
    const { comment, target } = refusal(writing)
    append('filter', 'KUBE-SERVICES', toAddress(writing, clusterIP, comment, target))
  }
  for (const address of externalIPs) {
    writeExternalAddress(writing, address, `${port.name} external IP`, chains.external)
    refuseExternal(writing, address)
  }
  const behind = usesFirewall(port) ? chains.firewall : chains.external
  for (const address of loadBalancerIPs) {
    writeExternalAddress(writing, address, `${port.name} loadbalancer IP`, behind)
    if (!usesFirewall(port)) continue
    const comment = `${port.name} traffic not accepted by ${chains.firewall}`
    append('filter', 'KUBE-PROXY-FIREWALL', toAddress(writing, address, comment, verdict('DROP')))
  }
  for (const address of loadBalancerIPs) refuseExternal(writing, address)
}

function writeExternalAddress(writing: Writing, address: string, comment: string, chain: string): void {
  const { port, append } = writing
  if (port.rules.hasAny) append('nat', 'KUBE-SERVICES', toAddress(writing, address, comment, jump(chain)))
}

function refuseExternal(writing: Writing, address: string): void {
  if (writing.port.external.length > 0) return
  const { comment, target } = refusal(writing)
  writing.append('filter', 'KUBE-EXTERNAL-SERVICES', toAddress(writing, address, comment, target))
}

function writeNodePort(writing: Writing): void {
  const { view, port, append, chains } = writing
  const { protocol, rules } = port
  if (hasNodePort(rules)) {
    const toPort: IptablesMatch = { type: 'port', protocol, port: rules.nodePort ?? 0 }
    if (rules.hasAny) {
      const matches = [comment(port.name), toPort]
      if (view.family === 'IPv4') {
        append('nat', 'KUBE-NODEPORTS', {
          destination: { block: '127.0.0.0/8' },
          protocol,
          matches: [...matches, { type: 'nfacct', counter: 'localhost_nps_accepted_pkts' }],
          target: jump(chains.external),
        })
      }
      append('nat', 'KUBE-NODEPORTS', { protocol, matches, target: jump(chains.external) })
    }
    if (port.external.length === 0) {
      const refused = refusal(writing)
      const matches = [comment(refused.comment), LOCAL_DESTINATION, toPort]
      append('filter', 'KUBE-EXTERNAL-SERVICES', { protocol, matches, target: refused.target })
    }
  }
  if (rules.healthCheckNodePort !== 0) {
    append('filter', 'KUBE-NODEPORTS', {
      protocol: 'tcp',
      matches: [
        comment(`${port.name} health check node port`),
        { type: 'port', protocol: 'tcp', port: rules.healthCheckNodePort },
      ],
      target: verdict('ACCEPT'),
    })
  }
}

/** Who comes from outside of the Pods' block is answered by way of this node. */
function writeOffClusterMark(writing: Writing): void {
  const { view, port, append, chains } = writing
  if (!view.podBlock) return
  const rule = toAddress(writing, port.addresses.clusterIP, `${port.name} cluster IP`, jump('KUBE-MARK-MASQ'))
  const source = { block: blockText(view.podBlock), not: true }
  append('nat', port.rules.internalLocal ? chains.local : chains.cluster, { source, ...rule })
}

function writeExternalChain({ view, port, append, chains }: Writing): void {
  const what = `${port.name} external destinations`
  const add = (rule: IptablesRule): void => append('nat', chains.external, rule)
  if (!port.rules.externalLocal) {
    add({ matches: [comment(`masquerade traffic for ${what}`)], target: jump('KUBE-MARK-MASQ') })
  } else {
    if (view.podBlock) {
      add({
        source: { block: blockText(view.podBlock) },
        matches: [comment(`pod traffic for ${what}`)],
        target: jump(chains.cluster),
      })
    }
    add({
      matches: [comment(`masquerade LOCAL traffic for ${what}`), LOCAL_SOURCE],
      target: jump('KUBE-MARK-MASQ'),
    })
    add({ matches: [comment(`route LOCAL traffic for ${what}`), LOCAL_SOURCE], target: jump(chains.cluster) })
  }
  if (port.external.length > 0) {
    add({ matches: [], target: jump(port.rules.externalLocal ? chains.local : chains.cluster) })
  }
}

function writeFirewallChain({ port, append, chains }: Writing): void {
  const { sourceRanges = [], loadBalancerIPs } = port.addresses
  const allow = (source: AddressMatch): void =>
    append('nat', chains.firewall, {
      source,
      matches: [comment(`${port.name} loadbalancer IP`)],
      target: jump(chains.external),
    })
  for (const range of sourceRanges) allow({ block: blockText(range) })
  // A packet that the node sends to the load balancer's address has that address as its source too.
  if (port.rangesHoldNode) for (const address of loadBalancerIPs) allow({ block: hostBlock(address) })
  append('nat', chains.firewall, {
    matches: [comment(`other traffic to ${port.name} will be dropped by KUBE-PROXY-FIREWALL`)],
  })
}

function writeBalancing(writing: Writing, chain: string, choices: readonly EndpointChoice[]): void {
  const { view, port, append, isLarge } = writing
  const commentOn = (choice: EndpointChoice): readonly IptablesMatch[] =>
    isLarge ? [] : [comment(`${port.name} -> ${choice.endpoint}`)]
  const { affinitySeconds } = port.rules
  if (affinitySeconds > 0) {
    for (const choice of choices) {
      const list = endpointChain(port, choice)
      const recent: IptablesMatch = {
        type: 'recent',
        list,
        endpoint: choice.endpoint,
        seconds: affinitySeconds,
        mask: hostMask(view),
      }
      append('nat', chain, { matches: [...commentOn(choice), recent], target: jump(list) })
    }
  }
  choices.forEach((choice, index) => {
    const left = choices.length - index
    const chance: readonly IptablesMatch[] = left > 1 ? [{ type: 'chance', of2to31: coinOf(left) }] : []
    append('nat', chain, { matches: [...commentOn(choice), ...chance], target: jump(endpointChain(port, choice)) })
  })
}

function writeEndpoint({ view, port, append, isLarge }: Writing, choice: EndpointChoice): void {
  const chain = endpointChain(port, choice)
  const about = isLarge ? [] : [comment(port.name)]
  append('nat', chain, { source: { block: hostBlock(choice.ip) }, matches: about, target: jump('KUBE-MARK-MASQ') })
  const remember: readonly IptablesMatch[] =
    port.rules.affinitySeconds > 0
      ? [{ type: 'recent', list: chain, endpoint: choice.endpoint, mask: hostMask(view) }]
      : []
  append('nat', chain, {
    protocol: port.protocol,
    matches: [...about, ...remember, { type: 'protocol', protocol: port.protocol }],
    target: { type: 'dnat', to: choice.endpoint },
  })
}

/** One of `left` in 2³¹ draws: kube-proxy writes the chance with ten decimals, and iptables takes the nearest it can hold. */
function coinOf(left: number): number {
  return Math.round(Number((1 / left).toFixed(10)) * 2 ** 31)
}

function endpointChain(port: ProxiedPort, choice: EndpointChoice): string {
  return `KUBE-SEP-${iptablesHash(port.name, port.protocol, choice.endpoint)}`
}

function usesFirewall({ rules, addresses }: ProxiedPort): boolean {
  return rules.hasAny && addresses.loadBalancerIPs.length > 0 && addresses.sourceRanges !== undefined
}

function refusal({ view, port }: Writing): { readonly comment: string; readonly target: IptablesTarget } {
  if (port.rules.hasAny) return { comment: `${port.name} has no local endpoints`, target: verdict('DROP') }
  const how = view.family === 'IPv4' ? 'icmp-port-unreachable' : 'icmp6-port-unreachable'
  return { comment: `${port.name} has no endpoints`, target: { type: 'reject', with: how } }
}

function toAddress({ port }: Writing, address: string, text: string, target: IptablesTarget): IptablesRule {
  const { protocol, rules } = port
  return {
    destination: { block: hostBlock(address) },
    protocol,
    matches: [comment(text), { type: 'port', protocol, port: rules.port }],
    target,
  }
}

const LOCAL_SOURCE: IptablesMatch = { type: 'local', side: 'src' }
const LOCAL_DESTINATION: IptablesMatch = { type: 'local', side: 'dst' }

function hostBlock(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`
}

function hostMask({ family }: NodeView): string {
  return family === 'IPv4' ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
}
