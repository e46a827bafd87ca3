// One cluster: wires the rooms together, takes commands, advances virtual time, and saves and restores everything. It
// decides nothing about Kubernetes itself. A cluster is fully given by its options and its log of commands, in which stand the
// writes at the API's door; `save` holds its whole state besides, so that a restored one goes on without replaying.

import { DEFAULT_SETTINGS, DUAL_STACK_SETTINGS, type ClusterSettings } from './api/cluster-settings.ts'
import { ALL_KINDS, type Kind } from './api/kind-registry.ts'
import type { RunCommand } from './apps/run-command.ts'
import { World, type SavedWorld } from './apps/world.ts'
import { writeDefaults } from './bootstrap.ts'
import { CommandLog, type SavedCommandLog } from './command-log.ts'
import type { ClusterCommand, CommandOutcome, ExecutableCommand, ScalableKind, SettingChanges } from './commands.ts'
import { createControllers, type Controllers, type DecisionDraft, type DecisionListener } from './controllers/index.ts'
import { createDataplane, type Dataplane, type DnsAnswer, type DnsQuestion, type RulesForm } from './dataplane/index.ts'
import { Deeds } from './deeds.ts'
import type { DecisionLog, EndpointVerdict } from './explain/index.ts'
import { Drain } from './drain.ts'
import { EventLoop, type Moment, type SavedEventLoop } from './kernel/event-loop.ts'
import { invariant } from './kernel/invariant.ts'
import { canonicalJson } from './kernel/json.ts'
import type { Part } from './kernel/part.ts'
import { Random, type SavedRandom } from './kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from './kernel/timestamp.ts'
import { createMetrics, type Metrics } from './metrics/index.ts'
import { applyManifests, type AppliedManifests, type ManifestOutcome, type TextEdit } from './rest/index.ts'
import { ClusterStore, type StoreClient } from './store/index.ts'
import { createTraffic, type Traffic, type TripReport, type TripRequest } from './traffic/index.ts'
import { verdictsOf } from './verdicts.ts'
import { editScalar, parseManifests, printYaml } from './yaml/index.ts'

export interface ClusterOptions {
  readonly seed: number
  /** What virtual time 0 stands for, ms since 1970; 2026-01-01T00:00:00Z when absent. */
  readonly epochMs?: number | undefined
  readonly settings?: Partial<ClusterSettings> | undefined
  /** IPv6 beside IPv4: both ranges of the cluster have a second block, unless `settings` names them. */
  readonly dualStack?: boolean | undefined
  /** Without cluster DNS's Service and Endpoints. */
  readonly empty?: boolean | undefined
}

interface SavedCluster {
  readonly format: 1
  readonly options: { readonly seed: number; readonly epochMs: number; readonly empty: boolean }
  readonly settings: ClusterSettings
  readonly manifest: SavedManifest
  readonly nodesMade: number
  readonly log: SavedCommandLog
  readonly random: SavedRandom
  readonly loop: SavedEventLoop
  readonly world: SavedWorld
  readonly parts: { readonly [name: string]: unknown }
}

interface SavedManifest {
  readonly text: string
  readonly applied: AppliedManifests
}

/** Kinds whose changes a person would call moments. */
const MOMENTOUS = ALL_KINDS.filter(kind => kind !== 'Lease')
const STEP_MS_MAX = 1_000
const NO_MANIFEST: SavedManifest = { text: '', applied: [] }

export function createCluster(options: ClusterOptions): Cluster {
  return new Cluster(options, undefined)
}

/** Goes on from what `Cluster.save` gave. Throws when the text is no snapshot of this format. */
export function restoreCluster(snapshot: string): Cluster {
  const saved = JSON.parse(snapshot) as SavedCluster
  if (saved?.format !== 1) throw new Error('not a snapshot of this version of the playground')
  return new Cluster({ ...saved.options, settings: saved.settings }, saved)
}

export class Cluster {
  readonly epochMs: number
  readonly world: World
  readonly store: StoreClient
  readonly traffic: Traffic
  readonly metrics: Metrics
  readonly #options: { readonly seed: number; readonly epochMs: number; readonly empty: boolean }
  readonly #loop = new EventLoop()
  readonly #random: Random
  readonly #clusterStore: ClusterStore
  readonly #controllers: Controllers
  readonly #dataplane: Dataplane
  readonly #deeds: Deeds
  readonly #parts: readonly Part[]
  readonly #log = new CommandLog()
  #settings: ClusterSettings
  #manifest = NO_MANIFEST
  // Counts what a person would call a moment: an object other than a Lease changed, or a request ended.
  #moments = 0

