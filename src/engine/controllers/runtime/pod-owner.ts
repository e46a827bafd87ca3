// What ReplicaSets, StatefulSets and DaemonSets have in common as owners of Pods, after controller_ref_manager.go and
// controller_utils.go: adopting and releasing, hearing of their Pods, creating and deleting with an Event for each.

import type { ApiStatus } from '../../api/api-status.ts'
import type { DaemonSet } from '../../api/daemonset/daemonset.ts'
import type { Draft, OwnerReference } from '../../api/meta.ts'
import type { Pod, PodTemplateSpec } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { matchesSelector } from '../../api/selector.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import type { EventRecorder } from './event-recorder.ts'
import { controllerOf, controllerRef, isTerminating } from './pod-facts.ts'
import { keyOf, type Controller } from './run-controller.ts'

export type PodOwnerKind = 'ReplicaSet' | 'StatefulSet' | 'DaemonSet'
export type PodOwner = ReplicaSet | StatefulSet | DaemonSet

/** Queues the owner of each Pod that changes, and whoever might adopt one that nobody owns. */
export function watchOwnedPods(controller: Controller, kind: PodOwnerKind): void {
  controller.watch('Pod', ({ object, previous }: WatchEvent<'Pod'>, queue) => {
    const namespace = object.metadata.namespace ?? ''
    for (const pod of [previous, object]) {
      const owner = pod && controllerOf(pod)
      if (owner?.kind === kind) queue.notice(`${namespace}/${owner.name}`)
    }
    if (controllerOf(object) || isTerminating(object)) return
    for (const owner of controller.client.list(kind, namespace)) {
      if (matchesSelector(owner.spec.selector, object.metadata.labels)) queue.notice(keyOf(owner))
    }
  })
}

/** An ownerReference that names a workload as the manager of a Pod or of a revision. */
export function workloadRef(owner: PodOwner, kind: PodOwnerKind): OwnerReference {
  return controllerRef({ ...owner, apiVersion: 'apps/v1', kind })
}

/** The owner's Pods, after adopting orphans that match and releasing its own that no longer do. */
export function claimPods({
  client,
  owner,
  kind,
  mayAdopt,
}: {
  readonly client: StoreClient
  readonly owner: PodOwner
  readonly kind: PodOwnerKind
  /** Whether an orphan that the selector picks is of a sort that the owner takes. */
  readonly mayAdopt: (pod: Pod) => boolean
}): readonly Pod[] {
  const claimed: Pod[] = []
  for (const pod of client.ownedBy('Pod', owner.metadata.uid)) {
    if (matchesSelector(owner.spec.selector, pod.metadata.labels)) claimed.push(pod)
    else if (!isTerminating(pod)) release(client, owner, pod)
  }
  if (isTerminating(owner)) return claimed
  for (const pod of orphans(client, owner, claimed.length)) {
    if (!mayAdopt(pod)) continue
    const ownerReferences = [...(pod.metadata.ownerReferences ?? []), workloadRef(owner, kind)]
    const adopted = client.update('Pod', { ...pod, metadata: { ...pod.metadata, ownerReferences } })
    if (adopted.ok) claimed.push(adopted.value)
  }
  return claimed
}

function release(client: StoreClient, owner: PodOwner, pod: Pod): void {
  const others = (pod.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid)
  const { ownerReferences: _, ...metadata } = pod.metadata
  client.update('Pod', { ...pod, metadata: others.length > 0 ? { ...metadata, ownerReferences: others } : metadata })
}

function orphans(client: StoreClient, { metadata, spec }: PodOwner, claimedCount: number): readonly Pod[] {
  const namespace = metadata.namespace ?? ''
  const { matchLabels, matchExpressions } = spec.selector
  const candidates =
    matchLabels && Object.keys(matchLabels).length > 0
      ? client.podsWithLabels(namespace, matchLabels)
      : client.list('Pod', namespace)
  // As many matching Pods as own ones: then they are the same, and nobody has to look at each.
  if (!matchExpressions && candidates.length === claimedCount) return []
  return candidates.filter(
    pod =>
      !controllerOf(pod) &&
      !isTerminating(pod) &&
      (!matchExpressions || matchesSelector(spec.selector, pod.metadata.labels)),
  )
}

/** A Pod of the owner's template with a name that the server makes up. */
export function podFromTemplate(owner: PodOwner, kind: PodOwnerKind, template: PodTemplateSpec): Draft<Pod> {
  const { name, namespace } = owner.metadata
  const { metadata, spec } = template
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: metadata?.labels,
      annotations: metadata?.annotations,
      ownerReferences: [workloadRef(owner, kind)],
    },
    spec,
  }
}

/** Creates and deletes Pods for their owners, and says so. Each gives the refusal, if there was one. */
export class PodControl {
  readonly #client: StoreClient
  readonly #recorder: EventRecorder

  constructor(client: StoreClient, recorder: EventRecorder) {
    this.#client = client
    this.#recorder = recorder
  }

  create(owner: PodOwner, draft: Draft<Pod>): ApiStatus | undefined {
    const created = this.#client.create('Pod', draft)
    if (created.ok) this.#say(owner, 'SuccessfulCreate', `Created pod: ${created.value.metadata.name}`)
    else this.#say(owner, 'FailedCreate', `Error creating: ${created.status.message}`)
    return created.ok ? undefined : created.status
  }

  delete(owner: PodOwner, pod: Pod): ApiStatus | undefined {
    const { namespace = '', name, uid } = pod.metadata
    const deleted = this.#client.delete('Pod', namespace, name, { preconditionUid: uid })
    if (!deleted.ok && deleted.status.code !== 404) {
      this.#say(owner, 'FailedDelete', `Error deleting: ${deleted.status.message}`)
      return deleted.status
    }
    this.#say(owner, 'SuccessfulDelete', `Deleted pod: ${name}`)
    return undefined
  }

  #say(object: PodOwner, reason: string, message: string): void {
    this.#recorder.say({ object, type: reason.startsWith('Failed') ? 'Warning' : 'Normal', reason, message })
  }
}
