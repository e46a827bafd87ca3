// The legacy Endpoints object of each Service with a selector, after pkg/controller/endpoint. It runs beside the EndpointSlice
// controller from the same changes; unlike a slice, it forgets a Pod as soon as it terminates and knows no zones. When
// a Service goes, its Endpoints go with it, whoever made them.

import type { EndpointAddress, EndpointSubset, EndpointSubsetPort, Endpoints } from '../../api/endpoints/endpoints.ts'
import type { Draft, Labels } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import type { Part } from '../../kernel/part.ts'
import { sameJson } from '../../kernel/json.ts'
import { HEADLESS_LABEL, hostnameUnder, isHeadless, stampTriggerTime } from '../endpointslice/reconcile-slices.ts'
import { endpointPorts } from '../endpointslice/resolve-ports.ts'
import { isNamespaceEnding } from '../endpointslice/endpointslice-controller.ts'
import { byAge, hasSelector, ServiceIndex } from '../endpointslice/service-index.ts'
import { TriggerTimes, type SavedTriggerTimes } from '../endpointslice/trigger-time.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { isPodReady, isPodTerminal, isTerminating, podIPs } from '../runtime/pod-facts.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { repackSubsets, truncateSubsets } from './pack-subsets.ts'

const MANAGED_BY: Labels = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
const OVER_CAPACITY_ANNOTATION = 'endpoints.kubernetes.io/over-capacity'

export class EndpointsController implements Part {
  readonly partName = 'endpoints'
  readonly #controller: Controller
  readonly #recorder: EventRecorder
  readonly #services: ServiceIndex
  readonly #triggerTimes = new TriggerTimes()

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
      for (const key of this.#services.servicesFor(event)) queue.notice(key, batchMs)
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
  }

  #sync(namespace: string, name: string, key: string): SyncOutcome {
    const { client } = this.#controller
    const service = client.get('Service', namespace, name)
    const current = client.get('Endpoints', namespace, name)
    if (!service) {
      this.#triggerTimes.forget(key)
      if (current) client.delete('Endpoints', namespace, name)
      return 'done'
    }
    if (!hasSelector(service)) return 'done'
    const pods = byAge(client.podsWithLabels(namespace, service.spec.selector))
    const triggerTime = this.#triggerTimes.compute(key, service, pods)
    const { subsets, truncated } = truncateSubsets(repackSubsets(pods.flatMap(pod => subsetsOfPod(service, pod))))
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
    const failure = current
      ? {
          object: current,
          reason: 'FailedToUpdateEndpoint',
          message: `Failed to update endpoint ${keyOf(service)}: ${result.status.message}`,
        }
      : {
          object: service,
          reason: 'FailedToCreateEndpoint',
          message: `Failed to create endpoint for service ${keyOf(service)}: ${result.status.message}`,
        }
    this.#recorder.say({ ...failure, type: 'Warning' })
    return 'retry'
  }
}

/** One subset for each port that resolves; a Pod for which none does is not listed, unless the Service has no ports. */
function subsetsOfPod(service: Service, pod: Pod): readonly EndpointSubset[] {
  const toleratesUnready = service.spec.publishNotReadyAddresses ?? false
  if (isPodTerminal(pod) || (isTerminating(pod) && !toleratesUnready)) return []
  const wantsIPv6 = service.spec.ipFamilies?.[0] === 'IPv6'
  const ip = podIPs(pod).find(ip => ip.includes(':') === wantsIPv6)
  if (ip === undefined) return []
  const list = isPodReady(pod) || toleratesUnready ? 'addresses' : 'notReadyAddresses'
  const address = addressOf(service, pod, ip)
  const ports = endpointPorts(service, pod)
  if ((service.spec.ports ?? []).length === 0) return [{ [list]: [address] }]
  return ports.map(port => ({ [list]: [address], ports: [port as EndpointSubsetPort] }))
}

function addressOf(service: Service, pod: Pod, ip: string): EndpointAddress {
  const { namespace, name, uid } = pod.metadata
  const hostname = hostnameUnder(service, pod)
  return {
    ip,
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
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
