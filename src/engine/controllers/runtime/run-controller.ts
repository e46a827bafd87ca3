// How a control loop is fed, after client-go's informers and controller-runtime: what a watch tells becomes keys on a work
// queue, and a key becomes one sync that reads everything afresh. Keys are `namespace/name`.

import type { Kind, KindMap } from '../../api/kind-registry.ts'
import type { StoreClient, WatchEvent } from '../../store/client.ts'
import type { ControllerRuntime } from './controller-runtime.ts'
import type { InformerResync } from './informer-resync.ts'
import { WorkQueue, type SyncOutcome, type WorkQueueOptions } from './work-queue.ts'

export interface ControllerOptions {
  /** Who writes: the component name of the real thing, `replicaset-controller`. */
  readonly actor: string
  readonly queue: Omit<WorkQueueOptions, 'sync'>
  readonly sync: (namespace: string, name: string, key: string) => SyncOutcome
}

/** A queue with a worker, and the face of the API server that the worker writes to. */
export class Controller {
  readonly client: StoreClient
  readonly queue: WorkQueue
  readonly #resync: InformerResync

  constructor(context: ControllerRuntime, options: ControllerOptions) {
    this.client = context.client(options.actor)
    this.#resync = context.resync
    this.queue = new WorkQueue(context, {
      ...options.queue,
      sync: key => {
        const slash = key.indexOf('/')
        return options.sync(key.slice(0, slash), key.slice(slash + 1), key)
      },
    })
  }

  /** Lets every change of a kind put keys on the queue. The handler only takes note. */
  watch<K extends Kind>(kind: K, take: (event: WatchEvent<K>, queue: WorkQueue) => void): void {
    this.client.watch([kind], event => take(event, this.queue))
    this.#resync.register(() => {
      for (const object of this.client.list(kind))
        take({ type: 'MODIFIED', kind, object, previous: object }, this.queue)
    })
  }

  /** Queues the object itself at each of its changes. */
  watchOwn(kind: Kind): void {
    this.watch(kind, ({ object }, queue) => queue.notice(keyOf(object)))
  }
}

/** `namespace/name`; the namespace is empty for cluster-wide kinds. */
export function keyOf(object: KindMap[Kind]): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}
