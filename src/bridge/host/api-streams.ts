// The API's door behind the bridge: one request, one answer; what goes on is kept open under the id of its request until
// the client closes it, the door ends it or the cluster is replaced. A `timeoutSeconds` of a watch is left to the client,
// whose clock it would be. Left out: what a container says and takes, which is text and no lines.

import { apiOf, type ApiWatch, type Cluster } from '../../engine/index.ts'
import type { ApiAnswer, ApiEndUpdate, ApiLineUpdate, ApiRequestMessage } from '../../protocol/index.ts'

/** More than any page has use for, and few enough to be told of every change. */
const OPEN_MAX = 64

export class ApiStreams {
  readonly #send: (update: ApiLineUpdate | ApiEndUpdate) => void
  /** Answered, but not begun. */
  readonly #due = new Map<number, ApiWatch>()
  /** How to stop each open stream. */
  readonly #open = new Map<number, () => void>()

  constructor(send: (update: ApiLineUpdate | ApiEndUpdate) => void) {
    this.#send = send
  }

  ask(cluster: Cluster, id: number, request: ApiRequestMessage): ApiAnswer {
    const response = apiOf(cluster).handle(request)
    if (response.type === 'body') return response
    if (response.type === 'stream') return refusal(400, 'BadRequest', 'the bridge carries no log and no command')
    if (this.#open.size >= OPEN_MAX) return tooMany()
    this.#due.set(id, response)
    return { type: 'stream', headers: response.headers }
  }

  /** Lets the lines of a stream flow, where a request opened one: after its answer was sent. */
  begin(id: number): void {
    const watch = this.#due.get(id)
    if (!watch) return
    this.#due.delete(id)
    let ended = false
    const stop = watch.open(
      line => this.#send({ type: 'api-line', stream: id, line }),
      () => {
        ended = true
        this.#end(id)
      },
    )
    if (!ended) this.#open.set(id, stop)
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
