// The playground's own `drain`, as `kubectl drain --ignore-daemonsets` does it: every Pod of the Node is evicted, and one that
// its disruption budget keeps is asked for again every five seconds until it is gone. What is left to do waits as an event
// of the cluster's loop. Left out: a time limit.

import type { ClusterSettings } from './api/cluster-settings.ts'
import type { Pod } from './api/pod/pod.ts'
import type { DecisionDraft } from './controllers/index.ts'
import type { EventLoop } from './kernel/event-loop.ts'
import type { Json } from './kernel/json.ts'
import { evictionAnswered } from './explain-eviction.ts'
import { evict } from './rest/index.ts'
import type { StoreClient } from './store/index.ts'

const TOPIC = 'drain'
const TOO_MANY_REQUESTS = 429

/** A Pod that is to go, by its uid: another one of its name is not meant. */
type Wanted = { readonly namespace: string; readonly name: string; readonly uid: string }

export interface DrainContext {
  readonly loop: EventLoop
  readonly client: StoreClient
  readonly settings: () => ClusterSettings
  /** Milliseconds since 1970 at this moment of virtual time. */
  readonly wallMs: () => number
  /** How the API server explains what it answers. */
  readonly decide: (tell: () => DecisionDraft) => void
}

export class Drain {
  readonly #loop: EventLoop
  readonly #client: StoreClient
  readonly #settings: () => ClusterSettings
  readonly #wallMs: () => number
  readonly #decide: DrainContext['decide']

  constructor({ loop, client, settings, wallMs, decide }: DrainContext) {
    this.#loop = loop
    this.#client = client
    this.#settings = settings
    this.#wallMs = wallMs
    this.#decide = decide
    loop.on(TOPIC, (pods: Json) => void this.#evict(pods as readonly Wanted[]))
  }

  /** Evicts the Pods of a Node, at once or later; what was refused for good. */
  start(node: string): string | undefined {
    const pods = this.#client.podsOnNode(node).filter(pod => isToGo(pod))
    return this.#evict(pods.map(({ metadata: { namespace = '', name, uid } }) => ({ namespace, name, uid })))
  }

  #evict(pods: readonly Wanted[]): string | undefined {
    const later: Wanted[] = []
    let refusal: string | undefined
    for (const wanted of pods) {
      const pod = this.#client.get('Pod', wanted.namespace, wanted.name)
      if (pod?.metadata.uid !== wanted.uid || !isToGo(pod)) continue
      const evicted = evict({
        client: this.#client,
        pod,
        nowMs: this.#wallMs(),
        onAsked: asked => this.#decide(() => evictionAnswered(asked)),
      })
      if (evicted.ok) continue
      if (evicted.status.code === TOO_MANY_REQUESTS) later.push(wanted)
      else refusal ??= evicted.status.message
    }
    if (later.length > 0) this.#loop.schedule(TOPIC, this.#settings()['sim-drain-retry-period'], later)
    return refusal
  }
}

/** Ended Pods and those on their way need nothing, and a DaemonSet would make its Pod anew. */
function isToGo({ metadata, status }: Pod): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed' || metadata.deletionTimestamp !== undefined)
    return false
  return !metadata.ownerReferences?.some(({ controller, kind }) => controller && kind === 'DaemonSet')
}
