// A cluster of store, world and controllers only, for tests of control loops: no data plane that runs, no traffic; commands in
// containers find the network as it is without any rules. Time is advanced by the test; everything is seeded. Also short ways to write the objects that such tests are made of.

import { DEFAULT_SETTINGS, type ClusterSettings } from '../api/cluster-settings.ts'
import type { Deployment } from '../api/deployment/deployment.ts'
import type { Kind, KindMap } from '../api/kind-registry.ts'
import type { Draft, Labels } from '../api/meta.ts'
import { SIMULATED_ANNOTATION, ZONE_LABEL, type Node } from '../api/node/node.ts'
import type { Container, Pod, PodSpec } from '../api/pod/pod.ts'
import type { Service, ServiceSpec } from '../api/service/service.ts'
import { World } from '../apps/world.ts'
import { createControllers, type Controllers } from '../controllers/index.ts'
import { createDataplane } from '../dataplane/index.ts'
import { EventLoop } from '../kernel/event-loop.ts'
import { invariant } from '../kernel/invariant.ts'
import { canonicalJson } from '../kernel/json.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore, type StoreClient, type WatchEvent } from '../store/index.ts'
import { createTraffic, type Traffic } from '../traffic/index.ts'

type Containers = Traffic['containers']

export interface FixtureOptions {
  readonly seed?: number
  readonly settings?: Partial<ClusterSettings>
  /** Names of simulated Nodes to make; `n1` is in zone-a with 10.244.1.0/24. */
  readonly nodes?: number
  /** What stands between the store and every controller. */
  readonly face?: (client: StoreClient, fixture: { readonly loop: EventLoop; readonly random: Random }) => StoreClient
}

/** One write as a test likes to read it, with its time. */
export interface Written {
  readonly atMs: number
  /** Who wrote it. */
  readonly actor: string
  readonly event: WatchEvent
}

export class ControllerFixture {
  readonly loop = new EventLoop()
  readonly random: Random
  readonly world = new World()
  readonly store: ClusterStore
  readonly controllers: Controllers
  readonly user: StoreClient
  readonly writes: Written[] = []
  #writer = ''
  settings: ClusterSettings
  #containers: Containers | undefined

