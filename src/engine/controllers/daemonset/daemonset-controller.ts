// The loop that keeps one Pod of a DaemonSet on every Node that will have it, after pkg/controller/daemon: finds or makes the
// revision of the present template, brings each Node in order, moves a rolling update on, reports, and trims the history.
// Reads are always current here, so the expectations of the real controller are not needed.

import type { ControllerRevision } from '../../api/controllerrevision/controllerrevision.ts'
import type { DaemonSet } from '../../api/daemonset/daemonset.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import type { WatchEvent } from '../../store/client.ts'
import { presentRevision, revisionsOf, trimRevisions, type RevisedSet } from '../history/controller-revisions.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { controllerOf, isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { claim, watchOwned } from '../runtime/claim.ts'
import { PodControl } from '../runtime/pod-owner.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import type { SavedBudget } from '../runtime/write-budget.ts'
import { daemonPod, fitOf, REVISION_HASH_LABEL, targetNode } from './daemon-pods.ts'
import { daemonSetStatus } from './daemonset-status.ts'
import { explainPlan, nodesLeftOut } from './explain-daemonset.ts'
import { byAge, planManage, planUpdate, type DaemonInput, type DaemonPlace, type DaemonPlan } from './plan-daemonset.ts'

/** Most Pods that one sync creates or deletes. */
/** A Node whose Pods keep failing waits longer each time, and is forgiven after twice the longest wait. */
const FAILED_BASE_MS = 1_000
const FAILED_MAX_MS = 900_000

interface BackOff {
  readonly waitMs: number
  readonly sinceMs: number
}

export interface SavedDaemonSets {
  readonly queue: SavedWorkQueue
  readonly failed: readonly (readonly [string, BackOff])[]
  readonly writes: SavedBudget | null
}

