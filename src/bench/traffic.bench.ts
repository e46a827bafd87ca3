// How much a simulated request costs beside the least it could be, a bare random choice among three numbers: name look-up,
// rules, three events and a record, for three Pods and one client. Read the ratio of the two, not the times.

import { bench, describe } from 'vitest'
import { Random } from '../engine/kernel/rng.ts'
import { TrafficFixture } from '../engine/testing/traffic-fixture.ts'

const REQUESTS = 20_000

describe(`${REQUESTS} requests`, () => {
  const stream = new Random(1).stream('bench')
  const picks = [0, 0, 0]
  bench('bare random choice', () => {
    for (let i = 0; i < REQUESTS; i++) {
      const pick = stream.int(3)
      picks[pick] = (picks[pick] as number) + 1
    }
  })

  const fixture = new TrafficFixture().withService()
  fixture.startClient({ rate: REQUESTS })
  bench('through names, rules and network', () => {
    fixture.trips.length = 0
    fixture.loop.advanceTo(fixture.loop.nowMs + 1_000)
  })
})
