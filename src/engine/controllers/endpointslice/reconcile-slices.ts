// What to write so that the slices of one Service say what its Pods are, after k8s.io/endpointslice's reconciler: which Pods
// become endpoints, port groups, packing, the placeholder of a Service without endpoints, and recycling of slices that
// would be deleted. Pure: it returns the writes.

import {
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
} from '../../api/endpointslice/endpointslice.ts'
import type { Draft, Labels, ObjectMeta } from '../../api/meta.ts'
import { ZONE_LABEL, type Node } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { IPFamily, Service } from '../../api/service/service.ts'
import { canonicalIP, ipFamily } from '../../kernel/ip.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import { controllerRef, isPodReady, isPodTerminal, isTerminating, podIPs } from '../runtime/pod-facts.ts'
import { packSlices, type PackedSlice } from './pack-slices.ts'
import { endpointPorts, portGroupKey, sortPorts } from './resolve-ports.ts'
import { NO_HINTS, type CpuRatios, type HintState } from './topology-cache.ts'
import {
  hintMode,
  hintSlices,
  withoutHints,
  type HintAnnouncement,
  type HintedSlices,
  type SlicePlans,
} from './topology-hints.ts'

export const ENDPOINTSLICE_CONTROLLER = 'endpointslice-controller.k8s.io'
export const HEADLESS_LABEL = 'service.kubernetes.io/headless'
export const TRIGGER_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time'

export interface ReconcileInput {
  readonly service: Service
  /** Pods that match the selector, in the order in which they are to be placed. */
  readonly pods: readonly Pod[]
  readonly nodeNamed: (name: string) => Node | undefined
  /** The Service's slices of this controller, oldest first, none of them being deleted. */
  readonly existing: readonly EndpointSlice[]
  readonly maxEndpoints: number
  /** RFC 3339; undefined takes the annotation off whatever is written. */
  readonly triggerTime: string | undefined
  /** What hints depend on beside the Service; absent: nothing is known. */
  readonly topology?: { readonly ratios: CpuRatios; readonly state: HintState }
}

/** Everything to be written, in that order: creates, updates, deletes. */
export interface SliceWrites {
  readonly creates: readonly Draft<EndpointSlice>[]
  readonly updates: readonly EndpointSlice[]
  readonly deletes: readonly EndpointSlice[]
  /** Pods that were left out since their Node is unknown, in the words of the controller's event. */
  readonly problems: readonly string[]
  /** What became of the Service's hints; absent when it has and had none by topology-mode. */
  readonly hints?: { readonly state: HintState; readonly announcements: readonly HintAnnouncement[] }
}

export type AddressType = IPFamily

/** A slice that will be written: a stored one with new content, or one still to get a name. */
interface Plan {
  readonly stored: EndpointSlice | undefined
  readonly ports: readonly EndpointPort[]
  readonly endpoints: readonly Endpoint[]
}

export interface PortGroup {
  readonly ports: readonly EndpointPort[]
  readonly wanted: Endpoint[]
}

/** The writes for every family of the Service; slices of other families go. */
export function reconcileSlices(input: ReconcileInput): SliceWrites {
  const families = addressTypes(input.service)
  const creates: Draft<EndpointSlice>[] = []
  const updates: EndpointSlice[] = []
  const deletes: EndpointSlice[] = []
  const problems: string[] = []
  let state = input.topology?.state ?? NO_HINTS
  const announcements: HintAnnouncement[] = []
  const tellsOfHints = state !== NO_HINTS || hintMode(input.service) === 'auto'
  for (const family of families) {
    const { writes, hints } = reconcileFamily(input, family, state)
    state = hints?.state ?? state
    announcements.push(...(hints?.announcements ?? []))
    creates.push(...writes.creates)
    updates.push(...writes.updates)
    deletes.push(...writes.deletes)
    problems.push(...writes.problems)
  }
  for (const slice of input.existing) {
    if (families.some(family => family === slice.addressType)) continue
    deletes.push(slice)
    state = withoutHints(state, slice.addressType as AddressType)
  }
  return { creates, updates, deletes, problems, ...(tellsOfHints ? { hints: { state, announcements } } : {}) }
}

