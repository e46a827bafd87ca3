// What one Service means in DNS: its own addresses, or those of its endpoints with their names and ports. Follows the
// kubernetes plugin of CoreDNS: an endpoint is named by its hostname, else by its address with dashes, and counts only
// while it is ready.

import type { Protocol } from '../../api/meta.ts'
import type { Service } from '../../api/service/service.ts'
import { ipFamily } from '../../kernel/ip.ts'
import type { ServiceState } from '../service-state.ts'

export interface NamedEndpoint {
  /** `web-0` or `10-244-1-5`. */
  readonly label: string
  readonly ip: string
  readonly family: 'IPv4' | 'IPv6'
  /** `namespace/name` of the EndpointSlice. */
  readonly slice: string
}

export interface EndpointTarget {
  readonly endpoint: NamedEndpoint
  /** '' for the unnamed port. */
  readonly portName: string
  readonly protocol: Protocol
  readonly port: number
}

export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === 'None'
}

/** The cluster's addresses of a Service; none for a headless Service or an external name. */
export function clusterIPsOf(service: Service): readonly string[] {
  if (service.spec.type === 'ExternalName' || isHeadless(service)) return []
  return (service.spec.clusterIPs ?? [service.spec.clusterIP ?? '']).filter(ip => ip !== '' && ip !== 'None')
}

/** The ready endpoints of a Service in the order of slices and rows; an address stands once for each label. */
export function readyEndpoints(state: ServiceState): readonly NamedEndpoint[] {
  const endpoints = new Map<string, NamedEndpoint>()
  for (const { endpoint } of endpointTargets(state, true)) {
    const key = `${endpoint.label} ${endpoint.ip}`
    if (!endpoints.has(key)) endpoints.set(key, endpoint)
  }
  return [...endpoints.values()]
}

/** Each ready endpoint with each of its ports. With `portless`, slices without ports count too, as port 0. */
export function endpointTargets(state: ServiceState, portless = false): readonly EndpointTarget[] {
  const targets: EndpointTarget[] = []
  for (const slice of state.slices) {
    const ports = slice.ports?.length ? slice.ports : portless ? [{ port: 0 }] : []
    for (const row of slice.endpoints) {
      const ip = row.addresses[0]
      const family = ip === undefined ? undefined : ipFamily(ip)
      if (ip === undefined || !family || row.conditions?.ready === false) continue
      const label = (row.hostname ?? '') === '' ? ip.replaceAll(/[.:]/g, '-') : (row.hostname as string).toLowerCase()
      const endpoint = { label, ip, family, slice: `${slice.metadata.namespace ?? ''}/${slice.metadata.name}` }
      for (const port of ports) {
        targets.push({ endpoint, portName: port.name ?? '', protocol: port.protocol ?? 'TCP', port: port.port ?? 0 })
      }
    }
  }
  return targets
}
