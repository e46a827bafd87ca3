// The legacy Endpoints object of each Service with a selector, after pkg/controller/endpoint. It runs beside the EndpointSlice
// controller from the same changes; unlike a slice, it forgets a Pod as soon as it terminates and knows no zones. When
// a Service goes, its Endpoints go with it, whoever made them.

import type { EndpointSubset, Endpoints } from '../../api/endpoints/endpoints.ts'
import type { Draft, Labels } from '../../api/meta.ts'
import type { Service } from '../../api/service/service.ts'
import type { Part } from '../../kernel/part.ts'
import { sameJson } from '../../kernel/json.ts'
import { HEADLESS_LABEL, isHeadless, stampTriggerTime } from '../endpointslice/reconcile-slices.ts'
import { isNamespaceEnding } from '../endpointslice/endpointslice-controller.ts'
import { hasSelector, ServiceIndex } from '../endpointslice/service-index.ts'
import { TriggerTimes, type SavedTriggerTimes } from '../endpointslice/trigger-time.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { PodRoll } from '../runtime/pod-roll.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { SubsetBook } from './subset-book.ts'

const MANAGED_BY: Labels = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
const OVER_CAPACITY_ANNOTATION = 'endpoints.kubernetes.io/over-capacity'

/** What is remembered of a Service between its syncs; derived, and no part of a snapshot. */
interface Memory {
  readonly roll: PodRoll
  book: SubsetBook
}

export class EndpointsController implements Part {
  readonly partName = 'endpoints'
  readonly #controller: Controller
  readonly #recorder: EventRecorder
  readonly #services: ServiceIndex
  readonly #triggerTimes = new TriggerTimes()
  readonly #memories = new Map<string, Memory>()

  constructor(context: ControllerRuntime) {
    this.#recorder = context.events.recorder('endpoint-controller')
    this.#controller = new Controller(context, {
      actor: 'endpoint-controller',
      queue: { name: 'endpoints', backOffBaseMs: 5, backOffMaxMs: 1_000_000, retriesMax: 15 },
      sync: (namespace, name, key) => this.#sync(namespace, name, key),
    })
    this.#services = new ServiceIndex(this.#controller.client)
    this.#controller.watchOwn('Service')
    this.#controller.watch('Pod', (event, queue) => {
      const batchMs = context.settings()['endpoint-updates-batch-period']
      for (const key of this.#services.servicesFor(event)) {
        if (batchMs > 0) queue.noticeLater(key, batchMs)
        else queue.notice(key)
      }
    })
    this.#controller.watch('Endpoints', ({ type, object }, queue) => {
      if (type === 'DELETED') queue.notice(keyOf(object))
    })
  }

  save(): { readonly queue: SavedWorkQueue; readonly triggerTimes: SavedTriggerTimes } {
    return { queue: this.#controller.queue.save(), triggerTimes: this.#triggerTimes.save() }
  }

  load(saved: { readonly queue: SavedWorkQueue; readonly triggerTimes: SavedTriggerTimes }): void {
    this.#controller.queue.load(saved.queue)
    this.#triggerTimes.load(saved.triggerTimes)
    this.#services.reset()
    this.#memories.clear()
  }

  #sync(namespace: string, name: string, key: string): SyncOutcome {
    const { client } = this.#controller
    const service = client.get('Service', namespace, name)
    const current = client.get('Endpoints', namespace, name)
    if (!service) {
      this.#triggerTimes.forget(key)
      this.#memories.delete(key)
      if (current) client.delete('Endpoints', namespace, name)
      return 'done'
    }
    if (!hasSelector(service)) return 'done'
    const known = this.#memories.get(key)
    const memory = known ?? { roll: new PodRoll(), book: new SubsetBook(service) }
    if (!known) this.#memories.set(key, memory)
    const pods = client.podsWithLabels(namespace, service.spec.selector)
    const changes = memory.roll.take(pods)
    const triggerTime = this.#triggerTimes.compute(key, service, { all: !known, changes })
    if (memory.book.service === service) memory.book.take(changes)
    else {
      memory.book = new SubsetBook(service)
      memory.book.take(pods.map(after => ({ before: undefined, after })))
    }
    const { subsets: packed, truncated } = memory.book.subsets()
    const subsets = asStored(packed)
    const over = current?.metadata.annotations?.[OVER_CAPACITY_ANNOTATION] !== undefined
    const labels = wantedLabels(service)
    if (
      current &&
      !truncated &&
      !over &&
      sameJson(current.subsets ?? [], subsets) &&
      sameJson(withoutHeadless(current.metadata.labels), withoutHeadless(labels))
    ) {
      return 'done'
    }
    const { [OVER_CAPACITY_ANNOTATION]: _, ...others } = current?.metadata.annotations ?? {}
    const annotations = stampTriggerTime(
      truncated ? { ...others, [OVER_CAPACITY_ANNOTATION]: 'truncated' } : others,
      triggerTime,
    )
    return this.#write(service, current, { labels, annotations, subsets })
  }

  #write(
    service: Service,
    current: Endpoints | undefined,
    wanted: {
      readonly labels: Labels
      readonly annotations: Labels | undefined
      readonly subsets: readonly EndpointSubset[]
    },
  ): SyncOutcome {
    const { client } = this.#controller
    const { name, namespace } = service.metadata
    const { labels, annotations } = wanted
    const subsets = wanted.subsets.length > 0 ? { subsets: wanted.subsets } : {}
    const draft: Draft<Endpoints> = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name, namespace, labels, annotations },
      ...subsets,
    }
    const result = current
      ? client.update('Endpoints', {
          apiVersion: 'v1',
          kind: 'Endpoints',
          metadata: { ...current.metadata, labels, annotations },
          ...subsets,
        })
      : client.create('Endpoints', draft)
    if (result.ok || isNamespaceEnding(result.status)) return 'done'
    const told = current
      ? { reason: 'FailedToUpdateEndpoint', message: `Failed to update endpoint ${keyOf(service)}` }
      : { reason: 'FailedToCreateEndpoint', message: `Failed to create endpoint for service ${keyOf(service)}` }
    const unstored = { name, namespace, uid: '', resourceVersion: '', creationTimestamp: '' }
    const object: Endpoints = current ?? { apiVersion: 'v1', kind: 'Endpoints', metadata: unstored, ...subsets }
    this.#recorder.say({ ...told, object, type: 'Warning', message: `${told.message}: ${result.status.message}` })
    return 'retry'
  }
}

/** Subsets as the API server keeps them, so that they can be compared: a port without a name has none. */
function asStored(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  return subsets.map(({ ports, ...addresses }) =>
    ports ? { ...addresses, ports: ports.map(({ name, ...port }) => (name ? { name, ...port } : port)) } : addresses,
  )
}

function wantedLabels(service: Service): Labels {
  return {
    ...withoutHeadless(service.metadata.labels),
    ...(isHeadless(service) ? { [HEADLESS_LABEL]: '' } : {}),
    ...MANAGED_BY,
  }
}

function withoutHeadless(labels: Labels | undefined): Labels {
  const { [HEADLESS_LABEL]: _, ...others } = labels ?? {}
  return others
}
