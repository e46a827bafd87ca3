// A store, a clock and a data plane with nothing else: no controllers, so a test writes every object itself and sees what
// the nodes make of it.

import { DEFAULT_SETTINGS, type ClusterSettings } from '../api/cluster-settings.ts'
import type { Kind, KindMap } from '../api/kind-registry.ts'
import { World, type SavedWorld } from '../apps/world.ts'
import { createDataplane, type Dataplane, type Packet } from '../dataplane/index.ts'
import { EventLoop, type SavedEventLoop } from '../kernel/event-loop.ts'
import { invariant } from '../kernel/invariant.ts'
import { canonicalJson } from '../kernel/json.ts'
import type { Part } from '../kernel/part.ts'
import { Random, type SavedRandom } from '../kernel/rng.ts'
import { ClusterStore, type StoreClient } from '../store/index.ts'
import { testNode } from './service-objects.ts'

export interface DataplaneFixtureOptions {
  readonly seed?: number
  readonly settings?: Partial<ClusterSettings>
}

export class DataplaneFixture {
  readonly loop = new EventLoop()
  readonly random: Random
  readonly store: ClusterStore
  readonly client: StoreClient
  readonly dataplane: Dataplane
  readonly world = new World()
  settings: ClusterSettings

  constructor(options: DataplaneFixtureOptions = {}) {
    this.random = new Random(options.seed ?? 1)
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings }
    const settings = (): ClusterSettings => this.settings
    this.store = new ClusterStore({ random: this.random, settings, wallMs: () => this.loop.nowMs })
    const client = (actor: string): StoreClient => this.store.client(actor)
    this.client = client('test')
    const { loop, random } = this
    this.dataplane = createDataplane({
      loop,
      random,
      settings,
      client,
      isRunning: node => this.world.machine(node)?.power ?? false,
    })
  }

  /** Namespaces, and Nodes `node-1` … in zones a, b, c on machines that run. */
  withNodes(count: number): this {
    for (const name of ['default', 'kube-system'])
      this.put('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { ...testNode(1).metadata, name } })
    for (let index = 1; index <= count; index++) {
      this.setPower(`node-${index}`, true)
      this.put('Node', testNode(index, ['a', 'b', 'c'][(index - 1) % 3]))
    }
    return this
  }

  /** Creates the object, or replaces spec and metadata of the one that is there. */
  put<K extends Kind>(kind: K, object: KindMap[K]): KindMap[K] {
    const namespace = object.metadata.namespace ?? ''
    const known = this.client.get(kind, namespace, object.metadata.name)
    const written = known
      ? this.client.update(kind, {
          ...object,
          metadata: { ...known.metadata, labels: object.metadata.labels, annotations: object.metadata.annotations },
        })
      : this.client.create(kind, {
          ...object,
          metadata: { ...object.metadata, uid: undefined, resourceVersion: undefined },
        })
    invariant(written.ok, written.ok ? '' : written.status.message)
    return written.value
  }

  remove(kind: Kind, name: string, namespace = 'default'): void {
    const gone = this.client.delete(kind, namespace, name, { gracePeriodSeconds: 0 })
    invariant(gone.ok, gone.ok ? '' : gone.status.message)
  }

  setPower(node: string, on: boolean): void {
    this.world.setMachine({ name: node, power: on, kubelet: on, sinceMs: this.loop.nowMs })
    this.dataplane.powerChanged(node)
  }

  /** The endpoints that a node's rules hold for `default/my-service`, without ports, or why there are none. */
  endpoints(node: string, packet: Partial<Packet> = {}): string {
    const rules = this.dataplane.rules(node)
    if (!rules) return 'no rules'
    const frontend = rules.frontend({
      destination: '10.96.0.100',
      port: 80,
      protocol: 'TCP',
      source: '10.244.4.20',
      ...packet,
    })
    return frontend ? frontend.port.cluster.map(choice => choice.ip).join(' ') : 'no frontend'
  }

  /** The whole state as JSON. */
  save(): SavedFixture {
    const { loop, random, world, store, dataplane } = this
    return {
      settings: this.settings,
      loop: loop.save(),
      random: random.save(),
      world: world.save(),
      store: store.save(),
      dataplane: dataplane.save(),
    }
  }

  /** Takes the state over, in the order in which a cluster does. */
  load(saved: SavedFixture): this {
    this.settings = saved.settings
    this.world.load(saved.world)
    loadPart(this.store, saved.store)
    loadPart(this.dataplane, saved.dataplane)
    this.random.load(saved.random)
    this.loop.load(saved.loop)
    return this
  }
}

export interface SavedFixture {
  readonly settings: ClusterSettings
  readonly loop: SavedEventLoop
  readonly random: SavedRandom
  readonly world: SavedWorld
  readonly store: unknown
  readonly dataplane: unknown
}

/** The same state in a fixture of its own, by way of text. */
export function restored(fixture: DataplaneFixture): DataplaneFixture {
  return new DataplaneFixture().load(JSON.parse(canonicalJson(fixture.save())) as SavedFixture)
}

export function loadPart(part: Part, saved: unknown): void {
  part.load(saved as never)
}
