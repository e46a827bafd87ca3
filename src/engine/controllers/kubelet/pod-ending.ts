// The end of a Pod, after pkg/kubelet pod_workers.go: all its containers are stopped, sidecars last; then it has its last
// status, and when it is being deleted its object goes. A Pod whose containers are done ends by itself, and one that its
// kubelet gave up fails; both stay in the API until somebody deletes them. Readiness is probed to the end.

import type { Pod } from '../../api/pod/pod.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { ContainerKiller } from './container-killer.ts'
import { podStops } from './explain-pod.ts'
import type { PodBench } from './pod-bench.ts'
import {
  allContainers,
  cancelProbe,
  cancelTimer,
  cancelTimers,
  isAlive,
  type PodWork,
  type Verdict,
} from './pod-work.ts'

/** From the containers' end to the object's: volumes and cgroups are taken down. */
const CLEANUP_MS = 100
const DEFAULT_GRACE_SECONDS = 30

export class PodEnding {
  readonly #context: ControllerRuntime
  readonly #bench: PodBench
  readonly #killer: ContainerKiller
  #onEnded: ((work: PodWork) => void) | undefined

  constructor(context: ControllerRuntime, bench: PodBench, killer: ContainerKiller) {
    this.#context = context
    this.#bench = bench
    this.#killer = killer
  }

  /** Names who is told that a Pod has ended; once, while the cluster is wired. */
  onEnded(handler: (work: PodWork) => void): void {
    this.#onEnded = handler
  }

  /** The Pod is being deleted: begins its graceful end, or shortens one that is under way. */
  terminate(work: PodWork, pod: Pod | undefined, graceSeconds: number): void {
    const { loop } = this.#context
    const deadlineMs = loop.nowMs + graceSeconds * 1000
    if (work.stage === 'ended') {
      work.deadlineMs ??= deadlineMs
      if (work.timer === null) this.#bench.after(work, 0)
      return
    }
    const leftMs = Math.min(work.deadlineMs ?? Infinity, deadlineMs) - loop.nowMs
    work.deadlineMs = loop.nowMs + leftMs
    this.#stop(work, pod, leftMs)
  }

  /** No container is to run again: what still runs is stopped, and the Pod has ended. */
  finish(work: PodWork, pod: Pod): void {
    this.#stop(work, pod, (pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000)
  }

  /** The kubelet gives the Pod up: it is stopped and fails, and its object stays. */
  giveUp(work: PodWork, pod: Pod, graceMs: number, verdict: Verdict): void {
    if (work.stage === 'ended') return
    work.verdict ??= verdict
    this.#stop(work, pod, graceMs)
    if (work.stage === 'ending') this.#bench.write(work, pod)
  }

  /** Goes on with an end that nobody deleted the Pod for: its kubelet was away, or somebody wrote to the Pod. */
  resume(work: PodWork, pod: Pod): void {
    const stalls = work.containers.some(({ state, timer }) => state === 'running' && timer === null)
    if (stalls || !isAlive(work)) this.finish(work, pod)
    if (work.stage === 'ending') this.#bench.write(work, pod)
  }

  /** A container has ended while its Pod ends: others may have waited for that. */
  containerEnded(work: PodWork): void {
    if (work.stage !== 'ending') return
    if (!isAlive(work)) return this.stopNow(work, this.#bench.pod(work))
    for (let index = work.containers.length - 1; index >= 0; index--) {
      const own = work.containers[index]
      if (own?.state !== 'running') continue
      if (own.sidecar) this.#killer.yourTurn(work, index)
      return
    }
  }

  /** All containers have ended: a last status, and of a Pod that is being deleted soon the object goes. */
  stopNow(work: PodWork, pod: Pod | undefined, cleanupMs = CLEANUP_MS): void {
    const { loop, world } = this.#context
    cancelTimers(loop, work)
    world.removeProcess(work.uid)
    work.stage = 'ended'
    work.job = null
    this.#onEnded?.(work)
    if (!pod) return this.#bench.forget(work)
    this.#bench.write(work, pod)
    if (work.deadlineMs !== null) this.#bench.after(work, cleanupMs)
  }

  #stop(work: PodWork, pod: Pod | undefined, graceMs: number): void {
    const { loop } = this.#context
    // What has no container left has nothing to be taken down.
    if (!isAlive(work)) return this.stopNow(work, pod, 0)
    const begins = work.stage !== 'ending'
    if (begins && pod) this.#bench.decide(() => podStops(work, pod, graceMs))
    work.stage = 'ending'
    work.job = null
    work.timer = cancelTimer(loop, work.timer)
    work.wake = cancelTimer(loop, work.wake)
    for (const probe of work.probes) if (probe.kind !== 'readiness') cancelProbe(loop, probe)
    const containers = pod ? allContainers(pod) : []
    work.containers.forEach((own, index) => {
      const container = containers[index]
      if (own.state !== 'running') return
      if (begins && pod && container)
        this.#bench.sayOf(work, pod, container, 'Killing', `Stopping container ${container.name}`)
      this.#killer.stop(work, pod, index, graceMs)
    })
  }
}
