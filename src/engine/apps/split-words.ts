// A line of shell as the commands in it: words with quotes, `$NAME` and `${NAME}`, and the signs that join commands. Left
// out, and refused by name: pipes, input from files, background, subshells, globs and control structures. The value of a
// variable is one word, whatever is in it.

/** Text as it stands, or the name of a variable, of which `?` is the last exit code. */
type Piece = string | { readonly variable: string }
export type Word = readonly Piece[]

/** Where a stream of a command goes: into a file, or (without a path) where the other stream goes. */
export interface Redirection {
  readonly stream: 'stdout' | 'stderr'
  readonly append: boolean
  readonly path: Word | null
}

/** What is run: words, and where its output goes. */
export interface CommandLine {
  readonly words: readonly Word[]
  readonly redirections: readonly Redirection[]
}

export interface ShellCommand extends CommandLine {
  /** When it is run: always, or after a success or a failure of the one before. */
  readonly when: 'always' | 'success' | 'failure'
}

export type SplitLine =
  | { readonly ok: true; readonly commands: readonly ShellCommand[] }
  | { readonly ok: false; readonly message: string }

const JOINT = /^(&&|\|\||;|\n)/
const REFUSED = /^(\$\(|[|&<()`*])/
const REDIRECTION = /^([12]?)(>>?)(&[12])?/
const VARIABLE = /^\$(?:(\w+)|\{(\w+)\}|(\?))/
const RESERVED: ReadonlySet<string> = new Set(['if', 'for', 'while', 'until', 'case', 'function', '{', '!'])

export function splitLine(line: string): SplitLine {
  const split = splitScript(line)
  if (!split.ok) return split
  const reserved = split.commands.map(({ words }) => words[0]?.[0]).find(first => RESERVED.has(first as string))
  if (reserved !== undefined) return { ok: false, message: `"${reserved as string}" is not simulated` }
  return split
}

/** The same with the words of control structures left in their places, for who knows what to do with them. */
export function splitScript(text: string): SplitLine {
  const reader = new LineReader(text)
  const problem = reader.read()
  return problem === undefined ? { ok: true, commands: reader.commands } : { ok: false, message: problem }
}

export function wordText(word: Word, valueOf: (variable: string) => string): string {
  return word.map(piece => (typeof piece === 'string' ? piece : valueOf(piece.variable))).join('')
}

class LineReader {
  readonly commands: ShellCommand[] = []
  #rest: string
  #words: Word[] = []
  #word: Piece[] | undefined
  #redirections: Redirection[] = []
  /** A redirection whose file is still to come. */
  #open: Omit<Redirection, 'path'> | undefined
  #when: ShellCommand['when'] = 'always'

  constructor(line: string) {
    this.#rest = line
  }

  /** What is wrong with the line, if anything. */
  read(): string | undefined {
    while (this.#rest !== '') {
      const problem = this.#step()
      if (problem !== undefined) return problem
    }
    return this.#endCommand('always')
  }

  #step(): string | undefined {
    const joint = JOINT.exec(this.#rest)?.[0]
    if (joint !== undefined) {
      this.#take(joint.length)
      return this.#endCommand(joint === '&&' ? 'success' : joint === '||' ? 'failure' : 'always')
    }
    const redirection = REDIRECTION.exec(this.#rest)
    // A number is one of a stream only where no word goes before it.
    if (redirection && (redirection[1] === '' || this.#word === undefined)) return this.#redirect(redirection)
    const refused = REFUSED.exec(this.#rest)?.[0]
    if (refused !== undefined) return `"${refused}" is not simulated`
    const char = this.#rest[0] as string
    if (char === ' ' || char === '\t') {
      this.#take(1)
      this.#endWord()
    } else if (char === "'" || char === '"') return this.#quoted(char)
    else if (char === '$') this.#variable()
    else if (char === '\\') this.#add(this.#take(2).slice(1))
    else this.#add(this.#take(1))
    return undefined
  }

  #redirect([all, number, sign, other]: readonly (string | undefined)[]): string | undefined {
    this.#take((all ?? '').length)
    this.#endWord()
    if (this.#open) return 'syntax error: unexpected redirection'
    const redirection = { stream: number === '2' ? 'stderr' : 'stdout', append: sign === '>>' } as const
    if (other === undefined) this.#open = redirection
    else this.#redirections.push({ ...redirection, path: null })
    return undefined
  }

  #quoted(quote: string): string | undefined {
    this.#take(1)
    this.#add('')
    while (this.#rest !== '' && this.#rest[0] !== quote) {
      if (quote === "'") this.#add(this.#take(1))
      else if (this.#rest.startsWith('$(') || this.#rest[0] === '`') return `"${this.#rest[0]}" is not simulated`
      else if (this.#rest[0] === '$') this.#variable()
      else if (/^\\["\\$]/.test(this.#rest)) this.#add(this.#take(2).slice(1))
      else this.#add(this.#take(1))
    }
    if (this.#rest === '') return 'syntax error: unterminated quoted string'
    this.#take(1)
    return undefined
  }

  #variable(): void {
    const match = VARIABLE.exec(this.#rest)
    if (!match) return this.#add(this.#take(1))
    this.#take(match[0].length)
    this.#add({ variable: match[1] ?? match[2] ?? match[3] ?? '' })
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length)
    this.#rest = this.#rest.slice(length)
    return taken
  }

  #add(piece: Piece): void {
    this.#word ??= []
    const last = this.#word.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') this.#word[this.#word.length - 1] = last + piece
    else this.#word.push(piece)
  }

  #endWord(): void {
    if (this.#word && this.#open) {
      this.#redirections.push({ ...this.#open, path: this.#word })
      this.#open = undefined
    } else if (this.#word) this.#words.push(this.#word)
    this.#word = undefined
  }

  #endCommand(next: ShellCommand['when']): string | undefined {
    this.#endWord()
    if (this.#open) return 'syntax error: newline unexpected'
    if (this.#words.length > 0)
      this.commands.push({ words: this.#words, redirections: this.#redirections, when: this.#when })
    this.#words = []
    this.#redirections = []
    this.#when = next
    return undefined
  }
}
