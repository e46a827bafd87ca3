// The side of a kubelet that runs Pods: sandbox and address, containers one after another, status, restarts, and the graceful
// end. After pkg/kubelet pod_workers.go and kuberuntime. A container runs until it is stopped: only a probe, the Pod's
// deletion or the loss of the machine ends it. Left out: volumes, resources, host probes, restarts of init containers.

import type { Container, Pod } from '../../api/pod/pod.ts'
import { compareText, sameJson, type Json } from '../../kernel/json.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { WatchEvent } from '../../store/client.ts'
import type { ControllerRuntime } from '../runtime/context.ts'
import { isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { WorkQueue, type SavedWorkQueue, type SyncOutcome } from '../runtime/work-queue.ts'
import { nextPodIP } from './ip-pool.ts'
import { cancelTimer, type MachineListener, type NodeAgent } from './node-agent.ts'
import { internalIP } from './node-status.ts'
import type { NodeWork } from './node-work.ts'
import { podStatus } from './pod-status.ts'
import { allContainers, copyPodWork, isSidecar, newPodWork, type ContainerWork, type PodWork } from './pod-work.ts'
import { preStopMs } from './pre-stop.ts'
import { ProbeManager } from './probe-manager.ts'
import { newProbes, resetProbe } from './probes.ts'

const STEP_TOPIC = 'kubelet/step'
const RELIST_TOPIC = 'kubelet/relist'
const RESTART_TOPIC = 'kubelet/restart'
/** Least time between SIGTERM and SIGKILL. */
const MIN_TERM_MS = 2_000
/** From the containers' end to the object's: volumes and cgroups are taken down. */
const CLEANUP_MS = 100
const NO_ADDRESS_RETRY_MS = 1_000
const RESTART_BACK_OFF_MS = 10_000
const RESTART_BACK_OFF_MAX_MS = 300_000
/** A container that ran so long starts its back-off over. */
const RESTART_FORGET_MS = 600_000

export interface SavedPodRunner {
  readonly queue: SavedWorkQueue
  readonly pods: readonly PodWork[]
}

export class PodRunner implements MachineListener {
  readonly #context: ControllerRuntime
  readonly #agent: NodeAgent
  readonly #probes: ProbeManager
  readonly #queue: WorkQueue
  readonly #works = new Map<string, PodWork>()
  readonly #byNode = new Map<string, Set<PodWork>>()
  #writing = false

  constructor(context: ControllerRuntime, agent: NodeAgent) {
    this.#context = context
    this.#agent = agent
    agent.listen(this)
    this.#queue = new WorkQueue(context, { name: 'kubelet', backOffBaseMs: 1_000, backOffMaxMs: 60_000, sync: key => this.#sync(key) })
    this.#probes = new ProbeManager(context, {
      find: uid => {
        const work = this.#works.get(uid)
        const pod = work && this.#pod(work)
        return work && pod && this.#agent.isUp(work.node) ? { work, pod } : undefined
      },
      changed: (work, pod) => this.#statusPass(work, pod),
      failed: (work, pod, container) => this.#restartContainer(work, pod, container),
    })
    const { loop, world } = context
    loop.on<Json>(STEP_TOPIC, uid => this.#step(uid as string))
    loop.on<Json>(RELIST_TOPIC, name => this.#relist(name as string))
    loop.on<{ readonly uid: string; readonly container: number }>(RESTART_TOPIC, ({ uid, container }) => this.#onRestart(uid, container))
    context.client('kubelet').watch(['Pod'], event => this.#noticePod(event))
    // Whoever has no readiness probe is told of a readiness fault by its next relist. A real kubelet would not notice.
    world.onChange(change => {
      const work = change.type === 'process' ? this.#works.get(change.uid) : undefined
      if (work && work.stage === 'running') this.#markDirty(work)
    })
  }

  stopped(node: string): void {
    const { loop } = this.#context
    for (const work of this.#worksOn(node)) {
      work.timer = cancelTimer(loop, work.timer)
      for (const container of work.containers) container.timer = cancelTimer(loop, container.timer)
      this.#probes.stop(work)
    }
    const own = this.#agent.node(node)
    if (!own) return
    own.relist = cancelTimer(loop, own.relist)
    own.dirty = []
  }

  rebooted(node: string): void {
    const { loop, world } = this.#context
    for (const work of this.#worksOn(node)) {
      world.removeProcess(work.uid)
      work.ip = null
      for (const container of work.containers) {
        if (container.state === 'running') {
          container.exit = { code: 255, startedMs: container.startedMs, finishedMs: loop.nowMs }
        }
        if (container.state !== 'waiting') container.state = 'exited'
      }
    }
  }

  started(node: string): void {
    const keys = new Set(this.#worksOn(node).map(work => `${work.namespace}/${work.name}/${work.uid}`))
    for (const { metadata } of this.#agent.clientOf(node).podsOnNode(node)) keys.add(`${metadata.namespace}/${metadata.name}/${metadata.uid}`)
    for (const key of [...keys].sort(compareText)) this.#queue.add(key, this.#context.settings()['sim-kubelet-notice-delay'])
  }

  removed(node: string): void {
    for (const work of this.#worksOn(node)) this.#forget(work)
  }

  save(): SavedPodRunner {
    return { queue: this.#queue.save(), pods: [...this.#works.values()].sort((a, b) => compareText(a.uid, b.uid)).map(copyPodWork) }
  }

  load(saved: SavedPodRunner): void {
    this.#queue.load(saved.queue)
    this.#works.clear()
    this.#byNode.clear()
    for (const work of saved.pods) this.#remember(copyPodWork(work))
  }

  #noticePod({ object }: WatchEvent<'Pod'>): void {
    const node = object.spec.nodeName
    if (!node || this.#writing || !this.#agent.isUp(node)) return
    const { namespace, name, uid } = object.metadata
    this.#queue.add(`${namespace}/${name}/${uid}`, this.#context.settings()['sim-kubelet-notice-delay'])
  }

  #sync(key: string): SyncOutcome {
    const [namespace = '', name = '', uid = ''] = key.split('/')
    const work = this.#works.get(uid)
    const found = this.#context.client('kubelet').get('Pod', namespace, name)
    const pod = found?.metadata.uid === uid ? found : undefined
    const node = work?.node ?? pod?.spec.nodeName ?? ''
    if (!this.#agent.isUp(node)) return 'done'
    if (!pod) {
      if (work) this.#outliveObject(work)
    } else if (!work) this.#admit(pod)
    else if (isTerminating(pod)) this.#terminate(work, pod, pod.metadata.deletionGracePeriodSeconds ?? 0)
    else this.#resume(work, pod)
    return 'done'
  }

  #admit(pod: Pod): void {
    if (isPodTerminal(pod)) {
      if (isTerminating(pod)) this.#deleteObject(pod)
      return
    }
    const work = newPodWork(pod, this.#context.loop.nowMs)
    this.#remember(work)
    if (isTerminating(pod)) {
      this.#stopNow(work, pod, 0)
      return
    }
    this.#statusPass(work, pod)
    this.#after(work, this.#context.settings()['sim-sandbox-time'])
  }

  /** Goes on where a Pod stands: after its kubelet started, or when somebody else wrote its status. */
  #resume(work: PodWork, pod: Pod): void {
    const { settings } = this.#context
    if (work.timer !== null || work.stage === 'stopped') {
      if (work.stage !== 'stopped') this.#write(work, pod)
      return
    }
    if (work.stage === 'running' && work.ip !== null) {
      // A kubelet that was away begins to probe anew.
      if (work.seen && this.#probes.isIdle(work)) {
        for (const probe of work.probes) resetProbe(probe)
        work.seen = false
        this.#markDirty(work)
      }
      this.#resumeRestarts(work)
      this.#statusPass(work, pod)
      return
    }
    if (work.ip === null && work.stage !== 'sandbox') this.#recreateSandbox(work, pod)
    if (work.stage === 'init-ran') this.#markDirty(work)
    else this.#after(work, work.stage === 'sandbox' ? settings()['sim-sandbox-time'] : settings()['sim-container-start-time'])
  }

  /** The machine lost its containers: the same Pod object gets a new sandbox, and with it a new address. */
  #recreateSandbox(work: PodWork, pod: Pod): void {
    for (const container of work.containers) {
      if (container.exit === null) continue
      container.lastExit = container.exit
      container.exit = null
      container.state = 'waiting'
      container.restarts++
    }
    work.stage = 'sandbox'
    work.next = 0
    work.seen = false
    work.probes = []
    this.#say(work, pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
    this.#write(work, pod)
  }

  #after(work: PodWork, delayMs: number): void {
    const { loop } = this.#context
    work.timer = cancelTimer(loop, work.timer)
    work.timer = loop.schedule(STEP_TOPIC, delayMs, work.uid)
    work.dueMs = loop.nowMs + delayMs
  }

  #step(uid: string): void {
    const work = this.#works.get(uid)
    if (!work) return
    work.timer = null
    const pod = this.#pod(work)
    switch (work.stage) {
      case 'sandbox':
        if (pod) this.#makeSandbox(work, pod)
        return
      case 'pull':
        if (pod) this.#pulled(work, pod)
        return
      case 'start':
        if (pod) this.#containerStarted(work, pod)
        return
      case 'prestop':
        this.#signal(work)
        return
      case 'stopping':
        this.#stopNow(work, pod, work.exitCode)
        return
      case 'stopped':
        this.#forget(work)
        if (pod) this.#deleteObject(pod)
        return
      case 'init-ran':
      case 'running':
        return
    }
  }

  #makeSandbox(work: PodWork, pod: Pod): void {
    const own = this.#agent.node(work.node)
    const node = this.#agent.clientOf(work.node).get('Node', '', work.node)
    if (!own || !node) return
    if (pod.spec.hostNetwork) work.ip = internalIP(node)
    else {
      const inUse = new Set(this.#worksOn(work.node).flatMap(({ ip }) => (ip === null ? [] : [ip])))
      const allocation = nextPodIP(node.spec.podCIDR ?? '', own.lastPlace, inUse)
      if (!allocation) {
        const block = node.spec.podCIDR ?? 'no podCIDR'
        this.#say(work, pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: no IP addresses available in range set: ${block}`)
        this.#after(work, NO_ADDRESS_RETRY_MS)
        return
      }
      work.ip = allocation.ip
      own.lastPlace = allocation.place
    }
    this.#setProcess(work, pod)
    this.#beginContainer(work, pod, own)
  }

  /** Pulls the image of the next container, or goes straight to its start. */
  #beginContainer(work: PodWork, pod: Pod, own: NodeWork): void {
    const container = allContainers(pod)[work.next]
    if (!container) return
    const { settings } = this.#context
    const image = container.image ?? ''
    const pullMs = settings()['sim-image-pull-time']
    if (pullMs > 0 && (container.imagePullPolicy === 'Always' || !own.images.includes(image))) {
      work.stage = 'pull'
      this.#sayOf(work, pod, container, 'Pulling', `Pulling image "${image}"`)
      this.#after(work, pullMs)
      return
    }
    this.#sayOf(work, pod, container, 'Pulled', `Container image "${image}" already present on machine`)
    this.#create(work, pod, container)
  }

  #pulled(work: PodWork, pod: Pod): void {
    const container = allContainers(pod)[work.next]
    const own = this.#agent.node(work.node)
    if (!container || !own) return
    const image = container.image ?? ''
    if (!own.images.includes(image)) own.images.push(image)
    const took = `${this.#context.settings()['sim-image-pull-time'] / 1000}s`
    this.#sayOf(work, pod, container, 'Pulled', `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: 0 bytes.`)
    this.#create(work, pod, container)
  }

  #create(work: PodWork, pod: Pod, container: Container): void {
    work.stage = 'start'
    this.#sayOf(work, pod, container, 'Created', `Created container: ${container.name}`)
    this.#after(work, this.#context.settings()['sim-container-start-time'])
  }

  #containerStarted(work: PodWork, pod: Pod): void {
    const container = allContainers(pod)[work.next]
    const own = this.#agent.node(work.node)
    if (!container || !own) return
    this.#run(work, pod, work.next)
    const isInit = work.next < work.initCount
    if (isInit && !isSidecar(container)) {
      // An init container has nothing to do here and ends well; the next one waits until a relist has seen that.
      const state = work.containers[work.next] as ContainerWork
      state.state = 'exited'
      state.exit = { code: 0, startedMs: state.startedMs, finishedMs: state.startedMs }
      work.stage = 'init-ran'
      work.next++
      this.#markDirty(work)
      return
    }
    work.next++
    if (work.next < work.containers.length) this.#beginContainer(work, pod, own)
    else {
      work.stage = 'running'
      this.#setProcess(work, pod)
      this.#markDirty(work)
    }
  }

  #run(work: PodWork, pod: Pod, index: number): void {
    const state = work.containers[index] as ContainerWork
    const container = allContainers(pod)[index] as Container
    state.state = 'running'
    state.id = `containerd://${this.#context.random.stream('kubelet/container-id').text(64, '0123456789abcdef')}`
    state.startedMs = this.#context.loop.nowMs
    const known = work.probes.filter(probe => probe.container === index)
    if (known.length === 0) work.probes.push(...newProbes(container, index))
    for (const probe of known) resetProbe(probe)
    this.#sayOf(work, pod, container, 'Started', `Started container ${container.name}`)
  }

  #markDirty(work: PodWork): void {
    const own = this.#agent.node(work.node)
    if (!own?.up) return
    if (!own.dirty.includes(work.uid)) own.dirty.push(work.uid)
    if (own.relist !== null) return
    const { loop, settings } = this.#context
    const periodMs = settings()['kubelet-relist-period']
    const phaseMs = Math.round(own.phase * periodMs)
    const periods = Math.floor((loop.nowMs - phaseMs) / periodMs) + 1
    own.relist = loop.scheduleAt(RELIST_TOPIC, phaseMs + periods * periodMs, own.name)
  }

  /** The kubelet looks at its containers: what changed becomes status. */
  #relist(name: string): void {
    const own = this.#agent.node(name)
    if (!own) return
    own.relist = null
    const dirty = own.dirty
    own.dirty = []
    for (const uid of dirty) {
      const work = this.#works.get(uid)
      const pod = work && this.#pod(work)
      if (!work || !pod) continue
      this.#statusPass(work, pod)
      if (work.stage === 'init-ran') this.#beginContainer(work, pod, own)
    }
  }

  /** Writes the Pod's status where it differs, and has the probes that do not pass yet tried at once. */
  #statusPass(work: PodWork, pod: Pod): void {
    this.#write(work, pod)
    if (work.stage !== 'running' && work.deadlineMs === null) return
    if (!work.seen && work.stage === 'running') {
      work.seen = true
      this.#probes.begin(work, pod)
    }
    this.#probes.poke(work)
  }

  #write(work: PodWork, pod: Pod): void {
    const { loop, world, wallMs } = this.#context
    const epochMs = wallMs() - loop.nowMs
    const client = this.#agent.clientOf(work.node)
    const node = client.get('Node', '', work.node)
    const status = podStatus({
      pod,
      work,
      hostIP: node ? internalIP(node) : '',
      readinessFails: world.readinessFails(work.namespace, work.name),
      stamp: virtualMs => formatTimestamp(epochMs + virtualMs),
      nowMs: loop.nowMs,
    })
    if (sameJson(status, pod.status)) return
    this.#own(() => client.updateStatus('Pod', { ...pod, status }))
  }

  /** Begins the graceful end, or shortens one that is under way. */
  #terminate(work: PodWork, pod: Pod | undefined, graceSeconds: number): void {
    const { loop } = this.#context
    const deadlineMs = loop.nowMs + graceSeconds * 1000
    if (work.deadlineMs !== null) {
      if (work.stage === 'stopped') {
        if (work.timer === null) this.#after(work, 0)
        return
      }
      if (!this.#isAlive(work)) {
        this.#stopNow(work, pod, 255)
        return
      }
      if (work.timer === null) work.dueMs = loop.nowMs
      work.deadlineMs = Math.min(work.deadlineMs, deadlineMs)
      if (work.stage === 'prestop' || work.timer === null) this.#after(work, Math.max(0, Math.min(work.dueMs, work.deadlineMs) - loop.nowMs))
      return
    }
    work.timer = cancelTimer(loop, work.timer)
    for (const container of work.containers) container.timer = cancelTimer(loop, container.timer)
    this.#probes.stopRestarting(work)
    work.deadlineMs = deadlineMs
    if (!this.#isAlive(work)) {
      this.#stopNow(work, pod, 255)
      return
    }
    const containers = pod ? allContainers(pod) : []
    let hookMs = 0
    containers.forEach((container, index) => {
      if (work.containers[index]?.state !== 'running') return
      hookMs = Math.max(hookMs, preStopMs(container))
      if (pod) this.#sayOf(work, pod, container, 'Killing', `Stopping container ${container.name}`)
    })
    work.stage = 'prestop'
    this.#after(work, Math.min(hookMs, graceSeconds * 1000))
  }

  #isAlive(work: PodWork): boolean {
    return work.containers.some(({ state }) => state === 'running')
  }

  /** SIGTERM: the server answers what it holds and exits, or is killed when its time is up. */
  #signal(work: PodWork): void {
    const { loop, settings } = this.#context
    const leftMs = Math.max(MIN_TERM_MS, (work.deadlineMs ?? 0) - loop.nowMs)
    const drainMs = settings()['sim-drain-time']
    work.stage = 'stopping'
    work.exitCode = drainMs > leftMs ? 137 : 0
    this.#after(work, Math.min(drainMs, leftMs))
  }

  /** All containers have ended: a last status, and soon the object goes. */
  #stopNow(work: PodWork, pod: Pod | undefined, exitCode: number): void {
    const { loop, world } = this.#context
    for (const container of work.containers) {
      if (container.state !== 'running') continue
      container.state = 'exited'
      container.exit = { code: exitCode, startedMs: container.startedMs, finishedMs: loop.nowMs }
    }
    this.#probes.stop(work)
    world.removeProcess(work.uid)
    work.stage = 'stopped'
    work.deadlineMs ??= loop.nowMs
    if (!pod) {
      this.#forget(work)
      return
    }
    this.#write(work, pod)
    // What ended with its machine has nothing left to be taken down.
    this.#after(work, exitCode === 255 ? 0 : CLEANUP_MS)
  }

  /** The object is gone, by force, while its containers may still run: they are stopped all the same. */
  #outliveObject(work: PodWork): void {
    if (work.deadlineMs === null || work.timer === null) this.#terminate(work, undefined, 0)
  }

  #restartContainer(work: PodWork, pod: Pod, index: number): void {
    const { loop, settings } = this.#context
    const state = work.containers[index] as ContainerWork
    const container = allContainers(pod)[index] as Container
    if (state.state !== 'running') return
    if (loop.nowMs - state.startedMs > RESTART_FORGET_MS) state.crashes = 0
    const backOffMs = state.crashes === 0 ? 0 : Math.min(RESTART_BACK_OFF_MS * 2 ** (state.crashes - 1), RESTART_BACK_OFF_MAX_MS)
    state.crashes++
    state.lastExit = { code: 0, startedMs: state.startedMs, finishedMs: loop.nowMs }
    state.state = 'waiting'
    this.#setProcess(work, pod)
    if (backOffMs > 0) {
      const message = `Back-off restarting failed container ${container.name} in pod ${work.name}_${work.namespace}(${work.uid})`
      this.#say(work, pod, 'Warning', 'BackOff', message, container)
    }
    state.timer = loop.schedule(RESTART_TOPIC, backOffMs + settings()['sim-container-start-time'], { uid: work.uid, container: index })
    this.#markDirty(work)
  }

  #onRestart(uid: string, index: number): void {
    const work = this.#works.get(uid)
    const pod = work && this.#pod(work)
    const state = work?.containers[index]
    if (!work || !pod || !state) return
    state.timer = null
    state.restarts++
    this.#run(work, pod, index)
    this.#setProcess(work, pod)
    this.#markDirty(work)
  }

  #resumeRestarts(work: PodWork): void {
    const { loop, settings } = this.#context
    work.containers.forEach((state, index) => {
      if (state.state !== 'waiting' || state.timer !== null) return
      state.timer = loop.schedule(RESTART_TOPIC, settings()['sim-container-start-time'], { uid: work.uid, container: index })
    })
  }

  /** The machine's truth about the Pod: its address, and on which ports it answers. */
  #setProcess(work: PodWork, pod: Pod): void {
    if (work.ip === null) return
    const { world } = this.#context
    const apps = work.containers.slice(work.initCount)
    const running = apps.filter(({ state }) => state === 'running')
    world.setProcess({
      uid: work.uid,
      namespace: work.namespace,
      name: work.name,
      nodeName: work.node,
      ip: work.ip,
      tcpPorts: listeningPorts(pod, 'TCP'),
      udpPorts: listeningPorts(pod, 'UDP'),
      startedAtMs: Math.min(...(running.length > 0 ? running : [{ startedMs: this.#context.loop.nowMs }]).map(({ startedMs }) => startedMs)),
      listening: running.length > 0,
      readinessFails: world.readinessFails(work.namespace, work.name),
    })
  }

  #deleteObject(pod: Pod): void {
    const { namespace = '', name, uid } = pod.metadata
    const client = this.#agent.clientOf(pod.spec.nodeName ?? '')
    this.#own(() => client.delete('Pod', namespace, name, { gracePeriodSeconds: 0, preconditionUid: uid }))
  }

  // The kubelet need not be told of what it wrote itself.
  #own(write: () => unknown): void {
    this.#writing = true
    try {
      write()
    } finally {
      this.#writing = false
    }
  }

  #pod(work: PodWork): Pod | undefined {
    const pod = this.#agent.clientOf(work.node).get('Pod', work.namespace, work.name)
    return pod?.metadata.uid === work.uid ? pod : undefined
  }

  #worksOn(node: string): readonly PodWork[] {
    return [...(this.#byNode.get(node) ?? [])].sort((a, b) => compareText(a.uid, b.uid))
  }

  #remember(work: PodWork): void {
    this.#works.set(work.uid, work)
    const own = this.#byNode.get(work.node) ?? new Set()
    own.add(work)
    this.#byNode.set(work.node, own)
  }

  #forget(work: PodWork): void {
    const { loop, world } = this.#context
    work.timer = cancelTimer(loop, work.timer)
    for (const container of work.containers) container.timer = cancelTimer(loop, container.timer)
    this.#probes.stop(work)
    world.removeProcess(work.uid)
    this.#works.delete(work.uid)
    this.#byNode.get(work.node)?.delete(work)
  }

  #say(work: PodWork, pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string, container?: Container): void {
    const fieldPath = container && `spec.containers{${container.name}}`
    this.#context.events.recorder('kubelet', work.node).say({ object: pod, type, reason, message, fieldPath })
  }

  #sayOf(work: PodWork, pod: Pod, container: Container, reason: string, message: string): void {
    const list = (pod.spec.initContainers ?? []).includes(container) ? 'initContainers' : 'containers'
    const fieldPath = `spec.${list}{${container.name}}`
    this.#context.events.recorder('kubelet', work.node).say({ object: pod, type: 'Normal', reason, message, fieldPath })
  }
}

/** The declared ports of a protocol. A Pod that declares none at all is assumed to listen wherever it is asked. */
function listeningPorts(pod: Pod, protocol: 'TCP' | 'UDP'): readonly number[] | 'any' {
  const ports = allContainers(pod).flatMap(container => container.ports ?? [])
  if (ports.length === 0) return 'any'
  return ports.filter(port => (port.protocol ?? 'TCP') === protocol).map(port => port.containerPort)
}
