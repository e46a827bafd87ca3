// No setting is dead: each is read where it acts, and those of the control plane are seen to act when they are turned while
// a cluster runs.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { ZONE_LABEL } from './api/node/node.ts'
import { SETTINGS, type ClusterSettings } from './api/cluster-settings.ts'
import { ControllerFixture, webDeployment, webPod, webService } from './testing/controller-fixture.ts'

const engine = dirname(fileURLToPath(import.meta.url))

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'testing' ? [] : sources(path)
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [path] : []
  })
}

it('every setting is read somewhere in the engine', () => {
  const code = sources(engine)
    .filter(path => !path.endsWith('cluster-settings.ts'))
    .map(path => readFileSync(path, 'utf8'))
    .join('\n')
  // What masks of Nodes there are is read beside the table.
  const inTable =
    readFileSync(join(engine, 'api/cluster-settings.ts'), 'utf8').split('export type SettingName')[1] ?? ''
  const isRead = (name: string): boolean =>
    `${code}${inTable}`.includes(`'${name}'`) || (/^\w+$/.test(name) && new RegExp(`[.{ ]${name}\\b`).test(code))
  expect(Object.keys(SETTINGS).filter(name => !isRead(name))).toEqual([])
  expect(isRead('sim-nothing')).toBe(false)
})

type Story = (fixture: ControllerFixture, turn: () => void) => void

/** A Deployment behind a Service; it grows after the turn, and one of its Pods goes. */
const growing: Story = (fixture, turn) => {
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(4))
  fixture.runTo(20)
  turn()
  const deployment = fixture.get('Deployment', 'web')
  fixture.user.update('Deployment', { ...deployment, spec: { ...deployment.spec, replicas: 9 } })
  fixture.runTo(40)
  fixture.user.delete('Pod', 'default', fixture.pods()[0]?.metadata.name ?? '')
  fixture.runTo(60)
}

/** A Node dies after the turn, and comes back. */
const dying: Story = (fixture, turn) => {
  fixture.create('Deployment', webDeployment(4))
  fixture.runTo(20)
  turn()
  fixture.create('Pod', webPod('later', { nodeName: 'n1' }))
  fixture.runTo(30)
  fixture.setPower('n1', false)
  fixture.runTo(450)
  fixture.setPower('n1', true)
  fixture.runTo(520)
}

/** Three of the five Nodes of a zone die. */
const halfDead: Story = (fixture, turn) => {
  fixture.runTo(20)
  turn()
  for (const name of ['n1', 'n4', 'n7']) fixture.setPower(name, false)
  fixture.runTo(200)
}

function setCordon(fixture: ControllerFixture, unschedulable: boolean): void {
  for (const node of fixture.user.list('Node'))
    fixture.user.update('Node', { ...node, spec: { ...node.spec, unschedulable } })
}

/** Nodes are cordoned for a while, which their kubelets remark when they next work out their status. */
const cordoned: Story = (fixture, turn) => {
  fixture.runTo(20)
  turn()
  setCordon(fixture, true)
  fixture.runTo(33)
  setCordon(fixture, false)
  fixture.runTo(60)
}

/** Endpoints by hand, and slices that somebody else changes. */
const byHand: Story = (fixture, turn) => {
  const { selector: _, ...spec } = webService().spec
  fixture.create('Service', { ...webService({}, 'own'), spec })
  fixture.create('Service', webService())
  fixture.create('Deployment', webDeployment(2))
  fixture.runTo(20)
  turn()
  fixture.create('Endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'own', namespace: 'default' },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }], ports: [{ port: 80 }] }],
  })
  fixture.runTo(22)
  for (const service of ['web', 'own']) {
    for (const slice of fixture.user.slicesOfService('default', service))
      fixture.user.update('EndpointSlice', { ...slice, endpoints: [] })
  }
  fixture.runTo(40)
}

/** A Pod on a Node that is not there keeps its Service's sync failing. */
const failing: Story = (fixture, turn) => {
  fixture.create('Service', webService())
  fixture.runTo(5)
  turn()
  const pod = fixture.create('Pod', webPod('p', { nodeName: 'n99' }))
  const status = { phase: 'Running', podIP: '10.244.9.2', podIPs: [{ ip: '10.244.9.2' }] } as const
  fixture.user.updateStatus('Pod', { ...pod, status })
  fixture.runTo(120)
}

/** A Pod that no Node takes, though something changes every second; and then one does. */
const pending: Story = (fixture, turn) => {
  setCordon(fixture, true)
  fixture.runTo(5)
  turn()
  fixture.create('Pod', webPod('p'))
  for (let seconds = 6; seconds < 32; seconds++) {
    fixture.runTo(seconds)
    const node = fixture.get('Node', 'n1', '')
    const labels = { ...node.metadata.labels, round: `${seconds}` }
    fixture.user.update('Node', { ...node, metadata: { ...node.metadata, labels } })
  }
  setCordon(fixture, false)
  fixture.runTo(60)
}

/** A Pod that no Node takes, while nothing changes: its event is a series, whose count is written after half an hour. */
const forgotten: Story = (fixture, turn) => {
  setCordon(fixture, true)
  fixture.runTo(5)
  turn()
  fixture.create('Pod', webPod('p'))
  fixture.runTo(1_900)
}

