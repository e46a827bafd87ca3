// The API's door behind the bridge: one request, one answer; what goes on is kept open under the id of its request until
// the client closes it, the door ends it or the cluster is replaced. A `timeoutSeconds` of a watch is left to the client,
// whose clock it would be. Left out: what one types into a command that runs.

import { apiOf, type ApiStream, type ApiWatch, type Cluster } from '../../engine/index.ts'
import type { ApiAnswer, ApiEndUpdate, ApiLineUpdate, ApiRequestMessage } from '../../protocol/index.ts'

/** More than any page has use for, and few enough to be told of every change. */
const OPEN_MAX = 64

export class ApiStreams {
  readonly #send: (update: ApiLineUpdate | ApiEndUpdate) => void
  /** Answered, but not begun. */
  readonly #due = new Map<number, ApiWatch | ApiStream>()
  /** How to stop each open stream. */
  readonly #open = new Map<number, () => void>()

  constructor(send: (update: ApiLineUpdate | ApiEndUpdate) => void) {
    this.#send = send
  }

  ask(cluster: Cluster, id: number, request: ApiRequestMessage): ApiAnswer {
    const response = apiOf(cluster).handle(request)
    // By this clock, and no other, a client tells ages.
    const headers = { ...response.headers, date: new Date(cluster.epochMs + cluster.nowMs).toUTCString() }
    if (response.type === 'body') return { ...response, headers }
    if (this.#open.size >= OPEN_MAX) return tooMany()
    this.#due.set(id, response)
    return { type: 'stream', headers }
  }

  /** Lets a stream flow, where a request opened one: after its answer was sent. */
  begin(id: number): void {
    const response = this.#due.get(id)
    if (!response) return
    this.#due.delete(id)
    let ended = false
    const end = (): void => {
      ended = true
      this.#end(id)
    }
    const stop = this.#start(id, response, end)
    if (!ended) this.#open.set(id, stop)
  }

  #start(id: number, response: ApiWatch | ApiStream, end: () => void): () => void {
    if (response.type === 'watch') {
      return response.open(text => this.#send({ type: 'api-line', stream: id, channel: 'event', text }), end)
    }
    const input = response.open({
      send: (channel, text) => this.#send({ type: 'api-line', stream: id, channel, text }),
      end,
    })
    input.closeInput()
    return () => input.stop()
  }

  /** Whether there was such a stream. */
  close(id: number): boolean {
    const stop = this.#open.get(id)
    this.#open.delete(id)
    stop?.()
    return stop !== undefined
  }

  endAll(): void {
    for (const id of this.#open.keys()) {
      this.close(id)
      this.#end(id)
    }
  }

  #end(id: number): void {
    this.#open.delete(id)
    this.#send({ type: 'api-end', stream: id })
  }
}

function tooMany(): ApiAnswer {
  return refusal(429, 'TooManyRequests', `too many open streams: at most ${OPEN_MAX} at a time`)
}

function refusal(code: number, reason: string, message: string): ApiAnswer {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' }
  return {
    type: 'body',
    status: code,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...status, message, reason, code }),
  }
}