export class DaemonSetController implements Part {
  readonly partName = 'daemonset'
  readonly #context: ControllerRuntime
  readonly #controller: Controller
  readonly #recorder: EventRecorder
  readonly #decide: DecisionVoice
  readonly #podControl: PodControl
  /** `uid/hash/node` of a set whose Pod failed there → how long the next one may not be deleted. */
  readonly #failed = new Map<string, BackOff>()

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#recorder = context.events.recorder('daemonset-controller')
    this.#decide = context.decisions.voice('daemonset-controller')
    this.#controller = new Controller(context, {
      actor: 'daemonset-controller',
      queue: { name: 'daemonset', backOffBaseMs: 5, backOffMaxMs: 1_000_000 },
      sync: (namespace, name) => this.#sync(namespace, name),
    })
    this.#podControl = new PodControl(context, this.#controller, this.#recorder)
    this.#controller.watchOwn('DaemonSet')
    this.#controller.watch('DaemonSet', ({ type, object }) => {
      if (type === 'DELETED') this.#forget(object.metadata.uid)
    })
    watchOwned(this.#controller, 'Pod', 'DaemonSet')
    this.#controller.watch('Node', event => this.#noticeNode(event))
    // A revision that somebody deletes is made again at once. StatefulSets do not listen for theirs.
    this.#controller.watch('ControllerRevision', ({ type, object }, queue) => {
      const owner = controllerOf(object)
      if (type === 'DELETED' && owner?.kind === 'DaemonSet') queue.notice(`${object.metadata.namespace}/${owner.name}`)
    })
  }

  save(): SavedDaemonSets {
    const failed = [...this.#failed].sort((a, b) => compareText(a[0], b[0]))
    return { queue: this.#controller.queue.save(), failed, writes: this.#podControl.save() }
  }

  load(saved: SavedDaemonSets): void {
    this.#controller.queue.load(saved.queue)
    this.#podControl.load(saved.writes)
    this.#failed.clear()
    for (const [key, backOff] of saved.failed) this.#failed.set(key, backOff)
  }

  #forget(uid: string): void {
    for (const key of this.#failed.keys()) if (key.startsWith(`${uid}/`)) this.#failed.delete(key)
  }

  #noticeNode({ type, object, previous }: WatchEvent<'Node'>): void {
    const { client, queue } = this.#controller
    const same = sameJson(previous?.spec, object.spec) && sameJson(previous?.metadata.labels, object.metadata.labels)
    if (type === 'MODIFIED' && same) return
    for (const set of client.list('DaemonSet')) queue.notice(keyOf(set))
  }

  #sync(namespace: string, name: string): SyncOutcome {
    const { client } = this.#controller
    const set = client.get('DaemonSet', namespace, name)
    if (!set || isTerminating(set)) return 'done'
    const present = presentRevision(this.#revised(set))
    if (present === 'refused') return 'retry'
    if (present === 'collides') {
      const collisionCount = (set.status?.collisionCount ?? 0) + 1
      const status = set.status ?? daemonSetStatus({ set, places: [], hash: '', wallMs: 0 })
      client.updateStatus('DaemonSet', { ...set, status: { ...status, collisionCount } })
      return 'retry'
    }
    claim({ client, kind: 'Pod', owner: set, ownerKind: 'DaemonSet' })
    const hash = present.metadata.labels?.[REVISION_HASH_LABEL] ?? ''
    const went = this.#bringInOrder(set, hash)
    this.#report(set, hash)
    return went ? 'done' : 'retry'
  }

  #revised(owner: DaemonSet): RevisedSet {
    return { client: this.#controller.client, owner, kind: 'DaemonSet', hashLabel: REVISION_HASH_LABEL }
  }

  #input(set: DaemonSet, hash: string): DaemonInput {
    const { client } = this.#controller
    const byNode = new Map<string, Pod[]>()
    for (const pod of client.ownedBy('Pod', set.metadata.uid)) {
      const node = targetNode(pod)
      if (node === undefined || (isTerminating(pod) && isPodTerminal(pod))) continue
      byNode.set(node, [...(byNode.get(node) ?? []), pod])
    }
    const places: DaemonPlace[] = client.list('Node').map(node => {
      const { name } = node.metadata
      const pods = (byNode.get(name) ?? []).sort(byAge)
      byNode.delete(name)
      return { node: name, fit: { ...fitOf(set, node), exists: true }, pods }
    })
    for (const [node, pods] of byNode) {
      places.push({ node, fit: { shouldRun: false, mayStay: false, exists: false }, pods })
    }
    return { set, places, hash, wallMs: this.#context.wallMs() }
  }

  /** Whether everything went as planned. An update is planned on what the first half left behind. */
  #bringInOrder(set: DaemonSet, hash: string): boolean {
    const manage = planManage(this.#input(set, hash))
    const ended = manage.ended.filter(({ pod, node }) => this.#mayEnd(set, pod, `${set.metadata.uid}/${hash}/${node}`))
    for (const { pod, node } of ended) this.#sayEnded(set, pod, node)
    if (!this.#carryOut(set, hash, { ...manage, remove: [...ended.map(({ pod }) => pod), ...manage.remove] }))
      return false
    if (set.spec.updateStrategy.type !== 'RollingUpdate') return true
    return this.#carryOut(set, hash, planUpdate(this.#input(set, hash)))
  }

  #carryOut(set: DaemonSet, hash: string, plan: DaemonPlan): boolean {
    if (this.#context.decisions.heard) this.#explain(set, hash, plan)
    const { createOn, remove } = plan
    const burst = this.#context.settings()['sim-daemonset-burst']
    const nodes = createOn.slice(0, burst)
    const made = this.#podControl.createAll(set, nodes.length, index => daemonPod(set, nodes[index] ?? '', hash))
    const removed = this.#podControl.deleteAll(set, remove.slice(0, burst))
    return made === undefined && removed === undefined
  }

  #explain(set: DaemonSet, hash: string, plan: DaemonPlan): void {
    const leftOut = nodesLeftOut(set, this.#controller.client.list('Node'))
    for (const decision of [...leftOut, ...explainPlan(this.#input(set, hash), plan)]) this.#decide(() => decision)
  }

  /** Whether an ended Pod may go now; a Failed one may have to wait, and the sync comes back for it. */
  #mayEnd(set: DaemonSet, pod: Pod, key: string): boolean {
    if (pod.status?.phase !== 'Failed') return true
    const nowMs = this.#context.loop.nowMs
    const before = this.#failed.get(key)
    const passedMs = before ? nowMs - before.sinceMs : Infinity
    if (before && passedMs < before.waitMs) {
      this.#controller.queue.add(keyOf(set), before.waitMs - passedMs)
      return false
    }
    const forgiven = passedMs > 2 * FAILED_MAX_MS
    const waitMs = before && !forgiven ? Math.min(before.waitMs * 2, FAILED_MAX_MS) : FAILED_BASE_MS
    this.#failed.set(key, { waitMs, sinceMs: nowMs })
    return true
  }

  #sayEnded(object: DaemonSet, pod: Pod, node: string): void {
    const what = `daemon pod ${keyOf(pod)} on node ${node}`
    this.#recorder.say(
      pod.status?.phase === 'Failed'
        ? { object, type: 'Warning', reason: 'FailedDaemonPod', message: `Found failed ${what}, will try to kill it` }
        : {
            object,
            type: 'Normal',
            reason: 'SucceededDaemonPod',
            message: `Found succeeded ${what}, will try to delete it`,
          },
    )
  }

  /** Revisions that Pods still have are kept, and count as kept ones all the same. */
  #trimHistory(set: DaemonSet, hash: string): void {
    const revised = this.#revised(set)
    const hashOf = ({ metadata: { labels } }: ControllerRevision | Pod): string | undefined =>
      labels?.[REVISION_HASH_LABEL]
    const old = revisionsOf(revised).filter(revision => hashOf(revision) !== hash)
    const living = new Set(this.#controller.client.ownedBy('Pod', set.metadata.uid).map(hashOf))
    trimRevisions(
      revised,
      old.filter(revision => !living.has(hashOf(revision))),
      old.length,
    )
  }

  #report(set: DaemonSet, hash: string): void {
    const { client, queue } = this.#controller
    const found = client.get('DaemonSet', set.metadata.namespace ?? '', set.metadata.name)
    if (!found) return
    const status = daemonSetStatus(this.#input(found, hash))
    if (!sameJson(status, found.status)) client.updateStatus('DaemonSet', { ...found, status })
    this.#trimHistory(found, hash)
    const minReadySeconds = found.spec.minReadySeconds ?? 0
    if (minReadySeconds > 0 && status.numberReady !== (status.numberAvailable ?? 0)) {
      queue.add(keyOf(found), minReadySeconds * 1000)
    }
  }
}
