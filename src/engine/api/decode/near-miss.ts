// Which known word a wrong one was likely meant to be: the same word in other letters, or one slip or two away.

/** The nearest of the known words, or undefined when none is near enough to be sure. Of equals, the first. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase()
  const sameLetters = known.find(candidate => candidate.toLowerCase() === lower)
  if (sameLetters !== undefined || word.length > 64) return sameLetters
  const limit = word.length <= 3 ? 1 : 2
  let best: { readonly candidate: string; readonly slips: number } | undefined
  for (const candidate of known) {
    const slips = slipsBetween(lower, candidate.toLowerCase())
    if (slips <= limit && (!best || slips < best.slips)) best = { candidate, slips }
  }
  return best?.candidate
}

/** Letters to add, leave out, change, or swap with their neighbour (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let slips = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) slips = Math.min(slips, (beforeLast[j - 2] ?? 0) + 1)
      row.push(slips)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
