// What holds of workloads at rest: every owner has the Pods that it asks for and no others, on every Node what belongs there,
// and nothing outlives the last of its owners. Whatever still waits for a Pod that will not become ready only has to be
// within its bounds.

import { KINDS, ALL_KINDS, type AnyObject, type Kind } from '../../api/kind-registry.ts'
import type { DaemonSet } from '../../api/daemonset/daemonset.ts'
import type { Deployment } from '../../api/deployment/deployment.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import { canonicalJson } from '../../kernel/json.ts'
import type { StoreClient } from '../../store/client.ts'
import { isEnding, isReadyPod } from './expected-endpoints.ts'

const HASH_LABEL = 'pod-template-hash'

export function brokenWorkloads(store: StoreClient): readonly string[] {
  const of = <O extends AnyObject>(
    kind: Kind,
    broken: (store: StoreClient, object: O) => readonly string[],
  ): readonly string[] =>
    (store.list(kind) as unknown as readonly O[])
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined && !isEnding(store, metadata.namespace))
      .flatMap(object =>
        broken(store, object).map(says => `${kind} ${object.metadata.namespace}/${object.metadata.name} ${says}`),
      )
  return [
    ...of('ReplicaSet', brokenReplicaSet),
    ...of('Deployment', brokenDeployment),
    ...of('StatefulSet', brokenStatefulSet),
    ...of('DaemonSet', brokenDaemonSet),
    ...brokenOwners(store),
  ]
}

function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
}

function brokenReplicaSet(store: StoreClient, set: ReplicaSet): readonly string[] {
  const active = store.ownedBy('Pod', set.metadata.uid).filter(isActive)
  const { replicas = 0, readyReplicas = 0, observedGeneration } = set.status ?? {}
  const ready = active.filter(isReadyPod).length
  const broken: string[] = []
  if (active.length !== set.spec.replicas) broken.push(`has ${active.length} Pods of ${set.spec.replicas}`)
  if (replicas !== active.length || readyReplicas !== ready)
    broken.push(`says ${replicas} Pods, ${readyReplicas} ready, of ${active.length}, ${ready}`)
  if (observedGeneration !== set.metadata.generation) broken.push('has not been looked at')
  return broken
}

function brokenDeployment(store: StoreClient, deployment: Deployment): readonly string[] {
  const { replicas, paused, template, strategy, revisionHistoryLimit = 10 } = deployment.spec
  const sets = store
    .ownedBy('ReplicaSet', deployment.metadata.uid)
    .filter(({ metadata }) => !metadata.deletionTimestamp)
  const present = sets.find(set => templateText(set.spec.template) === templateText(template))
  const old = sets.filter(set => set !== present)
  const terminating = old.some(set => store.ownedBy('Pod', set.metadata.uid).some(pod => !isActive(pod)))
  const wanted = sets.reduce((sum, set) => sum + set.spec.replicas, 0)
  const broken: string[] = []
  if (deployment.status?.observedGeneration !== deployment.metadata.generation) broken.push('has not been looked at')
  if (paused) return broken
  const isWaiting = strategy.type === 'Recreate' && terminating
  if (!present && !isWaiting) broken.push('has no ReplicaSet of its template')
  if (wanted > replicas + surgeOf(deployment)) broken.push(`asks for ${wanted} Pods of ${replicas}`)
  const isReady = sets.every(set => (set.status?.availableReplicas ?? 0) === set.spec.replicas)
  const hasEnded = old.every(set => set.spec.replicas === 0)
  if (isReady && !isWaiting) {
    if (!hasEnded) broken.push('came to rest in the middle of a rollout')
    if (present?.spec.replicas !== replicas) broken.push(`asks for ${present?.spec.replicas} Pods of ${replicas}`)
    const idle = old.filter(set => (set.status?.replicas ?? 0) === 0)
    if (hasEnded && idle.length > revisionHistoryLimit) broken.push(`keeps ${idle.length} old ReplicaSets`)
  }
  return broken
}

