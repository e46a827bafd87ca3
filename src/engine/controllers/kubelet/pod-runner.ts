// The side of a kubelet that runs Pods: it takes note of changes and looks at its containers once a second, and has the rest
// done by container-runner.ts, pod-ending.ts and probe-manager.ts; after pkg/kubelet kubelet.go and pod_workers.go.

import type { Pod } from '../../api/pod/pod.ts'
import { compareText, type Json } from '../../kernel/json.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { WorkQueue, type SavedWorkQueue, type SyncOutcome } from '../runtime/work-queue.ts'
import { ContainerRunner } from './container-runner.ts'
import type { MachineListener, NodeAgent } from './node-agent.ts'
import { PodBench, RELIST_TOPIC, STEP_TOPIC, WRITER_TOPIC } from './pod-bench.ts'
import { PodEnding } from './pod-ending.ts'
import { cancelTimer, cancelTimers, newPodWork, type PodWork } from './pod-work.ts'
import { ProbeManager } from './probe-manager.ts'
import { resetProbe } from './probes.ts'

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
  readonly #containers: ContainerRunner
  readonly #ending: PodEnding

  constructor(context: ControllerRuntime, agent: NodeAgent) {
    this.#context = context
    this.#agent = agent
    this.#client = context.client('kubelet')
    agent.listen(this)
    this.#bench = new PodBench(context, agent)
    this.#containers = new ContainerRunner(context, agent, this.#bench)
    this.#ending = new PodEnding(context, this.#bench)
    this.#queue = new WorkQueue(context, {
      name: 'kubelet',
      backOffBaseMs: 1_000,
      backOffMaxMs: 60_000,
      sync: key => this.#sync(key),
    })
    this.#probes = new ProbeManager(context, {
      find: uid => {
        const work = this.#bench.work(uid)
        const pod = work && this.#bench.pod(work)
        return work && pod && this.#agent.isUp(work.node) ? { work, pod } : undefined
      },
      changed: (work, pod) => this.#statusPass(work, pod),
      failed: (work, pod, container) => this.#containers.restartContainer(work, pod, container),
    })
    const { loop, world } = context
    loop.on<Json>(STEP_TOPIC, uid => this.#step(uid as string))
    loop.on<Json>(RELIST_TOPIC, name => this.#relist(name as string))
    loop.on<Json>(WRITER_TOPIC, name => this.#writeNext(name as string))
    this.#client.watch(['Pod'], event => this.#noticePod(event))
    // Whoever has no readiness probe is told of a readiness fault by its next relist. A real kubelet would not notice.
    world.onChange(change => {
      const work = change.type === 'process' ? this.#bench.work(change.uid) : undefined
      if (work && work.stage === 'running') this.#bench.markDirty(work)
    })
  }

  stopped(node: string): void {
    const { loop } = this.#context
    for (const work of this.#bench.worksOn(node)) {
      cancelTimers(loop, work)
      work.unwatched = true
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
        if (container.state === 'running') {
          container.exit = { code: 255, startedMs: container.startedMs, finishedMs: loop.nowMs }
        }
        if (container.state !== 'waiting') container.state = 'exited'
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

  #noticePod({ object }: WatchEvent<'Pod'>): void {
    const node = object.spec.nodeName
    if (!node || this.#bench.writing || !this.#agent.isUp(node)) return
    const { namespace, name, uid } = object.metadata
    this.#queue.add(`${namespace}/${name}/${uid}`, this.#context.settings()['sim-kubelet-notice-delay'])
  }

  #sync(key: string): SyncOutcome {
    const [namespace = '', name = '', uid = ''] = key.split('/')
    const work = this.#bench.work(uid)
    const found = this.#client.get('Pod', namespace, name)
    const pod = found?.metadata.uid === uid ? found : undefined
    const node = work?.node ?? pod?.spec.nodeName ?? ''
    if (!this.#agent.isUp(node)) return 'done'
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
    const work = newPodWork(pod, this.#context.loop.nowMs)
    this.#bench.remember(work)
    if (isTerminating(pod)) {
      this.#ending.stopNow(work, pod, 0)
      return
    }
    this.#statusPass(work, pod)
    this.#bench.after(work, this.#context.settings()['sim-sandbox-time'])
  }

  /** Goes on where a Pod stands: after its kubelet started, or when somebody else wrote its status. */
  #resume(work: PodWork, pod: Pod): void {
    const { settings } = this.#context
    if (work.timer !== null || work.stage === 'stopped') {
      if (work.stage !== 'stopped') this.#bench.write(work, pod)
      return
    }
    if (work.stage === 'running' && work.ip !== null) {
      // A kubelet that was away begins to probe anew.
      if (work.seen && work.unwatched && work.probes.length > 0) {
        for (const probe of work.probes) resetProbe(probe)
        work.seen = false
        this.#bench.markDirty(work)
      }
      work.unwatched = false
      this.#containers.resumeRestarts(work)
      this.#statusPass(work, pod)
      return
    }
    if (work.ip === null && work.stage !== 'sandbox') this.#containers.recreateSandbox(work, pod)
    if (work.stage === 'init-ran') this.#bench.markDirty(work)
    else
      this.#bench.after(
        work,
        work.stage === 'sandbox' ? settings()['sim-sandbox-time'] : settings()['sim-container-start-time'],
      )
  }

  #step(uid: string): void {
    const work = this.#bench.work(uid)
    if (!work) return
    work.timer = null
    const pod = this.#bench.pod(work)
    switch (work.stage) {
      case 'sandbox':
        if (pod) this.#containers.makeSandbox(work, pod)
        return
      case 'pull':
        if (pod) this.#containers.pulled(work, pod)
        return
      case 'start':
        if (pod) this.#containers.containerStarted(work, pod)
        return
      case 'prestop':
        this.#ending.signal(work)
        return
      case 'stopping':
        this.#ending.stopNow(work, pod, work.exitCode)
        return
      case 'stopped':
        this.#bench.forget(work)
        if (pod) this.#bench.deleteObject(pod)
        return
      case 'init-ran':
      case 'running':
        return
    }
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
    if (work && pod) {
      this.#statusPass(work, pod)
      if (work.stage === 'init-ran') this.#containers.beginContainer(work, pod, own)
    }
    const { loop, settings } = this.#context
    if (own.unwritten.length > 0) own.writer = loop.schedule(WRITER_TOPIC, settings()['sim-status-write-time'], name)
  }

  /** Writes the Pod's status where it differs, and has the probes that do not pass yet tried at once. */
  #statusPass(work: PodWork, pod: Pod): void {
    this.#bench.write(work, pod)
    if (work.stage !== 'running' && work.deadlineMs === null) return
    if (!work.seen && work.stage === 'running') {
      work.seen = true
      this.#probes.begin(work, pod)
    }
    this.#probes.poke(work)
  }

  /** The object is gone, by force, while its containers may still run: they are stopped all the same. */
  #outliveObject(work: PodWork): void {
    if (work.deadlineMs === null || work.timer === null) this.#ending.terminate(work, undefined, 0)
  }
}
