import { describe, expect, it } from 'vitest'
import { findCondition } from '../runtime/conditions.ts'
import { ControllerFixture, simulatedNode, webDeployment, webPod } from '../../testing/controller-fixture.ts'
import { onePod, readyChanges, readyOf } from '../../testing/kubelet-fixture.ts'

describe('start', () => {
  it('goes the way of the timeline: bound, noticed, sandbox, container, seen by a relist', () => {
    const fixture = onePod()
    const times = (): readonly string[] =>
      fixture.writes.flatMap(({ atMs, event }) => {
        if (event.kind !== 'Pod') return []
        const { spec, status } = event.object
        return [
          `${atMs - 2000} ${status?.phase} ${spec.nodeName ?? '-'} ${status?.podIP ?? '-'} ${status?.containerStatuses?.[0]?.state?.waiting?.reason ?? ''}`.trim(),
        ]
      })
    fixture.runTo(2.6)
    expect(times()).toEqual(['0 Pending - -', '6 Pending n1 -', '16 Pending n1 - ContainerCreating'])
    expect(fixture.endpoints('web')).toEqual([])
    expect(fixture.world.processAt('10.244.1.2')?.listening).toBe(true)
    fixture.runTo(4)
    expect(times().at(-1)).toMatch(/^\d+ Running n1 10\.244\.1\.2$/)
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2 ready serving'])
    expect(fixture.eventsAbout('p')).toEqual(['Scheduled', 'Pulled', 'Created', 'Started'])
  })

  it('gives its Node the labels of what it runs on', () => {
    const fixture = new ControllerFixture({ nodes: 0 })
    const annotations = { 'service-playground/simulated': 'true' }
    fixture.create('Node', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'own', annotations, labels: { 'kubernetes.io/arch': 'arm64' } },
      spec: {},
    })
    expect(fixture.runTo(5).user.get('Node', '', 'own')?.metadata.labels).toEqual({
      'kubernetes.io/hostname': 'own',
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'arm64',
      'beta.kubernetes.io/os': 'linux',
      'beta.kubernetes.io/arch': 'arm64',
    })
  })

  it("writes the conditions of a running Pod in the kubelet's order", () => {
    const fixture = onePod().runTo(5)
    const { status } = fixture.get('Pod', 'p')
    expect(status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'PodReadyToStartContainers=True',
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ])
    expect([status?.hostIP, status?.qosClass, status?.containerStatuses?.[0]?.restartCount]).toEqual([
      '172.18.0.11',
      'BestEffort',
      0,
    ])
  })

  it('shows a Pod with init containers Pending with an address', () => {
    const fixture = onePod(
      {},
      {
        initContainers: [
          { name: 'a', image: 'i' },
          { name: 'b', image: 'i' },
        ],
      },
    )
    fixture.runTo(3.5)
    const { status } = fixture.get('Pod', 'p')
    expect([status?.phase, status?.podIP]).toEqual(['Pending', '10.244.1.2'])
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2'])
    fixture.runTo(8)
    expect(readyOf(fixture)).toBe('True')
    expect(
      fixture.get('Pod', 'p').status?.initContainerStatuses?.map(({ state }) => state?.terminated?.reason),
    ).toEqual(['Completed', 'Completed'])
  })

  it('pulls an image once for each Node', () => {
    const fixture = new ControllerFixture({ nodes: 1, settings: { 'sim-image-pull-time': 2_000 } })
    fixture.create('Pod', webPod('p'))
    fixture.runTo(6)
    fixture.create('Pod', webPod('q'))
    fixture.runTo(8)
    expect(fixture.eventsAbout('p')).toEqual(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started'])
    expect(fixture.eventsAbout('q')).toEqual(['Scheduled', 'Pulled', 'Created', 'Started'])
  })

  it('gives addresses in order and a released one not again at once', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    for (const name of ['a', 'b', 'c']) fixture.create('Pod', webPod(name))
    fixture.runTo(3)
    expect(fixture.pods().map(({ status }) => status?.podIP)).toEqual(['10.244.1.2', '10.244.1.3', '10.244.1.4'])
    fixture.user.delete('Pod', 'default', 'b')
    fixture.runTo(6)
    fixture.create('Pod', webPod('d'))
    fixture.runTo(9)
    expect(fixture.get('Pod', 'd').status?.podIP).toBe('10.244.1.5')
  })

  it('listens on the declared ports, or anywhere when none is declared', () => {
    const declared = onePod({ ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] }).runTo(4)
    expect(declared.world.processAt('10.244.1.2')).toMatchObject({ tcpPorts: [80], udpPorts: [53] })
    const silent = onePod({ ports: [] }).runTo(4)
    expect(silent.world.processAt('10.244.1.2')).toMatchObject({ tcpPorts: 'any', udpPorts: 'any' })
  })
})

