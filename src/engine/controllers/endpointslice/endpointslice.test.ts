import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/pod/pod.ts'
import type { Draft } from '../../api/meta.ts'
import { compareText } from '../../kernel/json.ts'
import { ControllerFixture, webPod, webService } from '../../testing/controller-fixture.ts'
import { TRIGGER_TIME_ANNOTATION } from './reconcile-slices.ts'

/** A cluster in which the test itself writes the status of Pods: no Node is simulated. */
function byHand(pods = 2): ControllerFixture {
  const fixture = new ControllerFixture()
  fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'h1' }, spec: {} })
  fixture.create('Service', webService())
  for (let index = 0; index < pods; index++) addPod(fixture, `p${index}`, `10.244.9.${2 + index}`)
  fixture.runTo(10).takeWrites()
  return fixture
}

function addPod(
  fixture: ControllerFixture,
  name: string,
  ip: string,
  draft: Draft<Pod> = webPod(name, { nodeName: 'h1' }),
): void {
  const pod = fixture.create('Pod', draft)
  fixture.user.updateStatus('Pod', {
    ...pod,
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
  })
}

function setReady(fixture: ControllerFixture, name: string, ready: boolean, time: string): void {
  const pod = fixture.get('Pod', name)
  fixture.user.updateStatus('Pod', {
    ...pod,
    status: {
      ...pod.status,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: time }],
    },
  })
}

function slice(fixture: ControllerFixture) {
  const found = fixture.user.slicesOfService('default', 'web')
  expect(found).toHaveLength(1)
  return found[0]!
}

function sliceWrites(fixture: ControllerFixture): number {
  return fixture.takeWrites().filter(({ event }) => event.kind === 'EndpointSlice').length
}

describe('what causes a sync', () => {
  it('does: readiness, an address, a label that lets a Pod in or out', () => {
    const fixture = byHand()
    setReady(fixture, 'p0', false, '2026-01-01T00:00:10Z')
    fixture.runTo(11)
    expect(fixture.endpoints('web')).toEqual(['10.244.9.2', '10.244.9.3 ready serving'])
    const pod = fixture.get('Pod', 'p1')
    fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels: { app: 'other' } } })
    fixture.runTo(12)
    expect(fixture.endpoints('web')).toEqual(['10.244.9.2'])
  })

  it('does not: phase alone, or a label that changes no membership', () => {
    const fixture = byHand()
    const pod = fixture.get('Pod', 'p0')
    fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, phase: 'Failed' } })
    const other = fixture.get('Pod', 'p1')
    fixture.user.update('Pod', {
      ...other,
      metadata: { ...other.metadata, labels: { ...other.metadata.labels, extra: 'x' } },
    })
    fixture.runTo(12)
    expect(sliceWrites(fixture)).toBe(0)
    expect(fixture.endpoints('web')).toHaveLength(2)
  })

  it('does: a batch of Pods at once, in one write', () => {
    const fixture = byHand(0)
    for (let index = 0; index < 5; index++) addPod(fixture, `p${index}`, `10.244.9.${2 + index}`)
    fixture.runTo(11)
    expect(sliceWrites(fixture)).toBe(1)
  })

  it('comes after that of Endpoints, and finds what happened in between', () => {
    const fixture = byHand()
    setReady(fixture, 'p0', false, '2026-01-01T00:00:10Z')
    fixture.runTo(10.005)
    expect(fixture.get('Endpoints', 'web').subsets?.[0]?.addresses?.map(({ ip }) => ip)).toEqual(['10.244.9.3'])
    const pod = fixture.get('Pod', 'p0')
    // The phase alone causes no sync.
    fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, phase: 'Failed' } })
    fixture.runTo(11)
    expect(fixture.endpoints('web')).toEqual(['10.244.9.3 ready serving'])
    expect(fixture.get('Endpoints', 'web').subsets?.[0]?.notReadyAddresses?.map(({ ip }) => ip)).toEqual(['10.244.9.2'])
  })

  it('waits for the batch period', () => {
    const fixture = byHand()
    fixture.settings = { ...fixture.settings, 'endpointslice-updates-batch-period': 500 }
    setReady(fixture, 'p0', false, '2026-01-01T00:00:10Z')
    fixture.runTo(10.507)
    expect(sliceWrites(fixture)).toBe(0)
    fixture.runTo(10.508)
    expect(sliceWrites(fixture)).toBe(1)
  })
})

