// Lines as the map draws them: straight pieces that meet in rounded corners. The same corners are used for the line on
// screen and for the way a bead takes, so a bead never leaves its track.

export type Point = readonly [x: number, y: number]

/** One piece of a rounded line. */
type Piece =
  | { readonly type: 'line'; readonly from: Point; readonly to: Point; readonly length: number }
  | {
      readonly type: 'arc'
      readonly from: Point
      readonly to: Point
      readonly centre: Point
      readonly radius: number
      readonly startAngle: number
      /** Signed; positive turns to the right on screen. */
      readonly sweep: number
      readonly length: number
    }

/** Drops points that repeat, and those that lie on the straight line between their neighbours. */
export function simplify(points: readonly Point[]): Point[] {
  const kept: Point[] = []
  for (const point of points) {
    const last = kept.at(-1)
    if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < 0.01) continue
    const before = kept.at(-2)
    if (last && before && Math.abs(cross(before, last, point)) < 0.01 && dot(before, last, point) > 0) kept.pop()
    kept.push(point)
  }
  return kept
}

function cross(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
}

function dot(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])
}

/** Cuts each corner with an arc of `radius`, or a smaller one where the legs are short. */
function pieces(raw: readonly Point[], radius: number): Piece[] {
  const points = simplify(raw)
  const out: Piece[] = []
  let at = points[0]
  if (!at) return out
  for (let index = 1; index < points.length; index++) {
    const corner = points[index]
    const next = points[index + 1]
    const before = points[index - 1]
    if (!corner || !before) continue
    if (!next) {
      pushLine(out, at, corner)
      break
    }
    const [inX, inY] = unit(before, corner)
    const [outX, outY] = unit(corner, next)
    const turn = Math.atan2(inX * outY - inY * outX, inX * outX + inY * outY)
    const half = Math.tan(Math.abs(turn) / 2)
    const legIn = distance(before, corner) / (index === 1 ? 1 : 2)
    const legOut = distance(corner, next) / (index === points.length - 2 ? 1 : 2)
    const cut = Math.min(radius * half, legIn, legOut)
    const bend = cut / half
    const from: Point = [corner[0] - inX * cut, corner[1] - inY * cut]
    const to: Point = [corner[0] + outX * cut, corner[1] + outY * cut]
    pushLine(out, at, from)
    const side = Math.sign(turn)
    const centre: Point = [from[0] - inY * side * bend, from[1] + inX * side * bend]
    out.push({
      type: 'arc',
      from,
      to,
      centre,
      radius: bend,
      startAngle: Math.atan2(from[1] - centre[1], from[0] - centre[0]),
      sweep: turn,
      length: Math.abs(turn) * bend,
    })
    at = to
  }
  return out
}

function pushLine(out: Piece[], from: Point, to: Point): void {
  const length = distance(from, to)
  if (length > 0.001) out.push({ type: 'line', from, to, length })
}

function unit(a: Point, b: Point): Point {
  const length = distance(a, b) || 1
  return [(b[0] - a[0]) / length, (b[1] - a[1]) / length]
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1])
}

/** The `d` of an SVG path. */
export function pathData(points: readonly Point[], radius: number): string {
  const all = pieces(points, radius)
  const first = all[0]
  if (!first) return ''
  const parts = [`M${round(first.from[0])} ${round(first.from[1])}`]
  for (const piece of all) {
    const end = `${round(piece.to[0])} ${round(piece.to[1])}`
    if (piece.type === 'line') parts.push(`L${end}`)
    else parts.push(`A${round(piece.radius)} ${round(piece.radius)} 0 0 ${piece.sweep > 0 ? 1 : 0} ${end}`)
  }
  return parts.join('')
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** A line cut into points of even distance: `xs[i], ys[i]` lies `i × step` along it; the last one is its end. */
export interface Sampled {
  readonly xs: Float32Array
  readonly ys: Float32Array
  readonly step: number
  readonly length: number
}

export function sample(points: readonly Point[], radius: number, step: number): Sampled {
  const all = pieces(points, radius)
  const length = all.reduce((sum, piece) => sum + piece.length, 0)
  const count = Math.max(2, Math.ceil(length / step) + 1)
  const xs = new Float32Array(count)
  const ys = new Float32Array(count)
  let index = 0
  let passed = 0
  for (let i = 0; i < count; i++) {
    const at = Math.min(i * step, length)
    let piece = all[index]
    while (piece && at > passed + piece.length && index < all.length - 1) {
      passed += piece.length
      piece = all[++index]
    }
    const [x, y] = piece ? along(piece, at - passed) : (points[0] ?? [0, 0])
    xs[i] = x
    ys[i] = y
  }
  return { xs, ys, step, length }
}

function along(piece: Piece, at: number): Point {
  const part = piece.length === 0 ? 0 : Math.min(1, at / piece.length)
  if (piece.type === 'line') {
    return [piece.from[0] + (piece.to[0] - piece.from[0]) * part, piece.from[1] + (piece.to[1] - piece.from[1]) * part]
  }
  const angle = piece.startAngle + piece.sweep * part
  return [piece.centre[0] + Math.cos(angle) * piece.radius, piece.centre[1] + Math.sin(angle) * piece.radius]
}

/** How far along the sampled line the point nearest to `target` lies. */
export function nearestAlong(line: Sampled, target: Point): number {
  let best = Number.POSITIVE_INFINITY
  let at = 0
  for (let i = 0; i < line.xs.length; i++) {
    const off = Math.hypot((line.xs[i] ?? 0) - target[0], (line.ys[i] ?? 0) - target[1])
    if (off < best) {
      best = off
      at = Math.min(i * line.step, line.length)
    }
  }
  return at
}
