// One pipe for the protocol's messages between a client and a host. Three homes (worker, in-process, WebSocket), one
// interface: neither end can tell which it has.

import type { AnswerMessage, RequestMessage, Update } from '../../protocol/index.ts'

export type ToHost = RequestMessage
export type ToClient = AnswerMessage | Update

/** The client's end. Messages arrive in the order in which they were sent, never inside `send`. */
export interface ClientCarrier {
  send(message: ToHost): void
  /** One receiver for the life of the carrier; messages that arrived before it was set are kept for it. */
  onMessage(receive: (message: ToClient) => void): void
  /** The pipe broke for good, with a sentence that says how. */
  onLost(lost: (why: string) => void): void
  close(): void
}

/** The host's end of one client. */
export interface HostCarrier {
  send(message: ToClient): void
  onMessage(receive: (message: ToHost) => void): void
}
