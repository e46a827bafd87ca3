import { describe, expect, it } from 'vitest'
import type { Probe } from '../../api/pod/pod.ts'
import { webPod } from '../../testing/controller-fixture.ts'
import type { Pod } from '../../api/pod/pod.ts'
import { newPodWork, type PodWork, type ProbeKind, type ProbeWork } from './pod-work.ts'
import { countOutcome, judgeDue, seeContainers } from './probes.ts'

const SPEC: Probe = { httpGet: { port: 8080 }, initialDelaySeconds: 5 }

function podWith(kinds: readonly ProbeKind[], spec: Partial<Pod['spec']> = {}): Pod {
  const probes = Object.fromEntries(kinds.map(kind => [`${kind}Probe`, SPEC]))
  return webPod('p', spec, probes) as unknown as Pod
}

/** A Pod whose container has run since 1 s and was seen to. */
function running(pod: Pod): PodWork {
  const work = newPodWork(pod, 0)
  const [own] = work.containers
  if (!own) throw new Error('no container')
  work.stage = 'up'
  own.state = 'running'
  own.id = 'containerd://1'
  own.startedMs = 1_000
  seeContainers(work)
  return work
}

function probeOf(work: PodWork, kind: ProbeKind): ProbeWork {
  const probe = work.probes.find(one => one.kind === kind)
  if (!probe) throw new Error(`no ${kind} probe`)
  return probe
}

function due(pod: Pod, work: PodWork, kind: ProbeKind, nowMs: number): unknown {
  return judgeDue(pod, { work, probe: probeOf(work, kind), nowMs })
}

describe('a run that is due', () => {
  const pod = podWith(['readiness', 'liveness'])

  it('is passed over before there is a container, and while its delay lasts', () => {
    expect(due(pod, newPodWork(pod, 0), 'readiness', 20_000)).toBe('skip')
    expect(due(pod, running(pod), 'readiness', 5_999)).toBe('skip')
    expect(due(pod, running(pod), 'readiness', 6_000)).toBe('try')
  })

  it('is passed over on hold', () => {
    const work = running(pod)
    probeOf(work, 'liveness').hold = true
    expect(due(pod, work, 'liveness', 20_000)).toBe('skip')
  })

  it('finds a failure where the container has ended, and is the last when it never runs again', () => {
    for (const [restartPolicy, expected] of [
      ['Always', 'skip'],
      ['OnFailure', 'skip'],
      ['Never', { stop: 'Failure' }],
    ] as const) {
      const one = podWith(['readiness'], { restartPolicy })
      const work = running(one)
      probeOf(work, 'readiness').result = 'Success'
      const [own] = work.containers
      if (own) own.state = 'exited'
      // It acts on what was seen, not on what is.
      expect(due(one, work, 'readiness', 20_000)).toBe('try')
      seeContainers(work)
      expect(due(one, work, 'readiness', 20_000)).toEqual(expected)
      expect(probeOf(work, 'readiness').result).toBe('Failure')
    }
  })

  it('is the last of liveness and startup in a Pod that is being deleted, with a success', () => {
    const leaving = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }
    const work = running(leaving)
    expect(due(leaving, work, 'liveness', 20_000)).toEqual({ stop: 'Success' })
    expect(due(leaving, work, 'readiness', 20_000)).toBe('try')
  })

  it('is the startup probe alone until that has passed, and then all others', () => {
    const one = podWith(['readiness', 'liveness', 'startup'])
    const work = running(one)
    const turns = (): readonly unknown[] =>
      (['startup', 'readiness', 'liveness'] as const).map(kind => due(one, work, kind, 20_000))
    expect(turns()).toEqual(['try', 'skip', 'skip'])
    probeOf(work, 'startup').result = 'Success'
    expect(turns()).toEqual(['skip', 'try', 'try'])
  })
})

describe('an outcome', () => {
  function probe(kind: ProbeKind): ProbeWork {
    return probeOf(newPodWork(podWith([kind]), 0), kind)
  }

  /** The result after each outcome, and a star where it changed. */
  function results(one: ProbeWork, outcomes: string, spec: Probe): string {
    return outcomes
      .split('')
      .map(outcome => {
        const changed = countOutcome(one, outcome === '+', spec)
        return `${one.result[0]}${changed ? '*' : ''}`
      })
      .join(' ')
  }

  it('counts when it came often enough in a row', () => {
    expect(results(probe('readiness'), '+---+-+', {})).toBe('S* S S F* S* S S')
    expect(results(probe('readiness'), '++-+++', { successThreshold: 2, failureThreshold: 1 })).toBe('F S* F* F S* S')
  })

  it('that fails a liveness or startup probe puts it on hold and counts from nothing', () => {
    for (const kind of ['liveness', 'startup'] as const) {
      const one = probe(kind)
      results(one, '---', {})
      expect([one.result, one.hold, one.count]).toEqual(['Failure', true, 0])
    }
    const ready = probe('readiness')
    results(ready, '---', {})
    expect([ready.hold, ready.count]).toEqual([false, 3])
  })

  it('of a new container starts the result over, and goes on in the count', () => {
    const one = podWith(['readiness', 'liveness', 'startup'])
    const work = running(one)
    for (const kind of ['readiness', 'liveness', 'startup'] as const) {
      const own = probeOf(work, kind)
      results(own, '++', {})
      own.hold = true
    }
    const [own] = work.containers
    if (own) own.id = 'containerd://2'
    seeContainers(work)
    expect(work.probes.map(({ kind, result, hold, count }) => [kind, result, hold, count])).toEqual([
      ['startup', 'Unknown', false, 2],
      ['readiness', 'Failure', false, 2],
      ['liveness', 'Success', false, 2],
    ])
  })
})
