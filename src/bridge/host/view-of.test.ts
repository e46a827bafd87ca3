// Single views: what kubectl would print as STATUS, whom a Pod belongs to, how conditions are read.

import { describe, expect, test } from 'vitest'
import type { EndpointSlice, Pod, ReplicaSet } from '../../engine/index.ts'
import { endpointsView, podOwner, podView, sliceView, statusColumn } from './view-of.ts'

function pod(status: Pod['status'], metadata: Partial<Pod['metadata']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'a',
      namespace: 'default',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:05Z',
      ...metadata,
    },
    spec: { containers: [{ name: 'web' }], nodeName: 'n1' },
    status,
  }
}

type State = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]['state']

function container(state: State, ready = false): NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number] {
  return { name: 'web', ready, restartCount: 2, image: 'i', imageID: '', state }
}

const DELETED = { deletionTimestamp: '2026-01-01T00:01:00Z' }

describe('the STATUS column', () => {
  const cases: readonly (readonly [string, Pod])[] = [
    ['Pending', pod(undefined)],
    ['Pending', pod({ phase: 'Pending' })],
    [
      'ContainerCreating',
      pod({ phase: 'Pending', containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })] }),
    ],
    ['Running', pod({ phase: 'Running', containerStatuses: [container({ running: {} }, true)] })],
    [
      'CrashLoopBackOff',
      pod({ phase: 'Running', containerStatuses: [container({ waiting: { reason: 'CrashLoopBackOff' } })] }),
    ],
    [
      'Error',
      pod({ phase: 'Failed', containerStatuses: [container({ terminated: { exitCode: 1, reason: 'Error' } })] }),
    ],
    ['ExitCode:137', pod({ phase: 'Failed', containerStatuses: [container({ terminated: { exitCode: 137 } })] })],
    [
      'Completed',
      pod({ phase: 'Succeeded', containerStatuses: [container({ terminated: { exitCode: 0, reason: 'Completed' } })] }),
    ],
    ['Evicted', pod({ phase: 'Failed', reason: 'Evicted' })],
    ['Terminating', pod({ phase: 'Running', containerStatuses: [container({ running: {} }, true)] }, DELETED)],
    ['Terminating', pod({ phase: 'Pending' }, DELETED)],
    ['Unknown', pod({ phase: 'Running', reason: 'NodeLost' }, DELETED)],
    [
      'Error',
      pod(
        { phase: 'Failed', containerStatuses: [container({ terminated: { exitCode: 1, reason: 'Error' } })] },
        DELETED,
      ),
    ],
  ]
  test.each(cases)('says %s', (expected, one) => {
    expect(statusColumn(one)).toBe(expected)
  })
})

describe('a Pod’s view', () => {
  const facts = {
    epochMs: 1_767_225_600_000,
    hue: 4,
    owner: null,
    process: undefined,
    machine: undefined,
    readinessFails: false,
  }

  test('tells times on the virtual clock', () => {
    expect(podView(pod({ phase: 'Running' }, DELETED), facts)).toMatchObject({
      createdMs: 5_000,
      graceEndsMs: 60_000,
      terminating: true,
      hue: 4,
    })
  })

  test('counts restarts and reads Ready', () => {
    const ready = pod({
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [container({ running: {} }, true)],
    })
    expect(podView(ready, facts)).toMatchObject({ ready: true, restarts: 2, status: 'Running' })
  })

  test('is alive by the truth where the machine is known, by its phase where nobody knows', () => {
    const running = pod({ phase: 'Running' })
    const machine = { name: 'n1', power: true, kubelet: true, sinceMs: 0 }
    expect(podView(running, facts).alive).toBe(true)
    expect(podView(running, { ...facts, machine }).alive).toBe(false)
  })
})

const owned = (kind: string, name: string, hash?: string): Pod =>
  pod(undefined, {
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: 'o', controller: true }],
    labels: hash === undefined ? {} : { 'pod-template-hash': hash },
  })
const replicaSet = (ownerReferences?: ReplicaSet['metadata']['ownerReferences']): ReplicaSet =>
  ({ metadata: { name: 'my-app-5d8', ownerReferences } }) as ReplicaSet

describe('a Pod’s owner', () => {
  test('is nobody for a bare Pod', () => {
    expect(podOwner(pod(undefined), undefined)).toBeNull()
  })

  test('is the Deployment above the ReplicaSet', () => {
    const above = replicaSet([
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'my-app', uid: 'd', controller: true },
    ])
    expect(podOwner(owned('ReplicaSet', 'my-app-5d8', '5d8'), above)).toEqual({ kind: 'Deployment', name: 'my-app' })
  })

  test('is the Deployment still when the ReplicaSet is gone', () => {
    expect(podOwner(owned('ReplicaSet', 'my-app-5d8', '5d8'), undefined)).toEqual({
      kind: 'Deployment',
      name: 'my-app',
    })
  })

  test('is the ReplicaSet when nothing stands above it', () => {
    expect(podOwner(owned('ReplicaSet', 'my-app-5d8', '5d8'), replicaSet())).toEqual({
      kind: 'ReplicaSet',
      name: 'my-app-5d8',
    })
    expect(podOwner(owned('ReplicaSet', 'plain'), undefined)).toEqual({ kind: 'ReplicaSet', name: 'plain' })
  })

  test('is whatever else owns it', () => {
    expect(podOwner(owned('StatefulSet', 'db'), undefined)).toEqual({ kind: 'StatefulSet', name: 'db' })
  })
})

const slice = (endpoints: EndpointSlice['endpoints'], labels = {}): EndpointSlice =>
  ({
    addressType: 'IPv4',
    endpoints,
    metadata: { name: 's', namespace: 'default', labels },
  }) as unknown as EndpointSlice

describe('a slice’s view', () => {
  const facts = {
    epochMs: 0,
    maxEndpoints: 100,
    podAt: (address: string) => (address === '10.244.1.2' ? 'Pod/default/a' : null),
  }

  test('reads a condition that is not there as ready, serving and not terminating', () => {
    const [endpoint] = sliceView(slice([{ addresses: ['10.0.0.1'] }]), facts).endpoints
    expect(endpoint).toMatchObject({ ready: true, serving: true, terminating: false, pod: null, node: '', zone: '' })
  })

  test('finds the Pod by reference, else by address', () => {
    const endpoints = [
      { addresses: ['10.244.1.9'], targetRef: { kind: 'Pod', name: 'b' } },
      { addresses: ['10.244.1.2'] },
    ]
    expect(sliceView(slice(endpoints), facts).endpoints.map(endpoint => endpoint.pod)).toEqual([
      'Pod/default/b',
      'Pod/default/a',
    ])
  })

  test('belongs to the Service of its label, if it has one', () => {
    expect(sliceView(slice([]), facts).service).toBeNull()
    const labelled = sliceView(slice([], { 'kubernetes.io/service-name': 'my-service' }), facts)
    expect(labelled.service).toBe('Service/default/my-service')
  })
})

test('an Endpoints object lists each address once, ready or not', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'e', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
    subsets: [
      { addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '192.0.2.2' }], ports: [] },
      { addresses: [{ ip: '192.0.2.1' }], ports: [] },
    ],
  }
  expect(endpointsView(object)?.addresses).toEqual(['192.0.2.1', '192.0.2.2'])
})
