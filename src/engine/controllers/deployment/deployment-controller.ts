// The loop that turns a Deployment into ReplicaSets, after pkg/controller/deployment: finds or makes the ReplicaSet of the
// present template, moves replicas to it a step at a time, scales, trims history and reports status. A rollback is just
// a template that an old ReplicaSet already has. Left out: the annotation by which clients of old asked for a rollback.

import type { Deployment } from '../../api/deployment/deployment.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { sameJson } from '../../kernel/json.ts'
import { isNamespaceEnding } from '../endpointslice/endpointslice-controller.ts'
import { claim, watchOwned } from '../runtime/claim.ts'
import { findCondition } from '../runtime/conditions.ts'
import { ControlLoop } from '../runtime/control-loop.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { controllerOf, isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { keyOf } from '../runtime/run-controller.ts'
import type { SyncOutcome } from '../runtime/work-queue.ts'
import {
  countedStatus,
  deadlineOf,
  hasDeadline,
  isComplete,
  rolloutStatus,
  withHold,
  withProgress,
} from './deployment-status.ts'
import {
  rolloutEnded,
  rolloutWaits,
  setMade,
  setReused,
  whyAsked,
  whyNewComes,
  whyOldGoes,
  whyRolled,
  whyShared,
  type WhyScaled,
} from './explain-rollout.ts'
import {
  planProportionalScaling,
  planRollingUpdate,
  replicasOfNewSet,
  rolloutLimits,
  type Scaling,
} from './plan-rollout.ts'
import {
  byAge,
  findNewSet,
  isSaturated,
  needsScaling,
  newSet,
  nextRevision,
  REVISION,
  revisionOf,
  scaledSet,
  withRevision,
  withScale,
} from './replica-sets.ts'

/** A Deployment with its ReplicaSets, in the course of one sync. */
interface Rollout {
  readonly deployment: Deployment
  readonly fresh: ReplicaSet | undefined
  /** Oldest first. */
  readonly old: readonly ReplicaSet[]
}

export class DeploymentController extends ControlLoop {
  constructor(context: ControllerRuntime) {
    super(context, {
      actor: 'deployment-controller',
      queue: { name: 'deployment', backOffBaseMs: 5, backOffMaxMs: 1_000_000, retriesMax: 15 },
    })
    this.controller.watchOwn('Deployment')
    watchOwned(this.controller, 'ReplicaSet', 'Deployment')
    // The end of the last Pod lets a Recreate go on.
    this.controller.watch('Pod', ({ type, object }, queue) => {
      const key = type === 'DELETED' ? this.#deploymentWithoutPods(object) : undefined
      if (key !== undefined) queue.notice(key)
    })
  }

