import { expect, it } from 'vitest'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { ControllerFixture, webDeployment, webPod } from '../../testing/controller-fixture.ts'
import type { ControllerContext } from './context.ts'
import { PodControl } from './pod-owner.ts'
import type { Controller } from './run-controller.ts'

/** A hand of a controller that nobody calls but the test, and an owner for it. */
function hand() {
  const fixture = new ControllerFixture()
  const context = { loop: fixture.loop, settings: () => fixture.settings } as unknown as ControllerContext
  const said: string[] = []
  const control = new PodControl(context, { client: fixture.user } as Controller, {
    say: ({ reason }) => void said.push(reason),
  })
  const { selector, template } = webDeployment(1).spec
  const owner: ReplicaSet = fixture.create('ReplicaSet', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'rs', namespace: 'default' },
    spec: { replicas: 0, selector, template },
  })
  return { fixture, control, owner, said }
}

it('creates one Pod, two, four and so on, all of the batch in which one is refused, and then no more', () => {
  const { fixture, control, owner, said } = hand()
  const refusal = control.createAll(owner, 20, index => webPod(index === 4 ? 'No Name' : `p${index}`))
  expect(refusal?.reason).toBe('Invalid')
  expect(fixture.pods().map(({ metadata }) => metadata.name)).toEqual(['p0', 'p1', 'p2', 'p3', 'p5', 'p6'])
  expect(said.filter(reason => reason === 'FailedCreate')).toHaveLength(1)
})

it('deletes each Pod that it can, and says nothing of one that is gone', () => {
  const { fixture, control, owner, said } = hand()
  const pods = ['a', 'b', 'c'].map(name => fixture.create('Pod', webPod(name)))
  fixture.user.delete('Pod', 'default', 'b', { gracePeriodSeconds: 0 })
  expect(control.deleteAll(owner, pods)).toBeUndefined()
  expect(fixture.pods()).toEqual([])
  expect(said).toEqual(['SuccessfulDelete', 'SuccessfulDelete'])
})
