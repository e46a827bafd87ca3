// Where things stand along the cross axis. A place is given once and kept: an update never moves what stands, newcomers
// take the next free place, and a leaver's place stays free until its ghost has faded. Only when a room or a board has
// grown and no free ground is left beside it do its neighbours give way, each no further than needed; what shrinks does so
// where it stands.

import { ROWS_SHOWN, type ClientCard, type GraphModel, type SliceCard } from './cards.ts'
import {
  boardCrossDown,
  boardHeight,
  endpointsSize,
  firstRowOffset,
  MIRROR_GAP,
  serviceSize,
  sliceSize,
  type Metrics,
} from './card-size.ts'
import { placeGround } from './place-ground.ts'
import { PLACE_HELD_MS, type Column, type PlaceOptions, type Places } from './place-types.ts'
import { around, endOf, freeStart, giveWay, middleOf, stack, type Span } from './spans.ts'

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
