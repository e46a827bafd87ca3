// Why the slices of one Service were written as they were: compares them before and after a sync and names the rule behind
// each difference. It looks at what was written and not at how that was found out, so it costs nothing when nobody
// asks. Pure. Left out: endpoints that are no Pods, which only the counts of their slice tell.

import type { Endpoint, EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Node } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { ipFamily } from '../../kernel/ip.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import { named, type Because, type DecisionDraft, type DecisionOf } from '../runtime/decision.ts'
import { isPodTerminal, podIPs } from '../runtime/pod-facts.ts'
import type { PodChange } from '../runtime/pod-roll.ts'
import { endpointKey, sameEndpoint } from './pack-slices.ts'
import { addressTypes, isOwnedBy } from './reconcile-slices.ts'
import { portGroupKey } from './resolve-ports.ts'

export interface SliceChanges {
  readonly service: Service
  /** The Service's slices before the sync and after it. One that was not written is the same object in both. */
  readonly before: readonly EndpointSlice[]
  readonly after: readonly EndpointSlice[]
  readonly maxEndpoints: number
  /** Pods that changed since the last sync. */
  readonly changes: readonly PodChange[]
  readonly podNamed: (name: string) => Pod | undefined
  readonly nodeNamed: (name: string) => Node | undefined
}

/** An endpoint in a slice; of a Pod, unless somebody else wrote it. */
interface Row {
  readonly slice: EndpointSlice
  readonly endpoint: Endpoint
}

/** One slice before the sync and after it: what it gained, lost, and holds in another state. */
interface Comparison {
  readonly before: EndpointSlice | undefined
  readonly after: EndpointSlice
  readonly added: readonly Row[]
  readonly removed: readonly Row[]
  readonly changed: readonly { readonly was: Endpoint; readonly is: Row }[]
  /** It was to go, and took the place of a new one: it has kept nothing but its name. */
  readonly isRecycled: boolean
}

type Mismatch = Extract<Because, { readonly rule: 'label-differs' | 'label-missing' | 'selector-missing' }>
type OutBecause = DecisionOf<'endpoint-out'>
type HeldBack = DecisionOf<'endpoint-held-back'>

/** First what became of each slice, then of each Pod, by name. Only what differs is looked at closely. */
export function explainSlices(input: SliceChanges): readonly DecisionDraft[] {
  const [earlier, later] = [new Set(input.before), new Set(input.after)]
  const old = input.before.filter(slice => !later.has(slice))
  const fresh = input.after.filter(slice => !earlier.has(slice))
  const written = fresh.map(slice => compare(versionIn(old, slice), slice))
  const gone = old.filter(slice => !versionIn(fresh, slice))
  const lost = [...written.flatMap(({ removed }) => removed), ...gone.flatMap(rowsOf)]
  const left = new Map(lost.map(row => [placeOf(row), row] as const))
  const said: { readonly pod: string; readonly decision: DecisionDraft | undefined }[] = []
  const say = (row: Row, decision: DecisionDraft | undefined): void => {
    if (row.endpoint.targetRef?.kind === 'Pod') said.push({ pod: podNameOf(row), decision })
  }
  for (const comparison of written) {
    for (const { was, is } of comparison.changed) say(is, changed(input, was, is))
    for (const row of comparison.added) {
      // With another address it is packed anew, and may come into another slice.
      const before = left.get(placeOf(row))
      left.delete(placeOf(row))
      say(row, before ? changed(input, before.endpoint, row) : placed(input, comparison, row))
    }
  }
  const out = new Set([...left.values()].map(podNameOf))
  for (const row of left.values()) say(row, takenOut(input, row))
  said.sort((a, b) => compareText(a.pod, b.pod))
  return [
    ...written.map(comparison => sliceWritten(input, comparison)),
    ...gone.map((slice): DecisionDraft => ({
      code: 'slice-deleted',
      about: slice,
      because: whyDeleted(slice, input),
      related: [input.service],
    })),
    ...said.flatMap(({ decision }) => decision ?? []),
    ...heldBack(input, out),
  ]
}

function compare(before: EndpointSlice | undefined, after: EndpointSlice): Comparison {
  const fresh = rowsOf(after)
  if (!before) return { before, after, added: fresh, removed: [], changed: [], isRecycled: false }
  if (portGroupKey(before.ports) !== portGroupKey(after.ports))
    return { before, after, added: fresh, removed: rowsOf(before), changed: [], isRecycled: true }
  const left = new Map(before.endpoints.map(endpoint => [identityOf(endpoint), endpoint] as const))
  const added: Row[] = []
  const changes: { was: Endpoint; is: Row }[] = []
  for (const row of fresh) {
    const identity = identityOf(row.endpoint)
    const was = left.get(identity)
    left.delete(identity)
    if (!was) added.push(row)
    else if (was !== row.endpoint && !saysTheSame(was, row.endpoint)) changes.push({ was, is: row })
  }
  const removed = [...left.values()].map(endpoint => ({ slice: before, endpoint }))
  const isRecycled = before.endpoints.length > 0 && removed.length === before.endpoints.length
  return { before, after, added, removed, changed: changes, isRecycled }
}

