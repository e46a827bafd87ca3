// The book's law: whatever happened to the Pods, its subsets are those that all Pods make together, packed from nothing.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { deepFreeze } from '../../kernel/json.ts'
import type { PodChange } from '../runtime/pod-roll.ts'
import { repackSubsets, truncateSubsets } from './pack-subsets.ts'
import { SubsetBook } from './subset-book.ts'

const STORED = { resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' }

function serviceOf(targetPort: number | 'http', spec: Partial<Service['spec']> = {}): Service {
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', uid: 'S', ...STORED },
    spec: {
      type: 'ClusterIP',
      selector: { app: 'web' },
      ports: [
        { name: 'web', protocol: 'TCP', port: 80, targetPort },
        { name: 'admin', protocol: 'TCP', port: 81, targetPort: 9000 },
      ],
      ...spec,
    },
  } satisfies Service)
}

const SERVICES: { readonly [what: string]: Service } = {
  'a numbered port': serviceOf(8080),
  'a named port': serviceOf('http'),
  'no ports': serviceOf(8080, { ports: [] }),
  'Pods that count before they are ready': serviceOf(8080, { publishNotReadyAddresses: true }),
}

interface PodState {
  readonly which: number
  readonly life: 'running' | 'nobody' | 'waiting' | 'ended' | 'terminating'
  readonly ready: boolean
  readonly ip: number
  readonly uid: number
  readonly port: number
}

function podOf({ which, life, ready, ip, uid, port }: PodState): Pod {
  const name = `p${which}`
  const address = `10.244.1.${ip}`
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `${name}-${uid}`,
      ...STORED,
      ...(life === 'terminating' ? { deletionTimestamp: STORED.creationTimestamp } : {}),
    },
    spec: { nodeName: 'n1', containers: [{ name: 'app', ports: [{ name: 'http', containerPort: port }] }] },
    status: {
      phase: life === 'ended' ? 'Succeeded' : 'Running',
      ...(life === 'waiting' ? {} : { podIP: address, podIPs: [{ ip: address }] }),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  } satisfies Pod)
}

const podState: fc.Arbitrary<PodState> = fc.record({
  which: fc.integer({ min: 0, max: 15 }),
  life: fc.constantFrom<PodState['life']>('running', 'running', 'running', 'nobody', 'waiting', 'ended', 'terminating'),
  ready: fc.boolean(),
  // Few addresses, so that one often passes from Pod to Pod and two often have the same.
  ip: fc.integer({ min: 2, max: 12 }),
  uid: fc.integer({ min: 1, max: 2 }),
  port: fc.constantFrom(8080, 8080, 8080, 8081),
})

/** Does to the Pods what a state says; the name of the Pod. */
function change(pods: Map<string, Pod>, state: PodState): string {
  const name = nameOf(state)
  if (state.life === 'nobody') pods.delete(name)
  else pods.set(name, podOf(state))
  return name
}

function nameOf({ which }: PodState): string {
  return `p${which}`
}

/** One subset for each port of each Pod, put together by the rules for Endpoints that anybody wrote. */
function packedFromNothing(service: Service, pods: Iterable<Pod>): ReturnType<SubsetBook['subsets']> {
  return truncateSubsets(
    repackSubsets([...pods].flatMap(pod => new SubsetBook(service, [pod]).subsets(1_000).subsets)),
    1_000,
  )
}

describe('SubsetBook', () => {
  it.each(Object.entries(SERVICES))('says what all Pods make together: %s', (_, service) => {
    fc.assert(
      fc.property(fc.array(fc.array(podState, { maxLength: 5 }), { minLength: 1, maxLength: 12 }), rounds => {
        const [first = [], ...others] = rounds
        const pods = new Map<string, Pod>()
        for (const state of first) change(pods, state)
        const book = new SubsetBook(service, [...pods.values()])
        expect(book.subsets(1_000)).toEqual(packedFromNothing(service, pods.values()))
        for (const round of others) {
          const changes = new Map<string, PodChange>()
          for (const state of round) {
            const before = pods.get(nameOf(state))
            const name = change(pods, state)
            changes.set(name, { before, after: pods.get(name) })
          }
          book.take(changes)
          expect(book.subsets(1_000)).toEqual(packedFromNothing(service, pods.values()))
        }
      }),
      { seed: 20_260_106, numRuns: 150 },
    )
  })

  it.each([
    [1_000, 1],
    [1_200, 3],
    [1_500, 2],
    [1_100, 1],
    [1_100, 0],
  ])('holds of %i Pods, of which one in %i is ready, no more than an object may', (count, readyOne) => {
    const service = SERVICES['a numbered port'] as Service
    const pods = Array.from({ length: count }, (_, which) => {
      const state = { which, life: 'running', ready: which % readyOne === 0, ip: which, uid: 1, port: 8080 } as const
      return podOf(state)
    })
    const book = new SubsetBook(service, pods)
    expect(book.subsets(1_000)).toEqual(packedFromNothing(service, pods))
    expect(book.subsets(1_000).truncated).toBe(count > 1_000)
  })

  it('cuts several subsets in proportion, and goes on from there', () => {
    const service = SERVICES['a named port'] as Service
    const pods = new Map<string, Pod>()
    for (let which = 0; which < 700; which++) {
      const ready = which % 3 !== 0
      change(pods, { which, life: 'running', ready, ip: which, uid: 1, port: which % 4 === 0 ? 8081 : 8080 })
    }
    const book = new SubsetBook(service, [...pods.values()])
    for (const which of [0, 4, 5, 699]) {
      const name = change(pods, { which, life: 'running', ready: which % 2 === 0, ip: which, uid: 2, port: 8080 })
      book.take(new Map([[name, { before: undefined, after: pods.get(name) }]]))
      const { subsets, truncated } = book.subsets(1_000)
      expect({ subsets, truncated }).toEqual(packedFromNothing(service, pods.values()))
      expect([subsets.length, truncated]).toEqual([3, true])
    }
  })
})
