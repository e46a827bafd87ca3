// The ledger's law: whatever happened to Pods, Nodes, slices and the Service, its writes are those that are worked out
// from all Pods. And what these writes lead to: nobody twice in one port group, no slice over its limit, and peace.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import { TOPOLOGY_MODE } from './topology-hints.ts'
import type { Node } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText, deepFreeze, sameJson } from '../../kernel/json.ts'
import type { PodChange } from '../runtime/pod-roll.ts'
import { endpointKey } from './pack-slices.ts'
import { ENDPOINTSLICE_CONTROLLER, reconcileSlices, type SliceWrites } from './reconcile-slices.ts'
import { portGroupKey } from './resolve-ports.ts'
import { byAge } from './service-index.ts'
import { SliceLedger, type LedgerInput, type MadeWrites } from './slice-ledger.ts'
import { NO_HINTS, type CpuRatios } from './topology-cache.ts'

const CREATED = '2026-01-01T00:00:00Z'

const SERVICE_CHANGES = {
  label: {},
  status: {},
  tolerate: { publishNotReadyAddresses: true },
  named: { ports: [{ protocol: 'TCP', port: 80, targetPort: 'http' }] },
  'both families': { ipFamilies: ['IPv4', 'IPv6'] },
  'one family': { ipFamilies: ['IPv4'] },
  'same zone': { trafficDistribution: 'PreferSameZone' },
  'same node': { trafficDistribution: 'PreferSameNode' },
  'any zone': { trafficDistribution: undefined },
  auto: {},
  'no auto': {},
} as const satisfies { readonly [how: string]: Partial<Service['spec']> }

type ServiceChange = keyof typeof SERVICE_CHANGES

const RATIOS: readonly CpuRatios[] = [
  undefined,
  new Map([
    ['zone-a', 0.5],
    ['zone-b', 0.5],
  ]),
  new Map([
    ['zone-a', 0.25],
    ['zone-b', 0.75],
  ]),
]

type Deed =
  | { readonly type: 'pod'; readonly which: number; readonly to: PodState }
  | { readonly type: 'zone'; readonly node: number; readonly zone: string | null }
  | { readonly type: 'cpus'; readonly ratios: number }
  | { readonly type: 'meddle'; readonly slice: number; readonly how: 'cut' | 'delete' | 'double' | 'hint' }
  | { readonly type: 'service'; readonly how: ServiceChange }
  | { readonly type: 'limit'; readonly maxEndpoints: number }

interface PodState {
  /** Nobody: the Pod is gone. */
  readonly life: 'running' | 'nobody' | 'waiting' | 'ended' | 'terminating'
  readonly ready: boolean
  readonly node: number
  readonly ip: number
  /** Has an address of the other family as well. */
  readonly dual: boolean
  readonly uid: number
  readonly port: number
}

/** Everything that a sync reads, as it stands, and the slices that its writes led to. */
class Scene {
  readonly ledger = new SliceLedger()
  /** How often everything had to be looked at. */
  looks = 0
  readonly #pods = new Map<string, Pod>()
  #changes: Map<string, PodChange> | undefined
  readonly #zones = new Map<string, string | null>()
  #nodesAt = 0
  #ratios: CpuRatios = RATIOS[1]
  #hints = NO_HINTS
  #slices: readonly EndpointSlice[] = []
  #service = serviceOf({}, {})
  #maxEndpoints = 4
  #made = 0

  get slices(): readonly EndpointSlice[] {
    return this.#slices
  }

  do(deed: Deed): void {
    switch (deed.type) {
      case 'pod': {
        const name = `p${String(deed.which).padStart(2, '0')}`
        if (deed.to.life === 'nobody') this.#pods.delete(name)
        else this.#pods.set(name, podOf(name, deed.to))
        this.#changes?.set(name, { before: undefined, after: this.#pods.get(name) })
        return
      }
      case 'zone':
        this.#zones.set(`n${deed.node}`, deed.zone)
        this.#nodesAt++
        return
      case 'cpus':
        this.#ratios = RATIOS[deed.ratios]
        return
      case 'meddle':
        this.#meddle(deed.slice, deed.how)
        this.ledger.forget()
        return
      case 'service':
        this.#service = changed(this.#service, deed.how)
        return
      case 'limit':
        this.#maxEndpoints = deed.maxEndpoints
    }
  }