describe('readiness', () => {
  const probe = { httpGet: { port: 8080, path: '/readyz' } }

  it('is found right after the first status, not a period later', () => {
    const fixture = onePod({ readinessProbe: probe }).runTo(5)
    const [, notReady, ready] = readyChanges(fixture)
    expect(notReady).toBeDefined()
    const seen = fixture.writes.find(({ event }) => event.kind === 'Pod' && event.object.status?.phase === 'Running')
    expect(ready ?? notReady).toBe(`${((seen?.atMs ?? 0) + 1) / 1000} True`)
  })

  it('waits for the probe ticker when the initial delay is not over at the first try', () => {
    const fixture = onePod({ readinessProbe: { ...probe, initialDelaySeconds: 5 } }).runTo(20)
    const seen = fixture.writes.find(({ event }) => event.kind === 'Pod' && event.object.status?.phase === 'Running')
    expect(readyChanges(fixture).at(-1)).toBe(`${((seen?.atMs ?? 0) + 1) / 1000 + 10} True`)
  })

  it('is lost at the third failure in a row and found again at the next success', () => {
    const fixture = onePod({ readinessProbe: { ...probe, periodSeconds: 10 } }).runTo(30)
    const lastMs = Number(readyChanges(fixture).at(-1)?.split(' ')[0]) * 1000
    fixture.world.setReadinessFails('default', 'p', true)
    fixture.runTo(100)
    // Ticks lie 10 s apart from the poke on; the fault came at 30.
    const firstTick = lastMs + Math.ceil((30_000 - lastMs) / 10_000) * 10_000
    expect(readyChanges(fixture, 30)).toEqual([`${(firstTick + 20_000) / 1000} False`])
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2'])
    const unhealthy = fixture.user.list('Event').find(({ reason }) => reason === 'Unhealthy')
    expect(unhealthy?.message).toBe('Readiness probe failed: HTTP probe failed with statuscode: 503')
    expect(unhealthy?.count).toBeGreaterThanOrEqual(3)
    fixture.world.setReadinessFails('default', 'p', false)
    fixture.runTo(111)
    expect(readyOf(fixture)).toBe('True')
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2 ready serving'])
  })

  it('follows the fault within a relist where there is no probe', () => {
    const fixture = onePod().runTo(10)
    fixture.world.setReadinessFails('default', 'p', true)
    fixture.runTo(11.1)
    expect(readyOf(fixture)).toBe('False')
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2'])
    fixture.world.setReadinessFails('default', 'p', false)
    fixture.runTo(12.2)
    expect(readyOf(fixture)).toBe('True')
  })

  it('never comes when the probe asks a port on which nobody listens', () => {
    const fixture = onePod({ readinessProbe: { tcpSocket: { port: 9999 } } }).runTo(60)
    expect(readyOf(fixture)).toBe('False')
    expect(fixture.user.list('Event').find(({ reason }) => reason === 'Unhealthy')?.message).toBe(
      'Readiness probe failed: dial tcp 10.244.1.2:9999: connect: connection refused',
    )
  })

  it('waits for a readiness gate', () => {
    const fixture = onePod({}, { readinessGates: [{ conditionType: 'example.com/gate' }] }).runTo(5)
    const pod = fixture.get('Pod', 'p')
    expect(findCondition(pod.status?.conditions, 'Ready')?.reason).toBe('ReadinessGatesNotReady')
    const conditions = [...(pod.status?.conditions ?? []), { type: 'example.com/gate', status: 'True' as const }]
    fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions } })
    fixture.runTo(6)
    expect(readyOf(fixture)).toBe('True')
    const again = fixture.get('Pod', 'p')
    const closed = (again.status?.conditions ?? []).map(one =>
      one.type === 'example.com/gate' ? { ...one, status: 'False' as const } : one,
    )
    fixture.user.updateStatus('Pod', { ...again, status: { ...again.status, conditions: closed } })
    fixture.runTo(7)
    expect(findCondition(fixture.get('Pod', 'p').status?.conditions, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'the status of pod readiness gate "example.com/gate" is not "True", but False',
    })
    expect(findCondition(fixture.get('Pod', 'p').status?.conditions, 'ContainersReady')?.status).toBe('True')
  })
})

