// One cluster with a wall clock: which scenario it came from, what its manifest text is, whether it runs and how fast.
// Knows nothing of views and carriers, so a process that has no page uses it as it is.

import { restoreCluster, type Cluster, type ScalableKind } from '../../engine/index.ts'
import type { ApplyOutcome, ClockView, TextEdit } from '../../protocol/index.ts'
import { Pace, type WallClock } from './pacing.ts'
import { applyOutcome, startCluster, type StartOptions } from './start-cluster.ts'

export interface Manifest {
  /** As it was applied last, or tried to be. */
  readonly text: string
  readonly outcome: ApplyOutcome
}

export interface HostedClusterOptions {
  readonly clock: WallClock
  readonly start: StartOptions
  readonly playing: boolean
  readonly speed?: number | undefined
  /** Called with each cluster before anything is in it; `restored` when it goes on from a snapshot. */
  readonly onCluster?: ((cluster: Cluster, restored: boolean) => void) | undefined
  /** Called after each piece of work on the wall clock. */
  readonly onFrame?: (() => void) | undefined
}

export interface SavedHostedCluster {
  readonly cluster: string
  readonly scenario: string
  readonly manifest: Manifest
}

export class HostedCluster {
  readonly #options: HostedClusterOptions
  readonly #pace: Pace
  #cluster: Cluster
  #scenario: string
  #manifest: Manifest
  #notices: readonly string[]

  constructor(options: HostedClusterOptions) {
    this.#options = options
    const started = startCluster(options.start, cluster => options.onCluster?.(cluster, false))
    this.#cluster = started.cluster
    this.#scenario = nameOf(options.start)
    this.#manifest = { text: started.text, outcome: started.outcome }
    this.#notices = started.notices
    this.#pace = new Pace({
      clock: options.clock,
      paced: () => this.#cluster,
      onFrame: () => options.onFrame?.(),
    })
    this.#pace.set({ running: options.playing, speed: options.speed })
  }

  get cluster(): Cluster {
    return this.#cluster
  }

  /** The name of the scenario, or '' without one. */
  get scenario(): string {
    return this.#scenario
  }

  get manifest(): Manifest {
    return this.#manifest
  }

  /** What of the scenario could not be done at the last start. */
  get notices(): readonly string[] {
    return this.#notices
  }

  get clock(): ClockView {
    return this.#pace.view
  }

  setClock(change: { readonly running?: boolean | undefined; readonly speed?: number | undefined }): void {
    this.#pace.set(change)
  }

  /** Pauses, and runs to the next moment at which something happens. */
  step(): void {
    this.#pace.set({ running: false })
    this.#cluster.step()
  }

  /** Resolves when virtual time has come so much further. */
  advance(byMs: number): Promise<void> {
    return this.#pace.jump(byMs)
  }

  /** While time runs: brings it to the wall clock's whole millisecond, so that what comes next from outside comes then. */
  catchUp(): void {
    this.#pace.catchUp()
  }

  apply(text: string): ApplyOutcome {
    const outcome = applyOutcome(this.#cluster.apply(text))
    this.#manifest = { text, outcome }
    return outcome
  }

  /**
   * Sets the replicas of a workload: in the manifest text where it stands there, for the text is what the user means, else
   * in the cluster alone. While the text at hand is one that was refused, nobody but its author changes it.
   */
  scale(kind: ScalableKind, namespace: string, name: string, replicas: number): ScaleOutcome {
    const isApplied = this.#manifest.text === this.#cluster.manifestText
    const edits = isApplied ? this.#cluster.scaleInText(kind, namespace, name, replicas) : null
    if (edits === null) return this.#cluster.execute({ type: 'scale', kind, namespace, name, replicas })
    const outcome = this.apply(applyEdits(this.#manifest.text, edits))
    if (outcome.ok) return { ok: true, edits }
    return { ok: false, message: outcome.problems.find(problem => problem.severity === 'error')?.message ?? '' }
  }

  /** A new cluster in the place of this one, from its start. Speed stays, and whether it runs is as it was at first. */
  reset(start: StartOptions): void {
    const started = startCluster(start, cluster => this.#options.onCluster?.(cluster, false))
    this.#take(started.cluster, nameOf(start), started)
    this.#notices = started.notices
    this.#pace.set({ running: false })
    this.#pace.set({ running: this.#options.playing })
  }

  save(): SavedHostedCluster {
    return { cluster: this.#cluster.save(), scenario: this.#scenario, manifest: this.#manifest }
  }

  /** Goes on from a snapshot, running or not as now. Throws, and changes nothing, when it is none. */
  restore(saved: SavedHostedCluster): void {
    const cluster = restored(saved.cluster)
    this.#options.onCluster?.(cluster, true)
    this.#take(cluster, saved.scenario, saved.manifest)
  }

  /** Ends all work for good. */
  stop(): void {
    this.#pace.stop()
  }

  #take(cluster: Cluster, scenario: string, { text, outcome }: Manifest): void {
    this.#cluster = cluster
    this.#scenario = scenario
    this.#manifest = { text, outcome }
  }
}

export type ScaleOutcome =
  /** With `edits`, the manifest text was changed by them. */
  { readonly ok: true; readonly edits?: readonly TextEdit[] } | { readonly ok: false; readonly message: string }

/** The cluster of a snapshot. What is not understood as it was written shows in what it would write itself. */
function restored(text: string): Cluster {
  let cluster: Cluster
  let again: string
  try {
    cluster = restoreCluster(text)
    again = cluster.save()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`the cluster in this snapshot is damaged: ${why}`, { cause: error })
  }
  if (again === text) return cluster
  let at = 0
  while (again[at] === text[at]) at++
  const around = text.slice(Math.max(0, at - 20), at + 20)
  throw new Error(`the cluster in this snapshot is damaged at character ${at + 1}, near ${JSON.stringify(around)}`)
}

/** The text after edits that do not overlap and are in order of place. */
function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let edited = ''
  let at = 0
  for (const { from, to, insert } of edits) {
    edited += text.slice(at, from) + insert
    at = to
  }
  return edited + text.slice(at)
}

function nameOf({ scenario, empty }: StartOptions): string {
  return empty ? '' : (scenario?.name ?? '')
}
