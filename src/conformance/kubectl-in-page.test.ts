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

// Not among the recordings, since the real client names temporary folders.
test('a diff tells what an apply would change, and does not do it', async () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80\n'
  const told = [
    'diff -u -N LIVE/v1.Service.{ns}.web MERGED/v1.Service.{ns}.web',
    '--- LIVE/v1.Service.{ns}.web',
    '+++ MERGED/v1.Service.{ns}.web',
    '@@ -20,7 +20,7 @@',
    '   ports:',
    '   - port: 80',
    '     protocol: TCP',
    '-    targetPort: 80',
    '+    targetPort: 8080',
    '   sessionAffinity: None',
    '   type: ClusterIP',
    ' status:',
  ]
  const changed = service.replace('80\n', '80\n    targetPort: 8080\n')
  const story = {
    name: 'diff',
    files: { 'a.yaml': service, 'b.yaml': changed },
    steps: [
      { args: ['apply', '-f', 'a.yaml'], expect: { exit: 0, stdout: 'service/web created\n', stderr: '' } },
      { args: ['diff', '-f', 'a.yaml'], expect: { exit: 0, stdout: '', stderr: '' } },
      { args: ['diff', '-f', 'b.yaml'], expect: { exit: 1, stdout: `${told.join('\n')}\n`, stderr: '' } },
      { args: ['diff', '-f', 'a.yaml'], expect: { exit: 0, stdout: '', stderr: '' } },
    ],
  }
  expect(await new KubectlPlayer().check(story)).toEqual([])
})

test('what is said not to hold yet is a story, and stands in one place of the lists', () => {
  const names = stories.map(({ name }) => name)
  const listed = [...KUBECTL_LACKS, ...CLUSTER_LACKS].flatMap(({ stories }) => stories)
  expect(listed.filter(name => !names.includes(name))).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
})
