import { describe, expect, it } from 'vitest'
import type { ControllerFixture } from '../../testing/controller-fixture.ts'
import { onePod, podOf, script, setFault, timesOf, told } from '../../testing/kubelet-fixture.ts'

/** The Pod is deleted at 10 s; its kubelet hears of it 10 ms later. */
const HEARD = 10.01

/** Seconds after that. */
function heard(seconds: number): number {
  return Math.round((HEARD + seconds) * 1000) / 1000
}

function exitOf(fixture: ControllerFixture, name = 'p'): string {
  const ended = fixture.writes.find(
    ({ event }) =>
      event.kind === 'Pod' &&
      event.object.metadata.name === name &&
      ['Succeeded', 'Failed'].includes(event.object.status?.phase ?? ''),
  )
  if (ended?.event.kind !== 'Pod') return ''
  const { status } = ended.event.object
  const codes = status?.containerStatuses?.map(({ state }) => state?.terminated?.exitCode)
  return `${ended.atMs / 1000} ${status?.phase} ${codes?.join(' ')}`
}

/** When the object was gone, in seconds. */
function goneAt(fixture: ControllerFixture): number | undefined {
  const gone = fixture.writes.find(({ event }) => event.kind === 'Pod' && event.type === 'DELETED')
  return gone && gone.atMs / 1000
}

function end(fixture: ControllerFixture, gracePeriodSeconds?: number): ControllerFixture {
  fixture.runTo(10)
  fixture.user.delete('Pod', 'default', 'p', { gracePeriodSeconds })
  return fixture
}

describe('a preStop hook', () => {
  it('that sleeps 5 s puts SIGTERM off by as much, by exec as by the sleep action', () => {
    for (const preStop of [{ sleep: { seconds: 5 } }, { exec: { command: ['sleep', '5'] } }]) {
      const fixture = end(onePod({ lifecycle: { preStop } })).runTo(20)
      expect(exitOf(fixture)).toBe(`${heard(5.2)} Succeeded 0`)
      expect(goneAt(fixture)).toBe(heard(5.3))
      expect(told(fixture, 'Killing')).toEqual([`${HEARD} Killing Stopping container app`])
    }
  })

  it('of 40 s with a grace of 30 s is cut: SIGTERM at 30, SIGKILL at 32', () => {
    const fixture = onePod({ lifecycle: { preStop: { exec: { command: script('sleep 40') } } } })
    end(fixture)
    setFault(fixture, 'ignores-sigterm')
    expect(exitOf(fixture.runTo(60))).toBe(`${heard(32)} Failed 137`)
    expect(told(fixture, 'FailedPreStopHook')).toEqual([])
  })

  it('that fails is told of, and ends the wait', () => {
    const exec = onePod({ lifecycle: { preStop: { exec: { command: script('sleep 3; exit 1') } } } })
    expect(told(end(exec).runTo(20), 'FailedPreStopHook')).toEqual([`${heard(3)} FailedPreStopHook PreStopHook failed`])
    const http = onePod({ lifecycle: { preStop: { httpGet: { port: 9999 } } } })
    expect(told(end(http).runTo(20), 'FailedPreStopHook')).toEqual([`${HEARD} FailedPreStopHook PreStopHook failed`])
  })

  it('over HTTP that is answered, and a program that nobody here knows, end at once', () => {
    for (const preStop of [{ httpGet: { port: 8080, path: '/quit' } }, { exec: { command: ['/app/drain'] } }]) {
      const fixture = end(onePod({ lifecycle: { preStop } })).runTo(20)
      expect(told(fixture, 'FailedPreStopHook')).toEqual([])
      expect(exitOf(fixture)).toBe(`${heard(0.2)} Succeeded 0`)
    }
  })

  it('of an application that hangs is never answered', () => {
    const fixture = onePod(
      { lifecycle: { preStop: { httpGet: { port: 8080 } } } },
      { terminationGracePeriodSeconds: 4 },
    )
    fixture.runTo(8)
    setFault(fixture, 'hang')
    expect(exitOf(end(fixture).runTo(30))).toBe(`${heard(6)} Failed 137`)
  })
})

describe('SIGTERM', () => {
  it('is followed by SIGKILL when the grace is over, two seconds later at least', () => {
    for (const [grace, kill] of [
      [30, 30],
      [5, 5],
      [2, 2],
      [1, 2],
    ] as const) {
      const fixture = onePod({}, { terminationGracePeriodSeconds: grace }).runTo(8)
      setFault(fixture, 'ignores-sigterm')
      expect(exitOf(end(fixture).runTo(60))).toBe(`${heard(kill)} Failed 137`)
    }
  })

  it('means nothing to a first process that handles no signals, and what a trap says to another', () => {
    const deaf = end(onePod({ command: ['sleep', '3600'] }, { terminationGracePeriodSeconds: 7 })).runTo(30)
    expect(exitOf(deaf)).toBe(`${heard(7)} Failed 137`)
    const trapped = onePod({ command: script("trap 'exit 3' TERM; sleep 3600") })
    expect(exitOf(end(trapped).runTo(30))).toBe(`${heard(0.2)} Failed 3`)
    const ignored = onePod({ command: script("trap '' TERM; ./server") }, { terminationGracePeriodSeconds: 3 })
    expect(exitOf(end(ignored).runTo(30))).toBe(`${heard(3)} Failed 137`)
  })

  it('comes to all containers at once, each with its own hook', () => {
    const sleep = (seconds: number) => ({ preStop: { sleep: { seconds } } })
    const containers = [
      { name: 'a', image: 'a', lifecycle: sleep(1) },
      { name: 'b', image: 'b', lifecycle: sleep(6) },
    ]
    const fixture = end(onePod({}, { containers })).runTo(14)
    expect(timesOf(fixture, 'Killing')).toEqual([HEARD, HEARD])
    expect(podOf(fixture).status?.containerStatuses?.map(({ state }) => state?.running !== undefined)).toEqual([
      true,
      true,
    ])
    expect(exitOf(fixture.runTo(30))).toBe(`${heard(6.2)} Succeeded 0 0`)
  })
})