/** The labels of a Service's slices. The reserved keys of the Service itself are not copied. */
function sliceLabels(service: Service): Labels {
  const labels: Record<string, string> = { ...ownLabels(service.metadata.labels) }
  if (isHeadless(service)) labels[HEADLESS_LABEL] = ''
  labels[SERVICE_NAME_LABEL] = service.metadata.name
  labels[MANAGED_BY_LABEL] = ENDPOINTSLICE_CONTROLLER
  return labels
}

/** Has no cluster IP: `None`, or none at all. */
export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === undefined || service.spec.clusterIP === '' || service.spec.clusterIP === 'None'
}

/** The hostname by which DNS knows the Pod under this Service: only when its subdomain is the Service's name. */
export function hostnameUnder(service: Service, pod: Pod): string | undefined {
  return pod.spec.subdomain === service.metadata.name ? pod.spec.hostname || undefined : undefined
}

function reconcileFamily(
  input: ReconcileInput,
  family: AddressType,
  state: HintState,
): { readonly writes: SliceWrites; readonly hints: HintedSlices<Plan> | undefined } {
  const { groups, problems } = groupPods(input, family)
  let hints: HintedSlices<Plan> | undefined
  const hint = (plans: SlicePlans<Plan>): HintedSlices<Plan> => {
    hints = hintSlices({ service: input.service, family, plans, ratios: input.topology?.ratios, state })
    return hints
  }
  return { writes: { ...writeGroups({ input, family, groups, settled: NOTHING, hint }), problems }, hints }
}

const NOTHING: ReadonlySet<EndpointSlice> = new Set()

/**
 * The writes for one family, when it is known what is wanted. Endpoints in `settled` slices are wanted as they stand and
 * are left out of the groups; the group itself is there as long as any of its endpoints is wanted. Hints are left as they
 * are unless `hint` says what becomes of them.
 */
export function writeGroups({
  input,
  family,
  groups,
  settled,
  hint = plans => plans,
}: {
  readonly input: Pick<ReconcileInput, 'service' | 'existing' | 'maxEndpoints' | 'triggerTime'>
  readonly family: AddressType
  readonly groups: ReadonlyMap<string, PortGroup>
  readonly settled: ReadonlySet<EndpointSlice>
  readonly hint?: (plans: SlicePlans<Plan>) => Pick<SlicePlans<Plan>, 'creates' | 'updates'>
}): Omit<SliceWrites, 'problems'> {
  const { service, maxEndpoints } = input
  const own = input.existing.filter(slice => slice.addressType === family)
  const isOwned = (slice: EndpointSlice): boolean => isOwnedBy(service, slice)
  const labels = sliceLabels(service)

  // Phase A: slices of an earlier Service of the same name go; the others are grouped by their ports.
  const deletes = own.filter(slice => !isOwned(slice))
  const byGroup = new Map<string, PackedSlice<EndpointSlice>[]>()
  for (const slice of own.filter(isOwned)) {
    const key = portGroupKey(slice.ports)
    byGroup.set(key, [...(byGroup.get(key) ?? []), { slice, endpoints: slice.endpoints ?? [] }])
  }

  // Phase B: pack each wanted group. Phase C: groups nobody wants any more go.
  const creates: Plan[] = []
  const updates: Plan[] = []
  for (const [key, group] of inOrder(groups)) {
    const packing = packSlices({
      existing: byGroup.get(key) ?? [],
      wanted: group.wanted,
      maxEndpoints,
      isSettled: slice => settled.has(slice),
      isStale: slice => !sameJson(ownLabels(slice.metadata.labels), ownLabels(labels)),
    })
    creates.push(...packing.creates.map(endpoints => ({ stored: undefined, ports: group.ports, endpoints })))
    updates.push(
      ...packing.updates.map(({ slice, endpoints }) => ({ stored: slice, ports: slice.ports ?? [], endpoints })),
    )
    deletes.push(...packing.deletes)
  }
  for (const [key, slices] of inOrder(byGroup)) if (!groups.has(key)) deletes.push(...slices.map(({ slice }) => slice))

  // Phase D: a Service without endpoints keeps one slice, with no ports and no endpoints.
  if (creates.length === 0 && deletes.length === own.length) {
    const only = deletes.length === 1 ? deletes[0] : undefined
    if (only && isOwned(only) && isPlaceholder(only, labels)) deletes.pop()
    else creates.push({ stored: undefined, ports: [], endpoints: [] })
  }

  // Phase E: hints, for which slices that would stay as they are may be written, too.
  const touched = new Set([...updates.map(({ stored }) => stored), ...deletes])
  const unchanged = own
    .filter(slice => !touched.has(slice))
    .map(stored => ({ stored, ports: stored.ports ?? [], endpoints: stored.endpoints ?? [] }))
  const hinted = hint({ creates, updates, unchanged })
  const plans = { creates: [...hinted.creates], updates: [...hinted.updates] }
  const gone = recycle(plans.creates, plans.updates, deletes, isOwned)
  return written({ input, family, labels, plans: { ...plans, deletes: gone } })
}

