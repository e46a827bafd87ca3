// What a cluster was told, and when: with the seed it is the cluster. A moment is a virtual time and how many events had
// run by then, since several may be due at one time. The log is bounded: when it grows too large its first half is
// forgotten, after which it can no more be replayed from the start (a snapshot holds the whole state besides).

import type { ClusterCommand, LoggedCommand } from './commands.ts'
import type { Moment } from './kernel/event-loop.ts'
import type { ApiRequest } from './rest/index.ts'

/** Characters of texts and bodies, of which the log holds at most twice as many. */
const KEPT_CHARS_MIN = 8 * 1_048_576
/** What an entry without text counts for. */
const ENTRY_CHARS = 100
/** Headers that decide what a write does: its format, its author, and whether the answer could be read. */
const KEPT_HEADERS = ['accept', 'content-type', 'user-agent'] as const
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface SavedCommandLog {
  readonly entries: readonly LoggedCommand[]
  readonly forgotten: number
}

export class CommandLog {
  #entries: LoggedCommand[] = []
  #forgotten = 0
  #chars = 0

  get entries(): readonly LoggedCommand[] {
    return this.#entries
  }

  /** How many entries there ever were. */
  get length(): number {
    return this.#forgotten + this.#entries.length
  }

  /** How many entries there were before the first that is left. */
  get forgotten(): number {
    return this.#forgotten
  }

  add({ atMs, ran }: Moment, command: ClusterCommand): void {
    const entry = { atMs, ran, command }
    this.#entries.push(entry)
    this.#chars += charsOf(entry)
    if (this.#chars > 2 * KEPT_CHARS_MIN) this.#forget()
  }

  save(): SavedCommandLog {
    return { entries: this.#entries, forgotten: this.#forgotten }
  }

  load({ entries, forgotten }: SavedCommandLog): void {
    this.#entries = [...entries]
    this.#forgotten = forgotten
    this.#chars = entries.reduce((sum, entry) => sum + charsOf(entry), 0)
  }

  #forget(): void {
    let count = 0
    while (this.#chars > KEPT_CHARS_MIN && count < this.#entries.length) {
      this.#chars -= charsOf(this.#entries[count] as LoggedCommand)
      count++
    }
    this.#entries.splice(0, count)
    this.#forgotten += count
  }
}

export function onlyReads({ method }: ApiRequest): boolean {
  return READING.has(method)
}

/** A request as the log keeps it. */
export function keptRequest({ method, path, query, headers, body }: ApiRequest): ApiRequest {
  const kept: Record<string, string> = {}
  for (const name of KEPT_HEADERS) {
    const value = headers[name]
    if (value !== undefined) kept[name] = value
  }
  return { method, path, query, headers: kept, body }
}

function charsOf({ command }: LoggedCommand): number {
  switch (command.type) {
    case 'apply':
      return ENTRY_CHARS + command.text.length
    case 'exec-input':
      return ENTRY_CHARS + (command.input.type === 'text' ? command.input.text.length : 0)
    case 'exec':
    case 'request': {
      const { path, query, headers, body } = command.request
      const headerChars = Object.values(headers).reduce((sum, value) => sum + value.length, 0)
      return ENTRY_CHARS + path.length + query.length + headerChars + body.length
    }
    default:
      return ENTRY_CHARS
  }
}
