// What stands in the graph: one card for each thing that a reader can point at, with the facts that decide its form.
// Cards know views, never places; ages and request counts are not in them, since those change all the time and are read
// by narrow components. A card that says the same as before keeps its identity (`keep-cards.ts`).

import type {
  ClientView,
  EndpointsView,
  NodeView,
  PodView,
  ServiceView,
  SliceView,
  ViewId,
} from '../../../protocol/index.ts'

/** `across`: left to right on a screen. `down`: top to bottom on a phone. */
export type Orientation = 'across' | 'down'

export interface ClientCard {
  readonly kind: 'Client'
  readonly id: ViewId
  readonly view: ClientView
  /** Hue of the Pod whose address the client keeps, or null. */
  readonly keptHue: number | null
}

/** The DNS name of a Service: a signpost that is asked first and then out of the way. */
export interface NameCard {
  readonly kind: 'Name'
  /** `Name/default/my-service`. */
  readonly id: string
  readonly view: ServiceView
}

export interface ServiceCard {
  readonly kind: 'Service'
  readonly id: ViewId
  readonly view: ServiceView
}

/** How a row of the board reads: `stale` counts as ready but its Pod or its Node is dead. */
export type RowState = 'ready' | 'not-ready' | 'leaving' | 'stale'

export interface BoardRow {
  readonly address: string
  readonly pod: ViewId | null
  readonly node: string
  /** null for an address that is no Pod. */
  readonly hue: number | null
  readonly state: RowState
}

export interface SliceCard {
  readonly kind: 'EndpointSlice'
  readonly id: ViewId
  readonly view: SliceView
  /** Every endpoint, in the order of the slice; the scene puts them in the order of their Pods on screen. */
  readonly rows: readonly BoardRow[]
  /** More rows, now or soon, than the board shows one by one. */
  readonly folded: boolean
  readonly readyCount: number
  readonly perNode: readonly { readonly node: string; readonly count: number }[]
}

export interface EndpointsCard {
  readonly kind: 'Endpoints'
  readonly id: ViewId
  readonly view: EndpointsView
}

export interface PodCard {
  readonly kind: 'Pod'
  readonly id: ViewId
  readonly view: PodView
  /** A small mark inside an opened group. */
  readonly compact: boolean
  /** On a Node without power, or its processes are gone though the API has not heard. */
  readonly dead: boolean
  /** Last heartbeat of its Node, when that Node is dead. */
  readonly lastSeenMs: number | null
}

export type PodState = 'ready' | 'not-ready' | 'pending' | 'terminating' | 'succeeded' | 'failed'

/** Pods of one owner in one state in one Node, counted instead of drawn. */
export interface PodGroupCard {
  readonly kind: 'PodGroup'
  /** `PodGroup/n1/default/my-app/ready`. */
  readonly id: string
  readonly namespace: string
  readonly owner: string
  readonly node: string
  readonly state: PodState
  readonly count: number
  readonly readyCount: number
  /** The hue of each Pod by age; null when there are too many Pods for one dot each. */
  readonly hues: readonly number[] | null
  readonly open: boolean
  /** The largest group of its owner in this Node: the one that shows its dots; others are a line of words. */
  readonly largest: boolean
  readonly dead: boolean
}

export interface NodeCard {
  readonly kind: 'Node'
  readonly id: ViewId
  readonly view: NodeView
  readonly podCount: number
}

export interface ZoneCard {
  readonly kind: 'Zone'
  /** `Zone//zone-a`. */
  readonly id: string
  readonly name: string
}

/** An endpoint that is no Pod. */
export interface OutsideCard {
  readonly kind: 'Outside'
  /** `Outside//192.0.2.42`. */
  readonly id: string
  readonly address: string
}

export type Card =
  | ClientCard
  | NameCard
  | ServiceCard
  | SliceCard
  | EndpointsCard
  | PodCard
  | PodGroupCard
  | NodeCard
  | ZoneCard
  | OutsideCard

export type CardKind = Card['kind']

export interface RoomModel {
  readonly card: NodeCard
  /** Pods drawn one by one, by age; empty when the room is folded. */
  readonly pods: readonly PodCard[]
  /** Groups, when there are more Pods than a room shows; else empty. */
  readonly groups: readonly GroupModel[]
}

export interface GroupModel {
  readonly card: PodGroupCard
  /** The Pods of an open group, by age; empty while it is closed. */
  readonly pods: readonly PodCard[]
}

export interface ZoneModel {
  readonly name: string
  /** null for Nodes without a zone: they stand on the bare ground. */
  readonly card: ZoneCard | null
  readonly rooms: readonly RoomModel[]
}

/** All cards of the graph, sorted into its columns. */
export interface GraphModel {
  readonly clients: readonly ClientCard[]
  readonly services: readonly ServiceCard[]
  readonly names: readonly NameCard[]
  readonly slices: readonly SliceCard[]
  readonly endpoints: readonly EndpointsCard[]
  readonly zones: readonly ZoneModel[]
  /** Pods that are in none of the Nodes shown. */
  readonly waiting: readonly PodCard[]
  readonly outside: readonly OutsideCard[]
  /** Pods wanted in each Node if they spread evenly, so that places can be kept before they come. */
  readonly podsExpectedPerNode: number
  /** Endpoints that a Service has, or will have once its Pods are ready. */
  readonly endpointsExpected: ReadonlyMap<ViewId, number>
}

/** More Pods than this in one Node are folded into groups. */
export const PODS_SHOWN_PER_NODE = 12
/** More rows than this on a board are folded into counts. */
export const ROWS_SHOWN: { readonly [orientation in Orientation]: number } = { across: 12, down: 4 }
/** More Pods than this in all, and groups show a bar instead of dots. */
export const DOTS_SHOWN = 400
