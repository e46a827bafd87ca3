import { array, assert, double, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../kernel/json.ts'
import type { TripRecord } from '../traffic/index.ts'
import { Histogram } from './histogram.ts'
import { createMetrics, type Metrics } from './index.ts'

const SEED = { seed: 11, numRuns: 300 }
const values = array(double({ min: 0, max: 2_000_000, noNaN: true }), { minLength: 1, maxLength: 200 })

function histogramOf(list: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of list) histogram.add(value)
  return histogram
}

function trip(parts: Partial<TripRecord> = {}): TripRecord {
  return {
    id: 1,
    client: 'frontend-1',
    to: 'my-service:80',
    service: 'default/my-service',
    portName: '',
    slice: 'default/my-service-abcde',
    endpoint: '10.244.1.5:9376',
    pod: 'default/pod-1',
    startMs: 0,
    latencyMs: 5,
    outcome: 'ok',
    cause: null,
    place: null,
    ...parts,
  }
}

const lost = (cause: TripRecord['cause'], parts: Partial<TripRecord> = {}): TripRecord =>
  trip({ outcome: 'failed', cause, place: 'pod', ...parts })

describe('a histogram', () => {
  it('of two lists is the histogram of both', () => {
    assert(
      property(values, values, (left, right) => {
        const merged = histogramOf(left)
        merged.merge(histogramOf(right))
        expect(merged.save()).toEqual(histogramOf([...left, ...right]).save())
        expect(merged.total).toBe(left.length + right.length)
      }),
      SEED,
    )
  })

  it('knows every quantile to within 1/128 or half a microsecond', () => {
    assert(
      property(values, double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const sorted = list.map(value => Math.round(value * 1000) / 1000).sort((a, b) => a - b)
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number
        const told = histogramOf(list).quantile(share) as number
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact / 128 + 0.0005)
      }),
      SEED,
    )
  })

  it('keeps its counts through a snapshot', () => {
    assert(
      property(values, list => {
        const copy = new Histogram()
        copy.load(histogramOf(list).save())
        expect(copy.save()).toEqual(histogramOf(list).save())
        expect(copy.quantile(0.5)).toBe(histogramOf(list).quantile(0.5))
      }),
      SEED,
    )
  })

  it('has no quantile while empty, and takes what is out of range as its edge', () => {
    expect(new Histogram().quantile(0.5)).toBeUndefined()
    expect(histogramOf([-1]).quantile(0.5)).toBe(0)
    expect(histogramOf([1e12]).quantile(1)).toBeGreaterThan(2_000_000)
  })
})

describe('metrics', () => {
  it('count answers and failures by Pod and by cause', () => {
    const metrics = createMetrics()
    metrics.add(trip(), 10)
    metrics.add(trip({ pod: 'default/pod-2', client: 'frontend-2' }), 20)
    metrics.add(lost('timeout'), 30)
    metrics.add(lost('refused', { pod: null, place: 'service' }), 40)
    expect(metrics.totals()).toMatchObject({ sent: 4, ok: 2, failed: 2, byCause: { refused: 1, timeout: 1 } })
    expect([...metrics.byPod()]).toEqual([
      ['default/pod-1', { ok: 1, failed: 1 }],
      ['default/pod-2', { ok: 1, failed: 0 }],
    ])
    expect(metrics.client('frontend-2')).toMatchObject({
      sent: 1,
      ok: 1,
      failed: 0,
      byPod: { 'default/pod-2': { ok: 1, failed: 0 } },
      byCause: {},
    })
  })

  it('do not count what is pending', () => {
    const metrics = createMetrics()
    metrics.add(trip({ outcome: 'pending' }), 10)
    expect(metrics.totals()).toEqual({ sent: 0, ok: 0, failed: 0, byCause: {}, latencyMs: null })
    expect(metrics.seconds(0)).toEqual([])
  })

  it('know nothing of a client that never sent', () => {
    expect(createMetrics().client('nobody')).toEqual({
      sent: 0,
      ok: 0,
      failed: 0,
      byPod: {},
      byCause: {},
      latencyMs: null,
    })
  })

  it('measure the latency of answered requests only', () => {
    const metrics = createMetrics()
    for (let ms = 1; ms <= 100; ms++) metrics.add(trip({ latencyMs: ms }), ms)
    metrics.add(lost('timeout', { latencyMs: 1000 }), 2000)
    const { p50, p90, p99 } = metrics.totals().latencyMs ?? { p50: 0, p90: 0, p99: 0 }
    for (const [told, exact] of [
      [p50, 50],
      [p90, 90],
      [p99, 99],
    ] as const)
      expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact / 128)
  })

  it('keep each second with its Pods, and no second without an end', () => {
    const metrics = createMetrics()
    metrics.add(trip(), 999.999)
    metrics.add(trip(), 1000)
    metrics.add(lost('timeout', { pod: 'default/pod-0' }), 1500)
    metrics.add(trip(), 5000)
    expect(metrics.seconds(1)).toEqual([
      {
        second: 1,
        ok: 1,
        failed: 1,
        byPod: [
          { pod: 'default/pod-0', ok: 0, failed: 1 },
          { pod: 'default/pod-1', ok: 1, failed: 0 },
        ],
      },
      { second: 5, ok: 1, failed: 0, byPod: [{ pod: 'default/pod-1', ok: 1, failed: 0 }] },
    ])
    expect(metrics.seconds(0).map(({ second }) => second)).toEqual([0, 1, 5])
    expect(metrics.seconds(6)).toEqual([])
  })

  it('forget seconds that are more than ten minutes old', () => {
    const metrics = createMetrics()
    for (let second = 0; second <= 700; second++) metrics.add(trip(), second * 1000)
    expect(metrics.seconds(0)).toHaveLength(600)
    expect(metrics.seconds(0)[0]?.second).toBe(101)
  })

  it('go on from a snapshot as if nothing had been', () => {
    const whole = feed(feed(createMetrics(), 0), 50)
    const copy = createMetrics()
    copy.load(JSON.parse(canonicalJson(feed(createMetrics(), 0).save())) as never)
    expect(canonicalJson(feed(copy, 50).save())).toBe(canonicalJson(whole.save()))
  })
})

function feed(metrics: Metrics, from: number): Metrics {
  for (let i = from; i < from + 50; i++)
    metrics.add(i % 7 === 0 ? lost('reset') : trip({ latencyMs: i, client: `c-${i % 3}` }), i * 90)
  return metrics
}
