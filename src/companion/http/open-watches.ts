// Watches and followed logs as bodies of answers, for as long as somebody reads. Here are the limits of the wire: how long
// a watch lasts, and how far a reader may fall behind. A watch that ends tells nothing; the client begins another, as it
// does with a real server.

import type { ApiStream, ApiWatch } from '../../engine/index.ts'
import { statusOf } from './status.ts'

/** How long a watch lasts at least for which the client says nothing, and at most twice that: --min-request-timeout. */
const WATCH_SECONDS = 1_800
/** How long a log is followed: --streaming-connection-idle-timeout of the kubelet. */
const LOG_SECONDS = 14_400
/** How often a quiet watch says how far it has come. */
const BOOKMARK_EVERY_MS = 60_000
/** The longest timer there is. */
const WATCH_SECONDS_MAX = 2_147_483
/** What may wait for a slow reader besides the events of the beginning. */
const BACKLOG_BYTES_MAX = 8 * 1_048_576

const EXPIRED = statusOf(410, 'too old resource version: the cluster was replaced by another')

export class OpenWatches {
  readonly #open = new Set<WatchBody>()

  /**
   * The events of a watch, each as a line, or the text of a log, until its time is over, the reader leaves or falls
   * behind, or `endAll` is called.
   */
  stream(watch: ApiWatch | ApiStream): ReadableStream<Uint8Array> {
    const body = new WatchBody(watch, () => this.#open.delete(body))
    this.#open.add(body)
    return body.stream()
  }

  endAll(): void {
    for (const body of this.#open) body.end()
  }

  /** The same when another cluster takes the place of the one that was watched: its versions mean nothing there. */
  expireAll(): void {
    for (const body of this.#open) body.expire()
  }
}

class WatchBody {
  readonly #watch: ApiWatch | ApiStream
  readonly #onEnd: () => void
  readonly #encoder = new TextEncoder()
  readonly #timer: NodeJS.Timeout
  readonly #bookmarks: NodeJS.Timeout | undefined
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #stop: (() => void) | undefined
  #backlogMax = Infinity
  #ended = false

  constructor(watch: ApiWatch | ApiStream, onEnd: () => void) {
    this.#watch = watch
    this.#onEnd = onEnd
    const seconds = Math.min(secondsOf(watch), WATCH_SECONDS_MAX)
    this.#timer = setTimeout(() => this.end(), seconds * 1_000)
    if (watch.type === 'watch' && watch.idle) this.#bookmarks = setInterval(() => watch.idle?.(), BOOKMARK_EVERY_MS)
  }

  stream(): ReadableStream<Uint8Array> {
    const source = {
      start: (controller: ReadableStreamDefaultController<Uint8Array>) => this.#begin(controller),
      cancel: () => this.#leave(),
    }
    return new ReadableStream<Uint8Array>(source, new ByteLengthQueuingStrategy({ highWaterMark: 0 }))
  }

  end(): void {
    if (this.#ended) return
    this.#leave()
    this.#controller?.close()
  }

  /** Ends with the event after which a client lists again. A log has no versions. */
  expire(): void {
    if (this.#watch.type === 'watch') this.#send(`${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n`)
    this.end()
  }

  #begin(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller
    this.#stop = this.#open()
    // It may have ended while it was being opened.
    if (this.#ended) this.#stop()
    this.#backlogMax = this.#waitingBytes() + BACKLOG_BYTES_MAX
  }

  #open(): () => void {
    const end = (): void => this.end()
    if (this.#watch.type === 'watch') return this.#watch.open(line => this.#send(`${line}\n`), end)
    const input = this.#watch.open({ send: (_, text) => this.#send(text), end })
    return () => input.stop()
  }

  #send(text: string): void {
    if (this.#ended) return
    this.#controller?.enqueue(this.#encoder.encode(text))
    if (this.#waitingBytes() > this.#backlogMax) this.#cutOff()
  }

  // What waits for a reader that does not read is let go, with its connection.
  #cutOff(): void {
    this.#leave()
    this.#controller?.error(new Error('the reader of this watch fell behind'))
  }

  // The stream wants nothing in advance, so what is missing to that is what waits.
  #waitingBytes(): number {
    return -(this.#controller?.desiredSize ?? 0)
  }

  #leave(): void {
    this.#ended = true
    clearTimeout(this.#timer)
    clearInterval(this.#bookmarks)
    this.#stop?.()
    this.#onEnd()
  }
}

function secondsOf(watch: ApiWatch | ApiStream): number {
  if (watch.type !== 'watch') return LOG_SECONDS
  // Not all at once, so that their clients do not come back all at once.
  return watch.timeoutSeconds ?? WATCH_SECONDS * (1 + Math.random())
}
