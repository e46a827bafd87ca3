// What tests use of the player of conformance vectors.

/** A recorded story: steps, and what a real cluster answered to each. The player alone knows what a step means. */
export interface Vector {
  readonly name: string
  readonly steps: readonly object[]
}

export interface PlayerOptions {
  readonly fetch: (url: string, init: FetchInit) => Promise<Response>
  readonly sleep: (ms: number) => Promise<void>
  /** Answers a DNS question; needed by stories that ask some. */
  readonly ask?: (question: DnsAsked) => Promise<DnsTold>
  /** Milliseconds of the clock that `sleep` moves. */
  readonly now: () => number
}

export interface DnsAsked {
  readonly name: string
  readonly type: string
  readonly tcp?: boolean
  /** The size of answers that the client takes, by EDNS. */
  readonly edns?: number
}

/** Records as lines (`NAME TTL TYPE DATA`), sorted; the serial number of a SOA is `<serial>`. */
export interface DnsTold {
  readonly rcode: string
  readonly authoritative: boolean
  readonly truncated: boolean
  readonly answer: readonly string[]
  readonly authority: readonly string[]
  readonly additional: readonly string[]
}

export interface FetchInit {
  readonly method?: string
  readonly headers: { readonly [name: string]: string }
  readonly body?: string | undefined
  readonly signal?: AbortSignal
}

export interface Player {
  /** The places where the answers differ from the recorded ones, as lines to read; none when the story holds. */
  check(vector: Vector): Promise<string[]>
}

export function createPlayer(options: PlayerOptions): Player
