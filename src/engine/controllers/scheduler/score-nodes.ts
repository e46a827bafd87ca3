// Which of the possible Nodes is best, after the score plugins of pkg/scheduler: spread over hosts and zones, taints that only
// discourage, preferred affinity, and, in place of CPU and memory, fewer Pods. Pure; ties are the caller's.

import { HOSTNAME_LABEL, ZONE_LABEL, type Node } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { naturalLog } from '../../kernel/log.ts'
import { affinityPreference, untoleratedTaint } from './node-facts.ts'

/** One wish of spreading: the Pods to count, by Node, and over what. */
export interface Spread {
  readonly topologyKey: string
  readonly maxSkew: number
  readonly counts: ReadonlyMap<string, number>
  /** The Pod's own wish, which a Node that is in no such domain cannot fulfil; else that Node only goes without. */
  readonly isOwn?: boolean
}

export interface ScoreInput {
  readonly pod: Pod
  /** Nodes that passed the filters. */
  readonly feasible: readonly Node[]
  /** All Nodes: Pods on one that is full still count for its zone. */
  readonly nodes: readonly Node[]
  readonly spreads: readonly Spread[]
  readonly podsOn: (node: string) => number
}

const PLACES = 110

/** The score of each feasible Node, in their order; the highest wins. */
export function scoreNodes(input: ScoreInput): readonly number[] {
  const { pod, feasible, podsOn } = input
  const spread = spreadScores(input)
  const discouraged = feasible.map(node => countDiscouraging(pod, node))
  const preferred = feasible.map(node => affinityPreference(pod, node))
  const mostDiscouraged = Math.max(...discouraged)
  const mostPreferred = Math.max(...preferred)
  return feasible.map((node, index) => {
    const taints = mostDiscouraged === 0 ? 100 : 100 - Math.floor((100 * (discouraged[index] ?? 0)) / mostDiscouraged)
    const affinity = mostPreferred === 0 ? 0 : Math.floor((100 * (preferred[index] ?? 0)) / mostPreferred)
    const room = Math.floor(100 - (100 * podsOn(node.metadata.name)) / PLACES)
    return 2 * (spread[index] ?? 0) + 3 * taints + 2 * affinity + room
  })
}

/** Spreading alone, 0 to 100: Nodes with fewer matching Pods, on them and in their zone, score higher. */
export function spreadScores({
  feasible,
  nodes,
  spreads,
}: Pick<ScoreInput, 'feasible' | 'nodes' | 'spreads'>): readonly number[] {
  const counted = feasible.filter(node =>
    spreads.every(({ topologyKey, isOwn }) => !isOwn || domainOf(node, topologyKey) !== undefined),
  )
  if (spreads.length === 0 || counted.length === 0) return feasible.map(() => 0)
  const raw = new Map(counted.map(node => [node, 0]))
  for (const spread of spreads) {
    const domains = domainCounts(spread, nodes)
    const sizes = new Set(
      counted.map(node => domainOf(node, spread.topologyKey)).filter(domain => domain !== undefined),
    )
    const weight = naturalLog(sizes.size + 2)
    for (const node of counted) {
      const domain = domainOf(node, spread.topologyKey)
      if (domain === undefined) continue
      raw.set(node, (raw.get(node) ?? 0) + (domains.get(domain) ?? 0) * weight + (spread.maxSkew - 1))
    }
  }
  const rounded = [...raw.values()].map(value => Math.round(value))
  const most = Math.max(...rounded)
  const least = Math.min(...rounded)
  return feasible.map(node => {
    const value = raw.get(node)
    if (value === undefined) return 0
    return most === 0 ? 100 : Math.floor((100 * (most + least - Math.round(value))) / most)
  })
}

function domainCounts({ topologyKey, counts }: Spread, nodes: readonly Node[]): ReadonlyMap<string, number> {
  const byDomain = new Map<string, number>()
  for (const node of nodes) {
    const domain = domainOf(node, topologyKey)
    const count = counts.get(node.metadata.name)
    if (domain !== undefined && count !== undefined) byDomain.set(domain, (byDomain.get(domain) ?? 0) + count)
  }
  return byDomain
}

function domainOf(node: Node, topologyKey: string): string | undefined {
  return topologyKey === HOSTNAME_LABEL ? node.metadata.name : node.metadata.labels?.[topologyKey]
}

function countDiscouraging(pod: Pod, node: Node): number {
  return (node.spec.taints ?? []).filter(taint => untoleratedTaint(pod, [taint], ['PreferNoSchedule'])).length
}

/** What a Pod that says nothing itself is spread by: hosts, and zones a little less. */
export function defaultSpreads(counts: ReadonlyMap<string, number>): readonly Spread[] {
  return [
    { topologyKey: HOSTNAME_LABEL, maxSkew: 3, counts },
    { topologyKey: ZONE_LABEL, maxSkew: 5, counts },
  ]
}
