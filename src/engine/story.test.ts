// The story the playground exists for, on the virtual clock: a node dies and comes back. The phases are those of a real
// control plane's recording (seconds since the crash): NotReady 40–55 s, eviction exactly 300 s later, the replacement
// elsewhere with another IP, the old Pod gone only when the node is back.

import { describe, expect, it } from 'vitest'
import { createCluster, type Cluster, type Pod, type TripRecord, type WatchEvent } from './index.ts'
import { MY_SERVICE_AND_APP } from './testing/example-texts.ts'

const NODE_DIES_MS = 60_000
const NODE_RETURNS_MS = NODE_DIES_MS + 420_000

interface Story {
  readonly cluster: Cluster
  readonly trips: readonly TripRecord[]
  readonly victim: Pod
  readonly moments: ReadonlyMap<string, number>
  readonly clusterIP: string | undefined
}

function tellStory(): Story {
  const cluster = createCluster({ seed: 1 })
  const trips: TripRecord[] = []
  cluster.traffic.onTrip(trip => {
    if (trip.outcome !== 'pending') trips.push(trip)
  })
  expect(cluster.execute({ type: 'create-nodes', count: 3 })).toEqual({ ok: true })
  expect(cluster.apply(MY_SERVICE_AND_APP).ok).toBe(true)
  for (const [name, node] of [
    ['frontend-1', 'n1'],
    ['frontend-2', 'n3'],
  ] as const) {
    expect(
      cluster.execute({
        type: 'start-traffic',
        spec: { from: `Client/${name}`, node, to: 'my-service', port: 80, rate: 6 },
      }),
    ).toEqual({ ok: true })
  }
  cluster.advanceTo(NODE_DIES_MS)
  const victim = cluster.store.podsOnNode('n2')[0]
  if (!victim?.status?.podIP) throw new Error('no Pod runs on n2')
  const keeper = { from: 'Client/keeper-1', node: 'n1', to: victim.status.podIP, port: 9376, rate: 2 }
  expect(cluster.execute({ type: 'start-traffic', spec: keeper })).toEqual({ ok: true })

  const moments = new Map<string, number>()
  const note = (name: string): void => void (moments.has(name) || moments.set(name, cluster.nowMs - NODE_DIES_MS))
  cluster.store.watch(['Node', 'Pod', 'EndpointSlice'], event => noteEvent(event, victim, note))
  expect(cluster.execute({ type: 'set-power', node: 'n2', on: false })).toEqual({ ok: true })
  cluster.advanceTo(NODE_RETURNS_MS)
  expect(cluster.execute({ type: 'set-power', node: 'n2', on: true })).toEqual({ ok: true })
  cluster.advanceTo(NODE_RETURNS_MS + 60_000)
  return {
    cluster,
    trips,
    victim,
    moments,
    clusterIP: cluster.store.get('Service', 'default', 'my-service')?.spec.clusterIP,
  }
}

function noteEvent(
  event: WatchEvent<'Node' | 'Pod' | 'EndpointSlice'>,
  victim: Pod,
  note: (name: string) => void,
): void {
  if (event.kind === 'Node' && event.object.metadata.name === 'n2') {
    const taints = event.object.spec.taints?.map(taint => `${taint.key}:${taint.effect}`) ?? []
    const ready = event.object.status?.conditions?.find(condition => condition.type === 'Ready')?.status
    if (ready === 'Unknown') note('node unknown')
    if (taints.includes('node.kubernetes.io/unreachable:NoExecute')) note('NoExecute')
    if (ready === 'True') note('node ready again')
  }
  if (event.kind === 'Pod' && event.object.metadata.uid === victim.metadata.uid) {
    const ready = event.object.status?.conditions?.find(condition => condition.type === 'Ready')?.status
    if (ready === 'False') note('pod not ready')
    if (event.object.metadata.deletionTimestamp) note('evicted')
    if (event.type === 'DELETED') note('old pod gone')
  }
  if (event.kind === 'Pod' && event.type === 'ADDED') note('replacement created')
  if (event.kind === 'EndpointSlice') {
    const endpoint = event.object.endpoints.find(each => each.targetRef?.uid === victim.metadata.uid)
    if (endpoint?.conditions?.ready === false && !endpoint.conditions.terminating) note('endpoint unready')
    if (endpoint?.conditions?.terminating) note('endpoint terminating')
    if (!endpoint) note('endpoint gone')
  }
}

