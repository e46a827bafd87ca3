import { describe, expect, it } from 'vitest'
import { shortcutOf } from './shortcuts.ts'

const PLAIN = { ctrlKey: false, metaKey: false, altKey: false }
const FREE = { typing: false, onButton: false }

describe('keys', () => {
  it('do what the list says', () => {
    const acts = [' ', '.', 'k', 'K', 'r', 'R', 'Escape', '?', 'x'].map(key => shortcutOf({ key, ...PLAIN }, FREE))
    expect(acts).toEqual(['toggle', 'step', 'kill', 'kill', 'revive', 'revive', 'clear', 'help', null])
  })
  it('do nothing while someone types', () => {
    for (const key of [' ', '.', 'k', 'r', 'Escape', '?'])
      expect(shortcutOf({ key, ...PLAIN }, { typing: true, onButton: false })).toBeNull()
  })
  it('leave the space bar to a focused button', () => {
    expect(shortcutOf({ key: ' ', ...PLAIN }, { typing: false, onButton: true })).toBeNull()
    expect(shortcutOf({ key: 'k', ...PLAIN }, { typing: false, onButton: true })).toBe('kill')
  })
  it('leave the browser its own combinations', () => {
    expect(shortcutOf({ key: 'r', ...PLAIN, ctrlKey: true }, FREE)).toBeNull()
    expect(shortcutOf({ key: 'k', ...PLAIN, metaKey: true }, FREE)).toBeNull()
  })
})
