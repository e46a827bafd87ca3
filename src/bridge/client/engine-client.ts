// The only way the user interface reaches an engine: ask (one promise for each request), open a stream of the API, and be
// told (updates in order).

import type {
  Answers,
  ApiAnswer,
  ApiChannel,
  ApiRequestMessage,
  DecisionView,
  Request,
  Update,
  ViewId,
} from '../../protocol/index.ts'
import type { ClientCarrier } from '../carriers/index.ts'

/** What of the updates belongs to nobody's stream. */
export type PlainUpdate = Exclude<Update, { readonly type: 'api-line' | 'api-end' | 'decisions' }>

/** Told of a stream from its first piece to its end, which comes at most once and not after `close`. */
export interface StreamListener {
  piece(text: string, channel: ApiChannel): void
  end(): void
}

export interface ApiCall {
  readonly answer: Promise<ApiAnswer>
  /** Ends the stream, where the request opened one. Nothing is told after it. */
  close(): void
}

/** Hears of decisions, oldest first; `restarted` when what was told before is void. */
export type DecisionsListener = (decisions: readonly DecisionView[], restarted: boolean) => void

export interface EngineClient {
  /** Rejects when the host met a bug of its own or is lost; a user's mistake is part of the answer. */
  ask<T extends Request['type']>(request: Extract<Request, { readonly type: T }>): Promise<Answers[T]>
  /** One request at the API's door. Pieces of a stream come after the answer. */
  callApi(request: ApiRequestMessage, listener: StreamListener): ApiCall
  /** Tells the decisions about one object, or all of them (null), first those so far. Returns the way to stop. */
  watchDecisions(about: ViewId | null, listener: DecisionsListener): () => void
  /** One receiver for the life of the client. */
  onUpdate(receive: (update: PlainUpdate) => void): void
  onLost(lost: (why: string) => void): void
  close(): void
}

interface Asked {
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
}

export function createEngineClient(carrier: ClientCarrier): EngineClient {
  let nextId = 1
  let receive: ((update: PlainUpdate) => void) | undefined
  let lost: ((why: string) => void) | undefined
  const waiting = new Map<number, Asked>()
  const streams = new Map<number, StreamListener>()
  const decisions = new Map<number, DecisionsListener>()

  const end = (id: number): void => {
    const listener = streams.get(id)
    streams.delete(id)
    listener?.end()
  }
  const post = <T>(id: number, request: Request): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      carrier.send({ type: 'request', id, request })
    })

  carrier.onMessage(message => {
    if (message.type === 'api-line') return streams.get(message.stream)?.piece(message.text, message.channel)
    if (message.type === 'api-end') return end(message.stream)
    if (message.type === 'decisions') return decisions.get(message.stream)?.(message.decisions, message.restarted)
    if (message.type !== 'answer') return receive?.(message)
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if ('error' in message) asked?.reject(new Error(message.error))
    else asked?.resolve(message.answer as never)
  })
  carrier.onLost(why => {
    for (const asked of waiting.values()) asked.reject(new Error(why))
    waiting.clear()
    for (const id of streams.keys()) end(id)
    lost?.(why)
  })

  return {
    ask: request => post(nextId++, request),
    callApi: (request, listener) => {
      const id = nextId++
      streams.set(id, listener)
      const answer = post<ApiAnswer>(id, { type: 'api', request })
      const forget = (): void => void streams.delete(id)
      answer.then(({ type }) => (type === 'body' ? forget() : undefined), forget)
      return {
        answer,
        close: () => {
          if (streams.delete(id)) post(nextId++, { type: 'api-close', stream: id }).catch(() => {})
        },
      }
    },
    watchDecisions: (about, listener) => {
      const id = nextId++
      decisions.set(id, listener)
      post<Answers['decisions']>(id, { type: 'decisions', about }).then(
        answer => decisions.get(id)?.(answer.decisions, true),
        () => void decisions.delete(id),
      )
      return () => {
        if (decisions.delete(id)) post(nextId++, { type: 'decisions-close', stream: id }).catch(() => {})
      }
    },
    onUpdate: next => void (receive = next),
    onLost: next => void (lost = next),
    close: () => carrier.close(),
  }
}
