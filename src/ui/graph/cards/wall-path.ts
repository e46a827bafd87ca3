// The walls of a room: a rounded outline with a gap and two jambs for each door on the side that faces the boards.

export interface Walls {
  readonly width: number
  readonly height: number
  /** Middles of the doors along their wall. */
  readonly doors: readonly number[]
  readonly side: 'left' | 'top'
}

const RADIUS = 8
const HALF_DOOR = 12
const JAMB = 5
const INSET = 0.75

/** The `d` of an SVG path in a box of the room's size. */
export function wallPath({ width, height, doors, side }: Walls): string {
  const [long, deep] = side === 'left' ? [height, width] : [width, height]
  const point = (along: number, across: number): string =>
    side === 'left' ? `${across} ${along}` : `${along} ${across}`
  const sweep = side === 'left' ? 1 : 0
  const near = INSET
  const far = deep - INSET
  const end = long - INSET
  const arc = (along: number, across: number): string => `A${RADIUS} ${RADIUS} 0 0 ${sweep} ${point(along, across)}`
  const gaps = doors.filter(door => door - HALF_DOOR > RADIUS && door + HALF_DOOR < long - RADIUS)
  const first = gaps[0]
  const last = gaps.at(-1)
  const round = `${arc(INSET, RADIUS + INSET)}L${point(INSET, far - RADIUS)}${arc(RADIUS + INSET, far)}L${point(end - RADIUS, far)}${arc(end, far - RADIUS)}L${point(end, RADIUS + INSET)}${arc(end - RADIUS, near)}`
  if (first === undefined || last === undefined) return `M${point(RADIUS + INSET, near)}${round}Z`
  let path = `M${point(first - HALF_DOOR, near - JAMB)}L${point(first - HALF_DOOR, near)}L${point(RADIUS + INSET, near)}${round}`
  path += `L${point(last + HALF_DOOR, near)}L${point(last + HALF_DOOR, near - JAMB)}`
  gaps.slice(1).forEach((door, index) => {
    const before = gaps[index] ?? door
    path += `M${point(before + HALF_DOOR, near - JAMB)}L${point(before + HALF_DOOR, near)}L${point(door - HALF_DOOR, near)}L${point(door - HALF_DOOR, near - JAMB)}`
  })
  return path
}
