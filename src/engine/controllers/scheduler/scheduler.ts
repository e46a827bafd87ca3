// Binds Pods to Nodes, after kube-scheduler: filter, score, pick among the best by chance, bind. A Pod that fits nowhere waits
// for something to change, and longer after each attempt. While the cluster has no simulated Node it writes nothing at
// all: then a client does everything by hand. Left out: preemption, other profiles, and claims of volumes, which are taken to
// be bound.

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
import { ReadyPods } from './ready-pods.ts'
import { defaultSpreads, scoreNodes, type Spread } from './score-nodes.ts'

const SCHEDULER = 'default-scheduler'
const NEXT_TOPIC = 'scheduler/next'

interface Attempts {
  readonly count: number
  readonly lastMs: number
}

export interface SavedScheduler {
  readonly queue: SavedWorkQueue
  readonly ready: ReturnType<ReadyPods['save']>
  readonly waiting: readonly (readonly [string, Attempts])[]
}

export class Scheduler implements Part {
  readonly partName = 'scheduler'
  readonly #context: ControllerRuntime
  readonly #client: StoreClient
  readonly #decide: DecisionVoice
  readonly #queue: WorkQueue
  readonly #ready = new ReadyPods()
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
      // A sync never fails: how long a Pod waits is counted below.
      backOffBaseMs: 1_000,
      backOffMaxMs: 1_000,
      sync: key => this.#line(key),
    })
    context.loop.on(NEXT_TOPIC, () => this.#scheduleNext())
    this.#client.watch(['Pod'], event => this.#noticePod(event))
    this.#client.watch(['Node'], event => this.#noticeNode(event))
  }

  save(): SavedScheduler {
    return {
      queue: this.#queue.save(),
      ready: this.#ready.save(),
      waiting: [...this.#waiting].sort((a, b) => compareText(a[0], b[0])),
    }
  }

  load(saved: SavedScheduler): void {
    this.#queue.load(saved.queue)
    this.#ready.load(saved.ready)
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
    if (object.spec.nodeName && isPodTerminal(object) && previous && !isPodTerminal(previous)) this.#wakeAll()
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
    const waiting = [...this.#waiting].sort((a, b) => a[1].lastMs - b[1].lastMs || compareText(a[0], b[0]))
    for (const [key] of waiting) this.#wake(key)
  }

  #wake(key: string): void {
    const { loop, settings } = this.#context
    const attempts = this.#waiting.get(key)
    const { podInitialBackoffSeconds, podMaxBackoffSeconds } = settings()
    const backOffSeconds =
      attempts && attempts.count > 0
        ? Math.min(podInitialBackoffSeconds * 2 ** (attempts.count - 1), podMaxBackoffSeconds)
        : 0
    const soonestMs = attempts ? attempts.lastMs + backOffSeconds * 1000 - loop.nowMs : 0
    this.#queue.add(key, Math.max(settings()['sim-watch-delay'] + settings()['sim-schedule-delay'], soonestMs))
  }

  /** Lets a Pod stand in line with all others of this moment: the next turn comes after the last of them. */
  #line(key: string): SyncOutcome {
    if (this.#ready.add(key, this.#pod(key)?.spec.priority ?? 0)) this.#context.loop.schedule(NEXT_TOPIC, 0)
    return 'done'
  }

  #scheduleNext(): void {
    const key = this.#ready.take()
    if (key !== undefined) this.#schedule(key)
  }

  #pod(key: string): Pod | undefined {
    const slash = key.indexOf('/')
    return this.#client.get('Pod', key.slice(0, slash), key.slice(slash + 1))
  }

  #schedule(key: string): void {
    const pod = this.#pod(key)
    if (!pod || !isOurs(pod) || isTerminating(pod)) {
      this.#waiting.delete(key)
      return
    }
    const nodes = this.#client.list('Node')
    if (!nodes.some(isSimulated)) {
      // Remembered without an attempt: the first simulated Node wakes it at once.
      this.#waiting.set(key, { count: 0, lastMs: this.#context.loop.nowMs })
      return
    }
    // The API server has said so in the Pod; the change that takes the last gate away wakes it.
    if (isGated(pod)) {
      this.#decide(() => podGated(pod))
      return
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
      this.#giveUp(pod, unschedulableMessage(pod, nodes.length, reasons))
    }
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
        .map(constraint => ({ ...constraint, counts: this.#matching(pod, constraint), isOwn: true }))
    }
    const selector = this.#defaultSelector(pod)
    return selector ? defaultSpreads(this.#tally.matching(pod.metadata.namespace ?? '', selector)) : []
  }

  #matching(pod: Pod, constraint: TopologySpreadConstraint): ReadonlyMap<string, number> {
    return this.#tally.matching(pod.metadata.namespace ?? '', constraint.labelSelector ?? {})
  }

  /** What the Services that select the Pod and the set that owns it ask for, taken together. */
  #defaultSelector(pod: Pod): LabelSelector | undefined {
    const namespace = pod.metadata.namespace ?? ''
    const matchLabels: Record<string, string> = {}
    for (const { spec } of this.#client.list('Service', namespace)) {
      const selector = spec.selector ?? {}
      if (Object.keys(selector).length > 0 && matchesLabels(selector, pod.metadata.labels))
        Object.assign(matchLabels, selector)
    }
    const owner = controllerOf(pod)
    const set =
      owner?.kind === 'ReplicaSet' || owner?.kind === 'StatefulSet'
        ? this.#client.get(owner.kind, namespace, owner.name)
        : undefined
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
    this.#queue.add(key, this.#context.settings()['pod-max-in-unschedulable-pods-duration'])
    this.#writeUnschedulable(pod, message)
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

  #writeUnschedulable(pod: Pod, message: string): void {
    const reason = 'Unschedulable'
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
  return (pod.spec.schedulingGates ?? []).length > 0
}
