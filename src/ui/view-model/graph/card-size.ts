// How big each card is, known before it is drawn: React Flow then need not measure, and places can be given once. Sizes
// are along two axes: `main` is the way a request goes, `cross` the way things of one column stand side by side. The
// style sheets of the cards draw into exactly these sizes.

import type {
  ClientCard,
  EndpointsCard,
  GraphModel,
  GroupModel,
  NameCard,
  Orientation,
  OutsideCard,
  PodGroupCard,
  ServiceCard,
  SliceCard,
} from './cards.ts'
import { serviceForm, serviceLines, type ServiceLine } from './service-lines.ts'

export interface Size {
  readonly main: number
  readonly cross: number
}

/** A distance from one wall to what it holds, on each of the four sides of the two axes. */
export interface Inset {
  readonly mainStart: number
  readonly mainEnd: number
  readonly crossStart: number
  readonly crossEnd: number
}

/** Everything in pixels that differs between the two forms of the graph. */
export interface Metrics {
  readonly orientation: Orientation
  readonly client: Size
  readonly name: Size
  readonly pod: Size
  readonly outside: Size
  readonly room: Inset
  readonly zone: Inset
  /** Between Pods of a room, rooms of a zone, zones, and cards of any other column. */
  readonly podGap: number
  readonly roomGap: number
  readonly zoneGap: number
  readonly cardGap: number
  /** From a Service's start to its rings along the cross axis; `null`: its middle. */
  readonly hubOffset: number | null
  /** From a board's start to its first row, and the height (width) of one. */
  readonly firstRow: number
  readonly row: number
  /** Between two rows that stand beside each other. */
  readonly cellGap: number
  /** Where a track enters a folded board, from its start; null: its middle. */
  readonly foldedEntry: number | null
  /** Radius of the Pod's ring and of its middle from the Pod's start. */
  readonly podRing: { readonly main: number; readonly cross: number; readonly radius: number }
}

export const HUB_RADIUS = 11

export const ACROSS: Metrics = {
  orientation: 'across',
  client: { main: 108, cross: 72 },
  name: { main: 132, cross: 90 },
  pod: { main: 200, cross: 63 },
  outside: { main: 200, cross: 54 },
  room: { mainStart: 10, mainEnd: 10, crossStart: 34, crossEnd: 9 },
  zone: { mainStart: 10, mainEnd: 10, crossStart: 22, crossEnd: 8 },
  podGap: 8,
  roomGap: 13,
  zoneGap: 12,
  cardGap: 14,
  hubOffset: 80,
  firstRow: 80,
  row: 30,
  cellGap: 0,
  foldedEntry: 66,
  podRing: { main: 27, cross: 31.5, radius: 14.5 },
}

export const DOWN: Metrics = {
  orientation: 'down',
  client: { main: 58, cross: 150 },
  name: { main: 0, cross: 0 },
  pod: { main: 130, cross: 96 },
  outside: { main: 64, cross: 112 },
  room: { mainStart: 24, mainEnd: 36, crossStart: 7, crossEnd: 7 },
  zone: { mainStart: 24, mainEnd: 8, crossStart: 5, crossEnd: 5 },
  podGap: 6,
  roomGap: 8,
  zoneGap: 6,
  cardGap: 16,
  hubOffset: null,
  firstRow: 9,
  row: 88,
  cellGap: 8,
  foldedEntry: null,
  podRing: { main: 29, cross: 48, radius: 16.5 },
}

export function metricsFor(orientation: Orientation): Metrics {
  return orientation === 'across' ? ACROSS : DOWN
}

const LINE_HEIGHT: { readonly [type in ServiceLine['type']]: number } = {
  port: 20,
  'node-port': 20,
  'ingress-pending': 24,
  ingress: 28,
  selector: 26,
  'no-selector': 22,
  nobody: 22,
}

export const SERVICE_ACROSS = { width: 226, header: 48, plate: 64, padding: 19 }
export const SERVICE_DOWN = { header: 38, plate: 74, padding: 16 }

/** Size of a Service's card; `crossDown` is the room that a phone's width leaves it. */
export function serviceSize({ view }: ServiceCard, metrics: Metrics, crossDown: number): Size {
  const across = metrics.orientation === 'across'
  const { header, plate, padding } = across ? SERVICE_ACROSS : SERVICE_DOWN
  let height = header + plate + padding
  if (serviceForm(view) === 'external-name') {
    const lines = Math.ceil(view.externalName.length / (across ? 24 : 38))
    height = header + 18 + lines * 19 + 56
  } else {
    // On a phone the first selector label stands beside the first port.
    for (const line of serviceLines(view)) {
      if (across || !(line.type === 'selector' && line.first)) height += LINE_HEIGHT[line.type]
    }
  }
  return across ? { main: SERVICE_ACROSS.width, cross: height } : { main: height, cross: crossDown }
}

/** A board's size for so many rows; `main` across and `crossDown` down are given by the columns. */
export function sliceSize(
  card: SliceCard,
  metrics: Metrics,
  given: { readonly main: number; readonly crossDown: number },
): Size {
  const manyPorts = card.view.ports.length > 1 ? 18 : 0
  if (metrics.orientation === 'down') return { main: 92 + manyPorts, cross: given.crossDown }
  return { main: given.main, cross: boardHeight(card.folded ? 'folded' : card.rows.length, card) + manyPorts }
}

