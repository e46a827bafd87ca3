// What one kubelet knows of one Pod beyond its object: how far its containers have come and what its probes last said. Plain
// mutable data that is saved as it is. Times are virtual milliseconds.

import type { EventId, EventLoop } from '../../kernel/event-loop.ts'
import type { Container, Pod } from '../../api/pod/pod.ts'

/**
 * sandbox → (pull → start, for each container in turn; `init-ran` waits for a relist after each init container) → running
 * → prestop → stopping → stopped.
 */
type Stage = 'sandbox' | 'pull' | 'start' | 'init-ran' | 'running' | 'prestop' | 'stopping' | 'stopped'

export interface Exit {
  readonly code: number
  readonly startedMs: number
  readonly finishedMs: number
}

export interface ContainerWork {
  state: 'waiting' | 'running' | 'exited'
  /** Of its present or last run. */
  id: string | null
  startedMs: number
  exit: Exit | null
  /** How the run before the present one ended. */
  lastExit: Exit | null
  restarts: number
  /** Restarts in a row that came soon, for the back-off. */
  crashes: number
  /** Ends a running container that is to be restarted, then starts it again. */
  timer: EventId | null
}

export type ProbeKind = 'readiness' | 'liveness' | 'startup'
type ProbeResult = 'Success' | 'Failure' | 'Unknown'

export interface ProbeWork {
  readonly kind: ProbeKind
  /** Place in `PodWork.containers`. */
  readonly container: number
  result: ProbeResult
  /** The last outcome, and how often it came in a row. */
  last: boolean | null
  count: number
  /** After a liveness or startup failure, until a new container runs. */
  hold: boolean
  timer: EventId | null
}

export interface PodWork {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly node: string
  readonly admittedMs: number
  stage: Stage
  /** The container that is being pulled or started. */
  next: number
  /** Address of the sandbox; null before there is one. */
  ip: string | null
  /** Its addresses of other families. */
  otherIPs: readonly string[]
  readonly initCount: number
  readonly containers: ContainerWork[]
  probes: ProbeWork[]
  /** Whether a status pass has seen the containers run; probes have nothing to look at before. */
  seen: boolean
  /** Whether its kubelet was away, and has to probe anew. */
  unwatched: boolean
  /** When SIGKILL comes at the latest; null while the Pod is not terminating. */
  deadlineMs: number | null
  /** How its containers end: 0, or 137 when they are killed. */
  exitCode: number
  /** The next step of `stage`, and when it is due. */
  timer: EventId | null
  dueMs: number
}

/** All containers of a Pod, init containers first: the order of `PodWork.containers`. */
export function allContainers(pod: Pod): readonly Container[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
}

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always'
}

export function newPodWork(pod: Pod, nowMs: number): PodWork {
  const { uid, namespace = '', name } = pod.metadata
  return {
    uid,
    namespace,
    name,
    node: pod.spec.nodeName ?? '',
    admittedMs: nowMs,
    stage: 'sandbox',
    next: 0,
    ip: null,
    otherIPs: [],
    initCount: pod.spec.initContainers?.length ?? 0,
    containers: allContainers(pod).map(newContainerWork),
    probes: [],
    seen: false,
    unwatched: false,
    deadlineMs: null,
    exitCode: 0,
    timer: null,
    dueMs: 0,
  }
}

function newContainerWork(): ContainerWork {
  return { state: 'waiting', id: null, startedMs: 0, exit: null, lastExit: null, restarts: 0, crashes: 0, timer: null }
}

/** Cancels an event that may not be there; what to put in its place. */
export function cancelTimer(loop: EventLoop, timer: EventId | null): null {
  if (timer !== null) loop.cancel(timer)
  return null
}

/** Stops everything that is going to happen to a Pod; its readiness may go on being probed. */
export function cancelTimers(loop: EventLoop, work: PodWork, which: 'all' | 'but readiness' = 'all'): void {
  work.timer = cancelTimer(loop, work.timer)
  for (const container of work.containers) container.timer = cancelTimer(loop, container.timer)
  for (const probe of work.probes) {
    if (which === 'all' || probe.kind !== 'readiness') probe.timer = cancelTimer(loop, probe.timer)
  }
}

/** A copy that shares nothing with the original. */
export function copyPodWork(work: PodWork): PodWork {
  return {
    ...work,
    containers: work.containers.map(container => ({ ...container })),
    probes: work.probes.map(probe => ({ ...probe })),
  }
}
