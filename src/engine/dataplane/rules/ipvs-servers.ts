// The virtual servers that kube-proxy makes in IPVS mode on one node, each with its real servers, as data and in the form of
// `ipvsadm -Sn`. Where policy Local finds nobody here, the cluster's list is taken instead (pkg/proxy/ipvs v1.34). Leaves
// out the ipsets and iptables rules around it.

import { compareText } from '../../kernel/json.ts'
import type { IpvsScheduler } from '../proxy/ipvs/schedule.ts'
import type { EndpointChoice } from '../proxy/packet.ts'
import type { ServicePortRules } from '../proxy/service-rules.ts'
import { hasNodePort, type NodeView, type ProxiedPort } from './node-view.ts'

export interface VirtualServer {
  readonly protocol: ProxiedPort['protocol']
  readonly address: string
  readonly port: number
  /** Seconds for which a client stays with its server; 0: not at all. */
  readonly persistentSeconds: number
  readonly realServers: readonly EndpointChoice[]
}

export function virtualServersOf(view: NodeView): readonly VirtualServer[] {
  const servers = new Map<string, VirtualServer>()
  for (const port of view.ports) {
    const add = (address: string, number: number, realServers: readonly EndpointChoice[]): void => {
      const key = `${port.protocol} ${address} ${number}`
      if (servers.has(key)) return
      const { protocol, rules } = port
      servers.set(key, { protocol, address, port: number, persistentSeconds: rules.affinitySeconds, realServers })
    }
    const { clusterIP, externalIPs, loadBalancerIPs } = port.addresses
    const external = serversFor(port.rules, port.rules.externalLocal)
    add(clusterIP, port.rules.port, serversFor(port.rules, port.rules.internalLocal))
    for (const address of [...externalIPs, ...loadBalancerIPs]) add(address, port.rules.port, external)
    if (hasNodePort(port.rules)) for (const address of view.addresses) add(address, port.rules.nodePort ?? 0, external)
  }
  return [...servers.values()].sort((a, b) => compareText(serverWords(a), serverWords(b)))
}

function serversFor({ local, cluster }: ServicePortRules, isLocal: boolean): readonly EndpointChoice[] {
  return isLocal && local.length > 0 ? local : cluster
}

const OPTIONS = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const

/** As `ipvsadm -Sn` prints them, sorted by protocol and address. */
export function printVirtualServers(servers: readonly VirtualServer[], scheduler: IpvsScheduler): string {
  return servers
    .flatMap(server => printVirtualServer(server, scheduler))
    .map(line => `${line}\n`)
    .join('')
}

/** The virtual server's own line, then one for each real server. */
export function printVirtualServer(server: VirtualServer, scheduler: IpvsScheduler): readonly string[] {
  const words = serverWords(server)
  const kept = server.persistentSeconds > 0 ? ` -p ${server.persistentSeconds}` : ''
  const flags = scheduler === 'mh' ? ' -b mh-port' : ''
  return [
    `-A ${words} -s ${scheduler}${kept}${flags}`,
    ...server.realServers.map(({ endpoint }) => `-a ${words} -r ${endpoint} -m -w 1`),
  ]
}

function serverWords({ protocol, address, port }: VirtualServer): string {
  return `${OPTIONS[protocol]} ${address.includes(':') ? `[${address}]` : address}:${port}`
}
