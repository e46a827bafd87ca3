// The side of a kubelet that looks after its Node: it starts with its machine, renews the Lease, posts status, and falls
// silent when power or kubelet go. Deleting a simulated Node takes its machine away with everything on it. Left out:
// pressure conditions, capacity that changes.

import type { ClusterSettings } from '../../api/cluster-settings.ts'
import type { Machine } from '../../apps/world.ts'
import { NODE_LEASE_NAMESPACE, type Lease } from '../../api/lease/lease.ts'
import { isSimulated, type Node } from '../../api/node/node.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import { formatMicroTimestamp, formatTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import { findCondition } from '../runtime/conditions.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { kubeletLabels, machineStatus, saysMore } from './node-status.ts'
import { newNodeWork, type NodeWork } from './node-work.ts'

const START_TOPIC = 'kubelet/start'
const LEASE_TOPIC = 'kubelet/lease'
const STATUS_TOPIC = 'kubelet/status'
const MACHINE_TOPIC = 'kubelet/machine'
const LEASE_JITTER = 0.04
/** What a kubelet says when it finds that its Node is short of nothing, and it was not known to be. */
const EASED = [
  ['MemoryPressure', 'NodeHasSufficientMemory'],
  ['DiskPressure', 'NodeHasNoDiskPressure'],
  ['PIDPressure', 'NodeHasSufficientPID'],
] as const
/** A kubelet renews its Lease after a quarter of what it lasts. */
const LEASE_RENEW_FRACTION = 0.25

/** What the Pods' side has to be told of the machine. */
export interface MachineListener {
  /** Nothing on the node acts any more. Its containers may go on. */
  stopped(node: string): void
  /** The machine came back after a loss of power: its containers are gone. */
  rebooted(node: string): void
  /** The kubelet runs. */
  started(node: string): void
  /** The machine is to be switched off, and waits for it. */
  shutDown(node: string): void
  /** The Node and its machine are gone for good. */
  removed(node: string): void
}

export class NodeAgent {
  readonly #context: ControllerRuntime
  #listener: MachineListener | undefined
  readonly #nodes = new Map<string, NodeWork>()
  readonly #clients = new Map<string, StoreClient>()