/** A ReplicaSet that makes forty Pods, one after another gone. */
const many: Story = (fixture, turn) => {
  turn()
  fixture.create('Deployment', webDeployment(40))
  fixture.runTo(30)
  for (const { metadata } of fixture.pods().slice(0, 20)) fixture.user.delete('Pod', 'default', metadata.name)
  fixture.runTo(120)
}

/** A Node gets another zone, which nobody hears, and all that is said grows old. */
const resting: Story = (fixture, turn) => {
  fixture.create('Service', webService())
  turn()
  fixture.create('Deployment', webDeployment(6))
  fixture.runTo(20)
  const node = fixture.get('Node', 'n1', '')
  const labels = { ...node.metadata.labels, [ZONE_LABEL]: 'elsewhere' }
  fixture.user.update('Node', { ...node, metadata: { ...node.metadata, labels } })
  fixture.runTo(300)
}

const balanced: Story = (fixture, turn) => {
  turn()
  fixture.create('Service', webService({ type: 'LoadBalancer' }))
  fixture.runTo(20)
}

/** What is turned, the story in which it shows, and what else has to be otherwise than usual for that. */
const TURNS: readonly (readonly [Partial<ClusterSettings>, Story, Partial<ClusterSettings>?])[] = [
  [{ 'node-monitor-grace-period': 10_000 }, dying],
  [{ 'node-monitor-period': 3_000 }, dying],
  [{ 'default-unreachable-toleration-seconds': 5 }, dying],
  [{ 'default-not-ready-toleration-seconds': 5 }, dying],
  [{ nodeLeaseDurationSeconds: 20 }, dying],
  [{ nodeStatusUpdateFrequency: 1_000 }, cordoned],
  [{ nodeStatusReportFrequency: 20_000 }, dying],
  [{ 'sim-node-boot-time': 1_000 }, dying],
  [{ 'node-eviction-rate': 5 }, halfDead, { 'unhealthy-zone-threshold': 0.9 }],
  [{ 'unhealthy-zone-threshold': 0.9 }, halfDead],
  [{ 'large-cluster-size-threshold': 2 }, halfDead],
  [{ 'secondary-node-eviction-rate': 5 }, halfDead, { 'large-cluster-size-threshold': 2 }],
  [{ 'max-endpoints-per-slice': 3 }, growing],
  [{ 'endpointslice-updates-batch-period': 500 }, growing],
  [{ 'endpoint-updates-batch-period': 500 }, growing],
  [{ 'sim-endpoints-capacity': 2 }, growing],
  [{ 'sim-endpointslice-lag': 100 }, growing],
  [{ 'sim-schedule-delay': 100 }, growing],
  [{ 'sim-watch-delay': 50 }, growing],
  [{ 'sim-sync-delay': 50 }, growing],
  [{ 'sim-kubelet-notice-delay': 100 }, growing],
  [{ 'sim-sandbox-time': 1_000 }, growing],
  [{ 'sim-container-start-time': 1_000 }, growing],
  [{ 'sim-image-pull-time': 1_000 }, growing],
  [{ 'sim-drain-time': 1_000 }, growing],
  [{ 'sim-status-write-time': 100 }, growing],
  [{ 'sim-kubelet-relist-period': 200 }, growing],
  [{ 'sim-replicaset-burst': 1 }, growing],
  [{ 'min-resync-period': 60_000 }, resting],
  [{ 'event-ttl': 60_000 }, resting],
  [{ 'mirroring-max-endpoints-per-subset': 1 }, byHand],
  [{ 'mirroring-endpointslice-updates-batch-period': 2_000 }, byHand],
  [{ 'sim-foreign-slice-delay': 3_000 }, byHand],
  [{ 'sim-endpointslice-back-off': 100 }, failing],
  [{ 'sim-endpointslice-back-off-max': 2_000 }, failing],
  [{ 'sim-endpoints-retries': 1 }, failing],
  [{ podInitialBackoffSeconds: 3 }, pending],
  [{ podMaxBackoffSeconds: 2 }, pending],
  [{ 'pod-max-in-unschedulable-pods-duration': 100_000 }, forgotten],
  [{ 'sim-event-similar-max': 3 }, many],
  [{ 'sim-event-burst': 5 }, many],
  [{ 'sim-event-refill-period': 1_000 }, many],
  [{ eventRecordQPS: 5 }, many, { eventBurst: 5 }],
  [{ eventBurst: 5 }, many],
  [{ 'sim-load-balancer-time': 10_000 }, balanced],
]

/** What is written after the turn, and when. */
function told(story: Story, turned: Partial<ClusterSettings>): string {
  const fixture = new ControllerFixture({ nodes: story === halfDead ? 13 : 3 })
  story(fixture, () => {
    fixture.takeWrites()
    fixture.settings = { ...fixture.settings, ...turned }
  })
  return JSON.stringify(fixture.takeWrites())
}

describe('turned while the cluster runs', () => {
  it.each(TURNS.map(([turned, story, besides = {}]) => [Object.keys(turned).join(), turned, story, besides] as const))(
    '%s changes what is written, or when',
    (_, turned, story, besides) => {
      expect(told(story, { ...besides, ...turned }) === told(story, besides)).toBe(false)
    },
  )
  it('what concerns nothing of it changes nothing', () => {
    expect(told(growing, { 'sim-service-time': 9, 'dns-ttl-seconds': 1 })).toBe(told(growing, {}))
  })
})
