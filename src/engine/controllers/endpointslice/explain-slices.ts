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

/** One Pod's row in a slice. */
interface Row {
  readonly pod: string
  readonly slice: EndpointSlice
  readonly endpoint: Endpoint
}

type Mismatch = Extract<Because, { readonly rule: 'label-differs' | 'label-missing' | 'selector-missing' }>
type OutBecause = DecisionOf<'endpoint-out'>
type HeldBack = DecisionOf<'endpoint-held-back'>

/** First what became of each slice, then of each Pod: both in the order of names. */
export function explainSlices(input: SliceChanges): readonly DecisionDraft[] {
  const { before, after } = input
  const [earlier, later] = [new Set(before), new Set(after)]
  const old = before.filter(slice => !later.has(slice))
  const fresh = after.filter(slice => !earlier.has(slice))
  const oldRows = rowsOf(old)
  const freshRows = rowsOf(fresh)
  const places = new Map(
    fresh.map(slice => [slice, whereTo(versionIn(old, slice), slice, input.maxEndpoints)] as const),
  )
  const said = new Set<string>()
  const decisions = [
    ...sliceDecisions(input, old, fresh),
    ...[...freshRows.values()].flatMap(row => inOrChanged({ input, row, old: oldRows.get(keyOf(row)), places })),
    ...[...oldRows.values()].flatMap(row => {
      if (freshRows.has(keyOf(row))) return []
      said.add(row.pod)
      return [out(input, row)]
    }),
  ]
  return [...decisions, ...heldBack(input, said)]
}

function rowsOf(slices: readonly EndpointSlice[]): ReadonlyMap<string, Row> {
  const rows = slices.flatMap(slice =>
    slice.endpoints.flatMap(endpoint => {
      const pod = endpoint.targetRef?.kind === 'Pod' ? endpoint.targetRef.name : undefined
      return pod === undefined ? [] : [{ pod, slice, endpoint }]
    }),
  )
  return new Map(rows.sort((a, b) => compareText(a.pod, b.pod)).map(row => [keyOf(row), row]))
}

/** A Pod has one place for each family and each set of ports. */
function keyOf({ pod, slice }: Row): string {
  return `${slice.addressType} ${pod} ${portGroupKey(slice.ports)}`
}

function sliceDecisions(
  input: SliceChanges,
  old: readonly EndpointSlice[],
  fresh: readonly EndpointSlice[],
): readonly DecisionDraft[] {
  const { service, maxEndpoints } = input
  const related = [service]
  const written = fresh.map((slice): DecisionDraft => {
    const before = versionIn(old, slice)
    if (before) return { code: 'slice-rewritten', about: slice, because: whyRewritten(before, slice, input), related }
    const because =
      slice.endpoints.length === 0
        ? ({ rule: 'placeholder', service: service.metadata.name } as const)
        : ({ rule: 'needs-new-slice', endpoints: slice.endpoints.length, max: maxEndpoints } as const)
    return { code: 'slice-created', about: slice, because, related }
  })
  const gone = old.filter(slice => !versionIn(fresh, slice))
  return [
    ...written,
    ...gone.map((slice): DecisionDraft => ({
      code: 'slice-deleted',
      about: slice,
      because: whyDeleted(slice, input),
      related,
    })),
  ]
}

/** The same slice as it stands in another list. */
function versionIn(slices: readonly EndpointSlice[], { metadata }: EndpointSlice): EndpointSlice | undefined {
  return slices.find(slice => slice.metadata.uid === metadata.uid)
}

