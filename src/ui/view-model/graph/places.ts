// Where things stand along the cross axis. A place is given once and kept: an update never moves what stands, newcomers
// take the next free place, and a leaver's place stays free until its ghost has faded. Only when a room or a board has
// grown and no free ground is left beside it do its neighbours give way, each no further than needed; what shrinks does so
// where it stands.

import type { ViewId } from '../../../protocol/index.ts'
import type { ClientCard, GraphModel, RoomModel, SliceCard, ZoneModel } from './cards.ts'
import { ROWS_SHOWN } from './cards.ts'
import {
  boardCrossDown,
  boardHeight,
  endpointsSize,
  firstRowOffset,
  foldedParts,
  groupHeight,
  MIRROR_GAP,
  plainSize,
  serviceSize,
  sliceSize,
  slotsSize,
  type Metrics,
} from './card-size.ts'
import { isFolded } from './fold-pods.ts'
import { around, endOf, freeStart, giveWay, middleOf, stack, type Span } from './spans.ts'

/** A place in a room: a Pod stands in it, or one has left and its ghost is fading, or it is free. */
export interface Slot {
  readonly pod: ViewId | null
  /** Free again from then on; the caller's clock. */
  readonly freeAtMs: number
}

export interface RoomPlaces {
  /** From the start of the zone. */
  readonly start: number
  readonly size: number
  readonly slots: readonly Slot[]
}

export interface Places {
  /** Cross spans of clients, Services, slices, Endpoints, and of Pods and addresses outside the rooms. */
  readonly spans: ReadonlyMap<string, Span>
  readonly zones: ReadonlyMap<string, Span>
  readonly rooms: ReadonlyMap<ViewId, RoomPlaces>
  /** Places of cards that left, kept free for a while. */
  readonly held: readonly { readonly column: Column; readonly span: Span; readonly freeAtMs: number }[]
  readonly zoneGap: number
}

export type Column = 'clients' | 'services' | 'boards' | 'ground'

export interface PlaceOptions {
  readonly metrics: Metrics
  /** The page's own clock, for how long a place stays held. */
  readonly nowMs: number
  /** How much a board and a Pod may take along the main axis (across), and cards of full width along the cross axis (down). */
  readonly boardMain: number
  readonly podMain: number
  readonly crossDown: number
  /** Free length along the cross axis at the start; what the ground does not need goes between zones. */
  readonly crossFree: number
}

/** How long a leaver's place stays free: its ghost stands 1.6 s and fades 0.4 s. */
export const PLACE_HELD_MS = 2000

/** Pure: the places after an update. `previous` null starts anew, with everything centred on the middle of the Pods. */
export function placeCards(previous: Places | null, model: GraphModel, options: PlaceOptions): Places {
  const old = previous ?? { spans: new Map(), zones: new Map(), rooms: new Map(), held: [], zoneGap: 0 }
  const ground = placeGround(old, model, options, previous === null)
  const held = heldPlaces(old, model, options.nowMs)
  const taken = (column: Column): Span[] => held.filter(one => one.column === column).map(one => one.span)
  // Pods that wait for a Node do so for a moment; nothing is centred on them.
  const passing = new Set(model.waiting.map(card => card.id))
  const lasting = [...ground.loose].filter(([id]) => !passing.has(id)).map(([, span]) => span)
  const middle = middleOf(around([...ground.zones.values(), ...lasting]) ?? { start: 0, size: 0 })

  const services = placeServices(old, model, { ...options, middle, taken: taken('services') })
  const boards = placeBoards(old, model, { ...options, services, taken: taken('boards') })
  const clients = placeClients(old, model, { ...options, services, middle, taken: taken('clients') })
  return {
    spans: new Map([...clients, ...services, ...boards, ...ground.loose]),
    zones: ground.zones,
    rooms: ground.rooms,
    held,
    zoneGap: ground.zoneGap,
  }
}

