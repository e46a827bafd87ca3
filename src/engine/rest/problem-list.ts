// Collects the problems of one text and puts each at its line. Two that say the same of the same place are one.

import { LineIndex } from '../yaml/index.ts'
import type { ManifestProblem, TextRange } from './manifest-problem.ts'

export type NewProblem = Omit<ManifestProblem, 'from' | 'to' | 'line' | 'column'> & { readonly range: TextRange }

/** More than anyone reads; what comes after these is dropped. */
const PROBLEMS_MAX = 500

export class ProblemList {
  readonly #problems: ManifestProblem[] = []
  readonly #said = new Set<string>()
  readonly #lines: LineIndex

  constructor(text: string) {
    this.#lines = new LineIndex(text)
  }

  get hasErrors(): boolean {
    return this.#problems.some(problem => problem.severity === 'error')
  }

  /** Whether nothing more would be kept. */
  get isFull(): boolean {
    return this.#problems.length >= PROBLEMS_MAX
  }

  add({ range, ...rest }: NewProblem): void {
    const key = `${range.from} ${range.to} ${rest.field} ${rest.plain.key}`
    if (this.#said.has(key) || this.isFull) return
    this.#said.add(key)
    const { from, to } = range
    this.#problems.push({ ...rest, from, to, ...this.#lines.at(from) })
  }

  /** In order of place. */
  all(): readonly ManifestProblem[] {
    return this.#problems.toSorted((a, b) => a.from - b.from || a.to - b.to)
  }
}
