import { describe, expect, it } from 'vitest'
import type { ClusterSettings } from '../../api/cluster-settings.ts'
import { findCondition } from '../runtime/conditions.ts'
import { sentences } from '../../testing/change-sentences.ts'
import { ControllerFixture, simulatedNode, webPod } from '../../testing/controller-fixture.ts'

/** A Node whose machine never had power, made at this second. */
function stillborn(seconds: number, settings: Partial<ClusterSettings> = {}): ControllerFixture {
  const fixture = new ControllerFixture({ settings })
  fixture.runTo(seconds)
  fixture.world.setMachine({ name: 'n1', power: false, kubelet: true, sinceMs: 0 })
  fixture.create('Node', simulatedNode(1))
  return fixture
}

/** The times at which a Node was last found Unknown or heard of again, in seconds. */
function readiness(fixture: ControllerFixture, node = 'n1'): readonly string[] {
  return sentences(fixture.writes, 0).flatMap(line => {
    const match = /^(\S+) \S+ Node (\S+) .*(?:Ready|Pressure) (True|Unknown) /.exec(line)
    return match?.[2] === node ? [`${match[1]} ${match[3]}`] : []
  })
}

describe('a Node whose kubelet never spoke', () => {
  it('is Unknown a minute after its creation, in the words for that', () => {
    const fixture = stillborn(1.7).runTo(59.999)
    expect(fixture.get('Node', 'n1', '').status?.conditions).toBeUndefined()
    // Created at 1 as far as its timestamp says; the first tick after 61 comes at 65.
    fixture.runTo(64.999)
    expect(readiness(fixture)).toEqual([])
    fixture.runTo(65)
    const never = {
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: '2026-01-01T00:00:01Z',
      lastTransitionTime: '2026-01-01T00:01:05Z',
    }
    expect(fixture.get('Node', 'n1', '').status?.conditions).toEqual(
      ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map(type => ({ type, ...never })),
    )
    expect(fixture.eventsAbout('n1')).not.toContain('NodeNotReady')
  })

  it('is written once, and not again while nothing is heard', () => {
    const fixture = stillborn(0).runTo(66)
    fixture.takeWrites()
    fixture.runTo(400)
    expect(fixture.takeWrites().filter(({ event }) => event.kind === 'Node')).toEqual([])
  })
})

describe('a sign of life', () => {
  it('is a renewed Lease even if no status is posted', () => {
    const fixture = new ControllerFixture({ nodes: 1, settings: { nodeStatusReportFrequency: 3_600_000 } })
    expect(readiness(fixture.runTo(1_000))).toEqual(['0.002 True'])
  })

  it('is a posted status even if no Lease is renewed', () => {
    const settings = { nodeLeaseDurationSeconds: 4_000, nodeStatusReportFrequency: 10_000 }
    expect(readiness(new ControllerFixture({ nodes: 1, settings }).runTo(900))).toEqual(['0.002 True'])
    const silent = { nodeLeaseDurationSeconds: 4_000, nodeStatusReportFrequency: 3_600_000 }
    // Both were seen at 5, and never again; the status says more than the conditions, so it is posted ten seconds on.
    const fixture = new ControllerFixture({ nodes: 1, settings: silent }).runTo(62)
    expect(readiness(fixture).slice(0, 2)).toEqual(['0.002 True', '55 Unknown'])
  })
})

describe('a Pod that comes to a Node which is not ready', () => {
  it('is made not ready once, at its binding, and left alone if it is ready afterwards', () => {
    const fixture = new ControllerFixture({ nodes: 2 })
    fixture.runTo(31).setPower('n1', false)
    fixture.runTo(100)
    const pod = fixture.create('Pod', webPod('p', { tolerations: [{ operator: 'Exists' }], nodeSelector: { a: 'b' } }))
    fixture.user.updateStatus('Pod', {
      ...pod,
      status: { ...pod.status, conditions: [{ type: 'Ready', status: 'True' }] },
    })
    const ready = (): string | undefined => findCondition(fixture.get('Pod', 'p').status?.conditions, 'Ready')?.status
    fixture.runTo(101)
    expect(ready()).toBe('True')
    const waiting = fixture.get('Pod', 'p')
    fixture.user.update('Pod', { ...waiting, spec: { ...waiting.spec, nodeName: 'n1' } })
    fixture.runTo(101.002)
    expect(ready()).toBe('False')
    expect(fixture.eventsAbout('p')).toContain('NodeNotReady')
    const lost = fixture.get('Pod', 'p')
    fixture.user.updateStatus('Pod', {
      ...lost,
      status: { ...lost.status, conditions: [{ type: 'Ready', status: 'True' }] },
    })
    fixture.runTo(200)
    expect(ready()).toBe('True')
  })
})

it('says nothing of a Pod that was not ready already when its Node is lost', () => {
  const fixture = new ControllerFixture({ nodes: 2 })
  const probe = { httpGet: { path: '/', port: 8080 } }
  fixture.create('Pod', webPod('p', { nodeName: 'n1' }, { readinessProbe: probe }))
  fixture.world.setReadinessFails('default', 'p', true)
  fixture.runTo(31).setPower('n1', false)
  fixture.takeWrites()
  fixture.runTo(120)
  expect(readiness(fixture)).toHaveLength(1)
  expect(sentences(fixture.writes, 0).filter(line => line.includes('Pod p'))).toEqual([])
})

