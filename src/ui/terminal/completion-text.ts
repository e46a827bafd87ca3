// What Tab does to a line: one way to go on is taken, of several what they share; when that adds nothing they are listed.

import type { Completion } from '../../kubectl/index.ts'

export interface Completed {
  readonly text: string
  /** Where the cursor stands then. */
  readonly cursor: number
  /** The ways to go on, where nothing could be added. */
  readonly listed: readonly string[]
}

export function completeText(text: string, cursor: number, { from, options }: Completion): Completed {
  const [first, second] = options
  if (first === undefined) return { text, cursor, listed: [] }
  const word = text.slice(from, cursor)
  const shared = second === undefined ? first + (/[=/]$/.test(first) ? '' : ' ') : sharedStart(options)
  if (shared === word) return { text, cursor, listed: options }
  return { text: text.slice(0, from) + shared + text.slice(cursor), cursor: from + shared.length, listed: [] }
}

function sharedStart(options: readonly string[]): string {
  const [first = '', ...others] = options
  let length = first.length
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}

/** In columns of equal width, as many as `width` letters hold. */
export function inColumns(options: readonly string[], width: number): string {
  const widest = Math.max(...options.map(option => option.length)) + 2
  const count = Math.max(1, Math.floor(width / widest))
  const rows: string[] = []
  for (let at = 0; at < options.length; at += count) {
    rows.push(
      options
        .slice(at, at + count)
        .map(option => option.padEnd(widest))
        .join('')
        .trimEnd(),
    )
  }
  return rows.join('\n')
}
