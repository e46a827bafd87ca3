// How many Pods a PodDisruptionBudget is about and how many of them have to be healthy, after pkg/controller/disruption: a
// number in minAvailable counts the Pods that are there; a percentage and maxUnavailable go by the replicas that the Pods'
// owners are to have. Reads the cluster, writes nothing.

import { KINDS, type Kind } from '../../api/kind-registry.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { PodDisruptionBudget } from '../../api/poddisruptionbudget/poddisruptionbudget.ts'
import type { StoreClient } from '../../store/client.ts'
import { shareOf } from '../runtime/counts.ts'
import { controllerOf } from '../runtime/pod-facts.ts'

export type Expectation =
  | {
      readonly ok: true
      readonly expectedPods: number
      readonly desiredHealthy: number
      /** Names of Pods that nobody owns and that therefore count for nothing. */
      readonly unmanaged: readonly string[]
    }
  | { readonly ok: false; readonly message: string }

/** An owner by its uid, with its replicas; or why it has none. */
type Scale = { readonly uid: string; readonly replicas: number } | string

export function expectationOf(client: StoreClient, { spec }: PodDisruptionBudget, pods: readonly Pod[]): Expectation {
  const { minAvailable, maxUnavailable } = spec
  if (typeof minAvailable === 'number') {
    return { ok: true, expectedPods: pods.length, desiredHealthy: minAvailable, unmanaged: [] }
  }
  if (minAvailable === undefined && maxUnavailable === undefined) {
    return { ok: true, expectedPods: 0, desiredHealthy: 0, unmanaged: [] }
  }
  const replicasOf = new Map<string, number>()
  const unmanaged: string[] = []
  for (const pod of pods) {
    const scale = scaleAbove(client, pod)
    if (typeof scale === 'string') return { ok: false, message: scale }
    if (scale) replicasOf.set(scale.uid, scale.replicas)
    else unmanaged.push(pod.metadata.name)
  }
  const expectedPods = [...replicasOf.values()].reduce((sum, replicas) => sum + replicas, 0)
  const desiredHealthy =
    minAvailable === undefined
      ? Math.max(0, expectedPods - shareOf(maxUnavailable ?? 0, expectedPods, Math.ceil))
      : shareOf(minAvailable, expectedPods, Math.ceil)
  return { ok: true, expectedPods, desiredHealthy, unmanaged }
}

/** The scale of the workload that a reader would name as the owner; undefined for a Pod that nobody owns. */
function scaleAbove(client: StoreClient, pod: Pod): Scale | undefined {
  const owner = controllerOf(pod)
  if (!owner) return undefined
  const namespace = pod.metadata.namespace ?? ''
  const set = owner.kind === 'ReplicaSet' ? client.get('ReplicaSet', namespace, owner.name) : undefined
  const above = set && controllerOf(set)
  const deployment = above?.kind === 'Deployment' ? client.get('Deployment', namespace, above.name) : undefined
  const found =
    deployment ?? set ?? (owner.kind === 'StatefulSet' ? client.get('StatefulSet', namespace, owner.name) : undefined)
  if (found) return { uid: found.metadata.uid, replicas: found.spec.replicas }
  const { resource, group } = Object.hasOwn(KINDS, owner.kind) ? KINDS[owner.kind as Kind] : { resource: '', group: '' }
  return owner.kind === 'DaemonSet'
    ? `${resource}.${group} does not implement the scale subresource`
    : `found no controller ref for pod "${pod.metadata.name}"`
}