function templateText({ metadata, spec }: Deployment['spec']['template']): string {
  const { [HASH_LABEL]: _, ...labels } = metadata?.labels ?? {}
  return canonicalJson({ metadata: { ...metadata, labels }, spec })
}

/** How many Pods more than asked for a rollout may have. */
export function surgeOf({ spec: { replicas, strategy } }: Deployment): number {
  if (strategy.type === 'Recreate') return 0
  const surge = strategy.rollingUpdate?.maxSurge ?? 0
  return typeof surge === 'number' ? surge : Math.ceil((replicas * Number(surge.replace('%', ''))) / 100)
}

function brokenStatefulSet(store: StoreClient, set: StatefulSet): readonly string[] {
  const pods = store.ownedBy('Pod', set.metadata.uid)
  const start = set.spec.ordinals?.start ?? 0
  const wanted = Array.from({ length: set.spec.replicas }, (_, index) => `${set.metadata.name}-${start + index}`)
  const broken: string[] = []
  const healthy = pods.filter(pod => isActive(pod) && isReadyPod(pod))
  if (healthy.length === pods.length) {
    const names = pods.map(({ metadata }) => metadata.name).sort()
    // A Pod of that name that is somebody else's is in the way.
    const taken = wanted.some(name => store.get('Pod', set.metadata.namespace ?? '', name) && !names.includes(name))
    if (!taken && names.join() !== [...wanted].sort().join()) broken.push(`has ${names.join()} of ${wanted.length}`)
  }
  if ((set.status?.replicas ?? 0) !== pods.length) broken.push(`says ${set.status?.replicas} Pods of ${pods.length}`)
  return broken
}

function brokenDaemonSet(store: StoreClient, set: DaemonSet): readonly string[] {
  const active = store.ownedBy('Pod', set.metadata.uid).filter(isActive)
  return store.list('Node').flatMap(node => {
    const here = active.filter(pod => nodeOf(pod) === node.metadata.name)
    const count = here.length
    // With a surge the new Pod stands beside the old one until it is ready, which may be never.
    const surges = (set.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0) !== 0 && !here.every(isReadyPod)
    const clean = (node.spec.taints ?? []).every(({ effect }) => effect === 'PreferNoSchedule')
    const gone = store.podsOnNode(node.metadata.name).some(pod => !isActive(pod) && ownedBy(pod, set.metadata.uid))
    if (count > (surges ? 2 : 1)) return [`has ${count} Pods on ${node.metadata.name}`]
    return count === 0 && clean && !gone ? [`has no Pod on ${node.metadata.name}`] : []
  })
}

function ownedBy({ metadata }: AnyObject, uid: string): boolean {
  return metadata.ownerReferences?.some(owner => owner.uid === uid) ?? false
}

/** Where a Pod is, or is to be. */
function nodeOf(pod: Pod): string {
  return pod.spec.nodeName ?? /"matchFields":.*?"values":\["([^"]*)"\]/.exec(canonicalJson(pod.spec))?.[1] ?? ''
}

/** Objects that are left although none of their owners is. */
function brokenOwners(store: StoreClient): readonly string[] {
  return ALL_KINDS.flatMap(kind => store.list(kind).map(object => [kind, object] as const)).flatMap(
    ([kind, object]) => {
      const { name, namespace = '', ownerReferences = [], deletionTimestamp } = object.metadata
      if (ownerReferences.length === 0 || deletionTimestamp !== undefined) return []
      const living = ownerReferences.filter(owner => {
        if (!Object.hasOwn(KINDS, owner.kind)) return true
        const found = store.get(owner.kind as Kind, namespace, owner.name)
        return found?.metadata.uid === owner.uid
      })
      return living.length === 0
        ? [`${kind} ${namespace}/${name} has outlived ${ownerReferences[0]?.kind} ${ownerReferences[0]?.name}`]
        : []
    },
  )
}
