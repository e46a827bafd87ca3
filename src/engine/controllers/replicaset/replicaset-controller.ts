// Keeps as many Pods as a ReplicaSet asks for, after pkg/controller/replicaset: creates and deletes, adopts matching orphans,
// releases Pods whose labels stop matching, and reports status. Left out: the expectations of the real controller, which
// bridge a stale cache for five minutes at most. Reads are always current here, so no sync ever makes up for Pods that it
// has not heard of yet.

import type { ApiStatus } from '../../api/api-status.ts'
import type { Condition } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { sameJson } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import { positive } from '../runtime/counts.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import {
  controllerOf,
  isPodActive,
  isPodAvailable,
  isPodReady,
  isTerminating,
  readySinceMs,
} from '../runtime/pod-facts.ts'
import { claim, watchOwned } from '../runtime/claim.ts'
import { PodControl, podFromTemplate } from '../runtime/pod-owner.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import type { SavedBudget } from '../runtime/write-budget.ts'
import { podDeleted } from './explain-victims.ts'
import { OwnedPods, type PodCounts } from './owned-pods.ts'
import { rankForDeletion } from './rank-pods.ts'

/** Most Pods that one sync creates or deletes. */

export interface SavedReplicaSets {
  readonly queue: SavedWorkQueue
  readonly writes: SavedBudget | null
}

