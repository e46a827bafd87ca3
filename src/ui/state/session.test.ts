import { describe, expect, it } from 'vitest'
import type { FrameUpdate, View } from '../../protocol/index.ts'
import { samplePod, sampleService } from '../view-model/testing/sample-cluster.ts'
import { foldFrame, INITIAL_SESSION } from './session.ts'

const EMPTY: FrameUpdate = {
  type: 'frame',
  number: 1,
  full: false,
  clock: { nowMs: 0, running: true, speed: 1 },
  seed: 1,
  scenario: 'my-service',
  set: [],
  removed: [],
  beads: [],
  podTotals: [],
  seconds: [],
  marks: [],
  events: [],
}

const withViews = (...set: readonly View[]) => foldFrame(INITIAL_SESSION, { ...EMPTY, set })

describe('foldFrame', () => {
  it('sets and removes views, and keeps the identity of those that stay', () => {
    const service = sampleService()
    const before = withViews(service, samplePod('x8k2p'))
    const after = foldFrame(before, { ...EMPTY, removed: [samplePod('x8k2p').id] })
    expect([...after.views.keys()]).toEqual([service.id])
    expect(after.views.get(service.id)).toBe(before.views.get(service.id))
  })
  it('keeps the identity of everything when nothing changed', () => {
    const before = withViews(sampleService(), samplePod('x8k2p'))
    const after = foldFrame(before, { ...EMPTY, clock: { nowMs: 16, running: true, speed: 1 } })
    expect([after.views, after.hues, after.marks, after.podTotals]).toEqual([
      before.views,
      before.hues,
      before.marks,
      before.podTotals,
    ])
    expect(after.views).toBe(before.views)
    expect(after.hues).toBe(before.hues)
  })
  it('forgets everything on a full frame but what hello said', () => {
    const before = { ...withViews(sampleService()), scenarios: ['a'], kubernetes: 'v1.34' }
    const after = foldFrame(before, { ...EMPTY, full: true })
    expect(after.views.size).toBe(0)
    expect(after).toMatchObject({ scenarios: ['a'], kubernetes: 'v1.34' })
  })
  it('remembers the hue of a Pod that is gone', () => {
    const pod = samplePod('x8k2p', { hue: 4 })
    const after = foldFrame(withViews(pod), { ...EMPTY, removed: [pod.id] })
    expect(after.hues.get(pod.id)).toBe(4)
  })
  it('keeps ten minutes of seconds', () => {
    const seconds = Array.from({ length: 700 }, (_, second) => ({ second, ok: 1, failed: 0, byPod: [] }))
    const after = foldFrame(INITIAL_SESSION, { ...EMPTY, seconds })
    expect([after.seconds.length, after.seconds[0]?.second]).toEqual([600, 100])
  })
})