/** Width of boards on a phone: all of it for a lone one, side by side when several are folded to a few words. */
export function boardCrossDown({ slices, endpoints, endpointsExpected }: GraphModel, crossDown: number): number {
  const counts = new Map<string, number>()
  for (const { view } of slices) counts.set(view.service ?? '', (counts.get(view.service ?? '') ?? 0) + 1)
  let boards = 0
  for (const [service, count] of counts) {
    boards += Math.max(count, Math.ceil((endpointsExpected.get(service) ?? 0) / PLACES))
  }
  if (boards < 2 && endpoints.length > 0) return crossDown - ENDPOINTS_DOWN - MIRROR_GAP
  if (boards < 2 || !slices.every(card => card.folded)) return crossDown
  return Math.max(BOARD_NARROW, (crossDown - DOWN.cardGap * (boards - 1)) / boards)
}

/** Width on a phone of Endpoints written by hand, and the way of their mirror to the board beside them. */
const ENDPOINTS_DOWN = 112
export const MIRROR_GAP = 44
/** Places of a slice, unless a setting says otherwise. */
const PLACES = 100
const BOARD_NARROW = 112

/** Height across of a board with so many rows. */
export function boardHeight(rows: number | 'folded', card: Pick<SliceCard, 'perNode'>): number {
  if (rows === 'folded') return 108 + 20 * Math.ceil(Math.max(1, Math.min(card.perNode.length, 9)) / 3)
  return rows === 0 ? 108 : ACROSS.firstRow + rows * ACROSS.row + 8
}

/** Where the first row of a board begins, from its start along the cross axis. */
export function firstRowOffset(card: SliceCard, metrics: Metrics): number {
  return metrics.firstRow + (metrics.orientation === 'across' && card.view.ports.length > 1 ? 18 : 0)
}

export function endpointsSize({ view }: EndpointsCard, metrics: Metrics, main: number): Size {
  const height = 58 + 19 * Math.min(4, Math.max(1, view.addresses.length))
  return metrics.orientation === 'across' ? { main, cross: height } : { main: height, cross: ENDPOINTS_DOWN }
}

/** The parts of a room that is folded: where each group and each Pod of an open group stands, from the inner start. */
export interface RoomPart {
  readonly id: string
  readonly main: number
  readonly cross: number
  readonly size: Size
}

/** Length of a small Pod along the way in which they follow each other. */
const COMPACT_POD = 46
const COMPACT_POD_DOWN = 62
const GAP = 6
/** A group of few, or an open one: one line of words. */
const STRIP: { readonly [orientation in Orientation]: number } = { across: 30, down: 52 }
/** A group of up to so many is one line with a mark for each. */
const FEW = 12
const DOT_PITCH = 11
const DOT_ROWS_MAX = 16
const GROUP_PADDING = 12

export function isStrip(card: Pick<PodGroupCard, 'open' | 'count' | 'largest'>): boolean {
  return card.open || !card.largest || card.count <= FEW
}

/** How the dots of a group stand in a card of so much width. */
export function dotGrid(
  count: number,
  width: number,
): { readonly perRow: number; readonly rows: number; readonly pitch: number } {
  const perRow = Math.max(1, Math.floor((width - GROUP_PADDING * 2 + 3) / DOT_PITCH))
  return { perRow, rows: Math.min(DOT_ROWS_MAX, Math.ceil(count / perRow)), pitch: DOT_PITCH }
}

/** Height of a closed group: a line of words (three on a phone) and its dots. */
export function groupHeight(count: number, width: number, orientation: Orientation): number {
  return (orientation === 'across' ? 36 : 76) + dotGrid(count, width).rows * DOT_PITCH + 8
}

/** Lays out the groups of a folded room one after another; heights follow the count, so a group never scrolls. */
export function foldedParts(
  groups: readonly GroupModel[],
  metrics: Metrics,
  podMain: number,
): { readonly parts: readonly RoomPart[]; readonly size: Size } {
  const parts: RoomPart[] = []
  const { orientation, pod } = metrics
  const across = orientation === 'across'
  let at = 0
  const put = (id: string, length: number, side: { readonly start: number; readonly size: number }): void => {
    parts.push(
      across
        ? { id, main: side.start, cross: at, size: { main: side.size, cross: length } }
        : { id, main: at, cross: side.start, size: { main: length, cross: side.size } },
    )
  }
  const whole = { start: 0, size: across ? podMain : pod.cross }
  let half = false
  for (const { card, pods } of groups) {
    const length = isStrip(card) ? STRIP[orientation] : groupHeight(card.count, whole.size, orientation)
    const narrow = across && isStrip(card) && !card.open && groups.length > 2
    if (narrow && half) at -= length + GAP
    const side = (whole.size - GAP) / 2
    put(card.id, length, narrow ? { start: half ? side + GAP : 0, size: side } : whole)
    half = narrow && !half
    at += length + GAP
    const columns = across ? 2 : 1
    const markLength = across ? COMPACT_POD : COMPACT_POD_DOWN
    const markSide = (whole.size - GAP * (columns - 1)) / columns
    pods.forEach((one, index) => {
      const column = index % columns
      put(one.id, markLength, { start: column * (markSide + GAP), size: markSide })
      if (column === columns - 1 || index === pods.length - 1) at += markLength + GAP
    })
  }
  const length = Math.max(0, at - GAP)
  return { parts, size: across ? { main: podMain, cross: length } : { main: length, cross: pod.cross } }
}

/** So many Pods side by side. */
export function slotsSize(slots: number, metrics: Metrics): Size {
  const { pod, podGap } = metrics
  return { main: pod.main, cross: slots === 0 ? 0 : slots * pod.cross + (slots - 1) * podGap }
}

export type PlainCard = ClientCard | NameCard | OutsideCard

export function plainSize(card: PlainCard, metrics: Metrics): Size {
  switch (card.kind) {
    case 'Client':
      return metrics.client
    case 'Name':
      return metrics.name
    case 'Outside':
      return metrics.outside
  }
}
