// Mistakes in the text, each underlined at its very place, its line tinted, its number marked with ×, and one of them
// explained in a bubble. Places move with the text while it is edited, until the next answer replaces them.

import {
  StateEffect,
  StateField,
  type ChangeDesc,
  type EditorState,
  type Extension,
  type Range,
} from '@codemirror/state'
import { Decoration, EditorView, GutterMarker, gutterLineClass, WidgetType, type DecorationSet } from '@codemirror/view'
import { RangeSet } from '@codemirror/state'
import type { Problem } from '../../protocol/index.ts'
import type { T } from '../i18n/index.ts'
import { problemBubble } from './problem-bubble.ts'

export interface ProblemState {
  readonly problems: readonly Problem[]
  /** Index of the one in the bubble. */
  readonly shown: number
  readonly t: T
}

export const setProblems = StateEffect.define<readonly Problem[]>()
export const showProblem = StateEffect.define<number>()
export const setWords = StateEffect.define<T>()

/** Beyond this many, marks would hide the text and slow it down. */
const MARKED = 200

export const problemField = StateField.define<ProblemState>({
  create: () => ({ problems: [], shown: 0, t: key => key }),
  update: (state, transaction) => {
    let next = state
    if (transaction.docChanged && state.problems.length > 0) {
      next = { ...next, problems: state.problems.map(problem => moved(problem, transaction.changes)) }
    }
    for (const effect of transaction.effects) {
      if (effect.is(setProblems)) {
        next = {
          ...next,
          problems: inside(effect.value, transaction.state),
          shown: nearest(effect.value, transaction.state),
        }
      } else if (effect.is(showProblem)) next = { ...next, shown: effect.value }
      else if (effect.is(setWords)) next = { ...next, t: effect.value }
    }
    return next
  },
})

function moved(problem: Problem, changes: ChangeDesc): Problem {
  const place = (at: number, side: number): number => changes.mapPos(Math.min(at, changes.length), side)
  const fix = problem.fix
  return {
    ...problem,
    from: place(problem.from, 1),
    to: place(problem.to, -1),
    fix:
      fix === undefined
        ? undefined
        : { ...fix, edits: fix.edits.map(edit => ({ ...edit, from: place(edit.from, 1), to: place(edit.to, -1) })) },
  }
}

/** No place beyond the end of the text; the answer may be about a text that was longer. */
function inside(problems: readonly Problem[], state: EditorState): readonly Problem[] {
  const end = state.doc.length
  return problems.map(problem =>
    problem.to <= end ? problem : { ...problem, from: Math.min(problem.from, end), to: end },
  )
}

/** The one on the cursor's line, else the first error, else the first. */
function nearest(problems: readonly Problem[], state: EditorState): number {
  const line = state.doc.lineAt(state.selection.main.head)
  const here = problems.findIndex(problem => problem.from >= line.from && problem.from <= line.to)
  if (here >= 0) return here
  return Math.max(
    0,
    problems.findIndex(problem => problem.severity === 'error'),
  )
}

class BubbleWidget extends WidgetType {
  readonly problem: Problem
  readonly number: number
  readonly total: number
  readonly column: number
  readonly t: T
  constructor(state: ProblemState, problem: Problem, column: number) {
    super()
    this.problem = problem
    this.number = state.shown + 1
    this.total = state.problems.length
    this.column = column
    this.t = state.t
  }
  override eq(other: BubbleWidget): boolean {
    const same = this.problem.message === other.problem.message && this.problem.fix === other.problem.fix
    return (
      same &&
      this.number === other.number &&
      this.total === other.total &&
      this.column === other.column &&
      this.t === other.t
    )
  }
  override toDOM(view: EditorView): HTMLElement {
    return problemBubble({
      problem: this.problem,
      number: this.number,
      total: this.total,
      column: this.column,
      t: this.t,
      onFix: () => void takeFix(view),
      onNext: () => goToNextProblem(view),
    })
  }
  override ignoreEvent(): boolean {
    return true
  }
}

/** Makes the edits of the shown problem's fix; false when it has none. */
export function takeFix(view: EditorView): boolean {
  const { problems, shown } = view.state.field(problemField)
  const fix = problems[shown]?.fix
  if (fix === undefined) return false
  view.dispatch({ changes: fix.edits.map(({ from, to, insert }) => ({ from, to, insert })), userEvent: 'input.fix' })
  view.focus()
  return true
}

export function goToNextProblem(view: EditorView): void {
  const { problems, shown } = view.state.field(problemField)
  if (problems.length > 0) goToProblem(view, (shown + 1) % problems.length)
}

/** Puts the cursor at a problem and its bubble into sight. */
export function goToProblem(view: EditorView, index?: number): void {
  const { problems, shown } = view.state.field(problemField)
  const at = index ?? shown
  const problem = problems[at]
  if (problem === undefined) return
  view.dispatch({
    selection: { anchor: problem.from },
    effects: [showProblem.of(at), EditorView.scrollIntoView(problem.from, { y: 'center' })],
  })
  view.focus()
}

const errorMark = Decoration.mark({ class: 'cm-problem' })
const warningMark = Decoration.mark({ class: 'cm-problem cm-problemWarning' })
const errorLine = Decoration.line({ class: 'cm-problemLine' })

