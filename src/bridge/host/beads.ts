// Requests of the cluster → beads to draw. A person sees no more than a few hundred moving dots a second, so denser traffic
// is thinned: one bead then stands for several requests of the same fate, and the weights add up to all that ended. No
// kind of failure is ever thinned away.

import type { TripRecord } from '../../engine/index.ts'
import type { BeadView, ViewId } from '../../protocol/index.ts'

/** Beads for each second of the wall clock, whatever the speed. */
const BEADS_PER_SECOND = 240
/** How many requests are kept at most until the next frame takes them. */
const HELD_MAX = 2_048

export class Beads {
  #ended: BeadView[] = []
  #pending: BeadView[] = []
  /** Requests that were drawn as pending: their end must be told. */
  readonly #shown = new Set<number>()
  #credit = BEADS_PER_SECOND
  #lastWallMs: number | undefined

  /** Takes note of one request: at its end, or while it takes long. */
  add(trip: TripRecord): void {
    if (trip.outcome === 'pending') {
      if (this.#pending.length < BEADS_PER_SECOND) this.#pending.push(beadOf(trip))
      return
    }
    this.#ended.push(beadOf(trip))
    if (this.#ended.length >= 2 * HELD_MAX) this.#ended = thin(this.#ended, HELD_MAX, this.#shown)
  }

  /** What the next frame draws, given the wall clock. */
  take(wallMs: number): readonly BeadView[] {
    const gapMs = wallMs - (this.#lastWallMs ?? wallMs)
    this.#lastWallMs = wallMs
    this.#credit = Math.min(BEADS_PER_SECOND, this.#credit + (gapMs * BEADS_PER_SECOND) / 1_000)
    const ended = thin(this.#ended, Math.floor(this.#credit), this.#shown)
    const over = new Set(this.#ended.map(bead => bead.id))
    const pending = this.#pending
      .filter(bead => !over.has(bead.id))
      .slice(0, Math.max(0, Math.floor(this.#credit) - ended.length))
    for (const bead of ended) this.#shown.delete(bead.id)
    for (const bead of pending) this.#shown.add(bead.id)
    this.#credit = Math.max(0, this.#credit - ended.length - pending.length)
    this.#ended = []
    this.#pending = []
    return [...ended, ...pending]
  }
}

/**
 * At most about `limit` beads for all of these, in their order, with the same sum of weights. Kept as they are: those whose
 * id is in `kept`. More than `limit` come out only when there are more of those, or more kinds of failure.
 */
export function thin(beads: readonly BeadView[], limit: number, kept: ReadonlySet<number>): BeadView[] {
  if (beads.length <= limit) return [...beads]
  const whole: BeadView[] = []
  const ok: BeadView[] = []
  const failed = new Map<string, BeadView[]>()
  for (const bead of beads) {
    if (kept.has(bead.id)) whole.push(bead)
    else if (bead.outcome !== 'failed') ok.push(bead)
    else listOf(failed, fateOf(bead)).push(bead)
  }
  const rest = Math.max(0, limit - whole.length)
  const share = rest / Math.max(1, beads.length - whole.length)
  const failures = [...failed.values()].flatMap(list => represent(list, Math.round(list.length * share)))
  const answers = represent(ok, rest - failures.length)
  return [...whole, ...failures, ...answers].sort((a, b) => a.id - b.id)
}

// Runs of neighbours, each told by its last: `count` of them, at least one, of nearly the same length.
function represent(beads: readonly BeadView[], count: number): BeadView[] {
  const runs = Math.min(beads.length, Math.max(1, count))
  return Array.from({ length: runs }, (_, run) => {
    const members = beads.slice(Math.floor((run * beads.length) / runs), Math.floor(((run + 1) * beads.length) / runs))
    const last = members.at(-1) as BeadView
    return { ...last, weight: members.reduce((sum, bead) => sum + bead.weight, 0) }
  })
}

function fateOf({ client, service, pod, address, cause, place }: BeadView): string {
  return [client, service, pod, address, cause, place].join(' ')
}

function listOf(lists: Map<string, BeadView[]>, key: string): BeadView[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

function beadOf(trip: TripRecord): BeadView {
  return {
    id: trip.id,
    client: `Client//${trip.client}`,
    service: idOf('Service', trip.service),
    slice: idOf('EndpointSlice', trip.slice),
    pod: idOf('Pod', trip.pod),
    address: trip.endpoint === null ? null : hostOf(trip.endpoint),
    startMs: trip.startMs,
    latencyMs: trip.latencyMs,
    outcome: trip.outcome,
    cause: trip.cause,
    place: trip.place,
    weight: 1,
  }
}

function idOf(kind: string, key: string | null): ViewId | null {
  return key === null ? null : `${kind}/${key}`
}

/** `10.244.1.5:9376` → `10.244.1.5`, `[fd00::5]:80` → `fd00::5`. */
function hostOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[|\]$/g, '')
}
