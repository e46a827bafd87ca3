import { describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, type ClusterSettings } from '../../api/cluster-settings.ts'
import type { Labels } from '../../api/meta.ts'
import { sentences } from '../../testing/change-sentences.ts'
import { ControllerFixture, simulatedNode } from '../../testing/controller-fixture.ts'
import { zoneState } from './zones.ts'

describe('the state of a zone', () => {
  it.each([
    [{ ready: 3, notReady: 0 }, 'Normal'],
    [{ ready: 0, notReady: 1 }, 'FullDisruption'],
    [{ ready: 1, notReady: 2 }, 'Normal'],
    [{ ready: 2, notReady: 3 }, 'PartialDisruption'],
    [{ ready: 3, notReady: 3 }, 'Normal'],
    [{ ready: 9, notReady: 11 }, 'PartialDisruption'],
    [{ ready: 46, notReady: 54 }, 'Normal'],
    [{ ready: 0, notReady: 0 }, 'Normal'],
  ])('of %j is %s', (counts, state) => expect(zoneState(counts, DEFAULT_SETTINGS)).toBe(state))
})

interface Made {
  /** How many Nodes each zone has. */
  readonly zones: readonly number[]
  readonly settings?: Partial<ClusterSettings>
  readonly labels?: (index: number) => Labels
}

/** Nodes n1, n2, … that fill one zone after the other; it is 60 s, and all Leases were seen within the last ten. */
function nodes({ zones, settings = {}, labels = () => ({}) }: Made): ControllerFixture {
  const fixture = new ControllerFixture({ settings })
  let index = 0
  zones.forEach((count, zone) => {
    for (let made = 0; made < count; made++) {
      index++
      fixture.create('Node', simulatedNode(index, { 'topology.kubernetes.io/zone': `zone-${zone}`, ...labels(index) }))
    }
  })
  fixture.runTo(60).takeWrites()
  return fixture
}

function power(fixture: ControllerFixture, on: boolean, ...indexes: readonly number[]): ControllerFixture {
  for (const index of indexes) fixture.setPower(`n${index}`, on)
  return fixture
}

/** `115.1 n2`, for each NoExecute taint that came. */
function tainted(fixture: ControllerFixture): readonly string[] {
  return sentences(fixture.writes, 0).flatMap(line => {
    const match = /^(\S+) node-controller: Node (\S+) \+\S+:NoExecute/.exec(line)
    return match ? [`${match[1]} ${match[2]}`] : []
  })
}

function unknownAt(fixture: ControllerFixture, node: string): number {
  const line = sentences(fixture.writes, 0).find(text => text.includes(`Node ${node} `) && text.includes(' Unknown '))
  return Number(line?.split(' ')[0])
}

/** Indexes from `first` to `last`. */
function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

describe('which Nodes of a broken zone get the NoExecute taint', () => {
  it('are both of two that die of three, the second ten seconds after the first', () => {
    const fixture = power(nodes({ zones: [3] }), false, 1, 2).runTo(300)
    const seconds = unknownAt(fixture, 'n1')
    expect(tainted(fixture)).toEqual([`${seconds + 0.1} n1`, `${seconds + 10.1} n2`])
  })

  it('are all of three that die of six, ten seconds apart', () => {
    const fixture = power(nodes({ zones: [6] }), false, 1, 2, 3).runTo(300)
    const seconds = unknownAt(fixture, 'n1')
    expect(tainted(fixture)).toEqual([`${seconds + 0.1} n1`, `${seconds + 10.1} n2`, `${seconds + 20.1} n3`])
  })

  it('are none of three that die of five, until enough return; then the others follow ten seconds apart', () => {
    const fixture = power(nodes({ zones: [5] }), false, 1, 2, 3).runTo(600)
    expect(tainted(fixture)).toEqual([])
    power(fixture, true, 1).runTo(700)
    expect(tainted(fixture)).toEqual(['620 n2', '630 n3'])
  })

  it('are none when the only Node is dead, nor when all are', () => {
    expect(tainted(power(nodes({ zones: [1] }), false, 1).runTo(900))).toEqual([])
    expect(tainted(power(nodes({ zones: [2, 1] }), false, 1, 2, 3).runTo(900))).toEqual([])
  })

  it('are all of a zone that is dead while another works', () => {
    const fixture = power(nodes({ zones: [2, 1] }), false, 1, 2).runTo(300)
    const seconds = unknownAt(fixture, 'n1')
    expect(tainted(fixture)).toEqual([`${seconds + 0.1} n1`, `${seconds + 10.1} n2`])
  })

  it('are of two zones counted apart', () => {
    const fixture = power(nodes({ zones: [3, 3] }), false, 1, 4).runTo(300)
    const seconds = unknownAt(fixture, 'n1')
    expect(tainted(fixture)).toEqual([`${seconds + 0.1} n1`, `${seconds + 0.1} n4`])
  })

  it('come a hundred seconds apart in a zone of more than fifty of which most are dead', () => {
    const fixture = power(nodes({ zones: [51] }), false, ...range(1, 40)).runTo(450)
    const times = tainted(fixture).map(line => Number(line.split(' ')[0]))
    expect(times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) * 10) / 10)).toEqual([
      100, 100, 100,
    ])
    // In a zone of just fifty none comes.
    expect(tainted(power(nodes({ zones: [50] }), false, ...range(1, 40)).runTo(450))).toEqual([])
  })

  it('are judged without Nodes that are excluded from disruption, which are tainted all the same', () => {
    const labels = (index: number): Labels => (index > 3 ? { 'node.kubernetes.io/exclude-disruption': '' } : {})
    // Of the three that count, two are dead: Normal. With the dead fourth it would be Partial.
    const fixture = power(nodes({ zones: [5], labels }), false, 1, 2, 4).runTo(300)
    expect(tainted(fixture).map(line => line.split(' ')[1])).toEqual(['n1', 'n2', 'n4'])
  })
})

