// The lines on screen, each only while its fact is true: who asks whom, which endpoints a slice has, what mirrors what.
// Colours are opaque mixes made by the style sheet, so lines that run together do not darken.

import type { ViewId } from '../../../protocol/index.ts'
import type { GraphModel } from './cards.ts'
import type { Metrics } from './card-size.ts'
import type { Point } from './polyline.ts'
import { serviceForm } from './service-lines.ts'
import type { Standing } from './standing.ts'
import type { Wiring } from './wiring.ts'

export type TrackLook =
  | 'trunk'
  | 'member'
  /** An endpoint that is not ready: thin dots, no beads. */
  | 'unready'
  /** Many endpoints in one neutral line. */
  | 'bundle'
  | 'lookup'
  | 'mirror'
  | 'cname'
  /** A client that goes past every Service. */
  | 'kept'
  | 'selects'
  /** Drawn over the others for what the pointer or the selection is on. */
  | 'focus'

/** A line between two cards; `points` in (main, cross). */
export interface Line {
  readonly id: string
  readonly source: string
  readonly target: string
  readonly look: TrackLook
  /** Index of the Pod's hue; null is ink. */
  readonly hue: number | null
  readonly points: readonly Point[]
  /** More of the same line, each beginning anew. */
  readonly branches?: readonly (readonly Point[])[]
  /** Whose requests go along it, for rates shown when nothing moves. */
  readonly rateOf: ViewId | null
}

const NO_RATE = null

export function drawLines(
  model: GraphModel,
  wiring: Wiring,
  standing: ReadonlyMap<string, Standing>,
  metrics: Metrics,
): Line[] {
  const services = new Map(model.slices.map(({ id, view }) => [id, view.service ?? id]))
  const serviceOf = (slice: ViewId): string => services.get(slice) ?? slice
  return [
    ...clientLines(model, wiring),
    ...lookupLines(model, standing, metrics),
    ...memberLines(wiring, serviceOf),
    ...bundleLines(wiring, serviceOf),
    ...mirrorLines(model, standing),
  ]
}

function clientLines(model: GraphModel, { clients }: Wiring): Line[] {
  const lines: Line[] = []
  for (const { id, view, keptHue } of model.clients) {
    const way = clients.get(id)
    if (!way) continue
    if (way.to === 'service' && view.service !== null) {
      lines.push({
        id: `trunk ${id}`,
        source: id,
        target: view.service,
        look: 'trunk',
        hue: null,
        points: way.points,
        rateOf: id,
      })
    } else if (way.to === 'pod' && view.keptPod !== null) {
      const look = 'kept'
      lines.push({
        id: `kept ${id}`,
        source: id,
        target: view.keptPod,
        look,
        hue: keptHue === null ? null : keptHue % 10,
        points: way.points,
        rateOf: id,
      })
    } else if (view.service !== null) {
      lines.push({
        id: `lookup ${id}`,
        source: id,
        target: view.service,
        look: 'lookup',
        hue: null,
        points: way.points,
        rateOf: id,
      })
    }
  }
  return lines
}

/** Dots from the clients above the trunk to the signpost, and from the signpost to what it names. */
function lookupLines(model: GraphModel, standing: ReadonlyMap<string, Standing>, metrics: Metrics): Line[] {
  if (metrics.name.main === 0) return []
  const lines: Line[] = []
  for (const { id, view } of model.names) {
    const sign = standing.get(id)?.box
    const service = standing.get(view.id)?.box
    if (!sign || !service) continue
    const tip = sign.c + sign.cs / 2
    const toService: Point[] = [
      [sign.m + sign.ms, tip],
      [service.m, tip],
    ]
    const look = serviceForm(view) === 'external-name' ? 'cname' : 'lookup'
    lines.push({
      id: `${look} ${id}`,
      source: id,
      target: view.id,
      look,
      hue: null,
      points: toService,
      rateOf: NO_RATE,
    })
    if (look === 'cname') continue
    const hub = sign.c + sign.cs + 17
    for (const client of model.clients) {
      const box = standing.get(client.id)?.box
      if (!box || client.view.service !== view.id || client.view.to !== plainName(client.view.to)) continue
      if (box.c + box.cs / 2 > hub - 20) continue
      const at = Math.min(Math.max(box.c + 14, sign.c + 10), sign.c + sign.cs - 12)
      if (at < box.c + 8 || at > box.c + box.cs / 2 - 8) continue
      const points: Point[] = [
        [box.m + box.ms, at],
        [sign.m, at],
      ]
      lines.push({
        id: `lookup ${client.id}`,
        source: client.id,
        target: id,
        look: 'lookup',
        hue: null,
        points,
        rateOf: NO_RATE,
      })
    }
  }
  return lines
}

