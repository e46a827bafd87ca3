// Which endpoint goes into which slice: the packing of k8s.io/endpointslice's reconcileByPortMapping, for the slices of one
// port group. It wants few writes, not few slices: nothing moves between slices, and an untouched slice is only filled
// when it can take everything that is left.

import type { Endpoint } from '../../api/endpointslice/endpointslice.ts'

/** A slice as packing sees it. `slice` is the caller's own handle. */
export interface PackedSlice<T> {
  readonly slice: T
  readonly endpoints: readonly Endpoint[]
}

export interface PackInput<T> {
  /** The group's slices, oldest first. */
  readonly existing: readonly PackedSlice<T>[]
  /** What the group's endpoints shall be, in the order in which they are to be placed. */
  readonly wanted: readonly Endpoint[]
  readonly maxEndpoints: number
  /** Whether something other than its endpoints makes a slice worth writing. */
  readonly isStale: (slice: T) => boolean
}

export interface Packing<T> {
  /** The endpoints of each new slice. */
  readonly creates: readonly (readonly Endpoint[])[]
  readonly updates: readonly PackedSlice<T>[]
  readonly deletes: readonly T[]
  readonly unchanged: readonly T[]
}

interface Filling<T> {
  readonly slice: T
  readonly endpoints: Endpoint[]
}

/** Packs one group. */
export function packSlices<T>({ existing, wanted, maxEndpoints, isStale }: PackInput<T>): Packing<T> {
  const left = new Map<string, Endpoint>()
  if (existing.length > 0) for (const endpoint of wanted) left.set(endpointKey(endpoint), endpoint)
  const updates: Filling<T>[] = []
  const unchanged: Filling<T>[] = []
  const deletes: T[] = []

  // 1. Keep what is wanted, drop the rest; a duplicate in a later slice was struck already and is dropped.
  for (const { slice, endpoints } of existing) {
    const { fresh, differs } = keepWanted(endpoints, left)
    if (differs && fresh.length === 0) deletes.push(slice)
    else if (differs) updates.push({ slice, endpoints: fresh })
    // A slice whose endpoints are right keeps them as they stand, hints and all, even when more are added to it.
    else if (isStale(slice)) updates.push({ slice, endpoints: [...endpoints] })
    else unchanged.push({ slice, endpoints: [...endpoints] })
  }

  const bestFor = (count: number): Filling<T> | undefined => {
    const best = bestFit(unchanged, ({ endpoints }) => endpoints.length, { count, maxEndpoints })
    if (best) unchanged.splice(unchanged.indexOf(best), 1)
    return best
  }
  const rest = existing.length > 0 ? [...left.values()] : wanted
  const creates = placeRest({ rest, updates, maxEndpoints, bestFor })
  return { creates, updates, deletes, unchanged: unchanged.map(({ slice }) => slice) }
}

/** Places what has no slice yet, into `updates` too, and gives the endpoints of each slice that is new. */
export function placeRest<F extends { readonly endpoints: Endpoint[] }>({
  rest,
  updates,
  maxEndpoints,
  bestFor,
}: {
  readonly rest: readonly Endpoint[]
  /** Slices that are written anyway, oldest first; those chosen to be are added at the end. */
  readonly updates: F[]
  readonly maxEndpoints: number
  /** The untouched slice that so many endpoints fill best, if one can take them all. */
  readonly bestFor: (count: number) => F | undefined
}): readonly (readonly Endpoint[])[] {
  let placed = 0
  const fill = (endpoints: Endpoint[]): void => {
    while (placed < rest.length && endpoints.length < maxEndpoints) endpoints.push(rest[placed++] as Endpoint)
  }

  // 2. Fill the slices that are written anyway, fullest first.
  if (rest.length > 0) {
    const fullestFirst = [...updates].sort((a, b) => b.endpoints.length - a.endpoints.length)
    for (const { endpoints } of fullestFirst) fill(endpoints)
  }

  // 3. The rest goes, whole, into the untouched slice that it fills best, or into new slices.
  const creates: Endpoint[][] = []
  while (placed < rest.length) {
    const best = rest.length - placed < maxEndpoints ? bestFor(rest.length - placed) : undefined
    if (best) {
      updates.push(best)
      fill(best.endpoints)
    } else {
      const endpoints: Endpoint[] = []
      fill(endpoints)
      creates.push(endpoints)
    }
  }
  return creates
}

/** What makes two endpoints the same one, whatever their conditions: addresses, hostname and the Pod's name. */
export function endpointKey(endpoint: Endpoint): string {
  const { addresses, hostname, targetRef } = endpoint
  const sorted = addresses.length === 1 ? addresses[0] : [...addresses].sort().join()
  return `${sorted} ${hostname ?? ''} ${targetRef?.namespace ?? ''}/${targetRef?.name ?? ''}`
}

/** Whether two endpoints with the same key say the same. Hints are not part of it. */
export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.conditions?.ready === b.conditions?.ready &&
    a.conditions?.serving === b.conditions?.serving &&
    a.conditions?.terminating === b.conditions?.terminating &&
    a.targetRef?.kind === b.targetRef?.kind &&
    a.targetRef?.uid === b.targetRef?.uid &&
    a.targetRef?.apiVersion === b.targetRef?.apiVersion &&
    a.targetRef?.fieldPath === b.targetRef?.fieldPath
  )
}

/** What of a slice is wanted, as it is wanted; and whether that is not what stands there. */
function keepWanted(
  endpoints: readonly Endpoint[],
  left: Map<string, Endpoint>,
): { readonly fresh: Endpoint[]; readonly differs: boolean } {
  const fresh: Endpoint[] = []
  let differs = false
  for (const endpoint of endpoints) {
    const key = endpointKey(endpoint)
    const wanted = left.get(key)
    if (!wanted) continue
    left.delete(key)
    fresh.push(wanted)
    differs ||= !sameEndpoint(endpoint, wanted)
  }
  return { fresh, differs: differs || fresh.length !== endpoints.length }
}

/** The slice in which so many endpoints would leave least room, the first of equals; undefined when none can take them all. */
export function bestFit<S>(
  slices: readonly S[],
  sizeOf: (slice: S) => number,
  { count, maxEndpoints }: { readonly count: number; readonly maxEndpoints: number },
): S | undefined {
  let best: S | undefined
  let leastFree = maxEndpoints
  for (const slice of slices) {
    const free = maxEndpoints - sizeOf(slice) - count
    if (free < 0 || free >= leastFree) continue
    best = slice
    leastFree = free
  }
  return best
}
