import { describe, expect, it } from 'vitest'
import { openInspector, openPane } from './open-pane.ts'
import { INITIAL_WORKSPACE } from './workspace.ts'

const both = { ...INITIAL_WORKSPACE, editorOpen: true, inspectorOpen: true }

describe('opening a side pane', () => {
  it('folds the other one on a 1440 screen', () => {
    expect(openPane(both, 'inspector', 1440)).toEqual({ inspectorOpen: true, editorOpen: false })
    expect(openPane(both, 'editor', 1440)).toEqual({ editorOpen: true, inspectorOpen: false })
  })
  it('leaves a pinned one open', () => {
    expect(openPane({ ...both, editorPinned: true }, 'inspector', 1440).editorOpen).toBe(true)
    expect(openPane({ ...both, inspectorPinned: true }, 'editor', 1440).inspectorOpen).toBe(true)
  })
  it('leaves both open where the graph keeps its width', () => {
    expect(openPane(both, 'inspector', 1920).editorOpen).toBe(true)
  })
  it('opens nothing that was closed', () => {
    expect(openPane({ ...both, editorOpen: false, editorPinned: true }, 'inspector', 1920).editorOpen).toBe(false)
  })
  it('turns a phone to the tab that holds the inspector', () => {
    expect(openInspector(both, 'events', 390)).toMatchObject({ phoneTab: 'why', inspectorTab: 'events' })
  })
})