/** The middle of a Service's rings, from its span. */
export function hubOf(span: Span, metrics: Metrics): number {
  return metrics.hubOffset === null ? middleOf(span) : span.start + metrics.hubOffset
}

// --- Pods, in their Nodes, in their zones -----------------------------------------------------------------------------

interface Ground {
  readonly zones: Map<string, Span>
  readonly rooms: Map<ViewId, RoomPlaces>
  readonly loose: Map<string, Span>
  readonly zoneGap: number
}

function placeGround(old: Places, model: GraphModel, options: PlaceOptions, first: boolean): Ground {
  const { metrics } = options
  const rooms = new Map<ViewId, RoomPlaces>()
  const sizes = new Map<string, number>()
  for (const zone of model.zones) sizes.set(zone.name, placeRooms(zone, old, model, { options, rooms }))

  const total = [...sizes.values()].reduce((sum, size) => sum + size + metrics.zoneGap, -metrics.zoneGap)
  const startAnew = first || old.zones.size === 0
  const zoneGap = startAnew ? metrics.zoneGap + spareGap(total, sizes.size, options) : old.zoneGap

  const wanted = new Map<string, Span>()
  let next = startAnew ? 0 : Math.max(...[...old.zones.values()].map(endOf)) + zoneGap
  for (const [name, size] of sizes) {
    const before = old.zones.get(name)
    wanted.set(name, { start: before?.start ?? next, size })
    if (!before) next += size + zoneGap
  }
  const loose = looseSpans(old, model, metrics, endOf(around(wanted.values()) ?? { start: 0, size: 0 }))
  const settled = giveWay(new Map([...wanted, ...loose]), metrics.zoneGap)
  return {
    zones: new Map([...settled].filter(([key]) => wanted.has(key))),
    loose: new Map([...settled].filter(([key]) => loose.has(key))),
    rooms,
    zoneGap,
  }
}

/** Ground that stays free between zones: a room can grow into it. As much again as one more Pod needs is left at the end. */
function spareGap(total: number, zones: number, { metrics, crossFree }: PlaceOptions): number {
  const slot = metrics.pod.cross + metrics.podGap
  return Math.min(slot / 2, Math.max(0, crossFree - total - slot) / (zones + 1))
}

/** Places the rooms of one zone into `into.rooms` and says how long the zone must be. */
function placeRooms(
  zone: ZoneModel,
  old: Places,
  model: GraphModel,
  into: { readonly options: PlaceOptions; readonly rooms: Map<ViewId, RoomPlaces> },
): number {
  const { metrics, nowMs } = into.options
  const inset =
    zone.card === null ? { start: 0, end: 0 } : { start: metrics.zone.crossStart, end: metrics.zone.crossEnd }
  const spans = new Map<string, Span>()
  const slots = new Map<string, readonly Slot[]>()
  let next = inset.start
  for (const room of zone.rooms) {
    const before = old.rooms.get(room.card.id)
    const filled = fillSlots(before?.slots ?? [], room, { nowMs, expected: model.podsExpectedPerNode })
    const size = roomSize(room, filled.length, model.podsExpectedPerNode, into.options)
    slots.set(room.card.id, filled)
    spans.set(room.card.id, { start: before?.start ?? next, size })
    next = Math.max(next, (before?.start ?? next) + size + metrics.roomGap)
  }
  for (const [id, span] of giveWay(spans, metrics.roomGap)) {
    into.rooms.set(id, { start: span.start, size: span.size, slots: slots.get(id) ?? [] })
  }
  const all = around([...into.rooms].filter(([id]) => spans.has(id)).map(([, room]) => room))
  return (all ? endOf(all) : inset.start) + inset.end
}

