// All that listens to one cluster on behalf of its clients, gathered into frames. Made new with each cluster: what it
// knows of an earlier one ends with it.

import type { Cluster } from '../../engine/index.ts'
import type { ClockView, FrameUpdate } from '../../protocol/index.ts'
import { Beads } from './beads.ts'
import { EventViews } from './event-views.ts'
import { Hues, type SavedHues } from './hues.ts'
import { Marks, type SavedMarks } from './marks.ts'
import { Projector } from './project-views.ts'
import { Totals } from './totals.ts'

/** What a snapshot holds beside the cluster, so that a restored one looks the same. */
export interface SavedFrameMaker {
  readonly hues: SavedHues
  readonly marks: SavedMarks
}

export interface FrameContext {
  readonly number: number
  readonly full: boolean
  readonly clock: ClockView
  readonly scenario: string
  /** The wall clock, for how many beads may be drawn. */
  readonly wallMs: number
}

export class FrameMaker {
  readonly marks: Marks
  readonly events: EventViews
  readonly projector: Projector
  readonly #seed: number
  readonly #hues = new Hues()
  readonly #beads = new Beads()
  readonly #totals: Totals

  constructor(cluster: Cluster, saved: SavedFrameMaker | undefined) {
    this.#seed = cluster.seed
    if (saved) this.#hues.load(saved.hues)
    this.projector = new Projector(cluster, this.#hues)
    this.marks = new Marks(cluster)
    if (saved) this.marks.load(saved.marks)
    this.events = new EventViews(cluster)
    this.#totals = new Totals(cluster)
    cluster.traffic.onTrip(trip => this.#beads.add(trip))
  }

  /** Everything since the last frame, or everything there is. */
  make({ number, full, clock, scenario, wallMs }: FrameContext): FrameUpdate {
    const { set, removed } = this.projector.take()
    const marks = this.marks.take()
    const events = this.events.take()
    const beads = this.#beads.take(wallMs)
    return {
      type: 'frame',
      number,
      full,
      clock,
      seed: this.#seed,
      scenario,
      set: full ? this.projector.all() : set,
      removed: full ? [] : removed,
      beads,
      ...this.#totals.take(full),
      marks: full ? this.marks.all() : marks,
      events: full ? this.events.all() : events,
    }
  }

  save(): SavedFrameMaker {
    return { hues: this.#hues.save(), marks: this.marks.save() }
  }
}
