import { describe, expect, it } from 'vitest'
import type { Machine } from '../../apps/world.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import { ControllerFixture, webDeployment } from '../../testing/controller-fixture.ts'
import { aliasesOf, DEATH, tale, untilThen } from '../../testing/node-tale.ts'

/** Changes one thing of the machine of n2. */
function machine(fixture: ControllerFixture, change: Partial<Machine>): void {
  const before = fixture.world.machine('n2')
  if (before) fixture.world.setMachine({ ...before, ...change })
}

describe('a kubelet that is alive reports its Node not ready', () => {
  const begin = (): { fixture: ControllerFixture; aliases: ReadonlyMap<string, string> } => {
    const fixture = untilThen(made => void made.create('Deployment', webDeployment(3)))
    const aliases = aliasesOf(fixture)
    machine(fixture, { networkDown: true })
    return { fixture, aliases }
  }

  it('leaves its Pods ready and in the endpoints for 300 s, and then they go within their grace', () => {
    const { fixture, aliases } = begin()
    fixture.runTo(DEATH + 310)
    expect(tale(fixture, aliases).filter(line => !/Pod new|new ready|ReplicaSet|Normal Killing/.test(line))).toEqual([
      '0 kubelet/n2: Node n2 Ready False KubeletNotReady',
      '0 kubelet: Normal NodeNotReady on Node n2 "Node n2 status is now: NodeNotReady"',
      '0.002 node-controller: Node n2 +not-ready:NoSchedule',
      '2.1 node-controller: Node n2 +not-ready:NoExecute',
      '302.102 taint-eviction-controller: Normal TaintManagerEviction on Pod old "Marking for deletion Pod default/old"',
      '302.102 taint-eviction-controller: Pod old DisruptionTarget=True DeletionByTaintManager',
      '302.102 taint-eviction-controller: Pod old deleted with grace 30',
      '302.104 endpoint-controller: endpoints has no old',
      '302.106 deployment-controller: Deployment web has 2 of 3 ready',
      '302.11 endpointslice-controller: slice has old serving terminating',
      '302.312 kubelet/n2: Pod old Succeeded',
      '302.312 kubelet/n2: Pod old Ready=False PodCompleted',
      '302.32 endpointslice-controller: slice has no old',
      '302.412 kubelet/n2: Pod old deleted with grace 0',
      '302.412 kubelet/n2: Pod old gone',
      '303.422 deployment-controller: Deployment web has 3 of 3 ready',
    ])
  })

  it('cancels the evictions if it is ready again before that', () => {
    const { fixture, aliases } = begin()
    fixture.runTo(DEATH + 100)
    fixture.takeWrites()
    machine(fixture, { networkDown: undefined })
    fixture.runTo(DEATH + 400)
    expect(tale(fixture, aliases)).toEqual([
      '100 kubelet/n2: Node n2 Ready True KubeletReady',
      '100.002 node-controller: Node n2 -not-ready:NoSchedule',
      '102 node-controller: Node n2 -not-ready:NoExecute',
      '102.002 taint-eviction-controller: Normal TaintManagerEviction on Pod old "Cancelling deletion of Pod default/old"',
    ])
  })
})

describe('a Node is cut off and comes back', () => {
  const probe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 10 }

  it('before the eviction: its Pods are ready again at once, without a probe, and stay', () => {
    const fixture = untilThen(made => void made.create('Deployment', webDeployment(3, {}, { readinessProbe: probe })))
    const aliases = aliasesOf(fixture)
    machine(fixture, { cutOff: true })
    fixture.runTo(DEATH + 100)
    const away = tale(fixture, aliases).map(line => line.slice(line.indexOf(' ') + 1))
    expect(away).toContain('node-controller: Pod old Ready=False')
    expect(away.filter(line => line.startsWith('kubelet'))).toEqual([])
    fixture.runTo(DEATH + 200)
    fixture.takeWrites()
    machine(fixture, { cutOff: undefined })
    fixture.runTo(DEATH + 260)
    expect(tale(fixture, aliases)).toEqual([
      '200 kubelet/n2: Node n2 MemoryPressure False KubeletHasSufficientMemory',
      '200 kubelet/n2: Node n2 DiskPressure False KubeletHasNoDiskPressure',
      '200 kubelet/n2: Node n2 PIDPressure False KubeletHasSufficientPID',
      '200 kubelet/n2: Node n2 Ready True KubeletReady',
      '200.002 node-controller: Node n2 -unreachable:NoSchedule',
      '200.01 kubelet/n2: Pod old Ready=True',
      '200.012 endpoint-controller: endpoints has old ready',
      '200.014 deployment-controller: Deployment web has 3 of 3 ready',
      '200.018 endpointslice-controller: slice has old ready serving',
      '202 node-controller: Node n2 -unreachable:NoExecute',
      '202.002 taint-eviction-controller: Normal TaintManagerEviction on Pod old "Cancelling deletion of Pod default/old"',
    ])
  })

  it('after the eviction: it ends its Pods with their whole grace, and a StatefulSet has them again', () => {
    const { selector, template } = webDeployment(1).spec
    const fixture = untilThen(made => {
      made.create('StatefulSet', {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'web', namespace: 'default' },
        spec: { replicas: 3, serviceName: 'web', selector, template } as StatefulSet['spec'],
      })
    })
    const aliases = aliasesOf(fixture)
    machine(fixture, { cutOff: true })
    fixture.runTo(DEATH + 400)
    fixture.takeWrites()
    machine(fixture, { cutOff: undefined })
    fixture.runTo(DEATH + 420)
    const told = tale(fixture, aliases).filter(line =>
      /Pod old (gone|created|Succeeded)|slice has no old|bound/.test(line),
    )
    expect(told).toEqual([
      '400.21 kubelet/n2: Pod old Succeeded',
      '400.218 endpointslice-controller: slice has no old',
      '400.31 kubelet/n2: Pod old gone',
      '400.312 statefulset-controller: Pod old created',
      // The Pod tolerates for a while the taint that n2 has until the next tick.
      '400.318 default-scheduler: Pod old bound to n2',
    ])
  })

  it('goes on the same after it was saved and loaded while it was away', () => {
    const fixture = untilThen(made => void made.create('Deployment', webDeployment(3)))
    machine(fixture, { cutOff: true })
    fixture.runTo(DEATH + 100)
    const copy = new ControllerFixture({}, fixture.save())
    for (const each of [fixture, copy]) machine(each, { cutOff: undefined })
    expect(copy.runTo(DEATH + 150).save()).toBe(fixture.runTo(DEATH + 150).save())
  })
})
