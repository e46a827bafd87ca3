// Where the columns stand along the main axis. They follow the size of the pane: spare length goes first to the trunk and
// the gutter, since requests need room to be seen, then to boards and Pods.

import type { GraphModel } from './cards.ts'
import { serviceSize, sliceSize, foldedParts, type Metrics } from './card-size.ts'
import type { Span } from './spans.ts'

/** The pane, along the two axes, in pixels at 100 %. */
export interface Frame {
  readonly main: number
  readonly cross: number
}

export interface Columns {
  readonly clients: Span
  readonly names: Span
  readonly services: Span
  readonly boards: Span
  /** Zones; Nodes and Pods stand inside with the insets of the metrics. */
  readonly ground: Span
  /** Length of everything, margins included. */
  readonly length: number
}

/** How long Pods are along the main axis: what the ground leaves between the walls. */
export function podMainOf(columns: Columns, { zone, room, pod, orientation }: Metrics): number {
  if (orientation === 'down') return pod.main
  return columns.ground.size - zone.mainStart - zone.mainEnd - room.mainStart - room.mainEnd
}

const MARGIN = 20

export function columnsFor(frame: Frame, model: GraphModel, metrics: Metrics): Columns {
  return metrics.orientation === 'across' ? acrossColumns(frame.main, metrics) : downColumns(frame, model, metrics)
}

const ACROSS_BASE = { beforeName: 30, beforeService: 14, fan: 50, board: 186, gutter: 64, ground: 240, service: 226 }

function acrossColumns(width: number, metrics: Metrics): Columns {
  const base = ACROSS_BASE
  const fixed =
    MARGIN * 2 +
    metrics.client.main +
    base.beforeName +
    metrics.name.main +
    base.beforeService +
    base.service +
    base.fan +
    base.board +
    base.gutter +
    base.ground
  const spare = Math.max(0, Math.min(width, 1800) - fixed)
  const roomy = Math.max(0, spare - 100)
  const board = Math.min(70, roomy * 0.3)
  const ground = Math.min(110, roomy * 0.4)
  const gaps = spare - board - ground
  return chain([
    ['clients', MARGIN, metrics.client.main],
    ['names', base.beforeName + gaps * 0.25, metrics.name.main],
    ['services', base.beforeService + gaps * 0.15, base.service],
    ['boards', base.fan + gaps * 0.25, base.board + board],
    ['ground', base.gutter + gaps * 0.35, base.ground + ground],
  ])
}

/** Nodes in which nobody is, and nobody is expected, are low. */
const EMPTY_ROOM_DOWN = 26

function longest(lengths: readonly number[], atLeast: number): number {
  return Math.max(atLeast, ...lengths)
}

function downColumns(frame: Frame, model: GraphModel, metrics: Metrics): Columns {
  const crossDown = Math.max(280, frame.cross)
  const services = longest(
    model.services.map(card => serviceSize(card, metrics, crossDown).main),
    140,
  )
  const boards = longest(
    model.slices.map(card => sliceSize(card, metrics, { main: 0, crossDown }).main),
    92,
  )
  const rooms = model.zones.flatMap(({ rooms }) => rooms)
  const content = longest(
    rooms.map(({ groups }) => (groups.length > 0 ? foldedParts(groups, metrics, metrics.pod.main).size.main : 0)),
    model.podsExpectedPerNode > 0 || rooms.some(({ pods }) => pods.length > 0) ? metrics.pod.main : EMPTY_ROOM_DOWN,
  )
  const { room, zone } = metrics
  const ground = content + room.mainStart + room.mainEnd + zone.mainStart + zone.mainEnd
  const gap = Math.min(58, Math.max(32, (frame.main - 20 - metrics.client.main - services - boards - ground) / 3))
  return chain([
    ['clients', 6, metrics.client.main],
    ['names', 0, 0],
    ['services', gap + 6, services],
    ['boards', gap + 2, boards],
    ['ground', gap - 8, ground],
  ])
}

type ColumnName = 'clients' | 'names' | 'services' | 'boards' | 'ground'

function chain(parts: readonly (readonly [name: ColumnName, gap: number, size: number])[]): Columns {
  const spans = new Map<ColumnName, Span>()
  let at = 0
  for (const [name, gap, size] of parts) {
    spans.set(name, { start: Math.round(at + gap), size: Math.round(size) })
    at += gap + size
  }
  const none: Span = { start: 0, size: 0 }
  return {
    clients: spans.get('clients') ?? none,
    names: spans.get('names') ?? none,
    services: spans.get('services') ?? none,
    boards: spans.get('boards') ?? none,
    ground: spans.get('ground') ?? none,
    length: at + MARGIN,
  }
}
