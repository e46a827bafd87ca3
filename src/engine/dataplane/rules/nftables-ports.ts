// What one Service port adds to kube-proxy's table of nftables (pkg/proxy/nftables v1.34): elements of the maps that lead
// to it or refuse, and its chains down to the endpoints, with a set of clients for each where sessions are kept.

import { blockOfAddress, type IPBlock } from '../../kernel/ip-block.ts'
import type { EndpointChoice } from '../proxy/packet.ts'
import { nftablesEndpointName, nftablesName } from './chain-names.ts'
import type { NftablesElement, NftablesMatch, NftablesRule, NftablesSet, NftablesVerdict } from './nftables-rule.ts'
import { hasNodePort, type NodeView, type ProxiedPort } from './node-view.ts'

/** What the Service ports write: elements by the name of their map, and sets and chains of their own. */
export interface NftablesParts {
  readonly elements: Map<string, Map<string, NftablesElement>>
  readonly sets: NftablesSet[]
  readonly chains: Map<string, NftablesRule[]>
}

interface Writing {
  readonly view: NodeView
  readonly port: ProxiedPort
  readonly parts: NftablesParts
  readonly chains: {
    readonly cluster: string
    readonly local: string
    readonly external: string
    readonly firewall: string
  }
}

export function writePort(view: NodeView, port: ProxiedPort, parts: NftablesParts): void {
  const base = nftablesName({ ...port, portName: port.rules.portName })
  const chains = {
    cluster: `service-${base}`,
    local: `local-${base}`,
    external: `external-${base}`,
    firewall: `firewall-${base}`,
  }
  const writing = { view, port, parts, chains }
  const { clusterIP } = port.addresses
  addElement(parts, 'cluster-ips', { key: clusterIP })
  const internalChain = port.rules.internalLocal ? chains.local : chains.cluster
  if (port.internal.length > 0) lead(writing, 'service-ips', addressKey(port, clusterIP), internalChain)
  else refuse(writing, 'no-endpoint-services', addressKey(port, clusterIP))
  writeExposed(writing)
  if (port.internal.length > 0) writeOffClusterMark(writing, internalChain)
  if (port.rules.hasAny && port.isExposed) writeExternalChain(writing)
  writeBalancing(writing, chains.cluster, port.rules.cluster)
  writeBalancing(writing, chains.local, port.rules.local)
  for (const choice of port.reachable) writeEndpoint(writing, choice)
}

function writeExposed(writing: Writing): void {
  const { port, chains } = writing
  const { externalIPs, loadBalancerIPs, sourceRanges } = port.addresses
  for (const address of [...externalIPs, ...loadBalancerIPs]) {
    const key = addressKey(port, address)
    if (port.rules.hasAny) lead(writing, 'service-ips', key, chains.external)
    if (port.external.length === 0) refuse(writing, 'no-endpoint-services', key)
  }
  if (hasNodePort(port.rules)) {
    const key = `${port.protocol} . ${port.rules.nodePort}`
    if (port.rules.hasAny) lead(writing, 'service-nodeports', key, chains.external)
    if (port.external.length === 0) refuse(writing, 'no-endpoint-nodeports', key)
  }
  if (loadBalancerIPs.length === 0 || sourceRanges === undefined) return
  for (const address of loadBalancerIPs) lead(writing, 'firewall-ips', addressKey(port, address), chains.firewall)
  const alsoAllowed = port.rangesHoldNode ? loadBalancerIPs.flatMap(hostBlocks) : []
  const allowed = [...sourceRanges, ...alsoAllowed]
  const outside: NftablesMatch = { type: 'address', side: 'saddr', blocks: allowed, not: true }
  addRule(writing, chains.firewall, { matches: [outside], statement: { type: 'drop' } })
}

/** Who comes from outside of the Pods' block is answered by way of this node. */
function writeOffClusterMark(writing: Writing, chain: string): void {
  const { view, port } = writing
  if (!view.podBlock) return
  addRule(writing, chain, {
    matches: [
      { type: 'address', side: 'daddr', blocks: hostBlocks(port.addresses.clusterIP) },
      { type: 'address', side: 'saddr', blocks: [view.podBlock], not: true },
    ],
    statement: MARK,
  })
}

