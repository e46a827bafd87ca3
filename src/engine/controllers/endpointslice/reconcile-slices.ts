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
import type { Draft, Labels, ObjectMeta, OwnerReference } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { IPFamily, Service } from '../../api/service/service.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import { controllerRef } from '../runtime/pod-facts.ts'
import { packSlices, type PackedSlice } from './pack-slices.ts'
import { EndpointMaker, type NodeNamed, type PodPart } from './pod-endpoint.ts'
import { portGroupKey } from './resolve-ports.ts'
import { NO_HINTS, type CpuRatios, type HintState } from './topology-cache.ts'
import { hintMode, hintSlices, withoutHints, type HintAnnouncement, type HintedSlices } from './topology-hints.ts'

export const ENDPOINTSLICE_CONTROLLER = 'endpointslice-controller.k8s.io'
export const HEADLESS_LABEL = 'service.kubernetes.io/headless'
export const TRIGGER_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time'

export interface ReconcileInput {
  readonly service: Service
  /** Pods that match the selector, in the order in which they are to be placed. */
  readonly pods: readonly Pod[]
  readonly nodeNamed: NodeNamed
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

/** A slice that will be written: a stored one with new content, or one still to get a name. */
export interface SlicePlan {
  readonly stored: EndpointSlice | undefined
  readonly ports: readonly EndpointPort[]
  readonly endpoints: readonly Endpoint[]
}

/** What shall become of the slices of one family. */
export interface FamilyPlans {
  readonly creates: readonly SlicePlan[]
  readonly updates: readonly SlicePlan[]
  readonly deletes: readonly EndpointSlice[]
}

interface PortGroup {
  readonly ports: readonly EndpointPort[]
  readonly wanted: Endpoint[]
}

/** The writes for every family of the Service; slices of other families go. */
export function reconcileSlices(input: ReconcileInput): SliceWrites {
  return reconcileAll(input, new EndpointMaker(input.service, input.nodeNamed)).writes
}

/** The writes, and what each Pod is to the slices of each family. */
export function reconcileAll(
  input: ReconcileInput,
  maker: EndpointMaker,
): { readonly writes: SliceWrites; readonly parts: ReadonlyMap<IPFamily, readonly PodPart[]> } {
  const families = addressTypes(input.service)
  const parts = new Map<IPFamily, readonly PodPart[]>()
  const problems: string[] = []
  const strays = input.existing.filter(slice => !families.some(family => family === slice.addressType))
  const merged = new FamilyWrites(input, strays)
  for (const family of families) {
    const own: PodPart[] = []
    for (const pod of input.pods) {
      const part = maker.partOf(pod, family)
      if (!part) continue
      own.push(part)
      if (part.problem !== undefined) problems.push(part.problem)
    }
    parts.set(family, own)
    merged.add(family, planFamily(input, family, own, merged.hintState))
  }
  return { writes: merged.all(problems), parts }
}

/** Puts the writes of a Service's families together, and follows what becomes of its hints. */
export class FamilyWrites {
  readonly #input: Pick<ReconcileInput, 'service' | 'triggerTime' | 'topology'>
  readonly #strays: readonly EndpointSlice[]
  readonly #labels: Labels
  readonly #creates: Draft<EndpointSlice>[] = []
  readonly #updates: EndpointSlice[] = []
  readonly #deletes: EndpointSlice[] = []
  readonly #announcements: HintAnnouncement[] = []
  #state: HintState

  /** `strays` are slices of families that the Service does not have: they go last, but their hints are forgotten first. */
  constructor(
    input: Pick<ReconcileInput, 'service' | 'triggerTime' | 'topology'>,
    strays: readonly EndpointSlice[] = [],
  ) {
    this.#input = input
    this.#strays = strays
    this.#labels = sliceLabels(input.service)
    this.#state = input.topology?.state ?? NO_HINTS
    for (const { addressType } of strays) this.#state = withoutHints(this.#state, addressType as IPFamily)
  }

  get hintState(): HintState {
    return this.#state
  }