  /** The key of the Deployment that recreates and that this Pod was the last one of. */
  #deploymentWithoutPods(pod: Pod): string | undefined {
    const { client } = this.controller
    const namespace = pod.metadata.namespace ?? ''
    const set = client.get('ReplicaSet', namespace, controllerOf(pod)?.name ?? '')
    const owner = set && controllerOf(set)
    const deployment = owner?.kind === 'Deployment' ? client.get('Deployment', namespace, owner.name) : undefined
    if (deployment?.spec.strategy.type !== 'Recreate') return undefined
    const sets = client.ownedBy('ReplicaSet', deployment.metadata.uid)
    const hasPods = sets.some(({ metadata }) => client.ownedBy('Pod', metadata.uid).some(one => one !== pod))
    return hasPods ? undefined : keyOf(deployment)
  }

  protected sync(namespace: string, name: string): SyncOutcome {
    const { client } = this.controller
    const found = client.get('Deployment', namespace, name)
    if (!found) return 'done'
    const sets = claim({ client, kind: 'ReplicaSet', owner: found, ownerKind: 'Deployment' }).toSorted(byAge)
    const deployment = isTerminating(found) ? found : this.#tell(found, withHold(found, this.context.wallMs()))
    const rollout = this.#findNew(deployment, sets)
    if (isTerminating(deployment)) {
      this.#report(rollout, countedStatus)
    } else if (deployment.spec.paused || needsScaling(deployment, sets)) {
      this.#scale(rollout)
      if (deployment.spec.paused) {
        this.#sayPaused(deployment)
        this.#trimHistory(rollout)
      }
      this.#report(rollout, countedStatus)
    } else {
      const rolled = deployment.spec.strategy.type === 'Recreate' ? this.#recreate(rollout) : this.#roll(rollout)
      if (rolled === 'failed') return 'retry'
      this.#report(rolled, rolloutStatus)
      this.#awaitProgress(namespace, name)
    }
    return 'done'
  }

  /** Writes what a Deployment says of itself, and its revision; the Deployment as it is then. */
  #tell(before: Deployment, told: Deployment): Deployment {
    if (told === before) return before
    // By way of the status, as the real controller: the annotation is no change of what is wanted, and counts no generation.
    const written = this.controller.client.updateStatus('Deployment', told, { withMeta: true })
    return written.ok ? written.value : before
  }

  /** Tells new from old, and gives the new ReplicaSet the highest revision, and the Deployment the same. */
  #findNew(deployment: Deployment, sets: readonly ReplicaSet[]): Rollout {
    const found = findNewSet(deployment, sets)
    const old = sets.filter(set => set !== found)
    if (!found) return { deployment, fresh: undefined, old }
    const revision = nextRevision(old)
    const fresh = this.#annotate(deployment, found, revision)
    if (revisionOf(found) < revision) this.decide(() => setReused(deployment, found, revision))
    const numbered = withRevisionOf(deployment, revisionOf(fresh))
    const isKnown = findCondition(deployment.status?.conditions, 'Progressing') !== undefined
    const message = `Found new replica set "${fresh.metadata.name}"`
    const told = isKnown
      ? numbered
      : this.#sayProgress(numbered, { status: 'True', reason: 'FoundNewReplicaSet', message })
    return { deployment: this.#tell(deployment, told), fresh, old }
  }

  #annotate(deployment: Deployment, set: ReplicaSet, revision: number): ReplicaSet {
    const annotations = withRevision(deployment, set, revision)
    const { minReadySeconds } = deployment.spec
    const isSame = (set.spec.minReadySeconds ?? 0) === (minReadySeconds ?? 0)
    if (sameJson(annotations, set.metadata.annotations ?? {}) && isSame) return set
    const spec = isSame ? set.spec : { ...set.spec, minReadySeconds }
    const metadata = { ...set.metadata, annotations }
    const updated = this.controller.client.update('ReplicaSet', { ...set, spec, metadata })
    return updated.ok ? updated.value : set
  }

  /** Makes the ReplicaSet of the present template. */
  #create({ deployment, old }: Rollout): Rollout | 'failed' {
    const { client } = this.controller
    const revision = nextRevision(old)
    const replicas = replicasOfNewSet(deployment, old)
    const draft = newSet(deployment, revision, replicas)
    const created = client.create('ReplicaSet', draft)
    if (!created.ok && created.status.reason === 'AlreadyExists') return this.#countCollision(deployment)
    if (!created.ok) {
      if (isNamespaceEnding(created.status)) return 'failed'
      const message = `Failed to create new replica set "${draft.metadata.name}": ${created.status.message}`
      this.#tell(
        deployment,
        this.#sayProgress(deployment, { status: 'False', reason: 'ReplicaSetCreateError', message }),
      )
      this.recorder.say({ object: deployment, type: 'Warning', reason: 'ReplicaSetCreateError', message })
      return 'failed'
    }
    const fresh = created.value
    this.decide(() => setMade(deployment, fresh, revision))
    if (replicas > 0) this.#announceScaling(deployment, fresh, 0, replicas)
    const message = `Created new replica set "${fresh.metadata.name}"`
    const numbered = withRevisionOf(deployment, revision)
    const told = this.#sayProgress(numbered, { status: 'True', reason: 'NewReplicaSetCreated', message })
    return { deployment: this.#tell(deployment, told), fresh, old }
  }

  /** Another template has this hash: the next sync tries on with another. */
  #countCollision(deployment: Deployment): 'failed' {
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1
    this.#tell(deployment, { ...deployment, status: { ...deployment.status, collisionCount } })
    return 'failed'
  }

  #sayProgress(deployment: Deployment, progress: Parameters<typeof withProgress>[1]): Deployment {
    return hasDeadline(deployment) ? withProgress(deployment, progress, this.context.wallMs()) : deployment
  }

  /** Another number of replicas: the one active set takes it whole, several in proportion. */
  #scale({ deployment, fresh, old }: Rollout): void {
    const { replicas, strategy } = deployment.spec
    const sets = fresh ? [...old, fresh].sort(byAge) : old
    const active = sets.filter(set => set.spec.replicas > 0)
    if (active.length <= 1) {
      const only = active[0] ?? fresh ?? old.at(-1)
      if (only && (only.spec.replicas !== replicas || needsScaling(deployment, [only])))
        this.#scaleSet(deployment, only, replicas, whyAsked)
    } else if (fresh && isSaturated(deployment, fresh)) {
      for (const set of old) if (set.spec.replicas > 0) this.#scaleSet(deployment, set, 0, whyOldGoes)
    } else if (strategy.type === 'RollingUpdate') {
      const limits = rolloutLimits(deployment)
      const seen = deployment.status?.replicas ?? 0
      const input = { replicas, limits, sets: sets.map(scaledSet), seen }
      this.#apply(deployment, sets, planProportionalScaling(input), whyShared(input))
    }
  }

  #roll(before: Rollout): Rollout | 'failed' {
    const rollout = before.fresh ? before : this.#create(before)
    if (rollout === 'failed' || !rollout.fresh) return rollout
    const { deployment, fresh, old } = rollout
    const input = {
      replicas: deployment.spec.replicas,
      limits: rolloutLimits(deployment),
      fresh: scaledSet(fresh),
      old: old.map(scaledSet),
    }
    const plan = planRollingUpdate(input)
    this.#apply(deployment, [...old, fresh], plan, whyRolled(input))
    if (plan.length === 0) this.decide(() => rolloutWaits(deployment, input))
    if (plan.length === 0 && isComplete(deployment, deployment.status)) this.#trimHistory(rollout)
    return rollout
  }

  /** All old Pods go first. Not even a terminating one may be left when the new ReplicaSet gets its own. */
  #recreate(before: Rollout): Rollout | 'failed' {
    const active = before.old.filter(set => set.spec.replicas > 0)
    for (const set of active) this.#scaleSet(before.deployment, set, 0, whyOldGoes)
    if (active.length > 0 || before.old.some(set => this.#hasRunning(set))) {
      this.#sayOldRemain(before)
      return before
    }
    const rollout = before.fresh ? before : this.#create(before)
    if (rollout === 'failed' || !rollout.fresh) return rollout
    const { deployment, fresh } = rollout
    if (fresh.spec.replicas !== deployment.spec.replicas)
      this.#scaleSet(deployment, fresh, deployment.spec.replicas, whyNewComes)
    if (isComplete(deployment, deployment.status)) this.#trimHistory(rollout)
    return rollout
  }

  #hasRunning({ metadata, status }: ReplicaSet): boolean {
    const pods = this.controller.client.ownedBy('Pod', metadata.uid)
    return (status?.replicas ?? 0) > 0 || pods.some(pod => !isPodTerminal(pod))
  }

  #sayPaused(about: Deployment): void {
    const because = { rule: 'paused', deployment: about.metadata.name } as const
    this.decide(() => ({ code: 'rollout-waits', about, because, once: true }))
  }

  #sayOldRemain({ deployment: about, old }: Rollout): void {
    this.decide(() => {
      const pods = old.flatMap(({ metadata }) => this.controller.client.ownedBy('Pod', metadata.uid))
      const because = { rule: 'old-pods-remain', pods: pods.filter(pod => !isPodTerminal(pod)).length } as const
      return { code: 'rollout-waits', about, because, once: true }
    })
  }

  #apply(deployment: Deployment, sets: readonly ReplicaSet[], plan: readonly Scaling[], why: WhyScaled): void {
    const byName = new Map(sets.map(set => [set.metadata.name, set] as const))
    for (const { name, to } of plan) {
      const set = byName.get(name)
      if (set) byName.set(name, this.#scaleSet(deployment, set, to, why))
    }
  }

  #scaleSet(deployment: Deployment, set: ReplicaSet, to: number, why: WhyScaled): ReplicaSet {
    const from = set.spec.replicas
    const annotations = withScale(deployment, set.metadata.annotations)
    if (from === to && sameJson(annotations, set.metadata.annotations)) return set
    const metadata = { ...set.metadata, annotations }
    const updated = this.controller.client.update('ReplicaSet', {
      ...set,
      metadata,
      spec: { ...set.spec, replicas: to },
    })
    if (!updated.ok) return set
    if (from === to) return updated.value
    this.#announceScaling(deployment, set, from, to)
    this.decide(() => {
      const because = why({ name: set.metadata.name, from, to, replicas: deployment.spec.replicas })
      return { code: 'replicaset-scaled', about: deployment, because, related: [set] }
    })
    return updated.value
  }

  #announceScaling(deployment: Deployment, set: ReplicaSet, from: number, to: number): void {
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`
    this.recorder.say({ object: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message })
  }

  #report({ deployment, fresh, old }: Rollout, statusOf: typeof rolloutStatus): void {
    const { client } = this.controller
    const asItIs = (set: ReplicaSet): ReplicaSet =>
      client.get('ReplicaSet', set.metadata.namespace ?? '', set.metadata.name) ?? set
    const status = statusOf({
      deployment,
      fresh: fresh && asItIs(fresh),
      old: old.map(asItIs),
      wallMs: this.context.wallMs(),
    })
    if (sameJson(status, deployment.status)) return
    this.decide(() => rolloutEnded(deployment, status))
    client.updateStatus('Deployment', { ...deployment, status })
  }

  /** Comes back when progress has taken too long: a second late, since times have whole seconds. */
  #awaitProgress(namespace: string, name: string): void {
    const deployment = this.controller.client.get('Deployment', namespace, name)
    const deadlineMs = deployment && deadlineOf(deployment, deployment.status)
    const leftMs = (deadlineMs ?? 0) - this.context.wallMs()
    if (leftMs >= 0) this.controller.queue.add(`${namespace}/${name}`, leftMs + 1_000)
  }

  /** Deletes the oldest ReplicaSets beyond the history limit, but none that has Pods or has just been written. */
  #trimHistory({ deployment, old }: Rollout): void {
    const kept = old.filter(set => !isTerminating(set)).sort((a, b) => revisionOf(a) - revisionOf(b))
    const surplus = Math.max(0, kept.length - (deployment.spec.revisionHistoryLimit ?? 10))
    for (const { metadata, spec, status } of kept.slice(0, surplus)) {
      const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
      if (spec.replicas > 0 || (status?.replicas ?? 0) > 0 || !isSeen) continue
      const { namespace = '', name, uid } = metadata
      this.controller.client.delete('ReplicaSet', namespace, name, { preconditionUid: uid })
    }
  }
}

function withRevisionOf(deployment: Deployment, revision: number): Deployment {
  const { annotations } = deployment.metadata
  if (annotations?.[REVISION] === String(revision)) return deployment
  return {
    ...deployment,
    metadata: { ...deployment.metadata, annotations: { ...annotations, [REVISION]: String(revision) } },
  }
}
