// The deletion ranking by itself: each rule, and the borders of its buckets. That a ReplicaSet goes by it is tested with the set.

import { describe, expect, it } from 'vitest'
import type { ContainerStatus, Pod } from '../../api/pod/pod.ts'
import { DEFAULT_EPOCH_MS, formatTimestamp } from '../../kernel/timestamp.ts'
import { rankForDeletion } from './rank-pods.ts'

const NOW_MS = DEFAULT_EPOCH_MS + 3_600_000

interface PodShape {
  readonly node?: string
  readonly phase?: 'Pending' | 'Unknown' | 'Running'
  readonly readyForSeconds?: number
  readonly ageSeconds?: number
  readonly restarts?: number
  readonly cost?: number
  readonly sidecarRestarts?: number
  readonly uid?: string
}

function at(seconds: number): string {
  return formatTimestamp(NOW_MS - seconds * 1000)
}

function restarted(name: string, restartCount: number): ContainerStatus {
  return { name, ready: true, restartCount, image: '', imageID: '' }
}

function pod(
  name: string,
  {
    node = 'A',
    phase = 'Running',
    readyForSeconds,
    ageSeconds = 1000,
    restarts = 0,
    cost,
    sidecarRestarts,
    uid = name,
  }: PodShape,
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid,
      resourceVersion: '1',
      creationTimestamp: at(ageSeconds),
      ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': String(cost) } }),
    },
    spec: {
      containers: [],
      initContainers: [{ name: 'side', restartPolicy: 'Always' }, { name: 'once' }],
      ...(node === '' ? {} : { nodeName: node }),
    },
    status: {
      phase,
      conditions:
        readyForSeconds === undefined
          ? []
          : [{ type: 'Ready', status: 'True', lastTransitionTime: at(readyForSeconds) }],
      containerStatuses: [restarted('c', restarts)],
      initContainerStatuses: [restarted('side', sidecarRestarts ?? 0), restarted('once', 7 - (sidecarRestarts ?? 0))],
    },
  }
}

function order(shapes: { readonly [name: string]: PodShape }): string {
  const pods = Object.entries(shapes).map(([name, shape]) => pod(name, shape))
  const neighbours = (one: Pod): number => pods.filter(other => other.spec.nodeName === one.spec.nodeName).length
  return rankForDeletion({ pods, neighbours, wallMs: NOW_MS })
    .map(({ metadata }) => metadata.name)
    .join(' ')
}

const FIVE: { readonly [name: string]: PodShape } = {
  p1: { readyForSeconds: 600 },
  p2: { readyForSeconds: 60 },
  p3: { node: 'B', readyForSeconds: 50 },
  p4: { node: '', phase: 'Pending' },
  p5: { node: 'B' },
}

describe('which Pods go first', () => {
  it('takes the unscheduled and then the unready of five', () => expect(order(FIVE)).toMatch(/^p4 p5 /))
  it('takes the younger on the crowded Node of the three that are left', () => {
    const { p4: _, p5: __, ...three } = FIVE
    expect(order(three)).toBe('p2 p1 p3')
  })
  it('takes Pending before Running', () => expect(order({ a: {}, b: { phase: 'Pending' } })).toBe('b a'))
  it('takes Unknown between the two', () =>
    expect(order({ a: {}, b: { phase: 'Unknown' }, c: { phase: 'Pending' } })).toBe('c b a'))
  it('takes the cheaper before the one on the crowded Node', () => {
    expect(order({ a: { readyForSeconds: 60 }, b: { readyForSeconds: 60, cost: -1 } })).toBe('b a')
    expect(order({ a: { cost: 5 }, b: { cost: 5 }, c: { node: 'B', cost: 4 } })).toBe('c a b')
  })
  it.each([8.6, 17.2, 34.4, 68.7, 137.5, 275, 550, 1100, 2199])('has a border of its buckets near %d s', border => {
    // Readiness has whole seconds. The uids alone would say the opposite.
    const [younger, older] = [Math.floor(border) - 1, Math.ceil(border) + 1]
    expect(order({ a: { readyForSeconds: older }, b: { readyForSeconds: younger } })).toBe('b a')
  })
  it('does not tell 60 s from 50 s', () =>
    expect(order({ a: { readyForSeconds: 60 }, b: { readyForSeconds: 50 } })).toBe('a b'))
  it('lets the uid decide within a bucket, before restarts and age', () =>
    expect(order({ a: { readyForSeconds: 60 }, b: { readyForSeconds: 50, restarts: 9, ageSeconds: 70 } })).toBe('a b'))
  it('takes the one that restarted more, then whose sidecar did, then the younger', () => {
    const same = { readyForSeconds: 60 }
    expect(order({ a: { ...same, sidecarRestarts: 5 }, b: { ...same, restarts: 2 } })).toBe('b a')
    expect(order({ a: same, b: { ...same, sidecarRestarts: 1 } })).toBe('b a')
    expect(order({ a: { ...same, ageSeconds: 900 }, b: { ...same, ageSeconds: 90 } })).toBe('b a')
    expect(order({ b: { ...same, uid: '1' }, a: { ...same, uid: '2' } })).toBe('b a')
  })
  it('takes one that is ready since nobody knows when before one that is', () => {
    const known = pod('a', { readyForSeconds: 5 })
    const unknown = { ...pod('b', {}), status: { ...known.status, conditions: [{ type: 'Ready', status: 'True' }] } }
    const ranked = rankForDeletion({ pods: [known, unknown as Pod], neighbours: () => 1, wallMs: NOW_MS })
    expect(ranked.map(({ metadata }) => metadata.name)).toEqual(['b', 'a'])
  })
})
