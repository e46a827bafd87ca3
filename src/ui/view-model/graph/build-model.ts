// From views to cards: what is drawn at all, in which column, and in which order (zones, then Nodes by name, then Pods by
// age). What the control plane keeps for itself (the API server's own Service and the cluster's DNS) is left out.

import type { NodeView, PodView, ServiceView, SliceView, View, ViewId } from '../../../protocol/index.ts'
import {
  DOTS_SHOWN,
  ROWS_SHOWN,
  type BoardRow,
  type ClientCard,
  type EndpointsCard,
  type GraphModel,
  type NodeCard,
  type Orientation,
  type OutsideCard,
  type PodCard,
  type RoomModel,
  type RowState,
  type ServiceCard,
  type SliceCard,
  type ZoneModel,
} from './cards.ts'
import { compareWords, foldPods, isFolded } from './fold-pods.ts'
import { groupBy } from './group-by.ts'

/** Services of the control plane itself; drawn only if somebody asks, which nothing does yet. */
const OWN_SERVICES: ReadonlySet<ViewId> = new Set(['Service/default/kubernetes', 'Service/kube-system/kube-dns'])

export interface ModelOptions {
  readonly orientation: Orientation
  readonly openGroups: ReadonlySet<string>
}

interface Sorted {
  readonly nodes: Map<string, NodeView>
  readonly pods: PodView[]
  readonly podsById: Map<ViewId, PodView>
  readonly services: ServiceView[]
  readonly slices: SliceView[]
  readonly clients: ClientCard[]
  readonly endpoints: EndpointsCard[]
  /** Replicas wanted in each namespace, over all workloads that nothing stands above. */
  readonly wanted: Map<string, number>
}

/** The whole model. Equal views give an equal model, whatever order they came in. */
export function buildModel(views: ReadonlyMap<ViewId, View>, options: ModelOptions): GraphModel {
  const sorted = sortViews(views)
  const expected = new Map(sorted.services.map(view => [view.id, endpointsExpected(view, sorted)]))
  const slices = sorted.slices.map(view => {
    const card = sliceCard(view, sorted)
    const coming = Math.min(view.maxEndpoints, expected.get(view.service ?? '') ?? 0)
    return { ...card, folded: Math.max(card.rows.length, coming) > ROWS_SHOWN[options.orientation] }
  })
  const pods = sorted.pods.map(view => podCard(view, sorted.nodes.get(view.node)))
  const podsByNode = groupBy(pods, ({ view }) => view.node)
  const dots = pods.length <= DOTS_SHOWN
  const rooms = [...sorted.nodes.values()]
    .sort((a, b) => compareWords(a.name, b.name))
    .map(node => room(node, podsByNode.get(node.name) ?? [], { openGroups: options.openGroups, dots }))
  const wanted = [...sorted.wanted.values()].reduce((sum, replicas) => sum + replicas, 0)
  const services = sorted.services.map((view): ServiceCard => ({ kind: 'Service', id: view.id, view }))
  return {
    clients: sorted.clients,
    services,
    names: services.map(({ view }) => ({ kind: 'Name', id: nameId(view), view })),
    slices,
    endpoints: sorted.endpoints,
    zones: zonesOf(rooms),
    waiting: pods.filter(({ view }) => !sorted.nodes.has(view.node)),
    outside: outsideCards(slices),
    podsExpectedPerNode: Math.ceil(wanted / Math.max(1, rooms.length)),
    endpointsExpected: expected,
  }
}

export function nameId(service: { readonly namespace: string; readonly name: string }): string {
  return `Name/${service.namespace}/${service.name}`
}

export function outsideId(address: string): string {
  return `Outside//${address}`
}

function sortViews(views: ReadonlyMap<ViewId, View>): Sorted {
  const sorted: Sorted = {
    nodes: new Map(),
    pods: [],
    podsById: new Map(),
    services: [],
    slices: [],
    clients: [],
    endpoints: [],
    wanted: new Map(),
  }
  for (const view of views.values()) if (view.kind === 'Pod') sorted.podsById.set(view.id, view)
  for (const view of views.values()) {
    switch (view.kind) {
      case 'Node':
        sorted.nodes.set(view.name, view)
        break
      case 'Pod':
        sorted.pods.push(view)
        break
      case 'Service':
        if (!OWN_SERVICES.has(view.id)) sorted.services.push(view)
        break
      case 'EndpointSlice':
        if (view.service === null || !OWN_SERVICES.has(view.service)) sorted.slices.push(view)
        break
      case 'Endpoints':
        if (!OWN_SERVICES.has(`Service/${view.namespace}/${view.name}`)) {
          sorted.endpoints.push({ kind: 'Endpoints', id: view.id, view })
        }
        break
      case 'Client':
        sorted.clients.push({
          kind: 'Client',
          id: view.id,
          view,
          keptHue: view.keptPod === null ? null : (sorted.podsById.get(view.keptPod)?.hue ?? null),
        })
        break
      case 'Deployment':
      case 'ReplicaSet':
      case 'StatefulSet':
      case 'DaemonSet':
        if (!view.owned) sorted.wanted.set(view.namespace, (sorted.wanted.get(view.namespace) ?? 0) + view.replicas)
        break
    }
  }
  sorted.pods.sort((a, b) => a.hue - b.hue || compareWords(a.id, b.id))
  sorted.services.sort(byAge)
  sorted.slices.sort(byAge)
  sorted.clients.sort((a, b) => compareWords(a.id, b.id))
  sorted.endpoints.sort((a, b) => compareWords(a.id, b.id))
  return sorted
}

