// Notices Nodes that fell silent, after pkg/controller/nodelifecycle: a tick every five seconds compares Lease and heartbeat
// with what it saw before; after the grace period it marks the Node Unknown and its Pods not ready, and queues the Node
// for its NoExecute taint. Nodes that this playground does not run are expected to send no heartbeat: only their NoSchedule
// taints follow their conditions. Left out: Pods bound to a Node that is down already.

import { NODE_LEASE_NAMESPACE } from '../../api/lease/lease.ts'
import type { Condition, ConditionStatus } from '../../api/meta.ts'
import { isSimulated, REGION_LABEL, ZONE_LABEL, type Node, type Taint } from '../../api/node/node.ts'
import type { EventId } from '../../kernel/event-loop.ts'
import { compareText } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient } from '../../store/client.ts'
import { findCondition } from '../runtime/conditions.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { named, type Because } from '../runtime/decision.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { Controller } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { noExecuteKey, withConditionTaints, withNoExecute } from './node-taints.ts'
import { evictionRate, newZone, setRate, takePermission, zoneState, type ZoneCounts, type ZoneWork } from './zones.ts'

const MONITOR_TOPIC = 'node/monitor'
const TAINT_TOPIC = 'node/taint'
const TAINT_PERIOD_MS = 100
const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-disruption'
const MONITORED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

/** What the monitor remembers of a Node. */
interface Health {
  /** When a sign of life was last seen, by the monitor's own clock; virtual ms. */
  probeMs: number
  heartbeat: string
  renewTime: string
}

export interface SavedNodeLifecycle {
  readonly queue: SavedWorkQueue
  readonly health: readonly (readonly [string, Health])[]
  readonly zones: readonly ZoneWork[]
  readonly tainting: EventId | null
}

