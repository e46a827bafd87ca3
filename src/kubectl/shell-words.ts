// What a learner types, as a shell takes it apart: words with quotes and backslashes, lines joined by a backslash, several
// commands split by newline, `;` or `&&`, and here-documents. Pipes, variables and globs are left out, and say so.

export interface ShellCommand {
  readonly words: readonly string[]
  /** The text of its here-document, or ''. */
  readonly stdin: string
  /** Whether it runs only where the one before went well. */
  readonly ifOk: boolean
}

export type ShellText =
  | { readonly type: 'commands'; readonly commands: readonly ShellCommand[] }
  /** A quote or a here-document is still open: the next line belongs to it. */
  | { readonly type: 'open' }
  | { readonly type: 'refused'; readonly message: string }

export function splitShell(text: string): ShellText {
  const commands: ShellCommand[] = []
  let words: string[] = []
  let word: string | null = null
  let ifOk = false
  let at = 0
  let pending: { readonly end: string; readonly strip: boolean } | null = null
  const endWord = (): void => {
    if (word !== null) words.push(word)
    word = null
  }
  const endCommand = (stdin = ''): void => {
    endWord()
    if (words.length > 0) commands.push({ words, stdin, ifOk })
    words = []
    ifOk = false
  }

  while (at < text.length) {
    const letter = text[at] ?? ''
    if (letter === '\\') {
      if (at + 1 >= text.length) return { type: 'open' }
      if (text[at + 1] !== '\n') word = (word ?? '') + (text[at + 1] ?? '')
      at += 2
    } else if (letter === "'" || letter === '"') {
      const quoted = readQuoted(text, at)
      if (quoted === null) return { type: 'open' }
      word = (word ?? '') + quoted.text
      at = quoted.end
    } else if (text.startsWith('<<', at)) {
      endWord()
      const match = /^<<(-?)\s*(['"]?)([\w.-]+)\2/.exec(text.slice(at))
      if (!match) return { type: 'refused', message: "syntax error near unexpected token `<<'" }
      pending = { end: match[3] ?? '', strip: match[1] === '-' }
      at += match[0].length
    } else if (letter === '\n' && pending) {
      const here = readHere(text, at + 1, pending)
      if (here === null) return { type: 'open' }
      pending = null
      endCommand(here.text)
      at = here.end
    } else if (letter === '\n' || letter === ';') {
      endCommand()
      at++
    } else if (text.startsWith('&&', at)) {
      endCommand()
      ifOk = true
      at += 2
    } else if ('|&<>`'.includes(letter) || text.startsWith('$(', at)) {
      return { type: 'refused', message: `this shell has no \`${letter}\`: one command at a time` }
    } else if (letter === '#' && word === null) {
      while (at < text.length && text[at] !== '\n') at++
    } else if (letter === ' ' || letter === '\t' || letter === '\r') {
      endWord()
      at++
    } else {
      word = (word ?? '') + letter
      at++
    }
  }
  if (pending) return { type: 'open' }
  endCommand()
  return { type: 'commands', commands }
}

function readQuoted(text: string, from: number): { readonly text: string; readonly end: number } | null {
  const quote = text[from]
  let read = ''
  for (let at = from + 1; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (letter === quote) return { text: read, end: at + 1 }
    const next = text[at + 1] ?? ''
    // Within double quotes a backslash takes away the meaning of a few letters only.
    if (quote === '"' && letter === '\\' && '"\\$`\n'.includes(next) && next !== '') {
      read += next === '\n' ? '' : next
      at++
    } else read += letter
  }
  return null
}

function readHere(
  text: string,
  from: number,
  { end, strip }: { readonly end: string; readonly strip: boolean },
): { readonly text: string; readonly end: number } | null {
  const lines: string[] = []
  let at = from
  while (at <= text.length) {
    const newline = text.indexOf('\n', at)
    const line = text.slice(at, newline < 0 ? undefined : newline)
    const shown = strip ? line.replace(/^\t+/, '') : line
    at = newline < 0 ? text.length + 1 : newline + 1
    if (shown === end) return { text: lines.map(one => `${one}\n`).join(''), end: Math.min(at, text.length) }
    lines.push(shown)
  }
  return null
}
