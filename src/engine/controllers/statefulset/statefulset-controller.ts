// The loop that keeps the Pods of a StatefulSet, each with its own name, after pkg/controller/statefulset: finds or makes the
// revision of the present template, takes the planned steps, reports, and trims the history. Left out: the claims of
// volumeClaimTemplates, which stay words in the Pods, and maxUnavailable of an update, which is off by default.

import type { ControllerRevision } from '../../api/controllerrevision/controllerrevision.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import { sameJson } from '../../kernel/json.ts'
import { presentRevision, revisionsOf, trimRevisions, type RevisedSet } from '../history/controller-revisions.ts'
import { ControlLoop } from '../runtime/control-loop.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { isPodAvailable, isPodReady, isTerminating, readySinceMs } from '../runtime/pod-facts.ts'
import { claim, watchOwned } from '../runtime/claim.ts'
import { keyOf } from '../runtime/run-controller.ts'
import type { SyncOutcome } from '../runtime/work-queue.ts'
import { explainSteps, type StepsTaken } from './explain-steps.ts'
import { planStatefulSet, type PlannedStep, type StatefulStep } from './plan-statefulset.ts'
import { ordinalOf, podRevision, statefulPod, withIdentity } from './stateful-pods.ts'
import { statefulSetStatus } from './statefulset-status.ts'

const HASH_LABEL = 'controller.kubernetes.io/hash'

interface Revisions {
  readonly current: ControllerRevision
  readonly update: ControllerRevision
}

export class StatefulSetController extends ControlLoop {
  constructor(context: ControllerRuntime) {
    super(context, {
      actor: 'statefulset-controller',
      queue: { name: 'statefulset', backOffBaseMs: 5, backOffMaxMs: 1_000_000 },
    })
    this.controller.watchOwn('StatefulSet')
    watchOwned(this.controller, 'Pod', 'StatefulSet')
  }

  protected sync(namespace: string, name: string): SyncOutcome {
    const { client } = this.controller
    const set = client.get('StatefulSet', namespace, name)
    if (!set) return 'done'
    const takes = (pod: Pod): boolean => ordinalOf(set, pod) !== undefined
    const pods = claim({ client, kind: 'Pod', owner: set, ownerKind: 'StatefulSet', takes })
    const revisions = this.#findRevisions(set)
    if (!revisions) return 'retry'
    const input = { set, pods, updateRevision: revisions.update.metadata.name, wallMs: this.context.wallMs() }
    const steps = isTerminating(set) ? [] : planStatefulSet(input)
    if (this.context.decisions.heard) this.#explain({ ...input, steps, revisions: namesOf(revisions) })
    const went = this.#takeAll(set, steps, revisions)
    this.#report(set, revisions)
    return went ? 'done' : 'retry'
  }

  #explain(taken: StepsTaken): void {
    if (!isTerminating(taken.set)) for (const decision of explainSteps(taken)) this.decide(() => decision)
  }

  #revised(owner: StatefulSet): RevisedSet {
    return { client: this.controller.client, owner, kind: 'StatefulSet', hashLabel: HASH_LABEL }
  }

  /** Undefined when there is none to be had. A hash that is another template's is counted, for the next sync to try on. */
  #findRevisions(set: StatefulSet): Revisions | undefined {
    const revised = this.#revised(set)
    const present = presentRevision(revised)
    if (present === 'refused') return undefined
    if (present === 'collides') {
      const status = statefulSetStatus({ set, pods: [], wallMs: 0 })
      const collisionCount = (set.status?.collisionCount ?? 0) + 1
      this.controller.client.updateStatus('StatefulSet', {
        ...set,
        status: { ...status, ...set.status, collisionCount },
      })
      return undefined
    }
    const { currentRevision } = set.status ?? {}
    const current = revisionsOf(revised).find(({ metadata }) => metadata.name === currentRevision)
    return { current: current ?? present, update: present }
  }

  /** Whether all went as planned. */
  #takeAll(set: StatefulSet, steps: readonly PlannedStep[], revisions: Revisions): boolean {
    let stuckIn: string | undefined
    for (const step of steps) {
      if (stuckIn !== undefined && step.batch !== stuckIn) break
      if (!this.#take(set, step, revisions)) stuckIn = step.batch
    }
    return stuckIn === undefined
  }

  /** Whether it went as planned; what did not is said. */
  #take(set: StatefulSet, step: StatefulStep, revisions: Revisions): boolean {
    const { client } = this.controller
    switch (step.type) {
      case 'create': {
        const draft = statefulPod(set, step.ordinal, revisions[step.revision])
        const created = client.create('Pod', draft)
        // Another has the name: that is not said, but tried again until it is free.
        if (!created.ok && created.status.reason === 'AlreadyExists') return false
        return this.#say(set, 'create', draft.metadata.name ?? '', created.ok ? undefined : created.status.message)
      }
      case 'delete': {
        const { namespace = '', name, uid } = step.pod.metadata
        const deleted = client.delete('Pod', namespace, name, { preconditionUid: uid })
        return this.#say(set, 'delete', name, deleted.ok ? undefined : deleted.status.message)
      }
      case 'identify': {
        const updated = client.update('Pod', withIdentity(step.pod))
        return this.#say(set, 'update', step.pod.metadata.name, updated.ok ? undefined : updated.status.message)
      }
    }
  }

  #say(set: StatefulSet, verb: 'create' | 'delete' | 'update', pod: string, error: string | undefined): boolean {
    const ok = error === undefined
    const word = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`
    const what = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name}`
    this.recorder.say({
      object: set,
      type: ok ? 'Normal' : 'Warning',
      reason: `${ok ? 'Successful' : 'Failed'}${word}`,
      message: ok ? `${what} successful` : `${what} failed error: ${error}`,
    })
    return ok
  }

  #report(set: StatefulSet, revisions: Revisions): void {
    const { client, queue } = this.controller
    const found = client.get('StatefulSet', set.metadata.namespace ?? '', set.metadata.name)
    if (!found) return
    const pods = client.ownedBy('Pod', found.metadata.uid)
    const wallMs = this.context.wallMs()
    const status = statefulSetStatus({
      set: found,
      pods,
      revisions: namesOf(revisions),
      wallMs,
    })
    if (!sameJson(status, found.status)) client.updateStatus('StatefulSet', { ...found, status })
    const inUse = new Set([status.currentRevision, status.updateRevision, ...pods.map(podRevision)])
    const revised = this.#revised(found)
    const idle = revisionsOf(revised).filter(({ metadata }) => !inUse.has(metadata.name))
    trimRevisions(revised, idle, idle.length)
    const minReadySeconds = found.spec.minReadySeconds ?? 0
    for (const pod of pods) {
      if (!isPodReady(pod) || isPodAvailable(pod, minReadySeconds, wallMs)) continue
      queue.add(keyOf(found), (readySinceMs(pod) ?? wallMs) + minReadySeconds * 1000 - wallMs)
    }
  }
}

function namesOf({ current, update }: Revisions): { readonly current: string; readonly update: string } {
  return { current: current.metadata.name, update: update.metadata.name }
}
