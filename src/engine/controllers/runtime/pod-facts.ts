// Questions that several controllers ask of a Pod, each answered in one place as Kubernetes' own helpers do
// (k8s.io/kubernetes/pkg/api/v1/pod and controller.IsPodActive).

import type { OwnerReference, KubeObject } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { parseTimestamp } from '../../kernel/timestamp.ts'
import { findCondition } from './conditions.ts'

export function isPodReady(pod: Pod): boolean {
  return findCondition(pod.status?.conditions, 'Ready')?.status === 'True'
}

/** All containers have ended for good. */
export function isPodTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

export function isTerminating(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined
}

/** Counts as a replica: neither ended nor on its way out. */
export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && !isTerminating(pod)
}

/** When the Pod last became Ready, in ms since 1970; undefined while it is not. */
export function readySinceMs(pod: Pod): number | undefined {
  const ready = findCondition(pod.status?.conditions, 'Ready')
  return ready?.status === 'True' && ready.lastTransitionTime !== undefined
    ? parseTimestamp(ready.lastTransitionTime)
    : undefined
}

/** Ready for at least `minReadySeconds`. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, wallMs: number): boolean {
  if (!isPodReady(pod)) return false
  if (minReadySeconds === 0) return true
  const since = readySinceMs(pod)
  return since !== undefined && since + minReadySeconds * 1000 <= wallMs
}

/** The addresses of a Pod, each once, in the order of its status. */
export function podIPs(pod: Pod): readonly string[] {
  const { podIPs, podIP } = pod.status ?? {}
  const ips: string[] = []
  for (const { ip } of podIPs ?? []) ips.push(ip)
  return ips.length === 0 && podIP ? [podIP] : ips
}

/** The owner that manages an object, if one does. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(owner => owner.controller === true)
}

/** An ownerReference that makes `owner` the manager of a dependent. */
export function controllerRef(owner: KubeObject): OwnerReference {
  const { name, uid } = owner.metadata
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true }
}
