import { expect, test } from 'vitest'
import { INITIAL_TERMINAL, withText, type TerminalState } from './terminal.ts'

const plain = (): 'plain' => 'plain'

function lines(state: TerminalState): readonly string[] {
  return state.lines.map(({ text }) => text)
}

test('text becomes lines, and what had no line end goes on', () => {
  const first = withText(INITIAL_TERMINAL, 'a\nb', plain)
  expect([lines(first), first.unended]).toEqual([['a', 'b'], true])
  const second = withText(first, 'c\n\nd\n', plain)
  expect([lines(second), second.unended]).toEqual([['a', 'bc', '', 'd'], false])
  expect(new Set(second.lines.map(({ id }) => id)).size).toBe(4)
})

test('of very many lines the last are kept, and a very long one is cut', () => {
  const many = withText(INITIAL_TERMINAL, 'x\n'.repeat(5_000), plain)
  expect(many.lines).toHaveLength(2_000)
  expect(many.lines.at(-1)?.id).toBe(5_000)
  expect(withText(INITIAL_TERMINAL, 'y'.repeat(30_000), plain).lines[0]?.text).toHaveLength(20_001)
})
