// What one frame to the page costs while 250 Pods in three slices answer 240 requests a second: the changes of a sixtieth of
// a second, cloned as a worker's pipe clones them, beside telling everything every time.

import { bench, describe } from 'vitest'
import { FrameMaker } from '../bridge/host/index.ts'
import { createCluster, type Cluster } from '../engine/index.ts'
import { MY_SERVICE_AND_APP } from '../engine/testing/example-texts.ts'

const FRAME_MS = 1_000 / 60

function busyCluster(): { cluster: Cluster; frames: FrameMaker } {
  const cluster = createCluster({ seed: 1 })
  const frames = new FrameMaker(cluster, undefined)
  cluster.execute({ type: 'create-nodes', count: 3 })
  cluster.apply(MY_SERVICE_AND_APP.replace('replicas: 3', 'replicas: 250'))
  for (const node of ['n1', 'n2', 'n3']) {
    cluster.execute({
      type: 'start-traffic',
      spec: { from: `Client/from-${node}`, node, to: 'my-service', port: 80, rate: 80 },
    })
  }
  cluster.advanceTo(20_000)
  return { cluster, frames }
}

function context(cluster: Cluster, full: boolean): Parameters<FrameMaker['make']>[0] {
  return {
    number: 1,
    full,
    clock: { nowMs: cluster.nowMs, running: true, speed: 1 },
    scenario: '',
    wallMs: cluster.nowMs,
  }
}

describe('one frame, 250 Pods', () => {
  const { cluster, frames } = busyCluster()
  const next = (full: boolean): void => {
    cluster.advanceTo(cluster.nowMs + FRAME_MS)
    structuredClone(frames.make(context(cluster, full)))
  }
  bench('the changes of a sixtieth of a second', () => next(false))
  bench('everything, every time', () => next(true))
})
