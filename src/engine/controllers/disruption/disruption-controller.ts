// Keeps the status of PodDisruptionBudgets, after pkg/controller/disruption: how many of the selected Pods are healthy, how
// many have to be, and so how many may be evicted now. A Pod whose eviction was granted counts as gone from then on, for two
// minutes at most; after that long a Pod that is still there is no longer said to be about to go, either.

import type { Condition } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { PodDisruptionBudget } from '../../api/poddisruptionbudget/poddisruptionbudget.ts'
import { matchesSelector } from '../../api/selector.ts'
import { sameJson } from '../../kernel/json.ts'
import type { Part } from '../../kernel/part.ts'
import { formatTimestamp, parseTimestamp } from '../../kernel/timestamp.ts'
import { findCondition, withCondition } from '../runtime/conditions.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionDraft } from '../runtime/decision.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { isPodReady, isPodTerminal, isTerminating } from '../runtime/pod-facts.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import { WorkQueue, type SavedWorkQueue, type SyncOutcome } from '../runtime/work-queue.ts'
import { expectationOf, type Expectation } from './expected-pods.ts'

type Status = NonNullable<PodDisruptionBudget['status']>
type DisruptedPods = NonNullable<Status['disruptedPods']>

/** How long a granted eviction is waited for. */
const DELETION_TIMEOUT_MS = 120_000
/** For how long a Pod that was told to go, and is not deleted, is believed to be about to. */
const STALE_TARGET_MS = 120_000
const TARGET = 'DisruptionTarget'
/** A kubelet may take its time until a Pod it ended is deleted. */
const BY_KUBELET = 'TerminationByKubelet'

export interface SavedDisruption {
  readonly budgets: SavedWorkQueue
  readonly targets: SavedWorkQueue
}

