// Why a Service's Endpoints were written as they were: which addresses moved between ready and not ready, which left and by
// which rule, and whether there were too many. Compares what stood there with what was written. Pure.

import type { Endpoints, EndpointSubset } from '../../api/endpoints/endpoints.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText } from '../../kernel/json.ts'
import { whyHeldBack, whyNotSelected } from '../endpointslice/explain-slices.ts'
import { named, type DecisionDraft, type DecisionOf } from '../runtime/decision.ts'
import { isPodReady, isTerminating } from '../runtime/pod-facts.ts'

export interface EndpointsChange {
  readonly service: Service
  /** As it is after the write. */
  readonly endpoints: Endpoints
  readonly before: readonly EndpointSubset[]
  readonly truncated: boolean
  readonly podNamed: (name: string) => Pod | undefined
}

export function explainEndpoints(change: EndpointsChange): readonly DecisionDraft[] {
  const { service, endpoints, before, truncated } = change
  const left = new Map(placesOf(before))
  const counts = { added: 0, removed: 0, moved: 0 }
  const said: { readonly pod: string; readonly ready: boolean | undefined }[] = []
  for (const [pod, ready] of placesOf(endpoints.subsets ?? [])) {
    const was = left.get(pod)
    left.delete(pod)
    if (was === undefined) counts.added++
    else if (was !== ready) said.push({ pod, ready })
  }
  counts.moved = said.length
  counts.removed = left.size
  for (const pod of left.keys()) said.push({ pod, ready: undefined })
  said.sort((one, other) => compareText(one.pod, other.pod))
  const written: DecisionDraft = {
    code: 'endpoints-written',
    about: endpoints,
    because: { rule: 'addresses-differ', ...counts },
    related: [service],
  }
  const over: DecisionDraft = {
    code: 'endpoints-truncated',
    about: endpoints,
    because: { rule: 'over-capacity', kept: keptIn(endpoints) },
    related: [service],
    once: true,
  }
  const ofPods = said.map(({ pod, ready }) => (ready === undefined ? out(change, pod) : moved(change, pod, ready)))
  return [written, ...(truncated ? [over] : []), ...ofPods]
}

/** Pod → whether it is among the ready addresses. */
function placesOf(subsets: readonly EndpointSubset[]): ReadonlyMap<string, boolean> {
  const places = new Map<string, boolean>()
  for (const { addresses = [], notReadyAddresses = [] } of subsets) {
    for (const { targetRef } of notReadyAddresses) if (targetRef?.name) places.set(targetRef.name, false)
    for (const { targetRef } of addresses) if (targetRef?.name) places.set(targetRef.name, true)
  }
  return places
}

function moved(change: EndpointsChange, pod: string, ready: boolean): DecisionDraft {
  return {
    code: 'address-moved',
    about: podOf(change, pod),
    because: { rule: ready ? 'pod-ready' : 'pod-not-ready', pod },
    related: [change.service, change.endpoints],
  }
}

function out(change: EndpointsChange, pod: string): DecisionDraft {
  return {
    code: 'address-out',
    about: podOf(change, pod),
    because: whyOut(change, pod),
    related: [change.service, change.endpoints],
  }
}

function whyOut({ service, truncated, endpoints, podNamed }: EndpointsChange, name: string): DecisionOf<'address-out'> {
  const pod = podNamed(name)
  if (!pod) return { rule: 'pod-gone', pod: name }
  const mismatch = whyNotSelected(service, pod)
  if (mismatch) return mismatch
  if (isTerminating(pod)) return { rule: 'endpoints-forget', serving: isPodReady(pod) }
  // Endpoints do not look at Nodes.
  const held = whyHeldBack({ service, nodeNamed: () => true }, pod)
  if (held && held.rule !== 'node-unknown') return held
  return truncated
    ? { rule: 'over-capacity', kept: keptIn(endpoints) }
    : { rule: 'no-port', service: service.metadata.name }
}

function keptIn({ subsets = [] }: Endpoints): number {
  return subsets.reduce(
    (sum, { addresses = [], notReadyAddresses = [] }) => sum + addresses.length + notReadyAddresses.length,
    0,
  )
}

function podOf({ service, podNamed }: EndpointsChange, pod: string): Pod | ReturnType<typeof named> {
  return podNamed(pod) ?? named('Pod', service.metadata.namespace ?? '', pod)
}
