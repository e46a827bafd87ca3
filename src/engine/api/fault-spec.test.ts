// What a fault may say, and the sentence for each mistake.

import { expect, test } from 'vitest'
import { readFault, targetsOf, type FaultSpec } from './fault-spec.ts'

const GOOD: readonly FaultSpec[] = [
  { type: 'node-crash', target: 'Node/n1', atMs: 0, forMs: 1_000, id: 'first' },
  { type: 'node-crash', target: ['Node/n1', 'Zone/zone-a'] },
  { type: 'zone-outage', target: 'Zone/zone-a' },
  { type: 'kubelet-stop', target: 'Node/n1' },
  { type: 'proxy-lag', target: 'Node/n1', lagMs: 5_000 },
  { type: 'partition', target: ['Node/n1', 'Node/n2'] },
  { type: 'partition', target: ['Node/n1', 'Node/n2', 'Node/n3'], from: 'Pod/default/a' },
  { type: 'partition', target: 'Node/n1' },
  { type: 'packet-loss', target: 'Node/n1', percent: 100 },
  { type: 'pod-slow', target: 'Pod/default/a', addMs: 0.5 },
  { type: 'dns-down' },
]

test.each(GOOD)('$type is read as it is written', fault => {
  expect(readFault(fault)).toEqual(fault)
})

test('one target is a list of one, and none is none', () => {
  expect(targetsOf('Node/n1')).toEqual(['Node/n1'])
  expect(targetsOf(['Node/n1', 'Node/n2'])).toEqual(['Node/n1', 'Node/n2'])
  expect(targetsOf(undefined)).toEqual([])
})

const CRASH = { type: 'node-crash', target: 'Node/n1' }
const WRONG: readonly (readonly [unknown, string])[] = [
  [[], 'a fault must be a map'],
  [null, 'a fault must be a map'],
  [
    { ...CRASH, until: 5 },
    'unknown field "until": there are id, type, target, from, atMs, forMs, lagMs, percent, addMs',
  ],
  [{ ...CRASH, id: 'a b' }, 'id must be a word of at most 63 letters, digits, "-", "_" and ".", not "a b"'],
  [{ target: 'Node/n1' }, 'type is missing'],
  [{ type: 'node-crash' }, 'target is missing'],
  [{ ...CRASH, target: 'n1' }, 'target must be Node/NAME or Zone/NAME, or a list of them, not "n1"'],
  [
    { ...CRASH, target: 'Pod/default/a' },
    'target must be Node/NAME or Zone/NAME, or a list of them, not "Pod/default/a"',
  ],
  [{ ...CRASH, target: ['Node/n1', 'Node/'] }, 'target must be Node/NAME or Zone/NAME, or a list of them, not "Node/"'],
  [{ ...CRASH, target: [] }, 'target must not be an empty list'],
  [{ ...CRASH, from: 'Node/n2' }, 'from makes no sense with node-crash'],
  [{ ...CRASH, atMs: -1 }, 'atMs must be a number of milliseconds from 0 to 31622400000, not -1'],
  [{ ...CRASH, forMs: 0 }, 'forMs must be a number of milliseconds above 0 to 31622400000, not 0'],
  [{ ...CRASH, forMs: '5s' }, 'forMs must be a number of milliseconds above 0 to 31622400000, not "5s"'],
  [{ ...CRASH, lagMs: 5 }, 'lagMs makes no sense with node-crash'],
  [{ type: 'proxy-lag', target: 'Node/n1' }, 'lagMs is missing'],
  [
    { type: 'packet-loss', target: 'Node/n1', percent: 101 },
    'percent must be a number above 0 and at most 100, not 101',
  ],
  [
    { type: 'partition', target: ['Node/n1', 'Node/n2', 'Node/n3'] },
    'a partition between more than two targets needs from',
  ],
  [
    { type: 'pod-crash', target: 'Pod/default/a', forMs: 5 },
    'forMs makes no sense with pod-crash, which is over at once',
  ],
]

test.each(WRONG)('%j is refused: %s', (fault, message) => {
  expect(readFault(fault)).toEqual({ message })
})

test('a type that there is not is refused with those that there are', () => {
  expect(readFault({ type: 'toString', target: 'Node/n1' })).toMatchObject({
    message: expect.stringMatching(/^type must be one of node-crash, .*dns-down, not "toString"$/),
  })
})
