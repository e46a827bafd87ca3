import { describe, expect, it } from 'vitest'
import type { Deployment } from '../../api/deployment/deployment.ts'
import {
  planProportionalScaling,
  planRollingUpdate,
  rolloutLimits,
  type RolloutLimits,
  type ScaledSet,
} from './plan-rollout.ts'
import { encodeHash, sameTemplate, templateHash } from './template-hash.ts'

type Strategy = Deployment['spec']['strategy']

function limits(
  replicas: number,
  rollingUpdate?: Strategy['rollingUpdate'],
  type: Strategy['type'] = 'RollingUpdate',
): string {
  const { surge, unavailable } = rolloutLimits({ spec: { replicas, strategy: { type, rollingUpdate } } } as Deployment)
  return `${surge},${unavailable}`
}

describe('surge and unavailability', () => {
  it.each([
    [1, '1,0'],
    [2, '1,0'],
    [3, '1,0'],
    [4, '1,1'],
    [5, '2,1'],
    [8, '2,2'],
    [10, '3,2'],
    [120, '30,30'],
  ])('of 25 %% and %d replicas is %s', (replicas, expected) => expect(limits(replicas)).toBe(expected))

  it('takes numbers as they are', () => expect(limits(10, { maxSurge: 4, maxUnavailable: 0 })).toBe('4,0'))
  it('never comes to rest with 0 and 0', () => expect(limits(3, { maxSurge: '0%', maxUnavailable: '10%' })).toBe('0,1'))
  it('is no more than there are', () => expect(limits(3, { maxSurge: 0, maxUnavailable: 9 })).toBe('0,3'))
  it('is nothing of nothing', () => expect(limits(0)).toBe('0,0'))
  it('is nothing under Recreate', () => expect(limits(4, undefined, 'Recreate')).toBe('0,0'))
})

/** Plays a rollout. Every `wave` new Pods turn available whenever nothing else can be done; the states as (old,new,newReady). */
function rollout(replicas: number, [surge, unavailable]: readonly [number, number], wave: number): string {
  const limits: RolloutLimits = { surge, unavailable }
  let [old, fresh, ready] = [replicas, 0, 0]
  const states = [`(${old},${fresh},${ready})`]
  for (let step = 0; step < 100; step++) {
    const sets = {
      fresh: { name: 'new', replicas: fresh, available: ready, maxReplicas: 0 },
      old: [{ name: 'old', replicas: old, available: old, maxReplicas: 0 }],
    }
    const plan = planRollingUpdate({ replicas, limits, ...sets })
    if (plan.length === 0 && ready === fresh) return states.join('→')
    if (plan.length === 0) ready = Math.min(fresh, ready + wave)
    for (const { name, to } of plan) {
      if (name === 'new') fresh = to
      else old = to
    }
    states.push(`(${old},${fresh},${ready})`)
  }
  return 'never ends'
}

describe('a rolling update', () => {
  it('of four goes one by one', () =>
    expect(rollout(4, [1, 1], 1)).toBe(
      '(4,0,0)→(4,1,0)→(3,1,0)→(3,2,0)→(3,2,1)→(2,2,1)→(2,3,1)→(2,3,2)→(1,3,2)→(1,4,2)→(1,4,3)→(0,4,3)→(0,4,4)',
    ))
  it('of ten goes in waves', () =>
    expect(rollout(10, [3, 2], 10)).toBe(
      '(10,0,0)→(10,3,0)→(8,3,0)→(8,5,0)→(8,5,5)→(3,5,5)→(3,10,5)→(3,10,10)→(0,10,10)',
    ))
  it('of three with surge never has fewer than three', () =>
    expect(rollout(3, [1, 0], 1)).toBe(
      '(3,0,0)→(3,1,0)→(3,1,1)→(2,1,1)→(2,2,1)→(2,2,2)→(1,2,2)→(1,3,2)→(1,3,3)→(0,3,3)',
    ))
  it('of three without surge takes one away first', () =>
    expect(rollout(3, [0, 1], 1)).toBe(
      '(3,0,0)→(2,0,0)→(2,1,0)→(2,1,1)→(1,1,1)→(1,2,1)→(1,2,2)→(0,2,2)→(0,3,2)→(0,3,3)',
    ))

  it('removes old Pods that serve nobody first, and keeps the available ones', () => {
    const plan = planRollingUpdate({
      replicas: 4,
      limits: { surge: 1, unavailable: 1 },
      fresh: set('new', 1, 0),
      old: [set('broken', 2, 0), set('good', 2)],
    })
    expect(plan).toEqual([{ name: 'broken', to: 1 }])
  })

  it('takes the oldest first, and of one set first those that serve nobody', () => {
    const plan = planRollingUpdate({
      replicas: 6,
      limits: { surge: 0, unavailable: 3 },
      fresh: set('new', 0),
      old: [set('older', 3, 2), set('old', 3)],
    })
    expect(plan).toEqual([
      { name: 'older', to: 2 },
      { name: 'older', to: 0 },
    ])
  })
})

