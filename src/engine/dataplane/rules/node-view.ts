// One node's rules as a writer of them goes through them: the Service ports of one IP family in the order of their names,
// each with the lists that new connections are spread over and with what is still to be said of frontends that have none.

import { holdsAddress, type IPBlock } from '../../kernel/ip-block.ts'
import { ipFamily } from '../../kernel/ip.ts'
import { compareText } from '../../kernel/json.ts'
import type { NodeRules } from '../proxy/compile-rules.ts'
import type { EndpointChoice } from '../proxy/packet.ts'
import type { ServiceAddresses, ServicePortRules } from '../proxy/service-rules.ts'

export type IPFamily = 'IPv4' | 'IPv6'

/** One Service port on one node. */
export interface ProxiedPort {
  /** `default/my-service`, or `default/my-service:http` for a port with a name. */
  readonly name: string
  readonly namespace: string
  readonly service: string
  /** In lower case. */
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly rules: ServicePortRules
  readonly addresses: ServiceAddresses
  /** What connections to the cluster IP, and what those to all other frontends, are spread over. */
  readonly internal: readonly EndpointChoice[]
  readonly external: readonly EndpointChoice[]
  /** It has a node port, an external IP or a load balancer's address. */
  readonly isExposed: boolean
  /** Some range of the load balancer holds the node's own address. */
  readonly rangesHoldNode: boolean
  /** Every endpoint that some connection may be sent to from here, in the order of the rules. */
  readonly reachable: readonly EndpointChoice[]
}

export interface NodeView {
  readonly family: IPFamily
  /** Where the Pods of the cluster have their addresses; undefined: the proxy does not know. */
  readonly podBlock: IPBlock | undefined
  /** The node's own addresses of the family, the primary one first. */
  readonly addresses: readonly string[]
  readonly ports: readonly ProxiedPort[]
}

export function viewOf(node: NodeRules, family: IPFamily): NodeView {
  const addresses = node.addresses.filter(address => ipFamily(address) === family)
  const [own] = addresses
  const ports: ProxiedPort[] = []
  for (const key of node.services.keys()) {
    for (const compiled of node.familiesOf(key)) {
      if (compiled.family !== family) continue
      const rangesHoldNode =
        own !== undefined && (compiled.addresses.sourceRanges ?? []).some(range => holdsAddress(range, own))
      for (const rules of compiled.ports) ports.push(proxiedPort(rules, compiled.addresses, rangesHoldNode))
    }
  }
  ports.sort((a, b) => compareText(a.name, b.name) || compareText(a.protocol, b.protocol))
  return { family, podBlock: node.clusterBlocks.find(block => block.family === family), addresses, ports }
}

function proxiedPort(rules: ServicePortRules, addresses: ServiceAddresses, rangesHoldNode: boolean): ProxiedPort {
  const [namespace = '', service = ''] = rules.service.split('/')
  const { cluster, local } = rules
  return {
    name: rules.portName === '' ? rules.service : `${rules.service}:${rules.portName}`,
    namespace,
    service,
    protocol: rules.protocol.toLowerCase() as ProxiedPort['protocol'],
    rules,
    addresses,
    internal: rules.internalLocal ? local : cluster,
    external: rules.externalLocal ? local : cluster,
    isExposed: hasNodePort(rules) || addresses.externalIPs.length > 0 || addresses.loadBalancerIPs.length > 0,
    rangesHoldNode,
    reachable: unionOf(cluster, local),
  }
}

export function hasNodePort({ nodePort }: ServicePortRules): boolean {
  return nodePort !== undefined && nodePort !== 0
}

// Both lists are in the order of the rules, and most often one holds the other.
function unionOf(a: readonly EndpointChoice[], b: readonly EndpointChoice[]): readonly EndpointChoice[] {
  const byEndpoint = new Map([...a, ...b].map(choice => [choice.endpoint, choice]))
  if (byEndpoint.size === a.length) return a
  return [...byEndpoint.values()].sort((x, y) => compareText(x.endpoint, y.endpoint))
}