function writeExternalChain(writing: Writing): void {
  const { view, port, chains } = writing
  const add = (rule: NftablesRule): void => addRule(writing, chains.external, rule)
  if (!port.rules.externalLocal) add({ matches: [], statement: MARK })
  else {
    const toCluster = { type: 'goto', chain: chains.cluster } as const
    if (view.podBlock) {
      const fromPod: NftablesMatch = { type: 'address', side: 'saddr', blocks: [view.podBlock] }
      add({ matches: [fromPod], statement: toCluster, comment: 'short-circuit pod traffic' })
    }
    add({ matches: [{ type: 'local-source' }], statement: MARK, comment: 'masquerade local traffic' })
    add({ matches: [{ type: 'local-source' }], statement: toCluster, comment: 'short-circuit local traffic' })
  }
  if (port.external.length > 0) {
    add({
      matches: [],
      statement: { type: 'goto', chain: port.rules.externalLocal ? chains.local : chains.cluster },
    })
  }
}

function writeBalancing(writing: Writing, chain: string, choices: readonly EndpointChoice[]): void {
  if (choices.length === 0) return
  const { port } = writing
  if (port.rules.affinitySeconds > 0) {
    for (const choice of choices) {
      addRule(writing, chain, {
        matches: [{ type: 'kept-at', set: `affinity-${endpointName(port, choice)}`, endpoint: choice.endpoint }],
        statement: { type: 'goto', chain: `endpoint-${endpointName(port, choice)}` },
      })
    }
  }
  const chains = choices.map(choice => `endpoint-${endpointName(port, choice)}`)
  addRule(writing, chain, { matches: [], statement: { type: 'random', chains } })
}

function writeEndpoint(writing: Writing, choice: EndpointChoice): void {
  const { view, port, parts } = writing
  const name = endpointName(port, choice)
  const add = (rule: NftablesRule): void => addRule(writing, `endpoint-${name}`, rule)
  add({ matches: [{ type: 'address', side: 'saddr', blocks: hostBlocks(choice.ip) }], statement: MARK })
  const { affinitySeconds } = port.rules
  if (affinitySeconds > 0) {
    add({ matches: [], statement: { type: 'remember', set: `affinity-${name}` } })
    parts.sets.push({
      name: `affinity-${name}`,
      kind: 'set',
      lines: [
        `type ${view.family === 'IPv4' ? 'ipv4_addr' : 'ipv6_addr'}`,
        'size 65535',
        'flags dynamic,timeout',
        `timeout ${timeoutText(affinitySeconds)}`,
      ],
      elements: [],
    })
  }
  add({ matches: [], statement: { type: 'dnat', protocol: port.protocol, to: choice.endpoint } })
}

const MARK = { type: 'jump', chain: 'mark-for-masquerade' } as const

function endpointName(port: ProxiedPort, choice: EndpointChoice): string {
  return nftablesEndpointName({ ...port, portName: port.rules.portName }, choice.ip, choice.port)
}

function hostBlocks(address: string): readonly IPBlock[] {
  const block = blockOfAddress(address)
  return block ? [block] : []
}

function addressKey({ protocol, rules }: ProxiedPort, address: string): string {
  return `${address} . ${protocol} . ${rules.port}`
}

function lead(writing: Writing, map: string, key: string, chain: string): void {
  addElement(writing.parts, map, { key, verdict: { type: 'goto', chain } })
}

function refuse(writing: Writing, map: string, key: string): void {
  const { name, rules } = writing.port
  const verdict: NftablesVerdict = rules.hasAny ? { type: 'drop' } : { type: 'goto', chain: 'reject-chain' }
  addElement(writing.parts, map, { key, comment: name, verdict })
}

// One key stands once: the first to write it keeps it.
export function addElement({ elements }: NftablesParts, map: string, element: NftablesElement): void {
  const byKey = elements.get(map) ?? new Map<string, NftablesElement>()
  elements.set(map, byKey)
  if (!byKey.has(element.key)) byKey.set(element.key, element)
}

function addRule({ parts }: Writing, chain: string, rule: NftablesRule): void {
  const rules = parts.chains.get(chain) ?? []
  parts.chains.set(chain, rules)
  rules.push(rule)
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const

/** `2h1m1s` of 7261. */
function timeoutText(seconds: number): string {
  let rest = seconds
  let text = ''
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}