it('registers a Node with the first tick that sees it, and takes leave of it with the first that does not', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.runTo(7)
  fixture.user.delete('Node', '', 'n1')
  fixture.runTo(20)
  const said = sentences(fixture.writes, 0).filter(
    line => line.includes('in Controller') || line.includes('from Controller'),
  )
  expect(said).toEqual([
    '5 node-controller: Normal RegisteredNode on Node n1 "Node n1 event: Registered Node n1 in Controller"',
    '10 node-controller: Normal RemovingNode on Node n1 "Node n1 event: Removing Node n1 from Controller"',
  ])
})

describe('settings take effect while the cluster runs:', () => {
  const dyingAt = (settings: Partial<ClusterSettings>): readonly string[] => {
    const fixture = new ControllerFixture({ nodes: 2 })
    fixture.runTo(36).setPower('n1', false)
    fixture.settings = { ...fixture.settings, ...settings }
    return readiness(fixture.runTo(300)).slice(1)
  }

  // The last Lease of n1 was renewed after 30 and seen at 35.
  it('node-monitor-grace-period', () => {
    expect(dyingAt({})).toEqual(['85 Unknown'])
    expect(dyingAt({ 'node-monitor-grace-period': 40_000 })).toEqual(['75 Unknown'])
  })

  it('node-monitor-period, from the tick after the one that is due', () => {
    expect(dyingAt({ 'node-monitor-period': 7_000 })).toEqual(['89 Unknown'])
  })

  it('node-startup-grace-period', () => {
    const fixture = stillborn(0).runTo(10)
    fixture.settings = { ...fixture.settings, 'node-startup-grace-period': 20_000 }
    expect(readiness(fixture.runTo(100))).toEqual(['20 Unknown'])
  })

  it('default-not-ready-toleration-seconds and default-unreachable-toleration-seconds, for Pods made from then on', () => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.settings = {
      ...fixture.settings,
      'default-not-ready-toleration-seconds': 10,
      'default-unreachable-toleration-seconds': 20,
    }
    const { tolerations = [] } = fixture.create('Pod', webPod('p')).spec
    expect(tolerations.map(({ tolerationSeconds }) => tolerationSeconds)).toEqual([10, 20])
  })

  const renewals = (change: Partial<ClusterSettings>): readonly number[] => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.runTo(25)
    fixture.settings = { ...fixture.settings, ...change }
    fixture.runTo(60)
    return fixture.writes.flatMap(({ atMs, event }) => (event.kind === 'Lease' ? [atMs / 1000] : []))
  }

  it('nodeLeaseDurationSeconds: a Lease is renewed after a quarter of it and up to four hundredths more', () => {
    const steps = (times: readonly number[]): readonly number[] =>
      times.slice(1).map((time, index) => time - (times[index] ?? 0))
    const usual = steps(renewals({}))
    expect(usual).toHaveLength(5)
    for (const step of usual) expect(step).toBeGreaterThanOrEqual(10)
    for (const step of usual) expect(step).toBeLessThanOrEqual(10.4)
    expect(new Set(usual).size).toBe(5)
    expect(renewals({})).toEqual(renewals({}))
    const shorter = steps(renewals({ nodeLeaseDurationSeconds: 8 })).slice(3)
    for (const step of shorter) expect(step).toBeGreaterThanOrEqual(2)
    for (const step of shorter) expect(step).toBeLessThanOrEqual(2.08)
    expect(shorter.length).toBeGreaterThan(10)
  })

  const posts = (change: Partial<ClusterSettings>): readonly number[] => {
    const fixture = new ControllerFixture({ nodes: 1 })
    fixture.runTo(15)
    fixture.settings = { ...fixture.settings, ...change }
    fixture.runTo(700)
    return fixture.writes.flatMap(({ atMs, actor, event }) =>
      event.kind === 'Node' && actor === 'kubelet/n1' && event.object.status !== event.previous?.status
        ? [atMs / 1000]
        : [],
    )
  }

  it('nodeStatusReportFrequency: a status that says nothing new is posted every five minutes', () => {
    expect(posts({}).filter(time => time > 15)).toEqual([300.002, 600.002])
    expect(posts({ nodeStatusReportFrequency: 100_000 }).filter(time => time > 15 && time < 400)).toEqual([
      100.002, 200.002, 300.002,
    ])
  })

  it('nodeStatusUpdateFrequency: a status is worked out every ten seconds', () => {
    const cordonNoticed = (change: Partial<ClusterSettings>): string | undefined => {
      const fixture = new ControllerFixture({ nodes: 1 })
      fixture.runTo(15)
      fixture.settings = { ...fixture.settings, ...change }
      fixture.runTo(21)
      const node = fixture.get('Node', 'n1', '')
      fixture.user.update('Node', { ...node, spec: { ...node.spec, unschedulable: true } })
      fixture.runTo(60)
      return sentences(fixture.writes, 0)
        .find(line => line.includes('NodeNotSchedulable'))
        ?.split(' ')[0]
    }
    expect(cordonNoticed({})).toBe('30.002')
    expect(cordonNoticed({ nodeStatusUpdateFrequency: 2_000 })).toBe('22.002')
  })
})
