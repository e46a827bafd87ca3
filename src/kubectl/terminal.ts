// What kubectl needs of the place it runs in: a way to the API's door, virtual time, text in and out, and a key to stop it.
// The page brings an engine behind a worker, tests one in their own process.

import type { ApiAnswer, ApiChannel, ApiRequestMessage } from '../protocol/index.ts'

/** Told of a stream until it ends or is closed. */
export interface StreamListener {
  piece(text: string, channel: ApiChannel): void
  end(): void
}

export interface Terminal {
  /** One request at the door. `close` ends the stream that it opened, if it did. */
  send(request: ApiRequestMessage, listener: StreamListener): { readonly answer: Promise<ApiAnswer>; close(): void }
  /** Calls back after so much virtual time; the clock may stand still. Returns the way to call it off. */
  after(ms: number, callback: () => void): () => void
  out(text: string): void
  err(text: string): void
  /** What `cluster-info` says the server's address is. */
  readonly server: string
  /** What `-f -` reads. */
  readonly stdin: string
  /** What `-f NAME` reads, by name. */
  readonly files: ReadonlyMap<string, string>
  readonly interrupt: Interrupt
}

/** Ctrl+C. */
export class Interrupt {
  #happened = false
  readonly #listeners = new Set<() => void>()

  get happened(): boolean {
    return this.#happened
  }

  raise(): void {
    this.#happened = true
    for (const listener of this.#listeners) listener()
  }

  /** Returns the way to listen no more. */
  onRaise(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
