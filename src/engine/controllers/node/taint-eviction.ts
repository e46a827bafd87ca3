// Deletes Pods from Nodes with a NoExecute taint, after pkg/controller/tainteviction: at once where the Pod does not tolerate
// it, or when the shortest of its tolerations runs out. A timer that runs is left as it is, even if a later taint would end
// sooner. Only Nodes that this playground runs are looked at.

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
import { isTerminating } from '../runtime/pod-facts.ts'
import { Controller } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { toleratesTaint } from '../scheduler/node-facts.ts'
import { evictionCancelled, evictionDue, evictionPlanned, evictionUntolerated } from './explain-eviction.ts'

const DUE_TOPIC = 'taint-eviction/due'

interface Timer {
  readonly uid: string
  readonly node: string
  readonly event: EventId
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
      if (timer.node === node && (earliest === undefined || timer.dueMs < earliest)) earliest = timer.dueMs
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
      this.#cancel(key)
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
    const node = pod && this.#client.get('Node', '', pod.spec.nodeName ?? '')
    if (pod && node && isSimulated(node)) this.#weigh(pod, noExecute(node))
    return 'done'
  }

  #weigh(pod: Pod, taints: readonly Taint[]): void {
    if (isTerminating(pod)) return
    const { loop } = this.#context
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`
    if (taints.length === 0) {
      if (this.#cancel(key)) {
        this.#say(pod, `Cancelling deletion of Pod ${key}`)
        this.#decide(() => evictionCancelled(pod))
      }
      return
    }
    const tolerations = pod.spec.tolerations ?? []
    const used = tolerations.filter(toleration => taints.some(taint => toleratesTaint(toleration, taint)))
    const all = taints.every(taint => tolerations.some(toleration => toleratesTaint(toleration, taint)))
    const seconds = used.flatMap(({ tolerationSeconds }) =>
      tolerationSeconds === undefined ? [] : [Math.max(0, tolerationSeconds)],
    )
    if (!all || Math.min(...seconds) === 0) {
      if (this.#cancel(key)) this.#say(pod, `Cancelling deletion of Pod ${key}`)
      this.#decide(() => evictionUntolerated(pod, taints))
      this.#evict(pod)
      return
    }
    // A timer that runs is kept; without a limit nothing ever comes.
    if (seconds.length === 0 || this.#timers.has(key)) return
    const delayMs = Math.min(...seconds) * 1000
    const event = loop.schedule(DUE_TOPIC, delayMs, key)
    this.#timers.set(key, { uid: pod.metadata.uid, node: pod.spec.nodeName ?? '', event, dueMs: loop.nowMs + delayMs })
    this.#decide(() => evictionPlanned(pod, taints, loop.nowMs + delayMs))
  }

  #onDue(key: string): void {
    const timer = this.#timers.get(key)
    this.#timers.delete(key)
    const slash = key.indexOf('/')
    const pod = this.#client.get('Pod', key.slice(0, slash), key.slice(slash + 1))
    if (!pod || pod.metadata.uid !== timer?.uid) return
    this.#decide(() => evictionDue(pod, noExecute(this.#client.get('Node', '', timer.node))))
    this.#evict(pod)
  }

  #evict(pod: Pod): void {
    const { namespace = '', name, uid } = pod.metadata
    this.#say(pod, `Marking for deletion Pod ${namespace}/${name}`)
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

  #cancel(key: string): boolean {
    const timer = this.#timers.get(key)
    if (!timer) return false
    this.#context.loop.cancel(timer.event)
    return this.#timers.delete(key)
  }

  // The real controller knows the Pod by its name only.
  #say(pod: Pod, message: string): void {
    const object = { ...pod, metadata: { ...pod.metadata, uid: '' } }
    this.#recorder.say({ object, type: 'Normal', reason: 'TaintManagerEviction', message })
  }
}

function noExecute(node: Node | undefined): readonly Taint[] {
  return (node?.spec.taints ?? []).filter(taint => taint.effect === 'NoExecute')
}
