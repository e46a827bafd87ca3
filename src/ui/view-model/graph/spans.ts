// Stretches of one column. A card's place is a span along the cross axis; these few rules say where a newcomer finds room
// and how far others must give way when something grows and no free ground is left.

export interface Span {
  readonly start: number
  readonly size: number
}

export function endOf(span: Span): number {
  return span.start + span.size
}

export function middleOf(span: Span): number {
  return span.start + span.size / 2
}

/** The free start nearest to `wanted` for something of `size`, at least `gap` away from all that is taken; ties go to the far side. */
export function freeStart(
  taken: readonly Span[],
  wanted: number,
  { size, gap }: { readonly size: number; readonly gap: number },
): number {
  const isFree = (start: number): boolean =>
    taken.every(other => start + size + gap <= other.start + 1e-6 || endOf(other) + gap <= start + 1e-6)
  let best: number | null = null
  for (const start of [wanted, ...taken.flatMap(other => [endOf(other) + gap, other.start - gap - size])]) {
    if (!isFree(start)) continue
    const nearer = best === null || Math.abs(start - wanted) < Math.abs(best - wanted) - 1e-6
    const tieBelow =
      best !== null && Math.abs(Math.abs(start - wanted) - Math.abs(best - wanted)) <= 1e-6 && start > best
    if (nearer || tieBelow) best = start
  }
  return best ?? wanted
}

/** Starts of things stacked in order, with their middle at `middle`. */
export function stack(sizes: readonly number[], middle: number, gap: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0) + gap * Math.max(0, sizes.length - 1)
  let start = middle - total / 2
  return sizes.map(size => {
    const here = start
    start += size + gap
    return here
  })
}

/** Moves a span only where it would overlap the one before it, and then only as far as needed. Keys keep their order of starts. */
export function giveWay(spans: ReadonlyMap<string, Span>, gap: number): Map<string, Span> {
  const settled = new Map<string, Span>()
  let free = Number.NEGATIVE_INFINITY
  for (const [key, span] of [...spans].sort(([, a], [, b]) => a.start - b.start)) {
    const start = Math.max(span.start, free)
    settled.set(key, start === span.start ? span : { start, size: span.size })
    free = start + span.size + gap
  }
  return settled
}

/** The span from the first start to the last end; null of none. */
export function around(spans: Iterable<Span>): Span | null {
  let start = Number.POSITIVE_INFINITY
  let end = Number.NEGATIVE_INFINITY
  for (const span of spans) {
    start = Math.min(start, span.start)
    end = Math.max(end, endOf(span))
  }
  return start > end ? null : { start, size: end - start }
}