  constructor(context: ControllerRuntime) {
    this.#context = context
    const { loop, world } = context
    loop.on<string>(START_TOPIC, name => this.#onStart(name))
    loop.on<string>(LEASE_TOPIC, name => this.#onLease(name))
    loop.on<string>(STATUS_TOPIC, name => this.#onStatus(name))
    loop.on<string>(MACHINE_TOPIC, name => this.#onMachine(name))
    context.client('kubelet').watch(['Node'], event => this.#noticeNode(event))
    world.onChange(change => {
      if (change.type === 'machine' && this.#nodes.has(change.name)) loop.schedule(MACHINE_TOPIC, 0, change.name)
    })
  }

  /** Names who is told of the machines; once, while the cluster is wired. */
  listen(listener: MachineListener): void {
    this.#listener = listener
  }

  node(name: string): NodeWork | undefined {
    return this.#nodes.get(name)
  }

  /** Whether a kubelet of ours runs there, hears of changes and writes what it finds. */
  isConnected(name: string): boolean {
    const node = this.#nodes.get(name)
    return node !== undefined && node.up && !node.cutOff
  }

  /** Whether a kubelet of ours runs there and acts. */
  isUp(name: string): boolean {
    return this.#nodes.get(name)?.up ?? false
  }

  /** The face of the API server as the kubelet of that node sees it. */
  clientOf(name: string): StoreClient {
    let client = this.#clients.get(name)
    if (!client) this.#clients.set(name, (client = this.#context.client(`kubelet/${name}`)))
    return client
  }

  save(): readonly NodeWork[] {
    return [...this.#nodes.values()].sort((a, b) => compareText(a.name, b.name)).map(copyNodeWork)
  }

  load(saved: readonly NodeWork[]): void {
    this.#nodes.clear()
    for (const node of saved) this.#nodes.set(node.name, copyNodeWork(node))
  }

  #noticeNode({ type, object }: WatchEvent<'Node'>): void {
    const { loop, settings } = this.#context
    const { name } = object.metadata
    const known = this.#nodes.get(name)
    if (type === 'DELETED') {
      if (known) loop.schedule(MACHINE_TOPIC, 0, name)
      return
    }
    if (!isSimulated(object) || known) return
    const node = newNodeWork(name, this.#context.random.stream('kubelet/relist-phase').unit())
    this.#nodes.set(name, node)
    node.start = loop.schedule(START_TOPIC, settings()['sim-watch-delay'] + settings()['sim-sync-delay'], name)
  }

  // Looks at what became of a machine: of its power, its kubelet, or the Node itself.
  #onMachine(name: string): void {
    const { loop, world, settings } = this.#context
    const node = this.#nodes.get(name)
    if (!node) return
    if (!this.#object(name)) {
      this.#halt(node)
      this.#nodes.delete(name)
      this.#listener?.removed(name)
      world.removeMachine(name)
      // The Lease belongs to the Node by a plain ownerReference and goes with it.
      this.clientOf(name).delete('Lease', NODE_LEASE_NAMESPACE, name)
      return
    }
    const machine = world.machine(name)
    if (!machine) return
    if (machine.power && machine.shuttingDown) return this.#shutDown(node, machine)
    const runs = machine.power && machine.kubelet
    if (!runs) this.#halt(node)
    if (machine.power && !node.powered) this.#listener?.rebooted(name)
    const delayMs = machine.power && !node.powered ? settings()['sim-node-boot-time'] : 0
    node.powered = machine.power
    if (runs && !node.up && node.start === null) node.start = loop.schedule(START_TOPIC, delayMs, name)
    this.#heed(node, machine)
  }

  /** A kubelet that runs looks at its machine; one that reaches the API server again says at once how things are. */
  #heed(node: NodeWork, machine: Machine): void {
    const { loop } = this.#context
    const wasCutOff = node.cutOff
    node.cutOff = machine.cutOff ?? false
    const object = this.#object(node.name)
    if (!node.up || node.cutOff || !object) return
    if (wasCutOff) {
      if (node.lease !== null) loop.cancel(node.lease)
      this.#onLease(node.name)
      this.#listener?.started(node.name)
    }
    this.#post(node, object)
  }

  /** A machine is switched off when its kubelet lets it, which is at once where no grace is configured. */
  #shutDown(node: NodeWork, { name, kubelet }: Machine): void {
    const { loop, settings, world } = this.#context
    const object = this.#object(name)
    if (node.shutdown) return
    if (!object || !node.up || settings().shutdownGracePeriod === 0)
      return world.setMachine({ name, power: false, kubelet, sinceMs: loop.nowMs })
    this.#say(object, 'NodeShutdown', 'Shutdown manager detected shutdown event')
    this.#listener?.shutDown(name)
    this.#post(node, object)
  }

  #halt(node: NodeWork): void {
    const { loop } = this.#context
    if (node.shutdown?.timer != null) loop.cancel(node.shutdown.timer)
    node.shutdown = null
    for (const timer of [node.start, node.lease, node.status]) if (timer !== null) loop.cancel(timer)
    node.start = node.lease = node.status = null
    if (!node.up) return
    node.up = false
    this.#context.events.forgetKubelet(node.name)
    this.#listener?.stopped(node.name)
  }

  #onStart(name: string): void {
    const { loop, world, settings } = this.#context
    const node = this.#nodes.get(name)
    const object = this.#object(name)
    if (!node || !object) return
    node.start = null
    const machine = world.machine(name)
    if (machine && !(machine.power && machine.kubelet)) {
      node.powered = machine.power
      return
    }
    node.up = true
    if (node.started) node.restartedMs = loop.nowMs
    node.started = true
    if (!machine) world.setMachine({ name, power: true, kubelet: true, sinceMs: loop.nowMs })
    this.#say(object, 'Starting', 'Starting kubelet.')
    this.#onLease(name)
    this.#post(node, this.#label(object))
    node.status = loop.schedule(STATUS_TOPIC, settings().nodeStatusUpdateFrequency, name)
    this.#listener?.started(name)
  }

  /** Writes the labels that every kubelet gives its Node, where they are not there. */
  #label(object: Node): Node {
    const labels = kubeletLabels(object)
    if (sameJson(labels, object.metadata.labels ?? {})) return object
    const client = this.clientOf(object.metadata.name)
    const written = client.update('Node', { ...object, metadata: { ...object.metadata, labels } })
    return written.ok ? written.value : object
  }

  #onLease(name: string): void {
    const { loop, random, settings } = this.#context
    const node = this.#nodes.get(name)
    const object = this.#object(name)
    if (!node || !object) return
    if (!node.cutOff) this.#renewLease(object, settings())
    const jitter = 1 + LEASE_JITTER * random.stream('kubelet/lease').unit()
    node.lease = loop.schedule(
      LEASE_TOPIC,
      settings().nodeLeaseDurationSeconds * 1000 * LEASE_RENEW_FRACTION * jitter,
      name,
    )
  }

