// Notices Nodes that fell silent, after pkg/controller/nodelifecycle: a tick every five seconds compares Lease and heartbeat
// with what it saw before; after the grace period it marks the Node Unknown and its Pods not ready, and queues the Node
// for its NoExecute taint. Nodes that this playground does not run are expected to send no heartbeat: only their NoSchedule
// taints follow their conditions.

import { NODE_LEASE_NAMESPACE } from '../../api/lease/lease.ts'
import type { Condition, ConditionStatus } from '../../api/meta.ts'
import { isSimulated, REGION_LABEL, ZONE_LABEL, type Node, type Taint } from '../../api/node/node.ts'
import type { EventId } from '../../kernel/event-loop.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { compareText } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import { findCondition } from '../runtime/conditions.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { named } from '../runtime/decision.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { graceOf, isSilent, newHealth, noteSigns, unknownConditions, type Health } from './node-health.ts'
import { noExecuteKey, withConditionTaints, withNoExecute } from './node-taints.ts'
import { newZone, reshapeZone, takePermission, tuneZone, zoneState, type ZoneCounts, type ZoneWork } from './zones.ts'

const MONITOR_TOPIC = 'node/monitor'
const TAINT_TOPIC = 'node/taint'
const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-disruption'

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
      sync: (namespace, name) => (namespace === '' ? this.#syncTaints(name) : this.#syncPod(namespace, name)),
    })
    this.#client = this.#controller.client
    this.#controller.watchOwn('Node')
    this.#controller.watch('Pod', (event, queue) => {
      if (this.#isBoundToLostNode(event)) queue.notice(keyOf(event.object))
    })
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

  #isBoundToLostNode({ type, object, previous }: WatchEvent<'Pod'>): boolean {
    const { nodeName } = object.spec
    return type !== 'DELETED' && !!nodeName && nodeName !== previous?.spec.nodeName && this.#isLost(nodeName)
  }

  /** Not ready at the last tick. */
  #isLost(node: string): boolean {
    const ready = this.#health.get(node)?.ready
    return ready === 'False' || ready === 'Unknown'
  }

  /** A Pod bound to a Node that is not ready is treated once, at its binding. */
  #syncPod(namespace: string, name: string): SyncOutcome {
    const pod = this.#client.get('Pod', namespace, name)
    const node = pod?.spec.nodeName ? this.#client.get('Node', '', pod.spec.nodeName) : undefined
    if (pod && node && isSimulated(node) && this.#isLost(node.metadata.name)) this.#markNotReady([pod])
    return 'done'
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
    const { loop, wallMs } = this.#context
    const uids = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.uid] as const))
    const known = [...this.#health].sort((a, b) => compareText(a[0], b[0]))
    for (const [name, { uid }] of known) {
      if (uids.get(name) === uid) continue
      this.#health.delete(name)
      for (const zone of this.#zones.values()) leaveQueue(zone, name)
      if (!uids.has(name)) this.#say(nodeOf(name, uid), 'RemovingNode', `event: Removing Node ${name} from Controller`)
    }
    for (const node of nodes) {
      const { name } = node.metadata
      if (this.#health.has(name)) continue
      this.#health.set(name, newHealth(node, { nowMs: loop.nowMs, wallMs: wallMs() }))
      // One that was deleted and made anew between two ticks is the same to a controller that knows Nodes by name.
      if (!known.some(([before]) => before === name))
        this.#say(node, 'RegisteredNode', `event: Registered Node ${name} in Controller`)
    }
  }

  #say(object: Node, reason: string, message: string): void {
    this.#recorder.say({ object, type: 'Normal', reason, message: `Node ${object.metadata.name} ${message}` })
  }

  /** One Node at one tick; returns its Ready status after it. */
  #examine(node: Node): ConditionStatus | undefined {
    const observed = findCondition(node.status?.conditions, 'Ready')?.status
    const current = this.#noticeSilence(node)
    const ready = findCondition(current.status?.conditions, 'Ready')?.status
    const zone = this.#zoneOf(node)
    if (ready === 'True') {
      this.#writeNoExecute(current, ready)
      leaveQueue(zone, node.metadata.name)
    } else if (ready !== undefined) this.#queueTaint(zone, current, ready)
    if (observed === 'True' && ready !== 'True') this.#announceLoss(current)
    return ready
  }

  /** The Node as it is after this tick looked for its signs of life. */
  #noticeSilence(node: Node): Node {
    const { loop, settings } = this.#context
    const { name } = node.metadata
    const health = this.#health.get(name)
    if (!health) return node
    noteSigns(health, { node, lease: this.#client.get('Lease', NODE_LEASE_NAMESPACE, name), nowMs: loop.nowMs })
    if (!isSilent(health, loop.nowMs, settings())) return node
    if (health.ready !== 'Unknown') {
      const silence = { silentMs: loop.nowMs - health.probeMs, graceMs: graceOf(health, settings()) }
      this.#decide(() => ({ code: 'node-unknown', about: node, because: { rule: 'no-heartbeat', ...silence } }))
    }
    const conditions = unknownConditions(node, this.#now())
    const updated = this.#client.updateStatus('Node', { ...node, status: { ...node.status, conditions } })
    if (!updated.ok) return node
    const ready = findCondition(conditions, 'Ready')
    health.ready = ready?.status ?? null
    health.heartbeat = ready?.lastHeartbeatTime ?? ''
    return updated.value
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
    this.#say(node, 'NodeNotReady', 'status is now: NodeNotReady')
    this.#markNotReady(this.#client.podsOnNode(node.metadata.name))
  }

  #markNotReady(pods: readonly Pod[]): void {
    for (const pod of pods) {
      const ready = findCondition(pod.status?.conditions, 'Ready')
      if (!ready || ready.status === 'False') continue
      // Only status and time of this one condition: the containers, as far as anybody knows, are as they were.
      const lost: Condition = { ...ready, status: 'False', lastTransitionTime: this.#now() }
      const conditions = (pod.status?.conditions ?? []).map(condition => (condition === ready ? lost : condition))
      this.#client.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions } })
      this.#recorder.say({ object: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' })
      const node = pod.spec.nodeName ?? ''
      this.#decide(() => ({
        code: 'pod-unready',
        about: pod,
        because: { rule: 'node-lost', node },
        related: [named('Node', '', node)],
      }))
    }
  }

  #handleDisruption(counts: ReadonlyMap<string, ZoneCounts>, nodes: readonly Node[]): void {
    const { loop, settings } = this.#context
    if (counts.size === 0) return
    const zones = [...counts].flatMap(([name, count]) => {
      const zone = this.#zones.get(name)
      return zone ? [{ zone, count, state: zoneState(count, settings()) }] : []
    })
    const allBroken = zones.every(({ state }) => state === 'FullDisruption')
    const allWereBroken = zones.every(({ zone }) => zone.state === 'FullDisruption')
    for (const { zone, count, state } of zones) {
      // With no zone left that works, the fault is more likely here than in all Nodes: nothing is evicted.
      const shape = { state, size: count.ready + count.notReady, stopped: allBroken }
      if (zone.state !== state || zone.stopped !== allBroken) {
        reshapeZone(zone, shape, { settings: settings(), nowMs: loop.nowMs })
        if (this.#context.decisions.heard) this.#explainZone(zone, count, nodes)
      } else tuneZone(zone, settings(), loop.nowMs)
    }
    if (allBroken && !allWereBroken) for (const node of nodes) this.#reprieve(node)
    if (allWereBroken && !allBroken) for (const { metadata } of nodes) this.#resetProbe(metadata.name)
    this.#scheduleDrain()
  }

  /** Says to each Node of a zone that is not ready what its zone's state means for it. */
  #explainZone(
    { name, state, stopped, rate }: ZoneWork,
    { ready, notReady }: ZoneCounts,
    nodes: readonly Node[],
  ): void {
    const zone = name.slice(name.indexOf(':') + 1)
    for (const about of nodes) {
      if (this.#zoneOf(about).name !== name || !this.#isLost(about.metadata.name)) continue
      const facts = { zone, state: state ?? '', ready, notReady, rate }
      this.#decide(() =>
        stopped
          ? { code: 'zone-judged', about, because: { rule: 'all-zones-down', zone } }
          : { code: 'zone-judged', about, because: { rule: 'zone-state', ...facts } },
      )
    }
  }

  #reprieve(node: Node): void {
    leaveQueue(this.#zoneOf(node), node.metadata.name)
    const current = this.#client.get('Node', '', node.metadata.name)
    if (current) this.#writeTaints(current, withNoExecute(current.spec.taints ?? [], undefined, this.#now()))
  }

  #resetProbe(name: string): void {
    const health = this.#health.get(name)
    if (health) health.probeMs = this.#context.loop.nowMs
  }

  /** Looks at the queues again and again, as long as there is something in one that moves. */
  #scheduleDrain(): void {
    const { loop, settings } = this.#context
    if (this.#tainting !== null) return
    if (![...this.#zones.values()].some(zone => zone.queue.length > 0 && zone.rate > 0)) return
    const periodMs = settings()['sim-node-taint-period']
    this.#tainting = loop.scheduleAt(TAINT_TOPIC, (Math.floor(loop.nowMs / periodMs) + 1) * periodMs)
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

/** As much of a Node as is known when it is gone. */
function nodeOf(name: string, uid: string): Node {
  const metadata = { name, uid, resourceVersion: '', creationTimestamp: '' }
  return { apiVersion: 'v1', kind: 'Node', metadata, spec: {} }
}

function copyZone(zone: ZoneWork): ZoneWork {
  return { ...zone, queue: [...zone.queue] }
}
