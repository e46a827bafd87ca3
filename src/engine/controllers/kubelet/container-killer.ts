// How one running container is stopped, after killContainer of pkg/kubelet/kuberuntime: the preStop hook within the grace, a
// sidecar's wait for its turn, SIGTERM with what is left of the grace and two seconds at least, SIGKILL. Left out: hooks over
// tcpSocket, which never worked; a hook that is cut off is not said to have failed.

import { hasFault } from '../../apps/app-faults.ts'
import { plainCommand } from '../../apps/shell-script.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { containerKilled } from './explain-pod.ts'
import type { PodBench } from './pod-bench.ts'
import { allContainers, cancelTimer, type ContainerWork, type PodWork } from './pod-work.ts'
import { portNumber } from './try-probe.ts'

const KILL_TOPIC = 'kubelet/kill'
/** Least time between SIGTERM and SIGKILL. */
const MIN_TERM_MS = 2_000
const KILLED = 137

interface Hook {
  readonly tookMs: number
  readonly failed: boolean
}

const NO_HOOK: Hook = { tookMs: 0, failed: false }

export class ContainerKiller {
  readonly #context: ControllerRuntime
  readonly #bench: PodBench

  constructor(context: ControllerRuntime, bench: PodBench) {
    this.#context = context
    this.#bench = bench
    context.loop.on<{ readonly uid: string; readonly container: number }>(KILL_TOPIC, ({ uid, container }) =>
      this.#onStep(uid, container),
    )
  }

  /** Begins to stop a running container, or makes a stop that is under way end sooner. */
  stop(work: PodWork, pod: Pod | undefined, index: number, graceMs: number): void {
    const { loop } = this.#context
    const own = work.containers[index]
    if (own?.state !== 'running') return
    if (own.ending !== null) return this.#shorten(work, index, own, graceMs)
    const hook = graceMs > 0 && pod ? this.#hook(work, pod, index) : NO_HOOK
    own.ending = 'hook'
    own.killMs = loop.nowMs + graceMs
    own.hookFailed = hook.failed && hook.tookMs <= graceMs
    this.#stepAt(work, index, own, Math.min(loop.nowMs + hook.tookMs, own.killMs))
  }

  /** A sidecar's turn has come, when it waited for nothing else. */
  yourTurn(work: PodWork, index: number): void {
    const own = work.containers[index]
    if (own?.ending === 'turn') this.#signal(work, index, own)
  }

  #shorten(work: PodWork, index: number, own: ContainerWork, graceMs: number): void {
    const { loop } = this.#context
    const signalled = own.ending === 'term'
    const killMs = loop.nowMs + (signalled ? Math.max(graceMs, MIN_TERM_MS) : graceMs)
    // A kubelet that was away finds no step left to come: it goes on with this one.
    const dueMs = own.timer === null ? loop.nowMs : own.dueMs
    own.killMs = Math.min(own.killMs, killMs)
    if (signalled && dueMs > own.killMs) own.endCode = KILLED
    this.#stepAt(work, index, own, Math.min(dueMs, own.killMs))
  }

  #onStep(uid: string, index: number): void {
    const work = this.#bench.work(uid)
    const own = work?.containers[index]
    if (!work || !own) return
    own.timer = null
    switch (own.ending) {
      case 'hook':
        if (own.hookFailed) this.#sayHookFailed(work, index)
        if (!this.#hasToWait(work, index)) return this.#signal(work, index, own)
        own.ending = 'turn'
        return this.#stepAt(work, index, own, own.killMs)
      case 'turn':
        return this.#signal(work, index, own)
      case 'term':
        if (own.endCode === KILLED) this.#sayKilled(work, index)
        return this.#bench.containerEnded(work, index, own.endCode)
      case null:
    }
  }

  /** Sidecars outlive the containers that they help, and are stopped in reverse order. */
  #hasToWait(work: PodWork, index: number): boolean {
    if (work.stage !== 'ending' || !work.containers[index]?.sidecar) return false
    return work.containers.some(({ state, sidecar }, other) => state === 'running' && (!sidecar || other > index))
  }

  /** SIGTERM: the server answers what it holds and exits, or is killed when its time is up. */
  #signal(work: PodWork, index: number, own: ContainerWork): void {
    const { loop, settings } = this.#context
    const leftMs = Math.max(MIN_TERM_MS, own.killMs - loop.nowMs)
    const drainMs = settings()['sim-drain-time']
    const code = this.#isDeaf(work, own) ? null : (own.process?.termCode ?? null)
    own.ending = 'term'
    own.killMs = loop.nowMs + leftMs
    own.endCode = code === null || drainMs > leftMs ? KILLED : code
    this.#stepAt(work, index, own, code === null ? own.killMs : Math.min(loop.nowMs + drainMs, own.killMs))
  }

  #isDeaf(work: PodWork, { process }: ContainerWork): boolean {
    const pod = this.#bench.pod(work)
    return !process || (pod !== undefined && (hasFault(pod, 'ignores-sigterm') || hasFault(pod, 'hang')))
  }

  #hook(work: PodWork, pod: Pod, index: number): Hook {
    const container = allContainers(pod)[index]
    const hook = container?.lifecycle?.preStop
    if (!container || !hook) return NO_HOOK
    if (hook.sleep) return { tookMs: hook.sleep.seconds * 1000, failed: false }
    if (hook.exec) {
      const { tookMs, code, known } = this.#context.run(pod, container, plainCommand(hook.exec.command ?? []))
      return { tookMs, failed: known && code !== 0 }
    }
    if (!hook.httpGet) return NO_HOOK
    if (hasFault(pod, 'hang')) return { tookMs: Infinity, failed: false }
    const port = portNumber(hook.httpGet.port, container)
    const process = this.#context.world.process(work.uid)
    const open = process?.listening && (process.tcpPorts === 'any' || process.tcpPorts.some(one => one === port))
    return { tookMs: 0, failed: !open }
  }

  #sayKilled(work: PodWork, index: number): void {
    const pod = this.#bench.pod(work)
    const container = pod && allContainers(pod)[index]
    if (container) this.#bench.decide(() => containerKilled(pod, container.name))
  }

  #sayHookFailed(work: PodWork, index: number): void {
    const pod = this.#bench.pod(work)
    const container = pod && allContainers(pod)[index]
    if (container) this.#bench.sayOf(work, pod, container, 'FailedPreStopHook', 'PreStopHook failed', 'Warning')
  }

  #stepAt(work: PodWork, index: number, own: ContainerWork, atMs: number): void {
    const { loop } = this.#context
    cancelTimer(loop, own.timer)
    own.dueMs = atMs
    own.timer = loop.scheduleAt(KILL_TOPIC, atMs, { uid: work.uid, container: index })
  }
}
