// The narrow face of the API server that controllers, kubelets and proxies see: read, list, watch, write. Reads are of the
// current state; a watch tells of changes in the order in which they were written. What a watch delivers is frozen.

import type { Result } from '../api/api-status.ts'
import type { Kind, KindMap } from '../api/kind-registry.ts'
import type { Draft } from '../api/meta.ts'
import type { Labels } from '../api/meta.ts'

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** One change of one object. `previous` is the object before it: absent only for ADDED. For DELETED, `object` is the last state. */
export type WatchEvent<K extends Kind = Kind> = {
  readonly [P in K]: {
    readonly type: WatchEventType
    readonly kind: P
    readonly object: KindMap[P]
    readonly previous?: KindMap[P] | undefined
  }
}[K]

export interface DeleteOptions {
  /** Seconds; absent: the object's own (`spec.terminationGracePeriodSeconds` of a Pod). 0 removes at once. */
  readonly gracePeriodSeconds?: number | undefined
  readonly preconditionUid?: string | undefined
  /** What becomes of dependents; absent: what the object's finalizers say already, else they follow in the background. */
  readonly propagationPolicy?: PropagationPolicy | undefined
  /**
   * The playground's own: a Namespace goes with all that is in it, at once and whatever waits for finalizers, so that a
   * text which no longer has it can have it again with the next letter.
   */
  readonly withContents?: boolean | undefined
}

export type PropagationPolicy = 'Foreground' | 'Background' | 'Orphan'

export interface StoreClient {
  /** Who writes: `deployment-controller`, `kubelet/n1`; it stands in the change log and in Events. */
  readonly actor: string

  get<K extends Kind>(kind: K, namespace: string, name: string): KindMap[K] | undefined
  /** All objects of a kind, in one namespace or in all, by namespace and name. Namespace is '' for cluster-wide kinds. */
  list<K extends Kind>(kind: K, namespace?: string): readonly KindMap[K][]
  /** Pods whose `spec.nodeName` is this, by namespace and name; cost follows the answer. */
  podsOnNode(nodeName: string): readonly KindMap['Pod'][]
  /** Pods of a namespace with all these labels, by name; cost follows the answer. An empty selector matches none. */
  podsWithLabels(namespace: string, labels: Labels): readonly KindMap['Pod'][]
  /** Objects of a kind whose controlling ownerReference has this uid. */
  ownedBy<K extends Kind>(kind: K, ownerUid: string): readonly KindMap[K][]
  /** Objects of a kind with any ownerReference of this uid, those that it controls first. */
  dependentsOf<K extends Kind>(kind: K, ownerUid: string): readonly KindMap[K][]
  /** Slices with the label `kubernetes.io/service-name` of this Service, by name. */
  slicesOfService(namespace: string, service: string): readonly KindMap['EndpointSlice'][]

  create<K extends Kind>(kind: K, object: Draft<KindMap[K]>): Result<KindMap[K]>
  /**
   * Replaces an object (spec and metadata; status is kept where it is a subresource). A resourceVersion in the object must
   * be the current one, else Conflict. Writing what is already there changes nothing and keeps the resourceVersion.
   */
  update<K extends Kind>(kind: K, object: KindMap[K]): Result<KindMap[K]>
  /**
   * Replaces `status` only, under the same rule about resourceVersion; metadata and spec in `object` are ignored, but
   * `withMeta`, which writes metadata too. No generation is counted.
   */
  updateStatus<K extends Kind>(
    kind: K,
    object: KindMap[K],
    options?: { readonly withMeta?: boolean },
  ): Result<KindMap[K]>
  /** Writes `spec.finalizers` of a Namespace, which no other write changes. */
  finalizeNamespace(namespace: KindMap['Namespace']): Result<KindMap['Namespace']>
  /** Deletes, gracefully where the kind knows grace (Pods). The value is the object as it stands, or stood last. */
  delete<K extends Kind>(kind: K, namespace: string, name: string, options?: DeleteOptions): Result<KindMap[K]>

  /**
   * Calls back inside each write of these kinds, in order. Handlers must only take note (put a key on a queue, schedule
   * an event) and never write from inside the callback. Watches are wiring, not state: a snapshot does not hold them.
   */
  watch<K extends Kind>(kinds: readonly K[], handler: (event: WatchEvent<K>) => void): void
}