/** Groups by their key. Kubernetes takes them as a Go map gives them. */
function inOrder<T>(groups: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return groups.size > 1 ? [...groups].sort((a, b) => compareText(a[0], b[0])) : [...groups]
}

/** Phase F: the last of the new slices takes the place, and the name, of the first that would be deleted; and so on. */
function recycle(
  creates: Plan[],
  updates: Plan[],
  deletes: readonly EndpointSlice[],
  isOwned: (slice: EndpointSlice) => boolean,
): EndpointSlice[] {
  const gone: EndpointSlice[] = []
  for (const slice of deletes) {
    const last = isOwned(slice) ? creates.pop() : undefined
    if (last) updates.push({ ...last, stored: { ...slice, metadata: { ...slice.metadata, annotations: undefined } } })
    else gone.push(slice)
  }
  return gone
}

function written({
  input,
  family,
  labels,
  plans,
}: {
  readonly input: Pick<ReconcileInput, 'service' | 'triggerTime'>
  readonly family: AddressType
  readonly labels: Labels
  readonly plans: {
    readonly creates: readonly Plan[]
    readonly updates: readonly Plan[]
    readonly deletes: readonly EndpointSlice[]
  }
}): Omit<SliceWrites, 'problems'> {
  const { service, triggerTime } = input
  const body = (plan: Plan): Pick<EndpointSlice, 'apiVersion' | 'kind' | 'addressType' | 'endpoints' | 'ports'> => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: family,
    endpoints: plan.endpoints,
    ports: plan.ports.length === 0 ? null : plan.ports,
  })
  const ownerReferences = [controllerRef({ ...service, apiVersion: 'v1', kind: 'Service' })]
  return {
    creates: plans.creates.map(plan => ({
      ...body(plan),
      metadata: {
        generateName: `${service.metadata.name}-`,
        namespace: service.metadata.namespace,
        labels,
        ownerReferences,
        annotations: triggerTime === undefined ? undefined : { [TRIGGER_TIME_ANNOTATION]: triggerTime },
      },
    })),
    updates: plans.updates.flatMap(plan => {
      if (!plan.stored) return []
      const { annotations, ...rest } = plan.stored.metadata
      const metadata: ObjectMeta = { ...rest, labels, ownerReferences: rest.ownerReferences ?? ownerReferences }
      const stamped = stampTriggerTime(annotations, triggerTime)
      return [{ ...body(plan), metadata: stamped ? { ...metadata, annotations: stamped } : metadata }]
    }),
    deletes: plans.deletes,
  }
}

/** The annotations with the trigger time set or taken away; undefined when none are left. */
export function stampTriggerTime(annotations: Labels | undefined, triggerTime: string | undefined): Labels | undefined {
  const { [TRIGGER_TIME_ANNOTATION]: _, ...others } = annotations ?? {}
  if (triggerTime !== undefined) return { ...others, [TRIGGER_TIME_ANNOTATION]: triggerTime }
  return Object.keys(others).length > 0 ? others : undefined
}

