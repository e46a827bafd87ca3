// The way of an object into the store: defaults, what admission plug-ins add, what the server fills in itself, allocation
// and validation, in the order of the real create and update pipelines, since the order decides which error wins. It
// writes nothing. Left out: quotas, webhooks, service accounts.

import { invalid, type ApiStatus } from '../api/api-status.ts'
import { nodeMasks, type ClusterSettings } from '../api/cluster-settings.ts'
import { withDefaults } from '../api/defaults.ts'
import { TEMPLATE_GENERATION, type DaemonSet } from '../api/daemonset/daemonset.ts'
import { fill } from '../api/fill.ts'
import { KINDS, type Kind, type KindMap } from '../api/kind-registry.ts'
import type { KubeObject, ObjectMeta } from '../api/meta.ts'
import { isSimulated, type Node, type Taint } from '../api/node/node.ts'
import { qosClass } from '../api/pod/pod-defaults.ts'
import type { Pod, PodStatus, Toleration } from '../api/pod/pod.ts'
import type { Service } from '../api/service/service.ts'
import { validateCreate, validateUpdate } from '../api/validation.ts'
import { nodeBlocks } from '../kernel/ip-block.ts'
import { sameJson } from '../kernel/json.ts'
import type { Holders } from './object-set.ts'
import { allocateForCreate, allocateForUpdate, type AllocationContext } from './service-allocation.ts'

export type Admitted<K extends Kind> =
  | { readonly ok: true; readonly value: KindMap[K] }
  | { readonly ok: false; readonly status: ApiStatus }

export interface AdmissionContext extends AllocationContext {
  readonly settings: ClusterSettings
}

const NOT_READY_TAINT = 'node.kubernetes.io/not-ready'
const UNREACHABLE_TAINT = 'node.kubernetes.io/unreachable'
/** The two PriorityClasses that every cluster has; others are not kept here, and count as none. */
const SYSTEM_PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
])
/** Kinds of which the server counts generations. */
const COUNTED: ReadonlySet<Kind> = new Set<Kind>([
  'Pod',
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'PodDisruptionBudget',
  'EndpointSlice',
])

const FIRST_DAEMON_STATUS: KindMap['DaemonSet']['status'] = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
}
const FIRST_BUDGET_STATUS: KindMap['PodDisruptionBudget']['status'] = {
  disruptionsAllowed: 0,
  currentHealthy: 0,
  desiredHealthy: 0,
  expectedPods: 0,
}

/** A new object as it is to be stored; `meta` is what the server decided: name, uid, time. */
export function admitCreate<K extends Kind>(
  kind: K,
  draft: KindMap[K],
  meta: ObjectMeta,
  context: AdmissionContext,
): Admitted<K> {
  const metadata: ObjectMeta = { ...meta, generation: COUNTED.has(kind) ? 1 : meta.generation }
  let object: KindMap[K] = withDefaults(kind, { ...draft, metadata })
  object = withFirstStatus(kind, object)
  object = admissionPlugins(kind, object, context)
  if (kind === 'DaemonSet') object = withTemplateGeneration(object as DaemonSet, undefined) as KindMap[K]
  if (kind === 'Service') {
    const allocated = allocateForCreate(object as Service, context)
    if (!allocated.ok) return allocated
    object = allocated.value as KindMap[K]
  }
  const errors = validateCreate(kind, object)
  if (errors.length > 0) return { ok: false, status: invalid(KINDS[kind], object.metadata.name, errors) }
  return { ok: true, value: object }
}

/** A changed object as it is to be stored, all but its resourceVersion; equal to `old` when nothing changes. */
export function admitUpdate<K extends Kind>(
  kind: K,
  given: KindMap[K],
  old: KindMap[K],
  context: AdmissionContext,
): Admitted<K> {
  const metadata = carriedOver(given.metadata, old.metadata)
  let object: KindMap[K] = withDefaults(kind, { ...given, apiVersion: old.apiVersion, kind: old.kind, metadata }, old)
  if (KINDS[kind].hasStatus) object = { ...object, status: (old as { readonly status?: unknown }).status }
  // Its finalizers are written through a part of their own.
  if (kind === 'Namespace') object = { ...object, spec: (old as KindMap['Namespace']).spec }
  if (kind === 'Pod') object = withDefaultTolerations(object as Pod, context.settings) as KindMap[K]
  if (kind === 'DaemonSet') object = withTemplateGeneration(object as DaemonSet, old as DaemonSet) as KindMap[K]
  if (kind === 'Service') {
    const allocated = allocateForUpdate(object as Service, old as Service, context)
    if (!allocated.ok) return allocated
    object = withoutOldBalancer(allocated.value, old as Service) as KindMap[K]
  }
  const errors = validateUpdate(kind, object, old)
  if (errors.length > 0) return { ok: false, status: invalid(KINDS[kind], old.metadata.name, errors) }
  return { ok: true, value: withGeneration(kind, object, old) }
}

/** The generation after a deletion was first marked: it counts as a change where generations are counted. */
export function generationOnDelete(kind: Kind, metadata: ObjectMeta): number | undefined {
  const { generation } = metadata
  return COUNTED.has(kind) && generation !== undefined ? generation + 1 : generation
}

function carriedOver(given: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const { uid, creationTimestamp, generation, namespace, name, resourceVersion } = old
  const { deletionTimestamp, deletionGracePeriodSeconds } = old
  return {
    ...given,
    name,
    namespace,
    uid,
    creationTimestamp,
    generation,
    resourceVersion,
    deletionTimestamp,
    deletionGracePeriodSeconds,
  }
}

function withGeneration<K extends Kind>(kind: K, object: KindMap[K], old: KindMap[K]): KindMap[K] {
  if (!COUNTED.has(kind) || !countsAsChange(kind, object, old)) return object
  return { ...object, metadata: { ...object.metadata, generation: (old.metadata.generation ?? 0) + 1 } }
}