function byAge(a: ServiceView | SliceView, b: ServiceView | SliceView): number {
  return a.createdMs - b.createdMs || compareWords(a.id, b.id)
}

/** Pods that the selector matches and that may become ready; before there are any, as many as the workloads beside it will have. */
function endpointsExpected(view: ServiceView, { pods, wanted }: Sorted): number {
  if (view.selector === null) return view.endpoints
  const selector = Object.entries(view.selector)
  const beside = pods.filter(pod => pod.namespace === view.namespace)
  const matching = beside.filter(
    pod => mayServe(pod) && selector.every(([key, value]) => pod.labels[key] === value),
  ).length
  return Math.max(view.endpoints, beside.length > 0 ? matching : (wanted.get(view.namespace) ?? 0))
}

function mayServe({ phase, terminating }: PodView): boolean {
  return !terminating && phase !== 'Failed' && phase !== 'Succeeded'
}

function sliceCard(view: SliceView, { podsById, nodes }: Sorted): Omit<SliceCard, 'folded'> {
  const perNode = new Map<string, number>()
  let readyCount = 0
  const rows = view.endpoints.map((endpoint): BoardRow => {
    if (endpoint.node !== '') perNode.set(endpoint.node, (perNode.get(endpoint.node) ?? 0) + 1)
    const pod = endpoint.pod === null ? undefined : podsById.get(endpoint.pod)
    const lost = (pod !== undefined && !pod.alive) || nodes.get(endpoint.node)?.power === false
    let state: RowState = 'not-ready'
    if (endpoint.ready) state = lost ? 'stale' : 'ready'
    else if (endpoint.terminating) state = 'leaving'
    if (endpoint.ready) readyCount++
    return {
      address: endpoint.address,
      pod: endpoint.pod,
      node: endpoint.node,
      hue: pod ? pod.hue % 10 : null,
      state,
    }
  })
  return {
    kind: 'EndpointSlice',
    id: view.id,
    view,
    rows,
    readyCount,
    perNode: [...perNode].map(([node, count]) => ({ node, count })).sort((a, b) => compareWords(a.node, b.node)),
  }
}

function podCard(view: PodView, node: NodeView | undefined): PodCard {
  const unpowered = node?.power === false
  const dead = unpowered || (!view.alive && view.phase === 'Running' && !view.terminating)
  return {
    kind: 'Pod',
    id: view.id,
    view,
    compact: false,
    dead,
    lastSeenMs: unpowered ? (node.leaseRenewMs ?? node.powerSinceMs) : null,
  }
}

function room(
  node: NodeView,
  pods: readonly PodCard[],
  options: { readonly openGroups: ReadonlySet<string>; readonly dots: boolean },
): RoomModel {
  const card: NodeCard = { kind: 'Node', id: node.id, view: node, podCount: pods.length }
  if (!isFolded(pods.length)) return { card, pods, groups: [] }
  return { card, pods: [], groups: foldPods(pods, { ...options, node: node.name, dead: !node.power }) }
}

function zonesOf(rooms: readonly RoomModel[]): ZoneModel[] {
  return [...groupBy(rooms, ({ card }) => card.view.zone)]
    .sort(([a], [b]) => compareWords(a, b))
    .map(([name, inside]) => ({
      name,
      card: name === '' ? null : { kind: 'Zone', id: `Zone//${name}`, name },
      rooms: inside,
    }))
}

function outsideCards(slices: readonly SliceCard[]): OutsideCard[] {
  const addresses = new Set<string>()
  for (const { rows } of slices) for (const row of rows) if (row.pod === null) addresses.add(row.address)
  return [...addresses].sort(compareWords).map(address => ({ kind: 'Outside', id: outsideId(address), address }))
}
