// What gets a mark on the timeline, and how bursts are told.

import { describe, expect, test } from 'vitest'
import type { Cluster, FaultSpec } from '../../engine/index.ts'
import type { MarkView } from '../../protocol/index.ts'
import { gather, Marks } from './marks.ts'
import { findScenario } from './scenarios/scenarios.ts'
import { startCluster } from './start-cluster.ts'

function follow(): { readonly cluster: Cluster; readonly marks: Marks } {
  let marks: Marks | undefined
  const { cluster } = startCluster({ seed: 1, scenario: findScenario('my-service') }, created => {
    marks = new Marks(created)
  })
  if (!marks) throw new Error('nobody was told of the cluster')
  return { cluster, marks }
}

/** Runs on, looking every `everyMs`, and lists the marks as `type×count`. */
function run({ cluster, marks }: ReturnType<typeof follow>, forMs: number, everyMs = 100): MarkView[] {
  const found: MarkView[] = []
  for (let at = 0; at < forMs; at += everyMs) {
    cluster.advanceTo(cluster.nowMs + everyMs)
    found.push(...marks.take())
  }
  return found
}

function names(marks: readonly MarkView[]): string[] {
  return marks.map(mark => (mark.count === 1 ? mark.type : `${mark.type}×${mark.count}`))
}

test('a Deployment comes up: one slice, three Pods ready, every proxy knows', () => {
  const marks = run(follow(), 3_000)
  expect(names(marks)).toContain('slice-created')
  expect(names(marks).at(-1)).toBe('proxies-synced×3')
  expect(marks.filter(mark => mark.type === 'pod-ready').reduce((sum, mark) => sum + mark.count, 0)).toBe(3)
})

test('scaling is a mark, and what follows from it', () => {
  const followed = follow()
  run(followed, 3_000)
  followed.cluster.execute({ type: 'scale', kind: 'Deployment', namespace: 'default', name: 'my-app', replicas: 1 })
  const marks = run(followed, 3_000)
  expect(marks[0]).toMatchObject({ type: 'scaled', label: 'my-app', about: 'Deployment/default/my-app' })
  expect(names(marks)).toContain('endpoint-unready×2')
  expect(names(marks)).not.toContain('pod-unready')
  expect(names(marks).at(-1)).toMatch(/proxies-synced|pod-deleted/)
})

test('a node that dies is told at once; that its proxy is silent holds nobody up', () => {
  const followed = follow()
  run(followed, 3_000)
  followed.cluster.execute({ type: 'set-power', node: 'n2', on: false })
  const marks = run(followed, 70_000, 1_000)
  expect(names(marks)).toEqual(['node-died', 'node-not-ready', 'pod-unready', 'endpoint-unready', 'proxies-synced×2'])
  const [, notReady, unready, endpoint, synced] = marks
  expect(notReady).toMatchObject({ about: 'Node//n2', label: 'n2' })
  expect(unready?.atMs).toBe(notReady?.atMs)
  expect(endpoint?.atMs).toBeLessThan((notReady?.atMs ?? 0) + 100)
  expect(synced?.atMs).toBeGreaterThan(endpoint?.atMs ?? 0)
})

test('an eviction is told as one', () => {
  const followed = follow()
  run(followed, 3_000)
  followed.cluster.execute({ type: 'set-power', node: 'n2', on: false })
  const marks = run(followed, 400_000, 1_000)
  expect(names(marks)).toContain('pod-evicted')
})

test('saved marks go on with their numbers', () => {
  const followed = follow()
  run(followed, 3_000)
  const later = new Marks(followed.cluster)
  later.load(followed.marks.save())
  expect(later.all()).toEqual(followed.marks.all())
  later.add('applied', null, '')
  followed.marks.add('applied', null, '')
  expect(later.take()).toEqual(followed.marks.take())
})

const mark = (id: number, type: MarkView['type'], about: string | null, count = 1): MarkView => ({
  id,
  atMs: id * 10,
  type,
  about,
  label: `${about}`,
  count,
})

describe('marks of one type in one frame', () => {
  test('become one with a count, about nobody in particular', () => {
    expect(gather([mark(1, 'pod-ready', 'a'), mark(2, 'pod-ready', 'b'), mark(3, 'scaled', 'c')])).toEqual([
      { ...mark(1, 'pod-ready', 'a'), about: null, count: 2 },
      mark(3, 'scaled', 'c'),
    ])
  })

  test('stay about whom they are all about', () => {
    expect(gather([mark(1, 'pod-ready', 'a', 2), mark(2, 'pod-ready', 'a')])).toEqual([mark(1, 'pod-ready', 'a', 3)])
  })
})

test('a fault is told when it begins and when it is over; a crash by its machine alone', () => {
  const followed = follow()
  run(followed, 3_000)
  const inject = (fault: FaultSpec): void => {
    expect(followed.cluster.execute({ type: 'inject-fault', fault })).toEqual({ ok: true })
  }
  inject({ type: 'packet-loss', target: 'Node/n1', percent: 5, forMs: 1_000 })
  inject({ type: 'dns-down', atMs: 4_500, forMs: 100 })
  inject({ type: 'pod-crash', target: 'Pod/default/none', atMs: 4_700 })
  inject({ type: 'node-crash', target: 'Node/n2', atMs: 5_000 })
  const marks = run(followed, 3_000).filter(({ type }) => /fault|node/.test(type))
  expect(marks.map(({ type, about, label }) => [type, about, label])).toEqual([
    ['fault-begun', 'Node//n1', 'packet-loss n1'],
    ['fault-over', 'Node//n1', 'packet-loss n1'],
    ['fault-begun', null, 'dns-down'],
    ['fault-over', null, 'dns-down'],
    ['fault-missed', 'Pod/default/none', 'pod-crash none'],
    ['node-died', 'Node//n2', 'n2'],
  ])
})
