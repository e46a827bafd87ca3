// Plays every story that was recorded from a real API server, controller manager and its namespaces against an engine in
// this process, each on a cluster of its own, and compares every answer.

import { describe, expect, test } from 'vitest'
import { playerInProcess } from './in-process.ts'
import { NOT_YET } from './not-yet.ts'
import { readVectors, VECTOR_FILES } from './read-vectors.ts'

const missing = new Map(NOT_YET.flatMap(({ why, stories }) => stories.map(name => [name, why] as const)))

describe.each(VECTOR_FILES)('%s', file => {
  const vectors = readVectors(file)
  // One recording is of a cluster with IPv6 beside IPv4.
  const cluster = { dualStack: file === 'dual-stack' }
  const holding = vectors.filter(({ name }) => !missing.has(name))
  const waiting = vectors.filter(({ name }) => missing.has(name))

  test.each(holding)('$name', async vector => {
    expect(await playerInProcess(cluster).check(vector)).toEqual([])
  })

  if (waiting.length > 0) {
    test.each(waiting)('$name does not hold yet', async vector => {
      const problems = await playerInProcess(cluster).check(vector)
      expect(problems, 'it holds now: take it off the list in not-yet.ts').not.toEqual([])
    })
  }
})

test('what is said not to hold yet is a story, and stands in one place of the list', () => {
  const names = VECTOR_FILES.flatMap(file => readVectors(file).map(({ name }) => name))
  const listed = NOT_YET.flatMap(({ stories }) => stories)
  expect(listed.filter(name => !names.includes(name))).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
})
