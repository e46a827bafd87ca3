// The status a kubelet reports for a Pod, made from what it knows: phase, conditions, container states, addresses; after
// pkg/kubelet kubelet_pods.go and status/generate.go. Conditions that others own (readiness gates, DisruptionTarget) stay.

import type { Condition } from '../../api/meta.ts'
import type { Container, ContainerState, ContainerStatus, Pod, PodPhase, PodStatus } from '../../api/pod/pod.ts'
import { hashText } from '../../kernel/rng.ts'
import { findCondition } from '../runtime/conditions.ts'
import { allContainers, isAlive, isSidecar, type ContainerWork, type Exit, type PodWork } from './pod-work.ts'

export interface PodStatusInput {
  readonly pod: Pod
  readonly work: PodWork
  readonly hostIP: string
  /** Whether the application of a Pod without readiness probe says that it is not ready. */
  readonly readinessFails: boolean
  /** A virtual time as the API writes it. */
  readonly stamp: (virtualMs: number) => string
  readonly nowMs: number
}

export function podStatus(input: PodStatusInput): PodStatus {
  const { pod, work, hostIP, stamp } = input
  const containers = allContainers(pod)
  const statuses = containers.map((container, index) => containerStatus(input, container, index))
  const initContainerStatuses = statuses.slice(0, work.initCount)
  const containerStatuses = statuses.slice(work.initCount)
  const ip = work.ip ?? (pod.spec.hostNetwork ? hostIP : undefined)
  return {
    ...withoutKubeletFields(pod.status),
    phase: phaseOf(work, containers),
    ...(work.stage === 'ended' && work.verdict ? { reason: work.verdict.reason, message: work.verdict.message } : {}),
    conditions: conditionsOf(input, containers, statuses),
    ...(hostIP === '' ? {} : { hostIP, hostIPs: [{ ip: hostIP }] }),
    ...(ip === undefined ? {} : { podIP: ip, podIPs: [ip, ...work.otherIPs].map(one => ({ ip: one })) }),
    startTime: pod.status?.startTime ?? stamp(work.admittedMs),
    ...(work.initCount > 0 ? { initContainerStatuses } : {}),
    containerStatuses,
  }
}

/** Whether a container counts as ready: started, and its readiness probe, if it has one, passed. One that is to be restarted is not. */
function isContainerReady(work: PodWork, index: number, readinessFails: boolean): boolean {
  if (!isContainerStarted(work, index)) return false
  if (work.stage === 'up' && work.containers[index]?.ending) return false
  const probe = work.probes.find(probe => probe.container === index && probe.kind === 'readiness')
  return probe ? probe.result === 'Success' : !(readinessFails && !hasReadinessProbe(work))
}

/** Running, and past its startup probe. */
export function isContainerStarted(work: PodWork, index: number): boolean {
  if (work.containers[index]?.state !== 'running') return false
  const probe = work.probes.find(probe => probe.container === index && probe.kind === 'startup')
  return !probe || probe.result === 'Success'
}

function hasReadinessProbe(work: PodWork): boolean {
  return work.probes.some(probe => probe.kind === 'readiness')
}

function withoutKubeletFields(status: PodStatus | undefined): PodStatus {
  const { podIP: _, podIPs: __, hostIP: ___, hostIPs: ____, ...others } = status ?? {}
  return others
}

function phaseOf(work: PodWork, containers: readonly Container[]): PodPhase {
  const apps = work.containers.slice(work.initCount)
  if (work.stage === 'ended') {
    return work.verdict === null && apps.every(({ exit }) => exit?.code === 0) ? 'Succeeded' : 'Failed'
  }
  const started = apps.every(({ state, restarts }) => state !== 'waiting' || restarts > 0)
  return isInitialized(work, containers) && started ? 'Running' : 'Pending'
}

function isInitialized(work: PodWork, containers: readonly Container[]): boolean {
  return containers.slice(0, work.initCount).every((container, index) => hasDoneItsPart(work, container, index))
}

/** Of an init container: it ended well, or it is a sidecar that is past its start. */
function hasDoneItsPart(work: PodWork, container: Container, index: number): boolean {
  if (isSidecar(container)) return work.initialized || isContainerStarted(work, index)
  const own = work.containers[index]
  return own?.state === 'exited' && own.exit?.code === 0
}

