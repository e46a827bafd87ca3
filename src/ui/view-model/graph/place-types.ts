// What is remembered of places between two updates, and what placing needs to know.

import type { ViewId } from '../../../protocol/index.ts'
import type { Metrics } from './card-size.ts'
import type { Span } from './spans.ts'

/** A place in a room: a Pod stands in it, or one has left and its ghost is fading, or it is free. */
export interface Slot {
  readonly pod: ViewId | null
  /** Free again from then on; the caller's clock. */
  readonly freeAtMs: number
}

export interface RoomPlaces {
  /** From the start of the zone. */
  readonly start: number
  readonly size: number
  readonly slots: readonly Slot[]
}

export interface Places {
  /** Cross spans of clients, Services, slices, Endpoints, and of Pods and addresses outside the rooms. */
  readonly spans: ReadonlyMap<string, Span>
  readonly zones: ReadonlyMap<string, Span>
  readonly rooms: ReadonlyMap<ViewId, RoomPlaces>
  /** Places of cards that left, kept free for a while. */
  readonly held: readonly { readonly column: Column; readonly span: Span; readonly freeAtMs: number }[]
  readonly zoneGap: number
}

export type Column = 'clients' | 'services' | 'boards' | 'ground'

export interface PlaceOptions {
  readonly metrics: Metrics
  /** The page's own clock, for how long a place stays held. */
  readonly nowMs: number
  /** How much a board and a Pod may take along the main axis (across), and cards of full width along the cross axis (down). */
  readonly boardMain: number
  readonly podMain: number
  readonly crossDown: number
  /** Free length along the cross axis at the start; what the ground does not need goes between zones. */
  readonly crossFree: number
}

/** How long a leaver's place stays free: its ghost stands 1.6 s and fades 0.4 s. */
export const PLACE_HELD_MS = 2000
