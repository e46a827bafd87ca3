// What ReplicaSets, StatefulSets and DaemonSets have in common as owners of Pods, after controller_utils.go: what a Pod of
// theirs looks like, and creating and deleting Pods with an Event for each. Whose a Pod is, is found out in claim.ts.

import type { ApiStatus } from '../../api/api-status.ts'
import type { Draft } from '../../api/meta.ts'
import type { Pod, PodTemplateSpec } from '../../api/pod/pod.ts'
import type { StoreClient } from '../../store/client.ts'
import { isNamespaceEnding } from '../endpointslice/endpointslice-controller.ts'
import { workloadRef, type PodOwner, type PodOwnerKind } from './claim.ts'
import type { ControllerContext } from './context.ts'
import type { EventRecorder } from './event-recorder.ts'
import { keyOf, type Controller } from './run-controller.ts'
import type { WorkQueue } from './work-queue.ts'
import { WriteBudget, type SavedBudget } from './write-budget.ts'

/** A Pod of the owner's template with a name that the server makes up. */
export function podFromTemplate(owner: PodOwner, kind: PodOwnerKind, template: PodTemplateSpec): Draft<Pod> {
  const { name, namespace } = owner.metadata
  const { metadata, spec } = template
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: metadata?.labels,
      annotations: metadata?.annotations,
      ownerReferences: [workloadRef(owner, kind)],
    },
    spec,
  }
}

/**
 * Creates and deletes Pods for their owners, and says so. Each gives the refusal, if there was one. What the controller may
 * not write yet is left for a later sync of the owner, which is queued.
 */
export class PodControl {
  readonly #client: StoreClient
  readonly #queue: WorkQueue
  readonly #recorder: EventRecorder
  readonly #budget: WriteBudget

  constructor(context: ControllerContext, { client, queue }: Controller, recorder: EventRecorder) {
    this.#client = client
    this.#queue = queue
    this.#recorder = recorder
    this.#budget = new WriteBudget(context)
  }

  save(): SavedBudget | null {
    return this.#budget.save()
  }

  load(saved: SavedBudget | null): void {
    this.#budget.load(saved)
  }

  /**
   * Creates so many Pods in a slow start (slowStartBatch): one, then two, four and so on, and no further batch after one in
   * which the server refused a Pod. So a template that cannot be had costs one request, and one Event, at a time.
   */
  createAll(owner: PodOwner, count: number, draftOf: (index: number) => Draft<Pod>): ApiStatus | undefined {
    for (let made = 0, batch = 1; made < count; made += batch, batch *= 2) {
      let refusal: ApiStatus | undefined
      for (let index = made; index < Math.min(made + batch, count); index++) {
        if (!this.#mayWrite(owner)) return refusal
        const refused = this.#create(owner, draftOf(index))
        refusal ??= refused
      }
      if (refusal) return refusal
    }
    return undefined
  }

  /** Deletes all these Pods, whatever becomes of each; the first refusal. */
  deleteAll(owner: PodOwner, pods: readonly Pod[]): ApiStatus | undefined {
    let refusal: ApiStatus | undefined
    for (const pod of pods) {
      if (!this.#mayWrite(owner)) return refusal
      const refused = this.#delete(owner, pod)
      refusal ??= refused
    }
    return refusal
  }

  #mayWrite(owner: PodOwner): boolean {
    const may = this.#budget.take()
    if (!may) this.#queue.add(keyOf(owner), this.#budget.waitMs())
    return may
  }

  #create(owner: PodOwner, draft: Draft<Pod>): ApiStatus | undefined {
    const created = this.#client.create('Pod', draft)
    if (created.ok) this.#say(owner, 'SuccessfulCreate', `Created pod: ${created.value.metadata.name}`)
    // A namespace that is going away takes nothing more: nothing to say, and nothing to try again.
    else if (isNamespaceEnding(created.status)) return undefined
    else this.#say(owner, 'FailedCreate', `Error creating: ${created.status.message}`)
    return created.ok ? undefined : created.status
  }

  #delete(owner: PodOwner, pod: Pod): ApiStatus | undefined {
    const { namespace = '', name, uid } = pod.metadata
    const deleted = this.#client.delete('Pod', namespace, name, { preconditionUid: uid })
    if (deleted.ok) this.#say(owner, 'SuccessfulDelete', `Deleted pod: ${name}`)
    else if (deleted.status.code === 404) return undefined
    else this.#say(owner, 'FailedDelete', `Error deleting: ${deleted.status.message}`)
    return deleted.ok ? undefined : deleted.status
  }

  #say(object: PodOwner, reason: string, message: string): void {
    this.#recorder.say({ object, type: reason.startsWith('Failed') ? 'Warning' : 'Normal', reason, message })
  }
}
