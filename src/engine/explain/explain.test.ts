import { assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/pod/pod.ts'
import type { Service, ServiceSpec } from '../api/service/service.ts'
import { testPod, testService, testSlice } from '../testing/service-objects.ts'
import { endpointVerdicts, serviceEmptyReason, type VerdictInput } from './index.ts'
import { closeness, editDistance } from './near-miss.ts'

const LISTED = [testSlice(['10.244.1.5 @node-1 pod=pod-1'])]

function verdicts(parts: Partial<VerdictInput>): ReturnType<typeof endpointVerdicts> {
  return endpointVerdicts({
    service: testService(),
    pods: [testPod('pod-1')],
    slices: [],
    deadNodes: new Map(),
    nowMs: 60_000,
    ...parts,
  })
}

const labelled = (labels: { readonly [key: string]: string }, namespace = 'default'): Pod =>
  testPod('pod-1', { metadata: { labels, namespace } })
const service = (spec: Partial<ServiceSpec>): Service => testService(spec)
const targeting = (targetPort: string | number): Service =>
  service({ ports: [{ protocol: 'TCP', port: 80, targetPort }] })
const withPorts = (ports: NonNullable<Pod['spec']['containers'][number]['ports']>): Pod =>
  testPod('pod-1', { spec: { containers: [{ name: 'main', ports }] } })

describe('a verdict', () => {
  it('finds nothing wrong with a ready endpoint', () => {
    expect(verdicts({ slices: LISTED })).toEqual([
      {
        service: 'default/my-service',
        pod: 'default/pod-1',
        in: true,
        ready: true,
        slice: 'default/my-service-abcde',
        reasons: [],
        decision: null,
      },
    ])
  })

  it('tells a Pod in a slice by its address when the row was written by hand', () => {
    const { selector: _, ...spec } = testService().spec
    const [verdict] = verdicts({ service: { ...testService(), spec }, slices: [testSlice(['10.244.1.5'])] })
    expect(verdict).toMatchObject({ in: true, ready: true, reasons: [] })
  })

  it('gives the ready row of a Pod that stands in two slices', () => {
    const slices = [
      testSlice(['10.244.1.5 pod=pod-1 unready']),
      testSlice(['10.244.1.5 pod=pod-1'], { name: 'my-service-zzzzz' }),
    ]
    expect(verdicts({ slices })[0]).toMatchObject({ ready: true, slice: 'default/my-service-zzzzz' })
  })

  it('leaves out Pods of other namespaces whose labels do not match', () => {
    expect(verdicts({ pods: [labelled({ app: 'other' }, 'prod')] })).toEqual([])
  })
})

describe('the reason', () => {
  const cases: readonly (readonly [name: string, parts: Partial<VerdictInput>, expected: string])[] = [
    [
      'another value',
      { pods: [labelled({ app: 'db' })] },
      'selector: label app is "db" but the selector wants "MyApp" [spec.selector.app: MyApp / metadata.labels.app: db]',
    ],
    [
      'another case',
      { pods: [labelled({ app: 'myapp' })] },
      'selector: label app is "myapp" but the selector wants "MyApp": they differ only in case [spec.selector.app: MyApp / metadata.labels.app: myapp]',
    ],
    [
      'a slip of the pen',
      { pods: [labelled({ app: 'MyAp' })] },
      'selector: label app is "MyAp" but the selector wants "MyApp": is one of them mistyped? [spec.selector.app: MyApp / metadata.labels.app: MyAp]',
    ],
    [
      'another key',
      { pods: [labelled({ App: 'MyApp' })] },
      'selector: the Pod has no label app, but App with the same value: they differ only in case [spec.selector.app: MyApp / metadata.labels.App: MyApp]',
    ],
    [
      'no such label',
      { pods: [labelled({})] },
      'selector: the Pod has no label app; the selector wants "MyApp" [spec.selector.app: MyApp / metadata.labels.app: (none)]',
    ],
    [
      'one of two labels',
      { service: service({ selector: { tier: 'web', app: 'MyApp' } }) },
      'selector: the Pod has no label tier; the selector wants "web" [spec.selector.tier: web / metadata.labels.tier: (none)]',
    ],
    [
      'a label that is only inherited',
      { service: service({ selector: { constructor: 'x' } }) },
      'selector: the Pod has no label constructor; the selector wants "x" [spec.selector.constructor: x / metadata.labels.constructor: (none)]',
    ],
    [
      'no selector',
      { service: service({ selector: {} }) },
      'selector: the Service has no selector: its endpoints are written by hand [spec.selector: (none) / ]',
    ],
    [
      'an external name',
      { service: service({ type: 'ExternalName', externalName: 'db.example.com' }) },
      'selector: an ExternalName Service is a name in DNS: it has no endpoints [spec.externalName: db.example.com / ]',
    ],
    [
      'another namespace',
      { pods: [labelled({ app: 'MyApp' }, 'prod')] },
      'namespace: the labels match, but a Service selects Pods of its own namespace only [metadata.namespace: default / metadata.namespace: prod]',
    ],
    [
      'no port of that name',
      { service: targeting('http') },
      'port: no TCP container port is named "http" [spec.ports[0].targetPort: http / spec.containers[*].ports[*].name: (none)]',
    ],
    [
      'a port of nearly that name',
      { service: targeting('http'), pods: [withPorts([{ name: 'htpp', containerPort: 80 }])] },
      'port: no TCP container port is named "http", but one is named "htpp": is one of them mistyped? [spec.ports[0].targetPort: http / spec.containers[*].ports[*].name: htpp]',
    ],
    [
      'a port of that name and another protocol',
      { service: targeting('http'), pods: [withPorts([{ name: 'http', containerPort: 80, protocol: 'UDP' }])] },
      'port: no TCP container port is named "http" [spec.ports[0].targetPort: http / spec.containers[*].ports[*].name: (none)]',
    ],
    [
      'a number that is not declared',
      { service: targeting(80) },
      'port: the Pod declares no TCP container port 80: connections will be refused if nobody listens there [spec.ports[0].targetPort: 80 / spec.containers[*].ports[*].containerPort: 9376]',
    ],
    ['nothing, when no port is declared at all', { service: targeting(80), pods: [withPorts([])] }, ''],
    [
      'nothing, when the named port is there',
      { service: targeting('http'), pods: [withPorts([{ name: 'http', containerPort: 80 }])] },
      '',
    ],
    [
      'not ready',
      {
        pods: [
          testPod('pod-1', {
            status: { conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }] },
          }),
        ],
      },
      'not-ready: the Pod is not ready (ContainersNotReady) [spec.publishNotReadyAddresses: false / status.conditions[type=Ready].status: False]',
    ],
    [
      'nothing, when unready addresses are published',
      {
        service: service({ publishNotReadyAddresses: true }),
        pods: [testPod('pod-1', { status: { conditions: [] } })],
      },
      '',
    ],
    [
      'deletion',
      { pods: [testPod('pod-1', { metadata: { deletionTimestamp: '2026-01-01T00:01:00Z' } })] },
      'terminating: the Pod is being deleted: it gets new connections only while no endpoint is ready [spec.publishNotReadyAddresses: false / metadata.deletionTimestamp: 2026-01-01T00:01:00Z]',
    ],
    [
      'its end',
      { pods: [testPod('pod-1', { status: { phase: 'Succeeded' } })] },
      'finished: the Pod has finished: it is no endpoint any more [ / status.phase: Succeeded]',
    ],
    [
      'no address',
      { pods: [testPod('pod-1', { status: { podIP: undefined } })] },
      'no-ip: the Pod has no address yet: its sandbox is not made [ / status.podIP: (none)]',
    ],
    [
      'no Node',
      { pods: [testPod('pod-1', { spec: { nodeName: undefined }, status: { podIP: undefined } })] },
      'no-node: the Pod is on no Node yet: it waits for the scheduler [ / spec.nodeName: (none)]',
    ],
    [
      'a dead machine',
      { slices: LISTED, deadNodes: new Map([['node-1', { sinceMs: 47_660, leaseAgeMs: 18_000 }]]) },
      'node-dead: node node-1 has had no power for 12.3 s, and the endpoint still counts as ready; the last heartbeat is 18.0 s old [ / spec.nodeName: node-1]',
    ],
    [
      'nothing, when the dead machine’s endpoint is not ready',
      { slices: [testSlice(['10.244.1.5 pod=pod-1 unready'])], deadNodes: new Map([['node-1', { sinceMs: 0 }]]) },
      '',
    ],
    ['nothing, when another machine is dead', { slices: LISTED, deadNodes: new Map([['node-2', { sinceMs: 0 }]]) }, ''],
  ]
  it.each(cases)('is %s', (_name, parts, expected) => {
    const told = verdicts(parts).flatMap(({ reasons }) =>
      reasons.map(reason => `${reason.code}: ${reason.message} [${reason.serviceField} / ${reason.podField}]`),
    )
    expect(told.join('\n')).toBe(expected)
  })
})