/** What a client typed, if it is a name; else ''. */
function plainName(to: string): string {
  return /^[\d.]+$|:/.test(to) ? '' : to
}

function memberLines({ berths }: Wiring, serviceOf: (slice: ViewId) => string): Line[] {
  const lines: Line[] = []
  for (const [key, { index, row, slice, fan, way, terminal }] of berths) {
    if (index === null) continue
    const look = row.state === 'ready' || row.state === 'stale' ? 'member' : 'unready'
    const line = { look, hue: row.hue } as const
    if (fan.length > 0) {
      lines.push({ ...line, id: `fan ${key}`, source: serviceOf(slice), target: slice, points: fan, rateOf: NO_RATE })
    }
    if (terminal) {
      lines.push({ ...line, id: `member ${key}`, source: slice, target: terminal.card, points: way, rateOf: row.pod })
    }
  }
  return lines
}

/** One line for each folded board, with a branch to every door behind which its Pods are. */
function bundleLines({ berths }: Wiring, serviceOf: (slice: ViewId) => string): Line[] {
  const fans = new Map<ViewId, Line>()
  const ways = new Map<ViewId, Map<string, { readonly target: string; readonly points: readonly Point[] }>>()
  for (const { index, slice, fan, way, terminal } of berths.values()) {
    if (index !== null) continue
    const line = { look: 'bundle', hue: null, rateOf: NO_RATE } as const
    if (fan.length > 0) {
      fans.set(slice, { ...line, id: `fan ${slice}`, source: serviceOf(slice), target: slice, points: fan })
    }
    if (!terminal) continue
    const branches = ways.get(slice) ?? new Map<string, { target: string; points: readonly Point[] }>()
    ways.set(slice, branches.set(`${terminal.card} ${terminal.end[1]}`, { target: terminal.card, points: way }))
  }
  const lines = [...fans.values()]
  for (const [slice, branches] of ways) {
    const [first, ...rest] = branches.values()
    if (!first) continue
    const more = rest.map(({ points }) => points)
    const line = { id: `bundle ${slice}`, look: 'bundle', hue: null, rateOf: NO_RATE } as const
    lines.push({ ...line, source: slice, target: first.target, points: first.points, branches: more })
  }
  return lines
}

function mirrorLines(model: GraphModel, standing: ReadonlyMap<string, Standing>): Line[] {
  const lines: Line[] = []
  for (const { id, view } of model.endpoints) {
    const from = standing.get(id)?.box
    for (const slice of model.slices) {
      if (!slice.view.mirrored || slice.view.service !== `Service/${view.namespace}/${view.name}`) continue
      const to = standing.get(slice.id)?.box
      if (!from || !to) continue
      const main = from.m + Math.min(from.ms, to.ms) / 2
      const below = from.c > to.c
      const points: Point[] = [
        [main, below ? from.c : from.c + from.cs],
        [main, below ? to.c + to.cs : to.c],
      ]
      lines.push({
        id: `mirror ${id} ${slice.id}`,
        source: id,
        target: slice.id,
        look: 'mirror',
        hue: null,
        points,
        rateOf: NO_RATE,
      })
    }
  }
  return lines
}

/** What the pointer or the selection is on, drawn out of a bundle: a Pod's own way, a slice's ways, a Node's ways. */
export function focusLines(id: string, { berths }: Wiring, cards: ReadonlyMap<string, Standing>): Line[] {
  const card = cards.get(id)?.card
  const lines = new Map<string, Line>()
  for (const { row, index, slice, way, terminal } of berths.values()) {
    if (index !== null || !terminal) continue
    const isPod = row.pod === id
    if (!isPod && slice !== id && !(card?.kind === 'Node' && card.view.name === row.node)) continue
    const key = `focus ${slice} ${isPod ? id : terminal.card}`
    const hue = isPod ? row.hue : null
    lines.set(key, { id: key, source: slice, target: terminal.card, look: 'focus', hue, points: way, rateOf: NO_RATE })
  }
  return [...lines.values()]
}
