// Numbers of Pods as the API has them: a count or a percentage of some whole (apimachinery intstr) where it reads them, and
// nothing for a zero where it writes them.

import type { IntOrString } from '../../api/meta.ts'

/** `25%` of 10 → 2 or 3, by the rounding; a count is itself. */
export function shareOf(value: IntOrString, total: number, round: (count: number) => number): number {
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(value)
  // A text that is no percentage is refused by validation; 0 keeps every plan defined.
  return percent ? round((Number(percent[1]) * total) / 100) : 0
}

/** The counts without those that are zero. */
export function positive<T extends { readonly [name: string]: number }>(counts: T): Partial<T> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)) as Partial<T>
}
