// The text in the editor as the rest of the page needs to know it: whether the cluster runs it, and what is wrong with
// it. The text itself is the editor's. Orders to the editor come through here too, so that no feature imports another.

import { createStore } from 'zustand/vanilla'
import type { Problem, ViewId } from '../../protocol/index.ts'

export type DraftStatus =
  /** The cluster runs this text. */
  | 'applied'
  /** Keys were pressed since the last question. */
  | 'typing'
  /** The host was asked and has not answered. */
  | 'asking'
  /** The host said no; the cluster runs the last good text. */
  | 'refused'
  /** Longer than the host takes; it was not sent. */
  | 'too-long'

export type EditorOrder =
  | { readonly type: 'last-good' }
  | { readonly type: 'go-to-problem' }
  | { readonly type: 'focus' }
  /** Scroll to the document of this object, where the text has one. */
  | { readonly type: 'show'; readonly id: ViewId }

export interface DraftState {
  readonly status: DraftStatus
  readonly documents: number
  /** Of the last answer; places are those of the text that was sent. */
  readonly problems: readonly Problem[]
  /** MiB, when too long. */
  readonly sizeMiB: number
  /** The next new text of the host does not replace the one in the editor: it is applied again instead. */
  readonly keepText: boolean
  /** The last order, and its number, which rises by one. */
  readonly order: { readonly number: number; readonly what: EditorOrder } | null
}

export const INITIAL_DRAFT: DraftState = {
  status: 'applied',
  documents: 0,
  problems: [],
  sizeMiB: 0,
  keepText: false,
  order: null,
}

export const draft = createStore<DraftState>()(() => INITIAL_DRAFT)

export function orderEditor(what: EditorOrder): void {
  draft.setState(state => ({ order: { number: (state.order?.number ?? 0) + 1, what } }))
}

/** How many mistakes keep the text from being applied; 0 while it is applied or nobody knows yet. */
export function errorCount(state: DraftState): number {
  if (state.status === 'too-long') return 1
  if (state.status === 'applied') return 0
  return state.problems.filter(problem => problem.severity === 'error').length
}
