// The Kubernetes API as it crosses the bridge: a request and its answer as on the wire, and for what goes on (a watch, a
// log, a command in a container) a stream with the id of the request that opened it, told piece by piece until either side
// ends it.

/** A request to the API's door. Header names are in lower case. */
export interface ApiRequestMessage {
  readonly method: string
  /** Path without query, percent-encoded: `/api/v1/namespaces/default/services/web`. */
  readonly path: string
  /** What stands after `?`, or ''. */
  readonly query: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/** Where a header comes more than once, its values in order. */
export interface ApiHeaders {
  readonly [name: string]: string | readonly string[]
}

export type ApiAnswer =
  | { readonly type: 'body'; readonly status: number; readonly headers: ApiHeaders; readonly body: string }
  /** Open: its lines carry the id of the request. */
  | { readonly type: 'stream'; readonly headers: ApiHeaders }

/** `event`: one of a watch, as JSON without line end. The others are of a container; on `error` comes the Status it ends in. */
export type ApiChannel = 'event' | 'stdout' | 'stderr' | 'error'

/** A piece of what a stream tells. */
export interface ApiLineUpdate {
  readonly type: 'api-line'
  /** The id of the request that opened the stream. */
  readonly stream: number
  readonly channel: ApiChannel
  readonly text: string
}

/** The last of a stream: the door ended it, or its cluster was replaced by another. */
export interface ApiEndUpdate {
  readonly type: 'api-end'
  readonly stream: number
}