describe('others who touch a slice', () => {
  it('find their edit undone after a second', () => {
    const fixture = byHand()
    fixture.user.update('EndpointSlice', { ...slice(fixture), endpoints: [] })
    fixture.runTo(11)
    expect(fixture.endpoints('web')).toEqual([])
    fixture.runTo(11.1)
    expect(fixture.endpoints('web')).toHaveLength(2)
  })

  it('find a deleted one made again under another name', () => {
    const fixture = byHand()
    const { name } = slice(fixture).metadata
    fixture.user.delete('EndpointSlice', 'default', name)
    fixture.runTo(11.1)
    expect(slice(fixture).metadata.name).not.toBe(name)
  })

  it('may annotate it', () => {
    const fixture = byHand()
    const before = slice(fixture)
    fixture.user.update('EndpointSlice', { ...before, metadata: { ...before.metadata, annotations: { mine: 'yes' } } })
    fixture.runTo(15)
    expect(sliceWrites(fixture)).toBe(1)
    setReady(fixture, 'p0', false, '2026-01-01T00:00:15Z')
    fixture.runTo(16)
    expect(slice(fixture).metadata.annotations).toEqual({
      mine: 'yes',
      [TRIGGER_TIME_ANNOTATION]: '2026-01-01T00:00:15Z',
    })
  })
})

function triggerTime(fixture: ControllerFixture): string | undefined {
  return slice(fixture).metadata.annotations?.[TRIGGER_TIME_ANNOTATION]
}

describe('the trigger time', () => {
  it('is the earliest of the moments that moved since the last sync', () => {
    const fixture = byHand()
    setReady(fixture, 'p0', false, '2026-01-01T00:00:09Z')
    setReady(fixture, 'p1', false, '2026-01-01T00:00:08Z')
    fixture.runTo(11)
    expect(triggerTime(fixture)).toBe('2026-01-01T00:00:08Z')
  })

  it('goes when nothing has a moment of its own', () => {
    const fixture = byHand()
    setReady(fixture, 'p0', false, '2026-01-01T00:00:10Z')
    fixture.runTo(11)
    fixture.user.delete('Pod', 'default', 'p1', { gracePeriodSeconds: 0 })
    fixture.runTo(12)
    expect(triggerTime(fixture)).toBeUndefined()
    expect(fixture.endpoints('web')).toEqual(['10.244.9.2'])
  })

  it('is the birth of the Service at first', () => {
    const fixture = new ControllerFixture().runTo(3)
    fixture.create('Service', webService())
    fixture.runTo(4)
    expect(triggerTime(fixture)).toBe('2026-01-01T00:00:03Z')
  })
})

