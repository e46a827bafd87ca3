// Same seed and same commands, same bytes: of the whole state, of every change in the store, and of every request; also
// when the cluster was saved in the middle and another one went on from there.

import { describe, expect, it } from 'vitest'
import { canonicalJson, createCluster, restoreCluster, type Cluster, type ExecutableCommand } from './index.ts'
import { MY_SERVICE_AND_APP } from './testing/example-texts.ts'

type Deed = readonly [atMs: number, deed: ExecutableCommand | { readonly type: 'apply'; readonly text: string }]

const DEEDS: readonly Deed[] = [
  [0, { type: 'create-nodes', count: 3 }],
  [0, { type: 'apply', text: MY_SERVICE_AND_APP }],
  [0, { type: 'start-traffic', spec: { from: 'Client/frontend-1', node: 'n1', to: 'my-service', port: 80, rate: 20 } }],
  [
    5_000,
    { type: 'start-traffic', spec: { from: 'Client/frontend-2', node: 'n3', to: 'my-service', port: 80, rate: 20 } },
  ],
  [12_345, { type: 'scale', kind: 'Deployment', namespace: 'default', name: 'my-app', replicas: 5 }],
  [20_001, { type: 'set-power', node: 'n2', on: false }],
  [31_000, { type: 'set-cordon', node: 'n1', cordoned: true }],
  [95_000, { type: 'apply', text: MY_SERVICE_AND_APP.replace('replicas: 3', 'replicas: 4') }],
  [140_000, { type: 'set-power', node: 'n2', on: true }],
  [150_000, { type: 'drain', node: 'n3' }],
]
const END_MS = 200_000

/** Everything the outside can see of a run, as text. */
function record(cluster: Cluster): string[] {
  const lines: string[] = []
  cluster.store.watch(
    ['Namespace', 'Node', 'Lease', 'Pod', 'Service', 'Endpoints', 'EndpointSlice', 'ReplicaSet', 'Deployment', 'Event'],
    event => {
      lines.push(`${cluster.nowMs} ${event.type} ${canonicalJson(event.object)}`)
    },
  )
  cluster.traffic.onTrip(trip => lines.push(`${cluster.nowMs} ${canonicalJson(trip)}`))
  return lines
}

function perform(cluster: Cluster, fromMs: number, toMs: number): void {
  for (const [atMs, deed] of DEEDS) {
    if (atMs < fromMs || atMs >= toMs) continue
    cluster.advanceTo(atMs)
    const outcome = deed.type === 'apply' ? cluster.apply(deed.text) : cluster.execute(deed)
    expect(outcome.ok, canonicalJson(outcome)).toBe(true)
  }
  cluster.advanceTo(toMs)
}

function straight(seed: number): { lines: string[]; end: string } {
  const cluster = createCluster({ seed })
  const lines = record(cluster)
  perform(cluster, 0, END_MS)
  return { lines, end: cluster.save() }
}

describe('determinism', () => {
  const reference = straight(42)

  it('gives the same bytes for the same seed and commands', () => {
    const again = straight(42)
    expect(again.end).toBe(reference.end)
    expect(again.lines).toEqual(reference.lines)
    expect(reference.lines.length).toBeGreaterThan(5_000)
  })

  it('gives another run for another seed', () => {
    expect(straight(43).end).not.toBe(reference.end)
  })

  // Moments chosen to fall into start-up, a rollout, a dead node's grace, an eviction's wait and a drain.
  it.each([0.5, 620.4, 12_350, 47_111, 96_000, 150_010])(
    'goes on from a snapshot at %d ms as if nothing had been',
    atMs => {
      const before = createCluster({ seed: 42 })
      const lines = record(before)
      perform(before, 0, atMs)
      const snapshot = before.save()
      const after = restoreCluster(snapshot)
      expect(after.save()).toBe(snapshot)
      const rest = record(after)
      perform(after, atMs, END_MS)
      expect([...lines, ...rest]).toEqual(reference.lines)
      expect(after.save()).toBe(reference.end)
    },
  )

  it('keeps two clusters apart that run side by side', () => {
    const left = createCluster({ seed: 42 })
    const right = createCluster({ seed: 43 })
    for (let atMs = 0; atMs < END_MS; atMs += 10_000) {
      perform(left, atMs, atMs + 10_000)
      perform(right, atMs, atMs + 10_000)
    }
    expect(left.save()).toBe(reference.end)
  })
})
