// Requests as beads, without a screen: how fast each travels, where it is, when it waits, fails and is gone. A bead
// starts when it is told of, moves at a steady speed, and nothing here knows about React or a canvas. Retries are not
// told by the host yet, so there is no mark for them.

import type { BeadView } from '../../protocol/index.ts'
import type { Route } from '../view-model/graph/index.ts'

/** How long a request of 5 ms is on its way in the drawing, at ×1. */
const BASE_MS = 900
const BASE_LATENCY_MS = 5
const DRAWN_MIN_MS = 600
const DRAWN_MAX_MS = 4000
/** A clock that runs faster shortens the way only so far that one can still see it, and a slow one stretches it so far. */
const STRETCH_MIN = 0.4
const STRETCH_MAX = 4
/** From here on an answer is drawn hollow. */
export const SLOW_LATENCY_MS = 40
/** On a short way a bead is there sooner: slower than this many pixels a millisecond, beads would touch. */
const PACE_MIN = 0.2
/** How long the × of a failure stays. */
export const CROSS_MS = 900
/** How long a row stays lit, and a Pod's core swells. */
export const ROW_LIT_MS = 320
export const SWELL_MS = 180
/** Above this many, new beads are not taken: the host already lets one stand for several. */
const BEADS_MAX = 6000

/** Milliseconds of the page's time that a request's whole way takes. */
export function drawnMs(latencyMs: number, speed: number): number {
  const atNormalSpeed = BASE_MS * Math.sqrt(Math.max(0, latencyMs) / BASE_LATENCY_MS)
  const stretch = Math.min(STRETCH_MAX, Math.max(STRETCH_MIN, 1 / Math.max(0.001, speed)))
  return Math.min(DRAWN_MAX_MS, Math.max(DRAWN_MIN_MS, atNormalSpeed)) * stretch
}

export interface Bead {
  view: BeadView
  route: Route
  /** Distance along the route. */
  at: number
  /** Where it stops: the end, or the place where it fails or hangs. */
  stop: number
  /** Distance for each millisecond. */
  pace: number
  state: 'moving' | 'waiting' | 'cross'
  /** How long it has been in that state. */
  ageMs: number
}

/** Something that is lit for a moment. */
export interface Glow {
  readonly key: string
  route: Route
  ageMs: number
}

export type RouteFinder = (view: BeadView) => Route | null

/** All beads under way. Mutable on purpose: one exists for each graph, and nothing of it is React state. */
export class BeadField {
  readonly beads: Bead[] = []
  readonly rows: Glow[] = []
  readonly cores: Glow[] = []
  readonly #waitingById = new Map<number, Bead>()

  /** Whether anything would look different a moment later. */
  get busy(): boolean {
    return this.rows.length > 0 || this.cores.length > 0 || this.beads.some(bead => bead.state !== 'waiting')
  }

  take(views: readonly BeadView[], speed: number, findRoute: RouteFinder): void {
    for (const view of views) {
      const known = this.#waitingById.get(view.id)
      if (known) this.#end(known, view)
      else if (this.beads.length < BEADS_MAX) this.#start(view, speed, findRoute(view))
    }
  }

  clear(): void {
    this.beads.length = 0
    this.rows.length = 0
    this.cores.length = 0
    this.#waitingById.clear()
  }

  /** Every bead goes on at the same part of its way, on the way as it is now; one without a way is gone. */
  reroute(findRoute: RouteFinder): void {
    keepIf(this.beads, bead => {
      const route = findRoute(bead.view)
      if (route === null) {
        this.#waitingById.delete(bead.view.id)
        return false
      }
      const part = bead.route.line.length === 0 ? 0 : route.line.length / bead.route.line.length
      bead.route = route
      bead.at *= part
      bead.pace *= part
      bead.stop = stopOf(bead.view, route)
      return true
    })
    this.rows.length = 0
    this.cores.length = 0
  }

  step(deltaMs: number): void {
    keepIf(this.beads, bead => this.#stepBead(bead, deltaMs))
    fade(this.rows, deltaMs, ROW_LIT_MS)
    fade(this.cores, deltaMs, SWELL_MS)
  }

  #start(view: BeadView, speed: number, route: Route | null): void {
    if (route === null) return
    const drawn = drawnMs(view.outcome === 'ok' ? view.latencyMs : BASE_LATENCY_MS, speed)
    const bead: Bead = {
      view,
      route,
      at: 0,
      stop: stopOf(view, route),
      pace: Math.max(route.line.length / drawn, PACE_MIN),
      state: 'moving',
      ageMs: 0,
    }
    this.beads.push(bead)
    if (view.outcome === 'pending') this.#waitingById.set(view.id, bead)
  }

  /** A request that was told of as pending has ended: it fails where it hangs, or goes on to its end. */
  #end(bead: Bead, view: BeadView): void {
    this.#waitingById.delete(view.id)
    bead.view = view
    if (view.outcome === 'pending') return
    bead.stop = stopOf(view, bead.route)
    bead.state = 'moving'
    if (view.outcome === 'failed') bead.stop = Math.max(bead.at, bead.stop)
  }

  #stepBead(bead: Bead, deltaMs: number): boolean {
    if (bead.state === 'waiting') return true
    if (bead.state === 'cross') {
      bead.ageMs += deltaMs
      return bead.ageMs < CROSS_MS
    }
    const before = bead.at
    bead.at = Math.min(bead.stop, bead.at + bead.pace * deltaMs)
    const { row } = bead.route
    if (row !== null && before < row.at && bead.at >= row.at) light(this.rows, bead.route, row.key)
    if (bead.at < bead.stop) return true
    if (bead.view.outcome === 'pending') {
      bead.state = 'waiting'
      return true
    }
    if (bead.view.outcome === 'failed') {
      bead.state = 'cross'
      bead.ageMs = 0
      return true
    }
    if (bead.route.core !== null) light(this.cores, bead.route, bead.route.core.key)
    return false
  }
}

function stopOf(view: BeadView, route: Route): number {
  if (view.outcome === 'ok') return route.line.length
  if (view.place !== null) return route.stops[view.place]
  return view.pod === null && view.address === null ? route.stops.service : route.stops.node
}

/** Lights a row or a core; one that is lit already starts again. */
function light(glows: Glow[], route: Route, key: string): void {
  for (const glow of glows) {
    if (glow.key === key) {
      glow.ageMs = 0
      return
    }
  }
  glows.push({ key, route, ageMs: 0 })
}

function fade(glows: Glow[], deltaMs: number, lastsMs: number): void {
  keepIf(glows, glow => {
    glow.ageMs += deltaMs
    return glow.ageMs < lastsMs
  })
}

/** Filters in place, in order, without a new array. */
function keepIf<T>(list: T[], keep: (item: T) => boolean): void {
  let kept = 0
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    if (item !== undefined && keep(item)) list[kept++] = item
  }
  list.length = kept
}
