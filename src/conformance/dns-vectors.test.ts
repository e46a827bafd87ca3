// Plays what CoreDNS answered for given objects against the DNS of an engine in this process, and compares every answer.

import { expect, test } from 'vitest'
import { playerInProcess } from './in-process.ts'
import { readVectors } from './read-vectors.ts'

test.each(readVectors('dns'))('$name', async vector => {
  expect(await playerInProcess().check(vector)).toEqual([])
})
