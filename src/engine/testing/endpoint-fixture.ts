// A cluster in which the test itself plays the kubelets: Nodes are there, Pods get the address and readiness that the test
// writes, and nothing else runs. For tests of what Endpoints and EndpointSlices make of it, write for write.

import type { Draft, Labels } from '../api/meta.ts'
import { ZONE_LABEL, type Node } from '../api/node/node.ts'
import type { ContainerPort, Pod, PodSpec, PodStatus } from '../api/pod/pod.ts'
import type { Endpoint, EndpointSlice } from '../api/endpointslice/endpointslice.ts'
import type { Service } from '../api/service/service.ts'
import { invariant } from '../kernel/invariant.ts'
import { compareText, type Json } from '../kernel/json.ts'
import { DEFAULT_EPOCH_MS, formatTimestamp } from '../kernel/timestamp.ts'
import { ControllerFixture, webPod, type FixtureOptions } from './controller-fixture.ts'

export interface PodParts {
  /** Counted up from 10.244.0.1 when absent; none for a Pod that has no address yet. */
  readonly ips?: readonly string[]
  readonly ready?: boolean
  readonly phase?: PodStatus['phase']
  readonly labels?: Labels
  readonly ports?: readonly ContainerPort[]
  readonly spec?: Partial<PodSpec>
}

/** What a controller saves of its queue: keys that wait, and keys that are set aside for later. */
interface SavedKeys {
  readonly waiting: readonly (readonly [string, number, number])[]
  readonly aside: readonly (readonly [string, number, number])[]
}

type Conditions = NonNullable<Pod['status']>['conditions']

export class EndpointFixture extends ControllerFixture {
  #address = 0

  constructor(options: FixtureOptions = {}, saved?: string) {
    super(options, saved)
    if (saved === undefined) this.addNode('h1', 'zone-a')
    else this.#address = this.pods().length
  }

  /** Runs to the next whole second, so that everything queued without a pause is done. */
  settle(): this {
    return this.runTo(Math.floor(this.loop.nowMs / 1000) + 1)
  }

  addNode(name: string, zone?: string, cpu = '4', labels: Labels = {}): Node {
    const node = this.create('Node', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: zone === undefined ? labels : { [ZONE_LABEL]: zone, ...labels } },
      spec: {},
    })
    return this.#update('Node', {
      ...node,
      status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: 'True' }] },
    })
  }

  /** A Pod of `app: web` on h1 that runs and is ready, unless the parts say otherwise. */
  addPod(name: string, parts: PodParts = {}): Pod {
    const draft = webPod(name, { nodeName: 'h1', ...parts.spec }, parts.ports ? { ports: parts.ports } : {})
    const labels = parts.labels ?? draft.metadata.labels
    const pod = this.create('Pod', { ...draft, metadata: { ...draft.metadata, labels } })
    const ips = parts.ips ?? [this.#nextAddress()]
    if (ips.length === 0 && parts.phase === undefined) return pod
    return this.setStatus(name, {
      phase: parts.phase ?? 'Running',
      ...(ips[0] === undefined ? {} : { podIP: ips[0], podIPs: ips.map(ip => ({ ip })) }),
      conditions: this.#readiness(parts.ready ?? true),
    })
  }

  setStatus(name: string, status: Partial<PodStatus>): Pod {
    const pod = this.get('Pod', name)
    const phase = pod.status?.phase ?? 'Pending'
    return this.#update('Pod', { ...pod, status: { phase, ...pod.status, ...status } })
  }

  /** The condition turns now, or did at another moment (RFC 3339). */
  setReady(name: string, ready: boolean, since?: string): Pod {
    return this.setStatus(name, { conditions: this.#readiness(ready, since) })
  }

  /** Deletes a Pod at once, or lets it terminate for 30 s and longer: no kubelet ends it. */
  removePod(name: string, how: 'at once' | 'gracefully' = 'at once'): void {
    const gone = this.user.delete('Pod', 'default', name, { gracePeriodSeconds: how === 'at once' ? 0 : 30 })
    invariant(gone.ok, `Pod ${name} is not there`)
  }

  editService(change: (service: Service) => Draft<Service>, name = 'web'): Service {
    const service = this.get('Service', name)
    const { metadata, ...rest } = change(service)
    const changed = this.user.update('Service', { ...rest, metadata: { ...service.metadata, ...metadata } } as Service)
    invariant(changed.ok, changed.ok ? '' : changed.status.message)
    return changed.value
  }

  /** Slices of a Service, oldest first. */
  slices(service = 'web'): readonly EndpointSlice[] {
    return [...this.user.slicesOfService('default', service)].sort(
      (a, b) =>
        compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
        compareText(a.metadata.name, b.metadata.name),
    )
  }

  /** The one slice there is. */
  slice(service = 'web'): EndpointSlice {
    const [slice, ...others] = this.slices(service)
    invariant(slice && others.length === 0, `${service} has ${others.length + (slice ? 1 : 0)} slices`)
    return slice
  }

  /** The endpoint of a Pod. */
  endpointOf(pod: string, service = 'web'): Endpoint | undefined {
    return this.slices(service)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .find(({ targetRef }) => targetRef?.name === pod)
  }

  /** Addresses of the Endpoints object, `!` before those that are not ready; undefined when there is none. */
  addresses(service = 'web'): readonly string[] | undefined {
    return this.user
      .get('Endpoints', 'default', service)
      ?.subsets?.flatMap(({ addresses = [], notReadyAddresses = [] }) => [
        ...addresses.map(({ ip }) => ip),
        ...notReadyAddresses.map(({ ip }) => `!${ip}`),
      ])
  }

  /** How often objects of a kind were written since the last call of `takeWrites`. */
  countWrites(kind: 'EndpointSlice' | 'Endpoints'): number {
    return this.writes.filter(({ event }) => event.kind === kind).length
  }

  /** Keys that wait to be synced by a controller. */
  waiting(controller: 'endpointslice' | 'endpoints' | 'mirroring'): readonly string[] {
    const part = this.controllers.parts.find(({ partName }) => partName === controller)
    const saved = part?.save() as { readonly queue?: Json } | undefined
    const { waiting, aside } = (saved?.queue ?? saved) as unknown as SavedKeys
    return [...waiting, ...aside].map(([key]) => key)
  }

  #nextAddress(): string {
    this.#address++
    return `10.244.${this.#address >> 8}.${this.#address & 255}`
  }

  #readiness(ready: boolean, since = formatTimestamp(DEFAULT_EPOCH_MS + this.loop.nowMs)): Conditions {
    return [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: since }]
  }

  #update<K extends 'Node' | 'Pod'>(kind: K, object: K extends 'Node' ? Node : Pod): K extends 'Node' ? Node : Pod {
    const updated = this.user.updateStatus(kind, object as never)
    invariant(updated.ok, updated.ok ? '' : updated.status.message)
    return updated.value as never
  }
}
