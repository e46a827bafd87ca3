// How the containers of a Pod come up, each when it is its turn (container-turns.ts), and how one that ended is started again
// with a growing back-off; after SyncPod of pkg/kubelet/kuberuntime. Left out: postStart hooks, volumes, resources.

import type { Container, Pod } from '../../api/pod/pod.ts'
import { clockTime } from '../../kernel/event-loop.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { containerRestarts, containerStays } from './explain-pod.ts'
import { goDuration, restartDelayMs } from './back-off.ts'
import { nextTurn, restarts } from './container-turns.ts'
import { ImagePuller, type Wanted } from './image-puller.ts'
import { MainProcesses } from './main-process.ts'
import type { NodeAgent } from './node-agent.ts'
import type { PodBench } from './pod-bench.ts'
import { allContainers, cancelTimer, isAlive, type ContainerWork, type PodWork } from './pod-work.ts'
import { seeContainers } from './probes.ts'

const WAKE_TOPIC = 'kubelet/wake'

export class ContainerRunner {
  readonly #context: ControllerRuntime
  readonly #agent: NodeAgent
  readonly #bench: PodBench
  readonly #images: ImagePuller
  readonly #processes: MainProcesses
  readonly #over: (work: PodWork, pod: Pod) => void

  /** `over` is told when no container of a Pod is to run again. */
  constructor(
    context: ControllerRuntime,
    { agent, bench }: { readonly agent: NodeAgent; readonly bench: PodBench },
    over: (work: PodWork, pod: Pod) => void,
  ) {
    this.#context = context
    this.#agent = agent
    this.#bench = bench
    this.#images = new ImagePuller(context, bench)
    this.#processes = new MainProcesses(context, bench)
    this.#over = over
    context.loop.on<string>(WAKE_TOPIC, uid => {
      const work = this.#bench.work(uid)
      const pod = work && this.#bench.pod(work)
      if (work) work.wake = null
      if (work && pod) this.advance(work, pod)
    })
  }

  /** Does what follows from what the kubelet has seen of a Pod's containers: one more start, a wait, or the end. */
  advance(work: PodWork, pod: Pod): void {
    if (work.stage !== 'up' || work.job !== null) return
    this.#judge(work, pod)
    this.#startNext(work, pod)
  }

  /** Ends a Pod of which a look at its containers shows that none is to run again; whether it does. */
  endIfOver(work: PodWork, pod: Pod): boolean {
    if (work.stage !== 'up' || work.job !== null || isAlive(work)) return false
    seeContainers(work)
    const turn = nextTurn(pod, work, this.#context.loop.nowMs)
    const over = turn.type === 'done' || turn.type === 'failed'
    if (over) this.#over(work, pod)
    return over
  }

  /** A container that the kubelet has stopped itself needs no look to be known to have ended. */
  stopped(work: PodWork, pod: Pod, index: number): void {
    const own = work.containers[index]
    if (!own) return
    own.seenId = own.id
    own.seenState = 'exited'
    this.advance(work, pod)
  }

  pulled(work: PodWork, pod: Pod): void {
    const wanted = this.#wanted(work, pod, work.next)
    if (!wanted) return
    if (this.#images.end(wanted)) return this.#create(wanted)
    this.#bench.markDirty(work)
    work.job = null
    this.#startNext(work, pod)
  }

  containerStarted(work: PodWork, pod: Pod): void {
    const wanted = this.#wanted(work, pod, work.next)
    work.job = null
    if (!wanted) return
    this.#run(wanted)
    this.#startNext(work, pod)
    if (work.job === null) this.#bench.markDirty(work)
  }

  #startNext(work: PodWork, pod: Pod): void {
    const { loop } = this.#context
    work.wake = cancelTimer(loop, work.wake)
    for (;;) {
      const turn = nextTurn(pod, work, loop.nowMs)
      if (turn.type === 'done' || turn.type === 'failed') return this.#over(work, pod)
      if (turn.type === 'wait') {
        if (turn.untilMs < Infinity) work.wake = loop.scheduleAt(WAKE_TOPIC, turn.untilMs, work.uid)
        return
      }
      if (this.#begin(work, pod, turn.container)) return
    }
  }

  /** Pulls the image of a container, or goes straight to its creation; false when it cannot be started now. */
  #begin(work: PodWork, pod: Pod, index: number): boolean {
    const wanted = this.#wanted(work, pod, index)
    if (!wanted) return true
    work.next = index
    const begun = this.#images.begin(wanted)
    if (begun === 'refused') this.#bench.markDirty(work)
    else if (begun === 'ready') this.#create(wanted)
    else {
      work.job = 'pull'
      this.#bench.after(work, begun.pullMs)
    }
    return begun !== 'refused'
  }

  #create({ work, pod, container, own }: Wanted): void {
    work.job = 'start'
    own.waiting = null
    if (own.exit) {
      own.crashes++
      own.restartedMs = this.#context.loop.nowMs
    }
    this.#bench.sayOf(work, pod, container, 'Created', `Created container: ${container.name}`)
    this.#bench.after(work, this.#context.settings()['sim-container-start-time'])
  }

