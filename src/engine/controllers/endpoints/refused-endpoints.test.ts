import { expect, test } from 'vitest'
import { refused, statusOf } from '../../api/api-status.ts'
import { ControllerFixture, webService } from '../../testing/controller-fixture.ts'

/** A cluster whose API refuses every write of Endpoints by their controller, and when it was asked for one, ms. */
function refusing() {
  const asked: number[] = []
  const fixture = new ControllerFixture({
    face: (client, { loop }) =>
      new Proxy(client, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name)
          if (typeof member !== 'function') return member
          return (...given: readonly unknown[]): unknown => {
            const isWrite = (name === 'create' || name === 'update') && given[0] === 'Endpoints'
            if (!isWrite) return Reflect.apply(member as (...all: readonly unknown[]) => unknown, target, given)
            asked.push(loop.nowMs)
            return refused(statusOf(500, 'etcdserver: request timed out'))
          }
        },
      }),
  })
  fixture.create('Service', webService())
  return { fixture, asked }
}

test('Endpoints that cannot be written are tried again after 5, 10, 20 … ms, fifteen times, with an event that says why', () => {
  const { fixture, asked } = refusing()
  fixture.runTo(1_000)
  const waits = asked.slice(1).map((atMs, index) => atMs - (asked[index] ?? 0))
  expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 80])
  expect(asked).toHaveLength(16)
  const told = fixture.user.list('Event').filter(({ reason }) => reason === 'FailedToCreateEndpoint')
  expect(told[0]).toMatchObject({
    type: 'Warning',
    message: 'Failed to create endpoint for service default/web: etcdserver: request timed out',
    involvedObject: { kind: 'Endpoints', name: 'web' },
    source: { component: 'endpoint-controller' },
  })
})
