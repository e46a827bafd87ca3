// What the parts of a kubelet that handle Pods share: the table of Pods and their timers, the next relist, the status that is
// written, the process that stands in the World, and the events that are told.

import type { Container, Pod } from '../../api/pod/pod.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { NodeAgent } from './node-agent.ts'
import { internalIP } from './node-status.ts'
import { podStatus } from './pod-status.ts'
import { allContainers, cancelTimers, cancelTimer, copyPodWork, type PodWork } from './pod-work.ts'

export const STEP_TOPIC = 'kubelet/step'
export const RELIST_TOPIC = 'kubelet/relist'
export const WRITER_TOPIC = 'kubelet/status-writer'

export class PodBench {
  readonly #context: ControllerRuntime
  readonly #agent: NodeAgent
  readonly #works = new Map<string, PodWork>()
  readonly #byNode = new Map<string, Set<PodWork>>()
  #writing = false

  constructor(context: ControllerRuntime, agent: NodeAgent) {
    this.#context = context
    this.#agent = agent
  }

  /** True inside a write of a kubelet's own, of which it need not be told. */
  get writing(): boolean {
    return this.#writing
  }

  work(uid: string): PodWork | undefined {
    return this.#works.get(uid)
  }

  save(): readonly PodWork[] {
    return [...this.#works.values()].sort((a, b) => compareText(a.uid, b.uid)).map(copyPodWork)
  }

  load(saved: readonly PodWork[]): void {
    this.#works.clear()
    this.#byNode.clear()
    for (const work of saved) this.remember(copyPodWork(work))
  }

  after(work: PodWork, delayMs: number): void {
    const { loop } = this.#context
    work.timer = cancelTimer(loop, work.timer)
    work.timer = loop.schedule(STEP_TOPIC, delayMs, work.uid)
    work.dueMs = loop.nowMs + delayMs
  }

  markDirty(work: PodWork): void {
    const own = this.#agent.node(work.node)
    if (!own?.up) return
    if (!own.dirty.includes(work.uid)) own.dirty.push(work.uid)
    if (own.relist !== null) return
    const { loop, settings } = this.#context
    const periodMs = settings()['sim-kubelet-relist-period']
    const phaseMs = Math.round(own.phase * periodMs)
    const periods = Math.floor((loop.nowMs - phaseMs) / periodMs) + 1
    own.relist = loop.scheduleAt(RELIST_TOPIC, phaseMs + periods * periodMs, own.name)
  }

  write(work: PodWork, pod: Pod): void {
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

  /** The machine's truth about the Pod: its address, and on which ports it answers. */
  setProcess(work: PodWork, pod: Pod): void {
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
      otherIPs: work.otherIPs,
      tcpPorts: listeningPorts(pod, 'TCP'),
      udpPorts: listeningPorts(pod, 'UDP'),
      startedAtMs: Math.min(
        ...(running.length > 0 ? running : [{ startedMs: this.#context.loop.nowMs }]).map(({ startedMs }) => startedMs),
      ),
      listening: running.length > 0,
      readinessFails: world.readinessFails(work.namespace, work.name),
    })
  }

  deleteObject(pod: Pod): void {
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

  pod(work: PodWork): Pod | undefined {
    const pod = this.#agent.clientOf(work.node).get('Pod', work.namespace, work.name)
    return pod?.metadata.uid === work.uid ? pod : undefined
  }

  /** Addresses in use on a node. */
  addressesOn(node: string): ReadonlySet<string> {
    const addresses = new Set<string>()
    for (const { ip } of this.#byNode.get(node) ?? []) if (ip !== null) addresses.add(ip)
    return addresses
  }

  worksOn(node: string): readonly PodWork[] {
    return [...(this.#byNode.get(node) ?? [])].sort((a, b) => compareText(a.uid, b.uid))
  }

  remember(work: PodWork): void {
    this.#works.set(work.uid, work)
    const own = this.#byNode.get(work.node) ?? new Set()
    own.add(work)
    this.#byNode.set(work.node, own)
  }

  forget(work: PodWork): void {
    const { loop, world } = this.#context
    cancelTimers(loop, work)
    world.removeProcess(work.uid)
    this.#works.delete(work.uid)
    this.#byNode.get(work.node)?.delete(work)
  }

  say(
    work: PodWork,
    pod: Pod,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    container?: Container,
  ): void {
    const fieldPath = container && `spec.containers{${container.name}}`
    this.#context.events.kubeletRecorder(work.node).say({ object: pod, type, reason, message, fieldPath })
  }

  sayOf(work: PodWork, pod: Pod, container: Container, reason: string, message: string): void {
    const list = (pod.spec.initContainers ?? []).includes(container) ? 'initContainers' : 'containers'
    const fieldPath = `spec.${list}{${container.name}}`
    this.#context.events.kubeletRecorder(work.node).say({ object: pod, type: 'Normal', reason, message, fieldPath })
  }
}

/** The declared ports of a protocol. A Pod that declares none at all is assumed to listen wherever it is asked. */
function listeningPorts(pod: Pod, protocol: 'TCP' | 'UDP'): readonly number[] | 'any' {
  const ports = allContainers(pod).flatMap(container => container.ports ?? [])
  if (ports.length === 0) return 'any'
  return ports.filter(port => (port.protocol ?? 'TCP') === protocol).map(port => port.containerPort)
}
