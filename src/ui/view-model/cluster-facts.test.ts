import { describe, expect, it } from 'vitest'
import { clusterFacts, compareNumbered, nodeToKill, nodeToRevive } from './cluster-facts.ts'
import { PODS, sampleClient, sampleCluster, sampleNode } from './testing/sample-cluster.ts'

const second = PODS[1]

describe('which node K kills', () => {
  const facts = clusterFacts(sampleCluster())
  it('is the selected one, or that of the selected Pod or client', () => {
    expect(nodeToKill(facts, 'Node//n3')?.name).toBe('n3')
    expect(nodeToKill(facts, second?.id ?? '')?.name).toBe('n2')
    expect(nodeToKill(facts, 'Client//frontend-2')?.name).toBe('n3')
  })
  it('is the first with a Pod and without a client when nothing is selected', () => {
    expect(nodeToKill(facts, null)?.name).toBe('n2')
  })
  it('is the first with a Pod where clients are everywhere', () => {
    const everywhere = clusterFacts(sampleCluster(sampleClient('frontend-3', { node: 'n2' })))
    expect(nodeToKill(everywhere, null)?.name).toBe('n1')
  })
  it('is none when the selected one is dead already', () => {
    const dead = clusterFacts(sampleCluster(sampleNode('n3', { power: false })))
    expect(nodeToKill(dead, 'Node//n3')).toBeNull()
    expect(nodeToKill(dead, null)?.name).toBe('n2')
  })
})

it('R revives the selected node, or the one that died last', () => {
  const facts = clusterFacts(
    sampleCluster(
      sampleNode('n1', { power: false, powerSinceMs: 5 }),
      sampleNode('n2', { power: false, powerSinceMs: 9 }),
    ),
  )
  expect(nodeToRevive(facts, 'Node//n1')?.name).toBe('n1')
  expect(nodeToRevive(facts, 'Node//n3')?.name).toBe('n2')
  expect(nodeToRevive(clusterFacts(sampleCluster()), null)).toBeNull()
})

it('n2 comes before n10', () => {
  expect(['n10', 'n2', 'a', 'n1'].sort(compareNumbered)).toEqual(['a', 'n1', 'n2', 'n10'])
})
