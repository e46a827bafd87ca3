// What is the user's own and never reaches the engine: selection, theme, language, open panes. Remembered in
// localStorage, where there is one; a stored value that does not fit is ignored.

import { createStore } from 'zustand/vanilla'
import type { ViewId } from '../../protocol/index.ts'

export type ThemeChoice = 'light' | 'dark' | 'system'
export type Language = 'en' | 'zh'
export type SidePane = 'editor' | 'inspector'
export type BottomTab = 'timeline' | 'requests' | 'events' | 'decisions' | 'terminal'
export type InspectorTab = 'why' | 'yaml' | 'events'
/** The tabs of a phone. */
export type PhoneTab = 'graph' | 'yaml' | 'why' | 'time' | 'requests' | 'terminal'

export interface WorkspaceState {
  readonly selected: ViewId | null
  /** Which view the pointer or keyboard focus is on, for hover tracks; not remembered. */
  readonly hovered: ViewId | null
  readonly theme: ThemeChoice
  readonly language: Language
  readonly editorOpen: boolean
  readonly inspectorOpen: boolean
  /** A pinned side pane stays open when the other one opens. */
  readonly editorPinned: boolean
  readonly inspectorPinned: boolean
  readonly bottomOpen: boolean
  readonly inspectorTab: InspectorTab
  readonly bottomTab: BottomTab
  readonly phoneTab: PhoneTab
  /** Groups of Pods that the user opened, by group id. */
  readonly openGroups: ReadonlySet<string>
  /** Whether requests are drawn as moving beads. */
  readonly beadsOn: boolean
}

export const INITIAL_WORKSPACE: WorkspaceState = {
  selected: null,
  hovered: null,
  theme: 'system',
  language: 'en',
  editorOpen: true,
  inspectorOpen: false,
  editorPinned: false,
  inspectorPinned: false,
  bottomOpen: true,
  inspectorTab: 'why',
  bottomTab: 'timeline',
  phoneTab: 'graph',
  openGroups: new Set(),
  beadsOn: true,
}

export const workspace = createStore<WorkspaceState>()(() => INITIAL_WORKSPACE)
