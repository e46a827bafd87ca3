import { expect, it } from 'vitest'
import { ZONE_LABEL } from '../../api/node/node.ts'
import { ControllerFixture, webDeployment, webService } from '../../testing/controller-fixture.ts'

function settled(minutes: number) {
  const fixture = new ControllerFixture({ nodes: 3, settings: { 'min-resync-period': minutes * 60_000 } })
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(5))
  fixture.runTo(30).takeWrites()
  return fixture
}

it('writes nothing where all is as it should be', () => {
  const fixture = settled(1).runTo(600)
  expect(new Set(fixture.takeWrites().map(({ event }) => event.kind))).toEqual(new Set(['Lease', 'Node']))
})

it('puts right what no change had told: the zone of a Node that was labelled later', () => {
  const fixture = settled(1)
  const zones = (): readonly (string | undefined)[] =>
    fixture.user.list('EndpointSlice').flatMap(({ endpoints }) => endpoints?.map(({ zone }) => zone) ?? [])
  const node = fixture.get('Node', 'n1', '')
  fixture.user.update('Node', {
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, [ZONE_LABEL]: 'elsewhere' } },
  })
  fixture.runTo(59)
  expect(zones()).not.toContain('elsewhere')
  fixture.runTo(121)
  expect(zones()).toContain('elsewhere')
})

it('comes between once and twice the period, and keeps to one that was made shorter', () => {
  const fixture = settled(600)
  const node = fixture.get('Node', 'n1', '')
  fixture.user.update('Node', { ...node, metadata: { ...node.metadata, labels: {} } })
  const isRight = (): boolean =>
    fixture.user.list('EndpointSlice').every(({ endpoints }) => endpoints?.every(e => e.nodeName !== 'n1' || !e.zone))
  fixture.runTo(3_600)
  expect(isRight()).toBe(false)
  fixture.settings = { ...fixture.settings, 'min-resync-period': 120_000 }
  fixture.runTo(3_661)
  expect(isRight()).toBe(true)
})