  /** What a sync would be given now. Each look at the Pods is told the changes since the one before. */
  look(): LedgerInput {
    const changes = this.#changes
    this.#changes = new Map()
    return {
      service: this.#service,
      changes,
      listPods: () => {
        this.looks++
        return this.pods()
      },
      listSlices: () => this.#slices,
      nodeNamed: name => nodeOf(name, this.#zones.get(name)),
      nodesAt: this.#nodesAt,
      maxEndpoints: this.#maxEndpoints,
      triggerTime: undefined,
      topology: { ratios: this.#ratios, state: this.#hints },
    }
  }

  pods(): readonly Pod[] {
    return [...this.#pods.values()].sort((a, b) => compareText(a.metadata.name, b.metadata.name))
  }

  /** Makes the first `count` of the writes, as the API server would. */
  write({ creates, updates, deletes, hints }: SliceWrites, count = Infinity): MadeWrites {
    let left = count
    const slices = new Map(this.#slices.map(slice => [slice.metadata.name, slice] as const))
    const written: EndpointSlice[] = []
    for (const draft of creates) {
      if (left-- <= 0) break
      const name = `s${String(this.#made++).padStart(4, '0')}`
      written.push(deepFreeze({ ...draft, metadata: { ...draft.metadata, name, ...SERVER_SIDE, uid: name } }))
    }
    for (const slice of updates) if (left-- > 0) written.push(deepFreeze(slice))
    for (const slice of written) slices.set(slice.metadata.name, slice)
    for (const slice of deletes) if (left-- > 0) slices.delete(slice.metadata.name)
    this.#slices = [...slices.values()]
    if (hints) this.#hints = hints.state.allocated.size > 0 || hints.state.populated ? hints.state : NO_HINTS
    return { written, deleted: deletes }
  }

  #meddle(which: number, how: 'cut' | 'delete' | 'double' | 'hint'): void {
    const at = this.#slices.length > 0 ? which % this.#slices.length : -1
    const slice = this.#slices[at]
    if (!slice) return
    const other = this.#slices[(at + 1) % this.#slices.length] ?? slice
    if (how === 'delete') {
      this.#slices = this.#slices.toSpliced(at, 1)
      return
    }
    const hints = { forZones: [{ name: 'zone-b' }] }
    const endpoints = {
      cut: slice.endpoints.slice(1),
      double: [...slice.endpoints, ...other.endpoints].slice(0, this.#maxEndpoints),
      hint: slice.endpoints.map(endpoint => ({ ...endpoint, hints })),
    }[how]
    this.#slices = this.#slices.with(at, deepFreeze({ ...slice, endpoints }))
  }
}

const SERVER_SIDE = { resourceVersion: '1', creationTimestamp: CREATED }

function serviceOf(spec: Partial<Service['spec']>, metadata: Partial<Service['metadata']>): Service {
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', uid: 'S', ...SERVER_SIDE, ...metadata },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.7',
      ipFamilies: ['IPv4'],
      selector: { app: 'web' },
      ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }],
      ...spec,
    },
  } satisfies Service)
}

function changed({ spec, metadata }: Service, how: ServiceChange): Service {
  return serviceOf(
    { ...spec, ...SERVICE_CHANGES[how] },
    {
      labels: how === 'label' ? { team: 'a' } : metadata.labels,
      annotations: how === 'auto' ? { [TOPOLOGY_MODE]: 'Auto' } : how === 'no auto' ? undefined : metadata.annotations,
    },
  )
}

function podOf(name: string, { life, ready, node, ip, dual, uid, port }: PodState): Pod {
  const address = `10.244.1.${ip}`
  const podIPs = [{ ip: address }, ...(dual ? [{ ip: `fd00::${ip}` }] : [])]
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `${name}-${uid}`,
      ...SERVER_SIDE,
      creationTimestamp: `2026-01-01T00:00:0${uid}Z`,
      ...(life === 'terminating' ? { deletionTimestamp: CREATED } : {}),
    },
    spec: { nodeName: `n${node}`, containers: [{ name: 'app', ports: [{ name: 'http', containerPort: port }] }] },
    status: {
      phase: life === 'ended' ? 'Failed' : 'Running',
      ...(life === 'waiting' ? {} : { podIP: address, podIPs }),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  } satisfies Pod)
}

/** A Node's zone until something else is said of it; null: there is no such Node. */
function nodeOf(name: string, zone: string | null | undefined): Node | undefined {
  if (zone === null) return undefined
  const labels = { 'topology.kubernetes.io/zone': zone ?? (name === 'n3' ? 'zone-b' : 'zone-a') }
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name, ...SERVER_SIDE, labels }, spec: {} }
}

