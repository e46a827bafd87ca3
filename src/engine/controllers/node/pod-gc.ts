// Removes Pods that nobody else will ever finish, after pkg/controller/podgc, every 20 seconds: ended ones beyond a number that
// is kept, terminating ones on a Node that is down and marked out-of-service, those of a deleted Node after 40 seconds of doubt,
// and terminating ones that never had a Node. Only Nodes that this playground ran count; a Pod that names any other missing
// Node is left alone.

import type { Condition } from '../../api/meta.ts'
import { isSimulated } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { compareText } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import { findCondition, withCondition } from '../runtime/conditions.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { named, type DecisionOf } from '../runtime/decision.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import { isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { keyOf } from '../runtime/run-controller.ts'
import { OUT_OF_SERVICE_TAINT } from './node-taints.ts'

const TICK_TOPIC = 'pod-gc/tick'

export interface SavedPodGC {
  /** Node → when a tick first missed it, or null before. */
  readonly missing: readonly (readonly [string, number | null])[]
}

/** Keys of Pods that a tick may have to look at, kept by the watch so that it need not look at all. Derived: never saved. */
interface Suspects {
  readonly ended: Set<string>
  readonly unbound: Set<string>
}

export class PodGC implements Part {
  readonly partName = 'pod-gc'
  readonly #context: ControllerRuntime
  readonly #decide: DecisionVoice
  readonly #client: StoreClient
  readonly #missing = new Map<string, number | null>()
  #suspects: Suspects | undefined

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#decide = context.decisions.voice('pod-garbage-collector')
    this.#client = context.client('pod-garbage-collector')
    context.loop.on(TICK_TOPIC, () => this.#tick())
    this.#client.watch(['Node'], ({ type, object }) => {
      if (type === 'DELETED' && isSimulated(object)) this.#missing.set(object.metadata.name, null)
    })
    this.#client.watch(['Pod'], event => this.#notePod(event))
  }

  start(): void {
    this.#context.loop.schedule(TICK_TOPIC, this.#context.settings()['sim-pod-gc-period'])
  }

  save(): SavedPodGC {
    return { missing: [...this.#missing].sort((a, b) => compareText(a[0], b[0])) }
  }

  load(saved: SavedPodGC): void {
    this.#suspects = undefined
    this.#missing.clear()
    for (const [name, sinceMs] of saved.missing) this.#missing.set(name, sinceMs)
  }

  #notePod({ type, object }: WatchEvent<'Pod'>): void {
    if (this.#suspects) suspect(this.#suspects, object, type !== 'DELETED')
  }

  #tick(): void {
    if (!this.#suspects) {
      this.#suspects = { ended: new Set(), unbound: new Set() }
      for (const pod of this.#client.list('Pod')) suspect(this.#suspects, pod, true)
    }
    this.#collectEnded(this.#suspects.ended)
    this.#collectOutOfService()
    this.#collectOrphans()
    for (const pod of this.#found(this.#suspects.unbound))
      this.#collect(pod, { rule: 'never-bound', pod: pod.metadata.name })
    this.#context.loop.schedule(TICK_TOPIC, this.#context.settings()['sim-pod-gc-period'])
  }

  /** Of Pods that have ended only so many are kept; those that a kubelet threw out go first, then the oldest. */
  #collectEnded(ended: ReadonlySet<string>): void {
    const max = this.#context.settings()['terminated-pod-gc-threshold']
    if (max <= 0 || ended.size <= max) return
    const pods = [...this.#found(ended)].sort(byEvictionAndAge)
    for (const pod of pods.slice(0, pods.length - max))
      this.#collect(pod, { rule: 'too-many-ended', ended: pods.length, max })
  }

  #collectOutOfService(): void {
    for (const node of this.#client.list('Node')) {
      const out = (node.spec.taints ?? []).some(taint => taint.key === OUT_OF_SERVICE_TAINT)
      if (!out || !isSimulated(node) || findCondition(node.status?.conditions, 'Ready')?.status === 'True') continue
      const pods = this.#client.podsOnNode(node.metadata.name).filter(isTerminating)
      for (const pod of [...pods].sort(byEvictionAndAge))
        this.#collect(pod, { rule: 'out-of-service', node: node.metadata.name })
    }
  }

  #collectOrphans(): void {
    const { loop, settings } = this.#context
    for (const [name, sinceMs] of [...this.#missing].sort((a, b) => compareText(a[0], b[0]))) {
      if (this.#client.get('Node', '', name)) this.#missing.delete(name)
      else if (sinceMs === null) this.#missing.set(name, loop.nowMs)
      else if (loop.nowMs - sinceMs >= settings()['sim-pod-gc-quarantine']) {
        const because = { rule: 'node-gone', node: name, waitedMs: loop.nowMs - sinceMs } as const
        for (const pod of this.#client.podsOnNode(name)) this.#collect(pod, because)
        this.#missing.delete(name)
      }
    }
  }

  #found(keys: ReadonlySet<string>): readonly Pod[] {
    return [...keys].sort(compareText).flatMap(key => {
      const slash = key.indexOf('/')
      return this.#client.get('Pod', key.slice(0, slash), key.slice(slash + 1)) ?? []
    })
  }

  #collect(pod: Pod, because: DecisionOf<'pod-collected'>): void {
    const { namespace = '', name, uid } = pod.metadata
    const message = because.rule === 'node-gone' ? 'PodGC: node no longer exists' : undefined
    const related = 'node' in because ? [named('Node', '', because.node)] : []
    this.#decide(() => ({ code: 'pod-collected', about: pod, because, related }))
    if (!isPodTerminal(pod)) {
      const target: Condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByPodGC',
        message,
        lastProbeTime: null,
        lastTransitionTime: formatTimestamp(this.#context.wallMs()),
      }
      const conditions = message === undefined ? pod.status?.conditions : withCondition(pod.status?.conditions, target)
      this.#client.updateStatus('Pod', { ...pod, status: { ...pod.status, phase: 'Failed', conditions } })
    }
    this.#client.delete('Pod', namespace, name, { gracePeriodSeconds: 0, preconditionUid: uid })
  }
}

function suspect({ ended, unbound }: Suspects, pod: Pod, exists: boolean): void {
  const key = keyOf(pod)
  put(ended, key, exists && isPodTerminal(pod))
  put(unbound, key, exists && isTerminating(pod) && !pod.spec.nodeName)
}

function put(keys: Set<string>, key: string, isIn: boolean): void {
  if (isIn) keys.add(key)
  else keys.delete(key)
}

function byEvictionAndAge(a: Pod, b: Pod): number {
  const order = Number(isEvicted(b)) - Number(isEvicted(a))
  if (order !== 0) return order
  return (
    compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    compareText(a.metadata.name, b.metadata.name)
  )
}

/** Thrown out by its kubelet for want of resources. */
function isEvicted({ status }: Pod): boolean {
  return status?.phase === 'Failed' && status.reason === 'Evicted'
}
