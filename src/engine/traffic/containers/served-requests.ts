// The last requests that each Pod has answered, for its logs: a ring of fixed size for each Pod, so that noting one costs a
// look-up and four writes and leaves no garbage. What a line looks like is decided when somebody reads it.

import type { HttpRequest } from '../../apps/image-speech.ts'
import { compareText } from '../../kernel/json.ts'

/** How many requests of a Pod are remembered: its log goes back no further. */
const REQUESTS_MAX = 200

/** Nothing is known of what a simulated client asks for but that it asks. */
export const PLAIN_REQUEST: HttpRequest = { path: '/', agent: '-' }

export interface Served extends HttpRequest {
  readonly atMs: number
  readonly client: string
  /** Address and port that answered, `10.244.1.5:9376`. */
  readonly endpoint: string
}

/** [atMs, client, endpoint, path, agent], oldest first, for each Pod by uid. */
export type SavedServedRequests = readonly (readonly [
  string,
  readonly (readonly [number, string, string, string, string])[],
])[]

export class ServedRequests {
  readonly #rings = new Map<string, Ring>()
  readonly #listeners: ((uid: string, served: Served) => void)[] = []
  /** Pods in whose requests somebody is interested at this moment. */
  readonly #heard = new Map<string, number>()

  note(uid: string, atMs: number, client: string, endpoint: string, request: HttpRequest): void {
    let ring = this.#rings.get(uid)
    if (!ring) {
      ring = new Ring()
      this.#rings.set(uid, ring)
    }
    ring.add(atMs, client, endpoint, request)
    if (this.#heard.size > 0 && this.#heard.has(uid)) {
      for (const listener of this.#listeners) listener(uid, { atMs, client, endpoint, ...request })
    }
  }

  /** Those that are remembered, oldest first. */
  of(uid: string): readonly Served[] {
    return this.#rings.get(uid)?.list() ?? []
  }

  forget(uid: string): void {
    this.#rings.delete(uid)
  }

  /** Tells of each request of a Pod that somebody listens to. */
  onServed(listener: (uid: string, served: Served) => void): void {
    this.#listeners.push(listener)
  }

  listen(uid: string): void {
    this.#heard.set(uid, (this.#heard.get(uid) ?? 0) + 1)
  }

  leave(uid: string): void {
    const left = (this.#heard.get(uid) ?? 0) - 1
    if (left > 0) this.#heard.set(uid, left)
    else this.#heard.delete(uid)
  }

  save(): SavedServedRequests {
    return [...this.#rings]
      .sort((a, b) => compareText(a[0], b[0]))
      .map(([uid, ring]) => [
        uid,
        ring.list().map(({ atMs, client, endpoint, path, agent }) => [atMs, client, endpoint, path, agent] as const),
      ])
  }

  load(saved: SavedServedRequests): void {
    this.#rings.clear()
    for (const [uid, requests] of saved) {
      for (const [atMs, client, endpoint, path, agent] of requests) {
        const isPlain = path === PLAIN_REQUEST.path && agent === PLAIN_REQUEST.agent
        this.note(uid, atMs, client, endpoint, isPlain ? PLAIN_REQUEST : { path, agent })
      }
    }
  }
}

class Ring {
  readonly #atMs: number[] = []
  readonly #client: string[] = []
  readonly #endpoint: string[] = []
  readonly #request: HttpRequest[] = []
  #next = 0

  add(atMs: number, client: string, endpoint: string, request: HttpRequest): void {
    const place = this.#next
    this.#atMs[place] = atMs
    this.#client[place] = client
    this.#endpoint[place] = endpoint
    this.#request[place] = request
    this.#next = place + 1 === REQUESTS_MAX ? 0 : place + 1
  }

  list(): readonly Served[] {
    const count = this.#atMs.length
    const first = count < REQUESTS_MAX ? 0 : this.#next
    return Array.from({ length: count }, (_, index) => {
      const place = (first + index) % count
      const { path, agent } = this.#request[place] as HttpRequest
      const [atMs = 0, client = '', endpoint = ''] = [this.#atMs[place], this.#client[place], this.#endpoint[place]]
      return { atMs, client, endpoint, path, agent }
    })
  }
}