function set(name: string, replicas: number, available = replicas, maxReplicas = 13): ScaledSet {
  return { name, replicas, available, maxReplicas }
}

describe('scaling in the middle of a rollout', () => {
  const scaled = (replicas: number, limits: RolloutLimits, sets: readonly ScaledSet[], seen = 13): string =>
    planProportionalScaling({ replicas, limits, sets, seen })
      .map(({ name, to }) => `${name} ${to}`)
      .join(', ')

  it('from 10 to 15 brings 8 and 5 to 12 and 7', () =>
    expect(scaled(15, { surge: 4, unavailable: 3 }, [set('old', 8), set('new', 5)])).toBe('old 12, new 7'))
  it('shrinks each in proportion, too', () =>
    expect(scaled(5, { surge: 2, unavailable: 1 }, [set('old', 8), set('new', 5)])).toBe('old 4, new 3'))
  it('gives what is left over to the largest', () =>
    expect(scaled(4, { surge: 0, unavailable: 1 }, [set('a', 1, 1, 3), set('b', 1, 1, 3), set('c', 1, 1, 3)])).toBe(
      'c 2, b 1, a 1',
    ))
  it('lets the newer of two of one size grow first, and the older shrink first', () => {
    const two = [set('old', 2, 2, 4), set('new', 2, 2, 4)]
    expect(scaled(4, { surge: 1, unavailable: 0 }, two)).toBe('new 3, old 2')
    expect(scaled(3, { surge: 0, unavailable: 1 }, two)).toBe('old 1, new 2')
  })
  it('goes by the replicas it has seen where a set does not say', () =>
    expect(scaled(20, { surge: 0, unavailable: 1 }, [set('old', 6, 6, 0), set('new', 4, 4, 0)], 10)).toBe(
      'old 12, new 8',
    ))
  it('takes all of each when nothing is to be left', () =>
    expect(scaled(0, { surge: 0, unavailable: 0 }, [set('old', 8), set('new', 5)])).toBe('old 0, new 0'))
  it('changes no size that is right already', () =>
    expect(scaled(10, { surge: 3, unavailable: 2 }, [set('old', 8), set('new', 5)])).toBe('old 8, new 5'))
})

describe('the template hash', () => {
  it('is the decimal number in letters that make no words', () => expect(encodeHash(3_241_185_978)).toBe('76855d9fcd'))

  it.each([
    [0, '4'],
    [999_999_999, 'fffffffff'],
    [1_000_000_000, '5444444444'],
    [4_294_967_295, '86f8fbc6f9'],
  ])('of %d is %s: ten letters begin with 5, 6, 7 or 8', (hash, letters) => expect(encodeHash(hash)).toBe(letters))

  it('changes with the template and with the collision count', () => {
    const template = { spec: { containers: [{ name: 'a', image: 'x' }] } }
    const hashes = [
      templateHash(template, undefined),
      templateHash(template, 1),
      templateHash({ spec: { containers: [{ name: 'a', image: 'y' }] } }, undefined),
    ]
    expect(new Set(hashes).size).toBe(3)
    for (const hash of hashes) expect(hash).toMatch(/^[456789bcdf]{1,10}$/)
  })

  it('does not tell templates apart by itself', () => {
    const spec = { containers: [{ name: 'a' }] }
    expect(
      sameTemplate(
        { metadata: { labels: { app: 'a' } }, spec },
        { metadata: { labels: { app: 'a', 'pod-template-hash': 'b' } }, spec },
      ),
    ).toBe(true)
  })
})
