// Plays the stories that were recorded from the real client with the kubectl of the page, each on a cluster of its own, and
// compares all that is printed.

import { describe, expect, test } from 'vitest'
import { KubectlPlayer } from './kubectl-in-page.ts'
import { CLUSTER_LACKS, KUBECTL_LACKS } from './kubectl-not-yet.ts'
import { readKubectlStories } from './read-vectors.ts'

const stories = readKubectlStories()
const lacking = new Set(KUBECTL_LACKS.flatMap(({ stories }) => stories))
const waiting = new Set(CLUSTER_LACKS.flatMap(({ stories }) => stories))

describe('kubectl in the page', () => {
  test.each(stories.filter(({ name }) => !lacking.has(name) && !waiting.has(name)))('$name', async story => {
    expect(await new KubectlPlayer().check(story)).toEqual([])
  })

  test.each(stories.filter(({ name }) => lacking.has(name)))('$name does not hold yet', async story => {
    const problems = await new KubectlPlayer().check(story)
    expect(problems, 'it holds now: take it off the list in kubectl-not-yet.ts').not.toEqual([])
  })

  test.skip.each([...waiting])('%s waits for the cluster', () => {})
})

test('what is said not to hold yet is a story, and stands in one place of the lists', () => {
  const names = stories.map(({ name }) => name)
  const listed = [...KUBECTL_LACKS, ...CLUSTER_LACKS].flatMap(({ stories }) => stories)
  expect(listed.filter(name => !names.includes(name))).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
})
