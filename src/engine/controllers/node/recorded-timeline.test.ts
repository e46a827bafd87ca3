// A Node's death and return as a real control plane of v1.34 with default timings went through it: three Nodes of one zone, a
// Deployment of three behind a Service. At 0 the machine of n2 goes, at 420 s it comes back. What polling leaves open there (when
// the last Lease was renewed, where the ticks lie) is open here; what follows from one thing to the next is not.

import { describe, expect, it } from 'vitest'
import { sentences } from '../../testing/change-sentences.ts'
import { ControllerFixture, simulatedNode, webDeployment, webService } from '../../testing/controller-fixture.ts'

interface Line {
  readonly atSeconds: number
  /** `actor: change` */
  readonly what: string
}

function tell(seed: number): readonly Line[] {
  const fixture = new ControllerFixture({ seed })
  for (const index of [1, 2, 3]) {
    fixture.create('Node', simulatedNode(index, { 'topology.kubernetes.io/zone': 'zone-a' }))
  }
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(3))
  // Somewhere in the rounds of Leases and ticks, by the seed.
  const death = 30 + ((seed * 7919) % 10_000) / 1000
  fixture.runTo(death)
  const names = new Map(fixture.pods().map(pod => [pod.metadata.name, pod.spec.nodeName === 'n2' ? 'old' : 'other']))
  fixture.takeWrites()
  fixture.setPower('n2', false)
  fixture.runTo(death + 420)
  fixture.setPower('n2', true)
  fixture.runTo(death + 440)
  return sentences(fixture.writes, death * 1000, name => names.get(name) ?? 'new').map(line => {
    const space = line.indexOf(' ')
    return { atSeconds: Number(line.slice(0, space)), what: line.slice(space + 1).replaceAll(/web-[\w-]+/g, 'web-…') }
  })
}

/** In the order of the recording; changes of one moment that different components make side by side are one step. */
const STEPS: readonly (readonly string[])[] = [
  [
    'node-controller: Node n2 MemoryPressure DiskPressure PIDPressure Ready Unknown NodeStatusUnknown',
    'node-controller: Normal NodeNotReady on Node n2 "Node n2 status is now: NodeNotReady"',
    'node-controller: Pod old Ready=False',
    'node-controller: Warning NodeNotReady on Pod old "Node is not ready"',
  ],
  [
    'node-controller: Node n2 +unreachable:NoSchedule',
    'endpoint-controller: endpoints has old not ready',
    'deployment-controller: Deployment web has 2 of 3 ready',
    'endpointslice-controller: slice has old not ready',
    'node-controller: Node n2 +unreachable:NoExecute',
  ],
  [
    'taint-eviction-controller: Normal TaintManagerEviction on Pod old "Marking for deletion Pod default/old"',
    'taint-eviction-controller: Pod old DisruptionTarget=True DeletionByTaintManager',
    'taint-eviction-controller: Pod old deleted with grace 30',
  ],
  [
    'endpoint-controller: endpoints has no old',
    'endpointslice-controller: slice has old terminating',
    'replicaset-controller: Pod new created',
    'replicaset-controller: Normal SuccessfulCreate on ReplicaSet web-… "Created pod: web-…"',
  ],
  ['endpoint-controller: endpoints has new ready', 'endpointslice-controller: slice has new ready serving'],
  ['kubelet/n2: Node n2 Ready True KubeletReady'],
  [
    'node-controller: Node n2 -unreachable:NoSchedule',
    'kubelet/n2: Pod old gone',
    'endpointslice-controller: slice has no old',
  ],
  ['node-controller: Node n2 -unreachable:NoExecute'],
]

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('the death and return of a Node, in phase %d of the polling', seed => {
  const lines = tell(seed)
  const at = (what: string): number => lines.find(line => line.what === what)?.atSeconds ?? Number.NaN
  const all = STEPS.flat()

  it('goes through the changes of the recording, by the same actors in the same order', () => {
    const told = lines.filter(({ what }) => all.includes(what))
    expect(told.map(({ what }) => what).sort()).toEqual([...all].sort())
    const steps = told.map(({ what }) => STEPS.findIndex(step => step.includes(what)))
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
  })

  it('does nothing else in the meantime', () => {
    const ofNew = /Pod new|kubelet|default-scheduler|Deployment web has 3/
    expect(lines.map(({ what }) => what).filter(what => !all.includes(what) && !ofNew.test(what))).toEqual([])
  })

  it('keeps to the times of the recording within the phases of the polling', () => {
    const unknown = at(STEPS[0]?.[0] ?? '')
    expect(unknown).toBeGreaterThanOrEqual(40)
    expect(unknown).toBeLessThanOrEqual(55)
    for (const what of STEPS[1] ?? []) expect(at(what) - unknown).toBeLessThanOrEqual(0.101)
    const evicted = at('taint-eviction-controller: Pod old deleted with grace 30')
    expect(evicted - at('node-controller: Node n2 +unreachable:NoExecute')).toBeCloseTo(300.002, 3)
    for (const what of STEPS[3] ?? []) expect(at(what) - evicted).toBeLessThanOrEqual(0.1)
    expect(at('endpoint-controller: endpoints has new ready') - evicted).toBeLessThan(3)
    const back = at('kubelet/n2: Node n2 Ready True KubeletReady')
    expect(back).toBeCloseTo(430, 3)
    for (const what of STEPS[6] ?? []) expect(at(what) - back).toBeLessThanOrEqual(0.1)
    expect(at('node-controller: Node n2 -unreachable:NoExecute') - back).toBeLessThanOrEqual(5)
  })
})
