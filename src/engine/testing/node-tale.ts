// The setting of the tests that tell what becomes of the Node n2 and its Pods: three or more Nodes of one zone, a Service over
// whatever the test makes, and a moment from which the tale counts.

import { DEFAULT_SETTINGS, type ClusterSettings } from '../api/cluster-settings.ts'
import { sentences } from './change-sentences.ts'
import { ControllerFixture, simulatedNode, webService } from './controller-fixture.ts'

const ONE_ZONE = { 'topology.kubernetes.io/zone': 'zone-a' }
/** Ticks of the monitor come at 2, 7, … after it. */
export const DEATH = 38

/** Nodes of one zone with a Service over what is made, at the moment of a death 4 s after the Lease of n2 was renewed. */
export function atDeath(
  nodes: number,
  make: (fixture: ControllerFixture) => void,
  atStart: Partial<ClusterSettings> = {},
): ControllerFixture {
  const fixture = new ControllerFixture({ settings: atStart })
  // What was set at the start holds for the first round of each loop only.
  fixture.settings = DEFAULT_SETTINGS
  for (let index = 1; index <= nodes; index++) fixture.create('Node', simulatedNode(index, ONE_ZONE))
  fixture.create('Service', webService())
  make(fixture)
  fixture.runTo(DEATH - 4)
  const lease = fixture.user.get('Lease', 'kube-node-lease', 'n2')
  if (lease)
    fixture.user.update('Lease', { ...lease, spec: { ...lease.spec, renewTime: '2026-01-01T00:00:34.000000Z' } })
  fixture.setPower('n2', false)
  fixture.runTo(DEATH)
  fixture.takeWrites()
  return fixture
}

/** What is told of the time after the death, in seconds since it; the Pod of n2 is called `old`, later ones `new`. */
export function tale(fixture: ControllerFixture, aliases: ReadonlyMap<string, string>): readonly string[] {
  return sentences(fixture.writes, DEATH * 1000, name => aliases.get(name) ?? 'new')
}

export function aliasesOf(fixture: ControllerFixture): ReadonlyMap<string, string> {
  return new Map(
    fixture.pods().map(({ metadata, spec }) => [metadata.name, spec.nodeName === 'n2' ? 'old' : `of ${spec.nodeName}`]),
  )
}

/** A cluster in which nothing dies, at the moment that others count from. */
export function untilThen(make: (fixture: ControllerFixture) => void): ControllerFixture {
  const fixture = new ControllerFixture()
  for (const index of [1, 2, 3]) fixture.create('Node', simulatedNode(index, ONE_ZONE))
  fixture.create('Service', webService())
  make(fixture)
  fixture.runTo(DEATH).takeWrites()
  return fixture
}
