// Answers one client's requests and tells it what changes: the same in a worker, in a test and behind a socket. Requests
// are answered in order, each exactly once; an exception is caught around the message or frame it came from, and shown.

import type { Cluster } from '../../engine/index.ts'
import {
  PROTOCOL_VERSION,
  type Action,
  type ActOutcome,
  type Answers,
  type ApplyOutcome,
  type Request,
  type TextEdit,
} from '../../protocol/index.ts'
import type { HostCarrier } from '../carriers/index.ts'
import { aboutOf, planAct, type ActPlan } from './act.ts'
import { ApiStreams } from './api-streams.ts'
import { DecisionStreams } from './decision-streams.ts'
import { decodeRequest } from './decode-request.ts'
import { FrameMaker, type SavedFrameMaker } from './frame-maker.ts'
import { HostedCluster } from './hosted-cluster.ts'
import { inspect } from './inspect.ts'
import type { WallClock } from './pacing.ts'
import { DEFAULT_SCENARIO, findScenario, SCENARIO_NAMES } from './scenarios/scenarios.ts'
import { answerSettings } from './setting-views.ts'
import { printSnapshot, readSnapshot } from './snapshot.ts'
import type { StartOptions } from './start-cluster.ts'

/** The Kubernetes version that is modelled. */
export const KUBERNETES_VERSION = 'v1.34'

export interface EngineHostOptions {
  readonly carrier: HostCarrier
  readonly clock: WallClock
  /** A built-in scenario; one that does not exist is the default one. */
  readonly scenario?: string | undefined
  readonly seed: number
  readonly nodes?: number | undefined
  readonly empty?: boolean | undefined
  /** Whether virtual time runs at once; false when absent. */
  readonly playing?: boolean | undefined
  readonly speed?: number | undefined
}

export interface EngineHost {
  /** Ends all work for good; the carrier is its owner's. */
  stop(): void
}

export function createEngineHost(options: EngineHostOptions): EngineHost {
  return new Host(options)
}

class Host implements EngineHost {
  readonly #carrier: HostCarrier
  readonly #clock: WallClock
  /** What a reset does not say is as here. */
  readonly #start: StartOptions
  readonly #hosted: HostedCluster
  readonly #streams: ApiStreams
  readonly #decisions: DecisionStreams
  #frames!: FrameMaker
  /** While a snapshot is being restored: what it holds for the frames. */
  #restoring: SavedFrameMaker | undefined
  #greeted = false
  #frameNumber = 0
  /** The next frame tells everything. */
  #fullDue = true
  #turn: Promise<void> = Promise.resolve()

  constructor({ carrier, clock, scenario, seed, nodes, empty, playing = false, speed }: EngineHostOptions) {
    this.#carrier = carrier
    this.#clock = clock
    this.#start = { seed, nodes, empty, scenario: findScenario(scenario ?? '') ?? findScenario(DEFAULT_SCENARIO) }
    this.#streams = new ApiStreams(update => carrier.send(update))
    this.#decisions = new DecisionStreams(update => carrier.send(update))
    this.#hosted = new HostedCluster({
      clock: { nowMs: () => clock.nowMs(), schedule: callback => clock.schedule(() => this.#guard(callback)) },
      start: this.#start,
      playing,
      speed,
      onCluster: cluster => this.#follow(cluster),
      onFrame: () => this.#sendFrame(),
    })
    carrier.onMessage(message => {
      this.#turn = this.#turn.then(() => this.#take(message))
    })
  }

  stop(): void {
    this.#streams.endAll()
    this.#hosted.stop()
  }

