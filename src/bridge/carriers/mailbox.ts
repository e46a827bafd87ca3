// What one end of a pipe has received and not yet taken. Messages keep their order, wait for a receiver that is not there
// yet, and are handed over in a task of their own: never inside the sender's `send` or the receiver's `onMessage`.

export class Mailbox<T> {
  readonly #waiting: T[] = []
  #receive: ((message: T) => void) | undefined
  #closed = false
  #isDue = false

  put(message: T): void {
    if (this.#closed) return
    this.#waiting.push(message)
    this.#handOverSoon()
  }

  onMessage(receive: (message: T) => void): void {
    this.#receive = receive
    this.#handOverSoon()
  }

  /** Nothing is handed over any more, not even what waits. */
  close(): void {
    this.#closed = true
    this.#waiting.length = 0
  }

  #handOverSoon(): void {
    if (this.#isDue || !this.#receive || this.#waiting.length === 0) return
    this.#isDue = true
    queueMicrotask(() => this.#handOver())
  }

  // One message for each turn, so that a receiver that throws loses no other message.
  #handOver(): void {
    this.#isDue = false
    const message = this.#waiting.shift()
    if (message === undefined) return
    this.#handOverSoon()
    this.#receive?.(message)
  }
}
