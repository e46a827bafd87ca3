import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ageSince, humanAge } from './human-age.ts'

const S = 1000
const M = 60 * S
const H = 60 * M
const D = 24 * H
const Y = 365 * D

describe('an age has one unit or two, fewer the longer it is', () => {
  const cases: readonly [number, string][] = [
    [-2 * S, '<invalid>'],
    [-1500, '0s'],
    [-1, '0s'],
    [0, '0s'],
    [999, '0s'],
    [119 * S, '119s'],
    [2 * M, '2m'],
    [2 * M + 1 * S, '2m1s'],
    [10 * M - 1, '9m59s'],
    [10 * M + 5 * S, '10m'],
    [3 * H - 1, '179m'],
    [3 * H, '3h'],
    [3 * H + 5 * M, '3h5m'],
    [8 * H - 1, '7h59m'],
    [8 * H + 30 * M, '8h'],
    [48 * H - 1, '47h'],
    [48 * H, '2d'],
    [2 * D + 3 * H, '2d3h'],
    [8 * D - 1, '7d23h'],
    [8 * D + 3 * H, '8d'],
    [2 * Y - 1, '729d'],
    [2 * Y, '2y'],
    [2 * Y + 3 * D, '2y3d'],
    [8 * Y - 1, '7y364d'],
    [8 * Y + 3 * D, '8y'],
  ]
  for (const [durationMs, words] of cases) {
    test(`${durationMs} ms is ${words}`, () => {
      expect(humanAge(durationMs)).toBe(words)
    })
  }

  test('and never says more than there is, nor less than half of it', () => {
    const unitMs = { s: S, m: M, h: H, d: D, y: Y }
    fc.assert(
      fc.property(fc.integer({ min: S, max: 60 * Y }), durationMs => {
        const parts = [...humanAge(durationMs).matchAll(/(\d+)([smhdy])/g)]
        const saidMs = parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit as 's'], 0)
        expect(saidMs).toBeLessThanOrEqual(durationMs)
        expect(saidMs).toBeGreaterThan(durationMs / 2)
      }),
      { seed: 11 },
    )
  })
})

test('the age of a timestamp is told from the given moment', () => {
  expect(ageSince('2026-01-01T00:00:00Z', DEFAULT_EPOCH_MS + 5 * M)).toBe('5m')
  expect(ageSince('2026-01-01T00:00:00.500000Z', DEFAULT_EPOCH_MS + 2 * S)).toBe('1s')
})

test('without a timestamp the age is unknown', () => {
  expect(ageSince(undefined, 0)).toBe('<unknown>')
  expect(ageSince(null, 0)).toBe('<unknown>')
  expect(ageSince('', 0)).toBe('<unknown>')
})
