import { expect, it } from 'vitest'
import { ControllerFixture, simulatedNode, webService } from '../../testing/controller-fixture.ts'

function addressOf(fixture: ControllerFixture, name: string): string | undefined {
  return fixture.get('Service', name).status?.loadBalancer?.ingress?.[0]?.ip
}

it('gives an address two seconds after it was asked', () => {
  const fixture = new ControllerFixture({ nodes: 1 })
  fixture.create('Service', webService({ type: 'LoadBalancer' }, 'a'))
  fixture.create('Service', webService({ type: 'LoadBalancer' }, 'b'))
  fixture.runTo(1.99)
  expect(addressOf(fixture, 'a')).toBeUndefined()
  fixture.runTo(2)
  expect([addressOf(fixture, 'a'), addressOf(fixture, 'b')]).toEqual(['203.0.113.1', '203.0.113.2'])
})

it('leaves a Service of another class alone, and every Service where there is no simulated Node', () => {
  const fixture = new ControllerFixture()
  fixture.create('Service', webService({ type: 'LoadBalancer' }, 'a'))
  fixture.create('Service', webService({ type: 'LoadBalancer', loadBalancerClass: 'example.com/other' }, 'b'))
  fixture.runTo(60)
  expect([addressOf(fixture, 'a'), addressOf(fixture, 'b')]).toEqual([undefined, undefined])
  fixture.create('Node', simulatedNode(1))
  fixture.runTo(63)
  expect([addressOf(fixture, 'a'), addressOf(fixture, 'b')]).toEqual(['203.0.113.1', undefined])
})
