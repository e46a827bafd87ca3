// What a change of Pods costs the controllers of EndpointSlices and of Endpoints, by the size of the Service: the first look at
// all its Pods, a sync that finds nothing new, one Pod's readiness, and that of one Pod in a hundred. Each figure is processor
// time, a median of several rounds, and stands beside a bare scan of the same Pods in the same rounds and, for slices, beside Kubernetes' own
// reconciler. Its table is printed before the runner's own, in which the scan is measured once more.

import { bench, describe } from 'vitest'
import type { Pod } from '../engine/api/pod/pod.ts'
import type { ServiceSpec } from '../engine/api/service/service.ts'
import { ControllerFixture, webPod, webService } from '../engine/testing/controller-fixture.ts'

type Case = 'from nothing' | 'no change' | 'one Pod' | 'one Pod in a hundred'

/**
 * Milliseconds that Kubernetes' own slice reconciler (v1.34.4) takes for one Service on one core of a two-core machine, with an
 * API client that answers at once. It looks at every Pod in every sync, and makes the same writes.
 */
const REFERENCE_MS: { readonly [size: number]: Readonly<Record<Case, number>> } = {
  1_000: { 'from nothing': 14, 'no change': 10, 'one Pod': 12, 'one Pod in a hundred': 12 },
  10_000: { 'from nothing': 120, 'no change': 114, 'one Pod': 134, 'one Pod in a hundred': 140 },
  100_000: { 'from nothing': 4_200, 'no change': 2_300, 'one Pod': 1_900, 'one Pod in a hundred': 2_300 },
}
const SIZES = [100, 1_000, 10_000, 100_000]
/** Services of which the slices are more work: at one size only. */
const OTHERS: { readonly [what: string]: Partial<ServiceSpec> } = {
  'both families': { ipFamilyPolicy: 'PreferDualStack' },
  'hints for zones': { trafficDistribution: 'PreferSameZone' },
}
const OTHERS_SIZE = 10_000
const NODES = 100
/** By then, in virtual time, both controllers have followed. */
const SETTLED_MS = 20

/** Milliseconds of one round, and the slices that it wrote. */
interface Cost {
  readonly slices: number
  /** The syncs that wrote Endpoints. */
  readonly endpoints: number
  /** The change itself, and all that writes neither. */
  readonly rest: number
  readonly writes: string
}

/** A cluster without simulated Nodes and with so many Pods, one Service of which is still to come. */
class Scene {
  readonly fixture = new ControllerFixture({
    settings: { 'service-cluster-ip-range': '10.96.0.0/16,fd00:10:96::/112' },
  })
  readonly size: number
  #scanned = 0

