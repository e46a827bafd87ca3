// Two laws: changes between two lists lead from one to the other, and counts kept by changes are counts of all Pods.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/pod/pod.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { matchesSelector } from '../../api/selector.ts'
import { compareText, deepFreeze } from '../../kernel/json.ts'
import { isPodActive, isPodReady } from '../runtime/pod-facts.ts'
import { PodRoll } from '../runtime/pod-roll.ts'
import { OwnedPods } from './owned-pods.ts'

const STORED = { resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' }

const SET: ReplicaSet = deepFreeze({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web', namespace: 'default', uid: 'R', ...STORED },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web', tier: 'front' } }, spec: { containers: [] } },
  },
} satisfies ReplicaSet)

const pod: fc.Arbitrary<Pod> = fc
  .record({
    namespace: fc.constantFrom('default', 'default', 'other'),
    name: fc.integer({ min: 0, max: 12 }).map(number => `p${number}`),
    app: fc.constantFrom('web', 'web', 'other'),
    tier: fc.constantFrom('front', 'back'),
    phase: fc.constantFrom('Running' as const, 'Running' as const, 'Failed' as const),
    ready: fc.boolean(),
    terminating: fc.boolean(),
  })
  .map(({ namespace, name, app, tier, phase, ready, terminating }) =>
    deepFreeze({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace,
        uid: name,
        labels: { app, tier },
        ...STORED,
        ...(terminating ? { deletionTimestamp: STORED.creationTimestamp } : {}),
      },
      spec: { containers: [] },
      status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    } satisfies Pod),
  )

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`
}

/** Lists as the store would give them one after another: each keeps the Pods of the one before, but for a few. */
const lists = fc
  .array(fc.array(fc.tuple(pod, fc.boolean()), { maxLength: 6 }), { minLength: 1, maxLength: 10 })
  .map(rounds => {
    const pods = new Map<string, Pod>()
    return rounds.map(round => {
      for (const [one, there] of round) {
        if (there) pods.set(keyOf(one), one)
        else pods.delete(keyOf(one))
      }
      return [...pods.values()].sort(
        (a, b) =>
          compareText(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
          compareText(a.metadata.name, b.metadata.name),
      )
    })
  })

describe('PodRoll', () => {
  it('tells exactly the Pods that came, went or became another object', () => {
    fc.assert(
      fc.property(lists, all => {
        const roll = new PodRoll()
        let last = new Map<string, Pod>()
        for (const list of all) {
          const now = new Map(list.map(one => [keyOf(one), one] as const))
          const expected = [...new Set([...last.keys(), ...now.keys()])]
            .filter(key => last.get(key) !== now.get(key))
            .sort(compareText)
            .map(key => ({ before: last.get(key), after: now.get(key) }))
          expect(roll.take(list)).toEqual(expected)
          last = now
        }
      }),
      { seed: 20_260_107, numRuns: 200 },
    )
  })
})

describe('OwnedPods', () => {
  it('counts what a look at all Pods counts', () => {
    fc.assert(
      fc.property(lists, all => {
        const owned = new OwnedPods(SET)
        for (const list of all) {
          const active = list.filter(isPodActive)
          expect(owned.of(list)).toEqual({
            owned: list.filter(({ metadata }) => metadata.namespace === 'default').length,
            unmatched: list.filter(({ metadata }) => !matchesSelector(SET.spec.selector, metadata.labels)).length,
            active: active.length,
            fullyLabeled: active.filter(
              ({ metadata: { labels } }) => labels?.['app'] === 'web' && labels['tier'] === 'front',
            ).length,
            ready: active.filter(isPodReady).length,
          })
        }
      }),
      { seed: 20_260_108, numRuns: 200 },
    )
  })

  it('counts anew for another selector or template', () => {
    const owned = new OwnedPods(SET)
    expect(owned.countsFor({ ...SET, status: { replicas: 1 } })).toBe(true)
    expect(owned.countsFor({ ...SET, spec: { ...SET.spec, replicas: 9 } })).toBe(true)
    expect(owned.countsFor({ ...SET, spec: { ...SET.spec, selector: { matchLabels: { app: 'b' } } } })).toBe(false)
    expect(owned.countsFor({ ...SET, spec: { ...SET.spec, template: { ...SET.spec.template } } })).toBe(false)
  })
})
