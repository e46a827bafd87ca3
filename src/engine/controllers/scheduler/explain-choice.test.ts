// The scheduler explains which Node a Pod got, and why it got none.

import { describe, expect, it } from 'vitest'
import { ControllerFixture, webPod } from '../../testing/controller-fixture.ts'
import { HeardDecisions } from '../../testing/heard-decisions.ts'

function scene(nodes: number) {
  const fixture = new ControllerFixture({ nodes })
  fixture.runTo(5)
  const heard = new HeardDecisions(fixture.controllers)
  const said = (): readonly string[] => {
    fixture.runTo(fixture.loop.nowMs / 1000 + 5)
    return heard.take({ by: 'default-scheduler' })
  }
  return { fixture, said }
}

function cordon(fixture: ControllerFixture, name: string): void {
  const node = fixture.get('Node', name)
  fixture.user.update('Node', { ...node, spec: { ...node.spec, unschedulable: true } })
}

describe('the scheduler says', () => {
  it('that one Node is left', () => {
    const { fixture, said } = scene(2)
    cordon(fixture, 'n1')
    fixture.create('Pod', webPod('p1'))
    expect(said()).toEqual(['pod-scheduled Pod/p1: only-node node=n2 nodes=2'])
  })

  it('that Nodes are as good as each other, and then that one is better', () => {
    const { fixture, said } = scene(2)
    fixture.create('Pod', webPod('p1'))
    const [first = ''] = said()
    expect(first).toMatch(/^pod-scheduled Pod\/p1: drawn-by-lot node=n\d score=400 scores=n1 400, n2 400 among=2$/)
    const taken = /node=(n\d)/.exec(first)?.[1] ?? ''
    const free = taken === 'n1' ? 'n2' : 'n1'
    fixture.create('Pod', webPod('p2'))
    expect(said()).toEqual([`pod-scheduled Pod/p2: best-score node=${free} score=400 scores=${free} 400, ${taken} 399`])
  })

  it('that no Node can take it, once for as long as that is so', () => {
    const { fixture, said } = scene(2)
    cordon(fixture, 'n1')
    cordon(fixture, 'n2')
    fixture.create('Pod', webPod('p1'))
    expect(said()).toEqual(['pod-unscheduled Pod/p1: no-node-fits nodes=2 reasons=2 node(s) were unschedulable'])
    const node = fixture.get('Node', 'n1')
    fixture.user.update('Node', { ...node, metadata: { ...node.metadata, labels: { other: 'x' } } })
    expect(said()).toEqual([])
  })

  it('that gates hold it', () => {
    const { fixture, said } = scene(1)
    fixture.create('Pod', webPod('p1', { schedulingGates: [{ name: 'wait' }] }))
    expect(said()).toEqual(['pod-unscheduled Pod/p1: gated pod=p1'])
  })
})
