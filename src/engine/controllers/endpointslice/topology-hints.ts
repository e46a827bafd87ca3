// Which zone, or node, each endpoint is meant for, after k8s.io/endpointslice's trafficdist and topologycache: by
// `trafficDistribution` every ready endpoint is for its own zone (and node); by the annotation topology-mode endpoints are
// shared out among zones by their CPUs, so that none is overloaded. Pure. It also says which slices, otherwise left as they
// are, have to be written for their hints.

import type { Endpoint } from '../../api/endpointslice/endpointslice.ts'
import type { IPFamily, Service } from '../../api/service/service.ts'
import { compareText, deepFreeze, sameJson } from '../../kernel/json.ts'
import { leastOf, type CpuRatios, type HintState } from './topology-cache.ts'

export const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'
/** The name of the annotation before v1.27. Where it is present it alone decides. */
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints'

export type HintMode = 'none' | 'same-zone' | 'same-node' | 'auto'

/** Something to be told about the Service. */
export interface HintAnnouncement {
  readonly type: 'Normal' | 'Warning'
  readonly reason: 'TopologyAwareHintsEnabled' | 'TopologyAwareHintsDisabled'
  readonly message: string
}

/** Slices of one family, by what shall become of them. */
export interface SlicePlans<P extends { readonly endpoints: readonly Endpoint[] }> {
  readonly creates: readonly P[]
  readonly updates: readonly P[]
  readonly unchanged: readonly P[]
}

export interface HintedSlices<P> {
  readonly creates: readonly P[]
  /** Some that were unchanged may be among them, at the end. */
  readonly updates: readonly P[]
  readonly state: HintState
  readonly announcements: readonly HintAnnouncement[]
}

export interface HintInput<P extends { readonly endpoints: readonly Endpoint[] }> {
  readonly service: Service
  readonly family: IPFamily
  readonly plans: SlicePlans<P>
  readonly ratios: CpuRatios
  readonly state: HintState
}

export function hintMode({ metadata: { annotations = {} }, spec }: Service): HintMode {
  const annotation = annotations[TOPOLOGY_HINTS] ?? annotations[TOPOLOGY_MODE]
  if (annotation === 'Auto' || annotation === 'auto') return 'auto'
  const { trafficDistribution } = spec
  if (trafficDistribution === 'PreferClose' || trafficDistribution === 'PreferSameZone') return 'same-zone'
  return trafficDistribution === 'PreferSameNode' ? 'same-node' : 'none'
}

/** The plans with hints as the Service wants them. */
export function hintSlices<P extends { readonly endpoints: readonly Endpoint[] }>(
  input: HintInput<P>,
): HintedSlices<P> {
  const { service, family, plans, state } = input
  const mode = hintMode(service)
  if (mode === 'auto') return shareOut(input)
  const announcements = state.populated ? [disabled(family, 'Topology Aware Hints has been disabled')] : []
  const others = { state: withoutHints(state, family), announcements }
  if (mode === 'none') return { ...stripped(plans), ...others }
  const places = new Places(mode)
  return { ...hinted(plans, endpoint => (isReady(endpoint) ? places.of(endpoint) : endpoint.hints)), ...others }
}

type Hints = Endpoint['hints']

/** The hints that endpoints have when they are not shared out among zones: those of their own place, or none. */
export class Places {
  readonly #mode: HintMode
  /** Zone and Node → the hints of all that are there, frozen. */
  readonly #known = new Map<string, Hints>()

  constructor(mode: HintMode) {
    this.#mode = mode
  }

