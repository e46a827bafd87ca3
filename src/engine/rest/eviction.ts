// Whether a Pod may be evicted, and its eviction, after the eviction subresource of the API server (registry/core/pod/storage
// eviction.go): the one PodDisruptionBudget that selects a healthy Pod has to have room for it, and has less afterwards.
// Used by the door and by the playground's own drain.

import { refused, statusOf, tooManyRequests, type ApiStatus, type Result } from '../api/api-status.ts'
import type { Condition } from '../api/meta.ts'
import type { Pod } from '../api/pod/pod.ts'
import type { PodDisruptionBudget } from '../api/poddisruptionbudget/poddisruptionbudget.ts'
import { matchesSelector } from '../api/selector.ts'
import { formatTimestamp } from '../kernel/timestamp.ts'
import type { StoreClient } from '../store/index.ts'

/** What was answered to the wish to evict a Pod, and the budget that decided it, if one did. */
export interface EvictionAsked {
  readonly pod: Pod
  readonly budget: PodDisruptionBudget | undefined
  readonly allowed: boolean
}

export interface EvictionRequest {
  readonly client: StoreClient
  readonly pod: Pod
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** Hears of the answer; changes nothing. */
  readonly onAsked?: ((asked: EvictionAsked) => void) | undefined
}

const VIOLATION = "Cannot evict pod as it would violate the pod's disruption budget."
const RETRY_AFTER_SECONDS = 10
const UNGUARDED_PHASES: ReadonlySet<string> = new Set(['Pending', 'Succeeded', 'Failed'])

/** Evicts the Pod with its own grace, or gives the refusal; then nothing has changed. */
export function evict(request: EvictionRequest): Result<Pod> {
  const refusal = askBudget(request)
  if (refusal) return refused(refusal)
  const { client, pod } = request
  const marked = markEvicted(request)
  if (!marked.ok) return marked
  const { namespace = '', name, uid } = pod.metadata
  return client.delete('Pod', namespace, name, { preconditionUid: uid })
}

/** Takes one disruption from the budget of the Pod, if it has one and needs it; the refusal when there is none left. */
export function askBudget({ client, pod, nowMs, onAsked }: EvictionRequest): ApiStatus | undefined {
  if (isOutOfAccount(pod)) return undefined
  const answered = (budget: PodDisruptionBudget | undefined, refusal?: ApiStatus): ApiStatus | undefined => {
    onAsked?.({ pod, budget, allowed: refusal === undefined })
    return refusal
  }
  const [budget, another] = client
    .list('PodDisruptionBudget', pod.metadata.namespace ?? '')
    .filter(({ spec }) => spec.selector !== undefined && matchesSelector(spec.selector, pod.metadata.labels))
  if (!budget) return answered(undefined)
  if (another) {
    return statusOf(
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    )
  }
  if (!isReady(pod) && isFreeToGoUnready(budget)) return answered(undefined)
  const refusal = answered(budget, refusalOf(budget))
  if (refusal || !budget.status) return refusal
  const disruptedPods = { ...budget.status.disruptedPods, [pod.metadata.name]: formatTimestamp(nowMs) }
  const status = { ...budget.status, disruptionsAllowed: budget.status.disruptionsAllowed - 1, disruptedPods }
  const taken = client.updateStatus('PodDisruptionBudget', { ...budget, status })
  return taken.ok ? undefined : taken.status
}

/** Writes into the Pod why it ends. */
export function markEvicted({ client, pod, nowMs }: EvictionRequest): Result<Pod> {
  const condition: Condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: formatTimestamp(nowMs),
  }
  const others = pod.status?.conditions?.filter(({ type }) => type !== condition.type) ?? []
  return client.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions: [...others, condition] } })
}

/** No budget counts a Pod that has not begun, has ended, or is on its way out. */
function isOutOfAccount({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined || UNGUARDED_PHASES.has(status?.phase ?? 'Pending')
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false
}

/** A Pod that is not ready may go while there are healthy ones enough, or always if the budget says so. */
function isFreeToGoUnready({ spec, status }: PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy
}

function refusalOf({ metadata, status }: PodDisruptionBudget): ApiStatus | undefined {
  const why = (message: string): { readonly reason: string; readonly message: string; readonly field: string } => ({
    reason: 'DisruptionBudget',
    message: `The disruption budget ${metadata.name} ${message}`,
    field: '',
  })
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return tooManyRequests(VIOLATION, [why('is still being processed by the server.')], RETRY_AFTER_SECONDS)
  }
  if (!status || status.disruptionsAllowed > 0) return undefined
  const failed = status.conditions?.find(({ type, reason }) => type === 'DisruptionAllowed' && reason === 'SyncFailed')
  return tooManyRequests(VIOLATION, [
    why(
      failed
        ? `does not allow evicting pods currently because it failed sync: ${failed.message ?? ''}`
        : `needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`,
    ),
  ])
}
