// Two texts line by line, told as `diff -u` tells them: hunks with three lines of what is the same around what is not.

const CONTEXT = 3

interface Step {
  readonly mark: ' ' | '-' | '+'
  readonly line: string
}

/** The hunks of a unified diff, each line with its mark; empty when the texts are the same. */
export function unifiedHunks(before: string, after: string): string {
  const steps = stepsBetween(linesOf(before), linesOf(after))
  const hunks: string[] = []
  let old = 0
  let fresh = 0
  let at = 0
  const pass = (upTo: number): void => {
    for (; at < upTo; at++) {
      const { mark } = steps[at] as Step
      if (mark !== '+') old++
      if (mark !== '-') fresh++
    }
  }
  for (let first = nextChange(steps, 0); first < steps.length; first = nextChange(steps, at)) {
    pass(Math.max(at, first - CONTEXT))
    let end = first
    // Changes with no more between them than their contexts share one hunk.
    for (let next = first; next < steps.length && next - end <= 2 * CONTEXT; next = nextChange(steps, end))
      end = next + 1
    const part = steps.slice(at, Math.min(steps.length, end + CONTEXT))
    const oldCount = part.filter(step => step.mark !== '+').length
    const freshCount = part.filter(step => step.mark !== '-').length
    hunks.push(`@@ -${range(old, oldCount)} +${range(fresh, freshCount)} @@`)
    for (const { mark, line } of part) hunks.push(mark + line)
    pass(at + part.length)
  }
  return hunks.map(line => `${line}\n`).join('')
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function nextChange(steps: readonly Step[], from: number): number {
  let at = from
  while (at < steps.length && (steps[at] as Step).mark === ' ') at++
  return at
}

// A hunk that has no lines of a text stands behind the line of that number.
function range(before: number, count: number): string {
  const first = count === 0 ? before : before + 1
  return count === 1 ? String(first) : `${first},${count}`
}

/** The way from one list of lines to the other that keeps most of them, removals before additions. */
function stepsBetween(before: readonly string[], after: readonly string[]): readonly Step[] {
  // kept[i][j]: how many lines the rest of both can keep.
  const width = after.length + 1
  const kept = new Uint32Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      kept[i * width + j] =
        before[i] === after[j]
          ? (kept[(i + 1) * width + j + 1] as number) + 1
          : Math.max(kept[(i + 1) * width + j] as number, kept[i * width + j + 1] as number)
    }
  }
  const steps: Step[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      steps.push({ mark: ' ', line: before[i++] as string })
      j++
    } else if (
      j === after.length ||
      (i < before.length && (kept[(i + 1) * width + j] as number) >= (kept[i * width + j + 1] as number))
    ) {
      steps.push({ mark: '-', line: before[i++] as string })
    } else steps.push({ mark: '+', line: after[j++] as string })
  }
  return steps
}
