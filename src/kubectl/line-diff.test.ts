import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unifiedHunks } from './line-diff.ts'

const TEN = 'abcdefghij'.split('').join('\n')

// What GNU diff -u says of the same texts.
test.each<[string, string, string, string]>([
  ['nothing of the same', 'a\nb\n', 'a\nb\n', ''],
  ['one line in the middle', TEN, TEN.replace('e', 'E'), '@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n'],
  ['a text from nothing', '', 'a\nb\n', '@@ -0,0 +1,2 @@\n+a\n+b\n'],
  ['the only line', 'a\n', 'b\n', '@@ -1 +1 @@\n-a\n+b\n'],
  [
    'two places far apart',
    TEN,
    TEN.replace('a\n', '').replace('j', 'j\nk'),
    '@@ -1,4 +1,3 @@\n-a\n b\n c\n d\n@@ -8,3 +7,4 @@\n h\n i\n j\n+k\n',
  ],
  [
    'two places close together',
    TEN,
    TEN.replace('b', 'B').replace('h', 'H'),
    '@@ -1,10 +1,10 @@\n a\n-b\n+B\n c\n d\n e\n f\n g\n-h\n+H\n i\n j\n',
  ],
])('%s', (_, before, after, hunks) => {
  expect(unifiedHunks(before, after)).toBe(hunks)
})

test('what stays and what comes is the second text, what stays and what goes the first', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      // One change at the start and one at the end, and few lines: a single hunk holds all of both.
      const lines = unifiedHunks(['x', ...before, 'y'].join('\n'), ['X', ...after, 'Y'].join('\n'))
        .trimEnd()
        .split('\n')
      const told = lines.filter(line => !line.startsWith('@@'))
      const removed = told.filter(line => !line.startsWith('+')).map(line => line.slice(1))
      const added = told.filter(line => !line.startsWith('-')).map(line => line.slice(1))
      const all = lines.filter(line => line.startsWith('@@')).length === 1
      if (all)
        expect([removed, added]).toEqual([
          ['x', ...before, 'y'],
          ['X', ...after, 'Y'],
        ])
    }),
    { seed: 11, numRuns: 300 },
  )
})
