// What the parts of a kubelet that handle Pods share: the table of Pods and their timers, the next relist, the status that is
// written, the process that stands in the World, and the events that are told.

import { hasFault } from '../../apps/app-faults.ts'
import { knownPorts } from '../../apps/known-server.ts'
import type { Container, Pod } from '../../api/pod/pod.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import type { NodeAgent } from './node-agent.ts'
import { internalIP } from './node-status.ts'
import { podStatus } from './pod-status.ts'
import { allContainers, cancelTimers, cancelTimer, copyPodWork, dropProcesses, type PodWork } from './pod-work.ts'
import { seeContainers } from './probes.ts'

export const STEP_TOPIC = 'kubelet/step'
export const RELIST_TOPIC = 'kubelet/relist'
export const WRITER_TOPIC = 'kubelet/status-writer'

export class PodBench {
  /** How all that works here explains itself. */
  readonly decide: DecisionVoice
  readonly #context: ControllerRuntime
  readonly #agent: NodeAgent
  readonly #works = new Map<string, PodWork>()
  readonly #byNode = new Map<string, Set<PodWork>>()
  #writing = false
  #onEnded: ((work: PodWork, index: number) => void) | undefined

  constructor(context: ControllerRuntime, agent: NodeAgent) {
    this.#context = context
    this.#agent = agent
    this.decide = context.decisions.voice('kubelet')
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
  }

  /** Names who is told that a container has ended; once, while the cluster is wired. */
  onContainerEnded(handler: (work: PodWork, index: number) => void): void {
    this.#onEnded = handler
  }

  /** A container's first process has ended, by itself or because it was stopped. */
  containerEnded(work: PodWork, index: number, code: number): void {
    const { loop } = this.#context
    const own = work.containers[index]
    if (own?.state !== 'running') return
    own.state = 'exited'
    own.exit = { code, startedMs: own.startedMs, finishedMs: loop.nowMs }
    if (own.process) cancelTimer(loop, own.process.timer)
    own.process = null
    own.timer = cancelTimer(loop, own.timer)
    const pod = this.pod(work)
    if (pod) this.setProcess(work, pod)
    this.#onEnded?.(work, index)
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

  /** Looks at the containers, and writes the Pod's status where it says anything else than before. */
  write(work: PodWork, pod: Pod): void {
    const { loop, wallMs } = this.#context
    seeContainers(work)
    const epochMs = wallMs() - loop.nowMs
    if (this.#agent.node(work.node)?.cutOff) return
    const client = this.#agent.clientOf(work.node)
    const node = client.get('Node', '', work.node)
    const status = podStatus({
      pod,
      work,
      hostIP: node ? internalIP(node) : '',
      readinessFails: this.readinessFails(pod),
      stamp: virtualMs => formatTimestamp(epochMs + virtualMs),
      nowMs: loop.nowMs,
    })
    if (sameJson(status, pod.status)) return
    this.#own(() => client.updateStatus('Pod', { ...pod, status }))
  }

  /** Refuses to run a Pod: it fails without having begun. */
  reject(pod: Pod, reason: string, message: string): void {
    const node = pod.spec.nodeName ?? ''
    this.#context.events.kubeletRecorder(node).say({ object: pod, type: 'Warning', reason, message })
    const status = { ...pod.status, phase: 'Failed' as const, reason, message: `Pod was rejected: ${message}` }
    this.#own(() => this.#agent.clientOf(node).updateStatus('Pod', { ...pod, status }))
  }

  /** Whether the application of a Pod says that it is not ready. */
  readinessFails(pod: Pod): boolean {
    const { namespace = '', name } = pod.metadata
    return this.#context.world.readinessFails(namespace, name) || hasFault(pod, 'not-ready')
  }

  /** The machine's truth about the Pod: its address, and on which ports it answers. */
  setProcess(work: PodWork, pod: Pod): void {
    if (work.ip === null || work.stage === 'ended') return
    const { loop, world } = this.#context
    const serving = work.containers.flatMap((own, index) => (own.process?.serving ? [{ own, index }] : []))
    const containers = allContainers(pod)
    const servers = serving.map(({ index }) => containers[index] as Container)
    const declaresNone = containers.every(({ ports = [] }) => ports.length === 0)
    world.setProcess({
      uid: work.uid,
      namespace: work.namespace,
      name: work.name,
      nodeName: work.node,
      ip: work.ip,
      otherIPs: work.otherIPs,
      tcpPorts: listeningPorts(servers, 'TCP', declaresNone),
      udpPorts: listeningPorts(servers, 'UDP', declaresNone),
      startedAtMs: serving.length === 0 ? loop.nowMs : Math.min(...serving.map(({ own }) => own.startedMs)),
      listening: serving.length > 0,
      readinessFails: world.readinessFails(work.namespace, work.name),
      ...(hasFault(pod, 'hang') ? { hangs: true } : {}),
    })
  }

  deleteObject(pod: Pod): void {
    const { namespace = '', name, uid } = pod.metadata
    if (this.#agent.node(pod.spec.nodeName ?? '')?.cutOff) return
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
    for (const { ip, stage } of this.#byNode.get(node) ?? []) if (ip !== null && stage !== 'ended') addresses.add(ip)
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
    dropProcesses(loop, work)
    world.removeProcess(work.uid)
    this.#works.delete(work.uid)
    this.#byNode.get(work.node)?.delete(work)
  }

  say(work: PodWork, pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.events.kubeletRecorder(work.node).say({ object: pod, type, reason, message })
  }

  /** Says what became of one container of a Pod. */
  sayOf(
    work: PodWork,
    pod: Pod,
    container: Container,
    reason: string,
    message: string,
    type: 'Normal' | 'Warning' = 'Normal',
  ): void {
    const list = (pod.spec.initContainers ?? []).includes(container) ? 'initContainers' : 'containers'
    const fieldPath = `spec.${list}{${container.name}}`
    this.#context.events.kubeletRecorder(work.node).say({ object: pod, type, reason, message, fieldPath })
  }
}

/**
 * The ports of a protocol at which servers listen: those that their images are known for, else those that they declare. In a Pod
 * that declares none at all, one that is not known is assumed to listen wherever it is asked.
 */
function listeningPorts(
  servers: readonly Container[],
  protocol: 'TCP' | 'UDP',
  declaresNone: boolean,
): readonly number[] | 'any' {
  const ports: number[] = []
  for (const container of servers) {
    const known = knownPorts(container)
    if (!known && declaresNone) return 'any'
    const declared = (container.ports ?? []).filter(port => (port.protocol ?? 'TCP') === protocol)
    ports.push(...(known?.[protocol === 'TCP' ? 'tcp' : 'udp'] ?? declared.map(port => port.containerPort)))
  }
  return ports
}
