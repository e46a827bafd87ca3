// Places of Pods in their Nodes in their zones, and of what stands beside them. A room has a slot for each Pod; a Pod
// keeps its slot, and the slots of Pods still to come are there before them.

import type { ViewId } from '../../../protocol/index.ts'
import type { GraphModel, RoomModel, ZoneModel } from './cards.ts'
import { foldedParts, groupHeight, plainSize, slotsSize, type Metrics } from './card-size.ts'
import { isFolded } from './fold-pods.ts'
import { PLACE_HELD_MS, type PlaceOptions, type Places, type RoomPlaces, type Slot } from './place-types.ts'
import { around, endOf, freeStart, giveWay, type Span } from './spans.ts'

export interface Ground {
  readonly zones: Map<string, Span>
  readonly rooms: Map<ViewId, RoomPlaces>
  readonly loose: Map<string, Span>
  readonly zoneGap: number
}

/** Known zones and rooms stay; what has grown pushes what is below it, each no further than needed. */
export function placeGround(old: Places, model: GraphModel, options: PlaceOptions, first: boolean): Ground {
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
