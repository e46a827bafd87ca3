import { expect, it } from 'vitest'
import { ControllerFixture, simulatedNode } from '../../testing/controller-fixture.ts'

it('gives the Lease to the Node of now when one was deleted and made again at one moment', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  const first = fixture.runTo(30).get('Node', 'n1', '')
  fixture.user.delete('Node', '', 'n1')
  const second = fixture.create('Node', simulatedNode(1))
  expect(second.metadata.uid).not.toBe(first.metadata.uid)
  const { metadata } = fixture.runTo(60).get('Lease', 'n1', 'kube-node-lease')
  expect(metadata.ownerReferences?.map(({ uid }) => uid)).toEqual([second.metadata.uid])
})
