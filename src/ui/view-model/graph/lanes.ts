// The shapes of tracks between two columns: level, at 45°, or upright in a lane of its own. Points are (main, cross).
// Which lane: upper targets turn first, lower ones too, seen from their own side; so tracks whose ends are in the same
// order on both sides never cross.

import type { Point } from './polyline.ts'

/** A gap between two columns that tracks have to bridge. */
export interface Gap {
  readonly from: number
  readonly to: number
}

export interface Ends {
  readonly fromCross: number
  readonly toCross: number
}

/** Up to this far off a track turns at 45° instead of taking a lane. */
const DIAGONAL_MAX = 44
const LANE_PITCH = 6
const EDGE = 14

/**
 * The way through the gap for each pair of ends. `turnEarly`: lanes stand at the near side instead of the middle of the
 * gap, for a fan out of a single point.
 */
export function layTracks(ends: readonly Ends[], gap: Gap, turnEarly: boolean): Point[][] {
  const length = gap.to - gap.from
  const lanes = new Map<Ends, number>()
  for (const side of [-1, 1]) {
    const onSide = ends.filter(end => Math.sign(end.toCross - end.fromCross) === side)
    // Out of a single point a diagonal would cut the lanes of the others.
    const all = turnEarly && onSide.some(end => needsLane(end, length, turnEarly))
    const mine = all ? onSide : onSide.filter(end => needsLane(end, length, turnEarly))
    // Going up, the uppermost turns first; going down, the lowest does.
    const ordered = mine.toSorted((a, b) =>
      turnEarly ? side * (b.toCross - a.toCross) : side * (b.fromCross - a.fromCross),
    )
    const room = Math.max(0, length - EDGE * 2)
    const pitch = Math.min(LANE_PITCH, room / Math.max(1, ordered.length - 1))
    const width = pitch * (ordered.length - 1)
    const start = turnEarly ? gap.from + EDGE : gap.from + length / 2 - width / 2
    ordered.forEach((end, index) => lanes.set(end, start + index * pitch))
  }
  return ends.map(end => bridge(end, gap, { lane: lanes.get(end), turnEarly }))
}

function needsLane(end: Ends, length: number, turnEarly: boolean): boolean {
  const off = Math.abs(end.toCross - end.fromCross)
  return off > (turnEarly ? length - 10 : Math.min(DIAGONAL_MAX, length - EDGE * 2))
}

function bridge(end: Ends, gap: Gap, how: { readonly lane: number | undefined; readonly turnEarly: boolean }): Point[] {
  const { fromCross, toCross } = end
  const off = Math.abs(toCross - fromCross)
  const start: Point = [gap.from, fromCross]
  const finish: Point = [gap.to, toCross]
  if (off < 0.5) return [start, finish]
  if (how.lane !== undefined) return [start, [how.lane, fromCross], [how.lane, toCross], finish]
  const turn = how.turnEarly ? gap.from + Math.min(4, (gap.to - gap.from - off) / 2) : (gap.from + gap.to - off) / 2
  return [start, [turn, fromCross], [turn + off, toCross], finish]
}
