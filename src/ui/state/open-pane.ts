// The rule of the two side panes: the graph keeps its width, so opening one folds the other, unless that one is pinned
// or the window is wide enough for both.

import type { InspectorTab, SidePane, WorkspaceState } from './workspace.ts'

/** Widths in CSS pixels: what the graph keeps, and what each pane takes. */
const GRAPH_MIN_WIDTH = 1040
export const EDITOR_WIDTH = 300
export const INSPECTOR_WIDTH = 332

/** The state after a pane was opened in a window of `width`. */
export function openPane(state: WorkspaceState, pane: SidePane, width: number): Partial<WorkspaceState> {
  const bothFit = width >= GRAPH_MIN_WIDTH + EDITOR_WIDTH + INSPECTOR_WIDTH
  if (pane === 'editor')
    return { editorOpen: true, inspectorOpen: state.inspectorOpen && (bothFit || state.inspectorPinned) }
  return { inspectorOpen: true, editorOpen: state.editorOpen && (bothFit || state.editorPinned) }
}

/** Opens the inspector at one of its tabs: in its pane, or on a phone in the tab that holds it. */
export function openInspector(state: WorkspaceState, tab: InspectorTab, width: number): Partial<WorkspaceState> {
  return { ...openPane(state, 'inspector', width), inspectorTab: tab, phoneTab: 'why' }
}