  #run({ work, pod, container, own }: Wanted): void {
    if (own.exit) {
      own.lastExit = own.exit
      own.exit = null
      own.restarts++
    }
    own.state = 'running'
    own.id = `containerd://${this.#newContainerID()}`
    own.startedMs = this.#context.loop.nowMs
    own.judged = false
    own.ending = null
    this.#bench.sayOf(work, pod, container, 'Started', `Started container ${container.name}`)
    this.#processes.begin(work, pod, work.next)
  }

  /** Decides of each container that was seen to have ended, or not to have come, how long it waits. */
  #judge(work: PodWork, pod: Pod): void {
    work.containers.forEach((own, index) => {
      const wanted = own.waiting && this.#wanted(work, pod, index)
      if (wanted && this.#images.wait(wanted)) this.#bench.markDirty(work)
      if (own.judged || own.state !== 'exited' || own.seenState !== 'exited') return
      own.judged = true
      const isDone = index < work.initCount && !own.sidecar && own.exit?.code === 0
      const mayRestart = !isDone && restarts(pod, own)
      if (mayRestart) this.#slowDown(work, pod, index, own)
      if (!isDone) this.#explain(pod, index, own, mayRestart)
    })
  }

  #explain(pod: Pod, index: number, own: ContainerWork, mayRestart: boolean): void {
    const name = allContainers(pod)[index]?.name ?? ''
    const { nowMs } = this.#context.loop
    this.#bench.decide(() => (mayRestart ? containerRestarts(pod, name, own, nowMs) : containerStays(pod, name, own)))
  }

  #slowDown(work: PodWork, pod: Pod, index: number, own: ContainerWork): void {
    const container = allContainers(pod)[index] as Container
    const delayMs = restartDelayMs(own)
    own.notBeforeMs = clockTime((own.exit?.finishedMs ?? 0) + delayMs)
    if (own.notBeforeMs <= this.#context.loop.nowMs) return
    const where = `${work.name}_${work.namespace}(${work.uid})`
    const message = `back-off ${goDuration(delayMs)} restarting failed container=${container.name} pod=${where}`
    own.waiting = { reason: 'CrashLoopBackOff', message }
    const told = `Back-off restarting failed container ${container.name} in pod ${where}`
    this.#bench.sayOf(work, pod, container, 'BackOff', told, 'Warning')
    this.#bench.markDirty(work)
  }

  #wanted(work: PodWork, pod: Pod, index: number): Wanted | undefined {
    const container = allContainers(pod)[index]
    const own = work.containers[index]
    const node = this.#agent.node(work.node)
    return container && own && node && { work, pod, container, own, node }
  }

  /** 64 hexadecimal digits. */
  #newContainerID(): string {
    const stream = this.#context.random.stream('kubelet/container-id')
    const words = Array.from({ length: 8 }, () => stream.int(0x1_0000_0000).toString(16).padStart(8, '0'))
    return words.join('')
  }
}
