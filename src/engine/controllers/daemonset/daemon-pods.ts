// The Pod that a DaemonSet wants on one Node, and whether the Node takes it (pkg/controller/daemon/util, NodeShouldRunDaemonPod):
// it is pinned by node affinity to the Node's name, and tolerates what befalls Nodes, so that it stays through all of it.

import { TEMPLATE_GENERATION, type DaemonSet } from '../../api/daemonset/daemonset.ts'
import type { Draft } from '../../api/meta.ts'
import type { Node } from '../../api/node/node.ts'
import type { Pod, PodSpec, Toleration } from '../../api/pod/pod.ts'
import type { DecisionOf } from '../runtime/decision.ts'
import { podFromTemplate } from '../runtime/pod-owner.ts'
import { matchesNodeAffinity, untoleratedTaint } from '../scheduler/node-facts.ts'

export const REVISION_HASH_LABEL = 'controller-revision-hash'
const GENERATION_LABEL = 'pod-template-generation'

interface NodeSelectorTerm {
  readonly matchFields?: readonly { readonly key: string; readonly values?: readonly string[] }[]
}

interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms?: readonly NodeSelectorTerm[]
    }
  }
}

/** What a Node is to a DaemonSet. */
export interface Fit {
  readonly shouldRun: boolean
  /** Whether a Pod that is there already may stay. */
  readonly mayStay: boolean
}

export function fitOf(set: DaemonSet, node: Node): Fit {
  const { spec } = set.spec.template
  if (spec.nodeName && spec.nodeName !== node.metadata.name) return { shouldRun: false, mayStay: false }
  const pod = { spec: tolerant(spec) }
  if (!matchesNodeAffinity(pod, node)) return { shouldRun: false, mayStay: false }
  const taints = node.spec.taints ?? []
  if (!untoleratedTaint(pod, taints, ['NoSchedule', 'NoExecute'])) return { shouldRun: true, mayStay: true }
  return { shouldRun: false, mayStay: !untoleratedTaint(pod, taints, ['NoExecute']) }
}

/** By which rule a Node gets no Pod of the set; undefined when it gets one. */
export function whyLeftOut(set: DaemonSet, node: Node): DecisionOf<'node-left-out'> | undefined {
  const { spec } = set.spec.template
  const { name } = node.metadata
  if (spec.nodeName && spec.nodeName !== name) return { rule: 'node-name-differs', wants: spec.nodeName }
  const pod = { spec: tolerant(spec) }
  if (!matchesNodeAffinity(pod, node)) return { rule: 'affinity-differs', node: name }
  const taint = untoleratedTaint(pod, node.spec.taints ?? [], ['NoSchedule', 'NoExecute'])
  return taint && { rule: 'taint-not-tolerated', node: name, taint: taint.key }
}

/** The Pod for that Node, of the present template. */
export function daemonPod(set: DaemonSet, node: string, hash: string): Draft<Pod> {
  const { metadata, spec, ...rest } = podFromTemplate(set, 'DaemonSet', set.spec.template)
  const generation = set.metadata.annotations?.[TEMPLATE_GENERATION]
  const labels = {
    ...metadata.labels,
    ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }),
    [REVISION_HASH_LABEL]: hash,
  }
  return { ...rest, metadata: { ...metadata, labels }, spec: { ...tolerant(spec), affinity: pinned(spec, node) } }
}

/** The Node on which a Pod is or is to be; undefined when it says neither. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName
  const required = affinityOf(spec)?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const fields = (required?.nodeSelectorTerms ?? []).flatMap(({ matchFields = [] }) => matchFields)
  return fields.find(({ key }) => key === 'metadata.name')?.values?.[0]
}

/** Whether a Pod is of the present template, by its hash or by the generation it was made in. */
export function isUpToDate(set: DaemonSet, pod: Pod, hash: string): boolean {
  const labels = pod.metadata.labels ?? {}
  const generation = set.metadata.annotations?.[TEMPLATE_GENERATION]
  return labels[REVISION_HASH_LABEL] === hash || (generation !== undefined && labels[GENERATION_LABEL] === generation)
}

function tolerant(spec: PodSpec): PodSpec {
  const always = (what: string, effect: 'NoSchedule' | 'NoExecute'): Toleration => ({
    key: `node.kubernetes.io/${what}`,
    operator: 'Exists',
    effect,
  })
  const added = [
    always('not-ready', 'NoExecute'),
    always('unreachable', 'NoExecute'),
    always('disk-pressure', 'NoSchedule'),
    always('memory-pressure', 'NoSchedule'),
    always('pid-pressure', 'NoSchedule'),
    always('unschedulable', 'NoSchedule'),
    ...(spec.hostNetwork ? [always('network-unavailable', 'NoSchedule')] : []),
  ]
  const same = (a: Toleration, b: Toleration): boolean =>
    a.key === b.key && a.operator === b.operator && a.effect === b.effect && (a.value ?? '') === ''
  // One that the template limits in time is put right in its place.
  const own = (spec.tolerations ?? []).map(one => added.find(other => same(one, other)) ?? one)
  return { ...spec, tolerations: [...own, ...added.filter(one => !own.includes(one))] }
}

// Terms are alternatives, so each of them is replaced by the one that names the Node; the rest of the affinity stays.
function pinned(spec: PodSpec, node: string): Affinity {
  const affinity = affinityOf(spec)
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
    },
  }
}

// The API types keep `affinity` as it came.
function affinityOf(spec: PodSpec): Affinity | undefined {
  return spec['affinity'] as Affinity | undefined
}
