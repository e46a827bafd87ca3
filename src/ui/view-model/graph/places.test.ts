import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { View } from '../../../protocol/index.ts'
import { client, node, pod, SAMPLE_NAMES, sampleViews, service } from './sample-views.ts'
import { makeScene, type Scene } from './scene.ts'
import type { Orientation } from './cards.ts'
import { toRect, type Rect } from './standing.ts'

const FRAMES = { across: { main: 1090, cross: 504 }, down: { main: 600, cross: 378 } }

function scene(
  views: readonly View[],
  previous: Scene | null = null,
  nowMs = 0,
  orientation: Orientation = 'across',
): Scene {
  return makeScene(new Map(views.map(view => [view.id, view])), {
    orientation,
    frame: FRAMES[orientation],
    openGroups: new Set(),
    nowMs,
    previous: previous?.places ?? null,
  })
}

function rectOf(of: Scene, id: string): Rect {
  const at = of.standing.get(id)
  if (!at) throw new Error(`${id} does not stand`)
  return toRect(at.box, of.metrics)
}

const middleY = ({ y, height }: Rect): number => y + height / 2

describe('the first placing', () => {
  const first = scene(sampleViews('my-service'))

  test('the rings are at the middle of the Pods, and so are the rows of the board', () => {
    const hub = first.wiring.hubs.get('Service/default/my-service')?.in[1] ?? 0
    const ground = ['zone-a', 'zone-c'].map(zone => rectOf(first, `Zone//${zone}`))
    expect(hub).toBeCloseTo(((ground[0]?.y ?? 0) + (ground[1]?.y ?? 0) + (ground[1]?.height ?? 0)) / 2)
    const entries = [...first.wiring.berths.values()].map(berth => berth.entry[1])
    expect(entries[1]).toBeCloseTo(hub, 0)
  })

  test('two clients stand at the same distance above and below the trunk', () => {
    const hub = first.wiring.hubs.get('Service/default/my-service')?.in[1] ?? 0
    const offs = ['frontend-1', 'frontend-2'].map(name => middleY(rectOf(first, `Client//${name}`)) - hub)
    expect((offs[0] ?? 0) + (offs[1] ?? 0)).toBeCloseTo(0)
    expect(offs[0]).toBeLessThan(-60)
  })

  test('the name stands above the trunk', () => {
    const hub = first.wiring.hubs.get('Service/default/my-service')?.in[1] ?? 0
    const sign = rectOf(first, 'Name/default/my-service')
    expect(sign.y + sign.height).toBeLessThan(hub - 6)
  })

  test('places for Pods still to come are kept: their coming moves nothing', () => {
    const all = sampleViews('my-service')
    const before = scene(all.filter(view => view.kind !== 'Pod'))
    const after = scene(all, before)
    for (const id of before.standing.keys()) expect([id, rectOf(after, id)]).toEqual([id, rectOf(before, id)])
  })
})

describe('cards of one sample', () => {
  for (const orientation of ['across', 'down'] as const) {
    for (const name of SAMPLE_NAMES) {
      test(`of ${name} never cover each other (${orientation})`, () => {
        const { placed } = scene(sampleViews(name), null, 0, orientation)
        const solid = placed.filter(({ card }) => card.kind !== 'Zone' && card.kind !== 'Node')
        const covering = solid.flatMap((a, index) =>
          solid.slice(index + 1).flatMap(b => (overlaps(a.rect, b.rect) ? [`${a.card.id} ${b.card.id}`] : [])),
        )
        expect(covering).toEqual([])
      })

      test(`of ${name} stand inside their rooms and zones, clear of the upper left corner (${orientation})`, () => {
        const of = scene(sampleViews(name), null, 0, orientation)
        for (const { card, rect } of of.placed) {
          if (card.kind !== 'Pod' && card.kind !== 'PodGroup') continue
          const nodeName = card.kind === 'Pod' ? card.view.node : card.node
          if (!of.standing.has(`Node//${nodeName}`)) continue
          const room = rectOf(of, `Node//${nodeName}`)
          expect(contains(room, rect)).toBe(true)
          expect(contains(rect, { x: room.x + 12, y: room.y + 12, width: 0, height: 0 })).toBe(false)
        }
      })
    }
  }
})

