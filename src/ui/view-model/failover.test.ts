import { describe, expect, it } from 'vitest'
import type { MarkView, SecondSample } from '../../protocol/index.ts'
import { lastFailover } from './failover.ts'
import { sampleCluster, sampleMark, sampleNode } from './testing/sample-cluster.ts'

const n2 = { about: 'Node//n2', label: 'n2' }
const DIED = sampleMark('node-died', 90_400, n2)
const STORY: readonly MarkView[] = [
  sampleMark('pod-ready', 2_000),
  DIED,
  sampleMark('node-not-ready', 142_200, n2),
  sampleMark('endpoint-unready', 142_202),
  sampleMark('proxies-synced', 142_260),
  sampleMark('pod-evicted', 442_200),
  sampleMark('pod-ready', 443_000),
]

function second(at: number, ok: number, failed: number): SecondSample {
  return { second: at, ok, failed, byPod: [] }
}

function stepsOf(marks: readonly MarkView[], views = sampleCluster()): string {
  const failover = lastFailover({ marks, seconds: [], views })
  return (failover?.steps ?? [])
    .map(step => `${step.name} ${step.atMs ?? '-'}${step.expectedMs === null ? '' : ` ~${step.expectedMs}`}`)
    .join(' | ')
}

describe('lastFailover', () => {
  it('is nothing while no node has died', () => {
    expect(lastFailover({ marks: [sampleMark('pod-ready', 1)], seconds: [], views: new Map() })).toBeNull()
  })
  it('expects everything from the last lease while nothing is known', () => {
    const views = sampleCluster(sampleNode('n2', { power: false, leaseRenewMs: 88_000 }))
    expect(stepsOf([DIED], views)).toBe(
      'not-ready - ~138000 | endpoint-unready - ~138000 | proxies-synced - ~138000 | evicted - ~438000 | replaced - ~439000',
    )
  })
  it('takes the eviction from the node once its timer runs', () => {
    const views = sampleCluster(sampleNode('n2', { power: false, ready: 'Unknown', evictsAtMs: 442_200 }))
    expect(stepsOf(STORY.slice(0, 5), views)).toBe(
      'not-ready 142200 | endpoint-unready 142202 | proxies-synced 142260 | evicted - ~442200 | replaced - ~443200',
    )
  })
  it('knows the whole story', () => {
    const failover = lastFailover({ marks: STORY, seconds: [], views: sampleCluster() })
    expect(failover).toMatchObject({ nodeName: 'n2', diedMs: 90_400, over: true, revivedMs: null })
    expect(stepsOf(STORY)).toBe(
      'not-ready 142200 | endpoint-unready 142202 | proxies-synced 142260 | evicted 442200 | replaced 443000',
    )
  })
  it('is replaced only when as many Pods are ready as were evicted', () => {
    const marks = [
      ...STORY.slice(0, 5),
      sampleMark('pod-evicted', 442_200, { count: 2 }),
      sampleMark('pod-ready', 443_000),
      sampleMark('pod-ready', 444_000),
    ]
    expect(stepsOf(marks)).toContain('replaced 444000')
  })
  it('expects nothing more once the node has power again', () => {
    const failover = lastFailover({
      marks: [DIED, sampleMark('node-revived', 100_000, n2)],
      seconds: [],
      views: sampleCluster(),
    })
    expect(failover?.revivedMs).toBe(100_000)
    expect(failover?.over).toBe(true)
    expect(failover?.steps.every(step => step.atMs === null && step.expectedMs === null)).toBe(true)
  })
  it('counts only requests that ended since the fault', () => {
    const seconds = [second(89, 12, 0), second(90, 8, 4), second(91, 8, 4)]
    expect(lastFailover({ marks: [DIED], seconds, views: sampleCluster() })).toMatchObject({ sent: 24, lost: 8 })
  })
  it('tells of the last death, not of one before', () => {
    const again = sampleMark('node-died', 500_000, { about: 'Node//n3' })
    expect(lastFailover({ marks: [...STORY, again], seconds: [], views: sampleCluster() })).toMatchObject({
      nodeName: 'n3',
      over: false,
    })
  })
})