function decorations(state: EditorState): DecorationSet {
  const field = state.field(problemField)
  const ranges: Range<Decoration>[] = []
  for (const problem of field.problems.slice(0, MARKED)) {
    const line = state.doc.lineAt(problem.from)
    const { from, to } = visibleRange(problem, line)
    if (problem.severity === 'error') ranges.push(errorLine.range(line.from))
    if (to > from) ranges.push((problem.severity === 'error' ? errorMark : warningMark).range(from, to))
  }
  const shown = field.problems[field.shown]
  if (shown !== undefined) {
    const line = state.doc.lineAt(shown.from)
    const widget = new BubbleWidget(field, shown, visibleRange(shown, line).from - line.from)
    ranges.push(Decoration.widget({ widget, block: true, side: 1 }).range(line.to))
  }
  return Decoration.set(ranges, true)
}

/** An underline stays on one line and is at least a character wide, where the line has one. */
function visibleRange(
  problem: Problem,
  line: { readonly from: number; readonly to: number; readonly text: string },
): { from: number; to: number } {
  const to = Math.min(line.to, problem.to)
  if (to > problem.from) return { from: problem.from, to }
  const indent = line.from + (line.text.length - line.text.trimStart().length)
  return problem.from < line.to
    ? { from: problem.from, to: problem.from + 1 }
    : { from: Math.min(indent, line.to), to: line.to }
}

class ProblemLineMarker extends GutterMarker {
  override elementClass = 'cm-problemNumber'
}
const lineMarker = new ProblemLineMarker()

function lineClasses(state: EditorState): RangeSet<GutterMarker> {
  const starts = state
    .field(problemField)
    .problems.filter(problem => problem.severity === 'error')
    .slice(0, MARKED)
    .map(problem => state.doc.lineAt(problem.from).from)
  return RangeSet.of(
    [...new Set(starts)].sort((a, b) => a - b).map(from => lineMarker.range(from)),
    true,
  )
}

const looks = EditorView.theme({
  '.cm-problem': {
    textDecoration: 'underline wavy var(--fail) 1.5px',
    textUnderlineOffset: '3px',
    textDecorationSkipInk: 'none',
  },
  '.cm-problemWarning': { textDecorationColor: 'var(--yaml-number)' },
  '.cm-line.cm-problemLine, &.cm-focused .cm-line.cm-problemLine': { backgroundColor: 'var(--fail-bg)' },
  '.cm-gutterElement.cm-problemNumber': { color: 'var(--fail)', fontWeight: '700', position: 'relative' },
  '.cm-gutterElement.cm-problemNumber::before': { content: '"×"', position: 'absolute', left: '3px' },
  '.cm-yaml-number, .cm-yaml-number *': { color: 'var(--yaml-number) !important' },
  '.cm-bubbleBlock': { position: 'sticky', left: '46px', width: 'fit-content', padding: '8px 12px 10px 8px' },
  '.cm-bubble': {
    position: 'relative',
    padding: '12px 14px',
    width: 'min(440px, calc(100cqw - 68px))',
    border: '1.5px solid var(--fail)',
    borderRadius: 'var(--radius-card)',
    backgroundColor: 'var(--card)',
    boxShadow: 'var(--shadow-pop)',
    font: '400 14px/20px var(--font-ui)',
    color: 'var(--ink)',
    whiteSpace: 'normal',
    cursor: 'default',
  },
  '.cm-bubble::before': {
    content: '""',
    position: 'absolute',
    top: '-7px',
    left: 'clamp(12px, calc(var(--column) * 7.8px + 4px), calc(100% - 28px))',
    width: '11px',
    height: '11px',
    transform: 'rotate(45deg)',
    backgroundColor: 'var(--card)',
    borderLeft: '1.5px solid var(--fail)',
    borderTop: '1.5px solid var(--fail)',
  },
  '.cm-bubbleWarning, .cm-bubbleWarning::before': { borderColor: 'var(--wall)' },
  '.cm-bubble p': { margin: '0' },
  '.cm-bubblePlain': { fontWeight: '600' },
  '.cm-bubbleWords': {
    marginTop: '4px !important',
    font: '400 12px/17px var(--font-mono)',
    color: 'var(--ink2)',
    overflowWrap: 'anywhere',
  },
  '.cm-bubbleRow': {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: '8px',
    marginTop: '8px',
    minHeight: '26px',
  },
  '.cm-bubbleFix': {
    height: '26px',
    padding: '0 10px',
    border: 'none',
    borderRadius: 'var(--radius-control)',
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
    font: '600 13px/26px var(--font-ui)',
    cursor: 'pointer',
    whiteSpace: 'nowrap',
  },
  '.cm-bubbleNext': {
    height: '26px',
    padding: '0 8px',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius-control)',
    backgroundColor: 'transparent',
    color: 'var(--ink)',
    font: '500 13px/24px var(--font-ui)',
    cursor: 'pointer',
  },
  '.cm-bubbleKey': {
    padding: '0 5px',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius-chip)',
    font: '500 12px/17px var(--font-mono)',
    color: 'var(--ink2)',
    whiteSpace: 'nowrap',
  },
  '.cm-bubblePlace': { marginLeft: 'auto', fontSize: '12px', color: 'var(--ink3)', whiteSpace: 'nowrap' },
})

export const problemMarks: Extension = [
  problemField,
  EditorView.decorations.compute([problemField], decorations),
  gutterLineClass.compute([problemField], lineClasses),
  looks,
]
