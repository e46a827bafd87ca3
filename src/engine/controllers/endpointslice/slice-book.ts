// Which Pod stands in which slice, for one family of one Service whose slices say all that its Pods are. From it the writes
// for a few changed Pods are planned by looking at those Pods and the slices they stand in only; they are exactly those of
// `reconcileSlices` over all Pods. It cannot plan everything, and says so: then everything has to be looked at.

import type { Endpoint, EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { IPFamily, Service } from '../../api/service/service.ts'
import { compareText } from '../../kernel/json.ts'
import { eachUnshared } from '../../kernel/shared-items.ts'
import { bestFit, endpointKey, placeRest, sameEndpoint } from './pack-slices.ts'
import type { EndpointMaker, PodPart } from './pod-endpoint.ts'
import {
  finishFamily,
  isOwnedBy,
  type FamilyPlans,
  type PlannedFamily,
  type ReconcileInput,
  type SlicePlan,
} from './reconcile-slices.ts'
import { portGroupKey, resolvedPorts, type ResolvedPorts } from './resolve-ports.ts'
import { compareAge } from './service-index.ts'
import type { PodChanges } from './service-pods.ts'
import { hintMode, HintTally, Places, shareOutBeside, type HintedSlices, type HintMode } from './topology-hints.ts'
import { NO_HINTS, type HintState } from './topology-cache.ts'

/** A slice and the port group it belongs to. */
interface Held {
  stored: EndpointSlice
  group: Group
}

interface Group {
  readonly ports: ResolvedPorts
  /** How many Pods are in it, those without an address of the family among them. */
  size: number
  /** Oldest first. */
  readonly slices: Held[]
}

/** A Pod of a group; its endpoint is the very one that its slice holds. */
interface Member {
  pod: Pod
  endpoint: Endpoint | undefined
  readonly group: Group
  /** Undefined while the endpoint is still to be placed, and when there is none. */
  home: Held | undefined
}

/** What a few changes make of slices, while they are gone through. */
interface Draft {
  /** Slices that change, with what they shall hold; undefined where an endpoint was taken out. */
  readonly slices: Map<Held, (Endpoint | undefined)[]>
  readonly unplaced: Map<Group, Member[]>
}

type PlanInput = Pick<ReconcileInput, 'service' | 'maxEndpoints' | 'topology'>

export class SliceBook {
  readonly family: IPFamily
  readonly #maker: EndpointMaker
  readonly #mode: HintMode
  readonly #places: Places
  /** By the name of the Pod. */
  readonly #members = new Map<string, Member>()
  readonly #groups = new Map<string, Group>()
  /** By the name of the slice. */
  readonly #held = new Map<string, Held>()
  readonly #tally = new HintTally()

  /** A book of Pods that stand in no slice yet: `enter` says in which they do. */
  constructor(family: IPFamily, service: Service, maker: EndpointMaker, parts: readonly PodPart[]) {
    this.family = family
    this.#maker = maker
    this.#mode = hintMode(service)
    this.#places = new Places(this.#mode)
    for (const { pod, ports, endpoint } of parts) {
      const group = this.#groupOf(ports)
      group.size++
      this.#members.set(pod.metadata.name, { pod, endpoint, group, home: undefined })
    }
  }

  /** Takes note of the slices as they stand; false when they do not say exactly what the Pods are. */
  enter(service: Service, slices: readonly EndpointSlice[]): boolean {
    let left = 0
    for (const { endpoint } of this.#members.values()) if (endpoint) left++
    for (const slice of slices) {
      if (!isOwnedBy(service, slice)) return false
      const held = this.#hold(slice)
      for (const endpoint of slice.endpoints) {
        const member = this.#members.get(endpoint.targetRef?.name ?? '')
        if (!member || member.home || member.group !== held.group || !this.#agrees(member.endpoint, endpoint))
          return false
        member.endpoint = endpoint
        member.home = held
        left--
      }
    }
    return left === 0
  }

  /** The writes for the Pods that changed, or undefined when unsure. */
  plan(changes: PodChanges, input: PlanInput, state: HintState): PlannedFamily | undefined {
    const draft: Draft = { slices: new Map(), unplaced: new Map() }
    for (const [name, { after }] of changes) if (!this.#take(name, after, draft)) return undefined
    // Hints of another mode are still to be told of.
    if (this.#mode !== 'auto' && state !== NO_HINTS) return undefined
    const creates: SlicePlan[] = []
    const updates: SlicePlan[] = []
    const deletes: EndpointSlice[] = []
    for (const group of this.#inOrder(draft)) {
      const packed = this.#pack(group, draft, input.maxEndpoints)
      for (const endpoints of packed.creates) creates.push({ stored: undefined, ports: group.ports.ports, endpoints })
      for (const { stored, endpoints } of packed.updates) updates.push({ stored, ports: stored.ports ?? [], endpoints })
      deletes.push(...packed.deletes)
    }
    for (const { stored } of this.#unwanted()) deletes.push(stored)
    let sure = true
    const planned = finishFamily({
      service: input.service,
      plans: { creates, updates, deletes },
      sliceCount: this.#held.size,
      hint: plans => {
        const hinted = this.#hinted(plans, input, state)
        sure = hinted !== undefined
        return hinted ?? { ...plans, state, announcements: [] }
      },
    })
    return sure ? planned : undefined
  }

  /** All the writes that were planned were made, and these are the slices that came of them; false when they do not fit. */
  settle(written: readonly EndpointSlice[], deleted: readonly EndpointSlice[]): boolean {
    for (const { metadata } of deleted) {
      const held = this.#held.get(metadata.name)
      if (held) this.#release(held)
    }
    for (const slice of written) {
      const known = this.#held.get(slice.metadata.name)
      const before = known?.stored.endpoints ?? []
      const held = known ? this.#renew(known, slice) : this.#hold(slice)
      let fits = true
      eachUnshared(slice.endpoints, before, endpoint => {
        const member = this.#members.get(endpoint.targetRef?.name ?? '')
        if (member) {
          member.endpoint = endpoint
          member.home = held
        } else fits = false
      })
      if (!fits) return false
    }
    for (const [key, { size, slices }] of this.#groups) if (size === 0 && slices.length === 0) this.#groups.delete(key)
    return true
  }

  // False when this change is beyond the book.
  #take(name: string, pod: Pod | undefined, draft: Draft): boolean {
    const member = this.#members.get(name)
    const part = pod && this.#maker.partOf(pod, this.family)
    if (part?.problem !== undefined) return false
    const endpoint = part?.endpoint && this.#places.put(part.endpoint)
    if (endpoint && endpoint.addresses.length > 1) return false
    if (member && part && member.group.ports.key === part.ports.key && isSameOne(member.endpoint, endpoint)) {
      member.pod = part.pod
      if (!endpoint || !member.endpoint || sameEndpoint(member.endpoint, endpoint)) return true
      return exchange(member, endpoint, draft)
    }
    if (member) {
      if (member.endpoint && !exchange(member, undefined, draft)) return false
      member.group.size--
      this.#members.delete(name)
    }
    if (part) {
      const group = this.#groupOf(part.ports)
      const added: Member = { pod: part.pod, endpoint, group, home: undefined }
      group.size++
      this.#members.set(name, added)
      if (endpoint) {
        const unplaced = draft.unplaced.get(group)
        if (unplaced) unplaced.push(added)
        else draft.unplaced.set(group, [added])
      }
    }
    return true
  }

  /** The groups that something changes in and that some Pod is still in, by their key. */
  #inOrder({ slices, unplaced }: Draft): readonly Group[] {
    const groups = new Set(unplaced.keys())
    for (const { group } of slices.keys()) groups.add(group)
    return [...groups].filter(({ size }) => size > 0).sort(byKey)
  }

  #pack(group: Group, draft: Draft, maxEndpoints: number): Packed {
    const touched = draft.slices.size === 0 ? [] : group.slices.filter(held => draft.slices.has(held))
    const updates: Filling[] = []
    const deletes: EndpointSlice[] = []
    for (const held of touched) {
      const endpoints = (draft.slices.get(held) ?? []).filter(endpoint => endpoint !== undefined)
      if (endpoints.length === 0) deletes.push(held.stored)
      else updates.push({ stored: held.stored, endpoints })
    }
    const unplaced = (draft.unplaced.get(group) ?? []).sort((a, b) => compareAge(a.pod, b.pod))
    const creates = placeRest({
      rest: unplaced.map(({ endpoint }) => endpoint as Endpoint),
      updates,
      maxEndpoints,
      bestFor: count => {
        const untouched = touched.length === 0 ? group.slices : group.slices.filter(held => !draft.slices.has(held))
        const best = bestFit(untouched, ({ stored }) => stored.endpoints.length, { count, maxEndpoints })
        return best && { stored: best.stored, endpoints: [...best.stored.endpoints] }
      },
    })
    return { creates, updates, deletes }
  }

  /** Slices of groups that no Pod is in any more, by the key of the group. */
  #unwanted(): readonly Held[] {
    const groups = [...this.#groups.values()].filter(({ size }) => size === 0)
    return groups.sort(byKey).flatMap(({ slices }) => slices)
  }

  #hinted(plans: FamilyPlans, { service, topology }: PlanInput, state: HintState): HintedSlices<SlicePlan> | undefined {
    if (this.#mode !== 'auto') return { ...plans, state, announcements: [] }
    const unchanged = this.#tally.copy()
    for (const { stored } of plans.updates) if (stored) unchanged.count(stored.endpoints, -1)
    for (const { endpoints } of plans.deletes) unchanged.count(endpoints, -1)
    return shareOutBeside({ service, family: this.family, ratios: topology?.ratios, state }, plans, unchanged)
  }

  /** Whether a stored endpoint is what the Pod's part says, with the hints that it is to have. */
  #agrees(wanted: Endpoint | undefined, stored: Endpoint): boolean {
    if (!wanted || wanted.addresses.length > 1) return false
    if (wanted !== stored && !(isSameOne(wanted, stored) && sameEndpoint(wanted, stored))) return false
    if (this.#mode === 'auto') return stored.conditions?.ready === true || stored.hints === undefined
    return this.#places.holds(stored)
  }

  #groupOf(ports: ResolvedPorts): Group {
    let group = this.#groups.get(ports.key)
    if (!group) this.#groups.set(ports.key, (group = { ports, size: 0, slices: [] }))
    return group
  }

  #hold(stored: EndpointSlice): Held {
    const key = portGroupKey(stored.ports)
    const group = this.#groups.get(key) ?? this.#groupOf(resolvedPorts(stored.ports ?? []))
    const held: Held = { stored, group }
    const at = group.slices.findLastIndex(other => byAge(other, held) < 0)
    group.slices.splice(at + 1, 0, held)
    this.#held.set(stored.metadata.name, held)
    if (this.#mode === 'auto') this.#tally.count(stored.endpoints, 1)
    return held
  }

  /** Another state of a slice, which may be in another group by now. */
  #renew(held: Held, stored: EndpointSlice): Held {
    if (stored.ports !== held.stored.ports && portGroupKey(stored.ports) !== held.group.ports.key) {
      this.#release(held)
      return this.#hold(stored)
    }
    if (this.#mode === 'auto') {
      this.#tally.count(held.stored.endpoints, -1)
      this.#tally.count(stored.endpoints, 1)
    }
    held.stored = stored
    return held
  }

  #release(held: Held): void {
    this.#held.delete(held.stored.metadata.name)
    held.group.slices.splice(held.group.slices.indexOf(held), 1)
    if (this.#mode === 'auto') this.#tally.count(held.stored.endpoints, -1)
  }
}

interface Filling {
  readonly stored: EndpointSlice
  readonly endpoints: Endpoint[]
}

interface Packed {
  readonly creates: readonly (readonly Endpoint[])[]
  readonly updates: readonly Filling[]
  readonly deletes: readonly EndpointSlice[]
}

/** Puts another endpoint in the place of a Pod's, or takes it out; false when it is not where the book has it. */
function exchange(member: Member, endpoint: Endpoint | undefined, draft: Draft): boolean {
  const { home } = member
  if (!home || !member.endpoint) return false
  let endpoints = draft.slices.get(home)
  if (!endpoints) draft.slices.set(home, (endpoints = [...home.stored.endpoints]))
  const at = endpoints.indexOf(member.endpoint)
  if (at < 0) return false
  endpoints[at] = endpoint
  member.endpoint = endpoint
  return true
}

function isSameOne(a: Endpoint | undefined, b: Endpoint | undefined): boolean {
  if (!a || !b) return a === b
  return endpointKey(a) === endpointKey(b)
}

function byKey(a: Group, b: Group): number {
  return compareText(a.ports.key, b.ports.key)
}

function byAge({ stored: { metadata: a } }: Held, { stored: { metadata: b } }: Held): number {
  return compareText(a.creationTimestamp, b.creationTimestamp) || compareText(a.name, b.name)
}
