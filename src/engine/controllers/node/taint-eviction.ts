// Deletes Pods from Nodes with a NoExecute taint, after pkg/controller/tainteviction: at once where the Pod does not tolerate
// it, or when the shortest of its tolerations runs out. A timer that runs is left as it is, even if a later taint would end
// sooner, and a Pod is told to go once, unless a taint it does not tolerate comes later. Only Nodes that this playground runs
// are looked at.

import { isSimulated, type Node, type Taint } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { EventId } from '../../kernel/event-loop.ts'
import { compareText, sameJson, type Json } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import { withCondition } from '../runtime/conditions.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { Controller } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { toleratesTaint } from '../scheduler/node-facts.ts'
import { evictionCancelled, evictionDue, evictionPlanned, evictionUntolerated } from './explain-eviction.ts'

const DUE_TOPIC = 'taint-eviction/due'

/** A pending eviction, or with no event one that was carried out and is not to be repeated. */
interface Timer {
  readonly uid: string
  readonly node: string
  readonly event: EventId | null
  readonly dueMs: number
}

export interface SavedTaintEviction {
  readonly queue: SavedWorkQueue
  /** By `namespace/name`. */
  readonly timers: readonly (readonly [string, Timer])[]
}

export class TaintEviction implements Part {
  readonly partName = 'taint-eviction'
  readonly #context: ControllerRuntime
  readonly #controller: Controller
  readonly #client: StoreClient
  readonly #recorder: EventRecorder
  readonly #decide: DecisionVoice
  readonly #timers = new Map<string, Timer>()

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#recorder = context.events.recorder('taint-eviction-controller')
    this.#decide = context.decisions.voice('taint-eviction-controller')
    // A key is `/node` for a Node and `namespace/name` for a Pod.
    this.#controller = new Controller(context, {
      actor: 'taint-eviction-controller',
      queue: { name: 'taint-eviction', backOffBaseMs: 5, backOffMaxMs: 1_000_000 },
      sync: (namespace, name) => (namespace === '' ? this.#syncNode(name) : this.#syncPod(namespace, name)),
    })
    this.#client = this.#controller.client
    context.loop.on<Json>(DUE_TOPIC, key => this.#onDue(key as string))
    this.#controller.watch('Node', ({ object, previous }, queue) => {
      if (!sameJson(noExecute(previous), noExecute(object))) queue.notice(`/${object.metadata.name}`)
    })
    this.#controller.watch('Pod', event => this.#noticePod(event))
  }

  /** The virtual time of the next eviction from a Node, or undefined when none is pending. */
  earliestMs(node: string): number | undefined {
    let earliest: number | undefined
    for (const timer of this.#timers.values()) {
      if (timer.event !== null && timer.node === node && (earliest === undefined || timer.dueMs < earliest))
        earliest = timer.dueMs
    }
    return earliest
  }

  save(): SavedTaintEviction {
    return { queue: this.#controller.queue.save(), timers: [...this.#timers].sort((a, b) => compareText(a[0], b[0])) }
  }

  load(saved: SavedTaintEviction): void {
    this.#controller.queue.load(saved.queue)
    this.#timers.clear()
    for (const [key, timer] of saved.timers) this.#timers.set(key, timer)
  }

  #noticePod({ type, object, previous }: WatchEvent<'Pod'>): void {
    const key = `${object.metadata.namespace}/${object.metadata.name}`
    if (type === 'DELETED') {
      if (this.#timers.has(key)) this.#controller.queue.notice(key)
      return
    }
    const same =
      previous?.spec.nodeName === object.spec.nodeName && sameJson(previous?.spec.tolerations, object.spec.tolerations)
    if (same || !object.spec.nodeName) return
    const node = this.#client.get('Node', '', object.spec.nodeName)
    if (this.#timers.has(key) || noExecute(node).length > 0) this.#controller.queue.notice(key)
  }

  #syncNode(name: string): SyncOutcome {
    const node = this.#client.get('Node', '', name)
    if (node && isSimulated(node)) for (const pod of this.#client.podsOnNode(name)) this.#weigh(pod, noExecute(node))
    return 'done'
  }

  #syncPod(namespace: string, name: string): SyncOutcome {
    const pod = this.#client.get('Pod', namespace, name)
    const key = `${namespace}/${name}`
    const known = this.#timers.get(key)
    if (known && pod?.metadata.uid !== known.uid) this.#cancel(key)
    const node = pod?.spec.nodeName ? this.#client.get('Node', '', pod.spec.nodeName) : undefined
    // A Node without taints was looked at when it lost them.
    if (pod && node && isSimulated(node) && noExecute(node).length > 0) this.#weigh(pod, noExecute(node))
    return 'done'
  }

  #weigh(pod: Pod, taints: readonly Taint[]): void {
    const { loop } = this.#context
    const { namespace, name, uid } = pod.metadata
    const key = `${namespace}/${name}`
    if (taints.length === 0) return this.#letStay(key, pod)
    const tolerations = pod.spec.tolerations ?? []
    const timer = { uid, node: pod.spec.nodeName ?? '' }
    if (!taints.every(taint => tolerations.some(toleration => toleratesTaint(toleration, taint)))) {
      this.#cancel(key)
      this.#decide(() => evictionUntolerated(pod, taints))
      return this.#schedule(key, { ...timer, event: null, dueMs: loop.nowMs })
    }
    const seconds = tolerations
      .filter(toleration => taints.some(taint => toleratesTaint(toleration, taint)))
      .flatMap(({ tolerationSeconds }) => (tolerationSeconds === undefined ? [] : [Math.max(0, tolerationSeconds)]))
    // Without a limit nothing ever comes.
    if (seconds.length === 0) return this.#letStay(key, pod)
    if (this.#timers.has(key)) return undefined
    const delayMs = Math.min(...seconds) * 1000
    const dueMs = loop.nowMs + delayMs
    this.#decide(() => (delayMs > 0 ? evictionPlanned(pod, taints, dueMs) : evictionUntolerated(pod, taints)))
    return this.#schedule(key, { ...timer, event: delayMs > 0 ? loop.schedule(DUE_TOPIC, delayMs, key) : null, dueMs })
  }

  #schedule(key: string, timer: Timer): void {
    this.#timers.set(key, timer)
    if (timer.event === null) this.#evict(key, timer.uid)
  }

  #onDue(key: string): void {
    const timer = this.#timers.get(key)
    if (!timer) return
    this.#timers.set(key, { ...timer, event: null })
    const pod = this.#pod(key)
    if (pod) this.#decide(() => evictionDue(pod, noExecute(this.#client.get('Node', '', timer.node))))
    this.#evict(key, timer.uid)
  }

  #pod(key: string): Pod | undefined {
    const slash = key.indexOf('/')
    return this.#client.get('Pod', key.slice(0, slash), key.slice(slash + 1))
  }

  #evict(key: string, uid: string): void {
    const pod = this.#pod(key)
    if (pod?.metadata.uid !== uid) return
    const { namespace = '', name } = pod.metadata
    this.#say(key, `Marking for deletion Pod ${key}`)
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastProbeTime: null,
      lastTransitionTime: formatTimestamp(this.#context.wallMs()),
    } as const
    this.#client.updateStatus('Pod', {
      ...pod,
      status: { ...pod.status, conditions: withCondition(pod.status?.conditions, condition) },
    })
    this.#client.delete('Pod', namespace, name, { preconditionUid: uid })
  }

  /** Lets a Pod stay after all. */
  #letStay(key: string, pod: Pod): void {
    if (this.#cancel(key)) this.#decide(() => evictionCancelled(pod))
  }

  /** Forgets about the Pod, and says so if an eviction was pending. */
  #cancel(key: string): boolean {
    const timer = this.#timers.get(key)
    this.#timers.delete(key)
    if (!timer || timer.event === null) return false
    this.#context.loop.cancel(timer.event)
    this.#say(key, `Cancelling deletion of Pod ${key}`)
    return true
  }

  // The real controller knows the Pod by its name only.
  #say(key: string, message: string): void {
    const slash = key.indexOf('/')
    const metadata = { namespace: key.slice(0, slash), name: key.slice(slash + 1), uid: '', resourceVersion: '' }
    const object: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, creationTimestamp: '' },
      spec: { containers: [] },
    }
    this.#recorder.say({ object, type: 'Normal', reason: 'TaintManagerEviction', message })
  }
}

function noExecute(node: Node | undefined): readonly Taint[] {
  return (node?.spec.taints ?? []).filter(taint => taint.effect === 'NoExecute')
}
