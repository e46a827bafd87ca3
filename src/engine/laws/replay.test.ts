// Whatever a walk does: the log of a cluster replays to the same bytes, and a cluster that is saved and restored in the middle
// goes on as if nothing had been.

import { env } from 'node:process'
import { test } from 'vitest'
import { createCluster, replay, restoreCluster } from '../index.ts'
import { checkWalk, lawSeeds } from '../testing/walk/check-walks.ts'
import { follow, stageOf, type Walk } from '../testing/walk/walk.ts'

const AFTER_MS = 120_000

/** Moments at and soon after a step: before its first control hop, and while Pods start. */
function cutsOf({ steps }: Walk): readonly number[] {
  const some = [0.35, 0.6, 0.85].map(share => steps[Math.floor(steps.length * share)]?.atMs ?? 0)
  return some.map((atMs, index) => atMs + [0, 1.5, 350][index]!).sort((a, b) => a - b)
}

function broken(walk: Walk): readonly string[] {
  const endMs = (walk.steps.at(-1)?.atMs ?? 0) + AFTER_MS
  const cluster = createCluster(walk.options)
  follow(stageOf(cluster), walk)
  cluster.advanceTo(endMs)
  const end = cluster.save()
  const again = createCluster(walk.options)
  replay(again, cluster.log.entries)
  again.advanceTo(endMs)
  return [
    ...differenceOf(end, again.save(), 'a replay'),
    ...differenceOf(end, interrupted(walk, endMs), `being saved and restored at ${cutsOf(walk).join(', ')} ms`),
  ]
}

function interrupted(walk: Walk, endMs: number): string {
  let cluster = createCluster(walk.options)
  let fromMs = 0
  for (const toMs of cutsOf(walk)) {
    follow(stageOf(cluster), walk, { fromMs, toMs })
    cluster.advanceTo(toMs)
    cluster = restoreCluster(cluster.save())
    fromMs = toMs
  }
  follow(stageOf(cluster), walk, { fromMs })
  cluster.advanceTo(endMs)
  return cluster.save()
}

function differenceOf(wanted: string, found: string, what: string): readonly string[] {
  if (wanted === found) return []
  let at = 0
  while (wanted[at] === found[at]) at++
  const around = (text: string): string => text.slice(Math.max(0, at - 120), at + 120)
  return [`${what} gives other bytes: ${around(wanted)}\nbut ${around(found)}`]
}

test.each(lawSeeds(2, env))('walk %d gives the same bytes', { timeout: 600_000 }, seed => checkWalk(seed, broken))
