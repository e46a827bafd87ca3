// What the controllers of slices and Endpoints remember between syncs must never show. Two clusters live through the same
// random walk of Pods, Nodes, Services and meddlers; one of them is saved and loaded before every step, so that its
// controllers remember nothing and look at everything. After each step both are the same bytes.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ClusterSettings } from '../../api/cluster-settings.ts'
import type { EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { KubeObject } from '../../api/meta.ts'
import { ZONE_LABEL } from '../../api/node/node.ts'
import type { Service } from '../../api/service/service.ts'
import { DEFAULT_EPOCH_MS, formatTimestamp } from '../../kernel/timestamp.ts'
import { ControllerFixture, webPod, webService } from '../../testing/controller-fixture.ts'
import { endpointKey } from './pack-slices.ts'
import { portGroupKey } from './resolve-ports.ts'
import { TOPOLOGY_MODE } from './topology-hints.ts'

const ZONES = ['zone-a', 'zone-b', 'zone-c', '']
const SPECS: readonly Partial<Service['spec']>[] = [
  {},
  { ports: [{ protocol: 'TCP', port: 80, targetPort: 9090 }] },
  { ports: [{ name: 'web', protocol: 'TCP', port: 80, targetPort: 'http' }] },
  { publishNotReadyAddresses: true },
  { publishNotReadyAddresses: false },
  { trafficDistribution: 'PreferSameZone' },
  { trafficDistribution: 'PreferSameNode' },
  { trafficDistribution: undefined },
  { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'] },
  { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] },
  { selector: { app: 'web', tier: 'front' } },
  { selector: { app: 'web' } },
]

type Act = (fixture: ControllerFixture) => void

/** Makes a Pod unless it is there, or changes its status. */
function podAct({ which, phase, ready, ip, dual, port }: PodState): Act {
  return fixture => {
    const name = `p${String(which).padStart(2, '0')}`
    const labels = { app: 'web', ...(which % 3 === 0 ? {} : { tier: 'front' }) }
    const draft = webPod(name, { nodeName: `h${which % 4}` }, { ports: [{ name: 'http', containerPort: port }] })
    if (!fixture.user.get('Pod', 'default', name))
      fixture.create('Pod', { ...draft, metadata: { ...draft.metadata, labels } })
    const address = { ip: `10.0.0.${ip}` }
    const podIPs = [address, ...(dual ? [{ ip: `fd00::${ip}` }] : [])]
    const lastTransitionTime = formatTimestamp(DEFAULT_EPOCH_MS + fixture.loop.nowMs)
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime } as const]
    const status = { phase, conditions, ...(phase === 'Pending' ? {} : { podIP: address.ip, podIPs }) }
    fixture.user.updateStatus('Pod', { ...fixture.get('Pod', name), status })
  }
}

interface PodState {
  readonly which: number
  readonly phase: 'Pending' | 'Running' | 'Failed'
  readonly ready: boolean
  readonly ip: number
  readonly dual: boolean
  readonly port: number
}

function deletePod(which: number, gracePeriodSeconds: number): Act {
  return ({ user }) => void user.delete('Pod', 'default', `p${String(which).padStart(2, '0')}`, { gracePeriodSeconds })
}

function relabelPod(which: number, app: string): Act {
  return ({ user }) => {
    const pod = user.get('Pod', 'default', `p${String(which).padStart(2, '0')}`)
    if (pod) user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, app } } })
  }
}

function nodeAct(which: number, zone: string | undefined): Act {
  return ({ user }) => {
    const name = `h${which}`
    const node = user.get('Node', '', name)
    const labels = { [ZONE_LABEL]: zone ?? '' }
    if (zone === undefined) user.delete('Node', '', name)
    else if (node) user.update('Node', { ...node, metadata: { ...node.metadata, labels } })
    else {
      const status = {
        conditions: [{ type: 'Ready', status: 'True' } as const],
        allocatable: { cpu: String(which + 1) },
      }
      user.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {}, status })
    }
  }
}

function serviceAct(spec: Partial<Service['spec']>, metadata: Partial<Service['metadata']>): Act {
  return ({ user }) => {
    const service = user.get('Service', 'default', 'web')
    if (service)
      user.update('Service', {
        ...service,
        metadata: { ...service.metadata, ...metadata },
        spec: { ...service.spec, ...spec },
      })
    else user.create('Service', webService(spec))
  }
}

function meddle(which: number, change: (slice: EndpointSlice) => EndpointSlice | undefined): Act {
  return ({ user }) => {
    const slices = user.slicesOfService('default', 'web')
    const slice = slices[which % Math.max(1, slices.length)]
    if (!slice) return
    const changed = change(slice)
    if (changed) user.update('EndpointSlice', changed)
    else user.delete('EndpointSlice', 'default', slice.metadata.name)
  }
}

