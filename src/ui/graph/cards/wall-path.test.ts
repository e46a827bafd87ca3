import { expect, test } from 'vitest'
import { wallPath } from './wall-path.ts'

const ROOM = { width: 220, height: 110, side: 'left' } as const

/** How many lines the walls are drawn in: one more for each door after the first. */
function strokes(path: string): number {
  return path.split('M').length - 1
}

test('walls without a door are closed', () => {
  expect(wallPath({ ...ROOM, doors: [] })).toMatch(/Z$/)
})

test('a door opens them, with a jamb on each side', () => {
  const path = wallPath({ ...ROOM, doors: [60] })
  expect(path).not.toMatch(/Z/)
  expect(path.startsWith('M-4.25 48L0.75 48')).toBe(true)
  expect(path.endsWith('L0.75 72L-4.25 72')).toBe(true)
})

test('every further door leaves a piece of wall between', () => {
  expect(strokes(wallPath({ ...ROOM, doors: [30, 60] }))).toBe(2)
  expect(strokes(wallPath({ ...ROOM, height: 300, doors: [60, 130, 200] }))).toBe(3)
})

test('a door that does not fit beside a corner is left out', () => {
  expect(wallPath({ ...ROOM, doors: [5] })).toMatch(/Z$/)
})

test('on a phone the door is in the upper wall', () => {
  expect(wallPath({ ...ROOM, side: 'top', doors: [60] }).startsWith('M48 -4.25L48 0.75')).toBe(true)
})