function whyRewritten(before: EndpointSlice, after: EndpointSlice, input: SliceChanges): DecisionOf<'slice-rewritten'> {
  const { name } = input.service.metadata
  if (isRecycled(before, after)) {
    if (after.endpoints.length === 0) return { rule: 'placeholder', service: name }
    return {
      rule: 'takes-recycled-slice',
      slice: after.metadata.name,
      endpoints: after.endpoints.length,
      max: input.maxEndpoints,
    }
  }
  const counts = countDifferences(before.endpoints, after.endpoints)
  if (counts.added + counts.removed + counts.changed > 0) return { rule: 'endpoints-differ', ...counts }
  const labels = { ...before.metadata.labels, ...after.metadata.labels }
  const label = Object.keys(labels)
    .sort(compareText)
    .find(key => before.metadata.labels?.[key] !== after.metadata.labels?.[key])
  if (label !== undefined) {
    const was = before.metadata.labels?.[label] ?? ''
    return { rule: 'labels-differ', label, was, is: after.metadata.labels?.[label] ?? '' }
  }
  return { rule: 'hints-differ', endpoints: after.endpoints.length }
}

/** Whether a slice that was to go took the place of a new one: it has kept nothing but its name. */
function isRecycled(before: EndpointSlice, after: EndpointSlice): boolean {
  if (portGroupKey(before.ports) !== portGroupKey(after.ports)) return true
  const kept = new Set(after.endpoints.map(identityOf))
  return before.endpoints.length > 0 && !before.endpoints.some(endpoint => kept.has(identityOf(endpoint)))
}

function countDifferences(
  before: readonly Endpoint[],
  after: readonly Endpoint[],
): { readonly added: number; readonly removed: number; readonly changed: number } {
  const left = new Map(before.map(endpoint => [identityOf(endpoint), endpoint]))
  let added = 0
  let changed = 0
  for (const endpoint of after) {
    const was = left.get(identityOf(endpoint))
    if (!was) added++
    else if (!sameJson({ ...was, hints: undefined }, { ...endpoint, hints: undefined })) changed++
    left.delete(identityOf(endpoint))
  }
  return { added, removed: left.size, changed }
}

function identityOf({ addresses, targetRef }: Endpoint): string {
  return targetRef?.name ?? addresses.join()
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

function inOrChanged({
  input,
  row,
  old,
  places,
}: {
  readonly input: SliceChanges
  readonly row: Row
  readonly old: Row | undefined
  readonly places: ReadonlyMap<EndpointSlice, DecisionOf<'endpoint-in'>>
}): readonly DecisionDraft[] {
  const about = podOf(input, row)
  const related = [input.service, row.slice]
  if (old) {
    const because = whyChanged(old.endpoint, row)
    return because ? [{ code: 'endpoint-changed', about, because, related }] : []
  }
  const because = places.get(row.slice)
  return because ? [{ code: 'endpoint-in', about, because, related }] : []
}

function whereTo(before: EndpointSlice | undefined, after: EndpointSlice, max: number): DecisionOf<'endpoint-in'> {
  const endpoints = after.endpoints.length
  if (!before) return { rule: 'needs-new-slice', endpoints, max }
  const slice = after.metadata.name
  if (isRecycled(before, after)) return { rule: 'takes-recycled-slice', slice, endpoints, max }
  const { removed, changed } = countDifferences(before.endpoints, after.endpoints)
  const touched = removed + changed > 0 || !sameJson(before.metadata.labels ?? {}, after.metadata.labels ?? {})
  return { rule: touched ? 'fills-touched-slice' : 'fits-untouched-slice', slice, endpoints, max }
}

function whyChanged(was: Endpoint, { pod, endpoint: is }: Row): DecisionOf<'endpoint-changed'> | undefined {
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

function out(input: SliceChanges, row: Row): DecisionDraft {
  return {
    code: 'endpoint-out',
    about: podOf(input, row),
    because: whyOut(input, row),
    related: [input.service, row.slice],
  }
}

function whyOut(input: SliceChanges, { pod: name, slice }: Row): OutBecause {
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

function podOf({ service, podNamed }: SliceChanges, { pod, endpoint }: Row): Pod | ReturnType<typeof named> {
  const found = podNamed(pod)
  if (found) return found
  return { ...named('Pod', service.metadata.namespace ?? '', pod), uid: endpoint.targetRef?.uid ?? '' }
}

function portsText({ ports }: EndpointSlice): string {
  return (ports ?? []).map(({ port, protocol }) => `${port ?? ''}/${protocol ?? 'TCP'}`).join(', ')
}
