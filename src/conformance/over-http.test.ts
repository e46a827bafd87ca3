// Plays the recorded stories a second time, by real HTTP against real companions with a running clock. Several companions
// share the stories, each its own one after the other, so that no two stories meet and all of them end soon.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestCompanions } from '../companion/testing/companions.ts'
import { NOT_YET, RACES } from './not-yet.ts'
import { readVectors, VECTOR_FILES, type VectorFile } from './read-vectors.ts'
import { createPlayer, type Vector } from './story.mjs'

const LANES = 12
/** Far more than all of it takes; a story that does not hold waits ten seconds for each thing it hopes to see. */
const PLAY_MS_MAX = 300_000

const missing = new Set([...RACES, ...NOT_YET.flatMap(({ stories }) => stories)])
const companions = new TestCompanions()
afterAll(() => companions.closeAll())

/** Plays what is left of a list, one story after the other, on a companion of its own. */
async function playLane(dualStack: boolean, left: Vector[], told: Map<string, string[]>): Promise<void> {
  const url = await companions.start({ empty: true, nodes: 0, clock: 'real', dualStack })
  const player = createPlayer({
    fetch: (path, init) => fetch(url + path, init as RequestInit),
    sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
    now: () => performance.now(),
  })
  for (let vector = left.pop(); vector; vector = left.pop()) told.set(vector.name, await player.check(vector))
}

function storiesOf(file: VectorFile): readonly Vector[] {
  return readVectors(file).filter(({ name }) => !missing.has(name))
}

describe.each(VECTOR_FILES)('%s over HTTP', file => {
  const vectors = storiesOf(file)
  const told = new Map<string, string[]>()

  beforeAll(async () => {
    const left = vectors.toReversed()
    await Promise.all(Array.from({ length: LANES }, () => playLane(file === 'dual-stack', left, told)))
    await companions.closeAll()
  }, PLAY_MS_MAX)

  test.each(vectors.map(({ name }) => name))('%s', name => {
    expect(told.get(name)).toEqual([])
  })
})
