// When the probes of Pods run, after pkg/kubelet/prober: each from the moment its Pod was admitted, once a period; a readiness
// probe that has not passed yet is also run whenever the Pod's status is made, and counts its period from there. A kubelet that
// has just started again spreads its probes over their first period.

import { plainCommand } from '../../apps/shell-script.ts'
import type { Container, Pod, Probe } from '../../api/pod/pod.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { containerStopped, probeCounted } from './explain-pod.ts'
import { isContainerStarted } from './pod-status.ts'
import { allContainers, cancelProbe, cancelTimer, type PodWork, type ProbeOutcome, type ProbeWork } from './pod-work.ts'
import type { PodBench } from './pod-bench.ts'
import { countOutcome, judgeDue, probeSpec } from './probes.ts'
import { tryProbe } from './try-probe.ts'

const PROBE_TOPIC = 'kubelet/probe'
const OUTCOME_TOPIC = 'kubelet/probe-outcome'
/** From the making of a status to the outcome of the probe that it asks for. */
const POKE_MS = 1
const PERIOD_SECONDS = 10
const TITLES = { readiness: 'Readiness', liveness: 'Liveness', startup: 'Startup' } as const

export interface ProbeHost {
  readonly bench: PodBench
  /** Whether the kubelet of that node acts. */
  readonly isUp: (node: string) => boolean
  /** When the kubelet of that node last started again; null when it has run all along. */
  readonly restartedMs: (node: string) => number | null
  /** A result that the Pod's status is made of changed. */
  readonly changed: (work: PodWork, pod: Pod) => void
  /** A container has failed its liveness or startup probe. */
  readonly failed: (work: PodWork, pod: Pod, probe: ProbeWork) => void
}

type ProbeName = { readonly uid: string; readonly probe: number }

/** Everything that a run of a probe looks at. */
interface Run {
  readonly work: PodWork
  readonly pod: Pod
  readonly probe: ProbeWork
  readonly index: number
  readonly container: Container
  readonly spec: Probe
}

export class ProbeManager {
  readonly #context: ControllerRuntime
  readonly #host: ProbeHost

  constructor(context: ControllerRuntime, host: ProbeHost) {
    this.#context = context
    this.#host = host
    context.loop.on<ProbeName>(PROBE_TOPIC, name => this.#onTick(name))
    context.loop.on<ProbeName & { readonly found: ProbeOutcome }>(OUTCOME_TOPIC, ({ found, ...name }) => {
      const run = this.#find(name)
      if (!run) return
      run.probe.outcome = null
      this.#take(run, found)
      const { due } = run.probe
      run.probe.due = null
      if (due === 'poke') this.#schedule(run.work, run.index, this.#periodMs(run.pod, run.probe))
      if (due !== null) this.#perform(run)
    })
  }

  /**
   * Starts the probes of a Pod whose containers were just seen for the first time, on the grid of its admission. When the
   * kubelet has started again less than a period before that, each has slept first for a part of its period.
   */
  begin(work: PodWork, pod: Pod): void {
    const { loop, random } = this.#context
    const beganMs = work.workersMs ?? loop.nowMs
    const restartedMs = this.#host.restartedMs(work.node)
    work.probing = true
    work.probes.forEach((probe, index) => {
      const periodMs = this.#periodMs(pod, probe)
      const sleeps = restartedMs !== null && beganMs - restartedMs < periodMs
      const fromMs = beganMs + (sleeps ? periodMs * random.stream('kubelet/probe-sleep').unit() : 0)
      probe.asleep = fromMs > loop.nowMs
      const periods = probe.asleep ? 0 : Math.floor((loop.nowMs - fromMs) / periodMs) + 1
      this.#schedule(work, index, fromMs + periods * periodMs - loop.nowMs)
    })
  }

  /** Runs the readiness probes that have not passed, now. */
  poke(work: PodWork): void {
    if (!work.probing) return
    work.probes.forEach((probe, index) => {
      if (probe.kind !== 'readiness' || probe.result === 'Success' || probe.asleep || probe.timer === null) return
      if (!isContainerStarted(work, probe.container)) return
      if (probe.outcome === null) this.#schedule(work, index, POKE_MS)
      else probe.due = 'poke'
    })
  }

  #find({ uid, probe: index }: ProbeName): Run | undefined {
    const work = this.#host.bench.work(uid)
    const probe = work?.probes[index]
    const pod = work && this.#host.bench.pod(work)
    if (!work || !probe || !pod || !this.#host.isUp(work.node)) return undefined
    const container = allContainers(pod)[probe.container]
    const spec = container && probeSpec(container, probe.kind)
    return container && spec && { work, pod, probe, index, container, spec }
  }

  #onTick(name: ProbeName): void {
    const run = this.#find(name)
    if (!run) return
    const { work, pod, probe, index } = run
    probe.timer = null
    probe.asleep = false
    this.#schedule(work, index, this.#periodMs(pod, probe))
    if (probe.outcome === null) this.#perform(run)
    else probe.due ??= 'tick'
  }

  #perform(run: Run): void {
    const { loop, world } = this.#context
    const { work, pod, probe, index, container, spec } = run
    const due = judgeDue(pod, { work, probe, nowMs: loop.nowMs })
    if (due === 'skip') return
    if (due !== 'try') {
      probe.result = due.stop
      return cancelProbe(loop, probe)
    }
    const { tookMs, ...found } = tryProbe({
      pod,
      container,
      kind: probe.kind,
      spec,
      process: world.process(work.uid),
      running: work.containers[probe.container]?.state === 'running',
      readinessFails: this.#host.bench.readinessFails(pod),
      run: words => this.#context.run(pod, container, plainCommand(words)),
    })
    if (tookMs === 0) return this.#take(run, found)
    // Its period goes on meanwhile; a tick that comes before the outcome is not lost.
    probe.outcome = loop.schedule(OUTCOME_TOPIC, tookMs, { uid: work.uid, probe: index, found: { ...found } })
  }

  #take(run: Run, { verdict, message }: ProbeOutcome): void {
    const { work, pod, probe, container, spec } = run
    const title = TITLES[probe.kind]
    if (verdict !== 'passed') {
      const word = verdict === 'failed' ? 'failed' : 'errored'
      this.#host.bench.sayOf(work, pod, container, 'Unhealthy', `${title} probe ${word}: ${message}`, 'Warning')
    }
    if (verdict === 'errored') return
    const changed = countOutcome(probe, verdict === 'passed', spec)
    const counted = { pod, probe, container: container.name, spec, passed: verdict === 'passed', changed }
    this.#host.bench.decide(() => probeCounted(counted))
    if (probe.hold) {
      this.#host.bench.decide(() => containerStopped(counted))
      this.#host.failed(work, pod, probe)
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
    const container = allContainers(pod)[probe.container]
    const spec = container && probeSpec(container, probe.kind)
    return (spec?.periodSeconds ?? PERIOD_SECONDS) * 1000
  }
}