/** Length of a room along the cross axis, for what is in it and for what is still to come. */
function roomSize(room: RoomModel, slots: number, expected: number, { metrics, podMain }: PlaceOptions): number {
  const { crossStart, crossEnd } = metrics.room
  const minimum = metrics.orientation === 'down' ? NAME_CROSS_DOWN : 0
  let content = slotsSize(slots, metrics).cross
  if (room.groups.length > 0) content = foldedParts(room.groups, metrics, podMain).size.cross
  if (metrics.orientation === 'across' && isFolded(expected)) {
    content = Math.max(content, groupHeight(expected, podMain, 'across'))
  }
  const empty = metrics.orientation === 'across' && content === 0 ? 0 : crossEnd
  return crossStart + Math.max(minimum, content) + empty
}

/** What a Node's name and state need on a phone, where they stand below its Pods. */
const NAME_CROSS_DOWN = 66

/** Every Pod keeps its slot; the others take the first free ones by age; as many slots stay as Pods are expected. */
function fillSlots(
  before: readonly Slot[],
  room: RoomModel,
  { nowMs, expected }: { readonly nowMs: number; readonly expected: number },
): Slot[] {
  if (room.groups.length > 0) return []
  const present = new Set(room.pods.map(pod => pod.id))
  const slots: Slot[] = before.map(slot =>
    slot.pod === null || present.has(slot.pod) ? slot : { pod: null, freeAtMs: nowMs + PLACE_HELD_MS },
  )
  const placed = new Set(slots.map(slot => slot.pod))
  for (const pod of room.pods) {
    if (placed.has(pod.id)) continue
    const free = slots.findIndex(slot => slot.pod === null && slot.freeAtMs <= nowMs)
    const slot: Slot = { pod: pod.id, freeAtMs: 0 }
    if (free === -1) slots.push(slot)
    else slots[free] = slot
  }
  const kept = isFolded(expected) ? 0 : expected
  while (slots.length < kept) slots.push({ pod: null, freeAtMs: 0 })
  return withoutSpare(slots, kept, nowMs)
}

/** Free places at the end go when their ghosts have faded: the room shrinks where it stands, and nothing else moves. */
function withoutSpare(slots: readonly Slot[], kept: number, nowMs: number): Slot[] {
  let length = slots.length
  while (length > kept) {
    const last = slots[length - 1]
    if (last === undefined || last.pod !== null || last.freeAtMs > nowMs) break
    length--
  }
  return slots.slice(0, length)
}

/** Pods without a Node of ours, and endpoints that are no Pods: below (beside) all ground, each in the next free place. */
function looseSpans(old: Places, model: GraphModel, metrics: Metrics, groundEnd: number): Map<string, Span> {
  const loose = new Map<string, Span>()
  const sizes = new Map<string, number>()
  for (const pod of model.waiting) sizes.set(pod.id, metrics.pod.cross)
  for (const card of model.outside) sizes.set(card.id, plainSize(card, metrics).cross)
  for (const [id, size] of sizes) {
    const before = old.spans.get(id)
    if (before) loose.set(id, { start: before.start, size })
  }
  for (const [id, size] of sizes) {
    if (loose.has(id)) continue
    const gap = metrics.cardGap
    const start = freeStart([...loose.values(), { start: -1e9, size: 1e9 + groundEnd }], groundEnd + 28, { size, gap })
    loose.set(id, { start, size })
  }
  return loose
}

// --- Services, their boards, and who asks them ------------------------------------------------------------------------

interface ColumnOptions extends PlaceOptions {
  readonly taken: readonly Span[]
}

/** Above the rings a Service also needs room for its name's signpost. */
function serviceLane(span: Span, metrics: Metrics): Span {
  if (metrics.hubOffset === null) return span
  const above = Math.max(0, metrics.name.cross + 17 - metrics.hubOffset)
  return { start: span.start - above, size: span.size + above }
}

