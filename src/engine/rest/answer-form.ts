// Objects, lists and events as JSON text, in the form that a client takes: themselves, a table to be printed, or metadata
// alone. A list names its kind once, so its items do not repeat it.

import type { ApiStatus } from '../api/api-status.ts'
import { EMPTY_EVENT } from '../api/event/event-defaults.ts'
import { notSupported } from '../api/field-error.ts'
import type { AnyObject, KindInfo } from '../api/kind-registry.ts'
import { EMPTY_NODE_STATUS } from '../api/node/node-defaults.ts'
import type { ObjectTexts } from '../store/index.ts'
import type { ApiCall } from './api-call.ts'
import { notAcceptable, responseForm, toPartialMetadata, toPartialMetadataList, type ResponseForm } from './content.ts'
import { invalidOptions } from './refusals.ts'
import { toTable, type IncludeObject } from './table-view.ts'

export interface ListMeta {
  readonly resourceVersion: string
  readonly continue?: string | undefined
  readonly remainingItemCount?: number | undefined
}

export class AnswerForm {
  readonly #info: KindInfo
  readonly #form: ResponseForm
  readonly #includeObject: IncludeObject
  readonly #nowMs: () => number
  readonly #texts: ObjectTexts

  private constructor(call: ApiCall, form: ResponseForm, includeObject: IncludeObject, nowMs: () => number) {
    this.#info = call.info
    this.#texts = call.store.texts
    this.#form = form
    this.#includeObject = includeObject
    this.#nowMs = nowMs
  }

  /** The form that a request asks for, or why there is none. `nowMs`: milliseconds since 1970 in virtual time. */
  static of(call: ApiCall, isList: boolean, nowMs: () => number): AnswerForm | ApiStatus {
    const form = responseForm(call.request.headers['accept'], isList)
    if (!form) return notAcceptable()
    const include = call.query.get('includeObject') ?? ''
    if (form.as === 'Table' && !isIncludeObject(include)) {
      return invalidOptions('TableOptions', [
        notSupported('includeObject', include, ['', 'Metadata', 'None', 'Object']),
      ])
    }
    return new AnswerForm(call, form, (include || 'Metadata') as IncludeObject, nowMs)
  }

  object(object: AnyObject): string {
    return this.#shown(object, true)
  }

  list(objects: readonly AnyObject[], metadata: ListMeta): string {
    switch (this.#form.as) {
      case 'json': {
        const items = objects.map(object => this.#texts.of(object)).join(',')
        return `${this.#head(`${this.#info.kind}List`)},"metadata":${JSON.stringify(metadata)},"items":[${items}]}`
      }
      case 'Table':
        return JSON.stringify(this.#table(objects, metadata, true))
      case 'PartialObjectMetadata':
      case 'PartialObjectMetadataList':
        return JSON.stringify(toPartialMetadataList(objects, metadata, this.#form.version))
    }
  }

  /** An object in an event of a watch. A table names its columns in the first event only. */
  eventObject(object: AnyObject, isFirst: boolean): string {
    return this.#shown(object, isFirst)
  }

  /** The object that a bookmark carries: nothing but a version, in the shape of the kind. */
  bookmarkObject(resourceVersion: string, annotations: object | undefined): object {
    const metadata = { resourceVersion, ...(annotations && { annotations }) }
    switch (this.#form.as) {
      case 'json':
        return { kind: this.#info.kind, apiVersion: this.#info.apiVersion, metadata, ...EMPTY_BODIES[this.#info.kind] }
      case 'Table':
        return this.#table([], metadata, false)
      case 'PartialObjectMetadata':
      case 'PartialObjectMetadataList':
        return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${this.#form.version}`, metadata }
    }
  }

  #shown(object: AnyObject, columns: boolean): string {
    const { resourceVersion } = object.metadata
    switch (this.#form.as) {
      case 'json':
        return `${this.#head(this.#info.kind)},${this.#texts.of(object).slice(1)}`
      case 'Table':
        return JSON.stringify(this.#table([object], { resourceVersion }, columns))
      case 'PartialObjectMetadata':
      case 'PartialObjectMetadataList':
        return JSON.stringify(toPartialMetadata(object, this.#form.version))
    }
  }

  /** The opened text of an object of a kind. */
  #head(kind: string): string {
    return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(this.#info.apiVersion)}`
  }

  #table(objects: readonly AnyObject[], metadata: ListMeta, columns: boolean): object {
    const version = this.#form.as === 'json' ? 'v1' : this.#form.version
    const includeObject = this.#includeObject
    return toTable(this.#info, objects, { includeObject, metadata, version, columns, nowMs: this.#nowMs() })
  }
}

/** What Go prints of a kind of which nothing is set. */
const EMPTY_BODIES: { readonly [K in KindInfo['kind']]: object } = {
  Namespace: { spec: {}, status: {} },
  Node: {
    spec: {},
    status: EMPTY_NODE_STATUS,
  },
  Lease: { spec: {} },
  Pod: { spec: { containers: null }, status: {} },
  Service: { spec: {}, status: { loadBalancer: {} } },
  Endpoints: {},
  EndpointSlice: { addressType: '', endpoints: null, ports: null },
  ReplicaSet: {
    spec: { selector: null, template: { metadata: {}, spec: { containers: null } } },
    status: { replicas: 0 },
  },
  Deployment: {
    spec: { selector: null, template: { metadata: {}, spec: { containers: null } }, strategy: {} },
    status: {},
  },
  ConfigMap: {},
  Secret: {},
  ServiceAccount: {},
  StatefulSet: {
    spec: {
      selector: null,
      template: { metadata: {}, spec: { containers: null } },
      serviceName: '',
      updateStrategy: {},
    },
    status: { replicas: 0, availableReplicas: 0 },
  },
  DaemonSet: {
    spec: { selector: null, template: { metadata: {}, spec: { containers: null } }, updateStrategy: {} },
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  },
  ControllerRevision: { revision: 0 },
  PodDisruptionBudget: {
    spec: {},
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  },
  Event: { involvedObject: {}, ...EMPTY_EVENT },
}

function isIncludeObject(text: string): boolean {
  return text === '' || text === 'None' || text === 'Metadata' || text === 'Object'
}
