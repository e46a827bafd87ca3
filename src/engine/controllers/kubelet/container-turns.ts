// Which container of a Pod is to be started next, after computePodActions of pkg/kubelet/kuberuntime: init containers one by
// one, each when the one before was seen to have done its part, then all others. Decided from what the kubelet has seen of its
// containers, not from what they are by now. Pure.

import type { Pod } from '../../api/pod/pod.ts'
import { isContainerStarted } from './pod-status.ts'
import type { ContainerWork, PodWork } from './pod-work.ts'

/** `start` a container; `wait` for news, or until a back-off ends; the Pod has `failed`, or is `done`. */
export type Turn =
  | { readonly type: 'start'; readonly container: number }
  | { readonly type: 'wait'; readonly untilMs: number }
  | { readonly type: 'failed' }
  | { readonly type: 'done' }

const FOR_NEWS: Turn = { type: 'wait', untilMs: Infinity }

export function nextTurn(pod: Pod, work: PodWork, nowMs: number): Turn {
  const first = work.initialized ? undefined : initTurn(pod, work, nowMs)
  if (first) return first
  work.initialized = true
  let untilMs = Infinity
  let over = true
  for (const [index, own] of work.containers.entries()) {
    if (index < work.initCount && !own.sidecar) continue
    const mayStart = isSeenStopped(own) && (own.exit === null || restarts(pod, own))
    if (mayStart && own.notBeforeMs <= nowMs) return { type: 'start', container: index }
    if (mayStart) untilMs = Math.min(untilMs, own.notBeforeMs)
    if (!own.sidecar && (mayStart || !isSeenStopped(own))) over = false
  }
  return over ? { type: 'done' } : { type: 'wait', untilMs }
}

/** The turn among the init containers; undefined when all have had theirs. */
function initTurn(pod: Pod, work: PodWork, nowMs: number): Turn | undefined {
  for (const [index, own] of work.containers.slice(0, work.initCount).entries()) {
    if (own.sidecar && own.seenState === 'running' && isContainerStarted(work, index)) continue
    if (!isSeenStopped(own)) return FOR_NEWS
    if (!own.sidecar && own.exit?.code === 0) continue
    if (own.exit !== null && !restarts(pod, own)) return { type: 'failed' }
    return own.notBeforeMs <= nowMs ? { type: 'start', container: index } : { type: 'wait', untilMs: own.notBeforeMs }
  }
  return undefined
}

/** Never started, or seen to have ended. */
function isSeenStopped(own: ContainerWork): boolean {
  if (own.state === 'waiting') return true
  return own.state === 'exited' && own.seenState === 'exited' && own.seenId === own.id
}

/** Whether a container that ended is to run again. */
export function restarts(pod: Pod, { sidecar, exit }: ContainerWork): boolean {
  const policy = pod.spec.restartPolicy ?? 'Always'
  if (sidecar || policy === 'Always') return true
  return policy === 'OnFailure' && exit?.code !== 0
}
