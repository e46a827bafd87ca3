// One cluster: wires the rooms together, takes commands, advances virtual time, and saves and restores everything. It
// decides nothing about Kubernetes itself. A cluster is fully given by its options and its log of commands, in which stand the
// writes at the API's door; `save` holds its whole state besides, so that a restored one goes on without replaying.

import { DEFAULT_SETTINGS, DUAL_STACK_SETTINGS, nodeMasks, type ClusterSettings } from './api/cluster-settings.ts'
import { ALL_KINDS, KINDS, type Kind, type KindMap } from './api/kind-registry.ts'
import type { RunCommand } from './apps/run-command.ts'
import { World, type Machine, type SavedWorld } from './apps/world.ts'
import { simulatedNode, writeDefaults } from './bootstrap.ts'
import { CommandLog, type SavedCommandLog } from './command-log.ts'
import { DONE, missing, outcomeOf, refusal } from './command-outcome.ts'
import type { ClusterCommand, CommandOutcome, ScalableKind } from './commands.ts'
import { createControllers, type Controllers, type DecisionDraft, type DecisionListener } from './controllers/index.ts'
import { createDataplane, type Dataplane, type DnsAnswer, type DnsQuestion, type RulesForm } from './dataplane/index.ts'
import type { DecisionLog, EndpointVerdict } from './explain/index.ts'
import { Drain } from './drain.ts'
import { EventLoop, type Moment, type SavedEventLoop } from './kernel/event-loop.ts'
import { invariant } from './kernel/invariant.ts'
import { nodeBlocks } from './kernel/ip-block.ts'
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

/** What needs neither a text's outcome nor the API's door. */
export type ExecutableCommand = Exclude<
  ClusterCommand,
  { readonly type: 'apply' | 'request' | 'exec' | 'exec-input' | 'trip' }
>

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
  readonly #drain: Drain
  readonly #parts: readonly Part[]
  readonly #log = new CommandLog()
  #settings: ClusterSettings
  #manifest = NO_MANIFEST
  #nodesMade = 0
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
    this.#drain = new Drain({ loop, client: this.store, settings, wallMs, decide: tell => this.decide(tell) })
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
    this.metrics = createMetrics()
    this.#parts = [
      this.#clusterStore,
      ...this.#controllers.parts,
      this.#dataplane,
      this.traffic,
      this.traffic.containers,
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
    const outcome = this.#do(command)
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
      nodesMade: this.#nodesMade,
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
    this.#nodesMade = saved.nodesMade
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

  #do(command: ExecutableCommand): CommandOutcome {
    switch (command.type) {
      case 'create-nodes':
        return this.#createNodes(command.count)
      case 'kill-pod':
        return outcomeOf(this.store.delete('Pod', command.namespace, command.name, { gracePeriodSeconds: 1 }))
      case 'set-readiness':
        return this.#setReadiness(command)
      case 'set-power':
        return this.#setMachine(command.node, { power: command.on })
      case 'set-kubelet':
        return this.#setMachine(command.node, { kubelet: command.on })
      case 'set-network':
        return this.#setFault(command.node, 'networkDown', !command.on)
      case 'set-link':
        return this.#setFault(command.node, 'cutOff', !command.on)
      case 'shut-down':
        return this.#setMachine(command.node, { shuttingDown: true })
      case 'set-cordon':
        return this.#setCordon(command.node, command.cordoned)
      case 'drain':
        return this.#drainNode(command.node)
      case 'scale':
        return this.#scale(command)
      case 'start-traffic':
        return this.traffic.start(command.spec)
      case 'stop-traffic':
        return this.traffic.stop(command.id)
      case 'set-settings':
        this.#settings = { ...this.#settings, ...command.settings } as ClusterSettings
        this.#dataplane.settingsChanged()
        return DONE
    }
  }

  #createNodes(count: number): CommandOutcome {
    for (let made = 0; made < count; made++) {
      const index = this.#nodesMade + 1
      const podCIDRs = nodeBlocks(this.#settings['cluster-cidr'], index, nodeMasks(this.#settings))
      if (podCIDRs === undefined)
        return refusal(`no podCIDR is left for node n${index} in ${this.#settings['cluster-cidr']}`)
      const outcome = outcomeOf(this.store.create('Node', simulatedNode(index, podCIDRs, this.#settings.maxPods)))
      if (!outcome.ok) return outcome
      this.#nodesMade = index
    }
    return DONE
  }

  #setReadiness({ namespace, name, fails }: { namespace: string; name: string; fails: boolean }): CommandOutcome {
    if (!this.store.get('Pod', namespace, name)) return missing('pods', name)
    this.world.setReadinessFails(namespace, name, fails)
    return DONE
  }

  /** Changes what is true of a machine. Power that goes or comes ends a shutdown. */
  #setMachine(node: string, change: Partial<Pick<Machine, 'power' | 'kubelet' | 'shuttingDown'>>): CommandOutcome {
    const machine = this.world.machine(node)
    if (!machine) return refusal(`no simulated machine runs node "${node}"`)
    const { shuttingDown, ...others } = { ...machine, ...change }
    const isNews = others.power !== machine.power || others.kubelet !== machine.kubelet
    if (isNews) this.world.setMachine({ ...others, sinceMs: this.nowMs })
    else if (shuttingDown && machine.power && !machine.shuttingDown) this.world.setMachine({ ...machine, shuttingDown })
    return DONE
  }

  #setFault(node: string, fault: 'networkDown' | 'cutOff', isSo: boolean): CommandOutcome {
    const machine = this.world.machine(node)
    if (!machine) return refusal(`no simulated machine runs node "${node}"`)
    const { [fault]: was = false, ...others } = machine
    if (was !== isSo) this.world.setMachine(isSo ? { ...others, [fault]: true } : others)
    return DONE
  }

  #setCordon(node: string, cordoned: boolean): CommandOutcome {
    const found = this.store.get('Node', '', node)
    if (!found) return missing('nodes', node)
    return outcomeOf(
      this.store.update('Node', { ...found, spec: { ...found.spec, unschedulable: cordoned || undefined } }),
    )
  }

  /** Cordons, then evicts every Pod of the Node; those whose budget forbids it follow when it allows them. */
  #drainNode(node: string): CommandOutcome {
    const cordoned = this.#setCordon(node, true)
    if (!cordoned.ok) return cordoned
    const refused = this.#drain.start(node)
    return refused === undefined ? DONE : refusal(refused)
  }

  #scale({
    kind,
    namespace,
    name,
    replicas,
  }: {
    kind: ScalableKind
    namespace: string
    name: string
    replicas: number
  }): CommandOutcome {
    const found = this.store.get(kind, namespace, name)
    if (!found) return missing(`${KINDS[kind].resource}.apps`, name)
    return this.#update(kind, { ...found, spec: { ...found.spec, replicas } } as KindMap[ScalableKind])
  }

  #update<K extends Kind>(kind: K, object: KindMap[K]): CommandOutcome {
    return outcomeOf(this.store.update(kind, object))
  }
}
