// Plays the recorded kubectl stories with the kubectl on the PATH, by the recording of its version. Several companions share
// the stories, each its own one after the other. A fixed third is played with all other tests, and every one by
// `npm run test:kubectl`. Without kubectl, or with one of another version, all are passed over by name.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCompanion } from '../companion/companion.ts'
import { createLogger } from '../companion/logger.ts'
import { readOptions } from '../companion/options.ts'
import { CLUSTER_LACKS } from './kubectl-not-yet.ts'
import { KubectlOnPath, kubectlVersion } from './kubectl-on-path.ts'
import type { KubectlStory } from './kubectl-result.mjs'
import { readKubectlStories } from './read-vectors.ts'

const LANES = 4
const PLAY_MS_MAX = 600_000

const version = kubectlVersion()
const recording = version?.startsWith('v1.32.') ? 'kubectl-1.32' : version?.startsWith('v1.34.') ? 'kubectl' : undefined
const all = readKubectlStories(recording ?? 'kubectl')
const waiting = new Set(CLUSTER_LACKS.flatMap(({ stories: names }) => names))
const chosen = process.env['KUBECTL_STORIES'] === 'all' ? all : all.filter((_, index) => index % 3 === 0)
const stories = chosen.filter(({ name }) => !waiting.has(name))
const page = mkdtempSync(join(tmpdir(), 'kubectl-on-path-'))

/** Plays what is left of a list, one story after the other, on a companion of its own. */
async function playLane(left: KubectlStory[], told: Map<string, string[]>): Promise<void> {
  const read = readOptions(['--port', '0', '--empty', '--nodes', '0'])
  if (read.type !== 'run') throw new Error('these are flags of the companion')
  const logger = createLogger('text', { out: () => {}, err: line => console.error(line) })
  const companion = await startCompanion({ options: read.options, pageFolder: page, version: '0.0.0', logger })
  const player = new KubectlOnPath(companion.url)
  try {
    await player.prepare()
    for (let story = left.pop(); story; story = left.pop()) {
      const problems = await player.check(story)
      // On a busy machine a kubectl may come too late for what lasts two seconds, but not twice.
      told.set(story.name, problems.length === 0 ? [] : await player.check(story))
    }
  } finally {
    await companion.close()
  }
}

describe.skipIf(recording === undefined)(`kubectl ${version ?? 'is not on the PATH'}`, () => {
  const told = new Map<string, string[]>()

  beforeAll(async () => {
    writeFileSync(join(page, 'index.html'), '')
    const left = stories.toReversed()
    await Promise.all(Array.from({ length: LANES }, () => playLane(left, told)))
  }, PLAY_MS_MAX)
  afterAll(() => rmSync(page, { recursive: true }))

  test.each(stories.map(({ name }) => name))('%s', name => {
    expect(told.get(name)).toEqual([])
  })

  test.skip.each([...waiting])('%s waits for the cluster', () => {})
})
