// The Kubernetes API's door: a request in, an answer or a watch out. It finds out what a request is about (the server
// itself, a kind, an object, a part of one), refuses what is not there or not allowed, and hands the rest to those who
// read, write and describe. It knows no pipe, no clock but the virtual one, and no users.

import { kindDeprecation } from '../api/warnings.ts'
import type { ClusterStore } from '../store/index.ts'
import { plainNotFound, statusAnswer } from './answer.ts'
import type { ApiCall } from './api-call.ts'
import { parseApiPath, type ResourcePath } from './api-path.ts'
import type { ApiBody, ApiRequest, ApiResponse } from './api-request.ts'
import type { ContainerAccess } from './container-access.ts'
import { discovery } from './discovery.ts'
import { viewedEvents } from './events-view.ts'
import { readListOptions } from './list-options.ts'
import { withJsonBody } from './protobuf-body.ts'
import { execInPod } from './pod-exec.ts'
import { readLog } from './pod-log.ts'
import { createOpenApi, type OpenApi } from './openapi.ts'
import { serviceProxy } from './proxy-request.ts'
import type { EvictionAsked } from './eviction.ts'
import { isOn, parseQuery } from './query-options.ts'
import { readScale } from './read-scale.ts'
import { listObjects, readObject } from './read-verbs.ts'
import { readOnlyAnswer } from './read-only-verbs.ts'
import { methodNotAllowed, unknownResource } from './refusals.ts'
import { selfReview } from './self-review.ts'
import { watchObjects } from './watch.ts'
import { warningHeaders } from './write-answer.ts'
import { writeVerb } from './write-verbs.ts'

export interface ApiDoor {
  handle(request: ApiRequest): ApiResponse
}

interface ApiDoorOptions {
  readonly store: ClusterStore
  /** Milliseconds since 1970 in virtual time, by which ages are told. */
  readonly nowMs: () => number
  /** The Kubernetes version that is spoken, such as `v1.34.4`. */
  readonly version: string
  /** The API's description of itself; absent: one without texts. */
  readonly openApi?: OpenApi | undefined
  /** Hears what is answered to each wish to evict a Pod. */
  readonly onEviction?: ((asked: EvictionAsked) => void) | undefined
  /** What containers say and do; absent where no machines stand behind the door, which then has neither log nor exec. */
  readonly containers?: ContainerAccess | undefined
}

export function createApiDoor(options: ApiDoorOptions): ApiDoor {
  const openApi = options.openApi ?? createOpenApi(options)
  return { handle: request => inPrint(request, answer(withJsonBody(request), { ...options, openApi })) }
}

function answer(request: ApiRequest, options: ApiDoorOptions & { readonly openApi: OpenApi }): ApiResponse {
  const review = selfReview(request)
  if (review) return review
  const told = discovery(request.path, request.headers, options)
  if (told) return request.method === 'GET' ? told : statusAnswer(methodNotAllowed())
  const readOnly = readOnlyAnswer({ request, store: options.store, nowMs: options.nowMs })
  if (readOnly) return readOnly
  const events = viewedEvents(request, viewed => answer(viewed, options))
  if (events) return events
  const proxied = serviceProxy(request, options)
  if (proxied) return proxied
  const path = parseApiPath(request.path)
  if (path.type === 'nowhere') return plainNotFound()
  if (path.type === 'unknown-resource') {
    const part = LEFT_OUT.exec(request.path)?.[1]
    return statusAnswer(part === undefined ? unknownResource() : methodNotAllowed(`pods/${part} is not simulated`))
  }
  const verb = verbOf(request.method, path)
  if (verb === undefined || !path.verbs.includes(verb)) return statusAnswer(methodNotAllowed())
  const { info, namespace, name, subresource } = path
  const query = parseQuery(request.query)
  const call: ApiCall = { request, query, info, namespace, name, subresource, store: options.store }
  if (subresource === 'log' || subresource === 'exec') return inContainer(call, options)
  return warned(call, verb === 'get' || verb === 'list' ? read(call, path, options) : writeVerb(call, options))
}

/** Parts of a Pod that the real server has. */
const LEFT_OUT = /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+\/(attach|portforward)$/

function inContainer(call: ApiCall, { containers, nowMs }: ApiDoorOptions): ApiResponse {
  if (!containers) return statusAnswer(methodNotAllowed())
  return call.subresource === 'log' ? readLog(call, containers, nowMs) : execInPod(call, containers)
}

/** What a request does, in discovery's words; undefined when its method means nothing at that path. */
function verbOf(method: string, { info, namespace, name, subresource, watch }: ResourcePath): string | undefined {
  if (watch) return method === 'GET' ? 'list' : undefined
  const isCollection = name === ''
  // Over all namespaces one can only read.
  if (isCollection && info.namespaced && namespace === '' && method !== 'GET') return undefined
  switch (method) {
    case 'GET':
      return isCollection ? 'list' : 'get'
    case 'POST':
      return isCollection || subresource !== '' ? 'create' : undefined
    case 'PUT':
      return isCollection ? undefined : 'update'
    case 'PATCH':
      return isCollection ? undefined : 'patch'
    case 'DELETE':
      return isCollection ? 'deletecollection' : 'delete'
    default:
      return undefined
  }
}

function read(call: ApiCall, path: ResourcePath, { nowMs }: ApiDoorOptions): ApiResponse {
  const isNamed = call.name !== '' && !path.watch
  if (isNamed) return call.subresource === 'scale' ? readScale(call, nowMs) : readObject(call, nowMs)
  const options = readListOptions(call.info.kind, call.query, { watched: path.watch, name: call.name })
  if (!options.ok) return statusAnswer(options.status)
  return options.value.watch ? watchObjects(call, options.value, nowMs) : listObjects(call, options.value, nowMs)
}

/** The answer with the warning that every request for such a kind earns, before all others and once. */
function warned(call: ApiCall, response: ApiResponse): ApiResponse {
  const message = kindDeprecation(call.info.kind)
  if (message === undefined) return response
  const first = [warningHeaders([message])['warning'] ?? []].flat()
  const others = [response.headers['warning'] ?? []].flat().filter(one => !first.includes(one))
  return { ...response, headers: { ...response.headers, warning: [...first, ...others] } }
}

const READERS = ['curl/', 'Wget/', 'Mozilla/']

/** JSON laid out for a person, where the client asks for it or is one that people read from. */
function inPrint(request: ApiRequest, response: ApiResponse): ApiResponse {
  if (response.type !== 'body' || !isJson(response) || !isForReading(request)) return response
  return { ...response, body: `${JSON.stringify(JSON.parse(response.body), null, 2)}\n` }
}

function isForReading({ query, headers }: ApiRequest): boolean {
  const options = parseQuery(query)
  if (options.has('pretty')) return isOn(options, 'pretty')
  const agent = headers['user-agent'] ?? ''
  return READERS.some(reader => agent.startsWith(reader))
}

function isJson({ headers, body }: ApiBody): boolean {
  return body !== '' && String(headers['content-type']).startsWith('application/json')
}
