// Beads on a canvas, in the coordinates of the map. Everything is drawn in batches of one colour, so thousands of beads
// are a few dozen strokes and fills; nothing is allocated for a bead.

import type { Sampled } from '../view-model/graph/index.ts'
import { CROSS_MS, ROW_LIT_MS, SLOW_LATENCY_MS, SWELL_MS, type Bead, type BeadField } from './bead-motion.ts'

/** Colours of the page as the canvas needs them: real values, not variables. */
export interface BeadColours {
  readonly ink: string
  readonly hues: readonly string[]
  readonly fail: string
  /** Around beads and inside hollow ones. */
  readonly paper: string
  readonly ground: string
}

const RADIUS = 4.7
const TRAIL = 30
const TRAIL_STEPS = 10
const CROSS = 5.2

/** Index of ink among the colours of one frame; hues are 0 … 9. */
const INK = 10

export function paintBeads(context: CanvasRenderingContext2D, field: BeadField, colours: BeadColours): void {
  paintRows(context, field, colours)
  for (let hue = 0; hue <= INK; hue++) paintTrails(context, field.beads, hue, colours)
  paintHalos(context, field.beads, colours)
  for (let hue = 0; hue <= INK; hue++) paintHeads(context, field.beads, hue, colours)
  paintCores(context, field, colours)
  paintCrosses(context, field.beads, colours)
}

function hueOf(bead: Bead): number {
  return bead.at < bead.route.inkUntil || bead.route.hue === null ? INK : bead.route.hue
}

function colourOf(hue: number, colours: BeadColours): string {
  return hue === INK ? colours.ink : (colours.hues[hue] ?? colours.ink)
}

function isHidden(bead: Bead, at: number): boolean {
  for (const [from, to] of bead.route.hidden) if (at > from && at < to) return true
  return false
}

function xAt({ xs, step }: Sampled, at: number): number {
  return between(xs, at / step)
}

function yAt({ ys, step }: Sampled, at: number): number {
  return between(ys, at / step)
}

function between(values: Float32Array, index: number): number {
  const low = Math.max(0, Math.min(values.length - 1, Math.floor(index)))
  const from = values[low] ?? 0
  const to = values[low + 1] ?? from
  return from + (to - from) * Math.min(1, Math.max(0, index - low))
}

function paintRows(context: CanvasRenderingContext2D, { rows }: BeadField, colours: BeadColours): void {
  for (const { route, ageMs } of rows) {
    if (route.row === null) continue
    const { x, y, width, height } = route.row.rect
    context.globalAlpha = 0.2 * (1 - ageMs / ROW_LIT_MS)
    context.fillStyle = route.hue === null ? colours.ink : colourOf(route.hue, colours)
    context.fillRect(x, y, width, height)
  }
  context.globalAlpha = 1
}

/** A comet's tail: a few short pieces that grow wider and fuller towards the bead. */
function paintTrails(
  context: CanvasRenderingContext2D,
  beads: readonly Bead[],
  hue: number,
  colours: BeadColours,
): void {
  const piece = TRAIL / TRAIL_STEPS
  context.strokeStyle = colourOf(hue, colours)
  context.lineCap = 'butt'
  for (let step = 0; step < TRAIL_STEPS; step++) {
    let any = false
    for (const bead of beads) {
      if (bead.state !== 'moving' || hueOf(bead) !== hue) continue
      const to = bead.at - (TRAIL_STEPS - 1 - step) * piece
      const from = to - piece
      const visible = to > 0 && !isHidden(bead, to) && !isHidden(bead, from)
      if (!visible || (hue !== INK && to <= bead.route.inkUntil)) continue
      if (!any) context.beginPath()
      any = true
      const { line } = bead.route
      context.moveTo(xAt(line, Math.max(0, from)), yAt(line, Math.max(0, from)))
      context.lineTo(xAt(line, to), yAt(line, to))
    }
    if (!any) continue
    context.globalAlpha = 0.06 + step * 0.075
    context.lineWidth = 2.6 + step * 0.2
    context.stroke()
  }
  context.globalAlpha = 1
}

function paintHalos(context: CanvasRenderingContext2D, beads: readonly Bead[], colours: BeadColours): void {
  context.fillStyle = colours.paper
  context.beginPath()
  for (const bead of beads) {
    if (bead.state !== 'cross' && !isHidden(bead, bead.at)) dot(context, bead, RADIUS + 1.4)
  }
  context.fill()
}

function paintHeads(
  context: CanvasRenderingContext2D,
  beads: readonly Bead[],
  hue: number,
  colours: BeadColours,
): void {
  context.fillStyle = colourOf(hue, colours)
  context.strokeStyle = colourOf(hue, colours)
  context.beginPath()
  let hollow = false
  for (const bead of beads) {
    if (bead.state === 'cross' || hueOf(bead) !== hue || isHidden(bead, bead.at)) continue
    if (isSlow(bead)) hollow = true
    else dot(context, bead, RADIUS)
  }
  context.fill()
  if (!hollow) return
  context.beginPath()
  for (const bead of beads) {
    if (bead.state !== 'cross' && isSlow(bead) && hueOf(bead) === hue && !isHidden(bead, bead.at)) {
      dot(context, bead, RADIUS - 0.9)
    }
  }
  context.lineWidth = 2.2
  context.stroke()
}

function isSlow({ view }: Bead): boolean {
  return view.latencyMs >= SLOW_LATENCY_MS && view.outcome !== 'failed'
}

function dot(context: CanvasRenderingContext2D, { route, at }: Bead, radius: number): void {
  const x = xAt(route.line, at)
  const y = yAt(route.line, at)
  context.moveTo(x + radius, y)
  context.arc(x, y, radius, 0, Math.PI * 2)
}

/** An answer swells the Pod's core: 1 → 1.25 → 1. */
function paintCores(context: CanvasRenderingContext2D, { cores }: BeadField, colours: BeadColours): void {
  for (const { route, ageMs } of cores) {
    if (route.core === null || route.hue === null) continue
    const swell = 1 + 0.3 * Math.sin((ageMs / SWELL_MS) * Math.PI)
    context.fillStyle = colourOf(route.hue, colours)
    context.beginPath()
    context.arc(route.core.x, route.core.y, route.core.radius * swell, 0, Math.PI * 2)
    context.fill()
  }
}

function paintCrosses(context: CanvasRenderingContext2D, beads: readonly Bead[], colours: BeadColours): void {
  context.lineCap = 'round'
  for (const [colour, width] of [
    [colours.ground, 6],
    [colours.fail, 2.8],
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = width
    for (const bead of beads) {
      if (bead.state !== 'cross') continue
      const x = xAt(bead.route.line, bead.at)
      const y = yAt(bead.route.line, bead.at)
      context.globalAlpha = Math.min(1, (CROSS_MS - bead.ageMs) / 250)
      context.beginPath()
      context.moveTo(x - CROSS, y - CROSS)
      context.lineTo(x + CROSS, y + CROSS)
      context.moveTo(x + CROSS, y - CROSS)
      context.lineTo(x - CROSS, y + CROSS)
      context.stroke()
    }
  }
  context.globalAlpha = 1
}
