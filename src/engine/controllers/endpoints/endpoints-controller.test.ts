import { expect, it } from 'vitest'
import { ControllerFixture, webDeployment, webService } from '../../testing/controller-fixture.ts'

it('leaves Endpoints alone, their trigger time too, when a Service is synced and nothing about them is new', () => {
  const fixture = new ControllerFixture({ nodes: 2 })
  fixture.create('Deployment', webDeployment(2))
  // The port has no name: that is nothing in the store, and an empty name in a slice.
  fixture.runTo(10).create('Service', webService())
  const { metadata } = fixture.runTo(12).get('Endpoints', 'web')
  expect(metadata.annotations).toEqual({ 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:10Z' })
  const service = fixture.get('Service', 'web')
  fixture.user.update('Service', { ...service, spec: { ...service.spec, sessionAffinity: 'ClientIP' } })
  expect(fixture.runTo(14).get('Endpoints', 'web').metadata).toEqual(metadata)
})