function placeServices(
  old: Places,
  model: GraphModel,
  options: ColumnOptions & { readonly middle: number },
): Map<string, Span> {
  const { metrics } = options
  const sizes = new Map(model.services.map(card => [card.id, serviceSize(card, metrics, options.crossDown).cross]))
  const spans = keptSpans(old, sizes)
  const gap = metrics.cardGap + 12
  const newcomers = [...sizes].filter(([id]) => !spans.has(id))
  const wanted = wantedLanes(newcomers, { ...options, gap, alone: spans.size === 0 })
  for (const [id, size] of newcomers) {
    const lane = serviceLane({ start: 0, size }, metrics)
    const taken = [...options.taken, ...[...spans.values()].map(span => serviceLane(span, metrics))]
    const start = freeStart(taken, wanted.get(id) ?? options.middle, { size: lane.size, gap })
    spans.set(id, { start: start - lane.start, size })
  }
  return giveWay(spans, gap)
}

/** Where new Services would like their lanes to start: rings at the middle for one, a stack around the middle for several. */
function wantedLanes(
  newcomers: readonly (readonly [string, number])[],
  options: { readonly metrics: Metrics; readonly middle: number; readonly gap: number; readonly alone: boolean },
): Map<string, number> {
  const { metrics, middle } = options
  const lanes = newcomers.map(([id, size]) => [id, serviceLane({ start: 0, size }, metrics), size] as const)
  if (!options.alone || lanes.length === 1) {
    return new Map(lanes.map(([id, lane, size]) => [id, middle - (metrics.hubOffset ?? size / 2) + lane.start]))
  }
  const starts = stack(
    lanes.map(([, lane]) => lane.size),
    middle,
    options.gap,
  )
  return new Map(lanes.map(([id], index) => [id, starts[index] ?? middle]))
}

function placeBoards(
  old: Places,
  model: GraphModel,
  options: ColumnOptions & { readonly services: ReadonlyMap<string, Span> },
): Map<string, Span> {
  const { metrics } = options
  const gap = metrics.cardGap
  const given = { main: options.boardMain, crossDown: boardCrossDown(model, options.crossDown) }
  const sizes = new Map<string, number>(model.slices.map(card => [card.id, sliceSize(card, metrics, given).cross]))
  for (const card of model.endpoints) sizes.set(card.id, endpointsSize(card, metrics, options.boardMain).cross)
  const spans = keptSpans(old, sizes)
  const expected = model.endpointsExpected
  const order = new Map<string, number>()
  for (const card of model.slices) {
    const service = card.view.service ?? ''
    const index = order.get(service) ?? 0
    order.set(service, index + 1)
    if (spans.has(card.id)) continue
    const size = sizes.get(card.id) ?? 0
    const servicePlace = options.services.get(service)
    const hub = servicePlace ? hubOf(servicePlace, metrics) : 0
    const wanted = wantedBoardStart(card, {
      index,
      hub,
      size,
      expected: expected.get(service) ?? 0,
      metrics,
      gap,
      crossDown: options.crossDown,
    })
    spans.set(card.id, { start: freeStart([...options.taken, ...spans.values()], wanted, { size, gap }), size })
  }
  for (const card of model.endpoints) {
    if (spans.has(card.id)) continue
    const size = sizes.get(card.id) ?? 0
    const mirror = model.slices.find(
      ({ view }) => view.mirrored && view.service === `Service/${card.view.namespace}/${card.view.name}`,
    )
    const board = mirror ? spans.get(mirror.id) : undefined
    const wanted = board ? endOf(board) + MIRROR_GAP : 0
    spans.set(card.id, { start: freeStart([...options.taken, ...spans.values()], wanted, { size, gap }), size })
  }
  return giveWay(spans, gap)
}

