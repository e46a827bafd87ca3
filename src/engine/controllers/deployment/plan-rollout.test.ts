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
  it('is nothing under Recreate', () => expect(limits(4, undefined, 'Recreate')).toBe('0,0'))
})

/** Plays a rollout. Every `wave` new Pods turn available whenever nothing else can be done; the states as (old,new,newReady). */
function rollout(replicas: number, [surge, unavailable]: readonly [number, number], wave: number): string {
  const limits: RolloutLimits = { surge, unavailable }
  let [old, fresh, ready] = [replicas, 0, 0]
  const states = [`(${old},${fresh},${ready})`]
  for (let step = 0; step < 100; step++) {
    const sets = {
      fresh: { name: 'new', replicas: fresh, available: ready },
      old: [{ name: 'old', replicas: old, available: old }],
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
      fresh: { name: 'new', replicas: 1, available: 0 },
      old: [
        { name: 'broken', replicas: 2, available: 0 },
        { name: 'good', replicas: 2, available: 2 },
      ],
    })
    expect(plan).toEqual([{ name: 'broken', to: 1 }])
  })
})

function set(name: string, replicas: number): ScaledSet {
  return { name, replicas, available: replicas, maxReplicas: 13 }
}

it('scales every set in proportion in the middle of a rollout', () => {
  expect(
    planProportionalScaling({
      replicas: 15,
      limits: { surge: 4, unavailable: 3 },
      fresh: set('new', 5),
      old: [set('old', 8)],
    }),
  ).toEqual([
    { name: 'old', to: 12 },
    { name: 'new', to: 7 },
  ])
})

describe('the template hash', () => {
  it('is the decimal number in letters that make no words', () => expect(encodeHash(3_241_185_978)).toBe('76855d9fcd'))

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
