import { describe, expect, test } from 'vitest'
import type { Orientation } from './cards.ts'
import { SAMPLE_NAMES, sampleViews, type SampleName } from './sample-views.ts'
import { focusTracks, makeScene, selectsTracks, type Scene } from './scene.ts'

function scene(
  name: SampleName,
  orientation: Orientation = 'across',
  openGroups: ReadonlySet<string> = new Set(),
): Scene {
  return makeScene(new Map(sampleViews(name).map(view => [view.id, view])), {
    orientation,
    frame: orientation === 'across' ? { main: 1090, cross: 504 } : { main: 600, cross: 378 },
    openGroups,
    nowMs: 0,
    previous: null,
  })
}

/** `trunk 2, member 6`: how many lines of each look. */
function looks({ tracks }: Scene): string {
  const counts = new Map<string, number>()
  for (const { look } of tracks) counts.set(look, (counts.get(look) ?? 0) + 1)
  return [...counts].map(([look, count]) => `${look} ${count}`).join(', ')
}

const SERVICE = 'Service/default/my-service'

describe('lines are drawn only while they are true', () => {
  test('a running Service: trunks, a fan and a way for each member', () => {
    expect(looks(scene('my-service'))).toBe('trunk 2, lookup 2, member 6')
  })

  test('a dead Pod that still counts as ready keeps its track', () => {
    expect(looks(scene('node-dead'))).toBe('trunk 2, lookup 2, member 6')
  })

  test('an endpoint that is not ready has thin dots', () => {
    expect(looks(scene('node-not-ready'))).toBe('trunk 2, lookup 2, member 4, unready 2')
  })

  test('no endpoints: no track leaves the Service', () => {
    expect(looks(scene('nobody'))).toBe('trunk 2, lookup 2')
  })

  test('another name: no trunk, an arrow from the name', () => {
    expect(looks(scene('external-name'))).toBe('lookup 1, cname 1')
  })

  test('endpoints by hand: mirrored, and a way out of the cluster', () => {
    expect(looks(scene('no-selector'))).toBe('trunk 2, lookup 2, member 2, mirror 1')
  })

  test('a client that keeps an address goes past the Service in the hue of that Pod', () => {
    const kept = scene('kept-address').tracks.find(track => track.look === 'kept')
    expect([kept?.source, kept?.hue]).toEqual(['Client//keeper-1', 1])
  })

  test('three folded slices are one neutral bundle each', () => {
    const { tracks } = scene('three-slices')
    const bundles = tracks.filter(track => track.look === 'bundle')
    expect(bundles).toHaveLength(6)
    expect(bundles.every(track => track.hue === null)).toBe(true)
  })
})

describe('every line', () => {
  for (const orientation of ['across', 'down'] as const) {
    for (const name of SAMPLE_NAMES) {
      test(`of ${name} goes between cards that stand, and lies inside the bounds (${orientation})`, () => {
        const { tracks, standing, bounds } = scene(name, orientation)
        for (const track of tracks) {
          expect(standing.has(track.source)).toBe(true)
          expect(standing.has(track.target)).toBe(true)
          expect(track.path).toMatch(/^M/)
          expect(track.path).not.toContain('NaN')
        }
        expect(bounds.width).toBeGreaterThan(0)
        expect(new Set(tracks.map(({ id }) => id)).size).toBe(tracks.length)
      })
    }
  }
})

describe('doors', () => {
  test('are in the wall where a track enters, and nowhere else', () => {
    const { placed } = scene('my-service')
    const rooms = placed.filter(({ card }) => card.kind === 'Node')
    expect(rooms.map(({ doors }) => doors.length)).toEqual([1, 1, 1])
    expect(scene('nobody').placed.every(({ doors }) => doors.length === 0)).toBe(true)
  })

  test('a folded room has one, however many of its Pods are open', () => {
    const open = scene('three-slices', 'across', new Set(['PodGroup/n1/default/my-app/ready']))
    const room = open.placed.find(({ card }) => card.id === 'Node//n1')
    expect(room?.doors).toHaveLength(1)
  })
})

describe('what the pointer is on', () => {
  test('a slice draws its own ways out of the bundle, one to each Node', () => {
    const of = scene('three-slices')
    expect(focusTracks(of, ['EndpointSlice/default/my-service-9kd4r'])).toHaveLength(3)
    expect(focusTracks(of, ['Node//n2'])).toHaveLength(3)
    expect(focusTracks(of, [null, 'Zone//zone-a'])).toEqual([])
  })

  test('a selected Service draws dots to the Pods that its selector matches', () => {
    expect(selectsTracks(scene('my-service'), SERVICE)).toHaveLength(3)
    expect(selectsTracks(scene('nobody'), SERVICE)).toEqual([])
    expect(selectsTracks(scene('my-service'), 'Node//n1')).toEqual([])
  })
})

test('board rows stand in the order of their Pods on screen', () => {
  const of = scene('my-service')
  const rows = of.wiring.slices[0]?.rows.map(row => row.address)
  expect(rows).toEqual(['10.244.1.5', '10.244.2.5', '10.244.3.5'])
  const entries = [...of.wiring.berths.values()].map(berth => berth.entry[1])
  expect(entries).toEqual(entries.toSorted((a, b) => a - b))
})

test('everything fits a pane of 1090 × 600 at full size', () => {
  const { bounds } = scene('my-service')
  expect(bounds.width).toBeLessThanOrEqual(1050)
  expect(bounds.height).toBeLessThanOrEqual(504)
})
