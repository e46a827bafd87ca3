import { describe, expect, it } from 'vitest'
import { findCondition } from '../runtime/conditions.ts'
import { onePod, podOf, readyOf, script, statuses, timesOf, told } from '../../testing/kubelet-fixture.ts'

const INIT = (name: string, text: string) => ({ name, image: 'busybox', command: script(text) })
const SIDECAR = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }

describe('init containers', () => {
  it('run one after another, each when the one before was seen to have ended well', () => {
    const fixture = onePod({}, { initContainers: [INIT('a', 'sleep 3'), INIT('b', 'sleep 2')] }).runTo(20)
    expect(statuses(fixture).map(line => line.replace(/^\S+ /, ''))).toEqual([
      'Pending',
      'Pending PodInitializing PodInitializing PodInitializing',
      'Pending Running PodInitializing PodInitializing',
      'Pending Completed+ PodInitializing PodInitializing',
      'Pending Completed+ Running PodInitializing',
      'Pending Completed+ Completed+ PodInitializing',
      'Running Completed+ Completed+ Running+',
    ])
    const [a = 0, b = 0, app = 0] = timesOf(fixture, 'Started')
    // 3 s of work, seen by the look at 6.418, 200 ms to start; then 2 s, and the look at 9.418.
    expect([a, b, app].map(time => Math.round(time * 1000))).toEqual([2516, 6618, 9618])
    expect(readyOf(fixture)).toBe('True')
  })

  it('leave the Pod Pending with an address and name who is not done', () => {
    const fixture = onePod({}, { initContainers: [INIT('a', 'sleep 1'), INIT('b', 'sleep 60')] }).runTo(10)
    const { status } = podOf(fixture)
    expect([status?.phase, status?.podIP]).toEqual(['Pending', '10.244.1.2'])
    expect(findCondition(status?.conditions, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [b]',
    })
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2'])
  })

  it('that fail are tried again with the back-off, and under Never fail the Pod', () => {
    const again = onePod({}, { initContainers: [INIT('a', 'exit 1')] }).runTo(10)
    expect(podOf(again).status?.initContainerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
    })
    expect(podOf(again).status?.phase).toBe('Pending')
    const never = onePod({}, { restartPolicy: 'Never', initContainers: [INIT('a', 'exit 1')] }).runTo(10)
    expect(podOf(never).status?.phase).toBe('Failed')
    expect(timesOf(never, 'Started')).toHaveLength(1)
    expect(findCondition(podOf(never).status?.conditions, 'Initialized')?.status).toBe('False')
  })

  it('can wait for something to come up', () => {
    const fixture = onePod({}, { initContainers: [INIT('wait', 'until test -f /tmp/go; do sleep 2; done')] }).runTo(10)
    const uid = podOf(fixture).metadata.uid
    expect(podOf(fixture).status?.phase).toBe('Pending')
    fixture.world.setFile({ uid, container: 'wait' }, '/tmp/go', '')
    fixture.runTo(15)
    expect(podOf(fixture).status?.phase).toBe('Running')
  })
})

describe('sidecars', () => {
  it('start in their turn among the init containers and go on', () => {
    const fixture = onePod({}, { initContainers: [SIDECAR, INIT('b', 'sleep 2')] }).runTo(10)
    const [proxy, b] = podOf(fixture).status?.initContainerStatuses ?? []
    expect([proxy?.state?.running !== undefined, proxy?.ready, b?.state?.terminated?.exitCode]).toEqual([true, true, 0])
    expect(readyOf(fixture)).toBe('True')
  })

  it('hold up what comes after them until their startup probe has passed', () => {
    const sidecar = {
      ...SIDECAR,
      command: script('sleep 4; ./proxy'),
      startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
      ports: [{ containerPort: 8080 }],
    }
    const fixture = onePod(
      {},
      { initContainers: [{ ...sidecar, startupProbe: { ...sidecar.startupProbe, failureThreshold: 30 } }] },
    )
    fixture.runTo(6.5)
    expect(timesOf(fixture, 'Started')).toHaveLength(1)
    fixture.runTo(12)
    // It listens at 6.516; its probe runs at 7.016, and the app is started in that moment.
    expect(timesOf(fixture, 'Started').map(time => Math.round(time * 1000))).toEqual([2516, 7216])
  })

  it('count for the readiness of the Pod', () => {
    const sidecar = { ...SIDECAR, readinessProbe: { tcpSocket: { port: 9999 } } }
    const fixture = onePod({}, { initContainers: [sidecar] }).runTo(10)
    expect(findCondition(podOf(fixture).status?.conditions, 'Ready')?.message).toBe(
      'containers with unready status: [proxy]',
    )
  })

  it('are started again whatever the policy, and stopped when the others are done', () => {
    const fixture = onePod(
      { command: ['sleep', '20'] },
      {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 5,
        initContainers: [
          { ...SIDECAR, command: script('sleep 3; exit 1') },
          { ...SIDECAR, name: 'other' },
        ],
      },
    )
    fixture.runTo(15)
    expect(podOf(fixture).status?.initContainerStatuses?.[0]?.restartCount).toBeGreaterThan(0)
    fixture.runTo(40)
    expect(podOf(fixture).status?.phase).toBe('Succeeded')
    expect(told(fixture, 'Killing').at(-1)).toContain('Stopping container other')
  })
})
