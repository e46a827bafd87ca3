// Random walks, and what has to hold of every one of them: during each write, when all has come to rest, and while nothing
// happens any more.

import { env } from 'node:process'
import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../index.ts'
import { DoorWatcher } from '../testing/laws/door-watcher.ts'
import { brokenEndpoints, brokenMirrors } from '../testing/laws/endpoints-law.ts'
import { noteRestlessWrites } from '../testing/laws/quiet-law.ts'
import { RolloutWitness } from '../testing/laws/rollout-witness.ts'
import { brokenSlices } from '../testing/laws/slice-law.ts'
import { StoreWitness } from '../testing/laws/store-witness.ts'
import { brokenWorkloads } from '../testing/laws/workload-law.ts'
import { checkWalk, lawSeeds, shorten } from '../testing/walk/check-walks.ts'
import { SLICE_CAP_MAX } from '../testing/walk/random-commands.ts'
import { drawWalk, follow, stageOf, type Walk } from '../testing/walk/walk.ts'

const QUIET_MS = 1_800_000
const WATCHED = ['Pod', 'EndpointSlice', 'Service', 'Node', 'Event'] as const

function broken(walk: Walk): readonly string[] {
  const cluster = createCluster(walk.options)
  const stage = stageOf(cluster)
  const stored = new StoreWitness(cluster.store)
  const rollouts = new RolloutWitness(cluster.store, () => cluster.nowMs)
  const watchers = WATCHED.map(kind => new DoorWatcher(stage.door, kind))
  let done = 0
  const after = (): void => {
    done++
    watchers.forEach((watcher, index) => {
      if ((done + index) % 7 === 0) watcher.connect()
      if ((done + index) % 11 === 0) watcher.disconnect()
    })
  }
  follow(stage, walk, { after })
  cluster.advanceTo(walk.restMs)
  const atRest = brokenAtRest(cluster)
  const restless = noteRestlessWrites(cluster.store, () => cluster.nowMs)
  cluster.advanceTo(walk.restMs + QUIET_MS)
  const told = watchers.flatMap(watcher => watcher.finish())
  return [...rollouts.broken, ...atRest, ...restless(), ...told, ...stored.finish()]
}

function brokenAtRest({ store, settings }: Cluster): readonly string[] {
  return [
    ...brokenSlices(store, SLICE_CAP_MAX),
    ...brokenEndpoints(store),
    ...brokenMirrors(store, settings['mirroring-max-endpoints-per-subset']),
    ...brokenWorkloads(store),
  ]
}

test.each(lawSeeds(4, env))('walk %d: all laws hold', { timeout: 600_000 }, seed => checkWalk(seed, broken))

test('a walk is made as small as its failure allows', () => {
  const walk = drawWalk(1, 30)
  const culprit = walk.steps[17]
  const small = shorten(walk, ({ steps }) => culprit !== undefined && steps.includes(culprit))
  expect(small.steps).toEqual([culprit])
})
