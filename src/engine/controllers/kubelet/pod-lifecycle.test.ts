import { describe, expect, it } from 'vitest'
import type { ControllerFixture } from '../../testing/controller-fixture.ts'
import { onePod, podOf, readyChanges, script, statuses, told } from '../../testing/kubelet-fixture.ts'

/** Phase, address and the five conditions, each by its first letters, its status and its reason where it has one. */
function stage(fixture: ControllerFixture): string {
  const { phase, podIP, conditions = [] } = podOf(fixture).status ?? {}
  const names = ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready']
  const words = names.map(name => {
    const one = conditions.find(({ type }) => type === name)
    return one ? `${one.status[0]}${one.reason ? `(${one.reason})` : ''}` : '-'
  })
  return [phase, podIP ?? '-', ...words].join(' ')
}

describe('the stages of a Pod', () => {
  it('are these, from creation to its end', () => {
    const fixture = onePod({
      readinessProbe: { httpGet: { port: 8080 }, initialDelaySeconds: 2, periodSeconds: 3 },
      lifecycle: { preStop: { sleep: { seconds: 3 } } },
    })
    expect(stage(fixture)).toBe('Pending - - - - - -')
    expect(stage(fixture.runTo(2.01))).toBe('Pending - - - - - -')
    expect(stage(fixture.runTo(2.1))).toBe('Pending - T F T F(ContainersNotReady) F(ContainersNotReady)')
    expect(stage(fixture.runTo(3.5))).toBe('Running 10.244.1.2 T T T F(ContainersNotReady) F(ContainersNotReady)')
    expect(stage(fixture.runTo(9))).toBe('Running 10.244.1.2 T T T T T')
    fixture.user.delete('Pod', 'default', 'p')
    expect(stage(fixture.runTo(11))).toBe('Running 10.244.1.2 T T T T T')
    expect(stage(fixture.runTo(12.25))).toBe('Succeeded 10.244.1.2 T F T(PodCompleted) F(PodCompleted) F(PodCompleted)')
    expect(fixture.runTo(12.4).pods()).toEqual([])
  })

  it('has its address with the first status after a pull, however long that took', () => {
    const fixture = onePod({}, {}, { 'sim-image-pull-time': 5_000 }).runTo(7)
    expect(stage(fixture)).toBe('Pending - T F T F(ContainersNotReady) F(ContainersNotReady)')
    expect(fixture.world.processAt('10.244.1.2')?.listening).toBe(false)
    expect(fixture.endpoints('web')).toEqual([])
    expect(stage(fixture.runTo(9))).toBe('Running 10.244.1.2 T T T T T')
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2 ready serving'])
  })

  it('without a readiness probe is ready with its first status, and so born ready in its slice', () => {
    const fixture = onePod().runTo(5)
    expect(readyChanges(fixture).map(line => line.split(' ')[1])).toEqual(['False', 'True'])
    const seen = fixture.writes.flatMap(({ event }) =>
      event.kind === 'EndpointSlice' ? (event.object.endpoints ?? []).map(({ conditions }) => conditions?.ready) : [],
    )
    expect(new Set(seen)).toEqual(new Set([true]))
  })
})

describe('a machine that starts again', () => {
  function reboot(fixture: ControllerFixture): ControllerFixture {
    fixture.setPower('n1', false)
    fixture.runTo(fixture.loop.nowMs / 1000 + 5)
    fixture.setPower('n1', true)
    return fixture
  }

  it('gives a Pod a new sandbox and address, one restart more, and readiness when it is earned again', () => {
    const fixture = onePod({ readinessProbe: { httpGet: { port: 8080 } } }).runTo(10)
    reboot(fixture).runTo(60)
    expect(told(fixture, 'SandboxChanged')).toEqual([
      '25.01 SandboxChanged Pod sandbox changed, it will be killed and re-created.',
    ])
    expect(readyChanges(fixture, 15).map(line => line.split(' ')[1])).toEqual(['False', 'True'])
    expect(
      statuses(fixture)
        .map(line => line.replace(/^\S+ /, ''))
        .slice(-3),
    ).toEqual(['Running ContainerCreating#1', 'Running Running#1', 'Running Running#1+'])
    expect(podOf(fixture).status?.podIP).toBe('10.244.1.3')
    expect(podOf(fixture).status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
      exitCode: 255,
      reason: 'Unknown',
    })
    expect(fixture.endpoints('web')).toEqual(['10.244.1.3 ready serving'])
  })

  it('runs the init containers again, and a script from its start', () => {
    const init = { name: 'a', image: 'busybox', command: script('sleep 2') }
    const fixture = onePod({ command: script('sleep 1000') }, { initContainers: [init] }).runTo(10)
    reboot(fixture).runTo(60)
    const { status } = podOf(fixture)
    expect(status?.initContainerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      state: { terminated: { exitCode: 0 } },
    })
    expect(status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, state: { running: {} } })
  })

  it('fails a Pod that is never started again', () => {
    const fixture = onePod({}, { restartPolicy: 'Never' }).runTo(10)
    reboot(fixture).runTo(60)
    expect(stage(fixture)).toBe('Failed - T F T F(PodFailed) F(PodFailed)')
    expect(told(fixture, 'SandboxChanged')).toEqual([])
  })

  it('leaves what had ended well as it was', () => {
    const containers = [
      { name: 'done', image: 'busybox', command: ['true'] },
      { name: 'server', image: 'web:1' },
    ]
    const fixture = onePod({}, { restartPolicy: 'OnFailure', containers }).runTo(10)
    reboot(fixture).runTo(60)
    expect(podOf(fixture).status?.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0, 1])
  })
})
