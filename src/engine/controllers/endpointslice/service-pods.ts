// Which Pods of a Service changed since somebody last asked, so that a sync over thousands of Pods only thinks about those.
// It follows the watch for each Service that was asked for, by one look-up per change of a Pod. Derived from the store: no
// part of a snapshot, and whoever begins anew is merely told everything.

import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { sameJson } from '../../kernel/json.ts'
import type { StoreClient } from '../../store/client.ts'
import type { PodChange } from '../runtime/pod-roll.ts'
import { keyOf } from '../runtime/run-controller.ts'
import type { ServiceIndex } from './service-index.ts'

/** By name, what a Pod was (undefined: none that the Service selected) and what it is now. */
export type PodChanges = ReadonlyMap<string, PodChange>

/** The Pods of a Service since it was last asked for: those that changed, or all of them when it was never asked for. */
export type PodNews =
  | { readonly pods: readonly Pod[]; readonly changes?: undefined }
  | { readonly changes: PodChanges; readonly pods?: undefined }

export class ServicePods {
  readonly #client: StoreClient
  readonly #changes = new Map<string, Map<string, PodChange>>()

  constructor(client: StoreClient, index: ServiceIndex) {
    this.#client = client
    client.watch(['Pod'], event => {
      const { selecting, gained, lost } = index.concernOf(event)
      for (const key of selecting) {
        const before = gained.includes(key) ? undefined : event.previous
        this.#note(key, before, event.type === 'DELETED' ? undefined : event.object)
      }
      for (const key of lost) this.#note(key, event.previous, undefined)
    })
    client.watch(['Service'], ({ type, object, previous }) => {
      if (type !== 'MODIFIED' || !sameJson(object.spec.selector, previous?.spec.selector)) this.forget(keyOf(object))
    })
  }

  /** What is new; the next call is told what comes after this one. */
  take(service: Service): PodNews {
    const key = keyOf(service)
    const changes = this.#changes.get(key)
    this.#changes.set(key, new Map())
    return changes ? { changes } : { pods: this.list(service) }
  }

  /** All Pods of a Service, by name. */
  list({ metadata, spec }: Service): readonly Pod[] {
    return this.#client.podsWithLabels(metadata.namespace ?? '', spec.selector ?? {})
  }

  forget(key: string): void {
    this.#changes.delete(key)
  }

  #note(key: string, before: Pod | undefined, after: Pod | undefined): void {
    const changes = this.#changes.get(key)
    const name = (after ?? before)?.metadata.name
    if (!changes || name === undefined) return
    const known = changes.get(name)
    changes.set(name, { before: known ? known.before : before, after })
  }

  reset(): void {
    this.#changes.clear()
  }
}
