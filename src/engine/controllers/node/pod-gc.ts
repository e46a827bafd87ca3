// Removes Pods that no kubelet will ever finish, after pkg/controller/podgc, every 20 seconds: those of a deleted Node, after 40
// seconds of doubt, and terminating ones on a Node that is down and marked out-of-service. Only Nodes that this playground
// ran count; a Pod that names any other missing Node is left alone. Left out: the limit on terminated Pods.

import type { Condition } from '../../api/meta.ts'
import { isSimulated } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { compareText } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatTimestamp } from '../../kernel/timestamp.ts'
import type { StoreClient } from '../../store/client.ts'
import { findCondition, withCondition } from '../runtime/conditions.ts'
import type { ControllerContext } from '../runtime/context.ts'
import { isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { OUT_OF_SERVICE_TAINT } from './node-taints.ts'

const TICK_TOPIC = 'pod-gc/tick'
const PERIOD_MS = 20_000
const QUARANTINE_MS = 40_000

export interface SavedPodGC {
  /** Node → when a tick first missed it, or null before. */
  readonly missing: readonly (readonly [string, number | null])[]
}

export class PodGC implements Part {
  readonly partName = 'pod-gc'
  readonly #context: ControllerContext
  readonly #client: StoreClient
  readonly #missing = new Map<string, number | null>()

  constructor(context: ControllerContext) {
    this.#context = context
    this.#client = context.client('pod-garbage-collector')
    context.loop.on(TICK_TOPIC, () => this.#tick())
    this.#client.watch(['Node'], ({ type, object }) => {
      if (type === 'DELETED' && isSimulated(object)) this.#missing.set(object.metadata.name, null)
    })
  }

  start(): void {
    this.#context.loop.schedule(TICK_TOPIC, PERIOD_MS)
  }

  save(): SavedPodGC {
    return { missing: [...this.#missing].sort((a, b) => compareText(a[0], b[0])) }
  }

  load(saved: SavedPodGC): void {
    this.#missing.clear()
    for (const [name, sinceMs] of saved.missing) this.#missing.set(name, sinceMs)
  }

  #tick(): void {
    const { loop } = this.#context
    for (const [name, sinceMs] of [...this.#missing].sort((a, b) => compareText(a[0], b[0]))) {
      if (this.#client.get('Node', '', name)) this.#missing.delete(name)
      else if (sinceMs === null) this.#missing.set(name, loop.nowMs)
      else if (loop.nowMs - sinceMs >= QUARANTINE_MS) {
        for (const pod of this.#client.podsOnNode(name)) this.#collect(pod, 'PodGC: node no longer exists')
        this.#missing.delete(name)
      }
    }
    for (const node of this.#client.list('Node')) {
      const out = (node.spec.taints ?? []).some(taint => taint.key === OUT_OF_SERVICE_TAINT)
      if (!out || !isSimulated(node) || findCondition(node.status?.conditions, 'Ready')?.status === 'True') continue
      for (const pod of this.#client.podsOnNode(node.metadata.name))
        if (isTerminating(pod)) this.#collect(pod, undefined)
    }
    loop.schedule(TICK_TOPIC, PERIOD_MS)
  }

  #collect(pod: Pod, message: string | undefined): void {
    const { namespace = '', name, uid } = pod.metadata
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
