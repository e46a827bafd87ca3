// States that might tempt a controller to write again and again: none of them does, with no input and with a sync asked for.

import { expect, test } from 'vitest'
import type { Pod } from '../api/pod/pod.ts'
import type { ServiceSpec } from '../api/service/service.ts'
import { ControllerFixture, webDeployment, webPod, webService } from '../testing/controller-fixture.ts'
import { brokenEndpoints } from '../testing/laws/endpoints-law.ts'
import { noteRestlessWrites } from '../testing/laws/quiet-law.ts'
import { brokenSlices } from '../testing/laws/slice-law.ts'

const QUIET_S = 3_600

function quietFrom(fixture: ControllerFixture, seconds: number): readonly string[] {
  const restless = noteRestlessWrites(fixture.runTo(seconds).user, () => fixture.loop.nowMs)
  fixture.runTo(seconds + QUIET_S)
  return restless()
}

const SERVICES: readonly (readonly [string, Partial<ServiceSpec>])[] = [
  ['a Service without Pods', { selector: { app: 'nothing' } }],
  ['a headless Service without ports', { clusterIP: 'None', ports: undefined }],
  ['hints for zones', { trafficDistribution: 'PreferSameZone' }],
  ['hints for Nodes', { trafficDistribution: 'PreferSameNode' }],
  ['addresses published before they are ready', { publishNotReadyAddresses: true }],
  ['a port that no Pod has', { ports: [{ protocol: 'TCP', port: 80, targetPort: 'nowhere' }] }],
  ['a load balancer', { type: 'LoadBalancer' }],
]

test.each(SERVICES)('with %s', (_, spec) => {
  const fixture = new ControllerFixture({ nodes: 3 })
  fixture.create('Service', webService(spec))
  fixture.create('Deployment', webDeployment(4))
  expect(quietFrom(fixture, 700)).toEqual([])
})

test('with more Pods than Endpoints may name', () => {
  const fixture = new ControllerFixture()
  fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'elsewhere' }, spec: {} })
  fixture.create('Service', webService())
  for (let made = 0; made < 1_100; made++) {
    const pod = fixture.create('Pod', webPod(`p${made}`, { nodeName: 'elsewhere' }))
    const podIP = `10.250.${made >> 8}.${made & 255}`
    const conditions: NonNullable<Pod['status']>['conditions'] = [
      { type: 'Ready', status: made % 5 === 0 ? 'False' : 'True' },
    ]
    fixture.user.updateStatus('Pod', {
      ...pod,
      status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions },
    })
  }
  expect(quietFrom(fixture, 60)).toEqual([])
  const endpoints = fixture.get('Endpoints', 'web')
  expect(endpoints.metadata.annotations).toMatchObject({ 'endpoints.kubernetes.io/over-capacity': 'truncated' })
  expect([...brokenEndpoints(fixture.user), ...brokenSlices(fixture.user, 100)]).toEqual([])
})

test('with a container that fails over and over, of which alone something is written', () => {
  const fixture = new ControllerFixture({ nodes: 2 })
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(1, {}, { livenessProbe: { tcpSocket: { port: 7 }, periodSeconds: 5 } }))
  fixture.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } })
  const pod = webPod('calm')
  fixture.create('Pod', { ...pod, metadata: { ...pod.metadata, namespace: 'other' } })
  expect(quietFrom(fixture, 60)).toEqual([])
  const kinds = new Set(fixture.takeWrites().flatMap(({ atMs, event }) => (atMs > 60_000 ? [event.kind] : [])))
  const ofTheFailing = ['Pod', 'Endpoints', 'EndpointSlice', 'ReplicaSet', 'Deployment', 'Event']
  expect([...kinds].filter(kind => ![...ofTheFailing, 'Lease', 'Node'].includes(kind))).toEqual([])
})
