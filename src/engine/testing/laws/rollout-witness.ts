// Looks at what controllers do to workloads while they do it: a rollout never asks for more Pods than it may, nor takes away
// what it needs to be available; a StatefulSet that starts in order does; an eviction leaves as many healthy Pods as the
// budget wants. Counted as Kubernetes counts: what is asked for by ReplicaSets, and what they say is available.

import type { Deployment } from '../../api/deployment/deployment.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { matchesSelector } from '../../api/selector.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import { isReadyPod } from './expected-endpoints.ts'
import { surgeOf } from './workload-law.ts'

const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
/** How long a budget may lag behind its Pods. */
const LAG_MS = 500

export class RolloutWitness {
  readonly broken: string[] = []
  readonly #store: StoreClient
  readonly #nowMs: () => number
  /** Namespace → when last something happened that a budget has to take into account. */
  readonly #changedMs = new Map<string, number>()

  constructor(store: StoreClient, nowMs: () => number) {
    this.#store = store
    this.#nowMs = nowMs
    store.watch(['ReplicaSet'], event => this.#takeSet(event))
    store.watch(['Pod'], event => this.#takePod(event))
    store.watch(
      ['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'PodDisruptionBudget'],
      ({ object, previous }) => {
        if (object.metadata.generation !== previous?.metadata.generation) this.#note(object.metadata.namespace)
      },
    )
  }

  #takeSet({ type, object, previous }: WatchEvent<'ReplicaSet'>): void {
    const before = previous?.spec.replicas ?? 0
    const after = object.spec.replicas
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller)
    const deployment = owner && this.#store.get('Deployment', object.metadata.namespace ?? '', owner.name)
    if (type === 'DELETED' || before === after || !deployment || deployment.metadata.deletionTimestamp) return
    const sets = this.#store.ownedBy('ReplicaSet', deployment.metadata.uid)
    const total = sets.reduce((sum, set) => sum + set.spec.replicas, 0)
    const most = deployment.spec.replicas + surgeOf(deployment)
    if (after > before && total > most) this.#say(object, `makes it ${total} Pods of at most ${most}`)
    if (after < before && previous && isRolling(deployment, sets)) {
      const { least, was, is } = availability(deployment, sets, previous)
      if (is < Math.min(was, least)) this.#say(object, `leaves ${is} of ${was} available Pods, of at least ${least}`)
    }
  }

  #takePod({ type, object, previous }: WatchEvent<'Pod'>): void {
    if (type === 'ADDED') this.#checkOrder(object)
    if (type === 'MODIFIED' && isEvicted(object) && !(previous && isEvicted(previous))) this.#checkBudget(object)
    if (type !== 'MODIFIED' || !previous || isReadyPod(previous) !== isReadyPod(object))
      this.#note(object.metadata.namespace)
  }

  /** A Pod of an ordered StatefulSet is made when all before it are ready. */
  #checkOrder(pod: Pod): void {
    const owner = pod.metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === 'StatefulSet')
    const { namespace = '', name } = pod.metadata
    const set = owner && this.#store.get('StatefulSet', namespace, owner.name)
    if (!set || set.spec.podManagementPolicy !== 'OrderedReady') return
    const ordinal = Number(name.slice(name.lastIndexOf('-') + 1))
    for (let lower = set.spec.ordinals?.start ?? 0; lower < ordinal; lower++) {
      const other = this.#store.get('Pod', namespace, `${owner.name}-${lower}`)
      if (!other || !isReadyPod(other) || other.metadata.deletionTimestamp)
        this.#say(pod, `was made before ${lower} was ready`)
    }
  }

  #checkBudget(pod: Pod): void {
    const { namespace = '' } = pod.metadata
    const budgets = this.#store
      .list('PodDisruptionBudget', namespace)
      .filter(({ spec }) => matchesSelector(spec.selector, pod.metadata.labels))
    const status = budgets[0]?.status
    if (!status || !isReadyPod(pod) || this.#nowMs() - (this.#changedMs.get(namespace) ?? 0) < LAG_MS) return
    const healthy = this.#store
      .list('Pod', namespace)
      .filter(({ metadata }) => matchesSelector(budgets[0]?.spec.selector, metadata.labels))
      .filter(one => isReadyPod(one) && !one.metadata.deletionTimestamp && !isEvicted(one))
    if (budgets.length > 1) this.#say(pod, `was evicted under ${budgets.length} budgets`)
    if (healthy.length < status.desiredHealthy)
      this.#say(pod, `was evicted, and ${healthy.length} healthy Pods of ${status.desiredHealthy} are left`)
  }

  #note(namespace = ''): void {
    this.#changedMs.set(namespace, this.#nowMs())
  }

  #say({ kind, metadata }: Pod | ReplicaSet, what: string): void {
    this.broken.push(`${this.#nowMs()} ms: ${kind} ${metadata.namespace}/${metadata.name} ${what}`)
  }
}

function isEvicted({ status }: Pod): boolean {
  return status?.conditions?.some(({ reason }) => reason === 'EvictionByEvictionAPI') ?? false
}

/** Moves Pods from one template to another, and is not being scaled. */
function isRolling({ spec }: Deployment, sets: readonly ReplicaSet[]): boolean {
  const scaled = sets.some(
    set => Number(set.metadata.annotations?.[DESIRED_REPLICAS]) !== spec.replicas && set.spec.replicas > 0,
  )
  return spec.strategy.type === 'RollingUpdate' && !scaled
}

function availability(
  { spec }: Deployment,
  sets: readonly ReplicaSet[],
  previous: ReplicaSet,
): { readonly least: number; readonly was: number; readonly is: number } {
  const available = (set: ReplicaSet): number => Math.min(set.status?.availableReplicas ?? 0, set.spec.replicas)
  const is = sets.reduce((sum, set) => sum + available(set), 0)
  const own = sets.find(({ metadata }) => metadata.uid === previous.metadata.uid)
  const value = spec.strategy.rollingUpdate?.maxUnavailable ?? 0
  const share = typeof value === 'number' ? value : Math.floor((spec.replicas * Number(value.replace('%', ''))) / 100)
  const unavailable = share === 0 && surgeIsNothing(spec) ? 1 : share
  return { least: spec.replicas - unavailable, was: is - (own ? available(own) : 0) + available(previous), is }
}

function surgeIsNothing({ replicas, strategy }: Deployment['spec']): boolean {
  const surge = strategy.rollingUpdate?.maxSurge ?? 0
  return typeof surge === 'number' ? surge === 0 : Math.ceil((replicas * Number(surge.replace('%', ''))) / 100) === 0
}
