// Which card an arrow key leads to: the nearest one that lies in its direction, where being off to the side counts more
// than being far.

import type { PlacedCard } from './scene.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

/** Id of the next card, or null at the edge. Zones and Nodes are reached like all others, by their heading corner. */
export function neighbour(placed: readonly PlacedCard[], from: string, direction: Direction): string | null {
  const start = placed.find(({ card }) => card.id === from)
  if (!start) return null
  const [x, y] = anchor(start)
  let best: string | null = null
  let bestCost = Number.POSITIVE_INFINITY
  for (const other of placed) {
    if (other === start) continue
    const [otherX, otherY] = anchor(other)
    const ahead = { left: x - otherX, right: otherX - x, up: y - otherY, down: otherY - y }[direction]
    const aside = Math.abs(direction === 'left' || direction === 'right' ? otherY - y : otherX - x)
    if (ahead <= 1) continue
    const cost = ahead + aside * 3
    if (cost < bestCost) {
      bestCost = cost
      best = other.card.id
    }
  }
  return best
}

/** Grounds and rooms are where their names stand; other cards are at their middle. */
function anchor({ card, rect }: PlacedCard): [number, number] {
  if (card.kind === 'Zone' || card.kind === 'Node') return [rect.x + 24, rect.y + 10]
  return [rect.x + Math.min(rect.width / 2, 40), rect.y + rect.height / 2]
}
