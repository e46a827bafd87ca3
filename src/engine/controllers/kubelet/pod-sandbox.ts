// The sandbox of a Pod: its place in the network. It is made when the Pod is admitted, with an address from the node's block
// (ip-pool.ts) or the node's own, and again when the machine lost it.

import type { Pod } from '../../api/pod/pod.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { restarts } from './container-turns.ts'
import { sandboxLost, sandboxRefused } from './explain-pod.ts'
import { nextPodIPs, rangeText } from './ip-pool.ts'
import type { NodeAgent } from './node-agent.ts'
import { internalIP } from './node-status.ts'
import type { PodBench } from './pod-bench.ts'
import type { PodWork } from './pod-work.ts'

const RETRY_MS = 1_000

export class PodSandboxes {
  readonly #context: ControllerRuntime
  readonly #agent: NodeAgent
  readonly #bench: PodBench

  constructor(context: ControllerRuntime, agent: NodeAgent, bench: PodBench) {
    this.#context = context
    this.#agent = agent
    this.#bench = bench
  }

  /** Gives the Pod its network; false when no address is free, which is tried again. */
  make(work: PodWork, pod: Pod): boolean {
    const own = this.#agent.node(work.node)
    const node = this.#agent.clientOf(work.node).get('Node', '', work.node)
    if (!own || !node) return false
    if (pod.spec.hostNetwork) work.ip = internalIP(node)
    else {
      const podCIDRs = node.spec.podCIDRs ?? []
      const allocation = nextPodIPs(podCIDRs, own.lastPlace, this.#bench.addressesOn(work.node))
      if (!allocation) {
        const why = `no IP addresses available in range set: ${rangeText(podCIDRs[0])}`
        const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: ${why}`
        this.#bench.say(work, pod, 'Warning', 'FailedCreatePodSandBox', message)
        this.#bench.decide(() => sandboxRefused(pod, rangeText(podCIDRs[0])))
        this.#bench.after(work, RETRY_MS)
        return false
      }
      const [ip = null, ...others] = allocation.ips
      work.ip = ip
      work.otherIPs = others
      own.lastPlace = allocation.place
    }
    work.stage = 'up'
    this.#bench.setProcess(work, pod)
    return true
  }

  /** The machine lost its containers: the same Pod object gets a new sandbox, and with it a new address. */
  lose(work: PodWork, pod: Pod): void {
    const { settings } = this.#context
    for (const [index, container] of work.containers.entries()) {
      if (container.exit === null || (index >= work.initCount && !restarts(pod, container))) continue
      container.lastExit = container.exit
      container.exit = null
      container.state = 'waiting'
      container.restarts++
      container.notBeforeMs = 0
    }
    work.stage = 'sandbox'
    work.job = null
    work.initialized = work.initCount === 0
    this.#bench.decide(() => sandboxLost(work, pod))
    this.#bench.say(work, pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
    this.#bench.write(work, pod)
    this.#bench.after(work, settings()['sim-sandbox-time'])
  }
}