  constructor(options: FixtureOptions = {}, saved?: string) {
    this.random = new Random(options.seed ?? 1)
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings }
    const wallMs = (): number => DEFAULT_EPOCH_MS + this.loop.nowMs
    const settings = (): ClusterSettings => this.settings
    this.store = new ClusterStore({ random: this.random, settings, wallMs })
    const client = (actor: string): StoreClient => this.#noting(this.store.client(actor))
    this.user = client('user')
    this.controllers = createControllers(
      {
        loop: this.loop,
        random: this.random,
        settings,
        client: actor => options.face?.(client(actor), this) ?? client(actor),
        world: this.world,
        run: (...what) => (this.#containers ??= this.#makeContainers()).run(...what),
        wallMs,
      },
      true,
    )
    const kinds = [
      'Node',
      'Lease',
      'Pod',
      'Service',
      'Endpoints',
      'EndpointSlice',
      'ReplicaSet',
      'Deployment',
      'Event',
    ] as const
    this.user.watch(kinds, event => void this.writes.push({ atMs: this.loop.nowMs, actor: this.#writer, event }))
    if (saved !== undefined) {
      this.#load(saved)
      return
    }
    for (const name of ['default', 'kube-node-lease'])
      this.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    this.controllers.start()
    for (let index = 1; index <= (options.nodes ?? 0); index++) this.create('Node', simulatedNode(index))
  }

  /** The whole state as canonical text. */
  save(): string {
    const parts = Object.fromEntries(this.controllers.parts.map(part => [part.partName, part.save()]))
    return canonicalJson({
      store: this.store.save(),
      parts,
      world: this.world.save(),
      random: this.random.save(),
      loop: this.loop.save(),
    })
  }

  /** Runs until the virtual time, in seconds. */
  runTo(seconds: number): this {
    this.loop.advanceTo(seconds * 1000)
    return this
  }

  create<K extends Kind>(kind: K, draft: Draft<KindMap[K]>): KindMap[K] {
    const created = this.user.create(kind, draft)
    invariant(created.ok, created.ok ? '' : created.status.message)
    return created.value
  }

  get<K extends Kind>(kind: K, name: string, namespace = 'default'): KindMap[K] {
    const object = this.user.get(kind, namespace, name)
    invariant(object, `${kind} ${name} is not there`)
    return object
  }

  pods(): readonly Pod[] {
    return this.user.list('Pod', 'default')
  }

  /** Endpoints of all slices of a Service, `10.244.1.2 ready serving` and so on, sorted. */
  endpoints(service: string): readonly string[] {
    return this.user
      .slicesOfService('default', service)
      .flatMap(slice => slice.endpoints ?? [])
      .map(({ addresses, conditions = {} }) => {
        const words = (['ready', 'serving', 'terminating'] as const).filter(word => conditions[word])
        return [addresses.join(), ...words].join(' ')
      })
      .sort()
  }

  /** Reason and count of the Events about an object, oldest first. */
  eventsAbout(name: string): readonly string[] {
    return this.user
      .list('Event')
      .filter(event => event.involvedObject.name === name)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
      .map(event => event.reason)
  }

  setPower(name: string, power: boolean): void {
    const machine = this.world.machine(name)
    invariant(machine, `no machine ${name}`)
    this.world.setMachine({ ...machine, power, sinceMs: this.loop.nowMs })
  }

  /** Writes of one kind since the last call, dropped afterwards. */
  takeWrites(): readonly Written[] {
    return this.writes.splice(0)
  }

  /** A shell for the containers, on a loop of its own that stands still. */
  #makeContainers(): Containers {
    const settings = (): ClusterSettings => this.settings
    const { random, world } = this
    const client = (actor: string): StoreClient => this.store.client(actor)
    const context = { loop: new EventLoop(), random, settings, client, world }
    const dataplane = createDataplane({ ...context, isRunning: () => true })
    return createTraffic({ ...context, dataplane, epochMs: DEFAULT_EPOCH_MS }).containers
  }

  /** A client of which it is known that it is the one who writes. */
  #noting(client: StoreClient): StoreClient {
    return new Proxy(client, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property, target)
        if (typeof member !== 'function') return member
        return (...given: readonly unknown[]): unknown => {
          const before = this.#writer
          this.#writer = client.actor
          try {
            return Reflect.apply(member as (...all: readonly unknown[]) => unknown, target, given)
          } finally {
            this.#writer = before
          }
        }
      },
    })
  }

  #load(text: string): void {
    const saved = JSON.parse(text) as {
      store: never
      parts: Record<string, never>
      world: never
      random: never
      loop: never
    }
    this.store.load(saved.store)
    this.world.load(saved.world)
    // A part that the text lacks begins anew.
    for (const part of this.controllers.parts) {
      const state = saved.parts[part.partName]
      if (state !== undefined) part.load(state)
    }
    this.random.load(saved.random)
    this.loop.load(saved.loop)
  }
}

export function simulatedNode(index: number, labels: Labels = {}): Draft<Node> {
  const zone = `zone-${'abc'[(index - 1) % 3]}`
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `n${index}`,
      labels: { 'kubernetes.io/hostname': `n${index}`, [ZONE_LABEL]: zone, ...labels },
      annotations: { [SIMULATED_ANNOTATION]: 'true' },
    },
    spec: { podCIDR: `10.244.${index}.0/24`, podCIDRs: [`10.244.${index}.0/24`] },
    status: { addresses: [{ type: 'InternalIP', address: `172.18.0.${10 + index}` }], allocatable: { pods: '110' } },
  }
}

export function webService(spec: Partial<ServiceSpec> = {}, name = 'web'): Draft<Service> {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: {
      type: 'ClusterIP',
      selector: { app: 'web' },
      ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }],
      ...spec,
    },
  }
}

export function webDeployment(
  replicas: number,
  spec: Partial<Deployment['spec']> = {},
  container: Partial<Container> = {},
): Draft<Deployment> {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: webPodSpec({}, container) },
      strategy: { type: 'RollingUpdate' },
      ...spec,
    },
  }
}

export function webPod(name: string, spec: Partial<PodSpec> = {}, container: Partial<Container> = {}): Draft<Pod> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
    spec: webPodSpec(spec, container),
  }
}

function webPodSpec(spec: Partial<PodSpec>, container: Partial<Container>): PodSpec {
  return { containers: [{ name: 'app', image: 'web:1', ports: [{ containerPort: 8080 }], ...container }], ...spec }
}