describe('a cluster in which every Node is dead', () => {
  it('loses its NoExecute taints with the last Node, and taints no other', () => {
    const fixture = power(nodes({ zones: [2] }), false, 1).runTo(200)
    const seconds = unknownAt(fixture, 'n1')
    expect(tainted(fixture)).toEqual([`${seconds + 0.1} n1`])
    power(fixture, false, 2).runTo(400)
    const second = unknownAt(fixture, 'n2')
    expect(sentences(fixture.writes, 0).filter(line => line.includes('NoExecute'))).toEqual([
      `${seconds + 0.1} node-controller: Node n1 +unreachable:NoExecute`,
      `${second} node-controller: Node n1 -unreachable:NoExecute`,
    ])
  })

  it('goes on at ten seconds a Node when one returns', () => {
    const fixture = power(nodes({ zones: [3] }), false, 1, 2, 3).runTo(600)
    power(fixture, true, 1).runTo(700)
    expect(tainted(fixture)).toEqual(['620 n2', '630 n3'])
  })

  it('believes for its whole grace a Node that comes and goes again', () => {
    const fixture = power(nodes({ zones: [2] }), false, 1, 2).runTo(600)
    fixture.takeWrites()
    power(fixture, true, 1, 2).runTo(612)
    power(fixture, false, 2).runTo(700)
    expect(sentences(fixture.writes, 600_000).filter(line => / n2 .*(Ready True|Unknown)/.test(line))).toEqual([
      '10 kubelet/n2: Node n2 Ready True KubeletReady',
      '60 node-controller: Node n2 MemoryPressure DiskPressure PIDPressure Ready Unknown NodeStatusUnknown',
    ])
  })
})

describe('settings of zones take effect while the cluster runs:', () => {
  const set = (fixture: ControllerFixture, settings: Partial<ClusterSettings>): void => {
    fixture.settings = { ...fixture.settings, ...settings }
  }

  it('node-eviction-rate', () => {
    const fixture = power(nodes({ zones: [6] }), false, 1, 2, 3).runTo(100)
    set(fixture, { 'node-eviction-rate': 0.5 })
    fixture.runTo(300)
    const seconds = unknownAt(fixture, 'n1')
    expect(tainted(fixture)).toEqual([`${seconds + 0.1} n1`, `${seconds + 2.1} n2`, `${seconds + 4.1} n3`])
  })

  it('unhealthy-zone-threshold', () => {
    const fixture = power(nodes({ zones: [5] }), false, 1, 2, 3).runTo(300)
    set(fixture, { 'unhealthy-zone-threshold': 0.61 })
    fixture.runTo(400)
    expect(tainted(fixture)).toEqual(['315 n1', '325 n2', '335 n3'])
  })

  it('large-cluster-size-threshold and secondary-node-eviction-rate', () => {
    const fixture = power(nodes({ zones: [5] }), false, 1, 2, 3).runTo(300)
    set(fixture, { 'large-cluster-size-threshold': 4, 'secondary-node-eviction-rate': 0.05 })
    fixture.runTo(400)
    expect(tainted(fixture)).toEqual(['325 n1', '345 n2', '365 n3'])
  })

  it('sim-node-taint-period', () => {
    const fixture = power(nodes({ zones: [3] }), false, 1)
    set(fixture, { 'sim-node-taint-period': 3_000 })
    fixture.runTo(300)
    expect(Number(tainted(fixture)[0]?.split(' ')[0]) % 3).toBe(0)
  })
})
