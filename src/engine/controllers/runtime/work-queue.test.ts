import { describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS } from '../../api/cluster-settings.ts'
import { World } from '../../apps/world.ts'
import { EventLoop } from '../../kernel/event-loop.ts'
import { Random } from '../../kernel/rng.ts'
import { ClusterStore } from '../../store/index.ts'
import { WorkQueue, type SyncOutcome } from './work-queue.ts'

function queueOf(outcome: (key: string, run: number) => SyncOutcome, retriesMax?: number) {
  const loop = new EventLoop()
  const runs: string[] = []
  const random = new Random(1)
  const store = new ClusterStore({ random, settings: () => DEFAULT_SETTINGS, wallMs: () => loop.nowMs })
  const context = {
    loop,
    random,
    settings: () => DEFAULT_SETTINGS,
    client: (actor: string) => store.client(actor),
    world: new World(),
    run: () => ({ code: 0, output: '', tookMs: 0, known: false }),
    wallMs: () => loop.nowMs,
  }
  const queue = new WorkQueue(context, {
    name: 'test',
    backOffBaseMs: 1_000,
    backOffMaxMs: 4_000,
    retriesMax,
    sync: key => {
      runs.push(`${key}@${loop.nowMs}`)
      return outcome(key, runs.length)
    },
  })
  return { loop, queue, runs }
}

describe('a work queue', () => {
  it('runs a key once however often it was added, at the earliest of the times', () => {
    const { loop, queue, runs } = queueOf(() => 'done')
    queue.add('a', 50)
    queue.add('a', 10)
    queue.add('a', 30)
    queue.notice('b')
    loop.advanceTo(100)
    expect(runs).toEqual(['b@2', 'a@10'])
  })

  it('takes a key that was added again while it ran', () => {
    const { loop, queue, runs } = queueOf(key => {
      if (runs.length === 1) queue.add(key, 5)
      return 'done'
    })
    queue.add('a', 0)
    loop.advanceTo(100)
    expect(runs).toEqual(['a@0', 'a@5'])
  })

  it('doubles the pause after each failure up to its limit, and forgets them after a success', () => {
    const { loop, queue, runs } = queueOf((_, run) => (run < 6 ? 'retry' : 'done'))
    queue.add('a', 0)
    loop.advanceTo(100_000)
    expect(runs).toEqual(['a@0', 'a@1000', 'a@3000', 'a@7000', 'a@11000', 'a@15000'])
    queue.add('a', 0)
    expect(queue.save().failures).toEqual([])
  })

  it('drops a key that failed too often', () => {
    const { loop, queue, runs } = queueOf(() => 'retry', 2)
    queue.add('a', 0)
    loop.advanceTo(100_000)
    expect(runs).toEqual(['a@0', 'a@1000', 'a@3000'])
  })

  it('runs a key that was set aside when its time has come, whatever ran it before', () => {
    const { loop, queue, runs } = queueOf(() => 'done')
    queue.noticeLater('a', 498)
    queue.notice('a', 98)
    loop.advanceTo(200)
    // The earlier of two times holds among those set aside.
    queue.noticeLater('a', 498)
    loop.advanceTo(2_000)
    expect(runs).toEqual(['a@100', 'a@500'])
  })

  it('runs a key once when one time has come for both', () => {
    const { loop, queue, runs } = queueOf(() => 'done')
    queue.noticeLater('a', 498)
    queue.notice('a', 498)
    loop.advanceTo(2_000)
    expect(runs).toEqual(['a@500'])
  })

  it('does not put a retry off for a sync that fails in the meantime', () => {
    const { loop, queue, runs } = queueOf((_, run) => (run < 3 ? 'retry' : 'done'))
    queue.add('a', 0)
    queue.add('b', 500)
    loop.advanceTo(400)
    queue.add('a', 0)
    loop.advanceTo(20_000)
    expect(runs.filter(run => run.startsWith('a'))).toEqual(['a@0', 'a@400', 'a@1000'])
  })

  it('lets a hundred keys fail at once, and ten a second of the others try again', () => {
    const { loop, queue, runs } = queueOf((_, run) => (run <= 130 ? 'retry' : 'done'))
    for (let index = 0; index < 130; index++) queue.add(`k${index}`, 0)
    loop.advanceTo(100_000)
    const retried = runs.slice(130).map(run => Number(run.split('@')[1]))
    expect(retried.filter(atMs => atMs === 1_000)).toHaveLength(110)
    expect(retried.slice(110, 114)).toEqual([1_100, 1_200, 1_300, 1_400])
    expect(retried).toHaveLength(130)
  })

  it('goes on from what it saved', () => {
    const first = queueOf(() => 'retry')
    first.queue.add('a', 0)
    first.queue.noticeLater('b', 3_000)
    first.loop.advanceTo(500)
    const second = queueOf(() => 'done')
    second.queue.load(first.queue.save())
    second.loop.load(first.loop.save())
    second.queue.add('a', 2_000)
    second.loop.advanceTo(5_000)
    expect(second.runs).toEqual(['a@1000', 'b@3002'])
  })
})
