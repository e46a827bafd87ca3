// Reads the text of a shell script: words with quotes, variables, `$(…)` and `$((…))`, redirections, pipes, lists and the control
// structures `if`, `for`, `while`, `until`, `{ }` and `( )`. Left out, and refused by name: background, here-documents, `case`
// and functions. Patterns of file names stand for themselves.

import { readWord, type Cursor } from './read-word.ts'
import type { Pipeline, Redirection, Script, ScriptCommand, SimpleCommand, Word } from './shell-script.ts'

export type ReadScript =
  | { readonly ok: true; readonly script: Script }
  /** What is wrong; `incomplete` when more lines could make it right. */
  | { readonly ok: false; readonly message: string; readonly incomplete: boolean }

const REDIRECTION = /^([012]?)(>>?|<(?!<))(&[12])?/
const ASSIGNMENT = /^([A-Za-z_]\w*)=/
const RESERVED = /^(while|until|do|done|for|if|then|elif|else|fi|case|function|select|\{|\}|!)(?=[\s;&|()]|$)/
const REFUSED: ReadonlySet<string> = new Set(['case', 'function', 'select'])

/** A mistake in a script; it never leaves this file. */
class Mistake extends Error {
  readonly incomplete: boolean

  constructor(message: string, incomplete: boolean) {
    super(message)
    this.incomplete = incomplete
  }
}

export function readScript(text: string): ReadScript {
  try {
    const reader = new ScriptReader(text)
    return { ok: true, script: reader.whole() }
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    return { ok: false, message: error.message, incomplete: error.incomplete }
  }
}

class ScriptReader implements Cursor {
  rest: string

  constructor(text: string) {
    this.rest = text
  }

  whole(): Script {
    const script = this.#list([])
    if (this.rest !== '') this.#unexpected()
    return script
  }

  take(length: number): string {
    const taken = this.rest.slice(0, length)
    this.rest = this.rest.slice(length)
    return taken
  }

  fail(message: string, incomplete = false): never {
    throw new Mistake(message, incomplete)
  }

  /** The script of `$(…)`, behind its opening bracket. */
  inBrackets(): Script {
    const script = this.#list([])
    this.#expectSign(')')
    return script
  }

  nested(text: string): Script {
    return new ScriptReader(text).whole()
  }

