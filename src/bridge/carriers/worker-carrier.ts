// Client and host in two threads, joined by postMessage: a page and its Web Worker, or two ends of a MessageChannel. The
// platform copies the messages and keeps their order.

import type { ClientCarrier, HostCarrier, ToClient, ToHost } from './carrier.ts'
import { Mailbox } from './mailbox.ts'

/** What Worker, MessagePort and a worker's own global scope have in common. */
export interface MessagePipe {
  postMessage(message: unknown, transfer: never[]): void
  addEventListener(type: string, listener: (event: PipeEvent) => void): void
  /** MessagePort only: it keeps what arrives until this is called. */
  start?(): void
  /** MessagePort only. */
  close?(): void
  /** Worker only. */
  terminate?(): void
}

export interface PipeEvent {
  readonly data?: unknown
  readonly message?: string
}

/** The client's end: `pipe` leads to the host. Closing it ends the worker. */
export function createWorkerClientCarrier(pipe: MessagePipe): ClientCarrier {
  const mailbox = new Mailbox<ToClient>()
  let tellLost: ((why: string) => void) | undefined
  let lostWhy: string | undefined
  let closed = false

  const lose = (why: string): void => {
    if (closed || lostWhy !== undefined) return
    lostWhy = why
    tellLost?.(why)
  }
  pipe.addEventListener('message', event => mailbox.put(event.data as ToClient))
  pipe.addEventListener('messageerror', () => lose('A message of the engine could not be read.'))
  pipe.addEventListener('error', ({ message }) => {
    lose(message ? `The engine stopped: ${message}` : 'The engine could not be started.')
  })
  pipe.addEventListener('close', () => lose('The connection to the engine was closed.'))
  pipe.start?.()

  return {
    send: message => {
      if (!closed) pipe.postMessage(message, [])
    },
    onMessage: receive => mailbox.onMessage(receive),
    onLost: lost => {
      tellLost = lost
      if (lostWhy !== undefined) lost(lostWhy)
    },
    close: () => {
      closed = true
      mailbox.close()
      pipe.terminate?.()
      pipe.close?.()
    },
  }
}

/** The host's end: `pipe` leads to the client. */
export function createWorkerHostCarrier(pipe: MessagePipe): HostCarrier {
  const mailbox = new Mailbox<ToHost>()
  pipe.addEventListener('message', event => mailbox.put(event.data as ToHost))
  pipe.start?.()
  return {
    send: message => pipe.postMessage(message, []),
    onMessage: receive => mailbox.onMessage(receive),
  }
}
