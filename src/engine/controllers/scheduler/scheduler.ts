// Binds Pods to Nodes, after kube-scheduler: filter, score, pick among the best by chance, bind. A Pod that fits nowhere waits
// for something to change, and longer after each attempt. While the cluster has no simulated Node it writes nothing at
// all: then a client does everything by hand. Left out: priorities in the queue, preemption, other profiles.

import type { LabelSelector } from '../../api/meta.ts'
import { isSimulated, type Node } from '../../api/node/node.ts'
import type { Pod, TopologySpreadConstraint } from '../../api/pod/pod.ts'
import { matchesLabels } from '../../api/selector.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import { findCondition, withCondition } from '../runtime/conditions.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import { controllerOf, isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { keyOf } from '../runtime/run-controller.ts'
import { WorkQueue, type SavedWorkQueue, type SyncOutcome } from '../runtime/work-queue.ts'
import { podGated, podScheduled, podUnscheduled, type Choice } from './explain-choice.ts'
import { filterNodes, unschedulableMessage } from './filter-nodes.ts'
import { PodTally } from './pod-tally.ts'
import { defaultSpreads, scoreNodes, type Spread } from './score-nodes.ts'

const SCHEDULER = 'default-scheduler'
const BACK_OFF_BASE_MS = 1_000
const BACK_OFF_MAX_MS = 10_000
/** Pods for which nothing relevant happens are tried again all the same. */
const LEFTOVER_MS = 300_000

interface Attempts {
  readonly count: number
  readonly lastMs: number
}

export interface SavedScheduler {
  readonly queue: SavedWorkQueue
  readonly waiting: readonly (readonly [string, Attempts])[]
}

export class Scheduler implements Part {
  readonly partName = 'scheduler'
  readonly #context: ControllerRuntime
  readonly #client: StoreClient
  readonly #decide: DecisionVoice
  readonly #queue: WorkQueue
  readonly #tally: PodTally
  /** Pods that fit nowhere. */
  readonly #waiting = new Map<string, Attempts>()

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#client = context.client(SCHEDULER)
    this.#decide = context.decisions.voice(SCHEDULER)
    this.#tally = new PodTally(this.#client)
    this.#queue = new WorkQueue(context, {
      name: 'scheduler',
      backOffBaseMs: BACK_OFF_BASE_MS,
      backOffMaxMs: BACK_OFF_MAX_MS,
      sync: key => this.#sync(key),
    })
    this.#client.watch(['Pod'], event => this.#noticePod(event))
    this.#client.watch(['Node'], event => this.#noticeNode(event))
  }

  save(): SavedScheduler {
    return { queue: this.#queue.save(), waiting: [...this.#waiting].sort((a, b) => compareText(a[0], b[0])) }
  }

  load(saved: SavedScheduler): void {
    this.#queue.load(saved.queue)
    this.#waiting.clear()
    for (const [key, attempts] of saved.waiting) this.#waiting.set(key, attempts)
    this.#tally.reset()
  }

  #noticePod({ type, object, previous }: WatchEvent<'Pod'>): void {
    const key = keyOf(object)
    if (type === 'DELETED' || isTerminating(object)) {
      this.#waiting.delete(key)
      // A place on a Node came free.
      if (type === 'DELETED' && object.spec.nodeName) this.#wakeAll()
      return
    }
    if (!isOurs(object)) return
    const changed =
      type === 'ADDED' ||
      !sameJson(previous?.spec, object.spec) ||
      !sameJson(previous?.metadata.labels, object.metadata.labels)
    if (changed) this.#wake(key)
  }

  #noticeNode({ type, object, previous }: WatchEvent<'Node'>): void {
    if (type === 'DELETED') return
    const same =
      previous !== undefined &&
      sameJson(previous.spec, object.spec) &&
      sameJson(previous.metadata.labels, object.metadata.labels) &&
      sameJson(previous.status?.allocatable, object.status?.allocatable) &&
      isSimulated(previous) === isSimulated(object)
    if (!same) this.#wakeAll()
  }

  #wakeAll(): void {
    for (const key of [...this.#waiting.keys()].sort(compareText)) this.#wake(key)
  }

  #wake(key: string): void {
    const { loop, settings } = this.#context
    const attempts = this.#waiting.get(key)
    const backOffMs =
      attempts && attempts.count > 0 ? Math.min(BACK_OFF_BASE_MS * 2 ** (attempts.count - 1), BACK_OFF_MAX_MS) : 0
    const soonestMs = attempts ? attempts.lastMs + backOffMs - loop.nowMs : 0
    this.#queue.add(key, Math.max(settings()['sim-watch-delay'] + settings()['sim-schedule-delay'], soonestMs))
  }

  #sync(key: string): SyncOutcome {
    const slash = key.indexOf('/')
    const pod = this.#client.get('Pod', key.slice(0, slash), key.slice(slash + 1))
    if (!pod || !isOurs(pod) || isTerminating(pod)) {
      this.#waiting.delete(key)
      return 'done'
    }
    const nodes = this.#client.list('Node')
    if (!nodes.some(isSimulated)) {
      // Remembered without an attempt: the first simulated Node wakes it at once.
      this.#waiting.set(key, { count: 0, lastMs: this.#context.loop.nowMs })
      return 'done'
    }
    if (isGated(pod)) {
      this.#decide(() => podGated(pod))
      this.#writeCondition(pod, {
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      })
      return 'done'
    }
    const { feasible, reasons } = filterNodes(pod, nodes, {
      podsOn: node => this.#tally.podsOn(node),
      hostPortsOn: node => this.#tally.hostPortsOn(node),
      matching: (pod, constraint) => this.#matching(pod, constraint),
    })
    const choice = this.#choose(pod, feasible, nodes)
    if (choice) this.#bind(pod, choice)
    else {
      this.#decide(() => podUnscheduled(pod, nodes.length, reasons))
      this.#giveUp(pod, unschedulableMessage(nodes.length, reasons))
    }
    return 'done'
  }

  #choose(pod: Pod, feasible: readonly Node[], nodes: readonly Node[]): Choice | undefined {
    const [first] = feasible
    if (!first) return undefined
    if (feasible.length === 1) return { node: first, feasible, scores: [], nodes: nodes.length }
    const scores = scoreNodes({
      pod,
      feasible,
      nodes,
      spreads: this.#spreads(pod),
      podsOn: node => this.#tally.podsOn(node),
    })
    const best = Math.max(...scores)
    const node = this.#context.random.stream('scheduler').pick(feasible.filter((_, index) => scores[index] === best))
    return node && { node, feasible, scores, nodes: nodes.length }
  }

  #spreads(pod: Pod): readonly Spread[] {
    const own = pod.spec.topologySpreadConstraints ?? []
    if (own.length > 0) {
      return own
        .filter(constraint => constraint.whenUnsatisfiable === 'ScheduleAnyway')
        .map(constraint => ({ ...constraint, counts: this.#matching(pod, constraint) }))
    }
    const selector = this.#defaultSelector(pod)
    return selector ? defaultSpreads(this.#tally.matching(pod.metadata.namespace ?? '', selector)) : []
  }

  #matching(pod: Pod, constraint: TopologySpreadConstraint): ReadonlyMap<string, number> {
    return this.#tally.matching(pod.metadata.namespace ?? '', constraint.labelSelector ?? {})
  }

  /** What the Services that select the Pod and the ReplicaSet that owns it ask for, taken together. */
  #defaultSelector(pod: Pod): LabelSelector | undefined {
    const namespace = pod.metadata.namespace ?? ''
    const matchLabels: Record<string, string> = {}
    for (const { spec } of this.#client.list('Service', namespace)) {
      const selector = spec.selector ?? {}
      if (Object.keys(selector).length > 0 && matchesLabels(selector, pod.metadata.labels))
        Object.assign(matchLabels, selector)
    }
    const owner = controllerOf(pod)
    const set = owner?.kind === 'ReplicaSet' ? this.#client.get('ReplicaSet', namespace, owner.name) : undefined
    Object.assign(matchLabels, set?.spec.selector.matchLabels)
    const matchExpressions = set?.spec.selector.matchExpressions
    if (Object.keys(matchLabels).length === 0 && !matchExpressions) return undefined
    return matchExpressions ? { matchLabels, matchExpressions } : { matchLabels }
  }

  #bind(pod: Pod, choice: Choice): void {
    const { node } = choice
    const nodeName = node.metadata.name
    const bound = this.#client.update('Pod', { ...pod, spec: { ...pod.spec, nodeName } })
    if (!bound.ok) return
    this.#decide(() => podScheduled(pod, choice))
    this.#waiting.delete(keyOf(pod))
    // The condition comes with a kubelet's first status; where no kubelet of ours runs, nobody else would write it.
    if (!isSimulated(node)) this.#writeScheduled(bound.value)
    const message = `Successfully assigned ${keyOf(pod)} to ${nodeName}`
    this.#context.events.sayPlainly(SCHEDULER, 'Binding', {
      object: bound.value,
      type: 'Normal',
      reason: 'Scheduled',
      message,
    })
  }

  #giveUp(pod: Pod, message: string): void {
    const key = keyOf(pod)
    const count = (this.#waiting.get(key)?.count ?? 0) + 1
    this.#waiting.set(key, { count, lastMs: this.#context.loop.nowMs })
    this.#queue.add(key, LEFTOVER_MS)
    this.#writeCondition(pod, { reason: 'Unschedulable', message })
    this.#context.events.sayPlainly(SCHEDULER, 'Scheduling', {
      object: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      message,
    })
  }

  #writeScheduled(pod: Pod): void {
    const condition = {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: this.#now(),
    } as const
    this.#client.updateStatus('Pod', {
      ...pod,
      status: { ...pod.status, conditions: withCondition(pod.status?.conditions, condition) },
    })
  }

  #writeCondition(pod: Pod, { reason, message }: { readonly reason: string; readonly message: string }): void {
    const before = findCondition(pod.status?.conditions, 'PodScheduled')
    if (before?.status === 'False' && before.reason === reason && before.message === message) return
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      lastProbeTime: null,
      lastTransitionTime: this.#now(),
    } as const
    this.#client.updateStatus('Pod', {
      ...pod,
      status: { ...pod.status, conditions: withCondition(pod.status?.conditions, condition) },
    })
  }

  #now(): string {
    return formatTimestamp(this.#context.wallMs())
  }
}

/** Waits for a Node, and for this scheduler. */
function isOurs(pod: Pod): boolean {
  return !pod.spec.nodeName && (pod.spec.schedulerName ?? SCHEDULER) === SCHEDULER && !isPodTerminal(pod)
}

function isGated(pod: Pod): boolean {
  const gates = pod.spec['schedulingGates']
  return Array.isArray(gates) && gates.length > 0
}
