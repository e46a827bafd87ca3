import { describe, expect, test } from 'vitest'
import { neighbour, type Direction } from './neighbours.ts'
import { sampleViews } from './sample-views.ts'
import { makeScene } from './scene.ts'

const { placed } = makeScene(new Map(sampleViews('my-service').map(view => [view.id, view])), {
  orientation: 'across',
  frame: { main: 1090, cross: 504 },
  openGroups: new Set(),
  nowMs: 0,
  previous: null,
})

function check(from: string, direction: Direction, expected: string | null): void {
  expect(neighbour(placed, from, direction)).toBe(expected)
}

describe('an arrow key', () => {
  test('goes along the way of a request', () => {
    check('Service/default/my-service', 'right', 'EndpointSlice/default/my-service-l5v7d')
    check('EndpointSlice/default/my-service-l5v7d', 'left', 'Service/default/my-service')
  })

  test('goes up and down in a column', () => {
    check('Client//frontend-1', 'down', 'Client//frontend-2')
    check('Client//frontend-2', 'up', 'Client//frontend-1')
  })

  test('stops at the edge', () => {
    check('Client//frontend-1', 'left', null)
  })

  test('knows nothing about cards that do not stand', () => {
    check('Pod/default/gone', 'left', null)
  })

  test('law: every card can be reached from the first one', () => {
    const reached = new Set([placed[0]?.card.id ?? ''])
    for (const from of reached) {
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = neighbour(placed, from, direction)
        if (next !== null) reached.add(next)
      }
    }
    expect(reached.size).toBe(placed.length)
  })
})
