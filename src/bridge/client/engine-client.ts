// The only way the user interface reaches an engine: ask (one promise for each request) and be told (updates in order).

import type { Answers, Request, Update } from '../../protocol/index.ts'
import type { ClientCarrier } from '../carriers/index.ts'

export interface EngineClient {
  /** Rejects when the host met a bug of its own or is lost; a user's mistake is part of the answer. */
  ask<T extends Request['type']>(request: Extract<Request, { readonly type: T }>): Promise<Answers[T]>
  /** One receiver for the life of the client. */
  onUpdate(receive: (update: Update) => void): void
  onLost(lost: (why: string) => void): void
  close(): void
}

export function createEngineClient(carrier: ClientCarrier): EngineClient {
  let nextId = 1
  let receive: ((update: Update) => void) | undefined
  let lost: ((why: string) => void) | undefined
  const waiting = new Map<
    number,
    { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void }
  >()

  carrier.onMessage(message => {
    if (message.type !== 'answer') return receive?.(message)
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if ('error' in message) asked?.reject(new Error(message.error))
    else asked?.resolve(message.answer as never)
  })
  carrier.onLost(why => {
    for (const asked of waiting.values()) asked.reject(new Error(why))
    waiting.clear()
    lost?.(why)
  })

  return {
    ask: request =>
      new Promise((resolve, reject) => {
        const id = nextId++
        waiting.set(id, { resolve, reject })
        carrier.send({ type: 'request', id, request })
      }),
    onUpdate: next => void (receive = next),
    onLost: next => void (lost = next),
    close: () => carrier.close(),
  }
}
