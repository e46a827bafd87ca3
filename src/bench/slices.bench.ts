// What a change of Pods costs the controllers of EndpointSlices and Endpoints, by the size of the Service: the first look at
// all its Pods, one Pod's readiness, and that of one Pod in a hundred. The baseline reads every Pod once, as any loop
// that knows nothing of changes would have to. Read the rows as ratios to it, and the sizes against each other.

import { bench, describe } from 'vitest'
import type { Pod } from '../engine/api/pod/pod.ts'
import { ControllerFixture, webPod, webService } from '../engine/testing/controller-fixture.ts'

const SIZES = [100, 1_000, 10_000]
const NODES = 100

/** A cluster without simulated Nodes and with so many ready Pods, one Service of which is still to come. */
function clusterOf(size: number): ControllerFixture {
  const fixture = new ControllerFixture()
  for (let index = 0; index < NODES; index++) {
    const labels = { 'topology.kubernetes.io/zone': `zone-${index % 3}` }
    fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: `h${index}`, labels }, spec: {} })
  }
  for (let index = 0; index < size; index++) {
    const name = `p${String(index).padStart(6, '0')}`
    const pod = fixture.create('Pod', webPod(name, { nodeName: `h${index % NODES}` }))
    const ip = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
    fixture.user.updateStatus('Pod', { ...pod, status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] } })
  }
  flip(fixture, size, 1)
  return fixture.runTo(10)
}

/** Turns the readiness of every `step`-th Pod over. */
function flip(fixture: ControllerFixture, size: number, step: number): void {
  for (let index = 0; index < size; index += step) {
    const pod = fixture.get('Pod', `p${String(index).padStart(6, '0')}`)
    const status = isReady(pod) ? 'False' : 'True'
    fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions: [{ type: 'Ready', status }] } })
  }
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.[0]?.status === 'True'
}

for (const size of SIZES) {
  describe(`${size} endpoints`, () => {
    const fixture = clusterOf(size)
    fixture.create('Service', webService())
    let seconds = 20
    const settle = (): void => {
      fixture.runTo(++seconds)
      fixture.takeWrites()
    }
    settle()
    const pods = fixture.pods()
    let seen = 0
    bench('read every Pod once', () => {
      for (const pod of pods) if (isReady(pod)) seen += (pod.status?.podIP ?? '').length + pod.metadata.name.length
      if (seen < 0) throw new Error('nothing was read')
    })
    bench('one Pod changes', () => {
      flip(fixture, 1, 1)
      settle()
    })
    bench('one Pod in a hundred changes', () => {
      flip(fixture, size, 100)
      settle()
    })
    bench(
      'from nothing',
      () => {
        fixture.user.delete('Service', 'default', 'web')
        settle()
        fixture.create('Service', webService())
        settle()
      },
      { iterations: 3, time: 500 },
    )
  })
}
