// What Pods ask of Nodes and Nodes refuse to Pods: taints and tolerations, node selectors and affinity, after
// k8s.io/component-helpers scheduling/corev1. Used by the scheduler, by DaemonSets and by taint eviction.

import type { Labels } from '../../api/meta.ts'
import type { Node, Taint } from '../../api/node/node.ts'
import type { Pod, Toleration } from '../../api/pod/pod.ts'
import { satisfies } from '../../api/selector.ts'

/** Whether one toleration covers one taint. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  if (toleration.operator === 'Exists') return true
  return toleration.key !== undefined && toleration.key !== '' && (toleration.value ?? '') === (taint.value ?? '')
}

/** The first taint of these effects that the Pod does not tolerate. */
export function untoleratedTaint(
  pod: Pick<Pod, 'spec'>,
  taints: readonly Taint[],
  effects: readonly Taint['effect'][],
): Taint | undefined {
  const tolerations = pod.spec.tolerations ?? []
  return taints.find(
    taint => effects.includes(taint.effect) && !tolerations.some(toleration => toleratesTaint(toleration, taint)),
  )
}

interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeRequirement[] | undefined
  readonly matchFields?: readonly NodeRequirement[] | undefined
}

interface NodeRequirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'
  readonly values?: readonly string[] | undefined
}

interface NodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?:
    | { readonly nodeSelectorTerms?: readonly NodeSelectorTerm[] }
    | undefined
  readonly preferredDuringSchedulingIgnoredDuringExecution?:
    | readonly { readonly weight: number; readonly preference: NodeSelectorTerm }[]
    | undefined
}

/** Whether a Node has what the Pod's nodeSelector and required affinity ask for. */
export function matchesNodeAffinity(pod: Pick<Pod, 'spec'>, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) if (labels[key] !== value) return false
  const required = affinityOf(pod)?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || (required.nodeSelectorTerms ?? []).some(term => matchesTerm(term, node))
}

/** The sum of the weights of the preferences that a Node meets. */
export function affinityPreference(pod: Pod, node: Node): number {
  const preferences = affinityOf(pod)?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  return preferences.reduce((sum, { weight, preference }) => (matchesTerm(preference, node) ? sum + weight : sum), 0)
}

// The API types keep `affinity` as it came; this is the part of core/v1 Affinity that Nodes decide.
function affinityOf(pod: Pick<Pod, 'spec'>): NodeAffinity | undefined {
  return (pod.spec['affinity'] as { readonly nodeAffinity?: NodeAffinity } | undefined)?.nodeAffinity
}

function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const expressions = term.matchExpressions ?? []
  const fields = term.matchFields ?? []
  if (expressions.length === 0 && fields.length === 0) return false
  return (
    expressions.every(requirement => meets(requirement, node.metadata.labels ?? {})) &&
    fields.every(requirement => meets(requirement, { 'metadata.name': node.metadata.name }))
  )
}

function meets(requirement: NodeRequirement, labels: Labels): boolean {
  const { key, operator, values = [] } = requirement
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      // Validation does not look into affinity; what it lets through by mistake matches nothing.
      return satisfies({ key, operator, values }, labels)
  }
}
