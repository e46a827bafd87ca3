// What a server is asked and what it says, whatever its image. Image by image it is in image-voice.ts and agnhost.ts.

/** The container that speaks. */
export interface Speaker {
  readonly image: string
  readonly args: readonly string[]
  readonly podName: string
  readonly ports: readonly number[]
}

export interface HttpRequest {
  readonly path: string
  /** `-` where a client does not say what it is. */
  readonly agent: string
  /** Address and port that it comes from, as the server sees them; absent where nobody asks for them. */
  readonly from?: string
  /** When it is asked, `2026-01-01T00:00:12.345678Z`; absent where nobody asks. */
  readonly at?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly body: string
  /** In the order in which they are sent, without the length. */
  readonly headers?: readonly (readonly [string, string])[]
  /** What the server itself needed to wait for before it could answer. */
  readonly tookMs?: number
}

/** A request as the server's log has it. */
export interface ServedRequest extends HttpRequest {
  readonly at: string
  readonly client: string
  readonly port: number
  readonly status: number
  readonly bytes: number
}

export interface ImageVoice {
  answer(speaker: Speaker, request: HttpRequest): HttpAnswer
  /** What it says to a datagram; nothing where it is deaf to them. */
  datagram?(speaker: Speaker, request: { readonly text: string; readonly from: string }): string | undefined
  /** Lines at its start, at a request, and at its end when it is told to go. */
  started(speaker: Speaker, at: string): readonly string[]
  served(speaker: Speaker, request: ServedRequest): string
  ended(speaker: Speaker, at: string): readonly string[]
}
