// The loop around reconcile-slices.ts, after pkg/controller/endpointslice: a Service is synced when it changes, when a Pod
// that concerns it does, and a second after somebody else touched one of its slices. Turning a Service with a selector
// into one without leaves its slices as they are; a deleted Service's slices are the garbage collector's.

import { MANAGED_BY_LABEL, SERVICE_NAME_LABEL, type EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { Service } from '../../api/service/service.ts'
import type { Part } from '../../kernel/part.ts'
import { compareText } from '../../kernel/json.ts'
import type { WatchEvent } from '../../store/client.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import type { DecisionVoice } from '../runtime/decision-hub.ts'
import type { EventRecorder } from '../runtime/event-recorder.ts'
import { isTerminating } from '../runtime/pod-facts.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { explainSlices } from './explain-slices.ts'
import { addressTypes, ENDPOINTSLICE_CONTROLLER, type SliceWrites } from './reconcile-slices.ts'
import { hasSelector, type ServiceIndex } from './service-index.ts'
import { ServicePods } from './service-pods.ts'
import { SliceLedger, type LedgerInput, type MadeWrites } from './slice-ledger.ts'
import { changesRatios, changesZone, NO_HINTS, TopologyCache, type SavedTopologyCache } from './topology-cache.ts'
import { TriggerTimes, type SavedTriggerTimes } from './trigger-time.ts'

/** The key under which a change of Nodes waits; no Service has it. */
const NODES_KEY = '/nodes'

interface SavedEndpointSliceController {
  readonly queue: SavedWorkQueue
  readonly triggerTimes: SavedTriggerTimes
  readonly topology: SavedTopologyCache
}

/** What has come of a sync's writes so far. */
interface Outcome extends MadeWrites {
  readonly written: EndpointSlice[]
  readonly refusals: string[]
  /** Whether all was written that was planned. */
  whole: boolean
}

export class EndpointSliceController implements Part {
  readonly partName = 'endpointslice'
  readonly #context: ControllerRuntime
  readonly #controller: Controller
  readonly #recorder: EventRecorder
  readonly #decide: DecisionVoice
  readonly #services: ServiceIndex
  readonly #pods: ServicePods
  readonly #triggerTimes = new TriggerTimes()
  readonly #topology = new TopologyCache()
  /** What is remembered of each Service between its syncs; derived, and no part of a snapshot. */
  readonly #ledgers = new Map<string, SliceLedger>()
  /** Grows with every change of Nodes that may change a zone; derived. */
  #nodesAt = 0
  #writing = false

  constructor(context: ControllerRuntime, services: ServiceIndex) {
    this.#context = context
    this.#services = services
    this.#recorder = context.events.recorder('endpoint-slice-controller')
    this.#decide = context.decisions.voice('endpointslice-controller')
    this.#controller = new Controller(context, {
      actor: 'endpointslice-controller',
      queue: {
        name: 'endpointslice',
        backOffBaseMs: 'sim-endpointslice-back-off',
        backOffMaxMs: 'sim-endpointslice-back-off-max',
        retriesMax: 'sim-endpoints-retries',
      },
      sync: (namespace, name, key) => (key === NODES_KEY ? this.#takeNodes() : this.#sync(namespace, name, key)),
    })
    this.#pods = new ServicePods(this.#controller.client, services)
    this.#controller.watchOwn('Service')
    this.#controller.watch('Pod', (event, queue) => {
      // Both controllers hear the same, but a recorded control plane was seen to write Endpoints first, and slices only after
      // all that came within some milliseconds. Much longer, and Pods that start one after another would be packed in batches, which
      // leaves slices not quite full.
      const { 'endpointslice-updates-batch-period': batchMs, 'sim-endpointslice-lag': lagMs } = context.settings()
      for (const key of this.#services.concernOf(event).toSync) {
        if (batchMs > 0) queue.noticeLater(key, batchMs + lagMs)
        else queue.notice(key, lagMs)
      }
    })
    this.#controller.watch('Node', ({ type, object, previous }, queue) => {
      const now = type === 'DELETED' ? undefined : object
      if (!previous || !now || changesZone(previous, now)) this.#nodesAt++
      if (changesRatios(previous, now)) queue.notice(NODES_KEY)
    })
    this.#controller.watch('EndpointSlice', event => this.#noticeSlice(event))
  }

  save(): SavedEndpointSliceController {
    const triggerTimes = this.#triggerTimes.save()
    return { queue: this.#controller.queue.save(), triggerTimes, topology: this.#topology.save() }
  }

  load(saved: SavedEndpointSliceController): void {
    this.#controller.queue.load(saved.queue)
    this.#topology.load(saved.topology)
    this.#triggerTimes.load(saved.triggerTimes)
    this.#services.reset()
    this.#pods.reset()
    this.#ledgers.clear()
  }

  // Its own writes say nothing new. What others do to a slice shows in its generation, and in its labels.
  #noticeSlice({ type, object, previous }: WatchEvent<'EndpointSlice'>): void {
    if (this.#writing) return
    for (const slice of [previous, object]) {
      const service = slice?.metadata.labels?.[SERVICE_NAME_LABEL]
      if (service !== undefined) this.#ledgers.get(`${object.metadata.namespace}/${service}`)?.forget()
    }
    if (type === 'MODIFIED' && previous && previous.metadata.generation === object.metadata.generation) return
    const { 'endpointslice-updates-batch-period': batchMs, 'sim-foreign-slice-delay': foreignMs } =
      this.#context.settings()
    const delayMs = Math.max(foreignMs, batchMs)
    for (const slice of [previous, object]) {
      const service = slice && isManaged(slice) ? slice.metadata.labels?.[SERVICE_NAME_LABEL] : undefined
      if (service !== undefined) this.#controller.queue.noticeLater(`${object.metadata.namespace}/${service}`, delayMs)
    }
  }

  /** Works the zones' shares out anew, and looks again at the Services whose hints do not fit them any more. */
  #takeNodes(): SyncOutcome {
    for (const key of this.#topology.setNodes(this.#controller.client.list('Node'))) this.#controller.queue.add(key, 0)
    return 'done'
  }

  #sync(namespace: string, name: string, key: string): SyncOutcome {
    const { client } = this.#controller
    const service = client.get('Service', namespace, name)
    if (!service) {
      this.#triggerTimes.forget(key)
      this.#topology.setState(key, NO_HINTS)
      this.#pods.forget(key)
      this.#ledgers.delete(key)
      return 'done'
    }
    if (!hasSelector(service)) return 'done'
    let ledger = this.#ledgers.get(key)
    if (!ledger) this.#ledgers.set(key, (ledger = new SliceLedger()))
    const news = this.#pods.take(service)
    const input: LedgerInput = {
      service,
      changes: news.changes,
      listPods: () => news.pods ?? this.#pods.list(service),
      listSlices: () => this.#slicesOf(service),
      nodeNamed: node => client.get('Node', '', node),
      nodesAt: this.#nodesAt,
      maxEndpoints: this.#context.settings()['max-endpoints-per-slice'],
      triggerTime: this.#triggerTimes.compute(key, service, news),
      topology: { ratios: this.#topology.ratios, state: this.#topology.state(key) },
    }
    const before = this.#context.decisions.heard ? this.#slicesOf(service) : undefined
    const writes = ledger.reconcile(input)
    const outcome = this.#write(service, writes)
    const problems = [...new Set([...writes.problems, ...outcome.refusals])]
    if (writes.hints) this.#topology.setState(key, writes.hints.state)
    for (const told of writes.hints?.announcements ?? []) this.#recorder.say({ object: service, ...told })
    if (before) this.#explain(input, before, problems)
    if (outcome.whole && problems.length === 0) ledger.settle(input, outcome)
    else ledger.forget()
    if (problems.length === 0) return 'done'
    const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`
    this.#recorder.say({
      object: service,
      type: 'Warning',
      reason: 'FailedToUpdateEndpointSlices',
      message: `Error updating Endpoint Slices for Service ${keyOf(service)}: ${text}`,
    })
    return 'retry'
  }

  #explain(input: LedgerInput, before: readonly EndpointSlice[], problems: readonly string[]): void {
    const { service, changes, listPods } = input
    const podNamed = (name: string): Pod | undefined =>
      this.#controller.client.get('Pod', service.metadata.namespace ?? '', name)
    const changed = changes ? [...changes.values()] : listPods().map(pod => ({ before: undefined, after: pod }))
    const compared = { ...input, podNamed, before, after: this.#slicesOf(service), changes: changed }
    for (const decision of explainSlices(compared)) this.#decide(() => decision)
    for (const message of problems)
      this.#decide(() => ({ code: 'sync-retried', about: service, because: { rule: 'write-refused', message } }))
  }

  /** The Service's slices of this controller, oldest first, none of them being deleted. */
  #slicesOf({ metadata }: Service): readonly EndpointSlice[] {
    return this.#controller.client
      .slicesOfService(metadata.namespace ?? '', metadata.name)
      .filter(slice => isManaged(slice) && !isTerminating(slice))
      .sort(
        (a, b) =>
          compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
          compareText(a.metadata.name, b.metadata.name),
      )
  }

  /** Family by family, and last the slices of families that the Service has no more. */
  #write(service: Service, { creates, updates, deletes }: SliceWrites): Outcome {
    const families = addressTypes(service)
    const outcome: Outcome = { written: [], deleted: deletes, refusals: [], whole: true }
    const refuse = (refusal: string | undefined): void => {
      if (refusal !== undefined) outcome.refusals.push(refusal)
    }
    this.#writing = true
    try {
      for (const family of families) {
        const isOfFamily = ({ addressType }: { readonly addressType: string }): boolean => addressType === family
        const ofFamily = {
          creates: creates.filter(isOfFamily),
          updates: updates.filter(isOfFamily),
          deletes: deletes.filter(isOfFamily),
        }
        refuse(this.#writeFamily(service, ofFamily, outcome))
      }
      const others = deletes.filter(({ addressType }) => !families.some(family => family === addressType))
      for (const slice of others) refuse(this.#delete(service, slice, 'error deleting'))
    } finally {
      this.#writing = false
    }
    outcome.whole &&= outcome.refusals.length === 0
    return outcome
  }

  /** All creates, then updates, then deletes; the first refusal ends it. */
  #writeFamily(
    service: Service,
    { creates, updates, deletes }: Omit<SliceWrites, 'problems'>,
    outcome: Outcome,
  ): string | undefined {
    const { client } = this.#controller
    if (isTerminating(service) && creates.length > 0) outcome.whole = false
    for (const slice of isTerminating(service) ? [] : creates) {
      const made = client.create('EndpointSlice', slice)
      if (made.ok) {
        outcome.written.push(made.value)
        continue
      }
      outcome.whole = false
      if (isNamespaceEnding(made.status)) return undefined
      return `failed to create EndpointSlice for Service ${keyOf(service)}: ${made.status.message}`
    }
    for (const slice of updates) {
      const updated = client.update('EndpointSlice', slice)
      if (!updated.ok) {
        return `failed to update ${slice.metadata.name} EndpointSlice for Service ${keyOf(service)}: ${updated.status.message}`
      }
      outcome.written.push(updated.value)
    }
    for (const slice of deletes) {
      const refusal = this.#delete(service, slice, 'failed to delete')
      if (refusal !== undefined) return refusal
    }
    return undefined
  }

  /** Deletes a slice that may be gone already. */
  #delete(service: Service, { metadata }: EndpointSlice, failure: string): string | undefined {
    const deleted = this.#controller.client.delete('EndpointSlice', metadata.namespace ?? '', metadata.name)
    if (deleted.ok || deleted.status.code === 404) return undefined
    return `${failure} ${metadata.name} EndpointSlice for Service ${keyOf(service)}: ${deleted.status.message}`
  }
}

function isManaged(slice: EndpointSlice): boolean {
  return slice.metadata.labels?.[MANAGED_BY_LABEL] === ENDPOINTSLICE_CONTROLLER
}

/** Whether a create was refused because its namespace is being deleted: nothing to complain about. */
export function isNamespaceEnding(status: { readonly code: number; readonly message: string }): boolean {
  return status.code === 403 && status.message.includes('because it is being terminated')
}