describe('a node dies and comes back', () => {
  const { cluster, trips, victim, moments, clusterIP } = tellStory()
  const at = (name: string): number => moments.get(name) ?? Number.NaN
  const between = (fromMs: number, toMs: number): TripRecord[] =>
    trips.filter(trip => trip.startMs >= NODE_DIES_MS + fromMs && trip.startMs < NODE_DIES_MS + toMs)
  const throughService = (list: readonly TripRecord[]): TripRecord[] =>
    list.filter(trip => trip.service === 'default/my-service')

  it('turns the node Unknown 40 to 55 s after the crash, and its Pod not ready in the same instant', () => {
    expect(at('node unknown')).toBeGreaterThanOrEqual(40_000)
    expect(at('node unknown')).toBeLessThanOrEqual(55_000)
    expect(at('pod not ready')).toBe(at('node unknown'))
  })

  it('turns the endpoint unready within 0.1 s of that', () => {
    expect(at('endpoint unready') - at('node unknown')).toBeGreaterThan(0)
    expect(at('endpoint unready') - at('node unknown')).toBeLessThanOrEqual(100)
  })

  it('evicts 300 s after the NoExecute taint, which comes within 0.1 s', () => {
    expect(at('NoExecute') - at('node unknown')).toBeLessThanOrEqual(101)
    expect(at('evicted') - at('NoExecute')).toBeGreaterThanOrEqual(300_000)
    expect(at('evicted') - at('NoExecute')).toBeLessThan(300_010)
    expect(at('endpoint terminating') - at('evicted')).toBeLessThanOrEqual(100)
  })

  it('creates the replacement at once, on another node and with another IP', () => {
    expect(at('replacement created') - at('evicted')).toBeLessThanOrEqual(100)
    const pods = cluster.store.podsWithLabels('default', { app: 'MyApp' })
    expect(pods).toHaveLength(3)
    for (const pod of pods) {
      expect(pod.status?.podIP).toBeDefined()
      expect(pod.status?.podIP).not.toBe(victim.status?.podIP)
      expect(pod.spec.nodeName).not.toBe('n2')
    }
  })

  it('keeps the old Pod, terminating, until the node is back', () => {
    expect(at('old pod gone')).toBeGreaterThan(420_000)
    expect(at('old pod gone')).toBeLessThan(435_000)
    expect(at('node ready again')).toBeLessThanOrEqual(at('old pod gone'))
    expect(at('endpoint gone') - at('old pod gone')).toBeLessThanOrEqual(100)
  })

  it('never changes the address of the Service', () => {
    expect(clusterIP).toMatch(/^10\.96\./)
    const slices = cluster.store.slicesOfService('default', 'my-service')
    expect(slices).toHaveLength(1)
    expect(slices[0]?.endpoints).toHaveLength(3)
  })

  it('loses about every third request until the endpoint turns unready, all of them by timeout at the node', () => {
    const during = throughService(between(0, at('endpoint unready')))
    const failed = during.filter(trip => trip.outcome === 'failed')
    expect(failed.length / during.length).toBeGreaterThan(0.25)
    expect(failed.length / during.length).toBeLessThan(0.42)
    for (const trip of failed) expect([trip.cause, trip.place]).toEqual(['timeout', 'node'])
  })

  it('answers every request again once each proxy has heard of it', () => {
    const after = throughService(between(at('endpoint unready') + 1_200, 420_000))
    expect(after.length).toBeGreaterThan(3_000)
    expect(after.filter(trip => trip.outcome === 'failed')).toEqual([])
  })

  it('keeps failing the client that kept the Pod’s IP', () => {
    const kept = between(0, 480_000).filter(trip => trip.client === 'keeper-1')
    expect(kept.length).toBeGreaterThan(800)
    expect(kept.every(trip => trip.outcome === 'failed')).toBe(true)
    expect(kept.every(trip => trip.service === null)).toBe(true)
  })

  it('tells the same times on every machine', () => {
    expect(Object.fromEntries(moments)).toMatchInlineSnapshot(`
      {
        "NoExecute": 45100,
        "endpoint gone": 430018,
        "endpoint terminating": 345110,
        "endpoint unready": 45008,
        "evicted": 345102,
        "node ready again": 430000,
        "node unknown": 45000,
        "old pod gone": 430010,
        "pod not ready": 45000,
        "replacement created": 345104,
      }
    `)
  })
})
