// The annotation endpoints.kubernetes.io/last-change-trigger-time on slices: which moments count, which slices get it, and
// what takes it off again. Endpoints keep the same books of their own.

import { describe, expect, it } from 'vitest'
import type { Labels } from '../../api/meta.ts'
import { webService, type FixtureOptions } from '../../testing/controller-fixture.ts'
import { EndpointFixture } from '../../testing/endpoint-fixture.ts'
import { TRIGGER_TIME_ANNOTATION } from './reconcile-slices.ts'

/** A Service born at 0 s with p0 and p1, ready since 2 s; now it is 10 s. */
function settled(options: FixtureOptions = {}): EndpointFixture {
  const cluster = new EndpointFixture(options)
  cluster.create('Service', webService())
  cluster.runTo(2)
  for (const name of ['p0', 'p1']) cluster.addPod(name)
  return cluster.runTo(10)
}

function timeOf(annotations: Labels | undefined): string {
  return annotations?.[TRIGGER_TIME_ANNOTATION]?.slice(-'00:00:00Z'.length) ?? 'none'
}

/** The time on the one slice, and on Endpoints. */
function times(cluster: EndpointFixture): readonly string[] {
  return [timeOf(cluster.slice().metadata.annotations), timeOf(cluster.get('Endpoints', 'web').metadata.annotations)]
}

const at = (seconds: number): string => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}Z`

describe('the trigger time', () => {
  it('is the birth of the Service at its first sync, whatever its Pods say', () => {
    const cluster = new EndpointFixture()
    cluster.addPod('p0')
    cluster.runTo(3).create('Service', webService())
    expect(times(cluster.settle())).toEqual(['00:00:03Z', '00:00:03Z'])
  })

  it('is the birth of the new Service when one comes again under its name', () => {
    const cluster = settled()
    cluster.user.delete('Service', 'default', 'web')
    cluster.settle()
    cluster.create('Service', webService())
    expect(times(cluster.settle())).toEqual(['00:00:11Z', '00:00:11Z'])
  })

  it('is the earliest of the moments that moved forward, not the time of the sync', () => {
    const cluster = settled()
    expect(times(cluster)).toEqual(['00:00:02Z', '00:00:02Z'])
    cluster.setReady('p0', false, at(9))
    cluster.setReady('p1', false, at(8))
    expect(times(cluster.settle())).toEqual(['00:00:08Z', '00:00:08Z'])
  })

  it('is that of a Pod not seen before, however old', () => {
    const cluster = settled()
    cluster.addPod('p2')
    cluster.setReady('p2', true, at(1))
    expect(times(cluster.settle())).toEqual(['00:00:01Z', '00:00:01Z'])
  })

  type Change = (cluster: EndpointFixture) => void
  it.each<readonly [string, Change]>([
    ['a Pod that is gone', cluster => cluster.removePod('p0')],
    ['a Pod that has a new address', cluster => void cluster.setStatus('p0', { podIPs: [{ ip: '10.244.9.9' }] })],
    ['a readiness that turned at an earlier time', cluster => void cluster.setReady('p0', false, at(1))],
    [
      'a label of the Service',
      cluster =>
        void cluster.editService(({ metadata, ...rest }) => ({
          ...rest,
          metadata: { ...metadata, labels: { a: 'b' } },
        })),
    ],
    [
      'another port of the Service',
      cluster => {
        const ports = [{ protocol: 'TCP', port: 80, targetPort: 9090 } as const]
        cluster.editService(service => ({ ...service, spec: { ...service.spec, ports } }))
      },
    ],
  ])('goes with %s, which has no moment of its own', (_, change) => {
    const cluster = settled()
    change(cluster)
    expect(times(cluster.settle())).toEqual(['none', 'none'])
  })

  it('goes when a Pod begins to terminate', () => {
    const cluster = settled()
    cluster.removePod('p0', 'gracefully')
    expect(times(cluster.settle())).toEqual(['none', 'none'])
  })

  it('stays as it is when nothing is written', () => {
    const cluster = settled()
    cluster.addPod('none', { ips: [] })
    cluster.editService(({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, annotations: { a: 'b' } } }))
    expect(times(cluster.settle())).toEqual(['00:00:02Z', '00:00:02Z'])
  })

  it('is put, or taken off, only where a slice is written', () => {
    const cluster = settled({ settings: { 'max-endpoints-per-slice': 1 } })
    const timesByPod = (): readonly string[] =>
      ['p0', 'p1'].map(pod =>
        timeOf(cluster.slices().find(({ endpoints }) => endpoints[0]?.targetRef?.name === pod)?.metadata.annotations),
      )
    expect(timesByPod()).toEqual(['00:00:02Z', '00:00:02Z'])
    cluster.setReady('p1', false, at(10))
    cluster.settle()
    expect(timesByPod()).toEqual(['00:00:02Z', '00:00:10Z'])
  })
})
