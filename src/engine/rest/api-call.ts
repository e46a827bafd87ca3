// One request whose path and query are understood: what every verb of the door is given. Which verb it is stands in the
// request's method; a watch is a GET of a collection that asks for it.

import type { KindInfo } from '../api/kind-registry.ts'
import type { ClusterStore } from '../store/index.ts'
import type { ApiRequest, QueryOptions } from './api-request.ts'

export interface ApiCall {
  readonly request: ApiRequest
  readonly query: QueryOptions
  readonly info: KindInfo
  /** '' for a kind without namespaces, and for a collection over all namespaces. */
  readonly namespace: string
  /** '' for a collection. */
  readonly name: string
  /** `status`, `scale`, `binding`, `eviction`, `exec`, `log`, or ''. */
  readonly subresource: string
  readonly store: ClusterStore
}
