// A kubelet explains what it does with its Pods, each decision in its situation.

import { expect, it } from 'vitest'
import { HeardDecisions } from '../../testing/heard-decisions.ts'
import { onePod, podOf, script, setFault, shutDown } from '../../testing/kubelet-fixture.ts'
import { ControllerFixture, simulatedNode, webPod } from '../../testing/controller-fixture.ts'

/** What the kubelet says in the next so many seconds. */
function hear(fixture: ControllerFixture, seconds: number): readonly string[] {
  const heard = new HeardDecisions(fixture.controllers)
  fixture.runTo(fixture.loop.nowMs / 1000 + seconds)
  return heard.take({ by: 'kubelet' })
}

const PROBE = { httpGet: { port: 8080, path: '/' }, periodSeconds: 1, failureThreshold: 2, successThreshold: 1 }

it('counts the outcomes of a readiness probe to the threshold, and no further', () => {
  const fixture = onePod({ readinessProbe: PROBE })
  expect(hear(fixture, 10)).toEqual([
    'probe-counted Pod/p: probe-passed probe=readiness container=app count=1 threshold=1',
  ])
  fixture.world.setReadinessFails('default', 'p', true)
  expect(hear(fixture, 10)).toEqual([
    'probe-counted Pod/p: probe-failed probe=readiness container=app count=1 threshold=2',
    'probe-counted Pod/p: probe-failed probe=readiness container=app count=2 threshold=2',
  ])
})

it('stops a container for its liveness probe, and says that it starts again', () => {
  const fixture = onePod({ livenessProbe: { ...PROBE, tcpSocket: { port: 9 }, httpGet: undefined } }).runTo(2)
  const lines = hear(fixture, 12)
  expect(lines.slice(0, 3)).toEqual([
    'probe-counted Pod/p: probe-failed probe=liveness container=app count=1 threshold=2',
    'probe-counted Pod/p: probe-failed probe=liveness container=app count=2 threshold=2',
    'container-stopped Pod/p: probe-limit probe=liveness container=app',
  ])
  expect(lines[3]).toMatch(/^container-restarts Pod\/p: container-ended container=app code=\d+ waitMs=0$/)
})

it('says how long a container that keeps ending waits', () => {
  const fixture = onePod({ command: script('sleep 1; exit 3') })
  const waits = hear(fixture, 60).map(line => Math.round(Number(/waitMs=([\d.]+)/.exec(line)?.[1]) / 10_000) * 10)
  expect(waits.slice(0, 3)).toEqual([0, 10, 20])
})

it('says that a container stays ended while others go on, for its restart policy', () => {
  const containers = [
    { name: 'app', image: 'web:1', command: script('sleep 1; exit 3') },
    { name: 'other', image: 'web:1' },
  ]
  const fixture = onePod({}, { restartPolicy: 'Never', containers })
  expect(hear(fixture, 20)).toContain('container-stays Pod/p: restart-policy container=app code=3 policy=Never')
})

it('says that a Pod is stopped, with which grace, and that it had to be killed', () => {
  const fixture = onePod().runTo(6)
  setFault(fixture, 'ignores-sigterm')
  fixture.user.delete('Pod', 'default', 'p', { gracePeriodSeconds: 5 })
  expect(hear(fixture, 20)).toEqual([
    'pod-stopping Pod/p: deletion-asked graceMs=5000',
    'container-killed Pod/p: grace-over container=app',
  ])
})

it('says that it gives a Pod up, when its machine is switched off', () => {
  const settings = { shutdownGracePeriod: 30_000, shutdownGracePeriodCriticalPods: 10_000 }
  const fixture = onePod({}, {}, settings).runTo(6)
  shutDown(fixture, podOf(fixture).spec.nodeName ?? '')
  expect(hear(fixture, 40).find(line => line.startsWith('pod-stopping'))).toMatch(
    /^pod-stopping Pod\/p: given-up reason=Terminated graceMs=\d+$/,
  )
})

it('says that a machine lost its containers', () => {
  const fixture = onePod().runTo(6)
  fixture.setPower('n1', false)
  fixture.runTo(10)
  fixture.setPower('n1', true)
  expect(hear(fixture, 60)).toContain('sandbox-remade Pod/p: machine-restarted node=n1')
})

it('says that no address is left, once for as long as that is so', () => {
  const fixture = new ControllerFixture()
  const podCIDR = '10.244.1.0/30'
  fixture.create('Node', { ...simulatedNode(1), spec: { podCIDR, podCIDRs: [podCIDR] } })
  fixture.runTo(2)
  for (const name of ['p1', 'p2', 'p3']) fixture.create('Pod', webPod(name, { nodeName: 'n1' }))
  const refused = hear(fixture, 10).filter(line => line.startsWith('sandbox-refused'))
  expect(new Set(refused).size).toBe(refused.length)
  expect(refused[0]).toMatch(/^sandbox-refused Pod\/p\d: range-used-up range=10\.244\.1\.1-10\.244\.1\.2$/)
})
