import { afterEach, describe, expect, it } from 'vitest'
import { recall, recallSizes, rememberSizes, rememberWorkspace, type TextStorage } from './remember.ts'
import { INITIAL_WORKSPACE, workspace } from './workspace.ts'

function storageOf(values: Record<string, string> = {}): TextStorage & { readonly values: Record<string, string> } {
  return { values, getItem: key => values[key] ?? null, setItem: (key, value) => void (values[key] = value) }
}

const KEY = 'service-playground/workspace'
const OTHERWISE = { editor: 300, inspector: 332, bottom: 216 }

afterEach(() => workspace.setState(INITIAL_WORKSPACE, true))

describe('what is remembered', () => {
  it('comes back as it was', () => {
    const storage = storageOf()
    const stop = rememberWorkspace(storage)
    workspace.setState({ theme: 'dark', editorOpen: false, selected: 'Node//n1' })
    stop()
    expect(recall(storage)).toMatchObject({ theme: 'dark', editorOpen: false })
    expect(recall(storage)).not.toHaveProperty('selected')
  })
  it('is taken value by value: what does not fit is as if it had never been stored', () => {
    expect(recall(storageOf({ [KEY]: '{"theme":"purple","language":"zh","editorOpen":"yes","extra":1}' }))).toEqual({
      language: 'zh',
    })
  })
  it('may be rubbish, forbidden, or missing', () => {
    const forbidden: TextStorage = {
      getItem: () => {
        throw new Error('denied')
      },
      setItem: () => {
        throw new Error('denied')
      },
    }
    expect(recall(storageOf({ [KEY]: '{' }))).toEqual({})
    expect(recall(forbidden)).toEqual({})
    expect(recall(null)).toEqual({})
    const stop = rememberWorkspace(forbidden)
    workspace.setState({ theme: 'light' })
    stop()
    expect(workspace.getState().theme).toBe('light')
  })
  it('has pane sizes within reason', () => {
    const storage = storageOf()
    rememberSizes(storage, { editor: 410, inspector: 20, bottom: 99_999 })
    expect(recallSizes(storage, OTHERWISE)).toEqual({ editor: 410, inspector: 332, bottom: 216 })
    expect(recallSizes(null, OTHERWISE)).toEqual(OTHERWISE)
  })
})
