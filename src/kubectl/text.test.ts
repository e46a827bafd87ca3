// Columns, ages and options: what every command's text is made of.

import { expect, test } from 'vitest'
import { durationMs, humanDuration } from './age.ts'
import { alignColumns, DESCRIPTION, TableText } from './align.ts'
import { parseFlags } from './flags.ts'

test('a description lines up cells of neighbouring lines only', () => {
  const text = 'Name:\tweb\nA longer name:\tx\nPlain\nB:\ty'
  expect(alignColumns(text, DESCRIPTION)).toBe('Name:           web\nA longer name:  x\nPlain\nB:  y')
})

test('a table that goes on keeps its columns at least as wide', () => {
  const table = new TableText()
  expect(
    table.print([
      ['NAME', 'AGE'],
      ['a-long-name', '1s'],
    ]),
  ).toBe('NAME          AGE\na-long-name   1s\n')
  expect(table.print([['b', '2s']])).toBe('b             2s\n')
})

test.each([
  [5_000, '5s'],
  [119_000, '119s'],
  [125_000, '2m5s'],
  [600_000, '10m'],
  [3 * 3_600_000 + 5 * 60_000, '3h5m'],
  [50 * 3_600_000, '2d2h'],
  [-500, '0s'],
  [-5_000, '<invalid>'],
])('%d ms are %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text)
})

test('durations are read as Go writes them', () => {
  expect([durationMs('1m30s', 'timeout'), durationMs('500ms', 'timeout'), durationMs('0', 'timeout')]).toEqual([
    90_000, 500, 0,
  ])
  expect(() => durationMs('5', 'timeout')).toThrow('invalid argument "5" for "--timeout" flag')
})

const SPECS = {
  output: { short: 'o', type: 'text' },
  all: { short: 'A', type: 'switch' },
  filename: { short: 'f', type: 'many' },
  'dry-run': { type: 'text', bare: 'unchanged' },
} as const

test('options may stand anywhere, joined or apart, and end at two dashes', () => {
  const { args, rest, flags } = parseFlags(
    'get',
    ['-Ao=yaml', 'pods', '-fa', '-f', 'b,c', '--dry-run', 'x', '--', '-o'],
    SPECS,
  )
  expect(args).toEqual(['pods', 'x'])
  expect(rest).toEqual(['-o'])
  expect([flags.on('all'), flags.text('output'), flags.list('filename'), flags.text('dry-run')]).toEqual([
    true,
    'yaml',
    ['a', 'b', 'c'],
    'unchanged',
  ])
})

test('options that are none are refused in the words of the real one', () => {
  expect(() => parseFlags('get', ['--nope'], SPECS)).toThrow(
    "error: unknown flag: --nope\nSee 'kubectl get --help' for usage.",
  )
  expect(() => parseFlags('get', ['-o'], SPECS)).toThrow("error: flag needs an argument: 'o' in -o")
  expect(() => parseFlags('get', ['-x'], SPECS)).toThrow("error: unknown shorthand flag: 'x' in -x")
})