  /** The hints of an endpoint that is ready. */
  of({ zone = '', nodeName = '' }: Endpoint): Hints {
    const forNodes = this.#mode === 'same-node'
    if (!forNodes && this.#mode !== 'same-zone') return undefined
    const place = forNodes ? `${zone} ${nodeName}` : zone
    if (!this.#known.has(place)) this.#known.set(place, deepFreeze(hintsFor(zone, forNodes ? nodeName : '')))
    return this.#known.get(place)
  }

  /** A new endpoint, frozen, as it is to be written. */
  put(endpoint: Endpoint): Endpoint {
    const hints = isReady(endpoint) ? this.of(endpoint) : undefined
    return hints ? Object.freeze({ ...endpoint, hints }) : endpoint
  }

  /** Whether a stored endpoint has the hints that it is to have. */
  holds(endpoint: Endpoint): boolean {
    return sameJson(endpoint.hints, isReady(endpoint) ? this.of(endpoint) : undefined)
  }
}

function hintsFor(zone: string, node: string): Hints {
  if (zone === '' && node === '') return undefined
  return {
    ...(zone === '' ? {} : { forZones: [{ name: zone }] }),
    ...(node === '' ? {} : { forNodes: [{ name: node }] }),
  }
}

/** All slices with these hints; of the unchanged ones those that did not have them. */
function hinted<P extends { readonly endpoints: readonly Endpoint[] }>(
  { creates, updates, unchanged }: SlicePlans<P>,
  hintsOf: (endpoint: Endpoint) => Hints,
): { readonly creates: readonly P[]; readonly updates: readonly P[] } {
  const change = (plan: P): P => {
    const endpoints = plan.endpoints.map(endpoint => withHints(endpoint, hintsOf(endpoint)))
    return endpoints.every((endpoint, at) => endpoint === plan.endpoints[at]) ? plan : { ...plan, endpoints }
  }
  const moved = unchanged.flatMap(plan => {
    const changed = change(plan)
    return changed === plan ? [] : [changed]
  })
  return { creates: creates.map(change), updates: [...updates.map(change), ...moved] }
}

function stripped<P extends { readonly endpoints: readonly Endpoint[] }>(
  plans: SlicePlans<P>,
): { readonly creates: readonly P[]; readonly updates: readonly P[] } {
  return hinted(plans, () => undefined)
}

function withHints(endpoint: Endpoint, hints: Hints): Endpoint {
  if (sameJson(endpoint.hints, hints)) return endpoint
  if (hints) return { ...endpoint, hints }
  const { hints: _, ...others } = endpoint
  return others
}

function shareOut<P extends { readonly endpoints: readonly Endpoint[] }>(input: HintInput<P>): HintedSlices<P> {
  const { plans, ratios } = input
  const total = [plans.creates, plans.updates, plans.unchanged]
    .flat()
    .reduce((sum, { endpoints }) => sum + endpoints.filter(isReady).length, 0)
  const allocations = allocationsFor(total, ratios)
  if (typeof allocations === 'string') return giveUp(input, allocations)

  // Slices whose hints can stay as they are count; the others are written anew.
  const counts = new Map<string, number>()
  const moved: P[] = []
  for (const plan of plans.unchanged) {
    const own = countHints(plan.endpoints, counts, allocations)
    if (own) for (const [zone, count] of own) add(counts, zone, count)
    else moved.push(plan)
  }
  const written = { creates: plans.creates, updates: [...plans.updates, ...moved] }
  const shared = shareWritten({ ...input, written, counts, allocations })
  return typeof shared === 'string' ? giveUp(input, shared) : shared
}

/**
 * As `hintSlices` in topology-mode, where the hints of the slices that stay as they are have been counted: `unchanged` is all
 * that need be known of them. Undefined when those slices must be looked at one by one.
 */
export function shareOutBeside<P extends { readonly endpoints: readonly Endpoint[] }>(
  input: Omit<HintInput<P>, 'plans'>,
  written: Pick<SlicePlans<P>, 'creates' | 'updates'>,
  unchanged: HintTally,
): HintedSlices<P> | undefined {
  const { family, ratios, state } = input
  const tally = new HintTally()
  for (const { endpoints } of [...written.creates, ...written.updates]) tally.count(endpoints, 1)
  const allocations = allocationsFor(tally.ready + unchanged.ready, ratios)
  if (typeof allocations === 'string') {
    if (tally.hinted + unchanged.hinted > 0) return undefined
    return { ...written, state: withoutHints(state, family), announcements: [disabled(family, allocations)] }
  }
  if (unchanged.bare > 0) return undefined
  const counts = new Map<string, number>()
  for (const [zone, count] of unchanged.zones) {
    if (count === 0) continue
    // Counts only rise from slice to slice: when all together are not too many, none was on the way.
    if (count > (allocations.get(zone)?.maximum ?? 0)) return undefined
    counts.set(zone, count)
  }
  const shared = shareWritten({ ...input, written, counts, allocations })
  return typeof shared === 'string' ? undefined : shared
}

/** What a list of slices says by way of hints, in numbers that can be added and taken away. */
export class HintTally {
  /** Endpoints that are ready; of those, the ones without a zone in their hints; and endpoints with any hints. */
  ready = 0
  bare = 0
  hinted = 0
  /** Zone → how many ready endpoints are meant for it. */
  readonly zones = new Map<string, number>()

  copy(): HintTally {
    const copy = new HintTally()
    copy.ready = this.ready
    copy.bare = this.bare
    copy.hinted = this.hinted
    for (const [zone, count] of this.zones) copy.zones.set(zone, count)
    return copy
  }

  /** Counts endpoints in (`by` 1) or out (-1). */
  count(endpoints: readonly Endpoint[], by: 1 | -1): void {
    for (const endpoint of endpoints) {
      const { hints } = endpoint
      if (hints) this.hinted += by
      if (!isReady(endpoint)) continue
      this.ready += by
      const zones = hints?.forZones ?? []
      if (zones.length === 0) this.bare += by
      for (const { name } of zones) add(this.zones, name, by)
    }
  }
}

function giveUp<P extends { readonly endpoints: readonly Endpoint[] }>(
  { family, plans, state }: HintInput<P>,
  message: string,
): HintedSlices<P> {
  return { ...stripped(plans), state: withoutHints(state, family), announcements: [disabled(family, message)] }
}

/** The hints of what is written, beside `counts` of what is not; or why there can be none. */
function shareWritten<P extends { readonly endpoints: readonly Endpoint[] }>({
  family,
  state,
  written,
  counts,
  allocations,
}: {
  readonly family: IPFamily
  readonly state: HintState
  readonly written: Pick<SlicePlans<P>, 'creates' | 'updates'>
  readonly counts: Map<string, number>
  readonly allocations: Allocations
}): HintedSlices<P> | string {
  // Each endpoint is for its own zone first.
  const ready = [...written.creates, ...written.updates].flatMap(({ endpoints }) => endpoints.filter(isReady))
  if (ready.some(({ zone }) => !zone)) return 'One or more endpoints do not have a zone specified'
  for (const { zone = '' } of ready) add(counts, zone, 1)
  const target = redistribute(ready, counts, allocations)
  if (counts.size === 0) return 'No hints allocated for zones'

  const change = (plan: P): P => ({
    ...plan,
    endpoints: plan.endpoints.map(endpoint => {
      const zone = target.get(endpoint) ?? (isReady(endpoint) ? endpoint.zone : undefined)
      return zone === undefined ? endpoint : withHints(endpoint, { forZones: [{ name: zone }] })
    }),
  })
  const byZone = new Map([...counts].sort((a, b) => compareText(a[0], b[0])))
  return {
    creates: written.creates.map(change),
    updates: written.updates.map(change),
    state: { allocated: new Map([...state.allocated, [family, byZone]]), populated: true },
    announcements: state.populated ? [] : [enabled(family)],
  }
}

interface Allocation {
  readonly desired: number
  readonly maximum: number
}

type Allocations = ReadonlyMap<string, Allocation>

/** How many endpoints each zone is to have, or why they cannot be shared out. */
function allocationsFor(total: number, ratios: CpuRatios): Allocations | string {
  if (!ratios) return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'
  const numbers = `(${total} endpoints, ${ratios.size} zones)`
  if (ratios.size > total) return `Insufficient number of endpoints ${numbers}`
  const minimums = [...ratios].map(([zone, ratio]) => ({ zone, desired: ratio * total, least: leastOf(ratio * total) }))
  const spare = total - minimums.reduce((sum, { least }) => sum + least, 0)
  if (spare < 0)
    return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${numbers}`
  return new Map(
    minimums.map(({ zone, desired, least }) => [zone, { desired: Math.max(desired, least), maximum: least + spare }]),
  )
}

/** The hints of a slice by zone, or undefined when they have to be written anew. */
function countHints(
  endpoints: readonly Endpoint[],
  already: ReadonlyMap<string, number>,
  allocations: Allocations,
): ReadonlyMap<string, number> | undefined {
  const own = new Map<string, number>()
  for (const { hints } of endpoints.filter(isReady)) {
    const zones = hints?.forZones ?? []
    if (zones.length === 0 || zones.some(({ name }) => !allocations.has(name))) return undefined
    for (const { name } of zones) add(own, name, 1)
  }
  const tooMany = [...own].some(
    ([zone, count]) => (already.get(zone) ?? 0) + count > (allocations.get(zone)?.maximum ?? 0),
  )
  return tooMany ? undefined : own
}

/** Gives endpoints of zones that have too many to zones that have too few, and counts them there. */
function redistribute(
  ready: readonly Endpoint[],
  counts: Map<string, number>,
  allocations: Allocations,
): ReadonlyMap<Endpoint, string> {
  const { giving, receiving } = moves(counts, allocations)
  const target = new Map<Endpoint, string>()
  for (const endpoint of ready) {
    const [to] = receiving.keys()
    const { zone = '' } = endpoint
    if (to === undefined || !giving.has(zone)) continue
    target.set(endpoint, to)
    takeOne(giving, zone)
    takeOne(receiving, to)
    add(counts, to, 1)
    add(counts, zone, -1)
  }
  return target
}

function moves(
  counts: ReadonlyMap<string, number>,
  allocations: Allocations,
): { readonly giving: Map<string, number>; readonly receiving: Map<string, number> } {
  const tooMany = new Map<string, number>()
  const tooFew = new Map<string, number>()
  for (const [zone, { desired }] of allocations) {
    const count = counts.get(zone) ?? 0
    if (count > desired) tooMany.set(zone, count - desired)
    else if (count < desired) tooFew.set(zone, desired - count)
  }
  const giving = new Map<string, number>()
  const receiving = new Map<string, number>()
  for (;;) {
    const [from, spare] = most(tooMany)
    const [to, lack] = most(tooFew)
    if (from === '' || to === '' || (spare < 1 && lack < 1) || spare < 0.5 || lack < 0.5) return { giving, receiving }
    add(giving, from, 1)
    add(receiving, to, 1)
    add(tooMany, from, -1)
    add(tooFew, to, -1)
  }
}

/** The zone with most, the first by name of equals; '' and 0 when none has anything. */
function most(zones: ReadonlyMap<string, number>): readonly [string, number] {
  let found: readonly [string, number] = ['', 0]
  for (const entry of zones) if (entry[1] > found[1]) found = entry
  return found
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}

function takeOne(counts: Map<string, number>, key: string): void {
  const count = counts.get(key) ?? 0
  if (count > 1) counts.set(key, count - 1)
  else counts.delete(key)
}

/** The state when a family has no hints any more. */
export function withoutHints(state: HintState, family: IPFamily): HintState {
  if (state.allocated.size === 0 && !state.populated) return state
  return { allocated: new Map([...state.allocated].filter(([one]) => one !== family)), populated: false }
}

function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready === true
}

function enabled(family: IPFamily): HintAnnouncement {
  const message = `Topology Aware Hints has been enabled, addressType: ${family}`
  return { type: 'Normal', reason: 'TopologyAwareHintsEnabled', message }
}

function disabled(family: IPFamily, why: string): HintAnnouncement {
  return { type: 'Warning', reason: 'TopologyAwareHintsDisabled', message: `${why}, addressType: ${family}` }
}
