// The layout and the choices of the user, kept in localStorage between visits. Storage may be missing, full or forbidden,
// and what is in it may be anything: each value is checked, and what does not fit is as if it had never been stored.

import { INITIAL_WORKSPACE, workspace, type WorkspaceState } from './workspace.ts'

const KEY = 'service-playground/workspace'

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
  bottomTab: ['timeline', 'requests', 'events'],
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

/** Sizes of a group of panes by their ids, in per cent, as they were last. */
export function recallSizes(
  storage: TextStorage | null,
  group: string,
): { readonly [pane: string]: number } | undefined {
  const stored = readJson(storage, `${KEY}/${group}`)
  if (typeof stored !== 'object' || stored === null) return undefined
  const sizes = Object.entries(stored).filter(([, size]) => typeof size === 'number' && size >= 0 && size <= 100)
  return sizes.length > 0 ? Object.fromEntries(sizes as [string, number][]) : undefined
}

export function rememberSizes(
  storage: TextStorage | null,
  group: string,
  sizes: { readonly [pane: string]: number },
): void {
  writeText(storage, `${KEY}/${group}`, JSON.stringify(sizes))
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
