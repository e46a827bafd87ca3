// The side of a kubelet that runs Pods: it takes note of changes and looks at its containers once a second, and has the rest
// done by container-runner.ts, pod-ending.ts and probe-manager.ts; after pkg/kubelet kubelet.go and pod_workers.go.

import type { Pod } from '../../api/pod/pod.ts'
import { compareText, type Json } from '../../kernel/json.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { WorkQueue, type SavedWorkQueue, type SyncOutcome } from '../runtime/work-queue.ts'
import { ContainerKiller } from './container-killer.ts'
import { ContainerRunner } from './container-runner.ts'
import type { MachineListener, NodeAgent } from './node-agent.ts'
import { NodeShutdown } from './node-shutdown.ts'
import { PodBench, RELIST_TOPIC, STEP_TOPIC, WRITER_TOPIC } from './pod-bench.ts'
import { PodEnding } from './pod-ending.ts'
import { PodSandboxes } from './pod-sandbox.ts'
import {
  allContainers,
  cancelTimer,
  cancelTimers,
  dropProcesses,
  newPodWork,
  newProbes,
  type PodWork,
  type ProbeWork,
} from './pod-work.ts'
import { ProbeManager } from './probe-manager.ts'

const DEFAULT_GRACE_SECONDS = 30

export interface SavedPodRunner {
  readonly queue: SavedWorkQueue
  readonly pods: readonly PodWork[]
}

export class PodRunner implements MachineListener {
  readonly #context: ControllerRuntime
  readonly #agent: NodeAgent
  readonly #client: StoreClient
  readonly #probes: ProbeManager
  readonly #queue: WorkQueue
  readonly #bench: PodBench
  readonly #sandboxes: PodSandboxes
  readonly #containers: ContainerRunner
  readonly #killer: ContainerKiller
  readonly #ending: PodEnding
  readonly #shutdown: NodeShutdown

