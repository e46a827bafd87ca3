// The ledger's law: whatever happened to Pods, Nodes, slices and the Service, its writes are those that are worked out
// from all Pods. And what these writes lead to: nobody twice in one port group, no slice over its limit, and peace.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Node } from '../../api/node/node.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText, deepFreeze } from '../../kernel/json.ts'
import { PodRoll } from '../runtime/pod-roll.ts'
import { endpointKey } from './pack-slices.ts'
import { ENDPOINTSLICE_CONTROLLER, reconcileSlices, type SliceWrites } from './reconcile-slices.ts'
import { portGroupKey } from './resolve-ports.ts'
import { byAge } from './service-index.ts'
import { SliceLedger, type LedgerInput } from './slice-ledger.ts'

const CREATED = '2026-01-01T00:00:00Z'
const QUIET: SliceWrites = { creates: [], updates: [], deletes: [], problems: [] }

type ServiceChange = 'label' | 'tolerate' | 'named' | 'both families' | 'same zone' | 'any zone'

type Deed =
  | { readonly type: 'pod'; readonly which: number; readonly to: PodState }
  | { readonly type: 'zone'; readonly node: number; readonly zone: string | null }
  | { readonly type: 'meddle'; readonly slice: number; readonly how: 'cut' | 'delete' | 'double' }
  | { readonly type: 'service'; readonly how: ServiceChange }
  | { readonly type: 'limit'; readonly maxEndpoints: number }

interface PodState {
  /** Nobody: the Pod is gone. */
  readonly life: 'running' | 'nobody' | 'waiting' | 'ended' | 'terminating'
  readonly ready: boolean
  readonly node: number
  readonly ip: number
  readonly uid: number
  readonly port: number
}

/** Everything that a sync reads, as it stands, and the slices that its writes led to. */
class Scene {
  readonly ledger = new SliceLedger()
  readonly #roll = new PodRoll()
  readonly #pods = new Map<string, Pod>()
  readonly #zones = new Map<string, string | null>()
  #slices: readonly EndpointSlice[] = []
  #service = serviceOf({})
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
        return
      }
      case 'zone':
        this.#zones.set(`n${deed.node}`, deed.zone)
        return
      case 'meddle':
        this.#meddle(deed.slice, deed.how)
        return
      case 'service':
        this.#service = serviceOf({ ...this.#service.spec, ...changeOf(deed.how) }, deed.how === 'label')
        return
      case 'limit':
        this.#maxEndpoints = deed.maxEndpoints
    }
  }

  /** What a sync would be given now. Each look at the Pods is told the changes since the one before. */
  look(): LedgerInput {
    const pods = [...this.#pods.values()].sort((a, b) => compareText(a.metadata.name, b.metadata.name))
    return {
      service: this.#service,
      pods,
      changes: this.#roll.take(pods),
      nodeNamed: name => nodeOf(name, this.#zones.get(name)),
      existing: this.#slices,
      maxEndpoints: this.#maxEndpoints,
      triggerTime: undefined,
    }
  }

  /** Makes the first `count` of the writes, as the API server would. */
  write({ creates, updates, deletes }: SliceWrites, count = Infinity): void {
    let left = count
    const slices = new Map(this.#slices.map(slice => [slice.metadata.name, slice] as const))
    for (const draft of creates) {
      if (left-- <= 0) break
      const name = `s${String(this.#made++).padStart(4, '0')}`
      slices.set(name, deepFreeze({ ...draft, metadata: { ...draft.metadata, name, ...SERVER_SIDE, uid: name } }))
    }
    for (const slice of updates) if (left-- > 0) slices.set(slice.metadata.name, deepFreeze(slice))
    for (const slice of deletes) if (left-- > 0) slices.delete(slice.metadata.name)
    this.#slices = [...slices.values()]
  }

  #meddle(which: number, how: 'cut' | 'delete' | 'double'): void {
    const at = this.#slices.length > 0 ? which % this.#slices.length : -1
    const slice = this.#slices[at]
    if (!slice) return
    const other = this.#slices[(at + 1) % this.#slices.length] ?? slice
    if (how === 'delete') this.#slices = this.#slices.toSpliced(at, 1)
    else {
      const endpoints =
        how === 'cut' ? slice.endpoints.slice(1) : [...slice.endpoints, ...other.endpoints].slice(0, this.#maxEndpoints)
      this.#slices = this.#slices.with(at, deepFreeze({ ...slice, endpoints }))
    }
  }
}

const SERVER_SIDE = { resourceVersion: '1', creationTimestamp: CREATED }

function changeOf(how: ServiceChange): Partial<Service['spec']> {
  if (how === 'tolerate') return { publishNotReadyAddresses: true }
  if (how === 'named') return { ports: [{ protocol: 'TCP', port: 80, targetPort: 'http' }] }
  if (how === 'same zone') return { trafficDistribution: 'PreferSameZone' }
  if (how === 'any zone') return { trafficDistribution: undefined }
  return how === 'both families' ? { ipFamilies: ['IPv4', 'IPv6'] } : {}
}

function serviceOf(spec: Partial<Service['spec']>, labelled = false): Service {
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'S',
      ...SERVER_SIDE,
      ...(labelled ? { labels: { team: 'a' } } : {}),
    },
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

function podOf(name: string, { life, ready, node, ip, uid, port }: PodState): Pod {
  const address = `10.244.1.${ip}`
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
      ...(life === 'waiting' ? {} : { podIP: address, podIPs: [{ ip: address }] }),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  } satisfies Pod)
}

