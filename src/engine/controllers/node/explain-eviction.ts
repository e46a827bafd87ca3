// Why the taint manager evicts a Pod, waits, or lets go, as decisions: the taint and the toleration that decided. Pure.

import type { Taint } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { named, type DecisionDraft, type ObjectName } from '../runtime/decision.ts'
import { toleratesTaint } from '../scheduler/node-facts.ts'

/** A timer starts: the shortest of the tolerations that have a limit says when it ends. */
export function evictionPlanned(pod: Pod, taints: readonly Taint[], dueMs: number): DecisionDraft {
  return {
    code: 'eviction-planned',
    about: pod,
    because: { rule: 'toleration-runs', ...nodeOf(pod), ...shortest(pod, taints), dueMs },
    related: [nodeName(pod)],
  }
}

export function evictionDue(pod: Pod, taints: readonly Taint[]): DecisionDraft {
  return {
    code: 'pod-evicted',
    about: pod,
    because: { rule: 'toleration-ran-out', ...nodeOf(pod), ...shortest(pod, taints) },
    related: [nodeName(pod)],
  }
}

/** At once: a taint is not tolerated, or for no time. */
export function evictionUntolerated(pod: Pod, taints: readonly Taint[]): DecisionDraft {
  const tolerations = pod.spec.tolerations ?? []
  const refused =
    taints.find(taint => !tolerations.some(toleration => toleratesTaint(toleration, taint)))?.key ??
    shortest(pod, taints).taint
  return {
    code: 'pod-evicted',
    about: pod,
    because: { rule: 'taint-not-tolerated', ...nodeOf(pod), taint: refused },
    related: [nodeName(pod)],
  }
}

export function evictionCancelled(pod: Pod): DecisionDraft {
  return {
    code: 'eviction-cancelled',
    about: pod,
    because: { rule: 'taint-gone', ...nodeOf(pod) },
    related: [nodeName(pod)],
  }
}

/** The toleration that ends first, and the taint it is for. */
function shortest(pod: Pod, taints: readonly Taint[]): { readonly taint: string; readonly seconds: number } {
  let seconds = Infinity
  let key = ''
  for (const taint of taints) {
    for (const toleration of pod.spec.tolerations ?? []) {
      if (!toleratesTaint(toleration, taint)) continue
      const limit = Math.max(0, toleration.tolerationSeconds ?? Infinity)
      if (key !== '' && limit >= seconds) continue
      seconds = limit
      key = taint.key
    }
  }
  return { taint: key, seconds: seconds === Infinity ? 0 : seconds }
}

function nodeOf({ spec }: Pod): { readonly node: string } {
  return { node: spec.nodeName ?? '' }
}

function nodeName({ spec }: Pod): ObjectName {
  return named('Node', '', spec.nodeName ?? '')
}
