// How far two words are from each other, to tell a slip of the pen from another word.

const DISTANCE_MAX = 2
const LETTERS_MIN = 4

/** `case`: they differ in upper and lower case alone; `typo`: one or two letters apart; undefined: not close. */
export type Closeness = 'case' | 'typo' | undefined

export function closeness(a: string, b: string): Closeness {
  if (a === b) return undefined
  if (a.toLowerCase() === b.toLowerCase()) return 'case'
  if (Math.min(a.length, b.length) < LETTERS_MIN) return undefined
  const allowed = Math.min(a.length, b.length) < 2 * LETTERS_MIN ? 1 : DISTANCE_MAX
  return editDistance(a.toLowerCase(), b.toLowerCase()) <= allowed ? 'typo' : undefined
}

/** Letters to add, drop, replace, or swap with their neighbour, to come from one word to the other. */
export function editDistance(a: string, b: string): number {
  // Rows of the table of distances between all beginnings: two back, one back, this one.
  let older: number[] = []
  let before = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let best = Math.min(
        (before[column - 1] as number) + (same ? 0 : 1),
        (before[column] as number) + 1,
        (current[column - 1] as number) + 1,
      )
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) best = Math.min(best, (older[column - 2] as number) + 1)
      current.push(best)
    }
    older = before
    before = current
  }
  return before[b.length] as number
}