function rowsOf(slice: EndpointSlice): readonly Row[] {
  return slice.endpoints.map(endpoint => ({ slice, endpoint }))
}

function identityOf({ addresses, targetRef }: Endpoint): string {
  return targetRef?.name ?? addresses.join()
}

function podNameOf({ endpoint }: Row): string {
  return endpoint.targetRef?.name ?? ''
}

/** A Pod has one place for each family and each set of ports. */
function placeOf({ slice, endpoint }: Row): string {
  return `${slice.addressType} ${portGroupKey(slice.ports)} ${identityOf(endpoint)}`
}

function saysTheSame(a: Endpoint, b: Endpoint): boolean {
  return endpointKey(a) === endpointKey(b) && sameEndpoint(a, b)
}

function sliceWritten({ service, maxEndpoints: max }: SliceChanges, comparison: Comparison): DecisionDraft {
  const { before, after: slice } = comparison
  const related = [service]
  const { length: endpoints } = slice.endpoints
  if (before) return { code: 'slice-rewritten', about: slice, because: whyRewritten(comparison, service, max), related }
  if (endpoints > 0)
    return { code: 'slice-created', about: slice, because: { rule: 'needs-new-slice', endpoints, max }, related }
  return {
    code: 'slice-created',
    about: slice,
    because: { rule: 'placeholder', service: service.metadata.name },
    related,
  }
}

/** The same slice as it stands in another list. */
function versionIn(slices: readonly EndpointSlice[], { metadata }: EndpointSlice): EndpointSlice | undefined {
  return slices.find(slice => slice.metadata.uid === metadata.uid)
}

function whyRewritten(comparison: Comparison, service: Service, max: number): DecisionOf<'slice-rewritten'> {
  const { before, after, added, removed, changed: changes, isRecycled } = comparison
  const { length: endpoints } = after.endpoints
  if (isRecycled && endpoints === 0) return { rule: 'placeholder', service: service.metadata.name }
  if (isRecycled) return { rule: 'takes-recycled-slice', slice: after.metadata.name, endpoints, max }
  const counts = { added: added.length, removed: removed.length, changed: changes.length }
  if (counts.added + counts.removed + counts.changed > 0) return { rule: 'endpoints-differ', ...counts }
  const [was, is] = [before?.metadata.labels ?? {}, after.metadata.labels ?? {}]
  const label = Object.keys({ ...was, ...is })
    .sort(compareText)
    .find(key => was[key] !== is[key])
  if (label === undefined) return { rule: 'hints-differ', endpoints }
  return { rule: 'labels-differ', label, was: was[label] ?? '', is: is[label] ?? '' }
}

function whyDeleted(slice: EndpointSlice, { service, after }: SliceChanges): DecisionOf<'slice-deleted'> {
  if (!isOwnedBy(service, slice)) return { rule: 'earlier-service', service: service.metadata.name }
  if (!addressTypes(service).some(family => family === slice.addressType))
    return { rule: 'family-unwanted', family: slice.addressType }
  const group = portGroupKey(slice.ports)
  const held = new Set(after.flatMap(other => other.endpoints.map(identityOf)))
  if (
    slice.endpoints.some(endpoint => held.has(identityOf(endpoint))) &&
    !after.some(other => portGroupKey(other.ports) === group)
  )
    return { rule: 'ports-unwanted', ports: portsText(slice) }
  return { rule: 'no-endpoint-left', service: service.metadata.name }
}

function placed(input: SliceChanges, comparison: Comparison, row: Row): DecisionDraft {
  const because = whereTo(comparison, input.maxEndpoints)
  return { code: 'endpoint-in', about: podOf(input, row), because, related: [input.service, row.slice] }
}

function whereTo(
  { before, after, removed, changed: changes, isRecycled }: Comparison,
  max: number,
): DecisionOf<'endpoint-in'> {
  const { length: endpoints } = after.endpoints
  if (!before) return { rule: 'needs-new-slice', endpoints, max }
  const slice = after.metadata.name
  if (isRecycled) return { rule: 'takes-recycled-slice', slice, endpoints, max }
  const isTouched =
    removed.length + changes.length > 0 || !sameJson(before.metadata.labels ?? {}, after.metadata.labels ?? {})
  return { rule: isTouched ? 'fills-touched-slice' : 'fits-untouched-slice', slice, endpoints, max }
}

function changed(input: SliceChanges, was: Endpoint, row: Row): DecisionDraft | undefined {
  const because = whyChanged(was, row)
  return because && { code: 'endpoint-changed', about: podOf(input, row), because, related: [input.service, row.slice] }
}

