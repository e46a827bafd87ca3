// What has a Service synced, and when: which changes of Pods, Nodes, Services and slices put its key on the queue, and
// which, however large, leave everything as it is.

import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/pod/pod.ts'
import { webPod, webService } from '../../testing/controller-fixture.ts'
import { EndpointFixture } from '../../testing/endpoint-fixture.ts'

/** A settled Service with two ready Pods, p0 and p1; nothing waits. */
function settled(): EndpointFixture {
  const cluster = new EndpointFixture()
  cluster.create('Service', webService())
  for (const name of ['p0', 'p1']) cluster.addPod(name)
  cluster.settle().takeWrites()
  expect(waiting(cluster)).toEqual([[], []])
  return cluster
}

/** Keys that wait for the EndpointSlice controller, and for that of Endpoints. */
function waiting(cluster: EndpointFixture): readonly (readonly string[])[] {
  return [cluster.waiting('endpointslice'), cluster.waiting('endpoints')]
}

function editPod(cluster: EndpointFixture, name: string, change: (pod: Pod) => Pod): void {
  const edited = cluster.user.update('Pod', change(cluster.get('Pod', name)))
  expect(edited.ok).toBe(true)
}

const relabel =
  (labels: { readonly [key: string]: string }) =>
  (pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...labels } } })

type Change = readonly [string, (cluster: EndpointFixture) => void]

describe('a Service is synced', () => {
  it.each<Change>([
    ['when a Pod becomes ready or stops being it', cluster => void cluster.setReady('p0', false)],
    ['when a Pod gets another address', cluster => void cluster.setStatus('p0', { podIPs: [{ ip: '10.244.5.5' }] })],
    [
      'when a Pod gets a second address',
      cluster => void cluster.setStatus('p0', { podIPs: [{ ip: '10.244.0.1' }, { ip: 'fd00::1' }] }),
    ],
    ['when a Pod begins to terminate', cluster => cluster.removePod('p0', 'gracefully')],
    ['when a Pod is gone', cluster => cluster.removePod('p0')],
    ['when a Pod comes, even without an address', cluster => void cluster.addPod('p2', { ips: [] })],
    ['when a Pod leaves by its labels', cluster => editPod(cluster, 'p0', relabel({ app: 'other' }))],
    [
      'when anything of it is written, even an annotation',
      cluster =>
        void cluster.editService(({ metadata, ...rest }) => ({
          ...rest,
          metadata: { ...metadata, annotations: { a: 'b' } },
        })),
    ],
  ])('%s', (_, change) => {
    const cluster = settled()
    change(cluster)
    expect(waiting(cluster)).toEqual([['default/web'], ['default/web']])
  })

  it('at every update of a Pod that terminates, whatever it says', () => {
    const cluster = settled()
    cluster.removePod('p0', 'gracefully')
    cluster.settle().takeWrites()
    cluster.setStatus('p0', { message: 'still here' })
    expect(waiting(cluster)).toEqual([['default/web'], ['default/web']])
    expect(cluster.settle().countWrites('EndpointSlice')).toBe(0)
  })

  it('when Endpoints are deleted, by their controller alone', () => {
    const cluster = settled()
    cluster.user.delete('Endpoints', 'default', 'web')
    expect(waiting(cluster)).toEqual([[], ['default/web']])
  })
})

describe('nothing is synced', () => {
  it.each<Change>([
    ['by a phase alone', cluster => void cluster.setStatus('p0', { phase: 'Failed' })],
    ['by a reason or a message', cluster => void cluster.setStatus('p0', { reason: 'Why', message: 'Because' })],
    [
      'by a restart',
      cluster =>
        void cluster.setStatus('p0', {
          containerStatuses: [{ name: 'app', restartCount: 3, ready: true, image: 'web:1', imageID: '', state: {} }],
        }),
    ],
    [
      'by another condition',
      cluster =>
        void cluster.setStatus('p0', {
          conditions: [
            { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
            { type: 'Special', status: 'True' },
          ],
        }),
    ],
    ['by readiness that turns from False to Unknown', turnUnknown],
    [
      'by an annotation of a Pod',
      cluster => editPod(cluster, 'p0', pod => ({ ...pod, metadata: { ...pod.metadata, annotations: { note: 'x' } } })),
    ],
    ['by a label that changes no membership', cluster => editPod(cluster, 'p0', relabel({ tier: 'front' }))],
    [
      'by a Pod that the Service does not select',
      cluster => void cluster.addPod('other', { labels: { app: 'other' } }),
    ],
    [
      'by a Node that gets a zone after its Pods were published',
      cluster => {
        const node = cluster.get('Node', 'h1', '')
        const labels = { 'topology.kubernetes.io/zone': 'zone-b' }
        cluster.user.update('Node', { ...node, metadata: { ...node.metadata, labels } })
      },
    ],
    [
      'by a Node that is cordoned',
      cluster => {
        const node = cluster.get('Node', 'h1', '')
        cluster.user.update('Node', { ...node, spec: { ...node.spec, unschedulable: true } })
      },
    ],
  ])('%s', (_, change) => {
    const cluster = settled()
    change(cluster)
    cluster.takeWrites()
    expect(
      waiting(cluster)
        .flat()
        .filter(key => key.startsWith('default/')),
    ).toEqual([])
    cluster.settle()
    expect([cluster.countWrites('EndpointSlice'), cluster.countWrites('Endpoints')]).toEqual([0, 0])
  })

  it('in a namespace in which the Service is not', () => {
    const cluster = settled()
    cluster.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } })
    const draft = webPod('p0', { nodeName: 'h1' })
    cluster.create('Pod', { ...draft, metadata: { ...draft.metadata, namespace: 'elsewhere' } })
    expect(waiting(cluster)).toEqual([[], []])
  })

  function turnUnknown(cluster: EndpointFixture): void {
    cluster.setReady('p0', false)
    cluster.settle()
    const ready = { type: 'Ready', status: 'Unknown', lastTransitionTime: '2026-01-01T00:00:09Z' } as const
    cluster.setStatus('p0', { conditions: [ready] })
  }
})

