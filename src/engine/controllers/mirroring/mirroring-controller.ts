// Copies Endpoints that people write for a Service without a selector into EndpointSlices, since proxies only read slices;
// after pkg/controller/endpointslicemirroring. Endpoints of a Service with a selector, or marked skip-mirror, have none.

import { MANAGED_BY_LABEL, SERVICE_NAME_LABEL, type EndpointSlice } from '../../api/endpointslice/endpointslice.ts'
import type { Endpoints } from '../../api/endpoints/endpoints.ts'
import type { Service } from '../../api/service/service.ts'
import { compareText } from '../../kernel/json.ts'
import { isNamespaceEnding } from '../endpointslice/endpointslice-controller.ts'
import { ControlLoop } from '../runtime/control-loop.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { named, type DecisionOf } from '../runtime/decision.ts'
import { isTerminating } from '../runtime/pod-facts.ts'
import { keyOf } from '../runtime/run-controller.ts'
import type { SyncOutcome } from '../runtime/work-queue.ts'
import { mirrorEndpoints, MIRRORING_CONTROLLER, refusesMirror, type MirrorWrites } from './mirror-endpoints.ts'

export class MirroringController extends ControlLoop {
  #writing = false

  constructor(context: ControllerRuntime) {
    super(context, {
      actor: 'endpointslicemirroring-controller',
      component: 'endpoint-slice-mirroring-controller',
      queue: {
        name: 'mirroring',
        backOffBaseMs: 'sim-mirroring-back-off',
        backOffMaxMs: 'sim-mirroring-back-off-max',
        retriesMax: 'sim-endpoints-retries',
      },
    })
    this.controller.watchOwn('Endpoints')
    this.controller.watch('Service', ({ object, previous, type }, queue) => {
      const switched = previous !== undefined && isSelectorless(previous) !== isSelectorless(object)
      if (switched || (type !== 'MODIFIED' && isSelectorless(object))) queue.notice(keyOf(object))
    })
    this.controller.watch('EndpointSlice', ({ type, object, previous }, queue) => {
      if (this.#writing) return
      if (type === 'MODIFIED' && previous?.metadata.generation === object.metadata.generation) return
      // What others do to a mirrored slice is all that the batch period is for.
      const batchMs = context.settings()['mirroring-endpointslice-updates-batch-period']
      for (const slice of [previous, object]) {
        const name = slice && isMirrored(slice) ? slice.metadata.labels?.[SERVICE_NAME_LABEL] : undefined
        if (name === undefined) continue
        if (batchMs > 0) queue.noticeLater(`${object.metadata.namespace}/${name}`, batchMs)
        else queue.notice(`${object.metadata.namespace}/${name}`)
      }
    })
  }

  protected sync(namespace: string, name: string): SyncOutcome {
    const { client } = this.controller
    const endpoints = client.get('Endpoints', namespace, name)
    const service = client.get('Service', namespace, name)
    const existing = client
      .slicesOfService(namespace, name)
      .filter(slice => isMirrored(slice) && !isTerminating(slice))
      .sort(
        (a, b) =>
          compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
          compareText(a.metadata.name, b.metadata.name),
      )
    if (!endpoints || refusesMirror(endpoints) || !service || !isSelectorless(service)) {
      const why = whyNotMirrored(name, endpoints, service)
      this.decide(() =>
        endpoints && (why.rule === 'skip-mirror' || why.rule === 'service-gone')
          ? { code: 'not-mirrored', about: endpoints, because: why, once: true }
          : undefined,
      )
      return this.#write({ ...NO_WRITES, deletes: existing }, why)
    }
    const maxPerSubset = this.context.settings()['mirroring-max-endpoints-per-subset']
    const writes = mirrorEndpoints({ endpoints, existing, maxPerSubset })
    const warn = (reason: string, message: string): void =>
      this.recorder.say({ object: endpoints, type: 'Warning', reason, message })
    if (writes.invalidAddresses > 0) {
      warn(
        'InvalidIPAddress',
        `Skipped ${writes.invalidAddresses} invalid IP addresses when mirroring to EndpointSlices`,
      )
    }
    if (writes.skippedAddresses > 0) {
      const because = { rule: 'too-many-addresses', skipped: writes.skippedAddresses, max: maxPerSubset } as const
      this.decide(() => ({ code: 'mirror-incomplete', about: endpoints, because, once: true }))
      const limit = `A max of ${maxPerSubset} addresses can be mirrored to EndpointSlices per Endpoints subset.`
      warn('TooManyAddressesToMirror', `${limit} ${writes.skippedAddresses} addresses were skipped`)
    }
    return this.#write(isTerminating(endpoints) ? { ...writes, creates: [] } : writes, { rule: 'subset-gone', name })
  }

  #write({ creates, updates, deletes }: MirrorWrites, whyGone: DecisionOf<'mirror-ended'>): SyncOutcome {
    const { client } = this.controller
    this.#writing = true
    try {
      for (const slice of creates) {
        const made = client.create('EndpointSlice', slice)
        if (!made.ok) return isNamespaceEnding(made.status) ? 'done' : 'retry'
        this.#sayMirrored(made.value)
      }
      for (const slice of updates) {
        if (!client.update('EndpointSlice', slice).ok) return 'retry'
        this.#sayMirrored(slice)
      }
      for (const slice of deletes) this.decide(() => ({ code: 'mirror-ended', about: slice, because: whyGone }))
      for (const { metadata } of deletes) client.delete('EndpointSlice', metadata.namespace ?? '', metadata.name)
      return 'done'
    } finally {
      this.#writing = false
    }
  }

  #sayMirrored(about: EndpointSlice): void {
    const because = { rule: 'mirrors-endpoints', addresses: about.endpoints.length } as const
    const name = about.metadata.labels?.[SERVICE_NAME_LABEL] ?? ''
    const related = [named('Endpoints', about.metadata.namespace ?? '', name)]
    this.decide(() => ({ code: 'slice-mirrored', about, because, related }))
  }
}

const NO_WRITES: MirrorWrites = { creates: [], updates: [], deletes: [], invalidAddresses: 0, skippedAddresses: 0 }

function whyNotMirrored(
  name: string,
  endpoints: Endpoints | undefined,
  service: Service | undefined,
): DecisionOf<'mirror-ended'> {
  if (!endpoints) return { rule: 'endpoints-gone', name }
  if (refusesMirror(endpoints)) return { rule: 'skip-mirror', name }
  return { rule: service ? 'selector-present' : 'service-gone', name }
}

function isMirrored(slice: EndpointSlice): boolean {
  return slice.metadata.labels?.[MANAGED_BY_LABEL] === MIRRORING_CONTROLLER
}

function isSelectorless(service: Service): boolean {
  return Object.keys(service.spec.selector ?? {}).length === 0
}