function overlaps(a: Rect, b: Rect): boolean {
  return (
    a.x < b.x + b.width - 0.01 &&
    b.x < a.x + a.width - 0.01 &&
    a.y < b.y + b.height - 0.01 &&
    b.y < a.y + a.height - 0.01
  )
}

function contains(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width + 0.01 &&
    inner.y + inner.height <= outer.y + outer.height + 0.01
  )
}

describe('an update', () => {
  const nodes = [node(1), node(2), node(3)]
  const cast = [...nodes, service(), client(1)]

  test('that changes nothing but a heartbeat leaves everything', () => {
    const before = scene([...cast, pod(0, 1)])
    const after = scene([node(1, { leaseRenewMs: 99_000 }), ...cast.slice(1), pod(0, 1)], before)
    expect(after.placed.map(({ rect }) => rect)).toEqual(before.placed.map(({ rect }) => rect))
  })

  test('gives a newcomer the place of one that left, but not while its ghost stands there', () => {
    const before = scene([...cast, pod(0, 1), pod(1, 1)])
    const left = scene([...cast, pod(1, 1)], before, 1000)
    const soon = scene([...cast, pod(1, 1), pod(2, 1)], left, 1500)
    expect(rectOf(soon, pod(2, 1).id).y).toBeGreaterThan(rectOf(soon, pod(1, 1).id).y)
    const later = scene([...cast, pod(1, 1), pod(3, 1)], left, 4000)
    expect(rectOf(later, pod(3, 1).id)).toEqual(rectOf(before, pod(0, 1).id))
  })

  test('a room that grows moves what is below it no further than needed, and nothing else', () => {
    const before = scene([...cast, pod(0, 1), pod(1, 2), pod(2, 3)])
    const after = scene([...cast, pod(0, 1), pod(1, 2), pod(2, 3), pod(3, 1)], before)
    const still = [
      'Client//frontend-1',
      'Service/default/my-service',
      'Name/default/my-service',
      pod(0, 1).id,
      'Zone//zone-a',
    ]
    for (const id of still) expect([id, rectOf(after, id).y]).toEqual([id, rectOf(before, id).y])
    const zoneA = rectOf(after, 'Zone//zone-a')
    const grown = zoneA.height - rectOf(before, 'Zone//zone-a').height
    const moved = rectOf(after, 'Zone//zone-b').y - rectOf(before, 'Zone//zone-b').y
    expect(moved).toBeLessThanOrEqual(grown)
    expect(rectOf(after, 'Zone//zone-b').y).toBeGreaterThanOrEqual(zoneA.y + zoneA.height)
  })

  test('a further client takes a free place and moves nobody', () => {
    const two = scene([...cast, client(2)])
    const three = scene([...cast, client(2), client(3)], two)
    for (const id of two.standing.keys()) expect(rectOf(three, id)).toEqual(rectOf(two, id))
    expect(three.standing.has('Client//frontend-3')).toBe(true)
  })

  test('law: while no room outgrows its places, nothing that stands ever moves', () => {
    const step = fc.record({ index: fc.nat(11), present: fc.boolean(), waitMs: fc.nat(3000) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const all = Array.from({ length: 12 }, (_, index) => pod(index, (index % 3) + 1))
        let nowMs = 0
        let last = scene([...cast, ...all])
        const present = new Set(all.map(one => one.id))
        for (const { index, present: here, waitMs } of steps) {
          const one = all[index]
          if (!one) continue
          if (here) present.add(one.id)
          else present.delete(one.id)
          nowMs += waitMs
          const next = scene([...cast, ...all.filter(({ id }) => present.has(id))], last, nowMs)
          for (const id of last.standing.keys()) {
            if (!next.standing.has(id)) continue
            const [old, now] = [rectOf(last, id), rectOf(next, id)]
            if (!someRoomGrew(last, next)) expect([id, now.x, now.y]).toEqual([id, old.x, old.y])
          }
          last = next
        }
      }),
      { seed: 20_260_101, numRuns: 60 },
    )
  })
})

function someRoomGrew(before: Scene, after: Scene): boolean {
  return [...after.places.rooms].some(([id, { size }]) => size > (before.places.rooms.get(id)?.size ?? 0))
}