function conditionsOf(
  input: PodStatusInput,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
): readonly Condition[] {
  const { pod, work, stamp, nowMs } = input
  const before = pod.status?.conditions
  const make = (type: string, verdict: Verdict): Condition => {
    const last = findCondition(before, type)
    const { status, reason, message } = verdict
    return {
      type,
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
      lastProbeTime: null,
      lastTransitionTime: last?.status === status ? last.lastTransitionTime : stamp(nowMs),
    }
  }
  const stopped = work.stage === 'ended'
  const completed = phaseOf(work, containers) === 'Succeeded'
  const containersReady = containersVerdict(work, containers, statuses, completed)
  const ready = containersReady.status === 'True' ? gatesVerdict(pod) : containersReady
  const own = [
    make('PodReadyToStartContainers', !stopped && work.ip !== null ? YES : no()),
    make('Initialized', initializedVerdict(work, containers, completed)),
    make('Ready', ready),
    make('ContainersReady', containersReady),
    make('PodScheduled', YES),
    ...(stopped && work.verdict?.disruption
      ? [make('DisruptionTarget', { status: 'True', reason: work.verdict.disruption, message: work.verdict.message })]
      : []),
  ]
  return [...own, ...(before ?? []).filter(({ type }) => !own.some(condition => condition.type === type))]
}

interface Verdict {
  readonly status: 'True' | 'False'
  readonly reason?: string | undefined
  readonly message?: string | undefined
}

const YES: Verdict = { status: 'True' }

function no(reason?: string, message?: string): Verdict {
  return { status: 'False', reason, message }
}

function containersVerdict(
  work: PodWork,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  completed: boolean,
): Verdict {
  if (work.stage === 'ended') return no(completed ? 'PodCompleted' : 'PodFailed')
  // A Pod that its kubelet gave up is not ready from then on; it has failed when its containers have ended.
  if (work.verdict !== null && isAlive(work)) return no('PodFailed')
  const counted = statuses.filter((_, index) => index >= work.initCount || isSidecar(containers[index] as Container))
  const unready = counted.filter(status => !status.ready).map(status => status.name)
  return unready.length === 0 ? YES : no('ContainersNotReady', `containers with unready status: [${unready.join(' ')}]`)
}

function initializedVerdict(work: PodWork, containers: readonly Container[], completed: boolean): Verdict {
  if (completed) return { status: 'True', reason: 'PodCompleted' }
  if (work.initialized && work.stage === 'ended') return YES
  const left = containers
    .slice(0, work.initCount)
    .filter((container, index) => !hasDoneItsPart(work, container, index))
    .map(({ name }) => name)
  if (left.length === 0) return YES
  return no('ContainersNotInitialized', `containers with incomplete status: [${left.join(' ')}]`)
}

function gatesVerdict(pod: Pod): Verdict {
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const gate = findCondition(pod.status?.conditions, conditionType)
    if (!gate)
      return no(
        'ReadinessGatesNotReady',
        `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
      )
    if (gate.status !== 'True') {
      return no(
        'ReadinessGatesNotReady',
        `the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`,
      )
    }
  }
  return YES
}

function containerStatus(
  { work, readinessFails, stamp }: PodStatusInput,
  container: Container,
  index: number,
): ContainerStatus {
  const own = work.containers[index] as ContainerWork
  const isInit = index < work.initCount && !isSidecar(container)
  const started = isContainerStarted(work, index)
  const image = container.image ?? ''
  const last = own.waiting && own.exit ? own.exit : own.lastExit
  return {
    name: container.name,
    ready: isInit ? own.state === 'exited' && own.exit?.code === 0 : isContainerReady(work, index, readinessFails),
    started,
    restartCount: own.restarts,
    image,
    imageID: own.id === null ? '' : imageID(image),
    ...(own.id === null ? {} : { containerID: own.id }),
    state: stateOf(own, work, stamp),
    lastState: last ? { terminated: terminated(last, stamp) } : {},
  }
}

function stateOf(own: ContainerWork, work: PodWork, stamp: (ms: number) => string): ContainerState {
  if (own.state === 'running') return { running: { startedAt: stamp(own.startedMs) } }
  if (own.waiting) return { waiting: own.waiting }
  if (own.state === 'exited' && own.exit) return { terminated: terminated(own.exit, stamp) }
  return { waiting: { reason: work.initCount > 0 ? 'PodInitializing' : 'ContainerCreating' } }
}

function terminated(
  { code, startedMs, finishedMs }: Exit,
  stamp: (ms: number) => string,
): NonNullable<ContainerState['terminated']> {
  const reason = code === 0 ? 'Completed' : code === 255 ? 'Unknown' : 'Error'
  return { exitCode: code, reason, startedAt: stamp(startedMs), finishedAt: stamp(finishedMs) }
}

/** The same image has the same digest everywhere; no registry is asked. */
function imageID(image: string): string {
  const words = Array.from({ length: 8 }, (_, part) => hashText(image, part).toString(16).padStart(8, '0'))
  return `sha256:${words.join('')}`
}
