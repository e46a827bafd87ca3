import { describe, expect, it } from 'vitest'
import type { Probe } from '../../api/pod/pod.ts'
import type { ControllerFixture } from '../../testing/controller-fixture.ts'
import {
  onePod,
  podOf,
  readyChanges,
  readyOf,
  script,
  seenAt,
  setFault,
  timesOf,
  told,
} from '../../testing/kubelet-fixture.ts'

const HTTP: Probe = { httpGet: { port: 8080, path: '/readyz' } }
/** The kubelet admits the Pod 16 ms after it was made at 2 s, and probes are worked from then. */
const ADMITTED = 2.016

/** Seconds relative to another, to the millisecond. */
function after(second: number, seconds: readonly number[]): readonly number[] {
  return seconds.map(one => Math.round((one - second) * 1000) / 1000)
}

function readyTimes(fixture: ControllerFixture, since = 0): readonly string[] {
  return readyChanges(fixture, since)
}

/** When the first look that saw the container run is over and the probe that it asked for is done. */
function poked(fixture: ControllerFixture): number {
  return Math.round(seenAt(fixture) * 1000 + 1) / 1000
}

describe('a readiness probe', () => {
  it('without a delay is run by the first status, not a period later', () => {
    const fixture = onePod({ readinessProbe: HTTP }).runTo(5)
    expect(readyTimes(fixture).at(-1)).toBe(`${poked(fixture)} True`)
  })

  it('with a delay of 5 s is found ready 10 s after that poke, since the poke starts its period over', () => {
    const fixture = onePod({ readinessProbe: { ...HTTP, initialDelaySeconds: 5 } }).runTo(20)
    expect(readyTimes(fixture).at(-1)).toBe(`${poked(fixture) + 10} True`)
  })

  it('counts its delay in whole seconds of the container', () => {
    // Started at 2.516, seen at 3.418: the tick at 13.419 finds 10 whole seconds, not 11.
    const fixture = onePod({ readinessProbe: { ...HTTP, initialDelaySeconds: 10 } }).runTo(14)
    expect(readyTimes(fixture).at(-1)).toBe(`${poked(fixture) + 10} True`)
    const later = onePod({ readinessProbe: { ...HTTP, initialDelaySeconds: 11 } }).runTo(24)
    expect(readyTimes(later).at(-1)).toBe(`${poked(later) + 20} True`)
  })

  it('takes three failures in a row to be believed: 20 to 30 s after the fault', () => {
    const fixture = onePod({ readinessProbe: HTTP }).runTo(100)
    setFault(fixture, 'not-ready')
    fixture.runTo(140)
    const first = poked(fixture) + 100
    const third = first + 20
    expect(readyTimes(fixture, 100)).toEqual([`${third} False`])
    // From the status at that moment on, every look at the Pod runs it again: the first at once.
    expect(after(first, timesOf(fixture, 'Unhealthy')).slice(0, 4)).toEqual([0, 10, 20, 20.001])
    expect(told(fixture, 'Unhealthy')[0]).toBe(
      `${first} Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503`,
    )
  })

  it('of an application that hangs fails a timeout later', () => {
    const fixture = onePod({ readinessProbe: { ...HTTP, timeoutSeconds: 3 } }).runTo(100)
    setFault(fixture, 'hang')
    fixture.runTo(130)
    const third = poked(fixture) + 123
    expect(readyTimes(fixture, 100)).toEqual([`${third} False`])
    expect(told(fixture, 'Unhealthy')[0]).toBe(
      `${third - 20} Unhealthy Readiness probe failed: Get "http://10.244.1.2:8080/readyz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    )
  })

  it('does not lose the tick that comes while it waits for its answer', () => {
    const fixture = onePod({ readinessProbe: { ...HTTP, periodSeconds: 2, timeoutSeconds: 5 } }).runTo(100)
    setFault(fixture, 'hang')
    fixture.runTo(115)
    const [first = 0, ...others] = timesOf(fixture, 'Unhealthy')
    expect(after(first, others)).toEqual([5])
    expect(told(fixture, 'Unhealthy')).toHaveLength(2)
  })

  it('that is poked while it waits for its answer runs again right after it', () => {
    const fixture = onePod({ readinessProbe: { ...HTTP, periodSeconds: 60, timeoutSeconds: 5, failureThreshold: 1 } })
    fixture.runTo(50)
    setFault(fixture, 'hang')
    // The run at 63.419 fails at 68.419, has a status made, and is poked by it; the label comes while that run waits.
    fixture.runTo(70)
    const pod = podOf(fixture)
    fixture.user.update('Pod', { ...pod, metadata: { ...pod.metadata, labels: { app: 'web', new: 'yes' } } })
    fixture.runTo(90)
    const [first = 0, ...others] = timesOf(fixture, 'Unhealthy')
    expect(first).toBe(poked(fixture) + 65)
    expect(after(first, others)).toEqual([5.001, 10.001])
  })

  it('is found well again at the next run, a period later at most', () => {
    const fixture = onePod({ readinessProbe: HTTP }).runTo(100)
    setFault(fixture, 'not-ready')
    fixture.runTo(150)
    setFault(fixture, '')
    fixture.runTo(170)
    const times = readyTimes(fixture, 150)
    // Writing the annotation has the kubelet look at the Pod, and so run the probe.
    expect(times).toEqual(['150.011 True'])
  })

  it('with successThreshold 2 takes a second run, a period after the poke', () => {
    const fixture = onePod({ readinessProbe: { ...HTTP, successThreshold: 2 } }).runTo(20)
    expect(readyTimes(fixture).at(-1)).toBe(`${poked(fixture) + 10} True`)
  })

  it('goes on while the Pod is ended, when liveness does not', () => {
    const probe: Probe = { ...HTTP, periodSeconds: 1, failureThreshold: 1 }
    const fixture = onePod({
      readinessProbe: probe,
      livenessProbe: probe,
      lifecycle: { preStop: { sleep: { seconds: 20 } } },
    }).runTo(10)
    fixture.user.delete('Pod', 'default', 'p')
    setFault(fixture, 'unhealthy')
    fixture.runTo(14)
    expect(readyOf(fixture)).toBe('False')
    expect(told(fixture, 'Unhealthy').some(line => line.includes('Liveness'))).toBe(false)
    expect(told(fixture, 'Killing')).toEqual(['10.01 Killing Stopping container app'])
  })

  it('of a container that is started again has to pass anew, and what it counted in a row goes on', () => {
    const fixture = onePod({
      readinessProbe: { ...HTTP, successThreshold: 2 },
      livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 7, failureThreshold: 1 },
    }).runTo(30)
    expect(readyOf(fixture)).toBe('True')
    setFault(fixture, 'unhealthy')
    fixture.runTo(31)
    setFault(fixture, '')
    fixture.runTo(40)
    const [found = 0] = timesOf(fixture, 'Killing')
    expect(found).toBe(round(ADMITTED + 28))
    // The new container is seen at 31.418; one success more is enough, for two and more came before.
    expect(readyTimes(fixture, 30)).toEqual([`${found} False`, `${round(poked(fixture) + 28)} True`])
  })
})

describe('a liveness probe', () => {
  it('restarts a container at its third failure, and not before', () => {
    const fixture = onePod({ livenessProbe: { ...HTTP, periodSeconds: 5 } }).runTo(30)
    setFault(fixture, 'unhealthy')
    fixture.runTo(50)
    // Ticks lie 5 s apart from the admission of the Pod on.
    expect(timesOf(fixture, 'Unhealthy').slice(0, 3)).toEqual([ADMITTED + 30, ADMITTED + 35, ADMITTED + 40].map(round))
    expect(told(fixture, 'Killing')).toEqual([
      `${round(ADMITTED + 40)} Killing Container app failed liveness probe, will be restarted`,
    ])
    // SIGTERM, 200 ms to drain, 200 ms to start again, in the same address and with nothing to wait for.
    expect(timesOf(fixture, 'Started')).toEqual([2.516, round(ADMITTED + 40.4)])
    expect(podOf(fixture).status).toMatchObject({ phase: 'Running', podIP: '10.244.1.2' })
    expect(podOf(fixture).status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1 })
    expect(podOf(fixture).status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({ exitCode: 0 })
  })

  it('makes the container not ready at once', () => {
    const fixture = onePod({ livenessProbe: { ...HTTP, periodSeconds: 5, failureThreshold: 1 } }).runTo(30)
    setFault(fixture, 'unhealthy')
    fixture.runTo(32.1)
    expect(readyTimes(fixture, 30)).toEqual([`${round(ADMITTED + 30)} False`])
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2'])
  })

  it('kills what does not end in the grace of the probe, which goes before that of the Pod', () => {
    const probe: Probe = { ...HTTP, periodSeconds: 5, failureThreshold: 1, terminationGracePeriodSeconds: 4 }
    const fixture = onePod({ livenessProbe: probe }, { terminationGracePeriodSeconds: 60 }).runTo(30)
    setFault(fixture, 'hang')
    fixture.runTo(45)
    // A hanging application is found out a second later, and takes no notice of SIGTERM.
    expect(timesOf(fixture, 'Killing')[0]).toBe(round(ADMITTED + 31))
    expect(timesOf(fixture, 'Started')[1]).toBe(round(ADMITTED + 35.2))
    expect(podOf(fixture).status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
      exitCode: 137,
      reason: 'Error',
    })
  })

  it('only stops the container of a Pod that is never started again', () => {
    const probe: Probe = { ...HTTP, periodSeconds: 5, failureThreshold: 1 }
    const fixture = onePod({ livenessProbe: probe }, { restartPolicy: 'Never' }).runTo(30)
    setFault(fixture, 'unhealthy')
    fixture.runTo(40)
    expect(told(fixture, 'Killing')[0]).toMatch(/Container app failed liveness probe$/)
    expect(podOf(fixture).status?.phase).toBe('Succeeded')
  })
})

describe('a startup probe', () => {
  it('keeps the others waiting until it has passed', () => {
    const fixture = onePod({
      command: script('sleep 12; ./server'),
      startupProbe: { ...HTTP, periodSeconds: 5, failureThreshold: 10 },
      livenessProbe: { ...HTTP, periodSeconds: 1, failureThreshold: 1 },
      readinessProbe: { ...HTTP, periodSeconds: 100 },
    })
    fixture.runTo(14)
    expect(podOf(fixture).status?.containerStatuses?.[0]).toMatchObject({ started: false, ready: false })
    expect(told(fixture, 'Unhealthy').every(line => line.includes('Startup probe failed'))).toBe(true)
    fixture.runTo(30)
    // It listens from 14.516 on; the tick at 17.016 finds that, and readiness is asked in the same moment.
    expect(readyTimes(fixture).at(-1)).toBe(`${round(ADMITTED + 15.001)} True`)
    expect(podOf(fixture).status?.containerStatuses?.[0]).toMatchObject({ started: true, restartCount: 0 })
  })

  it('kills like liveness when its budget of periods is used up', () => {
    const fixture = onePod({ startupProbe: { tcpSocket: { port: 9999 }, periodSeconds: 2, failureThreshold: 4 } })
    fixture.runTo(12)
    expect(timesOf(fixture, 'Unhealthy')).toEqual([4, 6, 8, 10].map(second => round(ADMITTED + second - 2)))
    expect(told(fixture, 'Killing')).toEqual([
      `${round(ADMITTED + 8)} Killing Container app failed startup probe, will be restarted`,
    ])
  })
})

describe('after a restart of the kubelet', () => {
  function restartKubelet(fixture: ControllerFixture): void {
    for (const kubelet of [false, true]) {
      const machine = fixture.world.machine('n1')
      if (machine) fixture.world.setMachine({ ...machine, kubelet, sinceMs: fixture.loop.nowMs })
      fixture.runTo(fixture.loop.nowMs / 1000 + 1)
    }
  }

  it('a Pod with a readiness probe is not ready for a part of its period, with containers untouched', () => {
    const fixture = onePod({ readinessProbe: HTTP }).runTo(50)
    restartKubelet(fixture)
    fixture.runTo(65)
    const [lost = '', found = '', ...others] = readyTimes(fixture, 50)
    expect([lost.split(' ')[1], found.split(' ')[1], others]).toEqual(['False', 'True', []])
    const gap = Number(found.split(' ')[0]) - Number(lost.split(' ')[0])
    expect(gap).toBeGreaterThan(1)
    expect(gap).toBeLessThan(10)
    expect(podOf(fixture).status?.containerStatuses?.[0]?.restartCount).toBe(0)
  })

  it('a Pod without one stays ready', () => {
    const fixture = onePod().runTo(50)
    restartKubelet(fixture)
    expect(readyTimes(fixture.runTo(65), 50)).toEqual([])
  })
})

function round(second: number): number {
  return Math.round(second * 1000) / 1000
}
