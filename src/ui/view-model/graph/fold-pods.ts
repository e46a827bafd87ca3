// Folding: a Node with more than a dozen Pods shows groups by owner and state instead. A group that the user opened
// shows its Pods as small marks. Pods on a dead Node keep the state that the API tells, since that is what was read last.

import type { PodView } from '../../../protocol/index.ts'
import { PODS_SHOWN_PER_NODE, type GroupModel, type PodCard, type PodState } from './cards.ts'
import { groupBy } from './group-by.ts'

const STATES: readonly PodState[] = ['ready', 'not-ready', 'pending', 'terminating', 'failed', 'succeeded']

/** The one word that says how a Pod is: leaving counts before everything else, as kubectl's STATUS has it. */
export function podState(pod: PodView): PodState {
  if (pod.terminating) return 'terminating'
  if (pod.phase === 'Failed') return 'failed'
  if (pod.phase === 'Succeeded') return 'succeeded'
  if (pod.phase === 'Pending') return 'pending'
  return pod.ready ? 'ready' : 'not-ready'
}

export function isFolded(podCount: number): boolean {
  return podCount > PODS_SHOWN_PER_NODE
}

export interface FoldOptions {
  readonly node: string
  readonly openGroups: ReadonlySet<string>
  /** Whether there are few enough Pods in all for one dot each. */
  readonly dots: boolean
  readonly dead: boolean
}

/** Groups of one Node's Pods: by namespace and owner, then by state in the order ready … succeeded; Pods stay by age. */
export function foldPods(pods: readonly PodCard[], options: FoldOptions): GroupModel[] {
  const byKey = groupBy(pods, ({ view }) => `${view.namespace}/${view.owner?.name ?? ''}/${podState(view)}`)
  const groups: GroupModel[] = []
  for (const [key, members] of byKey) {
    const first = members[0]
    if (!first) continue
    const id = `PodGroup/${options.node}/${key}`
    const open = options.openGroups.has(id)
    groups.push({
      card: {
        kind: 'PodGroup',
        id,
        namespace: first.view.namespace,
        owner: first.view.owner?.name ?? '',
        node: options.node,
        state: podState(first.view),
        count: members.length,
        readyCount: members.filter(({ view }) => view.ready).length,
        hues: options.dots ? members.map(({ view }) => view.hue % 10) : null,
        open,
        largest: false,
        dead: options.dead,
      },
      pods: open ? members.map(pod => ({ ...pod, compact: true })) : [],
    })
  }
  return markLargest(groups.sort((a, b) => compareGroups(a, b)))
}

/** Ties go to the first, so that two groups that trade Pods do so once and not at every step. */
function markLargest(groups: readonly GroupModel[]): GroupModel[] {
  const largest = new Map<string, GroupModel>()
  for (const group of groups) {
    const owner = `${group.card.namespace}/${group.card.owner}`
    const best = largest.get(owner)
    if (!best || group.card.count > best.card.count) largest.set(owner, group)
  }
  const marked = new Set(largest.values())
  return groups.map(group => (marked.has(group) ? { ...group, card: { ...group.card, largest: true } } : group))
}

function compareGroups({ card: a }: GroupModel, { card: b }: GroupModel): number {
  return (
    compareWords(a.namespace, b.namespace) ||
    compareWords(a.owner, b.owner) ||
    STATES.indexOf(a.state) - STATES.indexOf(b.state)
  )
}

/** Names in the order a reader expects: `n2` before `n10`. */
export function compareWords(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