  constructor(options: ClusterOptions, saved: SavedCluster | undefined) {
    this.epochMs = options.epochMs ?? DEFAULT_EPOCH_MS
    this.#options = { seed: options.seed, epochMs: this.epochMs, empty: options.empty ?? false }
    this.#settings = { ...DEFAULT_SETTINGS, ...(options.dualStack ? DUAL_STACK_SETTINGS : {}), ...options.settings }
    this.#random = new Random(options.seed)
    this.world = new World()
    const loop = this.#loop
    const random = this.#random
    const settings = (): ClusterSettings => this.#settings
    const wallMs = (): number => this.epochMs + loop.nowMs
    this.#clusterStore = new ClusterStore({ random, settings, wallMs })
    const client = (actor: string): StoreClient => this.#clusterStore.client(actor)
    this.store = client('user')
    const run: RunCommand = (...what) => this.traffic.containers.run(...what)
    const context = { loop, random, settings, client, world: this.world, run, wallMs }
    this.#controllers = createControllers(context, this.#options.empty)
    this.#dataplane = createDataplane({
      loop,
      random,
      settings,
      client,
      isRunning: node => this.world.machine(node)?.power ?? false,
    })
    this.traffic = createTraffic({
      loop,
      random,
      settings,
      client,
      world: this.world,
      dataplane: this.#dataplane,
      epochMs: this.epochMs,
    })
    this.#deeds = new Deeds({
      loop,
      store: this.store,
      world: this.world,
      traffic: this.traffic,
      settings,
      changeSettings: changes => this.#changeSettings(changes),
      drain: new Drain({ loop, client: this.store, settings, wallMs, decide: tell => this.decide(tell) }),
    })
    this.metrics = createMetrics()
    this.#parts = [
      this.#clusterStore,
      ...this.#controllers.parts,
      this.#dataplane,
      this.traffic,
      this.traffic.containers,
      this.traffic.faults,
      this.metrics,
    ]
    this.traffic.onTrip(trip => {
      this.metrics.add(trip, loop.nowMs)
      if (trip.outcome !== 'pending') this.#moments++
    })
    this.store.watch(MOMENTOUS, () => {
      this.#moments++
    })
    if (saved) this.#load(saved)
    else {
      writeDefaults(client('kube-apiserver'), this.#options.empty)
      this.#controllers.start()
    }
  }

  get nowMs(): number {
    return this.#loop.nowMs
  }

  /** The API server's inside, for the door that cluster-api.ts puts before it. */
  get objects(): ClusterStore {
    return this.#clusterStore
  }

  get seed(): number {
    return this.#options.seed
  }

  get settings(): ClusterSettings {
    return this.#settings
  }

  /** The last text that was applied. */
  get manifestText(): string {
    return this.#manifest.text
  }

  get log(): CommandLog {
    return this.#log
  }

  /** Enters what was done at the API's door into the log. */
  note(command: ClusterCommand): void {
    this.#log.add(this.#loop.moment, command)
  }

  /** Makes the cluster follow a multi-document text, as a whole or not at all. */
  apply(text: string): ManifestOutcome {
    const outcome = applyManifests({ store: this.#clusterStore, text, previous: this.#manifest.applied })
    if (!outcome.ok) return outcome
    this.note({ type: 'apply', text })
    this.#manifest = { text, applied: outcome.state }
    return outcome
  }

  execute(command: ExecutableCommand): CommandOutcome {
    const outcome = this.#deeds.do(command)
    // Also what was refused: some of it may have been done by then.
    this.note(command)
    return outcome
  }

  /** Sends one request now and tells its life hop by hop; a sentence when it cannot be made. */
  trip(request: TripRequest): TripReport | { readonly message: string } {
    const report = this.traffic.trip(request)
    this.note({ type: 'trip', request })
    return report
  }

  /** The edit that sets `spec.replicas` of an object in the applied text, or null when the text does not hold it. */
  scaleInText(kind: ScalableKind, namespace: string, name: string, replicas: number): readonly TextEdit[] | null {
    const { documents } = parseManifests(this.#manifest.text)
    const index = documents.findIndex(
      ({ value }) =>
        value.kind === kind && value.metadata.name === name && (value.metadata.namespace ?? 'default') === namespace,
    )
    return index < 0 ? null : editScalar(this.#manifest.text, index, ['spec', 'replicas'], replicas)
  }

  /**
   * Every Pod of interest against one Service: in or out, ready or not, and why. Empty when there is no such Service. With a
   * log of decisions, each tells the one that made it so.
   */
  verdicts(
    service: { readonly namespace: string; readonly name: string },
    decisions?: DecisionLog,
  ): readonly EndpointVerdict[] {
    return verdictsOf({ store: this.store, world: this.world, nowMs: this.nowMs, service, decisions })
  }

  /** Tells every decision of a controller from now on, and why. Listening changes nothing. Returns the way to stop. */
  onDecision(listener: DecisionListener): () => void {
    return this.#controllers.onDecision(listener)
  }

  /** How the API server explains itself to those whom `onDecision` tells. */
  decide(tell: () => DecisionDraft): void {
    this.#controllers.decide(tell)
  }

  /** When the first Pod of a Node will be evicted by taint, or undefined while no timer runs. */
  podEvictionMs(node: string): number | undefined {
    return this.#controllers.podEvictionMs(node)
  }

  /** When the Node's kube-proxy last finished writing its rules. */
  proxySyncedMs(node: string): number {
    return this.#dataplane.syncedMs(node)
  }

  /** Answers as cluster DNS would at this moment. */
  dns(question: DnsQuestion): DnsAnswer {
    return this.#dataplane.dns(question)
  }

  /** The Node's rules as `iptables-save`, `nft list table` or `ipvsadm -Sn` print them; undefined when it has none. */
  proxyRules(node: string, form: RulesForm): string | undefined {
    return this.#dataplane.printedRules(node, form)
  }

  /** The object as `kubectl get -o yaml` prints it, or undefined when there is none. */
  yamlOf(kind: Kind, namespace: string, name: string): string | undefined {
    const object = this.store.get(kind, namespace, name)
    if (!object) return undefined
    const { managedFields: _, ...metadata } = object.metadata
    return printYaml({ ...object, metadata })
  }

  advanceTo(timeMs: number): void {
    this.#loop.advanceTo(timeMs)
  }

  /** Runs to a moment of another cluster's log. */
  advanceToMoment(moment: Moment): void {
    this.#loop.advanceToMoment(moment)
  }

  /** Runs to the next moment at which an object other than a Lease changes or a request ends; a second at most. */
  step(): void {
    const limitMs = this.nowMs + STEP_MS_MAX
    const before = this.#moments
    while (this.#loop.runNext(limitMs)) if (this.#moments !== before) break
    if (this.#moments === before) this.#loop.advanceTo(limitMs)
    // What happens at the same instant belongs to the same step.
    this.#loop.advanceTo(this.nowMs)
  }

  /** The whole cluster as canonical JSON: the same cluster is the same text. */
  save(): string {
    const parts: Record<string, unknown> = {}
    for (const part of this.#parts) {
      invariant(!(part.partName in parts), `two parts are called ${part.partName}`)
      parts[part.partName] = part.save()
    }
    const saved: SavedCluster = {
      format: 1,
      options: this.#options,
      settings: this.#settings,
      manifest: this.#manifest,
      nodesMade: this.#deeds.nodesMade,
      log: this.#log.save(),
      random: this.#random.save(),
      loop: this.#loop.save(),
      world: this.world.save(),
      parts,
    }
    return canonicalJson(saved)
  }

  #load(saved: SavedCluster): void {
    this.#manifest = saved.manifest
    this.#deeds.nodesMade = saved.nodesMade
    this.#log.load(saved.log)
    this.world.load(saved.world)
    for (const part of this.#parts) {
      const state = saved.parts[part.partName]
      invariant(state !== undefined, `the snapshot lacks ${part.partName}`)
      part.load(state as never)
    }
    this.#random.load(saved.random)
    this.#loop.load(saved.loop)
  }

  #changeSettings(changes: SettingChanges): void {
    this.#settings = { ...this.#settings, ...changes } as ClusterSettings
    this.#dataplane.settingsChanged()
  }
}