const podState: fc.Arbitrary<PodState> = fc.record({
  life: fc.constantFrom<PodState['life']>('running', 'running', 'running', 'nobody', 'waiting', 'ended', 'terminating'),
  ready: fc.boolean(),
  node: fc.integer({ min: 1, max: 3 }),
  ip: fc.integer({ min: 2, max: 200 }),
  dual: fc.boolean(),
  uid: fc.integer({ min: 1, max: 3 }),
  port: fc.constantFrom(8080, 8080, 8080, 8081),
})
const podDeed: fc.Arbitrary<Deed> = fc.record({
  type: fc.constant('pod' as const),
  which: fc.integer({ min: 0, max: 24 }),
  to: podState,
})
const serviceDeed: fc.Arbitrary<Deed> = fc.record({
  type: fc.constant('service' as const),
  how: fc.constantFrom(...(Object.keys(SERVICE_CHANGES) as ServiceChange[])),
})
const otherDeed: fc.Arbitrary<Deed> = fc.oneof(
  serviceDeed,
  serviceDeed,
  fc.record({
    type: fc.constant('zone' as const),
    node: fc.integer({ min: 1, max: 3 }),
    zone: fc.constantFrom('zone-a', 'zone-b', 'zone-c', '', null),
  }),
  fc.record({ type: fc.constant('cpus' as const), ratios: fc.nat(RATIOS.length - 1) }),
  fc.record({
    type: fc.constant('meddle' as const),
    slice: fc.nat(9),
    how: fc.constantFrom('cut' as const, 'delete' as const, 'double' as const, 'hint' as const),
  }),
  fc.record({ type: fc.constant('limit' as const), maxEndpoints: fc.integer({ min: 2, max: 6 }) }),
)
const podRounds = fc.array(fc.array(podDeed, { maxLength: 6 }), { minLength: 1, maxLength: 14 })
const anyRounds = fc.array(fc.array(fc.oneof({ weight: 8, arbitrary: podDeed }, otherDeed), { maxLength: 6 }), {
  minLength: 1,
  maxLength: 14,
})
/** What a Service is throughout, so that the ledger has many syncs under one rule. */
const manner = fc.subarray<ServiceChange>(['tolerate', 'named', 'both families', 'same zone', 'same node', 'auto'])

/** Does what a round says and begins a sync. */
function begin(scene: Scene, round: readonly Deed[]): { readonly input: LedgerInput; readonly writes: SliceWrites } {
  for (const deed of round) scene.do(deed)
  const input = scene.look()
  const existing = scene.slices
  const writes = scene.ledger.reconcile(input)
  const all = reconcileSlices({ ...input, pods: byAge(scene.pods()), existing })
  // The quick comparison first: there are thousands of them.
  if (!sameJson(statesByText(writes), statesByText(all))) expect(writes).toEqual(all)
  return { input, writes }
}

/** Writes with their states of hints in a form that JSON has. */
function statesByText({ hints, ...writes }: SliceWrites): object {
  const allocated = [...(hints?.state.allocated ?? [])].map(([family, counts]) => [family, ...counts])
  return { ...writes, ...hints, state: hints && { allocated, populated: hints.state.populated } }
}

/** A sync that succeeds; what it wrote. */
function sync(scene: Scene, round: readonly Deed[] = []): SliceWrites {
  const { input, writes } = begin(scene, round)
  finish(scene, input, writes)
  return writes
}

function finish(scene: Scene, input: LedgerInput, writes: SliceWrites): void {
  const made = scene.write(writes)
  if (writes.problems.length > 0) scene.ledger.forget()
  else scene.ledger.settle(input, made)
}

/** A sync of which only the first so many writes are made. */
function stumble(scene: Scene, round: readonly Deed[], count: number): void {
  scene.write(begin(scene, round).writes, count)
  scene.ledger.forget()
}

/** Whether writes leave the slices as they are. Hints for a zone that has no share are written again and again. */
function leaves({ slices }: Scene, { creates, updates, deletes }: SliceWrites): boolean {
  const same = updates.every(slice => slices.some(stored => sameJson(stored, slice)))
  return same && creates.length + deletes.length === 0
}

