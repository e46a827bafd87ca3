// Verdicts: for each Pod that a reader might expect behind a Service, whether it is an endpoint, whether it counts as
// ready, in which slice, and why. Pure: everything is handed in. What the slices say is told as it stands, next to the
// reasons that follow from Service and Pod, so that a slice that is late or written by hand is seen to be so.

import type { Endpoint, EndpointSlice } from '../api/endpointslice/endpointslice.ts'
import type { Pod } from '../api/pod/pod.ts'
import type { Service } from '../api/service/service.ts'
import { endpointDecisions, type DecisionLog, type LoggedDecision } from './decision-log.ts'
import { namespaceReason, selectorReasons, stateReasons, type VerdictReason } from './pod-reasons.ts'

export { concerns, DecisionLog, type DecisionSubject, type LoggedDecision } from './decision-log.ts'

interface DeadNode {
  /** When its machine lost power, virtual ms. */
  readonly sinceMs: number
  /** How old its last heartbeat is, where known. */
  readonly leaseAgeMs?: number | undefined
}

export interface VerdictInput {
  readonly service: Service
  /** Pods of all namespaces, in the order in which they are to be told. */
  readonly pods: readonly Pod[]
  /** The slices of this Service. */
  readonly slices: readonly EndpointSlice[]
  /** Nodes whose machine has no power now. */
  readonly deadNodes: ReadonlyMap<string, DeadNode>
  readonly nowMs: number
  /** What was heard of the controllers' decisions, when somebody listened. */
  readonly decisions?: DecisionLog | undefined
}

export interface EndpointVerdict {
  /** `namespace/name`. */
  readonly service: string
  readonly pod: string
  /** Listed in a slice, ready or not. */
  readonly in: boolean
  /** Listed as ready. */
  readonly ready: boolean
  /** `namespace/name` of the slice that lists it, or null. */
  readonly slice: string | null
  /** Why it is not in, or not ready, or gets requests that will fail. Empty when all is well. */
  readonly reasons: readonly VerdictReason[]
  /** What the EndpointSlice controller last decided about the Pod under this Service; null when nobody heard it. */
  readonly decision: LoggedDecision | null
}

export type EmptyReason = 'no-pod-matches' | 'none-ready' | 'no-endpoints-by-hand'

/** One verdict for each Pod of the Service's namespace, and for those elsewhere whose labels match. */
export function endpointVerdicts(input: VerdictInput): readonly EndpointVerdict[] {
  const rows = rowsByPod(input)
  const decided = decisionsOn(input)
  return input.pods.flatMap(pod => {
    const mismatch = selectorReasons(input.service, pod)
    const isElsewhere = pod.metadata.namespace !== input.service.metadata.namespace
    if (isElsewhere && mismatch.length > 0) return []
    const listed = isElsewhere ? [] : (rows.get(keyOf(pod)) ?? [])
    const shown = listed.find(({ endpoint }) => isReady(endpoint)) ?? listed[0]
    const ready = shown !== undefined && isReady(shown.endpoint)
    return [
      {
        service: keyOf(input.service),
        pod: keyOf(pod),
        in: shown !== undefined,
        ready,
        slice: shown ? keyOf(shown.slice) : null,
        reasons: [
          ...whyNot({ input, pod, mismatch, isElsewhere, isListed: shown !== undefined }),
          ...(ready ? deadNodeReason(input, pod) : []),
        ],
        decision: decided.get(keyOf(pod)) ?? null,
      },
    ]
  })
}

/**
 * Why nobody answers behind a Service; null when somebody is ready, or for an ExternalName. `pods` may be all Pods or
 * those that match.
 */
export function serviceEmptyReason({
  service,
  pods,
  slices,
}: Pick<VerdictInput, 'service' | 'pods' | 'slices'>): EmptyReason | null {
  if (service.spec.type === 'ExternalName') return null
  const endpoints = slices.flatMap(slice => slice.endpoints)
  if (endpoints.some(isReady)) return null
  if (Object.keys(service.spec.selector ?? {}).length === 0)
    return endpoints.length === 0 ? 'no-endpoints-by-hand' : 'none-ready'
  const matches = pods.some(
    pod => pod.metadata.namespace === service.metadata.namespace && selectorReasons(service, pod).length === 0,
  )
  return matches ? 'none-ready' : 'no-pod-matches'
}

function decisionsOn({ service, decisions }: VerdictInput): ReadonlyMap<string, LoggedDecision> {
  const { namespace = '', name } = service.metadata
  return decisions ? endpointDecisions(decisions, { kind: 'Service', namespace, name }) : new Map()
}

interface Row {
  readonly slice: EndpointSlice
  readonly endpoint: Endpoint
}

// A row is a Pod's by its targetRef, or, where it has none (written by hand), by the Pod's address.
function rowsByPod({ service, pods, slices }: VerdictInput): ReadonlyMap<string, readonly Row[]> {
  const byIP = new Map(pods.flatMap(pod => (pod.status?.podIP ? [[pod.status.podIP, keyOf(pod)] as const] : [])))
  const rows = new Map<string, Row[]>()
  for (const slice of slices) {
    for (const endpoint of slice.endpoints) {
      const { targetRef, addresses } = endpoint
      const pod =
        targetRef?.kind === 'Pod'
          ? `${targetRef.namespace ?? service.metadata.namespace ?? ''}/${targetRef.name ?? ''}`
          : byIP.get(addresses[0] ?? '')
      if (pod !== undefined) rows.set(pod, [...(rows.get(pod) ?? []), { slice, endpoint }])
    }
  }
  return rows
}

function whyNot(of: {
  readonly input: VerdictInput
  readonly pod: Pod
  readonly mismatch: readonly VerdictReason[]
  readonly isElsewhere: boolean
  readonly isListed: boolean
}): readonly VerdictReason[] {
  const { input, pod, mismatch } = of
  if (of.isElsewhere) return [namespaceReason(input.service, pod)]
  const byHand = Object.keys(input.service.spec.selector ?? {}).length === 0
  if (byHand && of.isListed) return []
  return mismatch.length > 0 ? mismatch : stateReasons(input.service, pod)
}

function deadNodeReason({ deadNodes, nowMs }: VerdictInput, pod: Pod): readonly VerdictReason[] {
  const node = pod.spec.nodeName ?? ''
  const dead = deadNodes.get(node)
  if (!dead) return []
  const heartbeat = dead.leaseAgeMs === undefined ? '' : `; the last heartbeat is ${seconds(dead.leaseAgeMs)} old`
  const message = `node ${node} has had no power for ${seconds(nowMs - dead.sinceMs)}, and the endpoint still counts as ready${heartbeat}`
  return [{ code: 'node-dead', message, serviceField: '', podField: `spec.nodeName: ${node}` }]
}

function seconds(ms: number): string {
  return `${(Math.round(ms / 100) / 10).toFixed(1)} s`
}

function isReady(endpoint: Endpoint): boolean {
  return endpoint.conditions?.ready ?? true
}

function keyOf({ metadata }: Service | Pod | EndpointSlice): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