describe('of several Services over one Pod', () => {
  /** `web` selects app, `canary` app and track, `other` something else; p0 has no track. */
  function three(): EndpointFixture {
    const cluster = settled()
    cluster.create('Service', webService({ selector: { app: 'web', track: 'canary' } }, 'canary'))
    cluster.create('Service', webService({ selector: { app: 'other' } }, 'other'))
    cluster.settle().takeWrites()
    return cluster
  }

  it('a change of labels alone has only those synced that select it before or after, and not both', () => {
    const cluster = three()
    editPod(cluster, 'p0', relabel({ track: 'canary' }))
    expect(waiting(cluster)).toEqual([['default/canary'], ['default/canary']])
    cluster.settle()
    editPod(cluster, 'p0', relabel({ app: 'other' }))
    expect(waiting(cluster)[0]).toEqual(['default/canary', 'default/other', 'default/web'])
  })

  it('a change of labels and readiness at once has all of them synced', () => {
    const cluster = three()
    cluster.removePod('p0', 'gracefully')
    cluster.settle()
    editPod(cluster, 'p0', relabel({ track: 'canary' }))
    expect(waiting(cluster)[0]).toEqual(['default/canary', 'default/web'])
  })
})

describe('the queue', () => {
  it('takes what happens before a sync into one: a Service and its Pods, one write', () => {
    const cluster = new EndpointFixture()
    cluster.create('Service', webService())
    for (const name of ['p0', 'p1', 'p2']) cluster.addPod(name)
    cluster.settle()
    expect([cluster.countWrites('EndpointSlice'), cluster.countWrites('Endpoints')]).toEqual([1, 1])
    expect(cluster.slice().endpoints).toHaveLength(3)
  })

  it('writes nothing when what happened has come to nothing', () => {
    const cluster = settled()
    cluster.setReady('p0', false)
    cluster.setReady('p0', true)
    cluster.settle()
    expect([cluster.countWrites('EndpointSlice'), cluster.countWrites('Endpoints')]).toEqual([0, 0])
  })

  it('keeps to a batch period that began before the Service itself was synced', () => {
    const cluster = settled()
    const { nowMs } = cluster.loop
    cluster.settings = {
      ...cluster.settings,
      'endpointslice-updates-batch-period': 500,
      'endpoint-updates-batch-period': 500,
    }
    cluster.setReady('p0', false)
    cluster.loop.advanceTo(nowMs + 100)
    expect([cluster.countWrites('EndpointSlice'), cluster.countWrites('Endpoints')]).toEqual([0, 0])
    cluster.editService(service => service)
    cluster.loop.advanceTo(nowMs + 200)
    expect([cluster.countWrites('EndpointSlice'), cluster.countWrites('Endpoints')]).toEqual([0, 0])
    cluster.setReady('p1', false)
    // Half a second after the first Pod, and not after the second.
    cluster.loop.advanceTo(nowMs + 510)
    expect(cluster.slice().endpoints.filter(({ conditions }) => conditions?.ready)).toEqual([])
    expect([cluster.countWrites('EndpointSlice'), cluster.countWrites('Endpoints')]).toEqual([1, 1])
  })
})

describe('a Pod that failed without a word about its readiness', () => {
  it('lingers until something else has the Service synced', () => {
    const cluster = new EndpointFixture()
    cluster.create('Service', webService())
    cluster.addPod('p0')
    cluster.addPod('p1', { ready: false })
    cluster.settle()
    cluster.setStatus('p1', { phase: 'Failed' })
    cluster.runTo(30)
    expect(cluster.endpointOf('p1')?.conditions?.ready).toBe(false)
    cluster.addPod('p2')
    cluster.settle()
    expect(cluster.endpointOf('p1')).toBeUndefined()
    expect(cluster.addresses()).toHaveLength(2)
  })
})

it('gives a late zone with the next sync that something else causes', () => {
  const cluster = new EndpointFixture()
  cluster.addNode('bare')
  cluster.create('Service', webService())
  cluster.addPod('p0', { spec: { nodeName: 'bare' } })
  cluster.settle()
  const node = cluster.get('Node', 'bare', '')
  const labels = { 'topology.kubernetes.io/zone': 'zone-z' }
  cluster.user.update('Node', { ...node, metadata: { ...node.metadata, labels } })
  cluster.runTo(20)
  expect(cluster.endpointOf('p0')?.zone).toBeUndefined()
  cluster.editService(service => service)
  cluster.editService(({ metadata, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, annotations: { any: 'thing' } },
  }))
  cluster.settle()
  expect(cluster.endpointOf('p0')?.zone).toBe('zone-z')
})

it('says nothing in Events of endpoints that come, change and go', () => {
  const cluster = settled()
  cluster.setReady('p0', false)
  cluster.settle()
  cluster.removePod('p1')
  cluster.settle()
  expect(cluster.user.list('Event')).toEqual([])
})