  #renewLease(node: Node, settings: ClusterSettings): void {
    const { name, uid } = node.metadata
    const client = this.clientOf(name)
    const spec: Lease['spec'] = {
      holderIdentity: name,
      leaseDurationSeconds: settings.nodeLeaseDurationSeconds,
      renewTime: formatMicroTimestamp(this.#context.wallMs()),
    }
    const lease = client.get('Lease', NODE_LEASE_NAMESPACE, name)
    // A Node that was deleted and made again at once is another owner.
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }]
    if (lease) {
      const metadata = { ...lease.metadata, ownerReferences }
      client.update('Lease', { ...lease, metadata, spec: { ...lease.spec, ...spec } })
      return
    }
    client.create('Lease', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: NODE_LEASE_NAMESPACE, ownerReferences },
      spec,
    })
  }

  #onStatus(name: string): void {
    const { loop, settings } = this.#context
    const node = this.#nodes.get(name)
    const object = this.#object(name)
    if (!node || !object) return
    this.#post(node, object)
    node.status = loop.schedule(STATUS_TOPIC, settings().nodeStatusUpdateFrequency, name)
  }

  #post(node: NodeWork, object: Node): void {
    const { loop, settings, wallMs, world } = this.#context
    if (node.cutOff) return
    const unschedulable = object.spec.unschedulable ?? false
    if (unschedulable !== node.unschedulable) {
      node.unschedulable = unschedulable
      const reason = unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable'
      this.#say(object, reason, `Node ${node.name} status is now: ${reason}`)
    }
    const status = machineStatus(object, {
      now: formatTimestamp(wallMs()),
      maxPods: settings().maxPods,
      shuttingDown: node.shutdown !== null,
      networkDown: world.machine(node.name)?.networkDown ?? false,
    })
    const due = loop.nowMs - node.reportedMs >= settings().nodeStatusReportFrequency
    if (!due && !saysMore(object.status, status)) return
    const [was, is] = [object.status, status].map(one => findCondition(one?.conditions, 'Ready')?.status)
    this.clientOf(node.name).updateStatus('Node', { ...object, status })
    node.reportedMs = loop.nowMs
    for (const [type, eased] of EASED) {
      if (findCondition(object.status?.conditions, type)?.status === 'False') continue
      this.#say(object, eased, `Node ${node.name} status is now: ${eased}`)
    }
    if (was === is) return
    const reason = is === 'True' ? 'NodeReady' : 'NodeNotReady'
    this.#say(object, reason, `Node ${node.name} status is now: ${reason}`)
  }

  #say(object: Node, reason: string, message: string): void {
    this.#context.events.kubeletRecorder(object.metadata.name).say({ object, type: 'Normal', reason, message })
  }

  #object(name: string): Node | undefined {
    return this.clientOf(name).get('Node', '', name)
  }
}

function copyNodeWork(node: NodeWork): NodeWork {
  const shutdown = node.shutdown && { ...node.shutdown }
  return { ...node, shutdown, images: [...node.images], dirty: [...node.dirty] }
}
