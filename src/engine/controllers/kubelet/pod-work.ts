// What one kubelet knows of one Pod beyond its object: how far its containers have come and what its probes last said. Plain
// mutable data that is saved as it is. Times are virtual milliseconds.

import type { EventId, EventLoop } from '../../kernel/event-loop.ts'
import type { Container, Pod } from '../../api/pod/pod.ts'

/**
 * sandbox → up (its containers start, run and start again) → ending (all of them are being stopped) → ended. A Pod whose
 * containers are done goes from up to ended by itself.
 */
type Stage = 'sandbox' | 'up' | 'ending' | 'ended'

export interface Exit {
  readonly code: number
  readonly startedMs: number
  readonly finishedMs: number
}

/** The first process of a container that runs. */
export interface ProcessWork {
  /** Where its script stands, and what the last command came to. */
  at: number
  code: number
  /** It is, or has become, the server of which no more is known. */
  serving: boolean
  /** What it exits with at SIGTERM; null when it takes no notice, as a first process does that handles no signals. */
  termCode: number | null
  /** Its shell was told what SIGTERM means to it. */
  trapped: boolean
  /** The end of the command under way. */
  timer: EventId | null
}

export interface ContainerWork {
  state: 'waiting' | 'running' | 'exited'
  readonly sidecar: boolean
  /** Of its present or last run. */
  id: string | null
  startedMs: number
  exit: Exit | null
  /** How the run before the present one ended. */
  lastExit: Exit | null
  restarts: number
  process: ProcessWork | null
  /** Its id and state as the kubelet's last look at the Pod found them: on these it acts, and on these its probes. */
  seenId: string | null
  seenState: 'running' | 'exited' | null
  /** Whether what follows from its last exit is decided. */
  judged: boolean
  /** How many restarts the back-off counts, and when the last of them was decided. */
  crashes: number
  restartedMs: number
  /** Pulls of its image that failed in a row. */
  pulls: number
  /** It is not started before that. */
  notBeforeMs: number
  /** Why it waits, where there is more to say than that it is being created. */
  waiting: { readonly reason: string; readonly message: string } | null
  /** How far its stop has come: preStop hook, waiting for its turn among the sidecars, SIGTERM. */
  ending: 'hook' | 'turn' | 'term' | null
  hookFailed: boolean
  /** When its grace is over; the next step of its stop, and when that is due. */
  killMs: number
  timer: EventId | null
  dueMs: number
  endCode: number
}

export type ProbeKind = 'readiness' | 'liveness' | 'startup'
type ProbeResult = 'Success' | 'Failure' | 'Unknown'

export const PROBE_FIELDS = { readiness: 'readinessProbe', liveness: 'livenessProbe', startup: 'startupProbe' } as const
/** The result of a probe before it has one of its own. */
export const INITIAL_RESULT = { readiness: 'Failure', liveness: 'Success', startup: 'Unknown' } as const

/** What a probe found: nothing is counted of one that could not be tried. */
export type ProbeOutcome = {
  readonly verdict: 'passed' | 'failed' | 'errored'
  readonly message: string
}

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
  /** Sleeps for a part of its period, since its kubelet has only just started again. */
  asleep: boolean
  /** The next run. */
  timer: EventId | null
  /** The end of a run under way, whether a run is due right after it, and whether that is because it was poked. */
  outcome: EventId | null
  due: 'tick' | 'poke' | null
}

/** How a Pod ends whose kubelet gave it up: it fails, whatever its containers say. */
export interface Verdict {
  readonly reason: string
  readonly message: string
  /** Reason of the condition DisruptionTarget, where somebody else's need ends the Pod. */
  readonly disruption: string | null
}

export interface PodWork {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly node: string
  readonly admittedMs: number
  stage: Stage
  /** The container that is being pulled or started. */
  job: 'pull' | 'start' | null
  next: number
  /** Address of the sandbox; null before there is one. */
  ip: string | null
  /** Its addresses of other families. */
  otherIPs: readonly string[]
  readonly initCount: number
  /** All init containers have done their part in this sandbox. */
  initialized: boolean
  readonly containers: ContainerWork[]
  probes: ProbeWork[]
  /** Whether the probes have begun, and from when on their periods count; null when the kubelet that worked them is gone. */
  probing: boolean
  workersMs: number | null
  /** When SIGKILL comes at the latest; null while the Pod is not being deleted. */
  deadlineMs: number | null
  verdict: Verdict | null
  /** The next step of `stage` or `job`. */
  timer: EventId | null
  /** The end of a back-off. */
  wake: EventId | null
}