describe('the sandbox', () => {
  it('waits for an address when its block has none left, and takes the first that is freed', () => {
    const fixture = new ControllerFixture({ nodes: 0 })
    fixture.create('Node', { ...simulatedNode(1), spec: { podCIDR: '10.244.1.0/29', podCIDRs: ['10.244.1.0/29'] } })
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) fixture.create('Pod', webPod(name))
    fixture.runTo(6)
    const ips = fixture.pods().map(({ status }) => status?.podIP ?? '-')
    expect(ips).toEqual(['10.244.1.2', '10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6', '-'])
    expect(fixture.get('Pod', 'f').status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ContainerCreating')
    const failed = fixture.user.list('Event').find(({ reason }) => reason === 'FailedCreatePodSandBox')
    expect(failed?.message).toContain('no IP addresses available in range set: 10.244.1.1-10.244.1.6')
    fixture.user.delete('Pod', 'default', 'c')
    fixture.runTo(10)
    expect(fixture.get('Pod', 'f').status).toMatchObject({ phase: 'Running', podIP: '10.244.1.4' })
  })

  it('of a Pod on the network of its host has the address of the node, as others have', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    const container = (port: number) => ({ ports: [{ containerPort: port }] })
    fixture.create('Pod', webPod('a', { hostNetwork: true }, container(8080)))
    fixture.create('Pod', webPod('b', { hostNetwork: true }, container(9090)))
    fixture.runTo(5)
    expect([8080, 9090].map(port => fixture.world.processAt('172.18.0.11', port)?.name)).toEqual(['a', 'b'])
    expect(fixture.pods().map(({ status }) => [status?.podIP, status?.hostIP])).toEqual([
      ['172.18.0.11', '172.18.0.11'],
      ['172.18.0.11', '172.18.0.11'],
    ])
  })
})

describe('liveness', () => {
  it('restarts a container at once, then with growing pauses', () => {
    const fixture = onePod({ livenessProbe: { tcpSocket: { port: 9999 }, periodSeconds: 1 } }).runTo(40)
    const starts = fixture.writes.flatMap(({ atMs, event }) =>
      event.kind === 'Event' && event.object.reason === 'Started' ? [atMs / 1000] : [],
    )
    expect(starts.length).toBeGreaterThan(2)
    const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0))
    expect(gaps[0]).toBeLessThan(6)
    expect(gaps[1]).toBeGreaterThan(10)
    expect(fixture.get('Pod', 'p').status?.containerStatuses?.[0]?.restartCount).toBe(starts.length - 1)
    expect(fixture.get('Pod', 'p').status?.podIP).toBe('10.244.1.2')
    expect(fixture.user.list('Event').map(({ message }) => message)).toContain(
      'Container app failed liveness probe, will be restarted',
    )
  })
})

describe('the graceful end', () => {
  it('goes the way of the timeline: preStop 5 s, SIGTERM, 3 s of draining, gone', () => {
    const fixture = onePod({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }).runTo(10)
    fixture.settings = { ...fixture.settings, 'sim-drain-time': 3_000 }
    fixture.user.delete('Pod', 'default', 'p')
    fixture.runTo(10.045)
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2 serving terminating'])
    expect(fixture.get('Endpoints', 'web').subsets).toBeUndefined()
    fixture.runTo(18)
    expect(fixture.world.processAt('10.244.1.2')?.listening).toBe(true)
    // Noticed 10 ms after the request, so everything is 10 ms later.
    fixture.runTo(18.01)
    expect(fixture.world.processAt('10.244.1.2')).toBeUndefined()
    const { status } = fixture.get('Pod', 'p')
    expect([status?.phase, findCondition(status?.conditions, 'Ready')?.reason]).toEqual(['Succeeded', 'PodCompleted'])
    fixture.runTo(18.1)
    expect(fixture.endpoints('web')).toEqual([])
    fixture.runTo(18.2)
    expect(fixture.pods()).toEqual([])
    expect(fixture.eventsAbout('p').at(-1)).toBe('Killing')
  })

  it('cuts a hook that is longer than the grace, and kills what does not end in two seconds', () => {
    const fixture = onePod({ lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'sleep 40'] } } } }).runTo(10)
    fixture.settings = { ...fixture.settings, 'sim-drain-time': 60_000 }
    fixture.user.delete('Pod', 'default', 'p')
    fixture.runTo(42)
    expect(fixture.world.processAt('10.244.1.2')?.listening).toBe(true)
    fixture.runTo(42.02)
    expect(fixture.get('Pod', 'p').status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(137)
    expect(fixture.get('Pod', 'p').status?.phase).toBe('Failed')
  })

  it('keeps a process for a moment after its object was removed by force', () => {
    const fixture = onePod().runTo(10)
    fixture.user.delete('Pod', 'default', 'p', { gracePeriodSeconds: 0 })
    fixture.runTo(10.1)
    expect(fixture.pods()).toEqual([])
    expect(fixture.world.processAt('10.244.1.2')?.listening).toBe(true)
    fixture.runTo(11)
    expect(fixture.world.processAt('10.244.1.2')).toBeUndefined()
  })

  it('follows readiness while it ends', () => {
    const fixture = onePod({
      readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 },
      lifecycle: { preStop: { sleep: { seconds: 20 } } },
    })
    fixture.runTo(10)
    fixture.user.delete('Pod', 'default', 'p')
    fixture.world.setReadinessFails('default', 'p', true)
    fixture.runTo(12)
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2 terminating'])
  })

  it('shortens an end that is under way', () => {
    const fixture = onePod({ lifecycle: { preStop: { sleep: { seconds: 25 } } } }).runTo(10)
    fixture.user.delete('Pod', 'default', 'p')
    fixture.runTo(12)
    fixture.user.delete('Pod', 'default', 'p', { gracePeriodSeconds: 1 })
    fixture.runTo(14)
    expect(fixture.pods()).toEqual([])
  })
})