  constructor(size: number) {
    this.size = size
    for (let index = 0; index < NODES; index++) {
      const labels = { 'topology.kubernetes.io/zone': `zone-${index % 3}` }
      this.fixture.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name: `h${index}`, labels }, spec: {} })
    }
    for (let index = 0; index < size; index++) {
      const pod = this.fixture.create('Pod', webPod(nameOf(index), { nodeName: `h${index % NODES}` }))
      const podIPs = [`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, `fd00::1:${index.toString(16)}`]
      const status = { phase: 'Running' as const, podIP: podIPs[0], podIPs: podIPs.map(ip => ({ ip })) }
      this.fixture.user.updateStatus('Pod', {
        ...pod,
        status: { ...status, conditions: [{ type: 'Ready', status: 'True' }] },
      })
    }
    this.settle()
  }

  /** Turns the readiness of every `step`-th Pod over, beginning with one. */
  flip(step: number, from = 0): void {
    const { fixture } = this
    for (let index = from; index < this.size; index += step) {
      const pod = fixture.get('Pod', nameOf(index))
      const status = isReady(pod) ? 'False' : 'True'
      fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, conditions: [{ type: 'Ready', status }] } })
    }
  }

  settle(): void {
    this.fixture.loop.advanceTo(this.fixture.loop.nowMs + SETTLED_MS)
    this.fixture.takeWrites()
  }

  /** Does something and lets the controllers follow. */
  cost(act: () => void): Cost {
    const { loop } = this.fixture
    const untilMs = loop.nowMs + SETTLED_MS
    const spent = { EndpointSlice: 0, Endpoints: 0, rest: timed(act) }
    this.fixture.takeWrites()
    const writes = { ADDED: 0, MODIFIED: 0, DELETED: 0 }
    while ((loop.nextEventMs() ?? Infinity) <= untilMs) {
      const ms = timed(() => loop.runNext(untilMs))
      const written = this.fixture.takeWrites().map(({ event }) => event)
      const kind = written[0]?.kind
      spent[kind === 'EndpointSlice' || kind === 'Endpoints' ? kind : 'rest'] += ms
      for (const event of written) if (event.kind === 'EndpointSlice') writes[event.type]++
    }
    const { ADDED, MODIFIED, DELETED } = writes
    const said = `${ADDED} created, ${MODIFIED} updated, ${DELETED} deleted`
    return { slices: spent.EndpointSlice, endpoints: spent.Endpoints, rest: spent.rest, writes: said }
  }

  scan(pods: readonly Pod[]): void {
    for (const pod of pods)
      if (isReady(pod)) this.#scanned += (pod.status?.podIP ?? '').length + pod.metadata.name.length
    if (this.#scanned < 0) throw new Error('nothing was read')
  }
}

function nameOf(index: number): string {
  return `p${String(index).padStart(6, '0')}`
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.[0]?.status === 'True'
}

/** Milliseconds of processor time, all threads of the process together: what else the machine does hardly shows in it. */
function timed(work: () => unknown): number {
  const begin = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(begin)
  return (user + system) / 1_000
}

/** The median of each figure over so many rounds. */
function typical(rounds: number, round: (index: number) => Cost): Cost {
  const costs = Array.from({ length: rounds }, (_, index) => round(index))
  const of = (figure: 'slices' | 'endpoints' | 'rest'): number => median(costs.map(cost => cost[figure]))
  return {
    slices: of('slices'),
    endpoints: of('endpoints'),
    rest: of('rest'),
    writes: costs[rounds >> 1]?.writes ?? '',
  }
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? 0
}

function measure(scene: Scene, spec: Partial<ServiceSpec>): Readonly<Record<Case, Cost>> {
  const { fixture, size } = scene
  const rounds = size > 10_000 ? 5 : 15
  const fromNothing = typical(rounds, () => {
    fixture.user.delete('Service', 'default', 'web')
    scene.settle()
    return scene.cost(() => fixture.create('Service', webService(spec)))
  })
  const noChange = typical(100, index =>
    scene.cost(() => {
      const loadBalancer = { ingress: [{ ip: `192.0.2.${index}` }] }
      fixture.user.updateStatus('Service', { ...fixture.get('Service', 'web'), status: { loadBalancer } })
    }),
  )
  const onePod = typical(400, index => scene.cost(() => scene.flip(size, (index * 7_919) % size)))
  const oneInHundred = typical(rounds, () => scene.cost(() => scene.flip(100)))
  fixture.user.delete('Service', 'default', 'web')
  scene.settle()
  // A sync that writes nothing is among the rest.
  return {
    'from nothing': fromNothing,
    'no change': { ...noChange, slices: noChange.rest, rest: 0 },
    'one Pod': onePod,
    'one Pod in a hundred': oneInHundred,
  }
}

/** Milliseconds of one scan; measured apart from the rounds, which it would leave with cold caches. */
function scanMs(scene: Scene): number {
  const pods = scene.fixture.pods()
  const ten = (): void => {
    for (let time = 0; time < 10; time++) scene.scan(pods)
  }
  return median(Array.from({ length: 11 }, () => timed(ten) / 10))
}

function report(scene: Scene, title: string, spec: Partial<ServiceSpec>): void {
  const scan = scanMs(scene)
  const reference = Object.keys(spec).length === 0 ? REFERENCE_MS[scene.size] : undefined
  const ms = (value: number): string => value.toFixed(value < 10 ? 3 : 1)
  const lines = Object.entries(measure(scene, spec)).map(([name, { slices, endpoints, rest, writes }]) => {
    const goMs = reference?.[name as Case]
    const beside = goMs === undefined ? '' : `, Kubernetes ${goMs} ms: ${(goMs / slices).toFixed(1)} times as long`
    return [
      `  ${name.padEnd(21)} slices ${ms(slices)} ms = ${(slices / scan).toFixed(2)} scans${beside} (${writes})`,
      `${''.padEnd(24)}Endpoints ${ms(endpoints)} ms, the change itself ${ms(rest)} ms`,
    ].join('\n')
  })
  console.log(`${scene.size} endpoints${title}; a scan of all Pods takes ${ms(scan)} ms\n${lines.join('\n')}\n`)
}

for (const size of SIZES) {
  describe(`${size} endpoints`, () => {
    const scene = new Scene(size)
    report(scene, '', {})
    const others = size === OTHERS_SIZE ? Object.entries(OTHERS) : []
    for (const [what, spec] of others) report(scene, `, ${what}`, spec)
    const pods = scene.fixture.pods()
    bench('a scan of all Pods', () => scene.scan(pods))
  })
}
