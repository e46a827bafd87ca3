// Every card with the rectangle it stands in: columns along the main axis, places along the cross axis. From here on the
// two forms of the graph differ only in which axis is x.

import type { Card, GraphModel, RoomModel, ZoneModel } from './cards.ts'
import { boardCrossDown, endpointsSize, foldedParts, serviceSize, sliceSize, type Metrics } from './card-size.ts'
import { podMainOf, type Columns, type Frame } from './columns.ts'
import { hubOf } from './places.ts'
import type { Places, RoomPlaces } from './place-types.ts'
import type { Span } from './spans.ts'

export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A rectangle along the two axes: start and size on the main axis (m), the same on the cross axis (c). */
export interface Box {
  readonly m: number
  readonly c: number
  readonly ms: number
  readonly cs: number
}

export interface Standing {
  readonly card: Card
  readonly box: Box
}

export interface LayoutInput {
  readonly model: GraphModel
  readonly places: Places
  readonly columns: Columns
  readonly frame: Frame
  readonly metrics: Metrics
}

export function toRect(box: Box, metrics: Metrics): Rect {
  return metrics.orientation === 'across'
    ? { x: box.m, y: box.c, width: box.ms, height: box.cs }
    : { x: box.c, y: box.m, width: box.cs, height: box.ms }
}

/** All cards in painting order: zones, then rooms, then what stands in and beside them. */
export function standCards(input: LayoutInput): Map<string, Standing> {
  const { model, places, columns, metrics, frame } = input
  const standing = new Map<string, Standing>()
  const put = (card: Card, box: Box): void => void standing.set(card.id, { card, box })
  const inColumn = (card: Card, column: Span, size: { readonly main: number; readonly cross: number }): void => {
    const span = places.spans.get(card.id)
    if (span) put(card, { m: column.start, c: span.start, ms: size.main, cs: size.cross })
  }
  for (const zone of model.zones) standZone(zone, input, put)
  for (const card of model.clients)
    inColumn(card, columns.clients, { main: columns.clients.size, cross: metrics.client.cross })
  for (const card of model.services) inColumn(card, columns.services, serviceSize(card, metrics, frame.cross))
  const given = { main: columns.boards.size, crossDown: boardCrossDown(model, frame.cross) }
  for (const card of model.slices) inColumn(card, columns.boards, sliceSize(card, metrics, given))
  for (const card of model.endpoints) inColumn(card, columns.boards, endpointsSize(card, metrics, columns.boards.size))
  standNames(input, put)
  standLoose(input, put)
  return standing
}

function standNames({ model, places, columns, metrics }: LayoutInput, put: (card: Card, box: Box) => void): void {
  if (metrics.name.main === 0) return
  for (const card of model.names) {
    const span = places.spans.get(card.view.id)
    if (!span) continue
    const { main, cross } = metrics.name
    put(card, { m: columns.names.start, c: hubOf(span, metrics) - 17 - cross, ms: main, cs: cross })
  }
}

function standLoose({ model, places, columns, metrics }: LayoutInput, put: (card: Card, box: Box) => void): void {
  const m = columns.ground.start + metrics.zone.mainStart + metrics.room.mainStart
  for (const card of [...model.waiting, ...model.outside]) {
    const span = places.spans.get(card.id)
    const size = card.kind === 'Pod' ? metrics.pod : metrics.outside
    const ms = metrics.orientation === 'across' ? podMainOf(columns, metrics) : size.main
    if (span) put(card, { m, c: span.start, ms, cs: size.cross })
  }
}

function standZone(zone: ZoneModel, input: LayoutInput, put: (card: Card, box: Box) => void): void {
  const { places, columns, metrics } = input
  const span = places.zones.get(zone.name)
  if (!span) return
  if (zone.card) put(zone.card, { m: columns.ground.start, c: span.start, ms: columns.ground.size, cs: span.size })
  const m = columns.ground.start + metrics.zone.mainStart
  const ms = columns.ground.size - metrics.zone.mainStart - metrics.zone.mainEnd
  for (const room of zone.rooms) {
    const place = places.rooms.get(room.card.id)
    if (!place) continue
    put(room.card, { m, c: span.start + place.start, ms, cs: place.size })
    standPods(room, place, { input, put, m, c: span.start + place.start })
  }
}

function standPods(
  room: RoomModel,
  place: RoomPlaces,
  at: {
    readonly input: LayoutInput
    readonly put: (card: Card, box: Box) => void
    readonly m: number
    readonly c: number
  },
): void {
  const { metrics, columns } = at.input
  const m = at.m + metrics.room.mainStart
  const c = at.c + metrics.room.crossStart
  const ms = podMainOf(columns, metrics)
  const cards = new Map<string, Card>([
    ...room.pods.map(card => [card.id, card] as const),
    ...room.groups.flatMap(({ card, pods }) => [[card.id, card] as const, ...pods.map(pod => [pod.id, pod] as const)]),
  ])
  place.slots.forEach((slot, index) => {
    const card = slot.pod === null ? undefined : cards.get(slot.pod)
    if (!card || room.groups.length > 0) return
    at.put(card, { m, c: c + index * (metrics.pod.cross + metrics.podGap), ms, cs: metrics.pod.cross })
  })
  for (const part of foldedParts(room.groups, metrics, ms).parts) {
    const card = cards.get(part.id)
    if (!card) continue
    at.put(card, {
      m: m + part.main,
      c: c + part.cross,
      ms: part.size.main,
      cs: part.size.cross,
    })
  }
}