  #follow(cluster: Cluster): void {
    this.#streams.endAll()
    this.#frames = new FrameMaker(cluster, this.#restoring)
    this.#decisions.follow(cluster)
    this.#fullDue = true
  }

  async #take(message: unknown): Promise<void> {
    const decoded = decodeRequest(message)
    if (!decoded.ok) return this.#refuse(decoded.id, decoded.error)
    const { id, request } = decoded
    try {
      const answer = await this.#answer(request, id)
      this.#sendFrame()
      this.#carrier.send({ type: 'answer', id, answer })
      this.#streams.begin(id)
    } catch (error) {
      this.#refuse(id, wordsOf(error))
    }
  }

  #refuse(id: number | null, error: string): void {
    if (id === null) this.#carrier.send({ type: 'fault', message: error })
    else this.#carrier.send({ type: 'answer', id, error })
  }

  #answer(request: Request, id: number): Answers[keyof Answers] | Promise<Answers[keyof Answers]> {
    const hosted = this.#hosted
    switch (request.type) {
      case 'hello':
        return this.#greet(request.version)
      case 'apply':
        return this.#apply(request.text)
      case 'clock':
        hosted.setClock(request)
        return hosted.clock
      case 'step':
        hosted.step()
        return hosted.clock
      case 'advance':
        return hosted.advance(request.byMs).then(() => hosted.clock)
      case 'act':
        return this.#act(request.action)
      case 'reset':
        return this.#reset(request)
      case 'inspect':
        return inspect(request.id, {
          cluster: hosted.cluster,
          events: this.#frames.events,
          decisions: this.#decisions.log,
        })
      case 'settings':
        return answerSettings(hosted.cluster, request.change)
      case 'snapshot':
        return { snapshot: printSnapshot({ ...hosted.save(), frames: this.#frames.save() }) }
      case 'restore':
        return this.#restore(request.snapshot)
      case 'api':
        return this.#streams.ask(hosted.cluster, id, request.request)
      case 'decisions':
        return { decisions: this.#decisions.open(id, request.about) }
      case 'decisions-close':
        return { closed: this.#decisions.close(request.stream) }
      case 'api-close':
        return { closed: this.#streams.close(request.stream) }
    }
  }

  #greet(version: number): Answers['hello'] {
    if (version !== PROTOCOL_VERSION) {
      throw new Error(
        `this engine speaks version ${PROTOCOL_VERSION} of the protocol, not ${version}: load the page again`,
      )
    }
    this.#greeted = true
    this.#fullDue = true
    this.#sendManifest(null)
    return { version: PROTOCOL_VERSION, kubernetes: KUBERNETES_VERSION, scenarios: SCENARIO_NAMES }
  }

  #apply(text: string): ApplyOutcome {
    const wasRefused = !this.#hosted.manifest.outcome.ok
    const outcome = this.#hosted.apply(text)
    // While somebody types, one text after the other is refused: the first says it.
    if (!outcome.ok && !wasRefused) this.#frames.marks.add('refused', null, '')
    if (outcome.ok && outcome.applied.some(({ result }) => result !== 'unchanged'))
      this.#frames.marks.add('applied', null, '')
    return outcome
  }

  #act(action: Action): ActOutcome {
    const plan = planAct(action, this.#hosted.cluster)
    const outcome = this.#carryOut(plan)
    const about = aboutOf(action)
    this.#frames.projector.touch(about)
    if (outcome.ok && plan.type === 'command' && plan.mark) {
      this.#frames.marks.add(plan.mark, about, about.slice(about.lastIndexOf('/') + 1))
    }
    return outcome
  }

  #carryOut(plan: ActPlan): ActOutcome {
    switch (plan.type) {
      case 'refuse':
        return { ok: false, message: plan.message }
      case 'command':
        return this.#hosted.cluster.execute(plan.command)
      case 'scale': {
        const { kind, namespace, name } = plan.workload
        const outcome = this.#hosted.scale(kind, namespace, name, plan.replicas)
        if (outcome.ok && outcome.edits) this.#sendManifest(outcome.edits)
        return outcome.ok ? { ok: true } : outcome
      }
    }
  }

  #reset({ scenario, seed, nodes, empty }: Extract<Request, { readonly type: 'reset' }>): Answers['reset'] {
    const named = scenario === undefined ? undefined : findScenario(scenario)
    if (scenario !== undefined && !named) throw new Error(`no scenario is called "${scenario}"`)
    this.#hosted.reset({
      seed: seed ?? this.#start.seed,
      nodes: nodes ?? this.#start.nodes,
      scenario: named ?? this.#start.scenario,
      empty: empty ?? (named ? false : this.#start.empty),
    })
    this.#sendManifest(null)
    return this.#hosted.clock
  }

  #restore(text: string): Answers['restore'] {
    const snapshot = readSnapshot(text)
    const before = this.#frames
    this.#restoring = snapshot.frames
    try {
      this.#hosted.restore(snapshot)
    } catch (error) {
      this.#frames = before
      throw error
    } finally {
      this.#restoring = undefined
    }
    this.#sendManifest(null)
    return this.#hosted.clock
  }

  #sendManifest(edits: readonly TextEdit[] | null): void {
    const { text, outcome } = this.#hosted.manifest
    if (this.#greeted) this.#carrier.send({ type: 'manifest', text, edits, outcome })
  }

  #sendFrame(): void {
    if (!this.#greeted) return
    const frame = this.#frames.make({
      number: ++this.#frameNumber,
      full: this.#fullDue,
      clock: this.#hosted.clock,
      scenario: this.#hosted.scenario,
      wallMs: this.#clock.nowMs(),
    })
    this.#fullDue = false
    this.#carrier.send(frame)
    this.#decisions.flush()
  }

  // Work on the wall clock has no request to answer: what goes wrong stops the clock and is told.
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#hosted.setClock({ running: false })
      this.#carrier.send({ type: 'fault', message: wordsOf(error) })
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
