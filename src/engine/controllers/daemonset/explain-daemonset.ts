// Why a DaemonSet makes a Pod on one Node, deletes one on another, and leaves a third out. Pure.

import type { DaemonSet } from '../../api/daemonset/daemonset.ts'
import type { Node } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { named, type DecisionDraft, type DecisionOf } from '../runtime/decision.ts'
import { isUpToDate, REVISION_HASH_LABEL, targetNode, whyLeftOut } from './daemon-pods.ts'
import type { DaemonInput, DaemonPlan } from './plan-daemonset.ts'

export function explainPlan(input: DaemonInput, { createOn, remove }: DaemonPlan): readonly DecisionDraft[] {
  return [...createOn.map(node => podMade(input.set, node)), ...remove.map(pod => podRemoved(input, pod))]
}

function podMade(set: DaemonSet, node: string): DecisionDraft {
  return { code: 'pod-made', about: set, because: { rule: 'node-wants-one', node }, related: [named('Node', '', node)] }
}

function podRemoved(input: DaemonInput, pod: Pod): DecisionDraft {
  const node = targetNode(pod) ?? ''
  return {
    code: 'pod-removed',
    about: pod,
    because: whyRemoved(input, pod, node),
    related: [input.set, named('Node', '', node)],
  }
}

function whyRemoved({ set, places, hash }: DaemonInput, pod: Pod, node: string): DecisionOf<'pod-removed'> {
  const fit = places.find(place => place.node === node)?.fit
  if (!fit?.exists || !fit.mayStay) return { rule: 'node-left-out', node }
  const phase = pod.status?.phase ?? ''
  if (phase === 'Failed' || phase === 'Succeeded') return { rule: 'pod-ended', phase }
  const is = pod.metadata.labels?.[REVISION_HASH_LABEL] ?? ''
  return isUpToDate(set, pod, hash) ? { rule: 'one-per-node', node } : { rule: 'revision-outdated', is, wants: hash }
}

/** Each Node that gets no Pod, with what keeps it out; said once. */
export function nodesLeftOut(set: DaemonSet, nodes: readonly Node[]): readonly DecisionDraft[] {
  return nodes.flatMap((about): readonly DecisionDraft[] => {
    const because = whyLeftOut(set, about)
    return because ? [{ code: 'node-left-out', about, because, related: [set], once: true }] : []
  })
}
