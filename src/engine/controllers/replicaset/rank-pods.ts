// Which Pods of a ReplicaSet go first when there are too many, after controller.ActivePodsWithRanks: the first difference in
// the list decides. Ages are compared by the power of two of their nanoseconds, so Pods of about one age are told
// apart by their uids only.

import { DELETION_COST, type Pod } from '../../api/pod/pod.ts'
import { compareText } from '../../kernel/json.ts'
import { parseTimestamp } from '../../kernel/timestamp.ts'
import { isSidecar } from '../kubelet/pod-work.ts'
import { isPodReady, readySinceMs } from '../runtime/pod-facts.ts'

export interface RankInput {
  readonly pods: readonly Pod[]
  /** How many active Pods of the same workload are on the Pod's Node. */
  readonly neighbours: (pod: Pod) => number
  readonly wallMs: number
}

interface Candidate {
  readonly uid: string
  /** All that comes before readiness and ages. Every entry sorts low to high: what is deleted first has the lower number. */
  readonly standing: readonly number[]
  readonly isReady: boolean
  /** Since when, ms since 1970; undefined when it is not known, which counts as least. */
  readonly readyMs: number | undefined
  readonly createdMs: number | undefined
  /** Most restarts of a container, and of a sidecar, below zero. */
  readonly restarts: readonly number[]
}

const PHASE_RANK: { readonly [phase: string]: number } = { Pending: 0, Unknown: 1, Running: 2 }

/** The Pods in the order in which they are to be deleted. */
export function rankForDeletion({ pods, neighbours, wallMs }: RankInput): readonly Pod[] {
  const ranked = pods.map(pod => ({ pod, is: candidate(pod, neighbours(pod)) }))
  return mergeSort(ranked, (a, b) => compare(a.is, b.is, wallMs)).map(({ pod }) => pod)
}

/** What `standing` looks at, in its order. */
const STANDING_RANKS = ['unassigned-first', 'pending-first', 'unready-first', 'cheaper-first', 'crowded-first'] as const

export interface DecidingRank {
  readonly rank:
    | (typeof STANDING_RANKS)[number]
    | 'ready-later-first'
    | 'restarted-first'
    | 'younger-first'
    | 'uid-first'
  /** What the rank is of each, where it is a number; the lower one goes first. */
  readonly a: number
  readonly b: number
}

/** The first rank in which two Pods differ. */
export function decidingRank(a: Pod, b: Pod, { neighbours, wallMs }: Omit<RankInput, 'pods'>): DecidingRank {
  const [x, y] = [candidate(a, neighbours(a)), candidate(b, neighbours(b))]
  const at = x.standing.findIndex((number, index) => number !== y.standing[index])
  const rank = STANDING_RANKS[at]
  if (rank) return { rank, a: x.standing[at] ?? 0, b: y.standing[at] ?? 0 }
  const plain = (name: DecidingRank['rank']): DecidingRank => ({ rank: name, a: 0, b: 0 })
  if (x.isReady && y.isReady && x.readyMs !== y.readyMs)
    return plain(compareAges(x.readyMs, y.readyMs, wallMs) === 0 ? 'uid-first' : 'ready-later-first')
  if (firstDifference(x.restarts, y.restarts) !== 0)
    return { rank: 'restarted-first', a: Math.min(...x.restarts), b: Math.min(...y.restarts) }
  const sameAge = x.createdMs === y.createdMs || compareAges(x.createdMs, y.createdMs, wallMs) === 0
  return plain(sameAge ? 'uid-first' : 'younger-first')
}

function candidate(pod: Pod, neighbours: number): Candidate {
  const { metadata, spec, status } = pod
  const isReady = isPodReady(pod)
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name))
  const most = (counts: readonly { readonly restartCount: number }[]): number =>
    counts.reduce((highest, { restartCount }) => Math.max(highest, restartCount), 0)
  return {
    uid: metadata.uid,
    standing: [
      spec.nodeName ? 1 : 0,
      PHASE_RANK[status?.phase ?? 'Pending'] ?? 0,
      isReady ? 1 : 0,
      Number(metadata.annotations?.[DELETION_COST] ?? 0),
      -neighbours,
    ],
    isReady,
    readyMs: readySinceMs(pod),
    createdMs: parseTimestamp(metadata.creationTimestamp),
    restarts: [
      -most(status?.containerStatuses ?? []),
      -most((status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name))),
    ],
  }
}

function compare(a: Candidate, b: Candidate, wallMs: number): number {
  const standing = firstDifference(a.standing, b.standing)
  if (standing !== 0) return standing
  // Pods of one bucket are told apart by their uids at once, before restarts and age are looked at.
  if (a.isReady && b.isReady && a.readyMs !== b.readyMs)
    return compareAges(a.readyMs, b.readyMs, wallMs) || compareText(a.uid, b.uid)
  return (
    firstDifference(a.restarts, b.restarts) ||
    (a.createdMs === b.createdMs ? 0 : compareAges(a.createdMs, b.createdMs, wallMs)) ||
    compareText(a.uid, b.uid)
  )
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The younger first, and before it what has no time at all. */
function compareAges(a: number | undefined, b: number | undefined, wallMs: number): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined)
  return ageBucket(wallMs - a) - ageBucket(wallMs - b)
}

/** floor(log2(nanoseconds)), counted without a logarithm: borders at 8.6 s, 17.2 s, 34.4 s and so on. */
function ageBucket(ageMs: number): number {
  let bucket = -1
  for (let nanos = ageMs * 1_000_000; nanos >= 1; nanos /= 2) bucket++
  return bucket
}

// The rule is not transitive: a uid may say otherwise than restarts do. What a platform's own sort makes of that is its own,
// and a cluster has to come to the same in each.
function mergeSort<T>(items: readonly T[], order: (a: T, b: T) => number): readonly T[] {
  if (items.length <= 1) return items
  const half = Math.floor(items.length / 2)
  const left = mergeSort(items.slice(0, half), order)
  const right = mergeSort(items.slice(half), order)
  const merged: T[] = []
  let [l, r] = [0, 0]
  while (l < left.length || r < right.length) {
    const [a, b] = [left[l], right[r]]
    const takesLeft = b === undefined || (a !== undefined && order(a, b) <= 0)
    merged.push((takesLeft ? a : b) as T)
    if (takesLeft) l++
    else r++
  }
  return merged
}