// Pods and ReplicaSets: the spec, but not a Pod's binding. Deployments: annotations too. Slices: all but annotations.
function countsAsChange(kind: Kind, object: KubeObject, old: KubeObject): boolean {
  if (kind === 'EndpointSlice') {
    const labelsChanged = !sameJson(object.metadata.labels, old.metadata.labels)
    return labelsChanged || !sameJson({ ...object, metadata: null }, { ...old, metadata: null })
  }
  const before = (old as KindMap['Pod']).spec
  const now = (object as KindMap['Pod']).spec
  if (kind === 'Pod' && before.nodeName === undefined) return !sameJson({ ...now, nodeName: undefined }, before)
  if (kind === 'Deployment' && !sameJson(object.metadata.annotations, old.metadata.annotations)) return true
  return !sameJson(now, before)
}

// A client cannot create status where that is a subresource; a Node's is the exception.
function withFirstStatus<K extends Kind>(kind: K, object: KindMap[K]): KindMap[K] {
  switch (kind) {
    case 'Pod':
      return { ...object, status: firstPodStatus(object as Pod) }
    case 'Service':
      return { ...object, status: { loadBalancer: {} } }
    case 'Namespace':
      return { ...object, status: { phase: 'Active' } }
    case 'ReplicaSet':
      return { ...object, status: { replicas: 0 } }
    case 'Deployment':
      return { ...object, status: {} }
    case 'StatefulSet':
      return { ...object, status: { replicas: 0, availableReplicas: 0 } }
    case 'DaemonSet':
      return { ...object, status: FIRST_DAEMON_STATUS }
    case 'PodDisruptionBudget':
      return { ...object, status: FIRST_BUDGET_STATUS }
    default:
      return object
  }
}

// A Pod that is held back from scheduling says so from its first moment.
function firstPodStatus({ spec }: Pod): PodStatus {
  const status: PodStatus = { phase: 'Pending', qosClass: qosClass(spec) }
  if ((spec.schedulingGates ?? []).length === 0) return status
  const message = 'Scheduling is blocked due to non-empty scheduling gates'
  const gated = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'SchedulingGated',
    message,
    lastProbeTime: null,
  } as const
  return { ...status, conditions: [gated] }
}

function admissionPlugins<K extends Kind>(kind: K, object: KindMap[K], context: AdmissionContext): KindMap[K] {
  if (kind === 'Pod') {
    const pod = withDefaultTolerations(object as Pod, context.settings)
    const priority = SYSTEM_PRIORITIES.get(String(pod.spec['priorityClassName'])) ?? 0
    return { ...pod, spec: fill(pod.spec, { priority, preemptionPolicy: 'PreemptLowerPriority' }) } as KindMap[K]
  }
  if (kind === 'Node') return withPodCidr(withNotReadyTaint(object as Node), context) as KindMap[K]
  return object
}

// Counted by the server alone, whatever a client writes there.
function withTemplateGeneration(daemonSet: DaemonSet, old: DaemonSet | undefined): DaemonSet {
  const before = old === undefined ? 0 : Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0)
  const counts = old === undefined || !sameJson(daemonSet.spec.template, old.spec.template)
  const annotations = { ...daemonSet.metadata.annotations, [TEMPLATE_GENERATION]: String(before + (counts ? 1 : 0)) }
  return { ...daemonSet, metadata: { ...daemonSet.metadata, annotations } }
}

// DefaultTolerationSeconds: unless the Pod says itself how long it stays on a Node that is not ready or unreachable.
function withDefaultTolerations(pod: Pod, settings: ClusterSettings): Pod {
  const { tolerations = [] } = pod.spec
  const added: Toleration[] = []
  for (const [key, seconds] of [
    [NOT_READY_TAINT, settings['default-not-ready-toleration-seconds']],
    [UNREACHABLE_TAINT, settings['default-unreachable-toleration-seconds']],
  ] as const) {
    const says = tolerations.some(one => (one.key === key || !one.key) && (one.effect === 'NoExecute' || !one.effect))
    if (!says) added.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds })
  }
  return added.length === 0 ? pod : { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...added] } }
}

// TaintNodesByCondition: a Node is not ready until its kubelet has said so.
function withNotReadyTaint(node: Node): Node {
  const { taints = [] } = node.spec
  if (taints.some(taint => taint.key === NOT_READY_TAINT && taint.effect === 'NoSchedule')) return node
  const taint: Taint = { key: NOT_READY_TAINT, effect: 'NoSchedule' }
  return { ...node, spec: { ...node.spec, taints: [...taints, taint] } }
}

// The part of the node IPAM controller that this playground needs: its own Nodes get the lowest free blocks, from the second.
function withPodCidr(node: Node, { settings, objects }: AdmissionContext): Node {
  if (!isSimulated(node) || node.spec.podCIDR !== undefined) return node
  const podCIDRs = lowestFreeBlocks(settings, objects.podCIDRs)
  return podCIDRs === undefined ? node : { ...node, spec: { ...node.spec, podCIDR: podCIDRs[0], podCIDRs } }
}

function lowestFreeBlocks(settings: ClusterSettings, held: Holders<string>): readonly string[] | undefined {
  for (let index = 1; ; index++) {
    const blocks = nodeBlocks(settings['cluster-cidr'], index, nodeMasks(settings))
    if (blocks === undefined || held.isFree(blocks[0] ?? '')) return blocks
  }
}

function withoutOldBalancer(service: Service, old: Service): Service {
  if (old.spec.type !== 'LoadBalancer' || service.spec.type === 'LoadBalancer') return service
  return { ...service, status: { ...service.status, loadBalancer: {} } }
}
