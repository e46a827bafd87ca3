// What one line about a Pod says: how many containers are ready, in one word what it is up to, how often it restarted
// (printPod of the apiserver's printers). The word is the phase unless something tells more: a reason, an init container, a
// container, a deletion.

import { parseTimestamp } from '../kernel/timestamp.ts'
import type { ContainerState, ContainerStatus, Pod } from '../api/pod/pod.ts'

export interface PodSummary {
  /** `1/2`. */
  readonly ready: string
  readonly status: string
  readonly restarts: number
  /** When the last of them ended, in milliseconds since 1970; undefined when no restart tells. */
  readonly lastRestartMs: number | undefined
}

/** Containers' progress as it is counted; of init containers only those that go on running count as ready. */
interface Tally {
  reason: string
  ready: number
  restarts: number
  lastRestartMs: number | undefined
}

export function summarizePod(pod: Pod): PodSummary {
  const { status, spec } = pod
  const sidecars = new Set(spec.initContainers?.filter(one => one.restartPolicy === 'Always').map(one => one.name))
  const isGated = status?.conditions?.some(one => one.type === 'PodScheduled' && one.reason === 'SchedulingGated')
  const reason = isGated ? 'SchedulingGated' : status?.reason || (status?.phase ?? '')
  const init = tallyInit(pod, sidecars, reason)
  const isInitialized = hasCondition(pod, 'Initialized')
  const tally = init.initializing && !isInitialized ? init.all : tallyContainers(pod, init.sidecars)
  return {
    ready: `${tally.ready}/${spec.containers.length + sidecars.size}`,
    status: deletionWord(pod) ?? tally.reason,
    restarts: tally.restarts,
    lastRestartMs: tally.lastRestartMs,
  }
}

// Goes through the init containers up to the first that is not done. `all` counts every one of those, `sidecars` only the
// ones that go on running: those are what counts once the main containers have their turn.
function tallyInit(
  pod: Pod,
  names: ReadonlySet<string>,
  reason: string,
): { readonly initializing: boolean; readonly all: Tally; readonly sidecars: Tally } {
  const all: Tally = { reason, ready: 0, restarts: 0, lastRestartMs: undefined }
  const sidecars: Tally = { ...all }
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = names.has(status.name)
    countRestarts(all, status)
    if (isSidecar) countRestarts(sidecars, status)
    if (status.state?.terminated && (status.state.terminated.exitCode ?? 0) === 0) continue
    if (isSidecar && status.started === true) {
      if (status.ready) all.ready++
      sidecars.ready = all.ready
      continue
    }
    all.reason = `Init:${initWord(status.state) ?? `${index}/${pod.spec.initContainers?.length ?? 0}`}`
    sidecars.reason = all.reason
    return { initializing: true, all, sidecars }
  }
  return { initializing: false, all, sidecars }
}

function initWord(state: ContainerState | undefined): string | undefined {
  if (state?.terminated) return terminatedWord(state.terminated)
  const reason = state?.waiting?.reason
  return reason && reason !== 'PodInitializing' ? reason : undefined
}

// From the last container to the first, so that the first one's reason stays.
function tallyContainers(pod: Pod, start: Tally): Tally {
  const tally = { ...start }
  let isRunning = false
  for (const status of (pod.status?.containerStatuses ?? []).toReversed()) {
    countRestarts(tally, status)
    const { state } = status
    if (state?.waiting?.reason) tally.reason = state.waiting.reason
    else if (state?.terminated) tally.reason = terminatedWord(state.terminated)
    else if (status.ready && state?.running) {
      isRunning = true
      tally.ready++
    }
  }
  if (tally.reason === 'Completed' && isRunning) tally.reason = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady'
  return tally
}

function countRestarts(tally: Tally, status: ContainerStatus): void {
  tally.restarts += status.restartCount ?? 0
  const finishedAt = status.lastState?.terminated?.finishedAt
  const endMs = finishedAt === undefined ? undefined : parseTimestamp(finishedAt)
  if (endMs !== undefined && endMs > (tally.lastRestartMs ?? -Infinity)) tally.lastRestartMs = endMs
}

function terminatedWord(terminated: NonNullable<ContainerState['terminated']> & { readonly signal?: number }): string {
  if (terminated.reason) return terminated.reason
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`
}

function deletionWord({ metadata, status }: Pod): string | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined
  if (status?.reason === 'NodeLost') return 'Unknown'
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? undefined : 'Terminating'
}

function hasCondition(pod: Pod, type: string): boolean {
  return pod.status?.conditions?.some(one => one.type === type && one.status === 'True') ?? false
}
