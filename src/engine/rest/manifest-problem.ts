// What is said about a manifest text: its problems, each at its place, and what became of it. The shapes are those that
// travel to the user interface, which words the plain sentence itself.

import type { FixKey, ProblemKey } from './problem-keys.ts'

/** A half-open range of UTF-16 offsets in a text. */
export interface TextRange {
  readonly from: number
  readonly to: number
}

/** Replace `range` of a text by `insert`. Several edits of one text do not overlap and are in order of place. */
export interface TextEdit extends TextRange {
  readonly insert: string
}

export interface Worded<Key extends string> {
  readonly key: Key
  readonly values: { readonly [name: string]: string | number }
}

export interface ManifestFix {
  readonly label: Worded<FixKey>
  readonly edits: readonly TextEdit[]
}

export interface ManifestProblem extends TextRange {
  readonly severity: 'error' | 'warning'
  /** Which document of the text, from 0; empty ones do not count. */
  readonly document: number
  /** Line and column of `from`, from 1. */
  readonly line: number
  readonly column: number
  /** `Service/my-service` when that much is known, else ''. */
  readonly object: string
  /** `spec.ports[0].port`, or '' when it is about the text itself. */
  readonly field: string
  readonly message: string
  readonly plain: Worded<ProblemKey>
  readonly fix?: ManifestFix | undefined
}

export interface AppliedChange {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly result: 'created' | 'configured' | 'unchanged' | 'deleted'
}
