// The user interface's mirror of the cluster: what the host has told, and nothing else. Frames are folded in here; React
// reads narrow slices by selector. Beads are not state: they go straight to whoever draws them.

import { createStore } from 'zustand/vanilla'
import type {
  ApplyOutcome,
  BeadView,
  ClockView,
  EventView,
  FrameUpdate,
  MarkView,
  PodTotals,
  RequestTotals,
  SecondSample,
  View,
  ViewId,
} from '../../protocol/index.ts'

export interface SessionState {
  /** Whether a first frame has come. */
  readonly connected: boolean
  /** A sentence when the host is lost or met a bug of its own. */
  readonly trouble: string | null
  /** Whether the host is lost for good, or goes on after a bug. */
  readonly troubleKind: 'lost' | 'fault'
  readonly clock: ClockView
  readonly seed: number
  readonly scenario: string
  readonly scenarios: readonly string[]
  readonly kubernetes: string
  /** Replaced as a whole whenever any view changes; the views inside keep their identity while they are the same. */
  readonly views: ReadonlyMap<ViewId, View>
  readonly podTotals: ReadonlyMap<ViewId, PodTotals>
  /** The hue of every Pod seen so far, kept after the Pod is gone: its past keeps its colour. */
  readonly hues: ReadonlyMap<ViewId, number>
  readonly totals: RequestTotals
  /** The last ten minutes at most, in order. */
  readonly seconds: readonly SecondSample[]
  readonly marks: readonly MarkView[]
  /** Newest last; a thousand at most. */
  readonly events: readonly EventView[]
  /** The manifest text as the host holds it. */
  readonly manifest: { readonly text: string; readonly version: number; readonly outcome: ApplyOutcome | null }
}

export const INITIAL_SESSION: SessionState = {
  connected: false,
  trouble: null,
  troubleKind: 'lost',
  clock: { nowMs: 0, running: false, speed: 1 },
  seed: 1,
  scenario: '',
  scenarios: [],
  kubernetes: '',
  views: new Map(),
  podTotals: new Map(),
  hues: new Map(),
  totals: { sent: 0, ok: 0, failed: 0, byCause: {}, latencyMs: null },
  seconds: [],
  marks: [],
  events: [],
  manifest: { text: '', version: 0, outcome: null },
}

const SECONDS_KEPT = 600
const EVENTS_KEPT = 1000

export const session = createStore<SessionState>()(() => INITIAL_SESSION)

export type BeadListener = (beads: readonly BeadView[], clock: ClockView, restarted: boolean) => void
const beadListeners = new Set<BeadListener>()

/** Hears of every bead as its frame arrives; `restarted` when all before is void. Returns the way to stop. */
export function onBeads(listener: BeadListener): () => void {
  beadListeners.add(listener)
  return () => beadListeners.delete(listener)
}

/** Folds one frame into the mirror. */
export function takeFrame(frame: FrameUpdate): void {
  session.setState(state => foldFrame(state, frame))
  for (const listener of beadListeners) listener(frame.beads, frame.clock, frame.full)
}

/** Pure: the state after a frame. A frame that changes no view keeps the identity of `views`. */
export function foldFrame(state: SessionState, frame: FrameUpdate): SessionState {
  const base = frame.full
    ? { ...INITIAL_SESSION, scenarios: state.scenarios, kubernetes: state.kubernetes, manifest: state.manifest }
    : state
  let views = base.views
  if (frame.full || frame.set.length > 0 || frame.removed.length > 0) {
    const next = new Map(base.views)
    for (const id of frame.removed) next.delete(id)
    for (const view of frame.set) next.set(view.id, view)
    views = next
  }
  let podTotals = base.podTotals
  if (frame.podTotals.length > 0) {
    const next = new Map(base.podTotals)
    for (const total of frame.podTotals) next.set(total.pod, total)
    podTotals = next
  }
  let hues = base.hues
  for (const view of frame.set) {
    if (view.kind !== 'Pod' || hues.get(view.id) === view.hue) continue
    if (hues === base.hues) hues = new Map(base.hues)
    ;(hues as Map<ViewId, number>).set(view.id, view.hue)
  }
  return {
    ...base,
    connected: true,
    hues,
    clock: frame.clock,
    seed: frame.seed,
    scenario: frame.scenario,
    views,
    podTotals,
    totals: frame.totals ?? base.totals,
    seconds: appended(base.seconds, frame.seconds, SECONDS_KEPT),
    marks: appended(base.marks, frame.marks, EVENTS_KEPT),
    events: appended(base.events, frame.events, EVENTS_KEPT),
  }
}

function appended<T>(old: readonly T[], more: readonly T[], kept: number): readonly T[] {
  if (more.length === 0) return old
  const all = [...old, ...more]
  return all.length > kept ? all.slice(all.length - kept) : all
}