it('leaves the slices of a Service that loses its selector, and mirrors its Endpoints beside them', () => {
  const fixture = byHand()
  const service = fixture.get('Service', 'web')
  fixture.user.update('Service', { ...service, spec: { ...service.spec, selector: undefined } })
  fixture.runTo(20)
  const managers = fixture.user
    .slicesOfService('default', 'web')
    .map(({ metadata }) => metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')
  expect(managers.sort(compareText)).toEqual([
    'endpointslice-controller.k8s.io',
    'endpointslicemirroring-controller.k8s.io',
  ])
})

it('loses slices and Endpoints with the Service', () => {
  const fixture = byHand()
  fixture.user.delete('Service', 'default', 'web')
  fixture.runTo(10.02)
  expect(fixture.user.slicesOfService('default', 'web')).toEqual([])
  expect(fixture.user.get('Endpoints', 'default', 'web')).toBeUndefined()
})

it('skips a Pod whose Node is gone, says so, and tries again after 1, 2, 4 s', () => {
  const fixture = byHand()
  fixture.user.delete('Node', '', 'h1')
  setReady(fixture, 'p0', false, '2026-01-01T00:00:10Z')
  fixture.runTo(18)
  expect(fixture.endpoints('web')).toEqual([])
  const event = fixture.user.list('Event').find(({ reason }) => reason === 'FailedToUpdateEndpointSlices')
  expect(event?.count).toBe(4)
  expect(event?.message).toBe(
    'Error updating Endpoint Slices for Service default/web: [skipping Pod p0 for Service default/web: Node h1 Not Found, skipping Pod p1 for Service default/web: Node h1 Not Found]',
  )
})

it('keeps Endpoints and slices of one mind', () => {
  const fixture = byHand(3)
  setReady(fixture, 'p1', false, '2026-01-01T00:00:10Z')
  fixture.user.delete('Pod', 'default', 'p2')
  fixture.runTo(11)
  expect(fixture.endpoints('web')).toEqual(['10.244.9.2 ready serving', '10.244.9.3', '10.244.9.4 serving terminating'])
  expect(fixture.get('Endpoints', 'web').subsets).toEqual([
    {
      addresses: [expect.objectContaining({ ip: '10.244.9.2', nodeName: 'h1' })],
      notReadyAddresses: [expect.objectContaining({ ip: '10.244.9.3' })],
      ports: [{ port: 8080, protocol: 'TCP' }],
    },
  ])
})

describe('the cap per slice', () => {
  it('may be turned while the cluster runs: it holds for what is placed from then on', () => {
    const fixture = byHand(5)
    const sizes = (): readonly number[] =>
      fixture.user.slicesOfService('default', 'web').map(({ endpoints }) => endpoints.length)
    expect(sizes()).toEqual([5])
    fixture.settings = { ...fixture.settings, 'max-endpoints-per-slice': 2 }
    for (const index of [5, 6, 7]) addPod(fixture, `p${index}`, `10.244.9.${2 + index}`)
    fixture.runTo(11)
    expect([...sizes()].sort((a, b) => a - b)).toEqual([1, 2, 5])
    fixture.settings = { ...fixture.settings, 'max-endpoints-per-slice': 100 }
    for (const index of [8, 9]) addPod(fixture, `p${index}`, `10.244.9.${2 + index}`)
    fixture.runTo(12)
    expect([...sizes()].sort((a, b) => a - b)).toEqual([1, 2, 7])
  })
})

describe('hints', () => {
  const HINTS_ON = { 'service.kubernetes.io/topology-mode': 'Auto' }

  /** Two Nodes of equal size in two zones, and so many Pods in turn on them. */
  function twoZones(pods: number): ControllerFixture {
    const fixture = new ControllerFixture()
    for (const zone of ['a', 'b']) addNode(fixture, `h${zone}`, zone)
    const service = webService()
    fixture.create('Service', { ...service, metadata: { ...service.metadata, annotations: HINTS_ON } })
    for (let index = 0; index < pods; index++) {
      const nodeName = index % 2 === 0 ? 'ha' : 'hb'
      addPod(fixture, `p${index}`, `10.244.9.${2 + index}`, webPod(`p${index}`, { nodeName }))
    }
    return fixture.runTo(10)
  }

  function addNode(fixture: ControllerFixture, name: string, zone: string): void {
    const node = fixture.create('Node', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
      spec: {},
    })
    fixture.user.updateStatus('Node', {
      ...node,
      status: { allocatable: { cpu: '4' }, conditions: [{ type: 'Ready', status: 'True' }] },
    })
  }

  function zones(fixture: ControllerFixture): string {
    return slice(fixture)
      .endpoints.map(({ hints }) => hints?.forZones?.[0]?.name ?? '-')
      .join('')
  }

  it('are given when topology-mode is on, and taken off with it', () => {
    const fixture = twoZones(4)
    expect(zones(fixture)).toBe('abab')
    expect(fixture.eventsAbout('web')).toEqual(['TopologyAwareHintsEnabled'])
    const { annotations: _, ...metadata } = fixture.get('Service', 'web').metadata
    fixture.user.update('Service', { ...fixture.get('Service', 'web'), metadata })
    fixture.runTo(11)
    expect(zones(fixture)).toBe('----')
    expect(fixture.eventsAbout('web')).toEqual(['TopologyAwareHintsEnabled', 'TopologyAwareHintsDisabled'])
  })

  it('come back only with the next sync when Nodes tell enough again', () => {
    const fixture = twoZones(4)
    fixture.user.delete('Node', '', 'hb')
    fixture.runTo(11)
    // Its Pods have left, since their Node is not known.
    expect(zones(fixture)).toBe('--')
    addNode(fixture, 'hb', 'b')
    fixture.runTo(20)
    expect(zones(fixture)).toBe('----')
    addPod(fixture, 'p4', '10.244.9.99', webPod('p4', { nodeName: 'ha' }))
    addPod(fixture, 'p5', '10.244.9.100', webPod('p5', { nodeName: 'hb' }))
    fixture.runTo(21)
    expect(zones(fixture)).toBe('aabbab')
  })

  it('are looked at again when a new zone is to get some', () => {
    const fixture = twoZones(6)
    addNode(fixture, 'hc', 'c')
    fixture.takeWrites()
    fixture.runTo(11)
    expect(zones(fixture).split('').sort(compareText).join('')).toBe('aabbcc')
  })

  it('are known after a restart, so that nobody is told of them again', () => {
    const fixture = new ControllerFixture({}, twoZones(4).save())
    addPod(fixture, 'p4', '10.244.9.99', webPod('p4', { nodeName: 'ha' }))
    addPod(fixture, 'p5', '10.244.9.100', webPod('p5', { nodeName: 'hb' }))
    fixture.runTo(11)
    expect(zones(fixture)).toBe('ababab')
    expect(fixture.eventsAbout('web')).toEqual(['TopologyAwareHintsEnabled'])
  })
})
