// How a Pod's sandbox and containers come up, one after another, and how a container that failed its probe is started again;
// after pkg/kubelet kuberuntime. A container runs until it is stopped. Left out: volumes, resources, restarts of init
// containers.

import type { Container, Pod } from '../../api/pod/pod.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { nextPodIPs } from './ip-pool.ts'
import type { NodeAgent } from './node-agent.ts'
import { internalIP } from './node-status.ts'
import type { NodeWork } from './node-work.ts'
import type { PodBench } from './pod-bench.ts'
import { allContainers, isSidecar, type ContainerWork, type PodWork } from './pod-work.ts'
import { newProbes, resetProbe } from './probes.ts'

const RESTART_TOPIC = 'kubelet/restart'
const NO_ADDRESS_RETRY_MS = 1_000
const RESTART_BACK_OFF_MS = 10_000
const RESTART_BACK_OFF_MAX_MS = 300_000
/** A container that ran so long starts its back-off over. */
const RESTART_FORGET_MS = 600_000

export class ContainerRunner {
  readonly #context: ControllerRuntime
  readonly #agent: NodeAgent
  readonly #bench: PodBench

  constructor(context: ControllerRuntime, agent: NodeAgent, bench: PodBench) {
    this.#context = context
    this.#agent = agent
    this.#bench = bench
    context.loop.on<{ readonly uid: string; readonly container: number }>(RESTART_TOPIC, ({ uid, container }) =>
      this.#onRestart(uid, container),
    )
  }

  /** The machine lost its containers: the same Pod object gets a new sandbox, and with it a new address. */
  recreateSandbox(work: PodWork, pod: Pod): void {
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
    this.#bench.say(work, pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
    this.#bench.write(work, pod)
  }

  makeSandbox(work: PodWork, pod: Pod): void {
    const own = this.#agent.node(work.node)
    const node = this.#agent.clientOf(work.node).get('Node', '', work.node)
    if (!own || !node) return
    if (pod.spec.hostNetwork) work.ip = internalIP(node)
    else {
      const inUse = this.#bench.addressesOn(work.node)
      const allocation = nextPodIPs(node.spec.podCIDRs ?? [], own.lastPlace, inUse)
      if (!allocation) {
        const block = node.spec.podCIDRs?.join() ?? 'no podCIDR'
        this.#bench.say(
          work,
          pod,
          'Warning',
          'FailedCreatePodSandBox',
          `Failed to create pod sandbox: no IP addresses available in range set: ${block}`,
        )
        this.#bench.after(work, NO_ADDRESS_RETRY_MS)
        return
      }
      const [ip = null, ...others] = allocation.ips
      work.ip = ip
      work.otherIPs = others
      own.lastPlace = allocation.place
    }
    this.#bench.setProcess(work, pod)
    this.beginContainer(work, pod, own)
  }

  /** Pulls the image of the next container, or goes straight to its start. */
  beginContainer(work: PodWork, pod: Pod, own: NodeWork): void {
    const container = allContainers(pod)[work.next]
    if (!container) return
    const { settings } = this.#context
    const image = container.image ?? ''
    const pullMs = settings()['sim-image-pull-time']
    if (pullMs > 0 && (container.imagePullPolicy === 'Always' || !own.images.includes(image))) {
      work.stage = 'pull'
      this.#bench.sayOf(work, pod, container, 'Pulling', `Pulling image "${image}"`)
      this.#bench.after(work, pullMs)
      return
    }
    this.#bench.sayOf(work, pod, container, 'Pulled', `Container image "${image}" already present on machine`)
    this.#create(work, pod, container)
  }

  pulled(work: PodWork, pod: Pod): void {
    const container = allContainers(pod)[work.next]
    const own = this.#agent.node(work.node)
    if (!container || !own) return
    const image = container.image ?? ''
    if (!own.images.includes(image)) own.images.push(image)
    const took = `${this.#context.settings()['sim-image-pull-time'] / 1000}s`
    this.#bench.sayOf(
      work,
      pod,
      container,
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: 0 bytes.`,
    )
    this.#create(work, pod, container)
  }

  #create(work: PodWork, pod: Pod, container: Container): void {
    work.stage = 'start'
    this.#bench.sayOf(work, pod, container, 'Created', `Created container: ${container.name}`)
    this.#bench.after(work, this.#context.settings()['sim-container-start-time'])
  }

  containerStarted(work: PodWork, pod: Pod): void {
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
      this.#bench.markDirty(work)
      return
    }
    work.next++
    if (work.next < work.containers.length) this.beginContainer(work, pod, own)
    else {
      work.stage = 'running'
      this.#bench.setProcess(work, pod)
      this.#bench.markDirty(work)
    }
  }

  #run(work: PodWork, pod: Pod, index: number): void {
    const state = work.containers[index] as ContainerWork
    const container = allContainers(pod)[index] as Container
    state.state = 'running'
    state.id = `containerd://${this.#newContainerID()}`
    state.startedMs = this.#context.loop.nowMs
    const known = work.probes.filter(probe => probe.container === index)
    if (known.length === 0) work.probes.push(...newProbes(container, index))
    for (const probe of known) resetProbe(probe)
    this.#bench.sayOf(work, pod, container, 'Started', `Started container ${container.name}`)
  }

  restartContainer(work: PodWork, pod: Pod, index: number): void {
    const { loop, settings } = this.#context
    const state = work.containers[index] as ContainerWork
    const container = allContainers(pod)[index] as Container
    if (state.state !== 'running') return
    if (loop.nowMs - state.startedMs > RESTART_FORGET_MS) state.crashes = 0
    const backOffMs =
      state.crashes === 0 ? 0 : Math.min(RESTART_BACK_OFF_MS * 2 ** (state.crashes - 1), RESTART_BACK_OFF_MAX_MS)
    state.crashes++
    state.lastExit = { code: 0, startedMs: state.startedMs, finishedMs: loop.nowMs }
    state.state = 'waiting'
    this.#bench.setProcess(work, pod)
    if (backOffMs > 0) {
      const message = `Back-off restarting failed container ${container.name} in pod ${work.name}_${work.namespace}(${work.uid})`
      this.#bench.say(work, pod, 'Warning', 'BackOff', message, container)
    }
    state.timer = loop.schedule(RESTART_TOPIC, backOffMs + settings()['sim-container-start-time'], {
      uid: work.uid,
      container: index,
    })
    this.#bench.markDirty(work)
  }

  #onRestart(uid: string, index: number): void {
    const work = this.#bench.work(uid)
    const pod = work && this.#bench.pod(work)
    const state = work?.containers[index]
    if (!work || !pod || !state) return
    state.timer = null
    state.restarts++
    this.#run(work, pod, index)
    this.#bench.setProcess(work, pod)
    this.#bench.markDirty(work)
  }

  resumeRestarts(work: PodWork): void {
    const { loop, settings } = this.#context
    work.containers.forEach((state, index) => {
      if (state.state !== 'waiting' || state.timer !== null) return
      state.timer = loop.schedule(RESTART_TOPIC, settings()['sim-container-start-time'], {
        uid: work.uid,
        container: index,
      })
    })
  }

  /** 64 hexadecimal digits. */
  #newContainerID(): string {
    const stream = this.#context.random.stream('kubelet/container-id')
    const words = Array.from({ length: 8 }, () => stream.int(0x1_0000_0000).toString(16).padStart(8, '0'))
    return words.join('')
  }
}