  #list(stops: readonly string[]): Script {
    const items: Pipeline[] = []
    let when: Pipeline['when'] = 'always'
    for (;;) {
      this.rest = this.rest.replace(
        when === 'always' ? /^([ \t\r\n;]|\\\n|#[^\n]*)+/ : /^([ \t\r\n]|\\\n|#[^\n]*)+/,
        '',
      )
      if (this.rest === '' || this.rest[0] === ')' || stops.includes(this.#reserved() ?? '')) {
        if (when !== 'always') this.#unexpected()
        return items
      }
      items.push(this.#pipeline(when))
      this.#blanks()
      if (this.rest.startsWith('&&')) when = 'success'
      else when = this.rest.startsWith('||') ? 'failure' : 'always'
      if (when !== 'always') this.take(2)
      else if (this.rest !== '' && !/^[;\n)]/.test(this.rest)) this.#unexpected()
    }
  }

  #pipeline(when: Pipeline['when']): Pipeline {
    const negated = this.#reserved() === '!'
    if (negated) this.take(1)
    const commands = [this.#command()]
    for (;;) {
      this.#blanks()
      if (!/^\|(?![|&])/.test(this.rest)) return { commands, negated, when }
      this.take(1)
      this.rest = this.rest.replace(/^\s+/, '')
      commands.push(this.#command())
    }
  }

  #command(): ScriptCommand {
    this.#blanks()
    const word = this.#reserved()
    if (word !== undefined && REFUSED.has(word)) this.fail(`"${word}" is not simulated`)
    if (this.rest[0] === '(') {
      this.take(1)
      const body = this.inBrackets()
      return { type: 'subshell', body, redirections: this.#redirections() }
    }
    if (word === undefined) return this.#simple()
    this.take(word.length)
    switch (word) {
      case 'while':
      case 'until': {
        const condition = this.#until('do')
        const body = this.#until('done')
        return { type: word, condition, body, redirections: this.#redirections() }
      }
      case 'for':
        return this.#for()
      case 'if':
        return this.#if()
      case '{': {
        const body = this.#until('}')
        return { type: 'group', body, redirections: this.#redirections() }
      }
      default:
        return this.fail(`syntax error: unexpected "${word}"`)
    }
  }

  /** A list that has something in it, and the reserved word at its end. */
  #until(...stops: readonly string[]): Script {
    const script = this.#list(stops)
    const stop = this.#reserved()
    if (this.rest === '') this.fail('syntax error: unexpected end of file', true)
    if (stop === undefined || !stops.includes(stop) || script.length === 0) this.#unexpected()
    if (stops.length === 1) this.take(stop.length)
    return script
  }

  #for(): ScriptCommand {
    this.#blanks()
    const name = /^[A-Za-z_]\w*/.exec(this.rest)?.[0]
    if (name === undefined) return this.fail('syntax error: bad for loop variable')
    this.take(name.length)
    this.#blanks()
    const words: Word[] = []
    if (/^in(?=\s|;)/.test(this.rest)) {
      this.take(2)
      for (;;) {
        this.#blanks()
        if (this.rest === '' || /^[;&|<>()\n]/.test(this.rest)) break
        words.push(this.#word())
      }
    } else words.push([{ variable: '@', quoted: false }])
    this.rest = this.rest.replace(/^[ \t\n;]+/, '')
    if (this.rest === '') this.fail('syntax error: unexpected end of file', true)
    if (this.#reserved() !== 'do') this.#unexpected()
    this.take(2)
    const body = this.#until('done')
    return { type: 'for', name, words, body, redirections: this.#redirections() }
  }

  #if(): ScriptCommand {
    const branches: { readonly condition: Script; readonly body: Script }[] = []
    let otherwise: Script = []
    for (;;) {
      const condition = this.#until('then')
      const body = this.#until('elif', 'else', 'fi')
      branches.push({ condition, body })
      const stop = this.#reserved() as 'elif' | 'else' | 'fi'
      this.take(stop.length)
      if (stop === 'elif') continue
      if (stop === 'else') otherwise = this.#until('fi')
      return { type: 'if', branches, otherwise, redirections: this.#redirections() }
    }
  }

  #simple(): SimpleCommand {
    const words: Word[] = []
    const redirections: Redirection[] = []
    const assignments: { readonly name: string; readonly value: Word }[] = []
    for (;;) {
      this.#blanks()
      const redirection = this.#redirection()
      if (redirection) redirections.push(redirection)
      else if (this.rest === '' || /^[;&|()\n<]/.test(this.rest)) break
      else {
        const name = words.length === 0 ? ASSIGNMENT.exec(this.rest)?.[1] : undefined
        if (name === undefined) words.push(this.#word())
        else {
          this.take(name.length + 1)
          assignments.push({ name, value: /^([\s;&|()]|$)/.test(this.rest) ? [''] : this.#word() })
        }
      }
    }
    if (words.length + redirections.length + assignments.length === 0) this.#unexpected()
    return { type: 'simple', words, redirections, assignments }
  }

  #redirections(): readonly Redirection[] {
    const redirections: Redirection[] = []
    for (;;) {
      this.#blanks()
      const redirection = this.#redirection()
      if (!redirection) return redirections
      redirections.push(redirection)
    }
  }

  #redirection(): Redirection | undefined {
    const match = REDIRECTION.exec(this.rest)
    if (!match) return undefined
    const [all, number, sign, other] = match
    this.take(all.length)
    const stream = sign === '<' ? 'stdin' : number === '2' ? 'stderr' : 'stdout'
    const append = sign === '>>'
    if (other !== undefined) return { stream, append, path: null }
    this.#blanks()
    if (this.rest === '' || /^[;&|()<>\n]/.test(this.rest)) this.fail('syntax error: unexpected redirection')
    return { stream, append, path: this.#word() }
  }

  #word(): Word {
    return readWord(this)
  }

  #reserved(): string | undefined {
    return RESERVED.exec(this.rest)?.[1]
  }

  #blanks(): void {
    this.rest = this.rest.replace(/^([ \t\r]|\\\n)+/, '').replace(/^#[^\n]*/, '')
  }

  #expectSign(sign: string): void {
    if (this.rest === '') this.fail('syntax error: unexpected end of file', true)
    if (this.take(1) !== sign) this.#unexpected()
  }

  #unexpected(): never {
    if (this.rest === '') return this.fail('syntax error: unexpected end of file', true)
    const [sign = ''] = /^(<<|&(?!&)|[^\s;&|()]+|&&|\|\||\n|.)/.exec(this.rest) ?? []
    if (sign === '&' || sign === '<<') return this.fail(`"${sign}" is not simulated`)
    return this.fail(`syntax error: unexpected ${sign === '\n' ? 'newline' : `"${sign}"`}`)
  }
}
