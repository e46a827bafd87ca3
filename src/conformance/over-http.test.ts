// Plays the recorded stories a second time, by real HTTP against real companions with a running clock. Several companions
// share the stories, each its own one after the other, so that no two stories meet and all of them end soon.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCompanion, type Companion } from '../companion/companion.ts'
import { createLogger } from '../companion/logger.ts'
import { readOptions } from '../companion/options.ts'
import { NOT_YET, RACES } from './not-yet.ts'
import { readVectors, VECTOR_FILES, type VectorFile } from './read-vectors.ts'
import { createPlayer, type Vector } from './story.mjs'

const LANES = 12
/** Far more than all of it takes; a story that does not hold waits ten seconds for each thing it hopes to see. */
const PLAY_MS_MAX = 300_000

const missing = new Set([...RACES, ...NOT_YET.flatMap(({ stories }) => stories)])
const page = mkdtempSync(join(tmpdir(), 'over-http-'))

beforeAll(() => writeFileSync(join(page, 'index.html'), ''))
afterAll(() => rmSync(page, { recursive: true }))

function start(flags: readonly string[]): Promise<Companion> {
  const read = readOptions(['--port', '0', '--empty', '--nodes', '0', ...flags])
  if (read.type !== 'run') throw new Error('these are flags of the companion')
  const logger = createLogger('text', { out: () => {}, err: line => console.error(line) })
  return startCompanion({ options: read.options, pageFolder: page, version: '0.0.0', logger })
}

/** Plays what is left of a list, one story after the other, on a companion of its own. */
async function playLane(flags: readonly string[], left: Vector[], told: Map<string, string[]>): Promise<void> {
  const companion = await start(flags)
  const player = createPlayer({
    fetch: (path, init) => fetch(companion.url + path, init as RequestInit),
    sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
    now: () => performance.now(),
  })
  try {
    for (let vector = left.pop(); vector; vector = left.pop()) told.set(vector.name, await player.check(vector))
  } finally {
    await companion.close()
  }
}

function storiesOf(file: VectorFile): readonly Vector[] {
  return readVectors(file).filter(({ name }) => !missing.has(name))
}

describe.each(VECTOR_FILES)('%s over HTTP', file => {
  const vectors = storiesOf(file)
  const told = new Map<string, string[]>()

  beforeAll(async () => {
    const left = vectors.toReversed()
    const flags = file === 'dual-stack' ? ['--dual-stack'] : []
    await Promise.all(Array.from({ length: LANES }, () => playLane(flags, left, told)))
  }, PLAY_MS_MAX)

  test.each(vectors.map(({ name }) => name))('%s', name => {
    expect(told.get(name)).toEqual([])
  })
})
