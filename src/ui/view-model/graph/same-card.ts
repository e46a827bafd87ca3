// Whether two cards say the same, so that a card that did not change is not drawn again. Plain data only; views that are
// the same object are the same without a look inside.

import type { PlacedCard } from './scene.ts'

export function samePlaced(a: PlacedCard, b: PlacedCard): boolean {
  return same(a.rect, b.rect) && same(a.doors, b.doors) && same(a.card, b.card)
}

export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(key => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
