// What the slices of hand-written Endpoints shall be, after k8s.io/kubernetes/pkg/controller/endpointslicemirroring: for each
// subset at most one slice of each family, with at most 1000 addresses of a subset in all, ready ones first. Pure.

import {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
} from '../../api/endpointslice/endpointslice.ts'
import type { EndpointAddress, Endpoints } from '../../api/endpoints/endpoints.ts'
import type { Draft, Labels } from '../../api/meta.ts'
import type { IPFamily } from '../../api/service/service.ts'
import { canonicalIP, ipFamily } from '../../kernel/ip.ts'
import { sameJson } from '../../kernel/json.ts'
import { repackSubsets } from '../endpoints/pack-subsets.ts'
import { endpointKey, sameEndpoint } from '../endpointslice/pack-slices.ts'
import { portGroupKey, sortPorts } from '../endpointslice/resolve-ports.ts'
import { TRIGGER_TIME_ANNOTATION } from '../endpointslice/reconcile-slices.ts'
import { controllerRef } from '../runtime/pod-facts.ts'

export const MIRRORING_CONTROLLER = 'endpointslicemirroring-controller.k8s.io'
const SKIP_MIRROR_LABEL = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader'
const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration'

export interface MirrorWrites {
  readonly creates: readonly Draft<EndpointSlice>[]
  readonly updates: readonly EndpointSlice[]
  readonly deletes: readonly EndpointSlice[]
  /** Texts that are no address, and addresses over the limit. */
  readonly invalidAddresses: number
  readonly skippedAddresses: number
}

export interface MirrorInput {
  readonly endpoints: Endpoints
  /** The mirrored slices that exist, oldest first. */
  readonly existing: readonly EndpointSlice[]
  readonly maxPerSubset: number
}

interface WantedSlice {
  readonly family: IPFamily
  readonly ports: readonly EndpointPort[]
  readonly endpoints: readonly Endpoint[]
}

/** Whether an Endpoints object asks not to be mirrored. */
export function refusesMirror(endpoints: Endpoints): boolean {
  const { labels, annotations } = endpoints.metadata
  return labels?.[SKIP_MIRROR_LABEL] === 'true' || annotations?.[LEADER_ANNOTATION] !== undefined
}

export function mirrorEndpoints({ endpoints, existing, maxPerSubset }: MirrorInput): MirrorWrites {
  const { wanted, invalidAddresses, skippedAddresses } = wantedSlices(endpoints, maxPerSubset)
  const labels: Labels = {
    ...endpoints.metadata.labels,
    [SERVICE_NAME_LABEL]: endpoints.metadata.name,
    [MANAGED_BY_LABEL]: MIRRORING_CONTROLLER,
  }
  const annotations = mirroredAnnotations(endpoints)
  const left = new Set(existing)
  const creates: WantedSlice[] = []
  const updates: EndpointSlice[] = []
  const surplus: EndpointSlice[] = []
  for (const [key, slice] of wanted) {
    const same = existing.filter(stored => sliceKey(stored) === key)
    for (const stored of same) left.delete(stored)
    surplus.push(...same.slice(1))
    const first = same[0]
    if (!first) creates.push(slice)
    else if (isStale(first, { slice, labels, annotations }))
      updates.push(written(endpoints, first, slice, labels, annotations))
  }
  const deletes = [...surplus, ...left]
  // A slice that would be deleted is rewritten as one that would be created: first with first.
  const kept: EndpointSlice[] = []
  const fresh = [...creates]
  for (const stored of deletes) {
    const index = fresh.findIndex(slice => slice.family === stored.addressType)
    const slice = fresh[index]
    if (slice) {
      fresh.splice(index, 1)
      const { metadata, ...body } = written(endpoints, stored, slice, labels, annotations)
      updates.push({ ...body, metadata: { ...metadata, generateName: `${endpoints.metadata.name}-` } })
    } else kept.push(stored)
  }
  return {
    creates: fresh.map(slice => draftOf(endpoints, slice, labels, annotations)),
    updates,
    deletes: kept,
    invalidAddresses,
    skippedAddresses,
  }
}