/** A Node is in zone-a until something else is said of it; null: there is no such Node. */
function nodeOf(name: string, zone: string | null | undefined): Node | undefined {
  if (zone === null) return undefined
  const labels = { 'topology.kubernetes.io/zone': zone ?? 'zone-a' }
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name, ...SERVER_SIDE, labels }, spec: {} }
}

const podState: fc.Arbitrary<PodState> = fc.record({
  life: fc.constantFrom<PodState['life']>('running', 'running', 'running', 'nobody', 'waiting', 'ended', 'terminating'),
  ready: fc.boolean(),
  node: fc.integer({ min: 1, max: 3 }),
  ip: fc.integer({ min: 2, max: 200 }),
  uid: fc.integer({ min: 1, max: 3 }),
  port: fc.constantFrom(8080, 8080, 8080, 8081),
})
const podDeed: fc.Arbitrary<Deed> = fc.record({
  type: fc.constant('pod' as const),
  which: fc.integer({ min: 0, max: 24 }),
  to: podState,
})
const otherDeed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    type: fc.constant('zone' as const),
    node: fc.integer({ min: 1, max: 3 }),
    zone: fc.constantFrom('zone-a', 'zone-b', null),
  }),
  fc.record({
    type: fc.constant('meddle' as const),
    slice: fc.nat(9),
    how: fc.constantFrom('cut' as const, 'delete' as const, 'double' as const),
  }),
  fc.record({
    type: fc.constant('service' as const),
    how: fc.constantFrom<ServiceChange>('label', 'tolerate', 'named', 'both families', 'same zone', 'any zone'),
  }),
  fc.record({ type: fc.constant('limit' as const), maxEndpoints: fc.integer({ min: 2, max: 6 }) }),
)
const podRounds = fc.array(fc.array(podDeed, { maxLength: 6 }), { minLength: 1, maxLength: 14 })
const anyRounds = fc.array(fc.array(fc.oneof({ weight: 8, arbitrary: podDeed }, otherDeed), { maxLength: 6 }), {
  minLength: 1,
  maxLength: 14,
})

/** One sync that succeeds; what it wrote. */
function sync(scene: Scene): SliceWrites {
  const input = scene.look()
  const writes = scene.ledger.reconcile(input)
  expect(writes).toEqual(reconcileSlices({ ...input, pods: byAge(input.pods) }))
  scene.write(writes)
  if (writes.problems.length > 0) scene.ledger.forget()
  else scene.ledger.settle(input, scene.slices)
  return writes
}

