// Requests about resources that can only be read. Lists and single objects in every form that a client takes, a watch of
// what is always empty, and a refusal with its reason for everything that would write. Left out: pages and field
// selectors, which lists of a few need not have.

import { notFound } from '../api/api-status.ts'
import { jsonAnswer, statusAnswer } from './answer.ts'
import type { ApiRequest, ApiResponse } from './api-request.ts'
import { notAcceptable, responseForm, type ResponseForm } from './content.ts'
import { ageSince } from './human-age.ts'
import { matchesLabelText, parseLabelSelector } from './label-selector.ts'
import { isOn, parseQuery } from './query-options.ts'
import { READ_ONLY_RESOURCES, type ReadOnlyObject, type ReadOnlyResource } from './read-only-resources.ts'
import { badRequest, methodNotAllowed } from './refusals.ts'
import type { ClusterStore } from '../store/index.ts'

interface Reading {
  readonly request: ApiRequest
  readonly store: ClusterStore
  /** Milliseconds since 1970 in virtual time. */
  readonly nowMs: () => number
}

const PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)\/(?:namespaces\/[^/]+\/)?(?<resource>[a-z]+)(?:\/(?<name>[^/]+))?\/?$/

/** The answer about a resource that can only be read; undefined when the path is about another. */
export function readOnlyAnswer(reading: Reading): ApiResponse | undefined {
  const { group = '', version, resource, name } = PATH.exec(reading.request.path)?.groups ?? {}
  const found = READ_ONLY_RESOURCES.find(
    one => one.resource === resource && one.group === group && one.version === version,
  )
  if (!found) return undefined
  if (reading.request.method !== 'GET') return refusal(found)
  return name === undefined ? listed(found, reading) : single(found, decodeURIComponent(name), reading)
}

function refusal({ kind, verbs }: ReadOnlyResource): ApiResponse {
  const status = methodNotAllowed()
  const why = verbs.includes('watch') ? `this cluster has no ${kind}` : `a ${kind} is made by the cluster alone`
  return statusAnswer({ ...status, message: `${status.message}: ${why}` })
}

function single(resource: ReadOnlyResource, name: string, { request, store, nowMs }: Reading): ApiResponse {
  const form = responseForm(request.headers['accept'], false)
  if (!form) return statusAnswer(notAcceptable())
  const object = resource.objects(store).find(one => one.metadata.name === name)
  if (!object) return statusAnswer(notFound(resource, name))
  if (form.as === 'json') return jsonAnswer(200, object)
  const { resourceVersion } = object.metadata
  const shown =
    form.as === 'Table' ? table(resource, [object], { resourceVersion }, form, nowMs()) : partial(object, form)
  return jsonAnswer(200, shown)
}

function listed(resource: ReadOnlyResource, { request, store, nowMs }: Reading): ApiResponse {
  const query = parseQuery(request.query)
  const { group, version, kind, verbs } = resource
  if (isOn(query, 'watch')) return verbs.includes('watch') ? silence(query.get('timeoutSeconds')) : refusal(resource)
  const form = responseForm(request.headers['accept'], true)
  if (!form) return statusAnswer(notAcceptable())
  const labels = parseLabelSelector(query.get('labelSelector') ?? '')
  if (!labels.ok) return statusAnswer(badRequest(labels.message))
  const objects = resource.objects(store).filter(one => matchesLabelText(labels.selector, one.metadata.labels))
  const metadata = { resourceVersion: String(store.revision) }
  if (form.as === 'Table') return jsonAnswer(200, table(resource, objects, metadata, form, nowMs()))
  if (form.as === 'json') {
    const apiVersion = group === '' ? version : `${group}/${version}`
    const items = objects.map(({ metadata: own, spec, status }) => ({ metadata: own, spec, ...(status && { status }) }))
    return jsonAnswer(200, { kind: `${kind}List`, apiVersion, metadata, items })
  }
  const apiVersion = `meta.k8s.io/${form.version}`
  const items = objects.map(object => partial(object, form))
  return jsonAnswer(200, { kind: 'PartialObjectMetadataList', apiVersion, metadata, items })
}

type MetaForm = ResponseForm & { readonly version: string }

function partial({ metadata }: ReadOnlyObject, { version }: MetaForm): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata }
}

function table(
  { columns }: ReadOnlyResource,
  objects: readonly ReadOnlyObject[],
  metadata: object,
  form: MetaForm,
  nowMs: number,
): object {
  const names = ['Name', ...columns.map(({ name }) => name), 'Age']
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata,
    columnDefinitions: names.map(name => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: 0,
    })),
    rows: objects.map(object => ({
      cells: [
        object.metadata.name,
        ...columns.map(({ cell }) => cell(object)),
        ageSince(object.metadata.creationTimestamp, nowMs),
      ],
      object: partial(object, form),
    })),
  }
}

/** A watch of what never changes. */
function silence(timeout: string | undefined): ApiResponse {
  const seconds = Number(timeout ?? '')
  return {
    type: 'watch',
    headers: { 'content-type': 'application/json' },
    timeoutSeconds: Number.isInteger(seconds) && seconds > 0 ? seconds : undefined,
    open: () => () => undefined,
  }
}
