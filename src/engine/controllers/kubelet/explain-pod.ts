// What a kubelet decides about the Pods that it runs: how far a probe has counted, which container is stopped or started again
// and when, and how the end of a Pod begins. Pure.

import type { Pod, Probe } from '../../api/pod/pod.ts'
import { named, type DecisionDraft } from '../runtime/decision.ts'
import type { ContainerWork, PodWork, ProbeWork } from './pod-work.ts'

interface Counted {
  readonly pod: Pod
  readonly probe: ProbeWork
  readonly container: string
  readonly spec: Probe
  readonly passed: boolean
  /** Whether the result that the Pod's status is made of changed. */
  readonly changed: boolean
}

/** An outcome that counts towards another result; undefined for one more of what is known. */
export function probeCounted(of: Counted): DecisionDraft | undefined {
  const { pod, probe, container, passed, changed } = of
  const { failureThreshold = 3, successThreshold = 1 } = of.spec
  const threshold = passed ? successThreshold : failureThreshold
  const isKnown = probe.result === (passed ? 'Success' : 'Failure')
  if (isKnown && !changed && !probe.hold) return undefined
  // One that stops its container has begun to count anew.
  const count = probe.hold ? threshold : probe.count
  const facts = { probe: probe.kind, container, count, threshold }
  return { code: 'probe-counted', about: pod, because: { rule: passed ? 'probe-passed' : 'probe-failed', ...facts } }
}

export function containerStopped({ pod, probe, container }: Counted): DecisionDraft {
  return { code: 'container-stopped', about: pod, because: { rule: 'probe-limit', probe: probe.kind, container } }
}

/** A container that has ended is to run again, now or later. */
export function containerRestarts(pod: Pod, container: string, own: ContainerWork, nowMs: number): DecisionDraft {
  const facts = { container, code: own.exit?.code ?? 0, waitMs: Math.max(0, own.notBeforeMs - nowMs) }
  return { code: 'container-restarts', about: pod, because: { rule: 'container-ended', ...facts } }
}

/** One that has ended, and stays so. */
export function containerStays(pod: Pod, container: string, own: ContainerWork): DecisionDraft {
  const facts = { container, code: own.exit?.code ?? 0, policy: pod.spec.restartPolicy ?? 'Always' }
  return { code: 'container-stays', about: pod, because: { rule: 'restart-policy', ...facts } }
}

export function containerKilled(pod: Pod, container: string): DecisionDraft {
  return { code: 'container-killed', about: pod, because: { rule: 'grace-over', container } }
}

export function podStops(work: PodWork, pod: Pod, graceMs: number): DecisionDraft {
  const { verdict } = work
  if (verdict)
    return { code: 'pod-stopping', about: pod, because: { rule: 'given-up', reason: verdict.reason, graceMs } }
  return { code: 'pod-stopping', about: pod, because: { rule: 'deletion-asked', graceMs } }
}

export function sandboxLost(work: PodWork, pod: Pod): DecisionDraft {
  const because = { rule: 'machine-restarted', node: work.node } as const
  return { code: 'sandbox-remade', about: pod, because, related: [named('Node', '', work.node)] }
}

export function sandboxRefused(pod: Pod, range: string): DecisionDraft {
  return { code: 'sandbox-refused', about: pod, because: { rule: 'range-used-up', range }, once: true }
}
