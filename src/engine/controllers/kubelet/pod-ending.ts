// The graceful end of a Pod, after pkg/kubelet pod_workers.go: preStop hooks within the grace, SIGTERM, at least two seconds for
// the server to answer what it holds, SIGKILL, a last status, and then the object goes. Readiness is probed to the end.

import type { Pod } from '../../api/pod/pod.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { PodBench } from './pod-bench.ts'
import { allContainers, cancelTimers, type PodWork } from './pod-work.ts'
import { preStopMs } from './pre-stop.ts'

/** Least time between SIGTERM and SIGKILL. */
const MIN_TERM_MS = 2_000
/** From the containers' end to the object's: volumes and cgroups are taken down. */
const CLEANUP_MS = 100

export class PodEnding {
  readonly #context: ControllerRuntime
  readonly #bench: PodBench

  constructor(context: ControllerRuntime, bench: PodBench) {
    this.#context = context
    this.#bench = bench
  }

  /** Begins the graceful end, or shortens one that is under way. */
  terminate(work: PodWork, pod: Pod | undefined, graceSeconds: number): void {
    const { loop } = this.#context
    const deadlineMs = loop.nowMs + graceSeconds * 1000
    if (work.deadlineMs !== null) {
      if (work.stage === 'stopped') {
        if (work.timer === null) this.#bench.after(work, 0)
        return
      }
      if (!isAlive(work)) {
        this.stopNow(work, pod, 255)
        return
      }
      if (work.timer === null) work.dueMs = loop.nowMs
      work.deadlineMs = Math.min(work.deadlineMs, deadlineMs)
      if (work.stage === 'prestop' || work.timer === null)
        this.#bench.after(work, Math.max(0, Math.min(work.dueMs, work.deadlineMs) - loop.nowMs))
      return
    }
    cancelTimers(loop, work, 'but readiness')
    work.deadlineMs = deadlineMs
    if (!isAlive(work)) {
      this.stopNow(work, pod, 255)
      return
    }
    const containers = pod ? allContainers(pod) : []
    let hookMs = 0
    containers.forEach((container, index) => {
      if (work.containers[index]?.state !== 'running') return
      hookMs = Math.max(hookMs, preStopMs(container))
      if (pod) this.#bench.sayOf(work, pod, container, 'Killing', `Stopping container ${container.name}`)
    })
    work.stage = 'prestop'
    this.#bench.after(work, Math.min(hookMs, graceSeconds * 1000))
  }

  /** SIGTERM: the server answers what it holds and exits, or is killed when its time is up. */
  signal(work: PodWork): void {
    const { loop, settings } = this.#context
    const leftMs = Math.max(MIN_TERM_MS, (work.deadlineMs ?? 0) - loop.nowMs)
    const drainMs = settings()['sim-drain-time']
    work.stage = 'stopping'
    work.exitCode = drainMs > leftMs ? 137 : 0
    this.#bench.after(work, Math.min(drainMs, leftMs))
  }

  /** All containers have ended: a last status, and soon the object goes. */
  stopNow(work: PodWork, pod: Pod | undefined, exitCode: number): void {
    const { loop, world } = this.#context
    for (const container of work.containers) {
      if (container.state !== 'running') continue
      container.state = 'exited'
      container.exit = { code: exitCode, startedMs: container.startedMs, finishedMs: loop.nowMs }
    }
    cancelTimers(loop, work)
    world.removeProcess(work.uid)
    work.stage = 'stopped'
    work.deadlineMs ??= loop.nowMs
    if (!pod) {
      this.#bench.forget(work)
      return
    }
    this.#bench.write(work, pod)
    // What ended with its machine has nothing left to be taken down.
    this.#bench.after(work, exitCode === 255 ? 0 : CLEANUP_MS)
  }
}

function isAlive(work: PodWork): boolean {
  return work.containers.some(({ state }) => state === 'running')
}
