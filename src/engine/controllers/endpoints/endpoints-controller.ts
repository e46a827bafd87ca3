// The legacy Endpoints object of each Service with a selector, after pkg/controller/endpoint. It runs beside the EndpointSlice
// controller from the same changes; unlike a slice, it forgets a Pod as soon as it terminates and knows no zones. When
// a Service goes, its Endpoints go with it, whoever made them.

import type { EndpointSubset, Endpoints } from '../../api/endpoints/endpoints.ts'
import type { Draft, Labels } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import type { Part } from '../../kernel/part.ts'
import { sameJson } from '../../kernel/json.ts'
import { HEADLESS_LABEL, isHeadless, stampTriggerTime } from '../endpointslice/reconcile-slices.ts'
import { isNamespaceEnding } from '../endpointslice/endpointslice-controller.ts'
import { hasSelector, type ServiceIndex } from '../endpointslice/service-index.ts'
import { ServicePods, type PodNews } from '../endpointslice/service-pods.ts'
import { TriggerTimes, type SavedTriggerTimes } from '../endpointslice/trigger-time.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { explainEndpoints } from './explain-endpoints.ts'
import { SubsetBook } from './subset-book.ts'

const MANAGED_BY: Labels = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
const OVER_CAPACITY_ANNOTATION = 'endpoints.kubernetes.io/over-capacity'

export class EndpointsController implements Part {
  readonly partName = 'endpoints'
  readonly #context: ControllerRuntime
  readonly #controller: Controller
  readonly #recorder: EventRecorder
  readonly #decide: DecisionVoice
  readonly #services: ServiceIndex
  readonly #pods: ServicePods
  readonly #triggerTimes = new TriggerTimes()
  /** What is remembered of each Service between its syncs; derived, and no part of a snapshot. */
  readonly #books = new Map<string, SubsetBook>()

  constructor(context: ControllerRuntime, services: ServiceIndex) {
    this.#services = services
    this.#context = context
    this.#recorder = context.events.recorder('endpoint-controller')
    this.#decide = context.decisions.voice('endpoint-controller')
    this.#controller = new Controller(context, {
      actor: 'endpoint-controller',
      queue: {
        name: 'endpoints',
        backOffBaseMs: 'sim-endpoints-back-off',
        backOffMaxMs: 'sim-endpoints-back-off-max',
        retriesMax: 'sim-endpoints-retries',
      },
      sync: (namespace, name, key) => this.#sync(namespace, name, key),
    })
    this.#pods = new ServicePods(this.#controller.client, services)
    this.#controller.watchOwn('Service')
    this.#controller.watch('Pod', (event, queue) => {
      const batchMs = context.settings()['endpoint-updates-batch-period']
      for (const key of this.#services.concernOf(event).toSync) {
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
    this.#pods.reset()
    this.#books.clear()
  }

  #sync(namespace: string, name: string, key: string): SyncOutcome {
    const { client } = this.#controller
    const service = client.get('Service', namespace, name)
    const current = client.get('Endpoints', namespace, name)
    if (!service) {
      this.#triggerTimes.forget(key)
      this.#pods.forget(key)
      this.#books.delete(key)
      if (current) client.delete('Endpoints', namespace, name)
      return 'done'
    }
    if (!hasSelector(service)) return 'done'
    const news = this.#pods.take(service)
    const triggerTime = this.#triggerTimes.compute(key, service, news)
    const { subsets, truncated } = this.#bookOf(key, service, news).subsets(
      this.#context.settings()['sim-endpoints-capacity'],
    )
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

  /** The book of a Service with all that is new; it begins anew with another state of the Service. */
  #bookOf(key: string, service: Service, { pods, changes }: PodNews): SubsetBook {
    const known = this.#books.get(key)
    if (known && changes && sameJson(known.service.spec, service.spec)) {
      known.take(changes)
      return known
    }
    const book = new SubsetBook(service, pods ?? this.#pods.list(service))
    this.#books.set(key, book)
    return book
  }

  #explain(service: Service, current: Endpoints | undefined, endpoints: Endpoints): void {
    const podNamed = (name: string): Pod | undefined =>
      this.#controller.client.get('Pod', service.metadata.namespace ?? '', name)
    const truncated = endpoints.metadata.annotations?.[OVER_CAPACITY_ANNOTATION] === 'truncated'
    const change = { service, endpoints, before: current?.subsets ?? [], truncated, podNamed }
    for (const decision of explainEndpoints(change)) this.#decide(() => decision)
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
    if (result.ok && this.#context.decisions.heard) this.#explain(service, current, result.value)
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
