// The way of one request over the map as a sampled line with its stops: where it is ink, where it is hidden under a plate
// or a board, where it would fail. Made once for each pair of client and endpoint, then only read.

import type { BeadView, ViewId } from '../../../protocol/index.ts'
import { outsideId } from './build-model.ts'
import { nearestAlong, sample, type Point, type Sampled } from './polyline.ts'
import { CORNER, toPoint, type Scene } from './scene.ts'
import { toRect, type Rect } from './standing.ts'
import { berthKey, cellSize, rowMiddle, type Berth } from './wiring.ts'

/** Distances along a route, in pixels at 100 %. */
export interface Route {
  readonly line: Sampled
  /** Ink before this point, the Pod's hue after it. */
  readonly inkUntil: number
  /** null stays ink to the end. */
  readonly hue: number | null
  /** Stretches under a plate or a board. */
  readonly hidden: readonly (readonly [from: number, to: number])[]
  /** Where a request ends that fails at a place. */
  readonly stops: { readonly [place in NonNullable<BeadView['place']>]: number }
  /** The row that lights up when a bead passes under it, and where that begins. */
  readonly row: { readonly key: string; readonly rect: Rect; readonly at: number } | null
  /** Middle and radius of the Pod's core that swells when a bead arrives. */
  readonly core: { readonly key: string; readonly x: number; readonly y: number; readonly radius: number } | null
}

export type RouteEnds = Pick<BeadView, 'client' | 'service' | 'slice' | 'pod' | 'address'>

/** Distance between two samples. */
const STEP = 3
const CORE_RADIUS = 6.5

/** null when the client does not stand, or has no way to where the request goes. */
export function routeOf(scene: Scene, ends: RouteEnds): Route | null {
  const way = scene.wiring.clients.get(ends.client)
  if (!way) return null
  if (way.to === 'name' && ends.service !== null) return nameRoute(scene, way.points, ends.service)
  if (way.to !== 'service' || ends.service === null) return plainRoute(scene, way.points, ends.pod)
  const hub = scene.wiring.hubs.get(ends.service)
  if (!hub) return plainRoute(scene, way.points, ends.pod)
  const berth = berthFor(scene, ends)
  if (!berth) return unchosenRoute(scene, way.points)
  const points = [...way.points, hub.out, ...berth.fan, berth.entry, berth.exit, ...berth.way]
  const at = tracker(scene, points)
  const [hubIn, hubOut] = [at.of(hub.in), at.of(hub.out)]
  const [entry, exit] = [at.of(berth.entry), at.of(berth.exit)]
  const { length } = at.line
  const door = berth.terminal ? at.of(berth.terminal.door) : length
  return {
    line: at.line,
    inkUntil: hubIn,
    hue: berth.row.hue,
    hidden: [
      [hubIn, hubOut],
      [entry, exit],
    ],
    stops: {
      client: 0,
      name: nameStop(scene, ends.service, at),
      service: hubIn,
      node: Math.max(exit, door - 4),
      pod: length,
    },
    row:
      berth.index === null
        ? null
        : { key: berthKey(berth.slice, berth.row.pod ?? berth.row.address), rect: rowRect(scene, berth), at: entry },
    core: coreOf(scene, ends.pod ?? ''),
  }
}

/** The row that was chosen; a proxy that has not heard of a change may still use one that is gone, then any row of the Pod does. */
function berthFor(scene: Scene, ends: RouteEnds): Berth | null {
  const key = ends.pod ?? ends.address
  if (key === null) return null
  const { berths } = scene.wiring
  const exact = ends.slice === null ? undefined : berths.get(berthKey(ends.slice, key))
  if (exact && exact.fan.length > 0) return exact
  for (const berth of berths.values()) {
    if ((berth.row.pod === key || berth.row.address === ends.address) && berth.fan.length > 0) return berth
  }
  return null
}

interface Tracker {
  readonly line: Sampled
  of(point: Point): number
}

function tracker(scene: Scene, points: readonly Point[]): Tracker {
  const line = sample(
    points.map(point => toPoint(point, scene.metrics)),
    CORNER,
    STEP,
  )
  return { line, of: point => nearestAlong(line, toPoint(point, scene.metrics)) }
}

/** To a Pod's own address, or to a name that is no Service's: nothing hides it and nobody chooses. */
function plainRoute(scene: Scene, points: readonly Point[], pod: ViewId | null): Route {
  const at = tracker(scene, points)
  const { length } = at.line
  const terminal = pod === null ? undefined : scene.wiring.terminals.get(pod)
  const card = pod === null ? undefined : scene.standing.get(pod)?.card
  const door = terminal ? at.of(terminal.door) : length
  return {
    line: at.line,
    inkUntil: 0,
    hue: card?.kind === 'Pod' ? card.view.hue % 10 : null,
    hidden: [],
    stops: { client: 0, name: length, service: length, node: Math.max(0, door - 4), pod: length },
    row: null,
    core: coreOf(scene, pod ?? ''),
  }
}

/** To a name that only stands for another name: below the signpost, to the card that says which. */
function nameRoute(scene: Scene, points: readonly Point[], service: ViewId): Route {
  const at = tracker(scene, points)
  const { length } = at.line
  const sign = scene.standing.get(service.replace('Service/', 'Name/'))?.box
  const end = points.at(-1)
  const name = sign && end ? at.of([sign.m + sign.ms / 2, end[1]]) : length
  return {
    line: at.line,
    inkUntil: length,
    hue: null,
    hidden: [],
    stops: { client: 0, name, service: length, node: length, pod: length },
    row: null,
    core: null,
  }
}

/** No endpoint was chosen: the request gets to the Service and no further. */
function unchosenRoute(scene: Scene, points: readonly Point[]): Route {
  const at = tracker(scene, points)
  const { length } = at.line
  return {
    line: at.line,
    inkUntil: length,
    hue: null,
    hidden: [],
    stops: { client: 0, name: length * 0.6, service: length, node: length, pod: length },
    row: null,
    core: null,
  }
}

function nameStop(scene: Scene, service: ViewId, at: Tracker): number {
  const sign = scene.standing.get(service.replace('Service/', 'Name/'))?.box
  const hub = scene.wiring.hubs.get(service)
  if (!hub) return 0
  return sign ? at.of([sign.m + sign.ms / 2, hub.in[1]]) : at.of(hub.in)
}

function rowRect(scene: Scene, berth: Berth): Rect {
  const at = scene.standing.get(berth.slice)
  if (!at || at.card.kind !== 'EndpointSlice' || berth.index === null) return { x: 0, y: 0, width: 0, height: 0 }
  const { metrics } = scene
  const middle = rowMiddle(at.card, berth.index, at.box, metrics)
  if (metrics.orientation === 'across') {
    return toRect({ m: at.box.m + 9, c: middle - 13.5, ms: at.box.ms - 18, cs: 27 }, metrics)
  }
  const width = cellSize(at.card, at.box, metrics)
  return toRect({ m: at.box.m + at.box.ms - 53, c: middle - width / 2, ms: 44, cs: width }, metrics)
}

function coreOf(scene: Scene, key: string): Route['core'] {
  const core = scene.wiring.terminals.get(key)?.core ?? scene.wiring.terminals.get(outsideId(key))?.core
  if (!core) return null
  const [x, y] = toPoint(core, scene.metrics)
  return { key, x, y, radius: CORE_RADIUS }
}