describe('the machine', () => {
  it('appears in the world, with a Lease renewed every ten seconds and up to four percent', () => {
    const fixture = onePod().runTo(120)
    expect(fixture.world.machine('n1')).toEqual({ name: 'n1', power: true, kubelet: true, sinceMs: 2 })
    const renewals = fixture.writes.filter(({ event }) => event.kind === 'Lease').map(({ atMs }) => atMs)
    const gaps = renewals.slice(1).map((at, index) => at - (renewals[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10_000)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(10_400)
    expect(new Set(gaps).size).toBeGreaterThan(5)
  })

  it('posts status every five minutes when nothing changes', () => {
    const fixture = onePod().runTo(30)
    fixture.takeWrites()
    fixture.runTo(650)
    expect(fixture.writes.filter(({ event }) => event.kind === 'Node')).toHaveLength(2)
  })

  it('freezes without power: its Pods stay in the table, and nothing is written', () => {
    const fixture = onePod({ readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 } }).runTo(10)
    fixture.setPower('n1', false)
    fixture.takeWrites()
    fixture.user.delete('Pod', 'default', 'p')
    fixture.runTo(40)
    expect(fixture.writes.filter(({ event }) => event.kind === 'Pod' || event.kind === 'Lease')).toHaveLength(1)
    expect(fixture.world.processAt('10.244.1.2')).toBeDefined()
  })

  it('lets containers run on while only its kubelet is stopped', () => {
    const fixture = onePod().runTo(10)
    const machine = fixture.world.machine('n1')
    if (machine) fixture.world.setMachine({ ...machine, kubelet: false, sinceMs: 10_000 })
    fixture.runTo(20)
    expect(fixture.world.processAt('10.244.1.2')?.listening).toBe(true)
    if (machine) fixture.world.setMachine({ ...machine, kubelet: true, sinceMs: 20_000 })
    fixture.runTo(25)
    const { status } = fixture.get('Pod', 'p')
    expect([status?.podIP, status?.containerStatuses?.[0]?.restartCount, readyOf(fixture)]).toEqual([
      '10.244.1.2',
      0,
      'True',
    ])
  })

  it('gives a Pod that comes back with its machine a new sandbox', () => {
    const fixture = onePod().runTo(10)
    fixture.setPower('n1', false)
    fixture.runTo(15)
    fixture.setPower('n1', true)
    fixture.runTo(15.001)
    expect(fixture.world.processAt('10.244.1.2')).toBeUndefined()
    fixture.runTo(30)
    const { status } = fixture.get('Pod', 'p')
    expect([status?.podIP, status?.containerStatuses?.[0]?.restartCount, readyOf(fixture)]).toEqual([
      '10.244.1.3',
      1,
      'True',
    ])
    expect(status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(255)
    expect(fixture.endpoints('web')).toEqual(['10.244.1.3 ready serving'])
  })
})

it('starts 110 Pods of one Node and no more', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Deployment', webDeployment(115))
  fixture.runTo(8)
  expect(fixture.pods().filter(({ status }) => status?.phase === 'Running')).toHaveLength(110)
  const waiting = fixture.pods().find(({ spec }) => spec.nodeName === undefined)
  expect(findCondition(waiting?.status?.conditions, 'PodScheduled')?.message).toBe(
    '0/1 nodes are available: 1 Too many pods. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  )
})