describe('SliceLedger', () => {
  it('writes what is worked out from all Pods, whatever happens to them', () => {
    fc.assert(
      fc.property(manner, podRounds, (ways, rounds) => {
        const scene = new Scene()
        for (const how of ways) scene.do({ type: 'service', how })
        for (const round of rounds) sync(scene, round)
      }),
      { seed: 20_260_101, numRuns: 300 },
    )
  })

  it('writes the same when Nodes, slices, limits and the Service change as well', () => {
    fc.assert(
      fc.property(manner, anyRounds, (ways, rounds) => {
        const scene = new Scene()
        for (const how of ways) scene.do({ type: 'service', how })
        for (const round of rounds) sync(scene, round)
      }),
      { seed: 20_260_102, numRuns: 300 },
    )
  })

  // A write may be refused, and a terminating Service gets no new slices.
  it('writes the same after a sync that led to other slices than it meant', () => {
    fc.assert(
      fc.property(manner, anyRounds, fc.nat(3), (ways, rounds, made) => {
        const scene = new Scene()
        for (const how of ways) scene.do({ type: 'service', how })
        for (const [index, round] of rounds.entries()) {
          if (index % 3 === 1) stumble(scene, round, made)
          else sync(scene, round)
        }
      }),
      { seed: 20_260_103, numRuns: 200 },
    )
  })

  it('names no endpoint twice in the slices of one set of ports, and fills none over the limit', () => {
    fc.assert(
      fc.property(manner, podRounds, (ways, rounds) => {
        const scene = new Scene()
        for (const how of ways) scene.do({ type: 'service', how })
        for (const round of rounds) {
          sync(scene, round)
          const seen = new Set<string>()
          for (const { addressType, ports, endpoints } of scene.slices) {
            expect(endpoints.length).toBeLessThanOrEqual(4)
            for (const endpoint of endpoints) {
              const key = `${addressType} ${portGroupKey(ports)} ${endpointKey(endpoint)}`
              expect(seen).not.toContain(key)
              seen.add(key)
            }
          }
        }
      }),
      { seed: 20_260_104, numRuns: 200 },
    )
  })

  it('writes nothing in a second sync, and nothing when it begins from nothing', () => {
    fc.assert(
      fc.property(manner, anyRounds, (ways, rounds) => {
        const scene = new Scene()
        for (const how of ways) scene.do({ type: 'service', how })
        for (const round of rounds) {
          sync(scene, round)
          const { input, writes } = begin(scene, [])
          expect(leaves(scene, writes)).toBe(true)
          finish(scene, input, writes)
        }
        expect(leaves(scene, new SliceLedger().reconcile({ ...scene.look(), changes: undefined }))).toBe(true)
      }),
      { seed: 20_260_105, numRuns: 100 },
    )
  })

  it.each<readonly ServiceChange[]>([
    [],
    ['tolerate'],
    ['named'],
    ['both families'],
    ['same zone'],
    ['same node', 'both families'],
    ['auto'],
    ['auto', 'both families'],
  ])('looks at all Pods once only, while one after another changes: %s %s', (...ways) => {
    const scene = new Scene()
    for (const how of ways) scene.do({ type: 'service', how })
    const state: PodState = { life: 'running', ready: true, node: 1, ip: 2, dual: true, uid: 1, port: 8080 }
    const node = (which: number): number => (which % 2 === 0 ? 1 : 3)
    for (let which = 0; which < 24; which++) {
      scene.do({ type: 'pod', which, to: { ...state, node: node(which), ip: 2 + which } })
    }
    sync(scene)
    const looks = scene.looks
    for (let round = 0; round < 40; round++) {
      const which = (round * 7) % 26
      const life = round % 5 === 0 ? 'terminating' : round % 5 === 1 ? 'nobody' : 'running'
      const port = ways.includes('named') && round % 3 === 0 ? 8081 : 8080
      // In topology-mode, a few that are not ready: with more, some zone has too many by its CPUs, and all are shared out anew.
      const ready = ways.includes('auto') || round % 2 === 0
      const to: PodState = {
        ...state,
        life: ways.includes('auto') ? 'running' : life,
        ready,
        node: node(which),
        ip: 2 + round,
        port,
      }
      sync(scene, [{ type: 'pod', which, to }])
    }
    expect(scene.looks).toBe(looks)
  })

  it('leaves alone the slices in which nothing changed', () => {
    const scene = new Scene()
    const state: PodState = { life: 'running', ready: true, node: 1, ip: 2, dual: false, uid: 1, port: 8080 }
    for (let which = 0; which < 12; which++) scene.do({ type: 'pod', which, to: { ...state, ip: 2 + which } })
    expect(sync(scene).creates).toHaveLength(3)
    const { creates, updates, deletes } = sync(scene, [
      { type: 'pod', which: 5, to: { ...state, ip: 7, ready: false } },
    ])
    expect([creates, deletes]).toEqual([[], []])
    expect(updates.map(({ metadata }) => metadata.name)).toEqual(['s0001'])
    expect(updates[0]?.metadata.labels).toMatchObject({
      'endpointslice.kubernetes.io/managed-by': ENDPOINTSLICE_CONTROLLER,
    })
  })
})