describe('sidecars', () => {
  const sidecar = (name: string) => ({ name, image: name, restartPolicy: 'Always' })

  function ends(fixture: ControllerFixture): readonly string[] {
    const last = fixture.writes.findLast(({ event }) => event.kind === 'Pod' && event.type === 'MODIFIED')
    if (last?.event.kind !== 'Pod') return []
    const { initContainerStatuses = [], containerStatuses = [] } = last.event.object.status ?? {}
    return [...initContainerStatuses, ...containerStatuses].map(
      ({ name, state }) => `${name} ${state?.terminated?.finishedAt?.slice(17, 19)} ${state?.terminated?.exitCode}`,
    )
  }

  it('are stopped after the others, the last first', () => {
    const fixture = onePod(
      { lifecycle: { preStop: { sleep: { seconds: 4 } } } },
      { initContainers: [sidecar('x'), sidecar('y')] },
    )
    fixture.settings = { ...fixture.settings, 'sim-drain-time': 2_000 }
    expect(ends(end(fixture).runTo(40))).toEqual(['x 20 0', 'y 18 0', 'app 16 0'])
    expect(goneAt(fixture)).toBe(heard(10.1))
  })

  it('wait no longer than the grace', () => {
    const fixture = onePod(
      { command: ['sleep', '3600'] },
      { terminationGracePeriodSeconds: 6, initContainers: [sidecar('x')] },
    )
    expect(ends(end(fixture).runTo(40))).toEqual(['x 16 0', 'app 16 137'])
  })
})

describe('a second DELETE', () => {
  it('brings the end nearer while the hook runs', () => {
    const fixture = end(onePod({ lifecycle: { preStop: { sleep: { seconds: 25 } } } })).runTo(12)
    fixture.user.delete('Pod', 'default', 'p', { gracePeriodSeconds: 3 })
    expect(exitOf(fixture.runTo(40))).toBe('15.21 Succeeded 0')
  })

  it('brings SIGKILL nearer after SIGTERM, two seconds from then at least', () => {
    const fixture = onePod().runTo(8)
    setFault(fixture, 'ignores-sigterm')
    end(fixture).runTo(15)
    fixture.user.delete('Pod', 'default', 'p', { gracePeriodSeconds: 1 })
    expect(exitOf(fixture.runTo(40))).toBe('17.01 Failed 137')
  })

  it('that gives more time, or the time it had, changes nothing', () => {
    const fixture = onePod().runTo(8)
    setFault(fixture, 'ignores-sigterm')
    end(fixture, 5).runTo(12)
    fixture.user.delete('Pod', 'default', 'p', { gracePeriodSeconds: 60 })
    fixture.user.delete('Pod', 'default', 'p')
    expect(exitOf(fixture.runTo(40))).toBe(`${heard(5)} Failed 137`)
  })

  it('with no grace removes the object at once, and the process when the kubelet hears of it', () => {
    const fixture = end(onePod({ lifecycle: { preStop: { sleep: { seconds: 25 } } } })).runTo(12)
    fixture.user.delete('Pod', 'default', 'p', { gracePeriodSeconds: 0 })
    expect(goneAt(fixture)).toBe(12)
    expect(fixture.world.processAt('10.244.1.2')).toBeDefined()
    fixture.runTo(12.3)
    expect(fixture.world.processAt('10.244.1.2')).toBeUndefined()
  })
})

describe('a Pod that ends', () => {
  it('while its kubelet is away goes on ending when it is back', () => {
    const fixture = end(onePod({ lifecycle: { preStop: { sleep: { seconds: 10 } } } })).runTo(12)
    for (const kubelet of [false, true]) {
      const machine = fixture.world.machine('n1')
      if (machine) fixture.world.setMachine({ ...machine, kubelet, sinceMs: fixture.loop.nowMs })
      fixture.runTo(fixture.loop.nowMs / 1000 + 3)
    }
    fixture.runTo(60)
    expect(fixture.pods()).toEqual([])
  })

  it('by itself goes on ending, too, when its kubelet was away', () => {
    const sidecar = {
      name: 'x',
      image: 'x',
      restartPolicy: 'Always',
      lifecycle: { preStop: { sleep: { seconds: 9 } } },
    }
    const fixture = onePod({ command: ['sleep', '5'] }, { restartPolicy: 'Never', initContainers: [sidecar] }).runTo(12)
    expect(told(fixture, 'Killing')).toHaveLength(1)
    for (const kubelet of [false, true]) {
      const machine = fixture.world.machine('n1')
      if (machine) fixture.world.setMachine({ ...machine, kubelet, sinceMs: fixture.loop.nowMs })
      fixture.runTo(fixture.loop.nowMs / 1000 + 2)
    }
    expect(podOf(fixture.runTo(30)).status?.phase).toBe('Succeeded')
  })

  it('before its image came is gone as soon as the kubelet has heard of it', () => {
    const fixture = end(onePod({ image: 'nginx:missing' })).runTo(11)
    expect(goneAt(fixture)).toBe(HEARD)
    expect(told(fixture, 'Killing')).toEqual([])
  })
})
