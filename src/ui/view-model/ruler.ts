// Where things stand on a ruler of virtual time: scales (with cuts where nothing happens), round ticks, marks gathered
// so that their labels do not touch, and the area of requests a second. Pure; widths are CSS pixels.

import type { MarkView, SecondSample } from '../../protocol/index.ts'

/** A piece of the ruler drawn to scale; between two pieces there is a cut. */
export interface RulerPiece {
  readonly fromMs: number
  readonly toMs: number
  readonly fromX: number
  readonly toX: number
}

export interface Ruler {
  readonly pieces: readonly RulerPiece[]
  readonly width: number
}

export const CUT_WIDTH = 44

/** A ruler without cuts. */
export function wholeRuler(fromMs: number, toMs: number, width: number): Ruler {
  return { pieces: [{ fromMs, toMs, fromX: 0, toX: width }], width }
}

/**
 * A ruler over spans of time, in order and apart from each other. All pieces have the same scale, so that lengths can
 * be compared across a cut.
 */
export function cutRuler(spans: readonly { readonly fromMs: number; readonly toMs: number }[], width: number): Ruler {
  const totalMs = spans.reduce((sum, span) => sum + span.toMs - span.fromMs, 0)
  const drawn = Math.max(1, width - CUT_WIDTH * (spans.length - 1))
  let x = 0
  const pieces = spans.map(({ fromMs, toMs }) => {
    const piece = { fromMs, toMs, fromX: x, toX: x + ((toMs - fromMs) / totalMs) * drawn }
    x = piece.toX + CUT_WIDTH
    return piece
  })
  return { pieces, width }
}

/** The place of a moment; in a cut it is in the middle of it, outside it is at the nearer end. */
export function toX(ruler: Ruler, atMs: number): number {
  let before: RulerPiece | null = null
  for (const piece of ruler.pieces) {
    if (atMs < piece.fromMs) return before === null ? piece.fromX : (before.toX + piece.fromX) / 2
    if (atMs <= piece.toMs) {
      const length = piece.toMs - piece.fromMs
      return length === 0 ? piece.fromX : piece.fromX + ((atMs - piece.fromMs) / length) * (piece.toX - piece.fromX)
    }
    before = piece
  }
  return before?.toX ?? 0
}

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400].map(seconds => seconds * 1000)

/** Round moments from `fromMs` to `toMs`, at least a `max`-th of the range apart. */
export function ticks(fromMs: number, toMs: number, max: number): readonly number[] {
  const step = STEPS_MS.find(one => (toMs - fromMs) / one <= max) ?? toMs - fromMs
  const all: number[] = []
  for (let at = Math.ceil(fromMs / step) * step; at <= toMs; at += step) all.push(at)
  return all
}

const RANGES_MS = [30, 60, 90, 120, 180, 240, 300, 420, 600].map(seconds => seconds * 1000)
const LONGEST_MS = 600_000

/**
 * What the whole-run ruler shows: everything, with room ahead of now; from ten minutes on a window of ten minutes. The
 * range changes rarely and by large steps, so that marks do not creep.
 */
export function wholeRange(nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  const toMs = RANGES_MS.find(range => nowMs <= range * 0.92)
  if (toMs !== undefined) return { fromMs: 0, toMs }
  const fromMs = Math.ceil((nowMs - LONGEST_MS * 0.92) / 60_000) * 60_000
  return { fromMs, toMs: fromMs + LONGEST_MS }
}

export interface MarkGroup {
  readonly type: MarkView['type']
  readonly x: number
  readonly marks: readonly MarkView[]
  readonly count: number
}

/** Of all marks those that tell the story at a glance; the others are in the events. */
const TOLD: ReadonlySet<MarkView['type']> = new Set<MarkView['type']>([
  'applied',
  'refused',
  'pod-ready',
  'pod-evicted',
  'pod-killed',
  'readiness-failed',
  'readiness-restored',
  'node-died',
  'node-revived',
  'node-not-ready',
  'node-ready',
  'scaled',
  'slice-created',
  'fault-begun',
  'fault-over',
  'fault-missed',
])

/** Marks of one type within `gap` pixels of each other share a label and are counted together. */
export function groupMarks(marks: readonly MarkView[], ruler: Ruler, gap: number): readonly MarkGroup[] {
  const groups: { type: MarkView['type']; x: number; marks: MarkView[]; count: number }[] = []
  const firstMs = ruler.pieces[0]?.fromMs ?? 0
  for (const mark of marks) {
    if (!TOLD.has(mark.type) || mark.atMs < firstMs) continue
    const x = toX(ruler, mark.atMs)
    const last = groups.findLast(group => group.type === mark.type)
    const end = last?.marks.at(-1)
    if (last !== undefined && end !== undefined && x - toX(ruler, end.atMs) <= gap) {
      last.marks.push(mark)
      last.count += mark.count
    } else groups.push({ type: mark.type, x, marks: [mark], count: mark.count })
  }
  return groups
}

export interface LabelWish {
  /** The middle of the label, if there is room. */
  readonly x: number
  readonly width: number
}

export interface LabelPlace {
  readonly left: number
  /** From 0; -1 where no row has room. */
  readonly row: number
}

/** A place for each label in one of `rows` rows of a strip, pushed in at its ends, so that none touches another. */
export function placeLabels(
  wishes: readonly LabelWish[],
  strip: { readonly width: number; readonly rows: number; readonly gap: number },
): readonly LabelPlace[] {
  const ends = Array.from({ length: strip.rows }, () => -Infinity)
  return wishes.map(({ x, width }) => {
    const left = Math.max(0, Math.min(x - width / 2, strip.width - width))
    const row = ends.findIndex(end => end + strip.gap <= left)
    if (row >= 0) ends[row] = left + width
    return { left, row }
  })
}

/** About how wide a text is in the 12 px UI font; Chinese characters are square. */
export function textWidth(text: string): number {
  let width = 0
  for (const char of text) width += char.charCodeAt(0) > 0x2e80 ? 12 : 6.6
  return width
}

export interface RatePoint {
  readonly atMs: number
  readonly total: number
  readonly failed: number
}

/** Requests of each second from the first sample on, with zeros where a second had none; a second stands at its middle. */
export function ratePoints(seconds: readonly SecondSample[], fromMs: number, nowMs: number): readonly RatePoint[] {
  const first = seconds.find(sample => sample.second * 1000 >= fromMs)
  if (first === undefined) return []
  const bySecond = new Map(seconds.map(sample => [sample.second, sample]))
  const points: RatePoint[] = []
  for (let second = first.second; (second + 1) * 1000 <= nowMs; second++) {
    const sample = bySecond.get(second)
    points.push({
      atMs: second * 1000 + 500,
      total: (sample?.ok ?? 0) + (sample?.failed ?? 0),
      failed: sample?.failed ?? 0,
    })
  }
  return points
}
