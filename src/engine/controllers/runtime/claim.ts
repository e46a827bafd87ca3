// Whose is what: a workload takes in orphans that its selector picks and lets go of its own that it picks no longer, after
// controller_ref_manager.go; and it hears of all that are or may become its own. One that is itself on its way out neither
// takes nor lets go.

import type { DaemonSet } from '../../api/daemonset/daemonset.ts'
import type { Deployment } from '../../api/deployment/deployment.ts'
import type { KindMap } from '../../api/kind-registry.ts'
import type { OwnerReference } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { matchesSelector } from '../../api/selector.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import { controllerOf, controllerRef, isTerminating } from './pod-facts.ts'
import { keyOf, type Controller } from './run-controller.ts'

export type PodOwnerKind = 'ReplicaSet' | 'StatefulSet' | 'DaemonSet'
export type PodOwner = ReplicaSet | StatefulSet | DaemonSet
export type WorkloadKind = PodOwnerKind | 'Deployment'
export type Workload = PodOwner | Deployment
/** What workloads own. */
export type OwnedKind = 'Pod' | 'ReplicaSet' | 'ControllerRevision'

/** An ownerReference that names a workload as the manager of an object. */
export function workloadRef(owner: Workload, kind: WorkloadKind): OwnerReference {
  return controllerRef({ ...owner, apiVersion: 'apps/v1', kind })
}

/** Queues the owner of each object that changes, and whoever might adopt one that nobody owns. */
export function watchOwned(controller: Controller, owned: OwnedKind, ownerKind: WorkloadKind): void {
  controller.watch(owned, ({ object, previous }: WatchEvent<OwnedKind>, queue) => {
    const namespace = object.metadata.namespace ?? ''
    for (const one of [previous, object]) {
      const owner = one && controllerOf(one)
      if (owner?.kind === ownerKind) queue.notice(`${namespace}/${owner.name}`)
    }
    if (controllerOf(object) || isTerminating(object)) return
    for (const owner of controller.client.list(ownerKind, namespace)) {
      if (matchesSelector(owner.spec.selector, object.metadata.labels)) queue.notice(keyOf(owner))
    }
  })
}

export interface Claim<K extends OwnedKind> {
  readonly client: StoreClient
  readonly kind: K
  readonly owner: Workload
  readonly ownerKind: WorkloadKind
  /** Objects of which the owner does not even ask whose they are; absent: none. */
  readonly passesOver?: (object: KindMap[K]) => boolean
  /** Whether an object that the selector picks is of a sort that the owner has; absent: each is. */
  readonly takes?: (object: KindMap[K]) => boolean
}

/** The owner's objects of a kind, after adopting orphans that match and releasing its own that no longer do. */
export function claim<K extends OwnedKind>(asked: Claim<K>): readonly KindMap[K][] {
  const { client, kind, owner, ownerKind, passesOver = () => false, takes = () => true } = asked
  const matches = (object: KindMap[K]): boolean =>
    matchesSelector(owner.spec.selector, object.metadata.labels) && takes(object)
  const { uid, namespace } = owner.metadata
  const own = client.ownedBy(kind, uid).filter(object => object.metadata.namespace === namespace && !passesOver(object))
  const claimed = own.filter(matches)
  if (isTerminating(owner)) return claimed
  for (const object of own) if (!matches(object)) release(client, owner, object)
  for (const object of orphans(asked, claimed.length)) {
    if (passesOver(object) || isTerminating(object) || !matches(object)) continue
    const ownerReferences = [...(object.metadata.ownerReferences ?? []), workloadRef(owner, ownerKind)]
    const adopted = client.update(kind, { ...object, metadata: { ...object.metadata, ownerReferences } })
    if (adopted.ok) claimed.push(adopted.value)
  }
  return claimed
}

function release<K extends OwnedKind>(client: StoreClient, owner: Workload, object: KindMap[K]): void {
  const others = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid)
  const { ownerReferences: _, ...metadata } = object.metadata
  const released = { ...object, metadata: others.length > 0 ? { ...metadata, ownerReferences: others } : metadata }
  client.update(object.kind as K, released)
}

/** Objects that nobody manages, among them all that the selector picks. */
function orphans<K extends OwnedKind>(
  { client, kind, owner: { metadata, spec } }: Claim<K>,
  claimedCount: number,
): readonly KindMap[K][] {
  const namespace = metadata.namespace ?? ''
  const { matchLabels = {}, matchExpressions } = spec.selector
  const isIndexed = kind === 'Pod' && Object.keys(matchLabels).length > 0
  const candidates: readonly (KindMap[K] | Pod)[] = isIndexed
    ? client.podsWithLabels(namespace, matchLabels)
    : client.list(kind, namespace)
  // As many matching Pods as own ones: then they are the same, and nobody has to look at each.
  if (isIndexed && !matchExpressions && candidates.length === claimedCount) return []
  return candidates.filter(object => !controllerOf(object)) as readonly KindMap[K][]
}
