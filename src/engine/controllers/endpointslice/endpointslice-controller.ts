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
import { PodRoll } from '../runtime/pod-roll.ts'
import { Controller, keyOf } from '../runtime/run-controller.ts'
import type { SavedWorkQueue, SyncOutcome } from '../runtime/work-queue.ts'
import { explainSlices } from './explain-slices.ts'
import { addressTypes, ENDPOINTSLICE_CONTROLLER, type SliceWrites } from './reconcile-slices.ts'
import { hasSelector, ServiceIndex } from './service-index.ts'
import { SliceLedger, type LedgerInput } from './slice-ledger.ts'
import { changesRatios, NO_HINTS, TopologyCache, type SavedTopologyCache } from './topology-cache.ts'
import { TriggerTimes, type SavedTriggerTimes } from './trigger-time.ts'

/** How long a slice that somebody else changed is left alone. */
const FOREIGN_CHANGE_DELAY_MS = 1_000

/** The key under which a change of Nodes waits; no Service has it. */
const NODES_KEY = '/nodes'

interface SavedEndpointSliceController {
  readonly queue: SavedWorkQueue
  readonly triggerTimes: SavedTriggerTimes
  readonly topology: SavedTopologyCache
}

/** What is remembered of a Service between its syncs; derived, and no part of a snapshot. */
interface Memory {
  readonly roll: PodRoll
  readonly ledger: SliceLedger
}

export class EndpointSliceController implements Part {
  readonly partName = 'endpointslice'
  readonly #context: ControllerRuntime
  readonly #controller: Controller
  readonly #recorder: EventRecorder
  readonly #decide: DecisionVoice
  readonly #services: ServiceIndex
  readonly #triggerTimes = new TriggerTimes()
  readonly #topology = new TopologyCache()
  readonly #memories = new Map<string, Memory>()
  #writing = false

  constructor(context: ControllerRuntime) {
    this.#context = context
    this.#recorder = context.events.recorder('endpoint-slice-controller')
    this.#decide = context.decisions.voice('endpointslice-controller')
    this.#controller = new Controller(context, {
      actor: 'endpointslice-controller',
      queue: { name: 'endpointslice', backOffBaseMs: 1_000, backOffMaxMs: 1_000_000, retriesMax: 15 },
      sync: (namespace, name, key) => (key === NODES_KEY ? this.#takeNodes() : this.#sync(namespace, name, key)),
    })
    this.#services = new ServiceIndex(this.#controller.client)
    this.#controller.watchOwn('Service')
    this.#controller.watch('Pod', (event, queue) => {
      // Both controllers hear the same, but a recorded control plane was seen to write Endpoints first, and slices only after
      // all that came within some milliseconds. Much longer, and Pods that start one after another would be packed in batches, which
      // leaves slices not quite full.
      const { 'endpointslice-updates-batch-period': batchMs, 'sim-endpointslice-lag': lagMs } = context.settings()
      for (const key of this.#services.servicesFor(event)) {
        if (batchMs > 0) queue.noticeLater(key, batchMs + lagMs)
        else queue.notice(key, lagMs)
      }
    })
    this.#controller.watch('Node', ({ type, object, previous }, queue) => {
      if (changesRatios(previous, type === 'DELETED' ? undefined : object)) queue.notice(NODES_KEY)
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
    this.#memories.clear()
  }

  // Its own writes say nothing new. What others do to a slice shows in its generation, and in its labels.
  #noticeSlice({ type, object, previous }: WatchEvent<'EndpointSlice'>): void {
    if (this.#writing) return
    if (type === 'MODIFIED' && previous && previous.metadata.generation === object.metadata.generation) return
    const delayMs = Math.max(FOREIGN_CHANGE_DELAY_MS, this.#context.settings()['endpointslice-updates-batch-period'])
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
      this.#memories.delete(key)
      return 'done'
    }
    if (!hasSelector(service)) return 'done'
    const known = this.#memories.get(key)
    const { roll, ledger } = known ?? { roll: new PodRoll(), ledger: new SliceLedger() }
    if (!known) this.#memories.set(key, { roll, ledger })
    const pods = client.podsWithLabels(namespace, service.spec.selector)
    const changes = roll.take(pods)
    const input: LedgerInput = {
      service,
      pods,
      changes,
      nodeNamed: node => client.get('Node', '', node),
      existing: this.#slicesOf(service),
      maxEndpoints: this.#context.settings()['max-endpoints-per-slice'],
      triggerTime: this.#triggerTimes.compute(key, service, { all: !known, changes }),
      topology: { ratios: this.#topology.ratios, state: this.#topology.state(key) },
    }
    const writes = ledger.reconcile(input)
    const problems = [...new Set([...writes.problems, ...this.#write(service, writes)])]
    if (writes.hints) this.#topology.setState(key, writes.hints.state)
    for (const told of writes.hints?.announcements ?? []) this.#recorder.say({ object: service, ...told })
    if (this.#context.decisions.heard) this.#explain(input, problems)
    if (problems.length === 0) {
      ledger.settle(input, this.#slicesOf(service))
      return 'done'
    }
    ledger.forget()
    const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`
    this.#recorder.say({
      object: service,
      type: 'Warning',
      reason: 'FailedToUpdateEndpointSlices',
      message: `Error updating Endpoint Slices for Service ${keyOf(service)}: ${text}`,
    })
    return 'retry'
  }

  #explain(input: LedgerInput, problems: readonly string[]): void {
    const { service } = input
    const podNamed = (name: string): Pod | undefined =>
      this.#controller.client.get('Pod', service.metadata.namespace ?? '', name)
    const compared = { ...input, podNamed, before: input.existing, after: this.#slicesOf(service) }
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

  /** Family by family, and last the slices of families that the Service has no more; returns what was refused. */
  #write(service: Service, { creates, updates, deletes }: SliceWrites): readonly string[] {
    const families = addressTypes(service)
    const refusals: (string | undefined)[] = []
    this.#writing = true
    try {
      for (const family of families) {
        const isOfFamily = ({ addressType }: { readonly addressType: string }): boolean => addressType === family
        const ofFamily = {
          creates: creates.filter(isOfFamily),
          updates: updates.filter(isOfFamily),
          deletes: deletes.filter(isOfFamily),
        }
        refusals.push(this.#writeFamily(service, ofFamily))
      }
      const others = deletes.filter(({ addressType }) => !families.some(family => family === addressType))
      for (const slice of others) refusals.push(this.#delete(service, slice, 'error deleting'))
    } finally {
      this.#writing = false
    }
    return refusals.filter(refusal => refusal !== undefined)
  }

  /** All creates, then updates, then deletes; the first refusal ends it. */
  #writeFamily(service: Service, { creates, updates, deletes }: Omit<SliceWrites, 'problems'>): string | undefined {
    const { client } = this.#controller
    for (const slice of isTerminating(service) ? [] : creates) {
      const made = client.create('EndpointSlice', slice)
      if (made.ok) continue
      if (isNamespaceEnding(made.status)) return undefined
      return `failed to create EndpointSlice for Service ${keyOf(service)}: ${made.status.message}`
    }
    for (const slice of updates) {
      const updated = client.update('EndpointSlice', slice)
      if (updated.ok) continue
      return `failed to update ${slice.metadata.name} EndpointSlice for Service ${keyOf(service)}: ${updated.status.message}`
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
