// Clients at work and what their requests came to, in the shape in which the playground tells it; and a client as somebody
// writes it by hand, with what may be left out filled in.

import { isSimulated, type ClientMetrics, type Cluster, type TrafficSpec } from '../engine/index.ts'

export interface TrafficItem extends TrafficSpec {
  readonly id: string
  readonly metrics: ClientMetrics
}

/** What a client may leave out. */
export type TrafficWish = Partial<TrafficSpec> & Pick<TrafficSpec, 'to'>

const USUAL_RATE = 10
const USUAL_PORT = 80

/** All clients, by id. */
export function trafficItems({ traffic, metrics }: Cluster): readonly TrafficItem[] {
  return traffic.clients().map(({ id, name, node, to, port, protocol, rate, timeoutMs }) => ({
    id,
    from: `Client/${name}`,
    node,
    to,
    port,
    protocol,
    rate,
    connection: 'new',
    timeoutMs,
    metrics: metrics.client(name),
  }))
}

/**
 * The whole of it: a name of its own, the first Node that is simulated, the first port of the Service that `to` names, and
 * ten requests a second.
 */
export function wholeTraffic(wish: TrafficWish, cluster: Cluster): TrafficSpec {
  const others = new Set(cluster.traffic.clients().flatMap(({ id, name }) => [id, name]))
  let number = 1
  while (others.has(`traffic-${number}`)) number++
  const node = cluster.store.list('Node').find(isSimulated)?.metadata.name ?? ''
  const [name = '', namespace = 'default'] = wish.to.split('.')
  const service =
    cluster.store.get('Service', namespace, name) ??
    cluster.store.list('Service').find(({ spec }) => spec.clusterIPs?.includes(wish.to))
  return {
    ...wish,
    from: wish.from ?? `Client/${wish.id ?? `traffic-${number}`}`,
    node: wish.node ?? node,
    port: wish.port ?? service?.spec.ports?.[0]?.port ?? USUAL_PORT,
    rate: wish.rate ?? USUAL_RATE,
  }
}
