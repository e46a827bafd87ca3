import { describe, expect, test } from 'vitest'
import type { View } from '../../../protocol/index.ts'
import { buildModel } from './build-model.ts'
import type { GraphModel } from './cards.ts'
import { endpoint, node, pod, SAMPLE_NAMES, sampleViews, service, slice } from './sample-views.ts'

function model(views: readonly View[], openGroups: ReadonlySet<string> = new Set()): GraphModel {
  return buildModel(new Map(views.map(view => [view.id, view])), { orientation: 'across', openGroups })
}

/** `zone-a: n1[x8k2p m4t7q] | zone-b: n2[]` */
function ground({ zones }: GraphModel): string {
  return zones
    .map(({ name, rooms }) => {
      const inside = rooms.map(
        ({ card, pods }) => `${card.view.name}[${pods.map(one => one.view.name.slice(-5)).join(' ')}]`,
      )
      return `${name}: ${inside.join(' ')}`
    })
    .join(' | ')
}

describe('what is drawn', () => {
  test('zones, then Nodes by name, then Pods by age', () => {
    const nodes = [node(10), node(2), node(1)]
    const views = [...nodes, pod(2, 1), pod(0, 1), pod(1, 2)]
    expect(ground(model(views))).toBe('zone-a: n1[x8k2p q9w6z] n10[] | zone-b: n2[m4t7q]')
  })

  test('the order in which views come does not matter', () => {
    for (const name of SAMPLE_NAMES) {
      const views = sampleViews(name)
      expect(model(views.toReversed())).toEqual(model(views))
    }
  })

  test('the Services of the control plane are left out, with their slices', () => {
    const own = service({ id: 'Service/default/kubernetes', name: 'kubernetes' })
    const { services, slices, names } = model([own, slice('kubernetes', [], { service: own.id })])
    expect([services, slices, names]).toEqual([[], [], []])
  })

  test('an endpoint that is no Pod stands outside, once', () => {
    const row = endpoint(pod(0, 0), { address: '192.0.2.42', pod: null })
    const { outside } = model([slice('a', [row]), slice('b', [row])])
    expect(outside.map(card => card.id)).toEqual(['Outside//192.0.2.42'])
  })

  test('a Pod that is in none of the Nodes waits beside them', () => {
    const { waiting, zones } = model([node(1), pod(0, 0), pod(1, 7)])
    expect(waiting.map(card => card.view.node)).toEqual(['', 'n7'])
    expect(zones[0]?.rooms[0]?.pods).toEqual([])
  })

  test('Nodes without a zone stand on bare ground', () => {
    expect(model([node(1, { zone: '' })]).zones.map(({ card }) => card)).toEqual([null])
  })
})

describe('rows of a board', () => {
  const alive = pod(0, 1)
  const rowState = (views: readonly View[]): string | undefined => model(views).slices[0]?.rows[0]?.state

  test('ready, not ready and leaving as the slice says', () => {
    expect(rowState([node(1), alive, slice('a', [endpoint(alive)])])).toBe('ready')
    expect(rowState([node(1), alive, slice('a', [endpoint(alive, { ready: false })])])).toBe('not-ready')
    expect(rowState([node(1), alive, slice('a', [endpoint(alive, { ready: false, terminating: true })])])).toBe(
      'leaving',
    )
  })

  test('ready by the slice but dead in truth is stale: by its Node, or by its process', () => {
    expect(rowState([node(1, { power: false }), alive, slice('a', [endpoint(alive)])])).toBe('stale')
    expect(rowState([node(1), { ...alive, alive: false }, slice('a', [endpoint(alive)])])).toBe('stale')
  })

  test('a board of thirteen folds, one of twelve does not; on a phone five do', () => {
    const pods = Array.from({ length: 13 }, (_, index) => pod(index, 1))
    const folded = (count: number, orientation: 'across' | 'down'): boolean | undefined => {
      const view = slice(
        'a',
        pods.slice(0, count).map(one => endpoint(one)),
      )
      return buildModel(new Map([[view.id, view]]), { orientation, openGroups: new Set() }).slices[0]?.folded
    }
    expect([folded(12, 'across'), folded(13, 'across'), folded(4, 'down'), folded(5, 'down')]).toEqual([
      false,
      true,
      false,
      true,
    ])
  })
})

describe('folding Pods of a Node', () => {
  const pods = Array.from({ length: 14 }, (_, index) => pod(index, 1, index > 11 ? { ready: false } : {}))
  const groupsOf = (views: readonly View[], open: ReadonlySet<string> = new Set()) =>
    model(views, open).zones[0]?.rooms[0]?.groups ?? []

  test('twelve are drawn one by one', () => {
    expect(groupsOf([node(1), ...pods.slice(0, 12)])).toEqual([])
  })

  test('fourteen become groups by owner and state that add up', () => {
    const groups = groupsOf([node(1), ...pods])
    expect(groups.map(({ card }) => [card.owner, card.state, card.count, card.readyCount, card.node])).toEqual([
      ['my-app', 'ready', 12, 12, 'n1'],
      ['my-app', 'not-ready', 2, 0, 'n1'],
    ])
  })

  test('an open group brings its Pods as small marks, the other stays closed', () => {
    const [ready, other] = groupsOf([node(1), ...pods], new Set(['PodGroup/n1/default/my-app/ready']))
    expect([ready?.card.open, ready?.pods.length, ready?.pods[0]?.compact]).toEqual([true, 12, true])
    expect([other?.card.open, other?.pods.length]).toEqual([false, 0])
  })

  test('a Pod that leaves counts as leaving, ready or not', () => {
    const leaving = pods.map(one => ({ ...one, terminating: true }))
    expect(groupsOf([node(1), ...leaving]).map(({ card }) => card.state)).toEqual(['terminating'])
  })

  test('above four hundred Pods in all there are no dots', () => {
    const many = Array.from({ length: 401 }, (_, index) => pod(index, 1))
    expect(groupsOf([node(1), ...many])[0]?.card.hues).toBeNull()
    expect(groupsOf([node(1), ...many.slice(1)])[0]?.card.hues).toHaveLength(400)
  })
})
