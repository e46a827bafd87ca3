// Requests at the API's door as a client of HTTP sends them, for tests that speak to a cluster from outside.

import { KINDS, type Kind, type KindMap } from '../../api/kind-registry.ts'
import type { Draft } from '../../api/meta.ts'
import type { ApiRequest } from '../../rest/index.ts'

/** What of an object a path names. */
export interface Place {
  readonly kind: Kind
  /** '' for cluster-wide kinds, and for a collection in all namespaces. */
  readonly namespace: string
  /** Absent: the collection. */
  readonly name?: string
  readonly subresource?: 'status' | 'scale' | 'eviction'
}

export function pathOf({ kind, namespace, name, subresource }: Place): string {
  const { group, version, resource, namespaced } = KINDS[kind]
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const where = namespaced && namespace !== '' ? `${root}/namespaces/${namespace}/${resource}` : `${root}/${resource}`
  return [where, name, subresource].filter(part => part !== undefined).join('/')
}

export function createRequest<K extends Kind>(kind: K, object: Draft<KindMap[K]>): ApiRequest {
  const namespace = object.metadata.namespace ?? 'default'
  return request('POST', pathOf({ kind, namespace }), { body: object })
}

/** A JSON merge patch. */
export function patchRequest(place: Place, patch: object): ApiRequest {
  return request('PATCH', pathOf(place), { body: patch, type: 'application/merge-patch+json' })
}

export function deleteRequest(place: Place, options: object = {}, query = ''): ApiRequest {
  return request('DELETE', pathOf(place), { body: options, query })
}

export function evictRequest(namespace: string, name: string): ApiRequest {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
  return request('POST', pathOf({ kind: 'Pod', namespace, name, subresource: 'eviction' }), { body })
}

export function getRequest(place: Place, query = ''): ApiRequest {
  return { method: 'GET', path: pathOf(place), query, headers: { accept: 'application/json' }, body: '' }
}

function request(
  method: string,
  path: string,
  {
    body,
    type = 'application/json',
    query = '',
  }: { readonly body: object; readonly type?: string; readonly query?: string },
): ApiRequest {
  const headers = { 'content-type': type, accept: 'application/json', 'user-agent': 'walk' }
  return { method, path, query, headers, body: JSON.stringify(body) }
}
