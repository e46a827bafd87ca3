// Who may start one request: a Pod, a process on a Node, a client of the traffic, or somebody outside the cluster.

import { ipFamily } from '../../kernel/ip.ts'
import type { StoreClient } from '../../store/client.ts'
import type { TrafficClient } from '../client.ts'
import type { TripOrigin } from './send-trip.ts'

/** An address of TEST-NET-2 (RFC 5737), which belongs to nobody. */
const OUTSIDE = '198.51.100.79'
const DEFAULT_NAMESPACE = 'default'

/** Undefined when there is no such thing, or it has no address yet. */
export function originOf(
  from: string,
  { store, clients }: { readonly store: StoreClient; readonly clients: readonly TrafficClient[] },
): TripOrigin | undefined {
  if (from === 'outside') return { at: from, node: '', ip: OUTSIDE, namespace: DEFAULT_NAMESPACE }
  const [kind, first = '', second] = from.split('/')
  if (kind === 'Pod' && second !== undefined) {
    const { spec, status } = store.get('Pod', first, second) ?? {}
    if (!spec?.nodeName || !status?.podIP) return undefined
    return { at: from, node: spec.nodeName, ip: status.podIP, namespace: first }
  }
  if (second !== undefined) return undefined
  if (kind === 'Node') {
    const addresses = store.get('Node', '', first)?.status?.addresses ?? []
    const ip = addresses.find(({ address }) => ipFamily(address))?.address
    return ip === undefined ? undefined : { at: from, node: first, ip, namespace: DEFAULT_NAMESPACE }
  }
  const client = kind === 'Client' ? clients.find(({ name }) => name === first) : undefined
  return client && { at: from, node: client.node, ip: client.ip, namespace: DEFAULT_NAMESPACE }
}
