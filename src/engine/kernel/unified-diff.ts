// The difference of two texts as hunks of a unified diff, after Python's difflib, which Go's difflib follows to the letter:
// the longest run of common lines first, then what is before and behind it. Lines that stand too often in a long text do
// not begin a run. File names are not written.

interface Block {
  readonly a: number
  readonly b: number
  readonly size: number
}

/** Lines `a1…a2` of the one text have become lines `b1…b2` of the other; equal when both are the same. */
interface Step {
  readonly equal: boolean
  readonly a1: number
  readonly a2: number
  readonly b1: number
  readonly b2: number
}

const CONTEXT_LINES = 3
const LONG_TEXT_LINES = 200

/** `@@ -1,4 +1,4 @@` and the lines of each hunk, every line ended; '' when the texts are the same. */
export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')]
  return hunksOf(stepsOf(matchingBlocks(a, b), a.length, b.length))
    .map(hunk => hunkText(hunk, a, b))
    .join('')
}

function matchingBlocks(a: readonly string[], b: readonly string[]): readonly Block[] {
  const places = placesOf(b)
  const blocks: Block[] = []
  const open = [{ a1: 0, a2: a.length, b1: 0, b2: b.length }]
  for (let part = open.pop(); part; part = open.pop()) {
    const { a1, a2, b1, b2 } = part
    const found = longestRun(a, b, places, part)
    if (found.size === 0) continue
    blocks.push(found)
    open.push({ a1, a2: found.a, b1, b2: found.b })
    open.push({ a1: found.a + found.size, a2, b1: found.b + found.size, b2 })
  }
  return blocks.toSorted((one, other) => one.a - other.a)
}

function placesOf(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>()
  for (const [index, line] of lines.entries()) {
    const known = places.get(line)
    if (known) known.push(index)
    else places.set(line, [index])
  }
  if (lines.length < LONG_TEXT_LINES) return places
  const max = Math.floor(lines.length / 100) + 1
  return new Map([...places].filter(([, indexes]) => indexes.length <= max))
}

interface Part {
  readonly a1: number
  readonly a2: number
  readonly b1: number
  readonly b2: number
}

/** The longest run of common lines in a part of both texts; of several, the first. */
function longestRun(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  { a1, a2, b1, b2 }: Part,
): Block {
  let best: Block = { a: a1, b: b1, size: 0 }
  let lengths = new Map<number, number>()
  for (let i = a1; i < a2; i++) {
    const next = new Map<number, number>()
    for (const j of places.get(a[i] as string) ?? []) {
      if (j < b1) continue
      if (j >= b2) break
      const size = (lengths.get(j - 1) ?? 0) + 1
      next.set(j, size)
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size }
    }
    lengths = next
  }
  // Lines that cannot begin a run may still belong to one.
  let { a: from, b: at, size } = best
  while (from > a1 && at > b1 && a[from - 1] === b[at - 1]) {
    from--
    at--
    size++
  }
  while (from + size < a2 && at + size < b2 && a[from + size] === b[at + size]) size++
  return { a: from, b: at, size }
}

function stepsOf(blocks: readonly Block[], aLength: number, bLength: number): readonly Step[] {
  const steps: Step[] = []
  let [a, b] = [0, 0]
  for (const block of [...blocks, { a: aLength, b: bLength, size: 0 }]) {
    if (a < block.a || b < block.b) steps.push({ equal: false, a1: a, a2: block.a, b1: b, b2: block.b })
    const last = steps.at(-1)
    ;[a, b] = [block.a + block.size, block.b + block.size]
    if (block.size === 0) continue
    // Two runs that touch are one.
    if (last?.equal && last.a2 === block.a) steps[steps.length - 1] = { ...last, a2: a, b2: b }
    else steps.push({ equal: true, a1: block.a, a2: a, b1: block.b, b2: b })
  }
  return steps
}

/** Steps that stand near one another, with a few lines of what is equal around them. */
function hunksOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const hunks: Step[][] = []
  let hunk: Step[] = []
  for (const [index, step] of steps.entries()) {
    if (!step.equal) {
      hunk.push(step)
      continue
    }
    const { a1, a2, b1, b2 } = step
    const [isFirst, isLast] = [index === 0, index === steps.length - 1]
    const head = { ...step, a2: Math.min(a2, a1 + CONTEXT_LINES), b2: Math.min(b2, b1 + CONTEXT_LINES) }
    const tail = { ...step, a1: Math.max(a1, a2 - CONTEXT_LINES), b1: Math.max(b1, b2 - CONTEXT_LINES) }
    if (isFirst) hunk.push(tail)
    else if (isLast) hunk.push(head)
    else if (a2 - a1 > 2 * CONTEXT_LINES) {
      hunks.push([...hunk, head])
      hunk = [tail]
    } else hunk.push(step)
  }
  return [...hunks, hunk].filter(one => one.some(step => !step.equal))
}

function hunkText(hunk: readonly Step[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [hunk[0] as Step, hunk.at(-1) as Step]
  const lines = hunk.flatMap(({ equal, a1, a2, b1, b2 }) =>
    equal
      ? a.slice(a1, a2).map(line => ` ${line}`)
      : [...a.slice(a1, a2).map(line => `-${line}`), ...b.slice(b1, b2).map(line => `+${line}`)],
  )
  const head = `@@ -${rangeText(first.a1, last.a2)} +${rangeText(first.b1, last.b2)} @@`
  return [head, ...lines, ''].join('\n')
}

function rangeText(from: number, to: number): string {
  const length = to - from
  if (length === 1) return `${from + 1}`
  return `${length === 0 ? from : from + 1},${length}`
}