  constructor(context: ControllerRuntime, agent: NodeAgent) {
    this.#context = context
    this.#agent = agent
    this.#client = context.client('kubelet')
    agent.listen(this)
    const bench = new PodBench(context, agent)
    this.#bench = bench
    this.#sandboxes = new PodSandboxes(context, agent, bench)
    this.#killer = new ContainerKiller(context, bench)
    this.#ending = new PodEnding(context, bench, this.#killer)
    this.#shutdown = new NodeShutdown(context, { agent, bench, ending: this.#ending })
    this.#containers = new ContainerRunner(context, { agent, bench }, (work, pod) => this.#ending.finish(work, pod))
    this.#queue = new WorkQueue(context, {
      name: 'kubelet',
      backOffBaseMs: 1_000,
      backOffMaxMs: 60_000,
      sync: key => this.#sync(key),
    })
    this.#probes = new ProbeManager(context, {
      bench,
      isUp: node => this.#agent.isUp(node),
      restartedMs: node => this.#agent.node(node)?.restartedMs ?? null,
      changed: (work, pod) => this.#probeChanged(work, pod),
      failed: (work, pod, probe) => this.#restart(work, pod, probe),
    })
    this.#listen()
  }

  stopped(node: string): void {
    const { loop } = this.#context
    const powered = this.#context.world.machine(node)?.power ?? false
    for (const work of this.#bench.worksOn(node)) {
      cancelTimers(loop, work)
      work.workersMs = null
      // Without power nothing goes on in the containers either.
      if (!powered) dropProcesses(loop, work)
    }
    const own = this.#agent.node(node)
    if (!own) return
    own.relist = cancelTimer(loop, own.relist)
    own.writer = cancelTimer(loop, own.writer)
    own.dirty = []
    own.unwritten = []
  }

  rebooted(node: string): void {
    const { loop, world } = this.#context
    for (const work of this.#bench.worksOn(node)) {
      world.removeProcess(work.uid)
      work.ip = null
      work.otherIPs = []
      for (const container of work.containers) {
        if (container.state !== 'running') continue
        container.exit = { code: 255, startedMs: container.startedMs, finishedMs: loop.nowMs }
        container.state = 'exited'
        container.ending = null
      }
    }
  }

  started(node: string): void {
    const keys = new Set(this.#bench.worksOn(node).map(work => `${work.namespace}/${work.name}/${work.uid}`))
    for (const { metadata } of this.#agent.clientOf(node).podsOnNode(node))
      keys.add(`${metadata.namespace}/${metadata.name}/${metadata.uid}`)
    for (const key of [...keys].sort(compareText))
      this.#queue.add(key, this.#context.settings()['sim-kubelet-notice-delay'])
  }

  shutDown(node: string): void {
    this.#shutdown.begin(node)
  }

  removed(node: string): void {
    for (const work of this.#bench.worksOn(node)) this.#bench.forget(work)
  }

  save(): SavedPodRunner {
    return { queue: this.#queue.save(), pods: this.#bench.save() }
  }

  load(saved: SavedPodRunner): void {
    this.#queue.load(saved.queue)
    this.#bench.load(saved.pods)
  }

  #listen(): void {
    const { loop, world } = this.#context
    loop.on<Json>(STEP_TOPIC, uid => this.#step(uid as string))
    loop.on<Json>(RELIST_TOPIC, name => this.#relist(name as string))
    loop.on<Json>(WRITER_TOPIC, name => this.#writeNext(name as string))
    this.#client.watch(['Pod'], event => this.#noticePod(event))
    this.#ending.onEnded(work => this.#shutdown.podEnded(work))
    this.#bench.onContainerEnded((work, index) => this.#containerEnded(work, index))
    // Whoever has no readiness probe is told of a readiness fault by its next relist. A real kubelet would not notice.
    world.onChange(change => {
      const work = change.type === 'process' ? this.#bench.work(change.uid) : undefined
      if (work?.stage === 'up' && work.probing && work.job === null) this.#bench.markDirty(work)
    })
  }

  #noticePod({ object }: WatchEvent<'Pod'>): void {
    const node = object.spec.nodeName
    if (!node || this.#bench.writing || !this.#agent.isConnected(node)) return
    const { namespace, name, uid } = object.metadata
    this.#queue.add(`${namespace}/${name}/${uid}`, this.#context.settings()['sim-kubelet-notice-delay'])
  }

  #sync(key: string): SyncOutcome {
    const [namespace = '', name = '', uid = ''] = key.split('/')
    const work = this.#bench.work(uid)
    const found = this.#client.get('Pod', namespace, name)
    const pod = found?.metadata.uid === uid ? found : undefined
    const node = work?.node ?? pod?.spec.nodeName ?? ''
    if (!this.#agent.isConnected(node)) return 'done'
    if (!pod) {
      if (work) this.#outliveObject(work)
    } else if (!work) this.#admit(pod)
    else if (isTerminating(pod)) this.#ending.terminate(work, pod, pod.metadata.deletionGracePeriodSeconds ?? 0)
    else this.#resume(work, pod)
    return 'done'
  }

  #admit(pod: Pod): void {
    if (isPodTerminal(pod)) {
      if (isTerminating(pod)) this.#bench.deleteObject(pod)
      return
    }
    if (!isTerminating(pod) && this.#shutdown.rejects(pod)) return
    const work = newPodWork(pod, this.#context.loop.nowMs)
    this.#bench.remember(work)
    if (isTerminating(pod)) {
      work.deadlineMs = work.admittedMs
      return this.#ending.stopNow(work, pod)
    }
    this.#statusPass(work, pod)
    this.#bench.after(work, this.#context.settings()['sim-sandbox-time'])
  }

  /** Goes on where a Pod stands: after its kubelet started, or when somebody else wrote to it. */
  #resume(work: PodWork, pod: Pod): void {
    const { settings } = this.#context
    if (work.stage === 'ended') return
    if (work.stage === 'sandbox') {
      this.#bench.write(work, pod)
      if (work.timer === null) this.#bench.after(work, settings()['sim-sandbox-time'])
      return
    }
    // A kubelet that was away knows nothing of its probes any more.
    if (work.workersMs === null) this.#forgetProbes(work, pod)
    if (work.ip === null) return this.#recreate(work, pod)
    if (work.stage === 'ending') return this.#ending.resume(work, pod)
    // What was annotated may have changed what the application does.
    this.#bench.setProcess(work, pod)
    if (work.job !== null && work.timer === null) this.#bench.after(work, settings()['sim-container-start-time'])
    this.#statusPass(work, pod)
    this.#containers.advance(work, pod)
  }

  /** The machine came back without the Pod's containers. */
  #recreate(work: PodWork, pod: Pod): void {
    const ran = work.containers.some(({ exit }) => exit !== null)
    if (pod.spec.restartPolicy === 'Never' && ran) this.#ending.finish(work, pod)
    else this.#sandboxes.lose(work, pod)
  }

  #forgetProbes(work: PodWork, pod: Pod): void {
    work.probes = newProbes(pod)
    work.probing = false
    work.workersMs = this.#context.loop.nowMs
  }

  #step(uid: string): void {
    const work = this.#bench.work(uid)
    if (!work) return
    work.timer = null
    const pod = this.#bench.pod(work)
    if (work.stage === 'ended') {
      this.#bench.forget(work)
      if (pod) this.#bench.deleteObject(pod)
    } else if (!pod) return
    else if (work.stage === 'sandbox') {
      if (this.#sandboxes.make(work, pod)) this.#containers.advance(work, pod)
    } else if (work.job === 'pull') this.#containers.pulled(work, pod)
    else if (work.job === 'start') this.#containers.containerStarted(work, pod)
  }

  /** A container has ended. Its Pod's end goes on, the kubelet starts again what it stopped itself, or it will notice. */
  #containerEnded(work: PodWork, index: number): void {
    if (work.stage === 'ending') return this.#ending.containerEnded(work)
    const own = work.containers[index]
    const stopped = own?.ending
    if (own) own.ending = null
    this.#bench.markDirty(work)
    const pod = stopped ? this.#bench.pod(work) : undefined
    if (pod && this.#agent.isUp(work.node)) this.#containers.stopped(work, pod, index)
  }

  /** A probe's result changed: that is status, and may be what a sidecar's successor waits for. */
  #probeChanged(work: PodWork, pod: Pod): void {
    this.#statusPass(work, pod)
    this.#containers.advance(work, pod)
  }

  /** Stops a container that failed its liveness or startup probe; it is started again when its policy says so. */
  #restart(work: PodWork, pod: Pod, { container: index, kind }: ProbeWork): void {
    const container = allContainers(pod)[index]
    const own = work.containers[index]
    if (!container || work.stage !== 'up' || own?.state !== 'running') return
    const probe = kind === 'startup' ? container.startupProbe : container.livenessProbe
    const seconds =
      probe?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS
    const then = own.sidecar || pod.spec.restartPolicy !== 'Never' ? ', will be restarted' : ''
    this.#bench.sayOf(work, pod, container, 'Killing', `Container ${container.name} failed ${kind} probe${then}`)
    this.#killer.stop(work, pod, index, seconds * 1000)
  }

  /** The kubelet looks at its containers: what changed becomes status. */
  #relist(name: string): void {
    const own = this.#agent.node(name)
    if (!own) return
    own.relist = null
    own.unwritten.push(...own.dirty)
    own.dirty = []
    if (own.writer === null) this.#writeNext(name)
  }

  /** One status after another, as the one writer of a kubelet does (pkg/kubelet/status/status_manager.go). */
  #writeNext(name: string): void {
    const own = this.#agent.node(name)
    if (!own) return
    own.writer = null
    const uid = own.unwritten.shift()
    if (uid === undefined) return
    const work = this.#bench.work(uid)
    const pod = work && this.#bench.pod(work)
    if (work && pod && !this.#containers.endIfOver(work, pod)) {
      this.#statusPass(work, pod)
      this.#containers.advance(work, pod)
    }
    const { loop, settings } = this.#context
    if (own.unwritten.length > 0) own.writer = loop.schedule(WRITER_TOPIC, settings()['sim-status-write-time'], name)
  }

  /** Writes the Pod's status where it differs, and has the probes that do not pass yet tried at once. */
  #statusPass(work: PodWork, pod: Pod): void {
    this.#bench.write(work, pod)
    if (work.stage === 'up' && !work.probing && work.containers.some(({ seenId }) => seenId !== null)) {
      this.#probes.begin(work, pod)
    }
    if (work.stage === 'up' || work.stage === 'ending') this.#probes.poke(work)
  }

  /** The object is gone, by force, while its containers may still run: they are stopped all the same. */
  #outliveObject(work: PodWork): void {
    if (work.stage === 'ended') this.#bench.forget(work)
    else this.#ending.terminate(work, undefined, 0)
  }
}