export class DisruptionController implements Part {
  readonly partName = 'disruption'
  readonly #context: ControllerRuntime
  readonly #controller: Controller
  /** Pods that say they are about to go. */
  readonly #targets: WorkQueue
  readonly #recorder: EventRecorder
  readonly #decide: DecisionVoice

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#recorder = context.events.recorder('controllermanager')
    this.#decide = context.decisions.voice('disruption-controller')
    this.#controller = new Controller(context, {
      actor: 'disruption-controller',
      queue: { name: 'disruption', backOffBaseMs: 5, backOffMaxMs: 1_000_000 },
      sync: (namespace, name) => this.#sync(namespace, name),
    })
    this.#targets = new WorkQueue(context, {
      name: 'disruption-targets',
      backOffBaseMs: 5,
      backOffMaxMs: 1_000_000,
      sync: key => this.#syncTarget(key),
    })
    this.#controller.watchOwn('PodDisruptionBudget')
    this.#controller.watch('Pod', ({ type, object, previous }, queue) => {
      if (type !== 'DELETED' && targetSince(object) !== undefined) this.#targets.notice(keyOf(object))
      for (const budget of this.#controller.client.list('PodDisruptionBudget', object.metadata.namespace)) {
        const selects = (pod: Pod | undefined): boolean =>
          pod !== undefined && matchesSelector(budget.spec.selector, pod.metadata.labels)
        if (selects(previous) || selects(object)) queue.notice(keyOf(budget))
      }
    })
  }

  save(): SavedDisruption {
    return { budgets: this.#controller.queue.save(), targets: this.#targets.save() }
  }

  load(saved: SavedDisruption): void {
    this.#controller.queue.load(saved.budgets)
    this.#targets.load(saved.targets)
  }

  #syncTarget(key: string): SyncOutcome {
    const { client } = this.#controller
    const slash = key.indexOf('/')
    const pod = client.get('Pod', key.slice(0, slash), key.slice(slash + 1))
    const since = pod && targetSince(pod)
    if (!pod || since === undefined) return 'done'
    const nowMs = this.#context.wallMs()
    const waitMs = (parseTimestamp(since) ?? nowMs) + STALE_TARGET_MS - nowMs
    if (waitMs > 0) {
      this.#targets.add(key, waitMs)
      return 'done'
    }
    const lastTransitionTime = formatTimestamp(nowMs)
    const condition: Condition = { type: TARGET, status: 'False', lastProbeTime: null, lastTransitionTime }
    const conditions = withCondition(pod.status?.conditions, condition)
    return client.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions } }).ok ? 'done' : 'retry'
  }

  #sync(namespace: string, name: string): SyncOutcome {
    const { client } = this.#controller
    const budget = client.get('PodDisruptionBudget', namespace, name)
    if (!budget) return 'done'
    const { selector } = budget.spec
    const pods = selector
      ? client.list('Pod', namespace).filter(pod => matchesSelector(selector, pod.metadata.labels))
      : []
    const expectation = expectationOf(client, budget, pods)
    this.#sayWhatIsOdd(budget, pods, expectation)
    const disruptedPods = this.#stillAwaited(budget, pods)
    const status = this.#statusOf(budget, { expectation, pods, disruptedPods })
    if (sameJson(status, budget.status)) return 'done'
    this.#decide(() => counted(budget, status))
    return client.updateStatus('PodDisruptionBudget', { ...budget, status }).ok ? 'done' : 'retry'
  }

  #sayWhatIsOdd(object: PodDisruptionBudget, pods: readonly Pod[], expectation: Expectation): void {
    if (pods.length === 0) {
      this.#recorder.say({ object, type: 'Normal', reason: 'NoPods', message: 'No matching pods found' })
    }
    if (!expectation.ok) {
      const message = `Failed to calculate the number of expected pods: ${expectation.message}`
      this.#recorder.say({ object, type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message })
    } else if (expectation.unmanaged.length > 0) {
      const selector = goText(object.spec.selector ?? {})
      const message = `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`
      this.#recorder.say({ object, type: 'Warning', reason: 'UnmanagedPods', message })
    }
  }

  /** Granted evictions that were not carried out yet; one that takes too long counts as never granted. */
  #stillAwaited(object: PodDisruptionBudget, pods: readonly Pod[]): DisruptedPods {
    const awaited: Record<string, string> = {}
    const nowMs = this.#context.wallMs()
    for (const pod of pods) {
      const { name } = pod.metadata
      const since = object.status?.disruptedPods?.[name]
      const sinceMs = since === undefined ? undefined : parseTimestamp(since)
      if (since === undefined || sinceMs === undefined || isTerminating(pod)) continue
      if (sinceMs + DELETION_TIMEOUT_MS < nowMs) {
        const message = `Pod was expected by PDB ${keyOf(object)} to be deleted but it wasn't`
        this.#recorder.say({ object: pod, type: 'Warning', reason: 'NotDeleted', message })
        continue
      }
      awaited[name] = since
      // A second more, since times have whole seconds.
      this.#controller.queue.add(keyOf(object), sinceMs + DELETION_TIMEOUT_MS + 1_000 - nowMs)
    }
    return awaited
  }

  #statusOf(
    budget: PodDisruptionBudget,
    {
      expectation,
      pods,
      disruptedPods,
    }: {
      readonly expectation: Expectation
      readonly pods: readonly Pod[]
      readonly disruptedPods: DisruptedPods
    },
  ): Status {
    const observedGeneration = budget.metadata.generation
    const lastTransitionTime = formatTimestamp(this.#context.wallMs())
    const put = (condition: Partial<Condition> & Pick<Condition, 'status'>): readonly Condition[] =>
      withCondition(budget.status?.conditions, {
        type: 'DisruptionAllowed',
        lastTransitionTime,
        message: '',
        observedGeneration,
        ...condition,
      })
    if (!expectation.ok) {
      const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0, ...before } = budget.status ?? {}
      const conditions = put({ status: 'False', reason: 'SyncFailed', message: expectation.message })
      return {
        ...before,
        currentHealthy,
        desiredHealthy,
        expectedPods,
        disruptionsAllowed: 0,
        observedGeneration,
        conditions,
      }
    }
    const { expectedPods, desiredHealthy } = expectation
    const healthy = pods.filter(
      pod => !isTerminating(pod) && isPodReady(pod) && disruptedPods[pod.metadata.name] === undefined,
    )
    const spare = healthy.length - desiredHealthy
    const disruptionsAllowed = expectedPods > 0 ? Math.max(0, spare) : 0
    return {
      observedGeneration,
      ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
      disruptionsAllowed,
      currentHealthy: healthy.length,
      desiredHealthy,
      expectedPods,
      conditions:
        disruptionsAllowed > 0
          ? put({ status: 'True', reason: 'SufficientPods' })
          : put({ status: 'False', reason: 'InsufficientPods' }),
    }
  }
}

/** Since when the Pod says that it is about to go, if nobody has begun to delete it; RFC 3339. */
function targetSince(pod: Pod): string | undefined {
  const target = findCondition(pod.status?.conditions, TARGET)
  if (target?.status !== 'True' || target.reason === BY_KUBELET) return undefined
  return isTerminating(pod) || isPodTerminal(pod) ? undefined : (target.lastTransitionTime ?? '')
}

function counted(about: PodDisruptionBudget, status: Status): DecisionDraft {
  const {
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    disruptionsAllowed: allowed,
  } = status
  const because = { rule: 'healthy-counted', healthy, desired, expected, allowed } as const
  return { code: 'disruptions-counted', about, because, once: true }
}

/** A selector as Go prints one: `&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]…{},}`. */
function goText({
  matchLabels = {},
  matchExpressions = [],
}: NonNullable<PodDisruptionBudget['spec']['selector']>): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map(key => `${key}: ${matchLabels[key]},`)
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  )
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}