  add(family: IPFamily, { creates, updates, deletes, hints }: PlannedFamily): void {
    const { service, triggerTime } = this.#input
    this.#state = hints.state
    this.#announcements.push(...hints.announcements)
    for (const plan of creates)
      this.#creates.push(draftOf({ service, triggerTime, family, labels: this.#labels }, plan))
    for (const plan of updates) {
      if (plan.stored)
        this.#updates.push(updateOf({ service, triggerTime, family, labels: this.#labels }, plan, plan.stored.metadata))
    }
    this.#deletes.push(...deletes)
  }

  all(problems: readonly string[]): SliceWrites {
    const tells = (this.#input.topology?.state ?? NO_HINTS) !== NO_HINTS || hintMode(this.#input.service) === 'auto'
    return {
      creates: this.#creates,
      updates: this.#updates,
      deletes: [...this.#deletes, ...this.#strays],
      problems,
      ...(tells ? { hints: { state: this.#state, announcements: this.#announcements } } : {}),
    }
  }
}

/** The plans of one family, and what its hints come to. */
export interface PlannedFamily extends FamilyPlans {
  readonly hints: Pick<HintedSlices<SlicePlan>, 'state' | 'announcements'>
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

function planFamily(
  input: ReconcileInput,
  family: IPFamily,
  parts: readonly PodPart[],
  state: HintState,
): PlannedFamily {
  const { service, maxEndpoints } = input
  const own = input.existing.filter(slice => slice.addressType === family)
  const isOwned = (slice: EndpointSlice): boolean => isOwnedBy(service, slice)
  const labels = sliceLabels(service)
  const bareLabels = ownLabels(labels)
  const groups = groupsOf(parts)

  // Phase A: slices of an earlier Service of the same name go; the others are grouped by their ports.
  const deletes = own.filter(slice => !isOwned(slice))
  const byGroup = new Map<string, PackedSlice<EndpointSlice>[]>()
  for (const slice of own.filter(isOwned)) {
    const key = portGroupKey(slice.ports)
    const packed = { slice, endpoints: slice.endpoints ?? [] }
    const group = byGroup.get(key)
    if (group) group.push(packed)
    else byGroup.set(key, [packed])
  }

  // Phase B: pack each wanted group. Phase C: groups nobody wants any more go.
  const creates: SlicePlan[] = []
  const updates: SlicePlan[] = []
  for (const [key, group] of inOrder(groups)) {
    const packing = packSlices({
      existing: byGroup.get(key) ?? [],
      wanted: group.wanted,
      maxEndpoints,
      isStale: slice => !sameJson(ownLabels(slice.metadata.labels), bareLabels),
    })
    for (const endpoints of packing.creates) creates.push({ stored: undefined, ports: group.ports, endpoints })
    for (const { slice, endpoints } of packing.updates) {
      updates.push({ stored: slice, ports: slice.ports ?? [], endpoints })
    }
    deletes.push(...packing.deletes)
  }
  for (const [key, slices] of inOrder(byGroup)) if (!groups.has(key)) deletes.push(...slices.map(({ slice }) => slice))

  const hint = ({ creates, updates }: FamilyPlans): HintedSlices<SlicePlan> => {
    const touched = new Set([...updates.map(({ stored }) => stored), ...deletes])
    const unchanged = own
      .filter(slice => !touched.has(slice))
      .map(stored => ({ stored, ports: stored.ports ?? [], endpoints: stored.endpoints ?? [] }))
    const plans = { creates, updates, unchanged }
    return hintSlices({ service, family, plans, ratios: input.topology?.ratios, state })
  }
  return finishFamily({ service, plans: { creates, updates, deletes }, sliceCount: own.length, hint })
}

/** What is left to do when the endpoints of one family are packed: the placeholder, hints, and recycling. */
export function finishFamily({
  service,
  plans,
  sliceCount,
  hint,
}: {
  readonly service: Service
  readonly plans: FamilyPlans
  /** Of the slices that exist. */
  readonly sliceCount: number
  readonly hint: (plans: FamilyPlans) => HintedSlices<SlicePlan>
}): PlannedFamily {
  const creates = [...plans.creates]
  const deletes = [...plans.deletes]
  const isOwned = (slice: EndpointSlice): boolean => isOwnedBy(service, slice)

  // Phase D: a Service without endpoints keeps one slice, with no ports and no endpoints.
  if (creates.length === 0 && deletes.length === sliceCount) {
    const only = deletes.length === 1 ? deletes[0] : undefined
    if (only && isOwned(only) && isPlaceholder(only, sliceLabels(service))) deletes.pop()
    else creates.push({ stored: undefined, ports: [], endpoints: [] })
  }

  // Phase E: hints, for which slices that would stay as they are may be written, too.
  const hinted = hint({ creates, updates: plans.updates, deletes })
  const written = { creates: [...hinted.creates], updates: [...hinted.updates] }
  const gone = recycle(written.creates, written.updates, deletes, isOwned)
  return { ...written, deletes: gone, hints: hinted }
}

/** Groups by their key. Kubernetes takes them as a Go map gives them. */
function inOrder<T>(groups: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return groups.size > 1 ? [...groups].sort((a, b) => compareText(a[0], b[0])) : [...groups]
}

/** Phase F: the last of the new slices takes the place, and the name, of the first that would be deleted; and so on. */
function recycle(
  creates: SlicePlan[],
  updates: SlicePlan[],
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

interface Writing {
  readonly service: Service
  readonly triggerTime: string | undefined
  readonly family: IPFamily
  readonly labels: Labels
}

function draftOf(writing: Writing, plan: SlicePlan): Draft<EndpointSlice> {
  const { service, triggerTime, labels } = writing
  return {
    ...bodyOf(writing, plan),
    metadata: {
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace,
      labels,
      ownerReferences: ownersFor(service),
      annotations: triggerTime === undefined ? undefined : { [TRIGGER_TIME_ANNOTATION]: triggerTime },
    },
  }
}

function updateOf(writing: Writing, plan: SlicePlan, stored: ObjectMeta): EndpointSlice {
  const { annotations, ...rest } = stored
  const stamped = stampTriggerTime(annotations, writing.triggerTime)
  const ownerReferences = rest.ownerReferences ?? ownersFor(writing.service)
  // What is the same is shared, so that nobody needs to look at it again.
  const labels = sameJson(rest.labels, writing.labels) ? rest.labels : writing.labels
  const metadata: ObjectMeta = { ...rest, labels, ownerReferences }
  return { ...bodyOf(writing, plan), metadata: stamped ? { ...metadata, annotations: stamped } : metadata }
}

function bodyOf(
  { family }: Writing,
  { endpoints, ports }: SlicePlan,
): Pick<EndpointSlice, 'apiVersion' | 'kind' | 'addressType' | 'endpoints' | 'ports'> {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: family,
    endpoints,
    ports: ports.length === 0 ? null : ports,
  }
}

function ownersFor(service: Service): readonly OwnerReference[] {
  return [controllerRef({ ...service, apiVersion: 'v1', kind: 'Service' })]
}

/** The annotations with the trigger time set or taken away; undefined when none are left. */
export function stampTriggerTime(annotations: Labels | undefined, triggerTime: string | undefined): Labels | undefined {
  const { [TRIGGER_TIME_ANNOTATION]: _, ...others } = annotations ?? {}
  if (triggerTime !== undefined) return { ...others, [TRIGGER_TIME_ANNOTATION]: triggerTime }
  return Object.keys(others).length > 0 ? others : undefined
}

function groupsOf(parts: readonly PodPart[]): ReadonlyMap<string, PortGroup> {
  const groups = new Map<string, PortGroup>()
  for (const { ports, endpoint } of parts) {
    let group = groups.get(ports.key)
    if (!group) groups.set(ports.key, (group = { ports: ports.ports, wanted: [] }))
    if (endpoint) group.wanted.push(endpoint)
  }
  return groups
}

/** Whether a slice belongs to this very Service, and not to an earlier one of its name. */
export function isOwnedBy(service: Service, slice: EndpointSlice): boolean {
  return (slice.metadata.ownerReferences ?? []).some(
    owner => owner.uid === service.metadata.uid && owner.kind === 'Service' && owner.apiVersion === 'v1',
  )
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
export function addressTypes(service: Service): readonly IPFamily[] {
  if (service.spec.ipFamilies && service.spec.ipFamilies.length > 0) return service.spec.ipFamilies
  const ip = service.spec.clusterIP
  if (ip !== undefined && ip !== '' && ip !== 'None') return [ip.includes(':') ? 'IPv6' : 'IPv4']
  return ['IPv4', 'IPv6']
}
