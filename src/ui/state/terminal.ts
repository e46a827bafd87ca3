// The terminal as it stands: its lines, what runs in it, and what was typed before. Kept here, so that a tab that is
// closed and opened again shows what it showed, and a command that watches goes on.

import { createStore } from 'zustand/vanilla'

export type LineTone = 'command' | 'more' | 'plain' | 'warning' | 'error' | 'note'

export interface TerminalLine {
  readonly id: number
  readonly tone: LineTone
  readonly text: string
}

export interface TerminalState {
  readonly lines: readonly TerminalLine[]
  /** Whether the last line may go on: what came had no line end. */
  readonly unended: boolean
  /** Stops the command that runs; null while none does. */
  readonly stop: (() => void) | null
  /** Lines of a command that is not at its end, or ''. */
  readonly begun: string
  /** What is being typed. */
  readonly typed: string
  readonly history: readonly string[]
}

const LINES_MAX = 2_000
const LINE_LENGTH_MAX = 20_000

export const INITIAL_TERMINAL: TerminalState = {
  lines: [],
  unended: false,
  stop: null,
  begun: '',
  typed: '',
  history: [],
}

export const terminal = createStore<TerminalState>()(() => INITIAL_TERMINAL)

/** Pure: the state after text came. The oldest lines go when there are too many. */
export function withText(state: TerminalState, text: string, toneOf: (line: string) => LineTone): TerminalState {
  if (text === '') return state
  const parts = text.split('\n')
  const ended = parts.at(-1) === ''
  if (ended) parts.pop()
  const last = state.lines.at(-1)
  const goesOn = state.unended && last !== undefined
  const [first = '', ...rest] = parts
  const nextId = (last?.id ?? 0) + 1
  const kept = goesOn ? [...state.lines.slice(0, -1), { ...last, text: shorten(last.text + first) }] : state.lines
  const added = (goesOn ? rest : parts).map((line, at) => ({
    id: nextId + at,
    tone: toneOf(line),
    text: shorten(line),
  }))
  const lines = [...kept, ...added]
  return { ...state, lines: lines.length > LINES_MAX ? lines.slice(-LINES_MAX) : lines, unended: !ended }
}

function shorten(line: string): string {
  return line.length > LINE_LENGTH_MAX ? `${line.slice(0, LINE_LENGTH_MAX)}…` : line
}
