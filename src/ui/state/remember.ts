// The layout and the choices of the user, kept in localStorage between visits. Storage may be missing, full or forbidden,
// and what is in it may be anything: each value is checked, and what does not fit is as if it had never been stored.

import { INITIAL_WORKSPACE, workspace, type WorkspaceState } from './workspace.ts'

const KEY = 'service-playground/workspace'
const SIZES_KEY = 'service-playground/panes'
const HISTORY_KEY = 'service-playground/terminal'

type Remembered = Pick<
  WorkspaceState,
  | 'theme'
  | 'language'
  | 'editorOpen'
  | 'inspectorOpen'
  | 'editorPinned'
  | 'inspectorPinned'
  | 'bottomOpen'
  | 'bottomTab'
  | 'beadsOn'
>

const ALLOWED: { readonly [K in keyof Remembered]: readonly Remembered[K][] } = {
  theme: ['light', 'dark', 'system'],
  language: ['en', 'zh'],
  editorOpen: [true, false],
  inspectorOpen: [true, false],
  editorPinned: [true, false],
  inspectorPinned: [true, false],
  bottomOpen: [true, false],
  bottomTab: ['timeline', 'requests', 'events', 'decisions', 'terminal'],
  beadsOn: [true, false],
}

export interface TextStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** The browser's storage, or null where it is missing or forbidden. */
export function browserStorage(): TextStorage | null {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}

/** What was stored and fits. */
export function recall(storage: TextStorage | null): Partial<Remembered> {
  const stored = readJson(storage, KEY)
  if (typeof stored !== 'object' || stored === null) return {}
  const fits = Object.entries(ALLOWED).filter(([name, allowed]) =>
    (allowed as readonly unknown[]).includes((stored as Record<string, unknown>)[name]),
  )
  return Object.fromEntries(fits.map(([name]) => [name, (stored as Record<string, unknown>)[name]]))
}

/** Takes up what was stored, and stores every later change. Returns the way to stop. */
export function rememberWorkspace(storage: TextStorage | null): () => void {
  workspace.setState({ ...INITIAL_WORKSPACE, ...recall(storage) })
  let last = ''
  return workspace.subscribe(state => {
    const text = JSON.stringify(
      Object.fromEntries(Object.keys(ALLOWED).map(name => [name, state[name as keyof Remembered]])),
    )
    if (text !== last) writeText(storage, KEY, text)
    last = text
  })
}

/** Sizes of panes in CSS pixels, as the user left them. */
export interface PaneSizes {
  readonly editor: number
  readonly inspector: number
  readonly bottom: number
}

const SIZE_MIN = 120
const SIZE_MAX = 2000
const HISTORY_MAX = 200

export function recallSizes(storage: TextStorage | null, otherwise: PaneSizes): PaneSizes {
  const stored = readJson(storage, SIZES_KEY)
  const fields = typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {}
  const size = (name: keyof PaneSizes): number => {
    const value = fields[name]
    return typeof value === 'number' && value >= SIZE_MIN && value <= SIZE_MAX ? value : otherwise[name]
  }
  return { editor: size('editor'), inspector: size('inspector'), bottom: size('bottom') }
}

export function rememberSizes(storage: TextStorage | null, sizes: PaneSizes): void {
  writeText(storage, SIZES_KEY, JSON.stringify(sizes))
}

/** What was typed into the terminal, oldest first. */
export function recallHistory(storage: TextStorage | null): readonly string[] {
  const stored = readJson(storage, HISTORY_KEY)
  return Array.isArray(stored) ? stored.filter(line => typeof line === 'string').slice(-HISTORY_MAX) : []
}

export function rememberHistory(storage: TextStorage | null, lines: readonly string[]): void {
  writeText(storage, HISTORY_KEY, JSON.stringify(lines.slice(-HISTORY_MAX)))
}

function readJson(storage: TextStorage | null, key: string): unknown {
  try {
    return JSON.parse(storage?.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

function writeText(storage: TextStorage | null, key: string, text: string): void {
  try {
    storage?.setItem(key, text)
  } catch {
    // Full or forbidden: the layout is then simply not remembered.
  }
}