/** A lone board has the middle of its rows at the rings; several stand in a stack around them, room kept for those to come. */
function wantedBoardStart(
  card: SliceCard,
  at: {
    readonly index: number
    readonly hub: number
    readonly size: number
    readonly expected: number
    readonly metrics: Metrics
    readonly gap: number
    readonly crossDown: number
  },
): number {
  const { metrics, expected } = at
  const boards = Math.max(at.index + 1, Math.ceil(expected / Math.max(1, card.view.maxEndpoints)))
  if (metrics.orientation === 'down') {
    // A lone board that leaves room beside itself leaves it at the far end.
    const middle = boards === 1 ? at.hub - (at.crossDown - at.size) / 2 : at.hub
    return nthOfStack(at.index, { boards, size: at.size, middle, gap: at.gap })
  }
  if (boards > 1) {
    const nodes = Array.from({ length: 3 }, () => ({ node: '', count: 0 }))
    const size = boardHeight('folded', { perNode: nodes })
    const middle = at.hub + size / 2 - (metrics.foldedEntry ?? size / 2)
    return nthOfStack(at.index, { boards, size, middle, gap: at.gap })
  }
  const rows = Math.max(card.rows.length, expected)
  if (card.folded || rows > ROWS_SHOWN.across) return at.hub - (metrics.foldedEntry ?? 0)
  return at.hub - firstRowOffset(card, metrics) - (Math.max(1, rows) * metrics.row) / 2 + 1.5
}

function nthOfStack(
  index: number,
  of: { readonly boards: number; readonly size: number; readonly middle: number; readonly gap: number },
): number {
  const sizes = Array.from({ length: of.boards }, () => of.size)
  return stack(sizes, of.middle, of.gap)[index] ?? of.middle
}

function placeClients(
  old: Places,
  model: GraphModel,
  options: ColumnOptions & { readonly services: ReadonlyMap<string, Span>; readonly middle: number },
): Map<string, Span> {
  const { metrics } = options
  const size = metrics.client.cross
  const spans = keptSpans(old, new Map(model.clients.map(card => [card.id, size])))
  const askers = new Map<string, ClientCard[]>()
  for (const card of model.clients) {
    if (spans.has(card.id)) continue
    const key = card.view.service ?? ''
    askers.set(key, [...(askers.get(key) ?? []), card])
  }
  const firstOfAll = spans.size === 0
  for (const [service, cards] of askers) {
    const place = options.services.get(service)
    const below = around(spans.values())
    const hub = place ? hubOf(place, metrics) : below ? endOf(below) + metrics.cardGap * 2 + size / 2 : options.middle
    const starts = firstOfAll
      ? stack(
          cards.map(() => size),
          hub,
          clientGap(cards.length, metrics),
        )
      : cards.map(() => hub - size / 2)
    cards.forEach((card, index) => {
      const start = freeStart([...options.taken, ...spans.values()], starts[index] ?? 0, { size, gap: metrics.cardGap })
      spans.set(card.id, { start, size })
    })
  }
  return spans
}

/** Two clients leave room for a third between them, and for the trunk. */
function clientGap(count: number, metrics: Metrics): number {
  if (metrics.orientation === 'down') return count === 2 ? 58 : metrics.cardGap
  if (count === 2) return 98
  return count === 3 ? 34 : metrics.cardGap
}

// --- Keeping ----------------------------------------------------------------------------------------------------------

function keptSpans(old: Places, sizes: ReadonlyMap<string, number>): Map<string, Span> {
  const spans = new Map<string, Span>()
  for (const [id, size] of sizes) {
    const before = old.spans.get(id)
    if (before) spans.set(id, before.size === size ? before : { start: before.start, size })
  }
  return spans
}

function heldPlaces(old: Places, model: GraphModel, nowMs: number): Places['held'] {
  const present = new Set<string>()
  for (const list of [model.clients, model.services, model.slices, model.endpoints, model.waiting, model.outside]) {
    for (const card of list) present.add(card.id)
  }
  const held = old.held.filter(one => one.freeAtMs > nowMs)
  for (const [id, span] of old.spans) {
    if (!present.has(id)) held.push({ column: columnOf(id), span, freeAtMs: nowMs + PLACE_HELD_MS })
  }
  return held
}

function columnOf(id: string): Column {
  if (id.startsWith('Client/')) return 'clients'
  if (id.startsWith('Service/')) return 'services'
  if (id.startsWith('Pod/') || id.startsWith('Outside/')) return 'ground'
  return 'boards'
}
