// What a host tells its clients without being asked: at most one frame for each drawn frame, and the manifest text when
// the program itself edits it. After `hello`, and after a reset or restore, the first frame is complete (`full`).

import type { ApiEndUpdate, ApiLineUpdate } from './api.ts'
import type { ApplyOutcome, ClockView, TextEdit } from './commands.ts'
import type {
  BeadView,
  DecisionView,
  EventView,
  MarkView,
  PodTotals,
  RequestTotals,
  SecondSample,
  View,
  ViewId,
} from './views.ts'

export interface FrameUpdate {
  readonly type: 'frame'
  /** Rises by one. */
  readonly number: number
  /** Forget everything known before taking this frame. */
  readonly full: boolean
  readonly clock: ClockView
  readonly seed: number
  readonly scenario: string
  /** New and changed views, whole. */
  readonly set: readonly View[]
  readonly removed: readonly ViewId[]
  readonly beads: readonly BeadView[]
  /** Totals of the Pods that changed; all of them when `full`. */
  readonly podTotals: readonly PodTotals[]
  /** Absent when nothing ended since the last frame. */
  readonly totals?: RequestTotals | undefined
  readonly seconds: readonly SecondSample[]
  readonly marks: readonly MarkView[]
  readonly events: readonly EventView[]
}

/** The manifest text as the host holds it, after it changed other than by this client's `apply`. */
export interface ManifestUpdate {
  readonly type: 'manifest'
  readonly text: string
  /** How it came from the text before; null when it is another text altogether (a reset). */
  readonly edits: readonly TextEdit[] | null
  readonly outcome: ApplyOutcome
}

/** What was decided since the last frame, for the request that asked to be told; at most one for each frame. */
export interface DecisionsUpdate {
  readonly type: 'decisions'
  /** The id of the request. */
  readonly stream: number
  /** Another cluster took the place of the one before: forget what was told of that. */
  readonly restarted: boolean
  /** Oldest first; the latest two hundred, should there be more. */
  readonly decisions: readonly DecisionView[]
}

/** The host met a bug of its own: shown, not swallowed. */
export interface FaultUpdate {
  readonly type: 'fault'
  readonly message: string
}

export type Update = FrameUpdate | ManifestUpdate | DecisionsUpdate | FaultUpdate | ApiLineUpdate | ApiEndUpdate
