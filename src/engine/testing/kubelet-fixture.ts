// One Node, one Service and one Pod `p`, and what the Node's kubelet did with it, told as lines with their times: for tests of
// what happens in a Pod and when.

import type { Container, Pod, PodSpec } from '../api/pod/pod.ts'
import { FAULT_ANNOTATION } from '../apps/app-faults.ts'
import type { ClusterSettings } from '../api/cluster-settings.ts'
import { ControllerFixture, webPod, webService } from './controller-fixture.ts'

/** The Pod is made at 2 s; the Service before it. */
export function onePod(
  container: Partial<Container> = {},
  spec: Partial<PodSpec> = {},
  settings: Partial<ClusterSettings> = {},
): ControllerFixture {
  const fixture = new ControllerFixture({ nodes: 1, settings })
  fixture.create('Service', webService())
  fixture.runTo(2)
  fixture.create('Pod', webPod('p', spec, container))
  return fixture
}

export function podOf(fixture: ControllerFixture): Pod {
  return fixture.get('Pod', 'p')
}

export function readyOf(fixture: ControllerFixture): string | undefined {
  return readyStatus(fixture.user.get('Pod', 'default', 'p'))
}

function readyStatus(pod: Pod | undefined): string | undefined {
  return pod?.status?.conditions?.find(({ type }) => type === 'Ready')?.status
}

/** The seconds at which the Pod's Ready condition changed, after `since`. */
export function readyChanges(fixture: ControllerFixture, since = 0): readonly string[] {
  return fixture.writes.flatMap(({ atMs, event }) => {
    if (event.kind !== 'Pod' || atMs < since * 1000) return []
    const [before, after] = [event.previous, event.object].map(readyStatus)
    return before === after || event.type === 'DELETED' ? [] : [`${atMs / 1000} ${after}`]
  })
}

/** `12.5 Unhealthy Readiness probe failed: …` for each time the kubelet said something about the Pod. */
export function told(fixture: ControllerFixture, ...reasons: readonly string[]): readonly string[] {
  return fixture.writes.flatMap(({ atMs, event }) => {
    if (event.kind !== 'Event' || event.object.involvedObject.name !== 'p') return []
    const { reason, message } = event.object
    return reasons.includes(reason) ? [`${atMs / 1000} ${reason} ${message}`] : []
  })
}

/** The seconds at which the kubelet gave this reason for an event about the Pod. */
export function timesOf(fixture: ControllerFixture, reason: string): readonly number[] {
  return told(fixture, reason).map(line => Number(line.split(' ')[0]))
}

/** What each write of the Pod's status says of its phase and containers, and when. */
export function statuses(fixture: ControllerFixture): readonly string[] {
  const lines = fixture.writes.flatMap(({ atMs, event }) => {
    if (event.kind !== 'Pod' || event.type === 'DELETED') return []
    const { phase, containerStatuses = [], initContainerStatuses = [] } = event.object.status ?? {}
    const words = [...initContainerStatuses, ...containerStatuses].map(({ state, restartCount, ready }) => {
      const what = state?.waiting?.reason ?? state?.terminated?.reason ?? 'Running'
      return `${what}${restartCount > 0 ? `#${restartCount}` : ''}${ready ? '+' : ''}`
    })
    return [{ atMs, text: [phase, ...words].join(' ') }]
  })
  return lines
    .filter(({ text }, index) => text !== lines[index - 1]?.text)
    .map(({ atMs, text }) => `${atMs / 1000} ${text}`)
}

/** When a look at the Pod first saw its container run, in seconds. */
export function seenAt(fixture: ControllerFixture): number {
  const seen = fixture.writes.find(({ event }) => event.kind === 'Pod' && event.object.status?.phase === 'Running')
  return (seen?.atMs ?? NaN) / 1000
}

/** Gives the Pod's application a fault, or several, or takes it away. */
export function setFault(fixture: ControllerFixture, fault: string): void {
  const pod = podOf(fixture)
  const annotations = { ...pod.metadata.annotations, [FAULT_ANNOTATION]: fault }
  fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, annotations } })
}

/** Tells a machine that it is to be switched off. */
export function shutDown(fixture: ControllerFixture, node: string): void {
  const machine = fixture.world.machine(node)
  if (machine) fixture.world.setMachine({ ...machine, shuttingDown: true })
}

export function script(text: string): readonly string[] {
  return ['sh', '-c', text]
}