export class ReplicaSetController implements Part {
  readonly partName = 'replicaset'
  readonly #context: ControllerRuntime
  readonly #controller: Controller
  readonly #podControl: PodControl
  readonly #decide: DecisionVoice
  /** ReplicaSet (uid) → the counts of its Pods; derived, and no part of a snapshot. */
  readonly #owned = new Map<string, OwnedPods>()

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#decide = context.decisions.voice('replicaset-controller')
    this.#controller = new Controller(context, {
      actor: 'replicaset-controller',
      queue: { name: 'replicaset', backOffBaseMs: 5, backOffMaxMs: 1_000_000 },
      sync: (namespace, name) => this.#sync(namespace, name),
    })
    this.#controller.watchOwn('ReplicaSet')
    this.#controller.watch('ReplicaSet', ({ type, object }) => {
      if (type === 'DELETED') this.#owned.delete(object.metadata.uid)
    })
    watchOwned(this.#controller, 'Pod', 'ReplicaSet')
    this.#podControl = new PodControl(context, this.#controller, context.events.recorder('replicaset-controller'))
  }

  save(): SavedReplicaSets {
    return { queue: this.#controller.queue.save(), writes: this.#podControl.save() }
  }

  load(saved: SavedReplicaSets): void {
    this.#controller.queue.load(saved.queue)
    this.#podControl.load(saved.writes)
    this.#owned.clear()
  }

  #sync(namespace: string, name: string): SyncOutcome {
    const { client } = this.#controller
    const set = client.get('ReplicaSet', namespace, name)
    if (!set) return 'done'
    const refusal = this.#isInOrder(set) ? undefined : this.#bringInOrder(set)
    this.#report(set, refusal)
    return refusal ? 'retry' : 'done'
  }

  #counts(set: ReplicaSet): PodCounts {
    const { uid } = set.metadata
    let owned = this.#owned.get(uid)
    if (!owned?.countsFor(set)) this.#owned.set(uid, (owned = new OwnedPods(set)))
    return owned.of(this.#controller.client.ownedBy('Pod', uid))
  }

  /** Whether there is nobody to adopt or release and the right number of Pods, as counts alone can tell. */
  #isInOrder(set: ReplicaSet): boolean {
    const { owned, unmatched, active } = this.#counts(set)
    if (unmatched > 0 || active !== set.spec.replicas) return false
    // All own Pods have each label of the selector: if there are no more Pods with one of them, nobody else matches.
    const namespace = set.metadata.namespace ?? ''
    return Object.entries(set.spec.selector.matchLabels ?? {}).some(
      ([key, value]) => this.#controller.client.podsWithLabels(namespace, { [key]: value }).length === owned,
    )
  }

  #bringInOrder(set: ReplicaSet): ApiStatus | undefined {
    const { client } = this.#controller
    const pods = claim({
      client,
      kind: 'Pod',
      owner: set,
      ownerKind: 'ReplicaSet',
      passesOver: pod => !isPodActive(pod),
    })
    return isTerminating(set) ? undefined : this.#manage(set, pods)
  }

  /** Creates or deletes Pods; the refusal that stopped it, if one did. */
  #manage(set: ReplicaSet, active: readonly Pod[]): ApiStatus | undefined {
    const surplus = active.length - set.spec.replicas
    const burst = this.#context.settings()['sim-replicaset-burst']
    if (surplus < 0) {
      const made = Math.min(-surplus, burst)
      this.#decide(() => ({
        code: 'pods-made',
        about: set,
        because: { rule: 'too-few-pods', wanted: set.spec.replicas, active: active.length, made },
      }))
      return this.#createPods(set, made)
    }
    if (surplus > 0) return this.#deletePods(set, active, Math.min(surplus, burst))
    return undefined
  }

  #createPods(set: ReplicaSet, count: number): ApiStatus | undefined {
    const draft = podFromTemplate(set, 'ReplicaSet', set.spec.template)
    return this.#podControl.createAll(set, count, () => draft)
  }

  #deletePods(set: ReplicaSet, active: readonly Pod[], count: number): ApiStatus | undefined {
    const rank =
      count < active.length ? { neighbours: this.#neighbours(set), wallMs: this.#context.wallMs() } : undefined
    const ranked = rank ? rankForDeletion({ pods: active, ...rank }) : active
    const victims = ranked.slice(0, count)
    for (const pod of victims) this.#decide(() => podDeleted({ set, pod, spared: ranked[count], rank }))
    return this.#podControl.deleteAll(set, victims)
  }

  /** Active Pods on a Node of all ReplicaSets with the same owner; none where a set stands alone, as in Kubernetes. */
  #neighbours(set: ReplicaSet): (pod: Pod) => number {
    const { client } = this.#controller
    const owner = controllerOf(set)
    const siblings = owner ? client.ownedBy('ReplicaSet', owner.uid) : []
    const onNode = new Map<string, number>()
    for (const { spec } of siblings.flatMap(({ metadata }) => client.ownedBy('Pod', metadata.uid)).filter(isPodActive))
      if (spec.nodeName) onNode.set(spec.nodeName, (onNode.get(spec.nodeName) ?? 0) + 1)
    return pod => onNode.get(pod.spec.nodeName ?? '') ?? 0
  }

  #report(set: ReplicaSet, refusal: ApiStatus | undefined): void {
    const { client, queue } = this.#controller
    const current = client.get('ReplicaSet', set.metadata.namespace ?? '', set.metadata.name)
    if (!current) return
    const wallMs = this.#context.wallMs()
    const minReadySeconds = current.spec.minReadySeconds ?? 0
    const { active, fullyLabeled, ready } = this.#counts(current)
    const waiting =
      minReadySeconds === 0 || ready === 0
        ? []
        : client
            .ownedBy('Pod', current.metadata.uid)
            .filter(pod => isPodActive(pod) && isPodReady(pod) && !isPodAvailable(pod, minReadySeconds, wallMs))
    const status: NonNullable<ReplicaSet['status']> = {
      replicas: active,
      ...positive({
        fullyLabeledReplicas: fullyLabeled,
        readyReplicas: ready,
        availableReplicas: ready - waiting.length,
      }),
      observedGeneration: current.metadata.generation,
      ...failureCondition(current.status?.conditions, refusal, wallMs),
    }
    if (!sameJson(status, current.status)) client.updateStatus('ReplicaSet', { ...current, status })
    for (const pod of waiting)
      queue.add(keyOf(current), (readySinceMs(pod) ?? wallMs) + minReadySeconds * 1000 - wallMs)
  }
}

/** That Pods are refused is said once, in the words of the first refusal, until there is none any more. */
function failureCondition(
  conditions: readonly Condition[] = [],
  refusal: ApiStatus | undefined,
  wallMs: number,
): { readonly conditions?: readonly Condition[] } {
  const others = conditions.filter(({ type }) => type !== 'ReplicaFailure')
  if (!refusal) return others.length > 0 ? { conditions: others } : {}
  if (others.length < conditions.length) return { conditions }
  const failure: Condition = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: refusal.message,
    lastTransitionTime: formatTimestamp(wallMs),
  }
  return { conditions: [...conditions, failure] }
}
