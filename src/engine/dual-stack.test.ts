// A cluster with IPv6 beside IPv4, from the switch to the client that gets its answer over IPv6.

import { describe, expect, test } from 'vitest'
import { compareText } from './kernel/json.ts'
import { createCluster, restoreCluster, type Cluster, type Pod } from './index.ts'

const APP = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: both}
spec: {selector: {app: web}, ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: six}
spec: {selector: {app: web}, ipFamilies: [IPv6], ports: [{port: 80}]}
`

function dualStack(): Cluster {
  const cluster = createCluster({ seed: 1, dualStack: true })
  expect(cluster.execute({ type: 'create-nodes', count: 2 })).toEqual({ ok: true })
  expect(cluster.apply(APP)).toMatchObject({ ok: true, problems: [] })
  return cluster
}

function addressesOf(pod: Pod): readonly string[] {
  return (pod.status?.podIPs ?? []).map(({ ip }) => ip)
}

describe('a dual-stack cluster', () => {
  test('gives Nodes a block, and Pods an address, of each family', () => {
    const cluster = dualStack()
    cluster.advanceTo(10_000)
    expect(cluster.store.list('Node').map(({ spec }) => [spec.podCIDR, spec.podCIDRs])).toEqual([
      ['10.244.1.0/24', ['10.244.1.0/24', 'fd00:10:244:1::/64']],
      ['10.244.2.0/24', ['10.244.2.0/24', 'fd00:10:244:2::/64']],
    ])
    const pods = cluster.store.list('Pod')
    expect(pods).toHaveLength(4)
    for (const pod of pods) {
      const [four = '', six = ''] = addressesOf(pod)
      const place = Number(four.split('.')[3])
      expect(four).toMatch(/^10\.244\.[12]\.\d+$/)
      expect(six).toBe(`fd00:10:244:${four.split('.')[2]}::${place.toString(16)}`)
      expect(pod.status?.podIP).toBe(four)
    }
  })

  test('has one set of slices for each family of a Service, and Endpoints of the first alone', () => {
    const cluster = dualStack()
    cluster.advanceTo(10_000)
    const pods = cluster.store.list('Pod').map(addressesOf)
    const slices = cluster.store.slicesOfService('default', 'both')
    const listed: { readonly [type: string]: readonly string[] } = Object.fromEntries(
      slices.map(slice => [
        slice.addressType,
        slice.endpoints.map(({ addresses }) => addresses[0] ?? '').sort(compareText),
      ]),
    )
    expect(listed).toEqual({
      IPv4: pods.map(([four = '']) => four).sort(compareText),
      IPv6: pods.map(([, six = '']) => six).sort(compareText),
    })
    const inEndpoints = (name: string): readonly string[] =>
      cluster.store.get('Endpoints', 'default', name)?.subsets?.[0]?.addresses?.map(({ ip }) => ip) ?? []
    expect([...inEndpoints('both')].sort(compareText)).toEqual(listed['IPv4'])
    expect([...inEndpoints('six')].sort(compareText)).toEqual(listed['IPv6'])
  })

  test.each(['both', 'six'])('carries requests to the Service %s', name => {
    const cluster = dualStack()
    cluster.advanceTo(10_000)
    const seen = new Set<string>()
    cluster.traffic.onTrip(trip => seen.add(`${trip.outcome} ${trip.pod ?? ''}`))
    const spec = { from: 'Client/c', node: 'n1', to: name, port: 80, rate: 50 }
    expect(cluster.execute({ type: 'start-traffic', spec })).toEqual({ ok: true })
    cluster.advanceTo(20_000)
    const answered = cluster.store.list('Pod').map(({ metadata }) => `ok default/${metadata.name}`)
    expect([...seen].filter(line => !line.startsWith('pending')).sort(compareText)).toEqual(answered.sort(compareText))
  })

  test('is the same after it was saved and restored, with the switch on', () => {
    const cluster = dualStack()
    cluster.advanceTo(3_000)
    const restored = restoreCluster(cluster.save())
    for (const one of [cluster, restored]) {
      expect(one.execute({ type: 'create-nodes', count: 1 })).toEqual({ ok: true })
      one.advanceTo(30_000)
    }
    expect(restored.save()).toBe(cluster.save())
    expect(restored.store.get('Node', '', 'n3')?.spec.podCIDRs).toHaveLength(2)
  })

  test('is not what a cluster is without the switch', () => {
    const cluster = createCluster({ seed: 1 })
    cluster.execute({ type: 'create-nodes', count: 1 })
    expect(cluster.store.get('Node', '', 'n1')?.spec.podCIDRs).toEqual(['10.244.1.0/24'])
  })
})