export class NodeLifecycle implements Part {
  readonly partName = 'node-lifecycle'
  readonly #context: ControllerRuntime
  readonly #client: StoreClient
  readonly #controller: Controller
  readonly #recorder: EventRecorder
  readonly #decide: DecisionVoice
  readonly #health = new Map<string, Health>()
  readonly #zones = new Map<string, ZoneWork>()
  #tainting: EventId | null = null

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#recorder = context.events.recorder('node-controller')
    this.#decide = context.decisions.voice('node-controller')
    this.#controller = new Controller(context, {
      actor: 'node-controller',
      queue: { name: 'node-taints', backOffBaseMs: 5, backOffMaxMs: 1_000_000 },
      sync: (_, name) => this.#syncTaints(name),
    })
    this.#client = this.#controller.client
    this.#controller.watchOwn('Node')
    context.loop.on(MONITOR_TOPIC, () => this.#monitor())
    context.loop.on(TAINT_TOPIC, () => this.#drainQueues())
  }

  /** The first tick comes one period after the cluster's start. */
  start(): void {
    this.#context.loop.schedule(MONITOR_TOPIC, this.#context.settings()['node-monitor-period'])
  }

  save(): SavedNodeLifecycle {
    return {
      queue: this.#controller.queue.save(),
      health: [...this.#health]
        .map(([name, health]) => [name, { ...health }] as const)
        .sort((a, b) => compareText(a[0], b[0])),
      zones: [...this.#zones.values()].map(copyZone).sort((a, b) => compareText(a.name, b.name)),
      tainting: this.#tainting,
    }
  }

  load(saved: SavedNodeLifecycle): void {
    this.#controller.queue.load(saved.queue)
    this.#health.clear()
    for (const [name, health] of saved.health) this.#health.set(name, { ...health })
    this.#zones.clear()
    for (const zone of saved.zones) this.#zones.set(zone.name, copyZone(zone))
    this.#tainting = saved.tainting
  }

  /** NoSchedule taints follow the conditions of every Node within a control hop. */
  #syncTaints(name: string): SyncOutcome {
    const node = this.#client.get('Node', '', name)
    if (!node) return 'done'
    return this.#writeTaints(node, withConditionTaints(node, this.#now())) ? 'done' : 'retry'
  }

  #monitor(): void {
    const { loop, settings } = this.#context
    const nodes = this.#client.list('Node')
    this.#meet(nodes)
    const counts = new Map<string, { ready: number; notReady: number }>()
    for (const node of nodes.filter(isSimulated)) {
      const ready = this.#examine(node)
      if (node.metadata.labels?.[EXCLUDE_LABEL] !== undefined) continue
      const zone = this.#zoneOf(node)
      const count = counts.get(zone.name) ?? { ready: 0, notReady: 0 }
      if (ready === 'True') count.ready++
      else count.notReady++
      counts.set(zone.name, count)
    }
    this.#handleDisruption(counts, nodes.filter(isSimulated))
    loop.schedule(MONITOR_TOPIC, settings()['node-monitor-period'])
  }

  /** Greets Nodes seen for the first time and takes leave of those that are gone. */
  #meet(nodes: readonly Node[]): void {
    const names = new Set(nodes.map(node => node.metadata.name))
    for (const name of [...this.#health.keys()].sort(compareText)) {
      if (names.has(name)) continue
      this.#health.delete(name)
      for (const zone of this.#zones.values()) leaveQueue(zone, name)
    }
    for (const node of nodes) {
      const { name } = node.metadata
      if (this.#health.has(name)) continue
      this.#health.set(name, { probeMs: this.#context.loop.nowMs, heartbeat: '', renewTime: '' })
      this.#recorder.say({
        object: node,
        type: 'Normal',
        reason: 'RegisteredNode',
        message: `Node ${name} event: Registered Node ${name} in Controller`,
      })
    }
  }

  /** One Node at one tick; returns its Ready status after it. */
  #examine(node: Node): ConditionStatus | undefined {
    const observed = findCondition(node.status?.conditions, 'Ready')?.status
    const silent = this.#isSilent(node)
    const current = silent ? this.#markUnknown(node) : node
    const ready = findCondition(current.status?.conditions, 'Ready')?.status
    const zone = this.#zoneOf(node)
    if (ready === 'True') {
      this.#writeNoExecute(current, ready)
      leaveQueue(zone, node.metadata.name)
    } else if (ready !== undefined) this.#queueTaint(zone, current, ready)
    if (observed === 'True' && ready !== 'True') this.#announceLoss(current)
    return ready
  }

  #isSilent(node: Node): boolean {
    const { loop, settings } = this.#context
    const { name } = node.metadata
    const ready = findCondition(node.status?.conditions, 'Ready')
    const health = this.#health.get(name)
    if (!health) return false
    const heartbeat = ready?.lastHeartbeatTime ?? ''
    const renewTime = this.#client.get('Lease', NODE_LEASE_NAMESPACE, name)?.spec.renewTime ?? ''
    if (heartbeat !== health.heartbeat || compareText(renewTime, health.renewTime) > 0) {
      health.heartbeat = heartbeat
      health.renewTime = renewTime
      health.probeMs = loop.nowMs
    }
    const graceMs = settings()[ready ? 'node-monitor-grace-period' : 'node-startup-grace-period']
    // The real loop asks for more than the grace, and gets it by drifting a few milliseconds a tick. A regular clock must
    // take the tick at which the grace is exactly over, or everything would come a period late.
    return loop.nowMs >= health.probeMs + graceMs
  }

  #silence(node: Node): Extract<Because, { readonly rule: 'no-heartbeat' }> {
    const { loop, settings } = this.#context
    const { name } = node.metadata
    const known = findCondition(node.status?.conditions, 'Ready')
    const graceMs = settings()[known ? 'node-monitor-grace-period' : 'node-startup-grace-period']
    return { rule: 'no-heartbeat', silentMs: loop.nowMs - (this.#health.get(name)?.probeMs ?? loop.nowMs), graceMs }
  }

  #markUnknown(node: Node): Node {
    const now = this.#now()
    const before = node.status?.conditions ?? []
    const unknown = (type: string): Condition => {
      const last = findCondition(before, type)
      if (last?.status === 'Unknown') return last
      if (!last) {
        const created = node.metadata.creationTimestamp
        const message = 'Kubelet never posted node status.'
        return {
          type,
          status: 'Unknown',
          lastHeartbeatTime: created,
          lastTransitionTime: now,
          reason: 'NodeStatusNeverUpdated',
          message,
        }
      }
      const message = 'Kubelet stopped posting node status.'
      return { ...last, status: 'Unknown', lastTransitionTime: now, reason: 'NodeStatusUnknown', message }
    }
    const marked = new Map(MONITORED.map(type => [type as string, unknown(type)] as const))
    const conditions = before.map(condition => marked.get(condition.type) ?? condition)
    for (const [type, condition] of marked) if (!findCondition(before, type)) conditions.push(condition)
    if (findCondition(before, 'Ready')?.status !== 'Unknown')
      this.#decide(() => ({ code: 'node-unknown', about: node, because: this.#silence(node) }))
    const updated = this.#client.updateStatus('Node', { ...node, status: { ...node.status, conditions } })
    return updated.ok ? updated.value : node
  }

  #queueTaint(zone: ZoneWork, node: Node, ready: ConditionStatus): void {
    const taints = node.spec.taints ?? []
    const wanted = noExecuteKey(ready)
    const present = taints.some(taint => taint.effect === 'NoExecute' && taint.key === wanted)
    const opposite = taints.some(
      taint => taint.effect === 'NoExecute' && taint.key === noExecuteKey(ready === 'False' ? 'Unknown' : 'False'),
    )
    if (opposite) this.#writeNoExecute(node, ready)
    else if (!present && !zone.queue.includes(node.metadata.name)) zone.queue.push(node.metadata.name)
  }

  #announceLoss(node: Node): void {
    const { name } = node.metadata
    this.#recorder.say({
      object: node,
      type: 'Normal',
      reason: 'NodeNotReady',
      message: `Node ${name} status is now: NodeNotReady`,
    })
    for (const pod of this.#client.podsOnNode(name)) {
      const ready = findCondition(pod.status?.conditions, 'Ready')
      if (ready?.status !== 'True') continue
      // Only status and time of this one condition: the containers, as far as anybody knows, are as they were.
      const lost: Condition = { ...ready, status: 'False', lastTransitionTime: this.#now() }
      const conditions = (pod.status?.conditions ?? []).map(condition => (condition === ready ? lost : condition))
      this.#client.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions } })
      this.#recorder.say({ object: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' })
      this.#decide(() => ({
        code: 'pod-unready',
        about: pod,
        because: { rule: 'node-lost', node: name },
        related: [named('Node', '', name)],
      }))
    }
  }

  #handleDisruption(counts: ReadonlyMap<string, ZoneCounts>, nodes: readonly Node[]): void {
    const { loop, settings } = this.#context
    if (counts.size === 0) return
    const zones = [...counts].map(([name, count]) => ({
      zone: this.#zones.get(name),
      count,
      state: zoneState(count, settings()),
    }))
    const allBroken = zones.every(({ state }) => state === 'FullDisruption')
    const allWereBroken = zones.every(({ zone }) => zone?.state === 'FullDisruption')
    for (const { zone, count, state } of zones) {
      if (!zone) continue
      const changed = zone.state !== state
      zone.state = state
      // With no zone left that works, the fault is more likely here than in all Nodes: nothing is evicted.
      if (allBroken) setRate(zone, 0, loop.nowMs)
      else if (changed || allWereBroken) setRate(zone, evictionRate(state, count, settings()), loop.nowMs)
    }
    if (allBroken && !allWereBroken) for (const node of nodes) this.#reprieve(node)
    if (allWereBroken && !allBroken) for (const { metadata } of nodes) this.#resetProbe(metadata.name)
    this.#scheduleDrain()
  }

  #reprieve(node: Node): void {
    const current = this.#client.get('Node', '', node.metadata.name)
    if (current) this.#writeTaints(current, withNoExecute(current.spec.taints ?? [], undefined, this.#now()))
  }

  #resetProbe(name: string): void {
    const health = this.#health.get(name)
    if (health) health.probeMs = this.#context.loop.nowMs
  }

  /** Looks at the queues every 100 ms, as long as there is something in one that moves. */
  #scheduleDrain(): void {
    const { loop } = this.#context
    if (this.#tainting !== null) return
    if (![...this.#zones.values()].some(zone => zone.queue.length > 0 && zone.rate > 0)) return
    const next = (Math.floor(loop.nowMs / TAINT_PERIOD_MS) + 1) * TAINT_PERIOD_MS
    this.#tainting = loop.scheduleAt(TAINT_TOPIC, next)
  }

  #drainQueues(): void {
    this.#tainting = null
    const { loop } = this.#context
    for (const zone of [...this.#zones.values()].sort((a, b) => compareText(a.name, b.name))) {
      while (zone.queue.length > 0 && takePermission(zone, loop.nowMs)) {
        const node = this.#client.get('Node', '', zone.queue.shift() as string)
        const ready = node && findCondition(node.status?.conditions, 'Ready')?.status
        // Ready again meanwhile: let go.
        if (node && ready !== undefined) this.#writeNoExecute(node, ready)
      }
    }
    this.#scheduleDrain()
  }

  /** Brings the NoExecute taint in line with what the Ready condition says. */
  #writeNoExecute(node: Node, status: ConditionStatus): void {
    const taints = withNoExecute(node.spec.taints ?? [], noExecuteKey(status), this.#now())
    if (taints)
      this.#decide(() => ({
        code: status === 'True' ? 'node-untainted' : 'node-tainted',
        about: node,
        because: { rule: 'ready-is', status, taint: noExecuteKey(status) ?? '' },
      }))
    this.#writeTaints(node, taints)
  }

  /** Writes what is given, if anything; true unless the write was refused. */
  #writeTaints(node: Node, taints: readonly Taint[] | undefined): boolean {
    if (!taints) return true
    const { taints: _, ...spec } = node.spec
    return this.#client.update('Node', { ...node, spec: taints.length > 0 ? { ...spec, taints } : spec }).ok
  }

  #zoneOf(node: Node): ZoneWork {
    const labels = node.metadata.labels ?? {}
    const name = `${labels[REGION_LABEL] ?? ''}:${labels[ZONE_LABEL] ?? ''}`
    let zone = this.#zones.get(name)
    if (!zone) this.#zones.set(name, (zone = newZone(name, this.#context.settings(), this.#context.loop.nowMs)))
    return zone
  }

  #now(): string {
    return formatTimestamp(this.#context.wallMs())
  }
}

function leaveQueue(zone: ZoneWork, name: string): void {
  const index = zone.queue.indexOf(name)
  if (index >= 0) zone.queue.splice(index, 1)
}

function copyZone(zone: ZoneWork): ZoneWork {
  return { ...zone, queue: [...zone.queue] }
}