describe('why a Service is empty', () => {
  it('is nothing while somebody is ready', () => expect(reason({ slices: LISTED })).toBeNull())
  it('is that no Pod matches', () => expect(reason({ pods: [labelled({ app: 'myapp' })] })).toBe('no-pod-matches'))
  it('is that the Pods are elsewhere', () =>
    expect(reason({ pods: [labelled({ app: 'MyApp' }, 'prod')] })).toBe('no-pod-matches'))
  it('is that none is ready', () =>
    expect(reason({ slices: [testSlice(['10.244.1.5 pod=pod-1 unready'])] })).toBe('none-ready'))
  it('is that nobody wrote any', () =>
    expect(reason({ service: service({ selector: undefined }) })).toBe('no-endpoints-by-hand'))
  it('is that those written by hand are not ready', () =>
    expect(reason({ service: service({ selector: {} }), slices: [testSlice(['192.0.2.42 unready'])] })).toBe(
      'none-ready',
    ))
  it('is nothing for an external name', () => expect(reason({ service: service({ type: 'ExternalName' }) })).toBeNull())
})

describe('near misses', () => {
  it('are measured the same from both sides, and are 0 only for the same word', () => {
    assert(
      property(string(), string(), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it.each([
    ['web', 'WEB', 'case'],
    ['fronted', 'frontend', 'typo'],
    ['forntend', 'frontend', 'typo'],
    ['web', 'wed', undefined],
    ['frontend', 'backend', undefined],
    ['same', 'same', undefined],
  ] as const)('%s and %s: %s', (a, b, expected) => expect(closeness(a, b)).toBe(expected))
})

function reason(parts: Partial<VerdictInput>): ReturnType<typeof serviceEmptyReason> {
  return serviceEmptyReason({ service: testService(), pods: [testPod('pod-1')], slices: [], ...parts })
}
