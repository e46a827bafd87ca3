// The state machine of one probe, after pkg/kubelet/prober/worker.go: when a run counts, what a count comes to, and what a new
// container changes. Pure: what a run finds stands in try-probe.ts, when it comes in probe-manager.ts.

import type { Container, Pod, Probe } from '../../api/pod/pod.ts'
import { isContainerStarted } from './pod-status.ts'
import { INITIAL_RESULT, PROBE_FIELDS, type PodWork, type ProbeKind, type ProbeWork } from './pod-work.ts'

export function probeSpec(container: Container, kind: ProbeKind): Probe | undefined {
  return container[PROBE_FIELDS[kind]]
}

/** The kubelet looks at its containers. A new one starts the results of its probes over; what was counted in a row goes on. */
export function seeContainers(work: PodWork): void {
  work.containers.forEach((own, index) => {
    if (own.id !== own.seenId) {
      for (const probe of work.probes) {
        if (probe.container !== index) continue
        probe.result = INITIAL_RESULT[probe.kind]
        probe.hold = false
      }
    }
    own.seenId = own.id
    own.seenState = own.state === 'waiting' ? null : own.state
  })
}

/** What becomes of a run that is due: it is tried, passed over, or the last, with the result that is left behind. */
export type Due = 'try' | 'skip' | { readonly stop: ProbeWork['result'] }

export function judgeDue(
  pod: Pod,
  { work, probe, nowMs }: { readonly work: PodWork; readonly probe: ProbeWork; readonly nowMs: number },
): Due {
  const own = work.containers[probe.container]
  if (!own || work.stage === 'ended') return { stop: probe.result }
  if (own.seenId === null || probe.hold) return 'skip'
  if (own.seenState !== 'running') {
    probe.result = 'Failure'
    return pod.spec.restartPolicy === 'Never' && !own.sidecar ? { stop: 'Failure' } : 'skip'
  }
  if (pod.metadata.deletionTimestamp !== undefined && probe.kind !== 'readiness') return { stop: 'Success' }
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers][probe.container]
  const spec = container && probeSpec(container, probe.kind)
  if (!spec) return { stop: probe.result }
  const runsSeconds = Math.floor((nowMs - own.startedMs) / 1000)
  if (runsSeconds < (spec.initialDelaySeconds ?? 0)) return 'skip'
  const started = own.state === 'running' ? isContainerStarted(work, probe.container) : true
  // Before the startup probe has passed it alone runs, and afterwards it idles.
  return started === (probe.kind !== 'startup') ? 'try' : 'skip'
}

/** Takes in one outcome; true when the result that the Pod's status is made of changed. */
export function countOutcome(
  probe: ProbeWork,
  passed: boolean,
  { failureThreshold = 3, successThreshold = 1 }: Probe,
): boolean {
  probe.count = probe.last === passed ? probe.count + 1 : 1
  probe.last = passed
  if (probe.count < (passed ? successThreshold : failureThreshold)) return false
  const result = passed ? 'Success' : 'Failure'
  const changed = probe.result !== result
  probe.result = result
  if (!passed && probe.kind !== 'readiness') {
    probe.hold = true
    probe.count = 0
  }
  return changed
}
