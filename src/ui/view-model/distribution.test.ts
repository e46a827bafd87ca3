import { describe, expect, it } from 'vitest'
import type { PodTotals, SecondSample } from '../../protocol/index.ts'
import { distribution, evenChoice, podCounts, roundTop, shownCounts } from './distribution.ts'
import { PODS, samplePod, viewsOf } from './testing/sample-cluster.ts'

function samples(from: number, to: number, byPod: readonly PodTotals[]): readonly SecondSample[] {
  return Array.from({ length: to - from }, (_, index) => ({ second: from + index, ok: 0, failed: 0, byPod }))
}

describe('evenChoice', () => {
  it('gives 20 ± 7 for 60 requests over three Pods', () => {
    const { expected, spread } = evenChoice(60, 3)
    expect(expected).toBe(20)
    expect(spread).toBeCloseTo(7.16, 2)
  })
  it('leaves nothing to chance with one Pod', () => {
    expect(evenChoice(60, 1)).toEqual({ expected: 60, spread: 0 })
    expect(evenChoice(0, 0)).toEqual({ expected: 0, spread: 0 })
  })
})

describe('distribution', () => {
  const one = (ok: number, failed = 0): PodTotals => ({ pod: 'Pod/default/a', ok, failed })
  it('sums five-second windows and leaves out the one that runs', () => {
    const data = distribution(samples(30, 63, [one(4)]), 62_900)
    expect(data.ends.at(-1)).toBe(60)
    expect(data.lines[0]?.ok.slice(-7)).toEqual([null, 20, 20, 20, 20, 20, 20])
  })
  it('draws no answer where all requests of a window failed', () => {
    const data = distribution([...samples(40, 50, [one(4)]), ...samples(50, 60, [one(0, 4)])], 60_000)
    expect(data.lines[0]?.ok.slice(-4)).toEqual([20, 20, null, null])
    expect(data.lines[0]?.failed.slice(-4)).toEqual([0, 0, 20, 20])
  })
  it('expects an even share of those who take part', () => {
    const both = [one(6), { pod: 'Pod/default/b', ok: 2, failed: 0 }]
    expect(distribution(samples(0, 60, both), 60_000).band?.expected).toBe(20)
  })
  it('has no band before the first answer', () => {
    expect(distribution([], 3_000)).toMatchObject({ lines: [], band: null, top: 4 })
  })
  it('has a top that is round and not exceeded', () => {
    expect([4, 5, 21, 40, 41, 99, 100, 101].map(roundTop)).toEqual([4, 6, 40, 40, 60, 100, 100, 200])
  })
})

describe('podCounts', () => {
  it('lists every Pod that exists or has totals, the oldest first, with the hue it had', () => {
    const gone = 'Pod/default/my-app-6699789d74-gone1'
    const counts = podCounts({
      views: viewsOf(...PODS.slice(1)),
      podTotals: new Map([[gone, { pod: gone, ok: 7, failed: 2 }]]),
      hues: new Map([[gone, 0]]),
    })
    expect(counts.map(count => [count.label, count.hue, count.exists, count.ok, count.failed])).toEqual([
      ['my-app-6699789d74-gone1', 0, false, 7, 2],
      ['m4t7q', 1, true, 0, 0],
      ['q9w6z', 2, true, 0, 0],
    ])
  })
  it('shows at most 200 rows, and then only of Pods that exist', () => {
    const pods = Array.from({ length: 250 }, (_, index) => samplePod(`p${index}`, { hue: index }))
    const gone = new Map([['Pod/default/gone', { pod: 'Pod/default/gone', ok: 1, failed: 0 }]])
    const shown = shownCounts(podCounts({ views: viewsOf(...pods), podTotals: gone, hues: new Map() }))
    expect(shown).toHaveLength(200)
    expect(shown.every(count => count.exists)).toBe(true)
  })
})
