import { ChangeSet, Text } from '@codemirror/state'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TextEdit } from '../../protocol/index.ts'
import { answered, keepingText, rebased, sent, startSync, typed, type ManifestSync } from './manifest-sync.ts'

const BASE = 'kind: Deployment\nspec:\n  replicas: 3\n'
const toText = (text: string): Text => Text.of(text.split('\n'))

function replace(text: string, what: string, insert: string): TextEdit {
  const from = text.indexOf(what)
  return { from, to: from + what.length, insert }
}

function edit(text: string, change: TextEdit): string {
  return text.slice(0, change.from) + change.insert + text.slice(change.to)
}

/** The text in the editor and the sync, after the user changed something. */
function type(sync: ManifestSync, text: string, change: TextEdit): { sync: ManifestSync; text: string } {
  return { sync: typed(sync, ChangeSet.of([change], text.length)), text: edit(text, change) }
}

describe('the editor beside the host', () => {
  it('takes an edit of the host as it is while nothing was typed', () => {
    const scale = replace(BASE, '3', '5')
    const after = rebased(startSync(toText(BASE)), [scale], edit(BASE, scale))
    expect(after?.changes.apply(toText(BASE)).toString()).toBe(BASE.replace('3', '5'))
    expect(after?.sync.unsent.empty).toBe(true)
  })
  it('keeps what was typed meanwhile', () => {
    const mine = type(startSync(toText(BASE)), BASE, replace(BASE, 'kind', '# mine\nkind'))
    const scale = replace(BASE, '3', '5')
    const after = rebased(mine.sync, [scale], edit(BASE, scale))
    expect(after?.changes.apply(toText(mine.text)).toString()).toBe(`# mine\n${BASE.replace('3', '5')}`)
    expect(after?.sync.unsent.empty).toBe(false)
  })
  it('refuses edits that do not fit what it believes the host holds', () => {
    expect(rebased(startSync(toText(BASE)), [{ from: 0, to: 999, insert: '' }], '')).toBeNull()
    expect(rebased(startSync(toText(BASE)), [{ from: 0, to: 1, insert: '' }], 'something else')).toBeNull()
  })
  it('after a good answer counts only what was typed since the question as unsent', () => {
    let now = type(startSync(toText(BASE)), BASE, replace(BASE, '3', '4'))
    const asked = now.text
    now = { ...now, sync: sent(now.sync, asked.length) }
    now = type(now.sync, now.text, { from: 0, to: 0, insert: '# later\n' })
    const after = answered(now.sync, toText(asked), true)
    expect(after.base.toString()).toBe(asked)
    expect(after.unsent.apply(after.base).toString()).toBe(now.text)
  })
  it('after a refusal the host still holds what it held', () => {
    const mine = type(startSync(toText(BASE)), BASE, replace(BASE, '3', 'x'))
    const after = answered(sent(mine.sync, mine.text.length), toText(mine.text), false)
    expect(after.base.toString()).toBe(BASE)
    expect(after.unsent.apply(after.base).toString()).toBe(mine.text)
  })
  it('can keep a text that the host has never seen', () => {
    const sync = keepingText(toText('host\n'), toText('mine\n'))
    expect(sync.unsent.apply(sync.base).toString()).toBe('mine\n')
  })
})

it('unsent always leads from the text of the host to the text in the editor', () => {
  const change = (text: string, a: number, b: number, insert: string): TextEdit => {
    const [x, y] = [a % (text.length + 1), b % (text.length + 1)]
    return { from: Math.min(x, y), to: Math.max(x, y), insert }
  }
  const step = fc.record({
    who: fc.constantFrom('user', 'host', 'ask', 'yes', 'no'),
    a: fc.nat(),
    b: fc.nat(),
    insert: fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b', '\n') }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), steps => {
      let sync = startSync(toText(BASE))
      let editor = BASE
      let asked: string | null = null
      for (const { who, a, b, insert } of steps) {
        if (who === 'user') ({ sync, text: editor } = type(sync, editor, change(editor, a, b, insert)))
        else if (who === 'ask' && asked === null) {
          asked = editor
          sync = sent(sync, editor.length)
        } else if ((who === 'yes' || who === 'no') && asked !== null) {
          sync = answered(sync, toText(asked), who === 'yes')
          asked = null
        } else if (who === 'host') {
          const host = sync.base.toString()
          const theirs = change(host, a, b, insert)
          const after = rebased(sync, [theirs], edit(host, theirs))
          if (after === null) return false
          editor = after.changes.apply(toText(editor)).toString()
          sync = after.sync
        }
        if (sync.unsent.apply(sync.base).toString() !== editor) return false
      }
      return true
    }),
    { seed: 42, numRuns: 300 },
  )
})
