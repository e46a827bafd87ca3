// Reads one word of a shell script: quotes, backslashes, variables, `$(…)` and `$((…))`. The reader of scripts gives the place
// in the text, and reads the scripts that stand within words.

import type { Piece, Script, Word } from './shell-script.ts'

/** Where the reading stands. */
export interface Cursor {
  rest: string
  take(length: number): string
  fail(message: string, incomplete?: boolean): never
  /** Reads up to the closing bracket. */
  inBrackets(): Script
  /** Reads a text of its own. */
  nested(text: string): Script
}

const END = /^[\s;&|<>()]/
const VARIABLE = /^\$(?:(\d|\w+|[?#@*$])|\{(\w+|[?#@*])(?::-([^}]*))?\})/
const SUM = /^\$\(\(((?:[^()]|\((?:[^()])*\))*)\)\)/

export function readWord(cursor: Cursor): Word {
  const pieces: Piece[] = []
  while (cursor.rest !== '' && !END.test(cursor.rest)) {
    const char = cursor.rest[0] as string
    if (char === "'" || char === '"') readQuoted(cursor, pieces, char)
    else if (char === '$' || char === '`') readExpansion(cursor, pieces, false)
    else if (char === '\\') add(pieces, cursor.take(2).slice(1))
    else add(pieces, cursor.take(1))
  }
  return pieces
}

function readQuoted(cursor: Cursor, pieces: Piece[], quote: string): void {
  cursor.take(1)
  add(pieces, '')
  while (cursor.rest !== '' && cursor.rest[0] !== quote) {
    if (quote === "'") add(pieces, cursor.take(1))
    else if (cursor.rest[0] === '$' || cursor.rest[0] === '`') readExpansion(cursor, pieces, true)
    else if (/^\\["\\$`\n]/.test(cursor.rest)) add(pieces, cursor.take(2).slice(1))
    else add(pieces, cursor.take(1))
  }
  if (cursor.rest === '') cursor.fail('syntax error: unterminated quoted string', true)
  cursor.take(1)
}

function readExpansion(cursor: Cursor, pieces: Piece[], quoted: boolean): void {
  if (cursor.rest[0] === '`') {
    cursor.take(1)
    const end = cursor.rest.indexOf('`')
    if (end < 0) cursor.fail('syntax error: EOF in backquote substitution', true)
    const text = cursor.take(end + 1).slice(0, -1)
    return void pieces.push({ script: cursor.nested(text), quoted })
  }
  const sum = SUM.exec(cursor.rest)
  if (sum) {
    cursor.take(sum[0].length)
    return void pieces.push({ sum: sum[1] as string, quoted })
  }
  if (cursor.rest.startsWith('$(')) {
    cursor.take(2)
    return void pieces.push({ script: cursor.inBrackets(), quoted })
  }
  const match = VARIABLE.exec(cursor.rest)
  if (!match) {
    if (cursor.rest.startsWith('${')) cursor.fail('syntax error: bad substitution')
    return add(pieces, cursor.take(1))
  }
  const [all, bare, braced = '', fallback] = match
  cursor.take(all.length)
  const variable = bare ?? braced
  pieces.push({ variable, quoted, ...(fallback === undefined ? {} : { fallback }) })
}

function add(pieces: Piece[], text: string): void {
  const last = pieces.at(-1)
  if (typeof last === 'string') pieces[pieces.length - 1] = last + text
  else pieces.push(text)
}
