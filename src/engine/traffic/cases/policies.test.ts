import { describe, expect, test } from 'vitest'
import { any3, CaseCluster, podOn, ROWS, type CaseParts } from '../../testing/case-cluster.ts'

const MODES = ['iptables', 'nftables', 'ipvs'] as const
const [A, B, C] = ROWS
const local = { internalTrafficPolicy: 'Local' } as const
const own = (source: string): readonly string[] => [`ok pod-1 as ${source}`]

describe('internal traffic policy Local', () => {
  test.each([
    ['iptables', 'timeout'],
    ['nftables', 'timeout'],
    ['ipvs', 'refused'],
  ] as const)('%s: on a node without a Pod it comes to %s', (mode, expected) => {
    expect(new CaseCluster({ mode, spec: local }).outcomes(podOn(4))).toEqual([expected])
  })

  test.each(MODES)('%s: on a node with a Pod, always that one', mode => {
    expect(new CaseCluster({ mode, spec: local }).outcomes(podOn(1))).toEqual(own('10.244.1.20'))
  })

  test.each(MODES)('%s: the node’s own Pod that is leaving goes before ready ones elsewhere', mode => {
    const cluster = new CaseCluster({ mode, spec: local, rows: [`${A} terminating serving`, B, C] })
    expect(cluster.outcomes(podOn(1))).toEqual(own('10.244.1.20'))
  })

  test.each(MODES)('%s: with no endpoint anywhere, refused on every node', mode => {
    const cluster = new CaseCluster({ mode, spec: local, rows: [] })
    for (const node of [1, 2, 3, 4] as const) expect(cluster.outcomes(podOn(node))).toEqual(['refused'])
  })
})

describe('hints', () => {
  const zoned = [`${A} zone=a`, `${B} zone=b`, `${C} zone=b`]
  const noded = zoned.map((row, place) => `${row} node-hint=node-${place + 1}`)
  const cases: readonly (readonly [string, CaseParts, 1 | 2 | 4, readonly string[]])[] = [
    ['by zone: node-1 always takes the Pod of its zone', { rows: zoned }, 1, own('10.244.1.20')],
    ['by zone: a node in a zone without a Pod takes any', { rows: zoned }, 4, any3('10.244.4.20')],
    [
      'one endpoint without a hint, and all hints are ignored',
      { rows: [...zoned.slice(0, 2), C] },
      1,
      any3('10.244.1.20'),
    ],
    ['a node without a zone label ignores them', { rows: zoned, zoneless: 'node-1' }, 1, any3('10.244.1.20')],
    ['by node: node-2 always takes its own Pod', { rows: noded }, 2, ['ok pod-2 as 10.244.2.20']],
    ['by node: a node without a Pod falls back to its zone, and then to any', { rows: noded }, 4, any3('10.244.4.20')],
    [
      'by node: a node without a Pod takes those of its zone, where there are any',
      { rows: [noded[0] as string, `${B} zone=c node-hint=node-2`, noded[2] as string] },
      4,
      ['ok pod-2 as 10.244.4.20'],
    ],
    [
      'all Pods are leaving: any of them, whatever the hints say',
      { rows: zoned.map(row => `${row} terminating serving`) },
      1,
      any3('10.244.1.20'),
    ],
  ]
  test.each(cases)('%s', (_, parts, node, expected) => {
    for (const mode of MODES) {
      expect([mode, new CaseCluster({ ...parts, mode }).outcomes(podOn(node))]).toEqual([mode, expected])
    }
  })
})