function groupPods(input: ReconcileInput, family: AddressType): { groups: Map<string, PortGroup>; problems: string[] } {
  const groups = new Map<string, PortGroup>()
  const problems: string[] = []
  for (const pod of input.pods) {
    const part = partOf(input, pod, family)
    if (!part) continue
    let group = groups.get(part.group)
    if (!group) groups.set(part.group, (group = { ports: sortPorts(part.ports), wanted: [] }))
    if (part.problem !== undefined) problems.push(part.problem)
    else if (part.endpoint) group.wanted.push(part.endpoint)
  }
  return { groups, problems }
}

/** What a Pod is to a Service's slices of one family: a member of a port group, with or without an endpoint. */
interface PodPart {
  readonly group: string
  readonly ports: readonly EndpointPort[]
  /** Undefined when the Pod has no address of this family, or a problem. */
  readonly endpoint: Endpoint | undefined
  /** Why the Pod is left out although it has an address, in the words of the controller's event. */
  readonly problem?: string
}

/** The part of a Pod, or undefined when it has none: its containers have ended, or it has no address yet. */
export function partOf(
  { service, nodeNamed }: Pick<ReconcileInput, 'service' | 'nodeNamed'>,
  pod: Pod,
  family: AddressType,
): PodPart | undefined {
  if (isPodTerminal(pod)) return undefined
  const ips = podIPs(pod)
  if (ips.length === 0) return undefined
  const ports = endpointPorts(service, pod)
  // A Pod with an address and no Node at all is left out like one of an unknown Node.
  const { nodeName = '' } = pod.spec
  const node = nodeName === '' ? undefined : nodeNamed(nodeName)
  if (!node && !service.spec.publishNotReadyAddresses) {
    const { namespace, name } = service.metadata
    const problem = `skipping Pod ${pod.metadata.name} for Service ${namespace}/${name}: Node ${nodeName} Not Found`
    return { group: portGroupKey(ports), ports, endpoint: undefined, problem }
  }
  const addresses = ips.flatMap(ip => (ipFamily(ip) === family ? [canonicalIP(ip) ?? ip] : []))
  const endpoint = addresses.length > 0 ? endpointOf({ service, pod, node, addresses }) : undefined
  return { group: portGroupKey(ports), ports, endpoint }
}

/** Whether a slice belongs to this very Service, and not to an earlier one of its name. */
export function isOwnedBy(service: Service, slice: EndpointSlice): boolean {
  return (slice.metadata.ownerReferences ?? []).some(
    owner => owner.uid === service.metadata.uid && owner.kind === 'Service' && owner.apiVersion === 'v1',
  )
}

function endpointOf({
  service,
  pod,
  node,
  addresses,
}: {
  readonly service: Service
  readonly pod: Pod
  readonly node: Node | undefined
  readonly addresses: readonly string[]
}): Endpoint {
  const serving = isPodReady(pod)
  const terminating = isTerminating(pod)
  const { namespace, name, uid } = pod.metadata
  const zone = node?.metadata.labels?.[ZONE_LABEL]
  const hostname = hostnameUnder(service, pod)
  return {
    addresses,
    conditions: {
      ready: (service.spec.publishNotReadyAddresses ?? false) || (serving && !terminating),
      serving,
      terminating,
    },
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
    ...(hostname === undefined ? {} : { hostname }),
  }
}

function isPlaceholder(slice: EndpointSlice, labels: Labels): boolean {
  return (
    (slice.ports ?? []).length === 0 &&
    (slice.endpoints ?? []).length === 0 &&
    sameJson(slice.metadata.labels ?? {}, labels)
  )
}

function ownLabels(labels: Labels | undefined): Labels {
  const { [SERVICE_NAME_LABEL]: _, [MANAGED_BY_LABEL]: __, [HEADLESS_LABEL]: ___, ...own } = labels ?? {}
  return own
}

/** The families in which a Service has slices. */
export function addressTypes(service: Service): readonly AddressType[] {
  if (service.spec.ipFamilies && service.spec.ipFamilies.length > 0) return service.spec.ipFamilies
  const ip = service.spec.clusterIP
  if (ip !== undefined && ip !== '' && ip !== 'None') return [ip.includes(':') ? 'IPv6' : 'IPv4']
  return ['IPv4', 'IPv6']
}
