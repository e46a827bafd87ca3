import { describe, expect, test } from 'vitest'
import { node, sampleViews } from '../view-model/graph/sample-views.ts'
import { makeScene, type Scene } from '../view-model/graph/index.ts'
import { toEdges, toNodes } from './flow-elements.ts'

function scene(leaseRenewMs = 88_400): Scene {
  const views = new Map(sampleViews('my-service').map(view => [view.id, view]))
  views.set('Node//n1', node(1, { leaseRenewMs }))
  return makeScene(views, {
    orientation: 'across',
    frame: { main: 1090, cross: 504 },
    openGroups: new Set(),
    nowMs: 0,
    previous: null,
  })
}

describe('nodes', () => {
  test('bring their size and handles, so that nothing needs measuring', () => {
    for (const element of toNodes(scene(), [], [])) {
      expect(element.measured).toEqual({ width: element.width, height: element.height })
      expect(element.handles).toHaveLength(2)
    }
  })

  test('that say the same stay the same objects; a heartbeat renews one', () => {
    const before = toNodes(scene(), [], [])
    const after = toNodes(scene(99_000), [], before)
    expect(after.filter((element, index) => element !== before[index]).map(({ id }) => id)).toEqual(['Node//n1'])
  })

  test('lie zone below room below card', () => {
    const level = new Map(toNodes(scene(), [], []).map(element => [element.type, element.zIndex ?? 0]))
    expect(level.get('Zone')).toBeLessThan(level.get('Node') ?? 0)
    expect(level.get('Node')).toBeLessThan(level.get('Pod') ?? 0)
  })

  test('a ghost is an element of its own beside the living', () => {
    const of = scene()
    const placed = of.placed.find(({ card }) => card.kind === 'Pod')
    if (!placed) throw new Error('no Pod stands')
    const ghosts = toNodes(of, [{ placed, bornMs: 0 }], []).filter(element => element.data.ghost)
    expect(ghosts.map(({ id }) => id)).toEqual([`ghost ${placed.card.id}`])
  })
})

describe('edges', () => {
  test('lie above rooms and below cards, and stay the same while they say the same', () => {
    const before = toEdges(scene(), [], [])
    const after = toEdges(scene(99_000), [], before)
    expect(after.every((edge, index) => edge === before[index])).toBe(true)
    expect(new Set(before.map(edge => edge.zIndex))).toEqual(new Set([2]))
  })
})
