// When the probes of Pods run, after pkg/kubelet/prober: each from the moment its Pod was admitted, once a period; a readiness
// probe that has not passed yet is also run whenever the Pod's status is made, and counts its period from there.

import type { Pod } from '../../api/pod/pod.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { isTerminating } from '../runtime/pod-facts.ts'
import { isContainerStarted } from './pod-status.ts'
import { allContainers, cancelTimer, type PodWork, type ProbeWork } from './pod-work.ts'
import { countOutcome, probeFailure, probeSpec } from './probes.ts'

const PROBE_TOPIC = 'kubelet/probe'
/** From the making of a status to the outcome of the probe that it asks for. */
const POKE_MS = 1
const PERIOD_SECONDS = 10
const TITLES = { readiness: 'Readiness', liveness: 'Liveness', startup: 'Startup' } as const

export interface ProbeHost {
  /** A Pod whose kubelet acts. */
  readonly find: (uid: string) => { readonly work: PodWork; readonly pod: Pod } | undefined
  /** A result that the Pod's status is made of changed. */
  readonly changed: (work: PodWork, pod: Pod) => void
  /** A container is to be stopped and started again. */
  readonly failed: (work: PodWork, pod: Pod, container: number) => void
}

export class ProbeManager {
  readonly #context: ControllerRuntime
  readonly #host: ProbeHost

  constructor(context: ControllerRuntime, host: ProbeHost) {
    this.#context = context
    this.#host = host
    context.loop.on<{ readonly uid: string; readonly probe: number }>(PROBE_TOPIC, ({ uid, probe }) =>
      this.#onProbe(uid, probe),
    )
  }

  /** Starts every probe of a Pod whose containers were just seen to run, on the grid of its admission. */
  begin(work: PodWork, pod: Pod): void {
    const { loop } = this.#context
    work.probes.forEach((probe, index) => {
      const periodMs = this.#periodMs(pod, probe)
      const periods = Math.floor((loop.nowMs - work.admittedMs) / periodMs) + 1
      this.#schedule(work, index, work.admittedMs + periods * periodMs - loop.nowMs)
    })
  }

  /** Runs the readiness probes that have not passed, now. */
  poke(work: PodWork): void {
    if (!work.seen) return
    work.probes.forEach((probe, index) => {
      if (probe.kind === 'readiness' && probe.result !== 'Success' && isContainerStarted(work, probe.container)) {
        this.#schedule(work, index, POKE_MS)
      }
    })
  }

  #onProbe(uid: string, index: number): void {
    const found = this.#host.find(uid)
    const probe = found?.work.probes[index]
    if (!found || !probe) return
    const { work, pod } = found
    probe.timer = null
    const startupPassed = probe.kind === 'startup' && probe.result === 'Success'
    if (startupPassed || (isTerminating(pod) && probe.kind !== 'readiness')) return
    this.#schedule(work, index, this.#periodMs(pod, probe))
    if (this.#isDue(work, pod, probe)) this.#run(work, pod, probe)
  }

  #isDue(work: PodWork, pod: Pod, probe: ProbeWork): boolean {
    const state = work.containers[probe.container]
    if (probe.hold || state?.state !== 'running') return false
    const spec = this.#spec(pod, probe)
    const runsSeconds = Math.floor((this.#context.loop.nowMs - state.startedMs) / 1000)
    if (runsSeconds < (spec?.initialDelaySeconds ?? 0)) return false
    return probe.kind === 'startup' || isContainerStarted(work, probe.container)
  }

  #run(work: PodWork, pod: Pod, probe: ProbeWork): void {
    const container = allContainers(pod)[probe.container]
    const spec = this.#spec(pod, probe)
    if (!container || !spec) return
    const failure = probeFailure(this.#context.world.process(work.uid), container, probe.kind)
    const fieldPath = `spec.containers{${container.name}}`
    const say = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
      this.#context.events.kubeletRecorder(work.node).say({ object: pod, type, reason, message, fieldPath })
    if (failure !== undefined) say('Warning', 'Unhealthy', `${TITLES[probe.kind]} probe failed: ${failure}`)
    const changed = countOutcome(probe, failure === undefined, spec)
    if (probe.hold && !isTerminating(pod)) {
      say('Normal', 'Killing', `Container ${container.name} failed ${probe.kind} probe, will be restarted`)
      this.#host.failed(work, pod, probe.container)
    }
    if (changed) this.#host.changed(work, pod)
  }

  #schedule(work: PodWork, index: number, delayMs: number): void {
    const { loop } = this.#context
    const probe = work.probes[index]
    if (!probe) return
    probe.timer = cancelTimer(loop, probe.timer)
    probe.timer = loop.schedule(PROBE_TOPIC, delayMs, { uid: work.uid, probe: index })
  }

  #periodMs(pod: Pod, probe: ProbeWork): number {
    return (this.#spec(pod, probe)?.periodSeconds ?? PERIOD_SECONDS) * 1000
  }

  #spec(pod: Pod, probe: ProbeWork): ReturnType<typeof probeSpec> {
    const container = allContainers(pod)[probe.container]
    return container && probeSpec(container, probe.kind)
  }
}