function whyChanged(was: Endpoint, row: Row): DecisionOf<'endpoint-changed'> | undefined {
  const { endpoint: is } = row
  const pod = podNameOf(row)
  if (was.conditions?.ready !== is.conditions?.ready) {
    if (is.conditions?.ready) return { rule: 'pod-ready', pod }
    if (!is.conditions?.terminating) return { rule: 'pod-not-ready', pod }
  }
  if (is.conditions?.terminating && !was.conditions?.terminating)
    return { rule: 'pod-terminating', serving: is.conditions.serving ?? false }
  const fields: readonly (readonly [field: string, of: (endpoint: Endpoint) => string])[] = [
    ['addresses', ({ addresses }) => addresses.join(', ')],
    ['targetRef.uid', ({ targetRef }) => targetRef?.uid ?? ''],
    ['nodeName', ({ nodeName }) => nodeName ?? ''],
    ['zone', ({ zone }) => zone ?? ''],
    ['hostname', ({ hostname }) => hostname ?? ''],
    ['conditions.serving', ({ conditions }) => String(conditions?.serving ?? '')],
    ['conditions.terminating', ({ conditions }) => String(conditions?.terminating ?? '')],
    ['conditions.ready', ({ conditions }) => String(conditions?.ready ?? '')],
  ]
  const differing = fields.find(([, of]) => of(was) !== of(is))
  return differing && { rule: 'field-differs', field: differing[0], was: differing[1](was), is: differing[1](is) }
}

function takenOut(input: SliceChanges, row: Row): DecisionDraft {
  return {
    code: 'endpoint-out',
    about: podOf(input, row),
    because: whyOut(input, row),
    related: [input.service, row.slice],
  }
}

function whyOut(input: SliceChanges, row: Row): OutBecause {
  const { slice } = row
  const name = podNameOf(row)
  const { service, podNamed } = input
  const pod = podNamed(name)
  if (!pod) return { rule: 'pod-gone', pod: name }
  const mismatch = whyNotSelected(service, pod)
  if (mismatch) return mismatch
  const held = whyHeldBack(input, pod)
  if (held) return held
  if (!isOwnedBy(service, slice)) return { rule: 'earlier-service', service: service.metadata.name }
  const { addressType } = slice
  if (!addressTypes(service).some(family => family === addressType))
    return { rule: 'family-unwanted', family: addressType }
  if (!podIPs(pod).some(ip => ipFamily(ip) === addressType)) return { rule: 'no-ip-of-family', family: addressType }
  const now = input.after.find(other => other.endpoints.some(({ targetRef }) => targetRef?.name === name))
  return { rule: 'ports-differ', was: portsText(slice), is: now ? portsText(now) : '' }
}

/** Which label keeps a Pod from being selected; undefined when none does. */
export function whyNotSelected({ spec, metadata }: Service, pod: Pod): Mismatch | undefined {
  const selector = spec.selector ?? {}
  const labels = pod.metadata.labels ?? {}
  const keys = Object.keys(selector).sort(compareText)
  if (keys.length === 0) return { rule: 'selector-missing', service: metadata.name }
  const label = keys.find(key => !Object.hasOwn(labels, key) || labels[key] !== selector[key])
  if (label === undefined) return undefined
  const wants = selector[label] ?? ''
  if (!Object.hasOwn(labels, label)) return { rule: 'label-missing', label, wants }
  return { rule: 'label-differs', label, is: labels[label] ?? '', wants }
}

/** Why a Pod that is selected is no endpoint; undefined when nothing is in the way. */
export function whyHeldBack(
  { service, nodeNamed }: Pick<SliceChanges, 'service'> & { readonly nodeNamed: (name: string) => unknown },
  pod: Pod,
): HeldBack | undefined {
  if (isPodTerminal(pod)) return { rule: 'pod-finished', phase: pod.status?.phase ?? '' }
  const ips = podIPs(pod)
  if (ips.length === 0) return { rule: 'no-ip', pod: pod.metadata.name }
  const { nodeName } = pod.spec
  if (nodeName && !nodeNamed(nodeName) && !service.spec.publishNotReadyAddresses)
    return { rule: 'node-unknown', node: nodeName }
  const families = addressTypes(service)
  const [first] = families
  if (first !== undefined && !ips.some(ip => families.some(family => ipFamily(ip) === family)))
    return { rule: 'no-ip-of-family', family: first }
  return undefined
}

/** Selected Pods that are no endpoints, each said once for each reason. */
function heldBack(input: SliceChanges, said: ReadonlySet<string>): readonly DecisionDraft[] {
  return input.changes.flatMap(({ before, after: pod }): readonly DecisionDraft[] => {
    if (!pod || said.has(pod.metadata.name)) return []
    const because = whyHeldBack(input, pod)
    if (!because || (before && sameJson(whyHeldBack(input, before), because))) return []
    return [{ code: 'endpoint-held-back', about: pod, because, related: [input.service] }]
  })
}

function podOf({ service, podNamed }: SliceChanges, row: Row): Pod | ReturnType<typeof named> {
  const name = podNameOf(row)
  const found = podNamed(name)
  if (found) return found
  return { ...named('Pod', service.metadata.namespace ?? '', name), uid: row.endpoint.targetRef?.uid ?? '' }
}

function portsText({ ports }: EndpointSlice): string {
  return (ports ?? []).map(({ port, protocol }) => `${port ?? ''}/${protocol ?? 'TCP'}`).join(', ')
}
