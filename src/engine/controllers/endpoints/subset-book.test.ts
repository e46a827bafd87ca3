// The book's law: whatever happened to the Pods, its subsets are those that all Pods make together, packed from nothing.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText, deepFreeze } from '../../kernel/json.ts'
import { PodRoll } from '../runtime/pod-roll.ts'
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

describe('SubsetBook', () => {
  it.each(Object.entries(SERVICES))('says what all Pods make together: %s', (_, service) => {
    fc.assert(
      fc.property(fc.array(fc.array(podState, { maxLength: 5 }), { minLength: 1, maxLength: 12 }), rounds => {
        const book = new SubsetBook(service)
        const roll = new PodRoll()
        const pods = new Map<number, Pod>()
        for (const round of rounds) {
          for (const state of round) {
            if (state.life === 'nobody') pods.delete(state.which)
            else pods.set(state.which, podOf(state))
          }
          const now = [...pods.values()].sort((a, b) => compareText(a.metadata.name, b.metadata.name))
          book.take(roll.take(now))
          const apart = now.map(after => {
            const alone = new SubsetBook(service)
            alone.take([{ before: undefined, after }])
            return alone.subsets().subsets
          })
          expect(book.subsets()).toEqual(truncateSubsets(repackSubsets(apart.flat())))
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
    const [service] = Object.values(SERVICES)
    const pods = Array.from({ length: count }, (_, which) => {
      const state = { which, life: 'running', ready: which % readyOne === 0, ip: which, uid: 1, port: 8080 } as const
      return podOf(state)
    })
    const changes = pods.map(after => ({ before: undefined, after }))
    const book = new SubsetBook(service!)
    book.take(changes)
    const apart = changes.flatMap(change => {
      const alone = new SubsetBook(service!)
      alone.take([change])
      return alone.subsets().subsets
    })
    expect(book.subsets()).toEqual(truncateSubsets(repackSubsets(apart)))
    expect(book.subsets().truncated).toBe(count > 1_000)
  })
})