describe('SliceLedger', () => {
  it('writes what is worked out from all Pods, whatever happens to them', () => {
    fc.assert(
      fc.property(podRounds, rounds => {
        const scene = new Scene()
        for (const round of rounds) {
          for (const deed of round) scene.do(deed)
          sync(scene)
        }
      }),
      { seed: 20_260_101, numRuns: 300 },
    )
  })

  it('writes the same when Nodes, slices, limits and the Service change as well', () => {
    fc.assert(
      fc.property(anyRounds, rounds => {
        const scene = new Scene()
        for (const round of rounds) {
          for (const deed of round) scene.do(deed)
          sync(scene)
        }
      }),
      { seed: 20_260_102, numRuns: 300 },
    )
  })

  // Some writes of a sync may not be made (a terminating Service gets no new slices), and others may write in between.
  it('writes the same after a sync that led to other slices than it meant', () => {
    fc.assert(
      fc.property(anyRounds, fc.nat(3), (rounds, made) => {
        const scene = new Scene()
        for (const [index, round] of rounds.entries()) {
          for (const deed of round) scene.do(deed)
          if (index % 2 === 0) sync(scene)
          else {
            const input = scene.look()
            const writes = scene.ledger.reconcile(input)
            expect(writes).toEqual(reconcileSlices({ ...input, pods: byAge(input.pods) }))
            scene.write(writes, made)
            if (index % 4 === 1) scene.do({ type: 'meddle', slice: index, how: made > 1 ? 'double' : 'cut' })
            if (writes.problems.length === 0) scene.ledger.settle(input, scene.slices)
            else scene.ledger.forget()
          }
        }
      }),
      { seed: 20_260_103, numRuns: 1_000 },
    )
  })

  it('names no endpoint twice in the slices of one set of ports, and fills none over the limit', () => {
    fc.assert(
      fc.property(podRounds, rounds => {
        const scene = new Scene()
        for (const round of rounds) {
          for (const deed of round) scene.do(deed)
          sync(scene)
          const seen = new Set<string>()
          for (const { ports, endpoints } of scene.slices) {
            expect(endpoints.length).toBeLessThanOrEqual(4)
            for (const endpoint of endpoints) {
              const key = `${portGroupKey(ports)} ${endpointKey(endpoint)}`
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
      fc.property(anyRounds, rounds => {
        const scene = new Scene()
        for (const round of rounds) {
          for (const deed of round) scene.do(deed)
          sync(scene)
          const again = sync(scene)
          expect({ ...again, problems: [] }).toEqual(QUIET)
        }
        const input = scene.look()
        const fresh = new SliceLedger().reconcile({
          ...input,
          changes: input.pods.map(after => ({ before: undefined, after })),
        })
        expect({ ...fresh, problems: [] }).toEqual(QUIET)
      }),
      { seed: 20_260_105, numRuns: 200 },
    )
  })

  it('leaves alone the slices in which nothing changed', () => {
    const scene = new Scene()
    const state: PodState = { life: 'running', ready: true, node: 1, ip: 2, uid: 1, port: 8080 }
    for (let which = 0; which < 12; which++) scene.do({ type: 'pod', which, to: { ...state, ip: 2 + which } })
    expect(sync(scene).creates).toHaveLength(3)
    scene.do({ type: 'pod', which: 5, to: { ...state, ip: 7, ready: false } })
    const { creates, updates, deletes } = sync(scene)
    expect([creates, deletes]).toEqual([[], []])
    expect(updates.map(({ metadata }) => metadata.name)).toEqual(['s0001'])
    expect(updates[0]?.metadata.labels).toMatchObject({
      'endpointslice.kubernetes.io/managed-by': ENDPOINTSLICE_CONTROLLER,
    })
  })
})
