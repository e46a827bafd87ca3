// Why the scheduler bound a Pod to this Node, or to none. Pure.

import { compareText } from '../../kernel/json.ts'
import type { Node } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { DecisionDraft, DecisionOf } from '../runtime/decision.ts'

/** Scores that are told, the best first. */
const SCORES_MAX = 8

/** The Nodes that passed the filters, and the score of each, in their order; none where only one was left. */
export interface Choice {
  readonly node: Node
  readonly feasible: readonly Node[]
  readonly scores: readonly number[]
  /** How many Nodes there are. */
  readonly nodes: number
}

export function podScheduled(pod: Pod, choice: Choice): DecisionDraft {
  return { code: 'pod-scheduled', about: pod, because: whyChosen(choice), related: [choice.node] }
}

function whyChosen({ node, feasible, scores, nodes }: Choice): DecisionOf<'pod-scheduled'> {
  const { name } = node.metadata
  if (feasible.length <= 1) return { rule: 'only-node', node: name, nodes }
  const score = Math.max(...scores)
  const among = scores.filter(one => one === score).length
  const facts = { node: name, score, scores: scoresText(feasible, scores) }
  return among === 1 ? { rule: 'best-score', ...facts } : { rule: 'drawn-by-lot', ...facts, among }
}

function scoresText(feasible: readonly Node[], scores: readonly number[]): string {
  const ranked = feasible.map(({ metadata }, index) => ({ name: metadata.name, score: scores[index] ?? 0 }))
  ranked.sort((a, b) => b.score - a.score || compareText(a.name, b.name))
  const told = ranked.slice(0, SCORES_MAX).map(({ name, score }) => `${name} ${score}`)
  return ranked.length > SCORES_MAX ? `${told.join(', ')}, …` : told.join(', ')
}

/** Said once for each set of reasons, however often it is tried. */
export function podUnscheduled(pod: Pod, nodes: number, reasons: ReadonlyMap<string, number>): DecisionDraft {
  const told = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort(compareText)
  return {
    code: 'pod-unscheduled',
    about: pod,
    because: { rule: 'no-node-fits', nodes, reasons: told.join(', ') },
    once: true,
  }
}

export function podGated(pod: Pod): DecisionDraft {
  return { code: 'pod-unscheduled', about: pod, because: { rule: 'gated', pod: pod.metadata.name }, once: true }
}
