// What comes in at the API's door and what goes out, free of any pipe: the companion carries it over HTTP, tests call the
// door directly. A watch is not a body but a way to be told lines, for as long as whoever carries it wants them; a stream
// is text both ways: a log that is followed, a command in a container.

/** A request as it stands on the wire. Header names are in lower case. */
export interface ApiRequest {
  readonly method: string
  /** Path without query, still percent-encoded: `/api/v1/namespaces/default/services/web`. */
  readonly path: string
  /** What stands after `?`, or ''. */
  readonly query: string
  readonly headers: { readonly [name: string]: string }
  /** Text; what is no text (protobuf) has one character for each byte. */
  readonly body: string
}

export interface ApiBody {
  readonly type: 'body'
  readonly status: number
  readonly headers: { readonly [name: string]: string | readonly string[] }
  readonly body: string
}

export interface ApiWatch {
  readonly type: 'watch'
  readonly headers: { readonly [name: string]: string | readonly string[] }
  /** Seconds of the carrier's clock after which it ends the watch; absent: the carrier's own limit. */
  readonly timeoutSeconds?: number | undefined
  /**
   * Begins: `send` gets each event as one line of JSON without line end, those that are due already from inside this call.
   * `end` is called when the door itself ends the watch. Returns the way to stop, which may be called twice.
   */
  open(send: (line: string) => void, end: () => void): () => void
  /** To be called once a minute of the carrier's clock, where it is there: a watch that is quiet says how far it has come. */
  idle?(): void
}

/** Where the carrier of a stream wants what comes out. Neither is called again after `end`. */
export interface StreamOutput {
  /** On `error` comes one Status as JSON, in which an exec ends, as in Kubernetes' remote command protocol. */
  send(channel: 'stdout' | 'stderr' | 'error', text: string): void
  end(): void
}

/** What the carrier of a stream tells it. All of it may be called after the end, and does nothing then. */
export interface StreamInput {
  write(text: string): void
  closeInput(): void
  /** Nobody listens any more: nothing is sent from here on, and a command under way is ended. */
  stop(): void
}

export interface ApiStream {
  readonly type: 'stream'
  /** A `log` comes on stdout and takes no input. */
  readonly protocol: 'log' | 'exec'
  readonly headers: { readonly [name: string]: string | readonly string[] }
  /** Begins, once. What is there already, or takes no time, is sent from inside this call. */
  open(to: StreamOutput): StreamInput
}

export type ApiResponse = ApiBody | ApiWatch | ApiStream

/** The query of a request, decoded: the first value of each name, in the order in which they came. */
export type QueryOptions = ReadonlyMap<string, string>
