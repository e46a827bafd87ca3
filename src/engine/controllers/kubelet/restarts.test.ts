import { describe, expect, it } from 'vitest'
import type { ControllerFixture } from '../../testing/controller-fixture.ts'
import { onePod, podOf, script, statuses, timesOf, told } from '../../testing/kubelet-fixture.ts'

/** Nothing takes time but what is said to, and the kubelet looks at its containers every 10 ms. */
const AT_ONCE = {
  'sim-kubelet-relist-period': 10,
  'sim-container-start-time': 0,
  'sim-sandbox-time': 0,
  'sim-status-write-time': 0,
}

/**
 * The seconds between one start of the container and the next, to a tenth, as its statuses show them: the events of a
 * container that keeps crashing are soon too many to be written.
 */
function gaps(fixture: ControllerFixture): readonly number[] {
  const times = statuses(fixture).flatMap(line => (/ Running(#\d+)?\+$/.test(line) ? [Number(line.split(' ')[0])] : []))
  return times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) * 10) / 10)
}

describe('a container that ends', () => {
  it('is started again at once, then 10, 20, 40 … 300 s after each end', () => {
    const fixture = onePod({ command: script('sleep 1; exit 1') }, {}, AT_ONCE).runTo(930)
    // Deaths at 1, 2, 13, 34, 75, 156, 317 make restarts at 1, 12, 33, 74, 155, 316, 617. The first waits for a look besides.
    expect(gaps(fixture)).toEqual([1, 11, 21, 41, 81, 161, 301, 301])
  })

  it('is started again whatever the fraction of a millisecond at which it ended', () => {
    for (let thousandth = 1; thousandth < 60; thousandth += 7) {
      const odd = {
        ...AT_ONCE,
        'sim-container-start-time': 12_987.4 + thousandth / 1000,
        'sim-kubelet-relist-period': 1_000,
      }
      const fixture = onePod({ command: script('sleep 1; exit 1') }, {}, odd)
      let events = 0
      while (fixture.loop.runNext(120_000)) expect(++events, `stands at ${fixture.loop.nowMs} ms`).toBeLessThan(20_000)
      expect(gaps(fixture).length).toBeGreaterThan(2)
    }
  })

  it('tells in its status and by events why it waits', () => {
    const fixture = onePod({ command: script('sleep 1; exit 3') }, {}, AT_ONCE).runTo(10)
    const pod = podOf(fixture)
    const where = `p_default(${pod.metadata.uid})`
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      ready: false,
      started: false,
      state: {
        waiting: { reason: 'CrashLoopBackOff', message: `back-off 10s restarting failed container=app pod=${where}` },
      },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    })
    expect(pod.status?.phase).toBe('Running')
    expect(told(fixture, 'BackOff')[0]).toContain(`Back-off restarting failed container app in pod ${where}`)
    fixture.runTo(17)
    expect(statuses(fixture).map(line => line.replace(/^\S+ /, ''))).toEqual([
      'Pending',
      'Pending ContainerCreating',
      'Running Running+',
      'Running Error',
      'Running Running#1+',
      'Running Error#1',
      'Running CrashLoopBackOff#1',
      'Running Running#2+',
      'Running Error#2',
      'Running CrashLoopBackOff#2',
    ])
  })

  it('that ran for more than ten minutes is started at once again', () => {
    const fixture = onePod({ command: script('sleep 601; exit 1') }, {}, AT_ONCE).runTo(2000)
    expect(gaps(fixture)).toEqual([601, 601, 601])
    const shorter = onePod({ command: script('sleep 599; exit 1') }, {}, AT_ONCE).runTo(1900)
    expect(gaps(shorter)).toEqual([599, 609, 619])
  })

  it('well is not started again under OnFailure, and the Pod has succeeded', () => {
    const fixture = onePod({ command: script('sleep 3') }, { restartPolicy: 'OnFailure' }).runTo(20)
    const { status } = podOf(fixture)
    expect(status?.phase).toBe('Succeeded')
    expect(status?.conditions?.map(({ type, status, reason }) => [type, status, reason ?? '-'].join(' '))).toEqual([
      'PodReadyToStartContainers False -',
      'Initialized True PodCompleted',
      'Ready False PodCompleted',
      'ContainersReady False PodCompleted',
      'PodScheduled True -',
    ])
    expect(status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 0,
      state: { terminated: { exitCode: 0, reason: 'Completed' } },
    })
    expect(fixture.endpoints('web')).toEqual([])
    expect(fixture.world.processAt('10.244.1.2')).toBeUndefined()
    expect(told(fixture, 'Killing')).toEqual([])
  })

  it('badly is started again under OnFailure, and never under Never', () => {
    const again = onePod({ command: ['false'] }, { restartPolicy: 'OnFailure' }).runTo(20)
    expect(podOf(again).status?.containerStatuses?.[0]?.restartCount).toBe(2)
    const never = onePod({ command: ['false'] }, { restartPolicy: 'Never' }).runTo(20)
    expect(podOf(never).status?.phase).toBe('Failed')
    expect(podOf(never).status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'PodFailed',
    })
    expect(podOf(never).status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 1,
      reason: 'Error',
    })
  })

  it('frees its address with its Pod, and the object stays until somebody deletes it, which is at once', () => {
    const fixture = onePod({ command: ['true'] }, { restartPolicy: 'Never' }).runTo(20)
    expect(podOf(fixture).status).toMatchObject({ phase: 'Succeeded', podIP: '10.244.1.2' })
    fixture.user.delete('Pod', 'default', 'p')
    expect(fixture.pods()).toEqual([])
    fixture.runTo(25)
    expect(told(fixture, 'Killing')).toEqual([])
  })

  it('keeps the files that its commands wrote until it starts again', () => {
    const fixture = onePod({ command: script('touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600') })
    fixture.runTo(10)
    const uid = podOf(fixture).metadata.uid
    expect([...fixture.world.filesOf(uid, 'app').keys()]).toEqual(['/tmp/healthy'])
    fixture.runTo(33)
    expect([...fixture.world.filesOf(uid, 'app').keys()]).toEqual([])
  })
})

describe('the probe of the file that a container makes and removes', () => {
  it('restarts it 30 to 45 s after its start, as the tutorial shows', () => {
    const fixture = onePod({
      image: 'busybox',
      args: [...script('touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600')],
      livenessProbe: { exec: { command: ['cat', '/tmp/healthy'] }, initialDelaySeconds: 5, periodSeconds: 5 },
    })
    fixture.runTo(100)
    expect(told(fixture, 'Unhealthy')[0]).toBe(
      "37.016 Unhealthy Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n",
    )
    expect(timesOf(fixture, 'Killing')).toEqual([42.016 + 5])
    // A first process that handles no signals is killed when the grace is over.
    expect(timesOf(fixture, 'Started')).toEqual([2.516, 77.216])
    expect(podOf(fixture).status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(137)
  })
})

describe('several containers', () => {
  it('end a Pod when the last of them has ended, and one failure fails it', () => {
    const fixture = onePod(
      { command: script('sleep 5') },
      {
        restartPolicy: 'Never',
        containers: [
          { name: 'good', image: 'busybox', command: ['sleep', '5'] },
          { name: 'bad', image: 'busybox', command: script('sleep 8; exit 2') },
        ],
      },
    )
    fixture.runTo(10)
    expect(podOf(fixture).status?.phase).toBe('Running')
    expect(podOf(fixture).status?.conditions?.find(({ type }) => type === 'Ready')?.message).toBe(
      'containers with unready status: [good]',
    )
    fixture.runTo(14)
    expect(podOf(fixture).status?.phase).toBe('Failed')
  })
})
