// Clients, a data plane and processes on machines, with no controllers: a test says which process runs where and which
// rows the slices have, and sees what requests come to.

import type { PodProcess } from '../apps/world.ts'
import { canonicalJson } from '../kernel/json.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { createTraffic, type Traffic, type TripRecord } from '../traffic/index.ts'
import type { TrafficSpec } from '../api/workload-spec.ts'
import { DataplaneFixture, loadPart, type DataplaneFixtureOptions, type SavedFixture } from './dataplane-fixture.ts'
import { testService, testSlice } from './service-objects.ts'

export class TrafficFixture extends DataplaneFixture {
  readonly traffic: Traffic
  /** All that was told, in order. */
  readonly trips: TripRecord[] = []

  constructor(options: DataplaneFixtureOptions = {}) {
    super(options)
    const { loop, random, world, store, dataplane } = this
    this.traffic = createTraffic({
      loop,
      random,
      settings: () => this.settings,
      client: actor => store.client(actor),
      world,
      dataplane,
      epochMs: DEFAULT_EPOCH_MS,
    })
    this.traffic.onTrip(trip => this.trips.push(trip))
  }

  /** Three nodes, `my-service` with a Pod on each (`pod-1` at 10.244.1.5 …) and rules in force, at 5,000 ms. */
  withService(): this {
    this.withNodes(3)
    for (const index of [1, 2, 3]) this.run(index)
    this.put('Service', testService())
    this.putSlice([1, 2, 3])
    this.loop.advanceTo(5_000)
    return this
  }

  /** Starts the process of `pod-<index>` at 10.244.<index>.5 on `node-<index>`, unless the parts say otherwise. */
  run(index: number, parts: Partial<PodProcess> = {}): void {
    this.world.setProcess({
      uid: `uid-${index}`,
      namespace: 'default',
      name: `pod-${index}`,
      nodeName: `node-${index}`,
      ip: `10.244.${index}.5`,
      tcpPorts: [9376],
      udpPorts: [],
      startedAtMs: this.loop.nowMs,
      listening: true,
      readinessFails: false,
      ...parts,
    })
  }

  /** Writes the slice of `my-service` with a ready row for each of these Pods. */
  putSlice(indexes: readonly number[]): void {
    this.put('EndpointSlice', testSlice(indexes.map(index => `10.244.${index}.5 @node-${index} pod=pod-${index}`)))
  }

  /** Starts `Client/frontend-1` to `my-service:80` on `node-1` with 100 requests a second, unless the parts say otherwise. */
  startClient(parts: Partial<TrafficSpec> = {}): void {
    const started = this.traffic.start({
      from: 'Client/frontend-1',
      node: 'node-1',
      to: 'my-service',
      port: 80,
      rate: 100,
      ...parts,
    })
    if (!started.ok) throw new Error(started.message)
  }

  /** Runs on and gives what was told meanwhile. */
  during(ms: number): readonly TripRecord[] {
    const from = this.trips.length
    this.loop.advanceTo(this.loop.nowMs + ms)
    return this.trips.slice(from)
  }

  override save(): SavedFixture & { readonly traffic: unknown } {
    return { ...super.save(), traffic: this.traffic.save() }
  }

  override load(saved: SavedFixture & { readonly traffic?: unknown }): this {
    super.load(saved)
    loadPart(this.traffic, saved.traffic)
    return this
  }
}

/** The same state in a fixture of its own, by way of text. */
export function restoredTraffic(fixture: TrafficFixture): TrafficFixture {
  return new TrafficFixture().load(JSON.parse(canonicalJson(fixture.save())) as SavedFixture)
}
