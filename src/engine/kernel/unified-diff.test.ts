import { expect, test } from 'vitest'
import { unifiedDiff } from './unified-diff.ts'

const TEN = 'abcdefghij'.split('')

test('the same text has no hunks', () => {
  expect(unifiedDiff('a\nb', 'a\nb')).toBe('')
})

test('a changed line stands with three lines around it', () => {
  const after = TEN.map(line => (line === 'e' ? 'E' : line)).join('\n')
  expect(unifiedDiff(TEN.join('\n'), after)).toBe('@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n')
})

test('changes far apart are hunks of their own, near ones are one', () => {
  const lines = [...TEN, ...TEN.map(line => line.repeat(2))]
  const changed = (...which: readonly string[]): string =>
    unifiedDiff(lines.join('\n'), lines.map(line => (which.includes(line) ? '!' : line)).join('\n'))
  expect(changed('b', 'h').match(/^@@.*$/gm)).toEqual(['@@ -1,11 +1,11 @@'])
  expect(changed('b', 'jj').match(/^@@.*$/gm)).toEqual(['@@ -1,5 +1,5 @@', '@@ -17,4 +17,4 @@'])
})

test('what is put before its like is told as put in there', () => {
  expect(unifiedDiff('[\n{\n 8\n}\n]', '[\n{\n 1\n},\n{\n 8\n}\n]')).toBe(
    '@@ -1,4 +1,7 @@\n [\n+{\n+ 1\n+},\n {\n  8\n }\n',
  )
})

test('a text of one line, and one that is gone', () => {
  expect(unifiedDiff('a', 'b')).toBe('@@ -1 +1 @@\n-a\n+b\n')
  expect(unifiedDiff('a\nb', 'a')).toBe('@@ -1,2 +1 @@\n a\n-b\n')
})
