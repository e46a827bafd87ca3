// What a command of the shell is given and what it comes to. A command is a pure answer to its words at the moment at which
// it starts, with the time that it takes: the shell tells the answer when that time is over.

import type { Dataplane } from '../../dataplane/index.ts'
import type { Place } from './container-env.ts'
import type { Destination, Sent } from './one-request.ts'
import type { HttpAnswer, HttpRequest } from '../../apps/image-speech.ts'

/** The files that were written in a container since it started. */
export interface ContainerFiles {
  readonly written: ReadonlyMap<string, string>
  /** Without a text the file is removed. */
  write(path: string, text: string | undefined): void
}

export interface CommandContext extends Place {
  readonly files: ContainerFiles
  readonly env: ReadonlyMap<string, string>
  readonly dataplane: Dataplane
  /** Whether cluster DNS answers at all. */
  readonly answersNames: boolean
  /** Milliseconds since 1970. */
  readonly wallMs: number
  /** All that comes in at standard input: '' where nobody writes there. */
  readInput(): string
  /** Between 0 and 1. */
  chance(): number
  send(to: Pick<Destination, 'address' | 'port' | 'protocol'>): Sent
  /** What the server at the end of a request says to it. */
  answer(sent: Sent, request: HttpRequest): HttpAnswer
  /** What it says to a datagram; undefined for nothing. */
  datagram(sent: Sent, text: string): string | undefined
}

export interface CommandOutcome {
  readonly code: number
  readonly out?: string | undefined
  readonly err?: string | undefined
  readonly tookMs?: number | undefined
}

export type Command = (args: readonly string[], context: CommandContext) => CommandOutcome

export function said(out: string, tookMs = 0): CommandOutcome {
  return { code: 0, out, tookMs }
}

export function failed(code: number, err: string, tookMs = 0): CommandOutcome {
  return { code, err, tookMs }
}
