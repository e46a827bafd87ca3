// What the companion says: one line each, as text or as JSON.

export interface Logger {
  /** To standard output. */
  say(message: string, fields?: { readonly [name: string]: unknown }): void
  /** To standard error. */
  complain(message: string, fields?: { readonly [name: string]: unknown }): void
}

export interface Streams {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

/** In text the fields are left out: the message says it all. */
export function createLogger(format: 'text' | 'json', { out, err }: Streams): Logger {
  const line = (level: string, message: string, fields = {}): string =>
    format === 'text' ? message : JSON.stringify({ level, message, ...fields })
  return {
    say: (message, fields) => out(line('info', message, fields)),
    complain: (message, fields) => err(line('error', message, fields)),
  }
}