/** All containers of a Pod, init containers first: the order of `PodWork.containers`. */
export function allContainers(pod: Pod): readonly Container[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
}

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always'
}

export function isAlive(work: PodWork): boolean {
  return work.containers.some(({ state }) => state === 'running')
}

export function newPodWork(pod: Pod, nowMs: number): PodWork {
  const { uid, namespace = '', name } = pod.metadata
  const initCount = pod.spec.initContainers?.length ?? 0
  return {
    uid,
    namespace,
    name,
    node: pod.spec.nodeName ?? '',
    admittedMs: nowMs,
    stage: 'sandbox',
    job: null,
    next: 0,
    ip: null,
    otherIPs: [],
    initCount,
    initialized: initCount === 0,
    containers: allContainers(pod).map((one, index) => newContainerWork(index < initCount && isSidecar(one))),
    probes: newProbes(pod),
    probing: false,
    workersMs: nowMs,
    deadlineMs: null,
    verdict: null,
    timer: null,
    wake: null,
  }
}

/** The probes of all containers, as they are when the Pod is admitted. */
export function newProbes(pod: Pod): ProbeWork[] {
  const kinds: readonly ProbeKind[] = ['startup', 'readiness', 'liveness']
  return allContainers(pod).flatMap((container, index) =>
    kinds.filter(kind => container[PROBE_FIELDS[kind]]).map(kind => newProbe(kind, index)),
  )
}

function newProbe(kind: ProbeKind, container: number): ProbeWork {
  return {
    kind,
    container,
    result: INITIAL_RESULT[kind],
    last: null,
    count: 0,
    hold: false,
    asleep: false,
    timer: null,
    outcome: null,
    due: null,
  }
}

function newContainerWork(sidecar: boolean): ContainerWork {
  return {
    state: 'waiting',
    sidecar,
    id: null,
    startedMs: 0,
    exit: null,
    lastExit: null,
    restarts: 0,
    process: null,
    seenId: null,
    seenState: null,
    judged: false,
    crashes: 0,
    restartedMs: 0,
    pulls: 0,
    notBeforeMs: 0,
    waiting: null,
    ending: null,
    hookFailed: false,
    killMs: 0,
    timer: null,
    dueMs: 0,
    endCode: 0,
  }
}

/** Cancels an event that may not be there; what to put in its place. */
export function cancelTimer(loop: EventLoop, timer: EventId | null): null {
  if (timer !== null) loop.cancel(timer)
  return null
}

/** Stops what the kubelet was going to do with a Pod. What runs in its containers goes on. */
export function cancelTimers(loop: EventLoop, work: PodWork): void {
  work.timer = cancelTimer(loop, work.timer)
  work.wake = cancelTimer(loop, work.wake)
  for (const container of work.containers) container.timer = cancelTimer(loop, container.timer)
  for (const probe of work.probes) cancelProbe(loop, probe)
}

export function cancelProbe(loop: EventLoop, probe: ProbeWork): void {
  probe.timer = cancelTimer(loop, probe.timer)
  probe.outcome = cancelTimer(loop, probe.outcome)
  probe.due = null
}

/** Ends what runs in the containers of a Pod, without a word: their machine is gone. */
export function dropProcesses(loop: EventLoop, work: PodWork): void {
  for (const container of work.containers) {
    if (container.process) cancelTimer(loop, container.process.timer)
    container.process = null
  }
}

/** A copy that shares nothing with the original. */
export function copyPodWork(work: PodWork): PodWork {
  return {
    ...work,
    containers: work.containers.map(container => ({
      ...container,
      process: container.process && { ...container.process },
    })),
    probes: work.probes.map(probe => ({ ...probe })),
  }
}
