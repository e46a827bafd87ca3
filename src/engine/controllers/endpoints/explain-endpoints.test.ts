// The controllers of Endpoints and of their copies explain themselves, each decision in its situation.

import { describe, expect, it } from 'vitest'
import type { Endpoints } from '../../api/endpoints/endpoints.ts'
import { ControllerFixture, webPod, webService, type FixtureOptions } from '../../testing/controller-fixture.ts'
import { HeardDecisions } from '../../testing/heard-decisions.ts'

function scene(options: FixtureOptions = {}) {
  const fixture = new ControllerFixture({ nodes: 1, ...options })
  fixture.runTo(2)
  const heard = new HeardDecisions(fixture.controllers)
  const said = (by: string): readonly string[] => {
    fixture.runTo(fixture.loop.nowMs / 1000 + 5)
    return heard.take({ by })
  }
  return { fixture, said }
}

describe('the Endpoints controller says', () => {
  const BY = 'endpoint-controller'
  const serving = (options: FixtureOptions = {}, ...pods: readonly string[]) => {
    const { fixture, said } = scene(options)
    fixture.create('Service', webService())
    for (const name of pods) fixture.create('Pod', webPod(name, { nodeName: 'n1' }))
    const first = said(BY)
    return { fixture, said: () => said(BY), first }
  }

  it('how many addresses are others, and which moved', () => {
    const { fixture, said, first } = serving({}, 'p1', 'p2')
    expect(first.at(-1)).toMatch(/^endpoints-written Endpoints\/web: addresses-differ added=\d removed=0 moved=0$/)
    fixture.world.setReadinessFails('default', 'p1', true)
    expect(said()).toEqual([
      'endpoints-written Endpoints/web: addresses-differ added=0 removed=0 moved=1',
      'address-moved Pod/p1: pod-not-ready pod=p1',
    ])
    fixture.world.setReadinessFails('default', 'p1', false)
    expect(said()).toContain('address-moved Pod/p1: pod-ready pod=p1')
  })

  it('why an address left', () => {
    const { fixture, said } = serving({}, 'p1', 'p2')
    const pod = fixture.get('Pod', 'p1')
    fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels: { app: 'other' } } })
    expect(said()).toContain('address-out Pod/p1: label-differs label=app is=other wants=web')
    fixture.user.delete('Pod', 'default', 'p2')
    expect(said()).toContain('address-out Pod/p2: endpoints-forget serving=true')
  })

  it('that a Pod has no port that the Service names', () => {
    const { fixture, said } = serving({}, 'p1')
    const service = fixture.get('Service', 'web')
    const ports = [{ protocol: 'TCP' as const, port: 80, targetPort: 'nowhere' }]
    fixture.user.update('Service', { ...service, spec: { ...service.spec, ports } })
    expect(said()).toContain('address-out Pod/p1: no-port service=web')
  })

  it('that there are too many', () => {
    const { first } = serving({ settings: { 'sim-endpoints-capacity': 1 } }, 'p1', 'p2')
    expect(first).toContain('endpoints-truncated Endpoints/web: over-capacity kept=1')
  })
})

describe('the mirroring controller says', () => {
  const BY = 'endpointslicemirroring-controller'
  const byHand = (addresses: readonly string[]) => {
    const { fixture, said } = scene({ settings: { 'mirroring-max-endpoints-per-subset': 2 } })
    fixture.create('Service', webService({ selector: undefined }))
    fixture.create('Endpoints', {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'default' },
      subsets: [{ addresses: addresses.map(ip => ({ ip })), ports: [{ port: 80 }] }],
    })
    const lines = (): readonly string[] => said(BY).map(line => line.replace(/web-\w{5}/, 'NAME'))
    const change = (to: (endpoints: Endpoints) => Endpoints): void =>
      void fixture.user.update('Endpoints', to(fixture.get('Endpoints', 'web')))
    return { fixture, lines, change }
  }

  it('that Endpoints by hand become a slice, and that their subset is gone', () => {
    const { lines, change } = byHand(['192.0.2.1', '192.0.2.2'])
    expect(lines()).toEqual(['slice-mirrored EndpointSlice/NAME: mirrors-endpoints addresses=2'])
    change(endpoints => ({ ...endpoints, subsets: [] }))
    expect(lines()).toEqual(['mirror-ended EndpointSlice/NAME: subset-gone name=web'])
  })

  it('that some addresses were over the limit', () => {
    expect(byHand(['192.0.2.1', '192.0.2.2', '192.0.2.3']).lines()).toContain(
      'mirror-incomplete Endpoints/web: too-many-addresses skipped=1 max=2',
    )
  })

  it('that Endpoints without a Service are not copied', () => {
    const { fixture, said } = scene()
    fixture.create('Endpoints', {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'web', namespace: 'default' },
    })
    expect(said(BY)).toEqual(['not-mirrored Endpoints/web: service-gone name=web'])
  })

  it('why copies end: the Endpoints ask for it or are gone, or the Service has a selector', () => {
    const { lines, change } = byHand(['192.0.2.1'])
    lines()
    const labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' }
    change(endpoints => ({ ...endpoints, metadata: { ...endpoints.metadata, labels } }))
    expect(lines()).toEqual([
      'not-mirrored Endpoints/web: skip-mirror name=web',
      'mirror-ended EndpointSlice/NAME: skip-mirror name=web',
    ])

    const selected = byHand(['192.0.2.1'])
    selected.lines()
    const service = selected.fixture.get('Service', 'web')
    selected.fixture.user.update('Service', { ...service, spec: { ...service.spec, selector: { app: 'web' } } })
    expect(selected.lines()).toContain('mirror-ended EndpointSlice/NAME: selector-present name=web')

    const without = byHand(['192.0.2.1'])
    without.lines()
    without.fixture.user.delete('Endpoints', 'default', 'web')
    expect(without.lines()).toContain('mirror-ended EndpointSlice/NAME: endpoints-gone name=web')
  })
})
