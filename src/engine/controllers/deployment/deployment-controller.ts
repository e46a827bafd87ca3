// The loop that turns a Deployment into ReplicaSets, after pkg/controller/deployment: finds or makes the ReplicaSet of the
// present template, moves replicas to it a step at a time, scales, trims history and reports status. A rollback is just
// a template that an old ReplicaSet already has. Left out: adoption of ReplicaSets that have no owner.

import type { Deployment } from '../../api/deployment/deployment.ts'
import type { Draft, Labels } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { sameJson, compareText } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { findCondition } from '../runtime/conditions.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { controllerOf, controllerRef, isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { deploymentStatus, isComplete, type StatusInput } from './deployment-status.ts'
import {
  planProportionalScaling,
  planRollingUpdate,
  rolloutLimits,
  type ScaledSet,
  type Scaling,
} from './plan-rollout.ts'
import { sameTemplate, TEMPLATE_HASH_LABEL, templateHash } from './template-hash.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** Annotations that say something of one object only and are not copied. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  LAST_APPLIED,
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
])

interface Sets {
  readonly fresh: ReplicaSet | undefined
  /** Oldest first. */
  readonly old: readonly ReplicaSet[]
  readonly news: StatusInput['news']
}

export class DeploymentController implements Part {
  readonly partName = 'deployment'
  readonly #context: ControllerRuntime
  readonly #controller: Controller
  readonly #recorder: EventRecorder

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#recorder = context.events.recorder('deployment-controller')
    this.#controller = new Controller(context, {
      actor: 'deployment-controller',
      queue: { name: 'deployment', backOffBaseMs: 5, backOffMaxMs: 1_000_000, retriesMax: 15 },
      sync: (namespace, name) => this.#sync(namespace, name),
    })
    this.#controller.watchOwn('Deployment')
    this.#controller.watch('ReplicaSet', ({ object }, queue) => {
      const owner = controllerOf(object)
      if (owner?.kind === 'Deployment') queue.notice(`${object.metadata.namespace}/${owner.name}`)
    })
    // The end of the last old Pod lets a Recreate go on.
    this.#controller.watch('Pod', ({ type, object }, queue) => {
      if (type === 'DELETED') this.#noticePodGone(object, key => queue.notice(key))
    })
  }

  save(): SavedWorkQueue {
    return this.#controller.queue.save()
  }

  load(saved: SavedWorkQueue): void {
    this.#controller.queue.load(saved)
  }

  #noticePodGone(pod: Pod, notice: (key: string) => void): void {
    const namespace = pod.metadata.namespace ?? ''
    const set = this.#controller.client.get('ReplicaSet', namespace, controllerOf(pod)?.name ?? '')
    const owner = set && controllerOf(set)
    if (owner?.kind !== 'Deployment') return
    if (this.#controller.client.get('Deployment', namespace, owner.name)?.spec.strategy.type === 'Recreate')
      notice(`${namespace}/${owner.name}`)
  }

  #sync(namespace: string, name: string): SyncOutcome {
    const { client } = this.#controller
    const deployment = client.get('Deployment', namespace, name)
    if (!deployment) return 'done'
    const owned = client.ownedBy('ReplicaSet', deployment.metadata.uid).filter(set => !isTerminating(set))
    const scaling = needsScaling(deployment, owned)
    const mayCreate =
      !isTerminating(deployment) && !deployment.spec.paused && !scaling && this.#oldPodsAreGone(deployment, owned)
    const sets = this.#findSets(deployment, owned, mayCreate)
    if (sets === 'failed') return 'retry'
    const current = client.get('Deployment', namespace, name)
    if (!current) return 'done'
    if (!isTerminating(current)) {
      if (scaling || current.spec.paused) this.#scale(current, sets)
      else this.#roll(current, sets)
    }
    this.#report(current, sets)
    return 'done'
  }

  /** Recreate waits with its new ReplicaSet until no old Pod is left, not even a terminating one. */
  #oldPodsAreGone(deployment: Deployment, owned: readonly ReplicaSet[]): boolean {
    if (deployment.spec.strategy.type !== 'Recreate') return true
    const { client } = this.#controller
    const old = owned.filter(set => !sameTemplate(set.spec.template, deployment.spec.template))
    return old.every(set => set.spec.replicas === 0 && client.ownedBy('Pod', set.metadata.uid).every(isPodTerminal))
  }

  /** Tells new from old, and makes the new ReplicaSet where there is none and there may be one. */
  #findSets(deployment: Deployment, owned: readonly ReplicaSet[], mayCreate: boolean): Sets | 'failed' {
    const byAge = [...owned].sort(
      (a, b) =>
        compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
        compareText(a.metadata.name, b.metadata.name),
    )
    const found = byAge.find(set => sameTemplate(set.spec.template, deployment.spec.template))
    const old = byAge.filter(set => set !== found)
    const revision = old.reduce((most, set) => Math.max(most, revisionOf(set)), 0) + 1
    if (found) {
      const reused = revisionOf(found) < revision
      if (deployment.spec.paused || isTerminating(deployment)) return { fresh: found, old, news: undefined }
      const fresh = this.#annotateReused(deployment, found, Math.max(revision, revisionOf(found)))
      const known = findCondition(deployment.status?.conditions, 'Progressing') !== undefined
      return { fresh, old, news: reused && old.length > 0 ? 'reused' : known ? undefined : 'found' }
    }
    if (!mayCreate) return { fresh: undefined, old, news: undefined }
    const created = this.#create(deployment, old, revision)
    return created === 'failed' ? 'failed' : { fresh: created, old, news: 'created' }
  }

  #create(deployment: Deployment, old: readonly ReplicaSet[], revision: number): ReplicaSet | 'failed' {
    const { client } = this.#controller
    const limits = rolloutLimits(deployment)
    const taken = old.reduce((sum, set) => sum + set.spec.replicas, 0)
    const room =
      deployment.spec.strategy.type === 'Recreate'
        ? deployment.spec.replicas
        : deployment.spec.replicas + limits.surge - taken
    const replicas = Math.max(0, Math.min(deployment.spec.replicas, room))
    const created = client.create(
      'ReplicaSet',
      replicaSetOf(deployment, { revision, replicas, maxReplicas: deployment.spec.replicas + limits.surge }),
    )
    if (!created.ok && created.status.reason === 'AlreadyExists') {
      // Another template has this hash: count the collision and try again with another.
      const collisionCount = (deployment.status?.collisionCount ?? 0) + 1
      client.updateStatus('Deployment', { ...deployment, status: { ...deployment.status, collisionCount } })
      return 'failed'
    }
    if (!created.ok) {
      const message = `Failed to create new replica set "${deployment.metadata.name}": ${created.status.message}`
      this.#recorder.say({ object: deployment, type: 'Warning', reason: 'ReplicaSetCreateError', message })
      return 'failed'
    }
    this.#setRevision(deployment, revision)
    if (replicas > 0) this.#announceScaling(deployment, created.value, 0, replicas)
    return created.value
  }

  #annotateReused(deployment: Deployment, set: ReplicaSet, revision: number): ReplicaSet {
    const { client } = this.#controller
    const before = set.metadata.annotations ?? {}
    const history = before[REVISION] !== undefined && before[REVISION] !== String(revision)
    const annotations: Labels = {
      ...before,
      ...copiedAnnotations(deployment),
      [REVISION]: String(revision),
      ...(history
        ? { [REVISION_HISTORY]: [before[REVISION_HISTORY], before[REVISION]].filter(Boolean).join(',') }
        : {}),
    }
    this.#setRevision(deployment, revision)
    const minReadySeconds = deployment.spec.minReadySeconds
    const spec =
      (set.spec.minReadySeconds ?? 0) === (minReadySeconds ?? 0) ? set.spec : { ...set.spec, minReadySeconds }
    if (sameJson(annotations, before) && spec === set.spec) return set
    const updated = client.update('ReplicaSet', { ...set, spec, metadata: { ...set.metadata, annotations } })
    return updated.ok ? updated.value : set
  }

  #setRevision(deployment: Deployment, revision: number): void {
    const { annotations } = deployment.metadata
    if (annotations?.[REVISION] === String(revision)) return
    const metadata = { ...deployment.metadata, annotations: { ...annotations, [REVISION]: String(revision) } }
    // By way of the status, as the real controller: the annotation is no change of what is wanted, and counts no generation.
    this.#controller.client.updateStatus('Deployment', { ...deployment, metadata }, { withMeta: true })
  }

  /** Another number of replicas: the one active set takes it whole, several in proportion. */
  #scale(deployment: Deployment, { fresh, old }: Sets): void {
    const all = fresh ? [...old, fresh] : old
    const active = all.filter(set => set.spec.replicas > 0)
    const only = active.length <= 1 ? (active[0] ?? fresh) : undefined
    if (only) {
      if (only.spec.replicas !== deployment.spec.replicas) this.#scaleSet(deployment, only, deployment.spec.replicas)
      else this.#stampScale(deployment, only)
      return
    }
    if (fresh && isSaturated(deployment, fresh)) {
      for (const set of old) if (set.spec.replicas > 0) this.#scaleSet(deployment, set, 0)
      return
    }
    const newest = fresh ?? active.at(-1)
    if (!newest || active.length === 0 || deployment.spec.strategy.type !== 'RollingUpdate') return
    const plan = planProportionalScaling({
      replicas: deployment.spec.replicas,
      limits: rolloutLimits(deployment),
      fresh: scaledSet(newest),
      old: all.filter(set => set !== newest).map(scaledSet),
    })
    this.#apply(deployment, all, plan)
    for (const set of active)
      if (!plan.some(({ name }) => name === set.metadata.name)) this.#stampScale(deployment, set)
  }

  #roll(deployment: Deployment, { fresh, old }: Sets): void {
    if (deployment.spec.strategy.type === 'Recreate') {
      const active = old.filter(set => set.spec.replicas > 0)
      for (const set of active) this.#scaleSet(deployment, set, 0)
      if (
        active.length === 0 &&
        fresh &&
        fresh.spec.replicas !== deployment.spec.replicas &&
        this.#oldPodsAreGone(deployment, old)
      ) {
        this.#scaleSet(deployment, fresh, deployment.spec.replicas)
      }
      return
    }
    if (!fresh) return
    const plan = planRollingUpdate({
      replicas: deployment.spec.replicas,
      limits: rolloutLimits(deployment),
      fresh: scaledSet(fresh),
      old: old.map(scaledSet),
    })
    this.#apply(deployment, [...old, fresh], plan)
  }

  #apply(deployment: Deployment, sets: readonly ReplicaSet[], plan: readonly Scaling[]): void {
    for (const { name, to } of plan) {
      const set = sets.find(set => set.metadata.name === name)
      if (set) this.#scaleSet(deployment, set, to)
    }
  }

  #scaleSet(deployment: Deployment, set: ReplicaSet, to: number): void {
    const before = set.spec.replicas
    const annotations = scaleAnnotations(deployment, set)
    const updated = this.#controller.client.update('ReplicaSet', {
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, replicas: to },
    })
    if (updated.ok) this.#announceScaling(deployment, set, before, to)
  }

  #stampScale(deployment: Deployment, set: ReplicaSet): void {
    const annotations = scaleAnnotations(deployment, set)
    if (!sameJson(annotations, set.metadata.annotations)) {
      this.#controller.client.update('ReplicaSet', { ...set, metadata: { ...set.metadata, annotations } })
    }
  }

  #announceScaling(deployment: Deployment, set: ReplicaSet, from: number, to: number): void {
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`
    this.#recorder.say({ object: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message })
  }

  #report(deployment: Deployment, sets: Sets): void {
    const { client, queue } = this.#controller
    const current = client.get('Deployment', deployment.metadata.namespace ?? '', deployment.metadata.name)
    if (!current) return
    const refreshed = (set: ReplicaSet): ReplicaSet =>
      client.get('ReplicaSet', set.metadata.namespace ?? '', set.metadata.name) ?? set
    const fresh = sets.fresh && refreshed(sets.fresh)
    const old = sets.old.map(refreshed)
    const wallMs = this.#context.wallMs()
    const { status, deadlineMs } = deploymentStatus({ deployment: current, fresh, old, news: sets.news, wallMs })
    if (!sameJson(status, current.status)) client.updateStatus('Deployment', { ...current, status })
    if (deadlineMs !== undefined) queue.add(keyOf(current), deadlineMs - wallMs + 1_000)
    if (fresh && isComplete(current, status) && old.every(set => set.spec.replicas === 0))
      this.#trimHistory(current, old)
  }

  #trimHistory(deployment: Deployment, old: readonly ReplicaSet[]): void {
    const spare = old.filter(set => set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0)
    const surplus = spare.length - (deployment.spec.revisionHistoryLimit ?? 10)
    if (surplus <= 0) return
    const oldestFirst = [...spare].sort((a, b) => revisionOf(a) - revisionOf(b))
    for (const { metadata } of oldestFirst.slice(0, surplus)) {
      this.#controller.client.delete('ReplicaSet', metadata.namespace ?? '', metadata.name, {
        preconditionUid: metadata.uid,
      })
    }
  }
}

/** Whether spec.replicas changed since the active sets were last scaled. */
function needsScaling(deployment: Deployment, owned: readonly ReplicaSet[]): boolean {
  return owned.some(set => {
    const desired = set.metadata.annotations?.[DESIRED_REPLICAS]
    return set.spec.replicas > 0 && desired !== undefined && Number(desired) !== deployment.spec.replicas
  })
}

function isSaturated(deployment: Deployment, set: ReplicaSet): boolean {
  const { replicas } = deployment.spec
  const desired = Number(set.metadata.annotations?.[DESIRED_REPLICAS] ?? Number.NaN)
  return set.spec.replicas === replicas && desired === replicas && (set.status?.availableReplicas ?? 0) === replicas
}

function replicaSetOf(
  deployment: Deployment,
  {
    revision,
    replicas,
    maxReplicas,
  }: { readonly revision: number; readonly replicas: number; readonly maxReplicas: number },
): Draft<ReplicaSet> {
  const { template, selector, minReadySeconds } = deployment.spec
  const hash = templateHash(template, deployment.status?.collisionCount)
  const labels: Labels = { ...template.metadata?.labels, [TEMPLATE_HASH_LABEL]: hash }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: {
        ...copiedAnnotations(deployment),
        [DESIRED_REPLICAS]: String(deployment.spec.replicas),
        [MAX_REPLICAS]: String(maxReplicas),
        [REVISION]: String(revision),
      },
      ownerReferences: [controllerRef({ ...deployment, apiVersion: 'apps/v1', kind: 'Deployment' })],
    },
    spec: {
      replicas,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
}

function scaleAnnotations(deployment: Deployment, set: ReplicaSet): Labels {
  const { replicas } = deployment.spec
  return {
    ...set.metadata.annotations,
    [DESIRED_REPLICAS]: String(replicas),
    [MAX_REPLICAS]: String(replicas + rolloutLimits(deployment).surge),
  }
}

function copiedAnnotations(deployment: Deployment): Labels {
  return Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)),
  )
}

function revisionOf(set: ReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0)
}

function scaledSet(set: ReplicaSet): ScaledSet {
  const maxReplicas = set.metadata.annotations?.[MAX_REPLICAS]
  return {
    name: set.metadata.name,
    replicas: set.spec.replicas,
    available: set.status?.availableReplicas ?? 0,
    ...(maxReplicas === undefined ? {} : { maxReplicas: Number(maxReplicas) }),
  }
}