function wantedSlices(
  endpoints: Endpoints,
  maxPerSubset: number,
): { wanted: Map<string, WantedSlice>; invalidAddresses: number; skippedAddresses: number } {
  const wanted = new Map<string, WantedSlice>()
  let invalidAddresses = 0
  let skippedAddresses = 0
  for (const subset of repackSubsets(endpoints.subsets ?? [])) {
    const ports = sortPorts(
      (subset.ports ?? []).map(({ name = '', protocol = 'TCP', ...rest }) => ({ name, protocol, ...rest })),
    )
    const byFamily = new Map<IPFamily, Endpoint[]>()
    let taken = 0
    const take = (addresses: readonly EndpointAddress[], ready: boolean): void => {
      for (const address of addresses) {
        const ip = canonicalIP(address.ip)
        const family = ip === undefined ? undefined : ipFamily(ip)
        if (ip === undefined || !family) invalidAddresses++
        else if (taken >= maxPerSubset) skippedAddresses++
        else {
          taken++
          byFamily.set(family, [...(byFamily.get(family) ?? []), endpointOf({ ...address, ip }, ready)])
        }
      }
    }
    take(subset.addresses ?? [], true)
    take(subset.notReadyAddresses ?? [], false)
    for (const [family, list] of byFamily)
      wanted.set(`${family} ${portGroupKey(ports)}`, { family, ports, endpoints: list })
  }
  return { wanted, invalidAddresses, skippedAddresses }
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  }
}

function isStale(
  stored: EndpointSlice,
  {
    slice,
    labels,
    annotations,
  }: { readonly slice: WantedSlice; readonly labels: Labels; readonly annotations: Labels },
): boolean {
  if (!sameJson(stored.metadata.labels ?? {}, labels) || !sameJson(stored.metadata.annotations ?? {}, annotations))
    return true
  if ((stored.endpoints ?? []).length !== slice.endpoints.length) return true
  const byKey = new Map((stored.endpoints ?? []).map(endpoint => [endpointKey(endpoint), endpoint] as const))
  return slice.endpoints.some(endpoint => {
    const before = byKey.get(endpointKey(endpoint))
    return !before || !sameEndpoint(before, endpoint)
  })
}

function bodyOf(
  slice: WantedSlice,
): Pick<EndpointSlice, 'apiVersion' | 'kind' | 'addressType' | 'endpoints' | 'ports'> {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: slice.family,
    endpoints: slice.endpoints,
    ports: slice.ports.length > 0 ? slice.ports : null,
  }
}

function written(
  endpoints: Endpoints,
  stored: EndpointSlice,
  slice: WantedSlice,
  labels: Labels,
  annotations: Labels,
): EndpointSlice {
  const ownerReferences = [controllerRef({ ...endpoints, apiVersion: 'v1', kind: 'Endpoints' })]
  // A whole new object under the old name: only what the server keeps by itself stays.
  const { generateName: _, ...metadata } = stored.metadata
  return { ...bodyOf(slice), metadata: { ...metadata, labels, annotations, ownerReferences } }
}

function draftOf(endpoints: Endpoints, slice: WantedSlice, labels: Labels, annotations: Labels): Draft<EndpointSlice> {
  const { name, namespace } = endpoints.metadata
  const ownerReferences = [controllerRef({ ...endpoints, apiVersion: 'v1', kind: 'Endpoints' })]
  return { ...bodyOf(slice), metadata: { generateName: `${name}-`, namespace, labels, annotations, ownerReferences } }
}

function mirroredAnnotations(endpoints: Endpoints): Labels {
  const {
    [TRIGGER_TIME_ANNOTATION]: _,
    [LAST_APPLIED_ANNOTATION]: __,
    ...annotations
  } = endpoints.metadata.annotations ?? {}
  return annotations
}

function sliceKey(slice: EndpointSlice): string {
  return `${slice.addressType} ${portGroupKey(slice.ports)}`
}
