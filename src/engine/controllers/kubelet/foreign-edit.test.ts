// What people write to a Pod that runs is no reason for its kubelet to begin anything again.

import { expect, test } from 'vitest'
import type { Container } from '../../api/pod/pod.ts'
import { ControllerFixture, webPod } from '../../testing/controller-fixture.ts'

const GET = { httpGet: { path: '/', port: 8080 }, periodSeconds: 5 }
const PROBES: readonly (readonly [string, Partial<Container>])[] = [
  ['no probe', {}],
  ['a startup probe', { startupProbe: GET }],
  ['a readiness probe', { readinessProbe: GET }],
  ['all three', { startupProbe: GET, readinessProbe: GET, livenessProbe: GET }],
]

test.each(PROBES)('a label written to a ready Pod with %s leaves its status as it is', (_, container) => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Pod', webPod('p', {}, container))
  const pod = fixture.runTo(60).get('Pod', 'p')
  expect(pod.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }))
  fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels: { app: 'web', new: 'yes' } } })
  fixture.takeWrites()
  expect(fixture.runTo(120).get('Pod', 'p').status).toEqual(pod.status)
  expect(fixture.takeWrites().filter(({ event }) => event.kind === 'Pod')).toEqual([])
})
