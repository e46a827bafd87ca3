// The state machine of one probe, after pkg/kubelet/prober/worker.go, and what probing comes to in this simulation: an
// application that listens on the asked port passes, unless a fault makes it say "not ready". Pure. Probes take no time.

import type { PodProcess } from '../../apps/world.ts'
import type { Container, Probe } from '../../api/pod/pod.ts'
import type { ProbeKind, ProbeWork } from './pod-work.ts'

const PROBE_FIELDS = { readiness: 'readinessProbe', liveness: 'livenessProbe', startup: 'startupProbe' } as const
const INITIAL_RESULT = { readiness: 'Failure', liveness: 'Success', startup: 'Unknown' } as const

/** The probes of one container as they are when it has just started. */
export function newProbes(container: Container, index: number): ProbeWork[] {
  const kinds: readonly ProbeKind[] = ['startup', 'readiness', 'liveness']
  return kinds
    .filter(kind => probeSpec(container, kind))
    .map(kind => ({
      kind,
      container: index,
      result: INITIAL_RESULT[kind],
      last: null,
      count: 0,
      hold: false,
      timer: null,
    }))
}

export function probeSpec(container: Container, kind: ProbeKind): Probe | undefined {
  return container[PROBE_FIELDS[kind]]
}

/** A new container: the result starts over; the count of equal outcomes goes on. */
export function resetProbe(probe: ProbeWork): void {
  probe.result = INITIAL_RESULT[probe.kind]
  probe.hold = false
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

/** Undefined when the probe passes, otherwise the words of its failure. */
export function probeFailure(
  process: PodProcess | undefined,
  container: Container,
  kind: ProbeKind,
): string | undefined {
  const probe = probeSpec(container, kind)
  if (!probe || !process) return 'container is not running'
  const refuses = kind === 'readiness' && process.readinessFails
  const host = probe.httpGet?.host ?? probe.tcpSocket?.host ?? process.ip
  const port = portNumber(probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port, container)
  const answers =
    process.listening && (port === undefined || process.tcpPorts === 'any' || process.tcpPorts.includes(port))
  const refused = `dial tcp ${host}:${port}: connect: connection refused`
  if (probe.httpGet) {
    const { scheme = 'HTTP', path = '/' } = probe.httpGet
    if (!answers) return `Get "${scheme.toLowerCase()}://${host}:${port}${path}": ${refused}`
    return refuses ? 'HTTP probe failed with statuscode: 503' : undefined
  }
  if (probe.tcpSocket) return answers && !refuses ? undefined : refused
  if (probe.grpc) {
    if (!answers) return `timeout: failed to connect service "${host}:${port}" within 1s: context deadline exceeded`
    return refuses ? 'service unhealthy (responded with "NOT_SERVING")' : undefined
  }
  return process.listening && !refuses ? undefined : 'command failed with exit code 1'
}

function portNumber(port: number | string | undefined, container: Container): number | undefined {
  if (typeof port !== 'string') return port
  return container.ports?.find(declared => declared.name === port)?.containerPort
}
