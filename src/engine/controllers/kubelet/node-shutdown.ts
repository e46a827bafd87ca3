// The graceful shutdown of a node, after pkg/kubelet/nodeshutdown: while the machine waits to be switched off its kubelet says
// that it is not ready, takes no more Pods, and stops those that it has, the critical ones last. They are not deleted: they fail,
// and their objects stay. Without `shutdownGracePeriod`, as by default, the machine goes off at once and nobody is told.

import type { Pod } from '../../api/pod/pod.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { NodeAgent } from './node-agent.ts'
import type { ShutdownWork } from './node-work.ts'
import type { PodBench } from './pod-bench.ts'
import type { PodEnding } from './pod-ending.ts'
import { cancelTimer, type PodWork, type Verdict } from './pod-work.ts'

const SHUTDOWN_TOPIC = 'kubelet/shutdown'
/** The least priority of `system-cluster-critical`. */
const CRITICAL_PRIORITY = 2_000_000_000
const CRITICAL_CLASSES: ReadonlySet<unknown> = new Set(['system-cluster-critical', 'system-node-critical'])
const DEFAULT_GRACE_SECONDS = 30

const TERMINATED: Verdict = {
  reason: 'Terminated',
  message: 'Pod was terminated in response to imminent node shutdown.',
  disruption: 'TerminationByKubelet',
}
const REJECTED = 'Pod was rejected as the node is shutting down.'

export class NodeShutdown {
  readonly #context: ControllerRuntime
  readonly #agent: NodeAgent
  readonly #bench: PodBench
  readonly #ending: PodEnding

  constructor(
    context: ControllerRuntime,
    { agent, bench, ending }: { readonly agent: NodeAgent; readonly bench: PodBench; readonly ending: PodEnding },
  ) {
    this.#context = context
    this.#agent = agent
    this.#bench = bench
    this.#ending = ending
    context.loop.on<string>(SHUTDOWN_TOPIC, node => this.#next(node))
  }

  /** The kubelet heard that its machine is to be switched off. */
  begin(node: string): void {
    const own = this.#agent.node(node)
    if (!own) return
    const { shutdownGracePeriod: wholeMs } = this.#context.settings()
    own.shutdown = { group: 'usual', timer: null }
    this.#stopGroup(node, own.shutdown, Math.max(0, wholeMs - this.#criticalMs()))
  }

  /** A Pod has ended: whoever waits for its group may go on. */
  podEnded({ node }: PodWork): void {
    const shutdown = this.#agent.node(node)?.shutdown
    if (shutdown && shutdown.timer !== null && this.#left(node, shutdown).length === 0)
      this.#goOnAfter(node, shutdown, 0)
  }

  /** Refuses a Pod that came too late; whether it did. */
  rejects(pod: Pod): boolean {
    if (!this.#agent.node(pod.spec.nodeName ?? '')?.shutdown) return false
    this.#bench.reject(pod, 'NodeShutdown', REJECTED)
    return true
  }

  #next(node: string): void {
    const shutdown = this.#agent.node(node)?.shutdown
    if (!shutdown) return
    shutdown.timer = null
    if (shutdown.group === 'critical') return this.#switchOff(node)
    shutdown.group = 'critical'
    this.#stopGroup(node, shutdown, this.#criticalMs())
  }

  #stopGroup(node: string, shutdown: ShutdownWork, periodMs: number): void {
    const left = this.#left(node, shutdown)
    this.#goOnAfter(node, shutdown, left.length === 0 ? 0 : periodMs)
    for (const { work, pod } of left) {
      const ownMs = (pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000
      this.#ending.giveUp(work, pod, Math.min(ownMs, periodMs), TERMINATED)
    }
  }

  #goOnAfter(node: string, shutdown: ShutdownWork, delayMs: number): void {
    const { loop } = this.#context
    cancelTimer(loop, shutdown.timer)
    shutdown.timer = loop.schedule(SHUTDOWN_TOPIC, delayMs, node)
  }

  #switchOff(name: string): void {
    const { loop, world } = this.#context
    const machine = world.machine(name)
    if (machine) world.setMachine({ name, power: false, kubelet: machine.kubelet, sinceMs: loop.nowMs })
  }

  /** The Pods of the group whose turn it is that have not ended. */
  #left(node: string, { group }: ShutdownWork): readonly { readonly work: PodWork; readonly pod: Pod }[] {
    return this.#bench.worksOn(node).flatMap(work => {
      const pod = work.stage === 'ended' ? undefined : this.#bench.pod(work)
      return pod && isCritical(pod) === (group === 'critical') ? [{ work, pod }] : []
    })
  }

  #criticalMs(): number {
    return this.#context.settings().shutdownGracePeriodCriticalPods
  }
}

function isCritical({ spec }: Pod): boolean {
  return (spec.priority ?? 0) >= CRITICAL_PRIORITY || CRITICAL_CLASSES.has(spec['priorityClassName'])
}
