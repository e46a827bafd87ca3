import { expect, test } from 'vitest'
import { milliValue } from './quantity.ts'

test.each([
  ['4', 4000],
  ['4000m', 4000],
  ['500m', 500],
  ['0.1', 100],
  ['.5', 500],
  ['1.1', 1100],
  ['1e3', 1_000_000],
  ['2E-3', 2],
  ['1k', 1_000_000],
  ['8Gi', 8 * 2 ** 30 * 1000],
  ['1n', 1],
  ['1E', 1e21],
  ['0', 0],
  ['0m', 0],
  ['', 0],
  ['m', 0],
  ['4 cpus', 0],
  ['4x', 0],
])('%j is %i thousandths', (text, expected) => {
  expect(milliValue(text)).toBe(expected)
})