const which = fc.integer({ min: 0, max: 17 })
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .record({
        which,
        phase: fc.constantFrom<PodState['phase']>('Running', 'Running', 'Running', 'Running', 'Pending', 'Failed'),
        ready: fc.boolean(),
        ip: fc.integer({ min: 2, max: 60 }),
        dual: fc.boolean(),
        port: fc.constantFrom(8080, 8080, 8081),
      })
      .map(podAct),
  },
  { weight: 3, arbitrary: fc.tuple(which, fc.constantFrom(0, 30)).map(([pod, grace]) => deletePod(pod, grace)) },
  { weight: 1, arbitrary: fc.tuple(which, fc.constantFrom('web', 'other')).map(([pod, app]) => relabelPod(pod, app)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(3), fc.option(fc.constantFrom(...ZONES), { nil: undefined }))
      .map(([node, zone]) => nodeAct(node, zone)),
  },
  { weight: 3, arbitrary: fc.constantFrom(...SPECS).map(spec => serviceAct(spec, {})) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('Auto', '').map(mode => serviceAct({}, { annotations: { [TOPOLOGY_MODE]: mode } })),
  },
  { weight: 1, arbitrary: fc.constantFrom('a', 'b').map(team => serviceAct({}, { labels: { team } })) },
  { weight: 1, arbitrary: fc.constant<Act>(({ user }) => void user.delete('Service', 'default', 'web')) },
  { weight: 1, arbitrary: fc.nat(5).map(slice => meddle(slice, () => undefined)) },
  {
    weight: 1,
    arbitrary: fc.nat(5).map(at => meddle(at, slice => ({ ...slice, endpoints: slice.endpoints.slice(1) }))),
  },
  {
    weight: 1,
    arbitrary: fc.nat(5).map(at =>
      meddle(at, ({ metadata, ...slice }) => ({
        ...slice,
        metadata: { ...metadata, annotations: { mine: String(at) } },
      })),
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 6 }).map(capAct) },
)

function capAct(max: number): Act {
  return fixture => {
    fixture.settings = { ...fixture.settings, 'max-endpoints-per-slice': max }
  }
}

const SETTINGS: Partial<ClusterSettings> = {
  'max-endpoints-per-slice': 4,
  'service-cluster-ip-range': '10.96.0.0/16,fd00:10:96::/112',
}

function begin(): ControllerFixture {
  const fixture = new ControllerFixture({ settings: SETTINGS })
  for (let node = 0; node < 4; node++) nodeAct(node, ZONES[node % 2] ?? '')(fixture)
  serviceAct({}, {})(fixture)
  return fixture
}

/** The same cluster with controllers that remember nothing. */
function reborn(fixture: ControllerFixture): ControllerFixture {
  return new ControllerFixture({ settings: fixture.settings }, fixture.save())
}

const step = fc.record({
  acts: fc.array(act, { minLength: 1, maxLength: 4 }),
  waitMs: fc.constantFrom(0, 3, 7, 20, 20, 1_100),
})

it('makes no difference, step by step and byte for byte', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), steps => {
      const steady = begin()
      let forgetful = begin()
      for (const { acts, waitMs } of steps) {
        for (const one of acts) {
          one(steady)
          one(forgetful)
        }
        for (const fixture of [steady, forgetful]) fixture.loop.advanceTo(fixture.loop.nowMs + waitMs)
        forgetful = reborn(forgetful)
        if (steady.save() !== forgetful.save()) expect(JSON.parse(steady.save())).toEqual(JSON.parse(forgetful.save()))
      }
    }),
    { seed: 20_261_125, numRuns: 60 },
  )
})

function isFrozenThroughout(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozenThroughout)
}

it('leaves slices that keep to the rules, and stored objects that nobody can change', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), steps => {
      const fixture = begin()
      for (const { acts } of steps) {
        for (const one of acts) one(fixture)
        fixture.loop.advanceTo(fixture.loop.nowMs + 1_100)
        const seen = new Set<string>()
        for (const { addressType, ports, endpoints } of fixture.user.slicesOfService('default', 'web')) {
          expect(endpoints.length).toBeLessThanOrEqual(6)
          for (const endpoint of endpoints) {
            const key = `${addressType} ${portGroupKey(ports)} ${endpointKey(endpoint)}`
            expect(seen).not.toContain(key)
            seen.add(key)
          }
        }
      }
      const objects: readonly KubeObject[] = (
        ['EndpointSlice', 'Endpoints', 'Pod', 'Service', 'Node'] as const
      ).flatMap<KubeObject>(kind => fixture.user.list(kind))
      for (const object of objects) expect(object).toSatisfy(isFrozenThroughout)
    }),
    { seed: 20_261_126, numRuns: 60 },
  )
})
