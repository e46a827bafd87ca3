// The whole picture as data: cards with their rectangles, tracks with their paths, where headings stand and how far it
// all reaches. Pure and the same for the same input; the React side only turns it into elements.

import { buildModel } from './build-model.ts'
import type { Card, GraphModel, Orientation } from './cards.ts'
import { metricsFor, type Metrics } from './card-size.ts'
import { columnsFor, podMainOf, type Columns, type Frame } from './columns.ts'
import { placeCards } from './places.ts'
import type { Places } from './place-types.ts'
import { pathData, type Point } from './polyline.ts'
import { standCards, toRect, type Rect, type Standing } from './standing.ts'
import { selectsLines } from './selects-lines.ts'
import { drawLines, focusLines, type Line } from './tracks.ts'
import { wire, type Wiring } from './wiring.ts'
import type { View, ViewId } from '../../../protocol/index.ts'

export interface PlacedCard {
  readonly card: Card
  readonly rect: Rect
  /** Middles of the gaps in a Node's wall, from the wall's start. */
  readonly doors: readonly number[]
}

export interface Track extends Omit<Line, 'points' | 'branches'> {
  /** The `d` of its SVG path. */
  readonly path: string
}

export type HeadingKey = 'clients' | 'name' | 'service' | 'slice' | 'slices' | 'pods'

export interface Heading {
  readonly key: HeadingKey
  /** Left edge of its column. */
  readonly x: number
}

export interface Scene {
  readonly orientation: Orientation
  readonly metrics: Metrics
  readonly places: Places
  readonly placed: readonly PlacedCard[]
  readonly standing: ReadonlyMap<string, Standing>
  readonly tracks: readonly Track[]
  readonly headings: readonly Heading[]
  readonly wiring: Wiring
  /** Around everything, tracks included. */
  readonly bounds: Rect
}

export interface SceneOptions {
  readonly orientation: Orientation
  readonly frame: Frame
  readonly openGroups: ReadonlySet<string>
  /** The page's own clock: how long a leaver's place is kept. */
  readonly nowMs: number
  /** Places of the scene before, or null to place anew. */
  readonly previous: Places | null
}

/** Radius of a track's corners. */
export const CORNER = 14

export function makeScene(views: ReadonlyMap<ViewId, View>, options: SceneOptions): Scene {
  const metrics = metricsFor(options.orientation)
  const model = buildModel(views, options)
  const { frame } = options
  const columns = columnsFor(frame, model, metrics)
  const places = placeCards(options.previous, model, {
    metrics,
    nowMs: options.nowMs,
    boardMain: columns.boards.size,
    podMain: podMainOf(columns, metrics),
    crossDown: frame.cross,
    crossFree: frame.cross,
  })
  const input = { model, places, columns, frame, metrics }
  const standing = standCards(input)
  const wiring = wire(input, standing)
  for (const slice of wiring.slices) {
    const at = standing.get(slice.id)
    if (at) standing.set(slice.id, { ...at, card: slice })
  }
  const lines = drawLines(model, wiring, standing, metrics)
  return {
    orientation: options.orientation,
    metrics,
    places,
    placed: placedCards(standing, wiring, metrics),
    standing,
    tracks: lines.map(line => trackOf(line, metrics)),
    headings: headingsOf(model, columns, metrics),
    wiring,
    bounds: boundsOf(standing, lines, metrics),
  }
}

/** A point along the two axes as (x, y). */
export function toPoint([main, cross]: Point, metrics: Metrics): Point {
  return metrics.orientation === 'across' ? [main, cross] : [cross, main]
}

/** Tracks drawn on top for what is hovered or selected. */
export function focusTracks(scene: Scene, ids: readonly (string | null)[]): Track[] {
  const distinct = new Set(ids.filter(id => id !== null))
  return [...distinct]
    .flatMap(id => focusLines(id, scene.wiring, scene.standing))
    .map(line => trackOf(line, scene.metrics))
}

/** Dotted lines from the selector of a selected Service to the Pods it matches. */
export function selectsTracks(scene: Scene, selected: string | null): Track[] {
  const service = selected === null ? undefined : scene.standing.get(selected)
  if (!service) return []
  return selectsLines(service, scene.standing, scene.metrics).map(line => trackOf(line, scene.metrics))
}

function trackOf({ points, branches = [], ...line }: Line, metrics: Metrics): Track {
  const path = [points, ...branches].map(branch =>
    pathData(
      branch.map(point => toPoint(point, metrics)),
      CORNER,
    ),
  )
  return { ...line, path: path.join('') }
}

function placedCards(standing: ReadonlyMap<string, Standing>, wiring: Wiring, metrics: Metrics): PlacedCard[] {
  const doors = doorsByRoom(wiring, standing)
  return [...standing.values()].map(({ card, box }) => ({
    card,
    rect: toRect(box, metrics),
    doors: doors.get(card.id) ?? NO_DOORS,
  }))
}

const NO_DOORS: readonly number[] = []

function doorsByRoom(
  { berths, clients, terminals }: Wiring,
  standing: ReadonlyMap<string, Standing>,
): Map<string, number[]> {
  const doors = new Map<string, Set<number>>()
  const open = (room: ViewId | null, cross: number): void => {
    const wall = room === null ? undefined : standing.get(room)
    if (room === null || !wall) return
    doors.set(room, (doors.get(room) ?? new Set()).add(cross - wall.box.c))
  }
  for (const { terminal } of berths.values()) if (terminal) open(terminal.room, terminal.door[1])
  for (const { to, points } of clients.values()) {
    if (to !== 'pod') continue
    const end = points.at(-1)
    for (const terminal of terminals.values()) if (terminal.end === end) open(terminal.room, terminal.door[1])
  }
  return new Map([...doors].map(([room, gaps]) => [room, [...gaps].sort((a, b) => a - b)]))
}

function headingsOf(model: GraphModel, columns: Columns, metrics: Metrics): Heading[] {
  if (metrics.orientation === 'down') return []
  const headings: Heading[] = []
  if (model.clients.length > 0) headings.push({ key: 'clients', x: columns.clients.start })
  if (model.names.length > 0) headings.push({ key: 'name', x: columns.names.start })
  if (model.services.length > 0) headings.push({ key: 'service', x: columns.services.start })
  const boards = model.slices.length
  if (boards > 0) headings.push({ key: boards === 1 ? 'slice' : 'slices', x: columns.boards.start })
  headings.push({ key: 'pods', x: columns.ground.start })
  return headings
}

function boundsOf(standing: ReadonlyMap<string, Standing>, lines: readonly Line[], metrics: Metrics): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  const reach = (x: number, y: number): void => {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  for (const { box } of standing.values()) {
    const { x, y, width, height } = toRect(box, metrics)
    reach(x, y)
    reach(x + width, y + height)
  }
  for (const { points } of lines) for (const point of points) reach(...toPoint(point, metrics))
  return left > right
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left, height: bottom - top }
}
