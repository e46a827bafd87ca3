// Runs a script in a container: lists, pipes, loops, conditions, variables and `$(…)`. It goes on by itself until a command
// takes time, and says how much: who drives it lets that time pass. The commands of a pipe run one after another, each with all
// that the one before printed, so a pipe takes as long as all of them together, and one from an endless command never ends.

import { isShell, programName, shellText } from '../../apps/program.ts'
import { readScript } from '../../apps/read-script.ts'
import { FOREVER_MS } from '../../apps/run-command.ts'
import type {
  Pipeline,
  Piece,
  Redirection,
  Script,
  ScriptCommand,
  SimpleCommand,
  Word,
} from '../../apps/shell-script.ts'
import { failed, type Command, type CommandContext, type CommandOutcome } from './command.ts'
import { redirected, type KnownRedirection, type Say } from './redirect.ts'
import { fileText } from './file-commands.ts'
import { shellSum } from './shell-sum.ts'

/** Where a command reads and writes. What is read is taken off the input, by `read` a line at a time. */
export interface Streams {
  readonly input: { text: string }
  readonly say: Say
}

export interface ScriptPlace {
  /** Asked for at each command, since Pods and Services change meanwhile. */
  readonly context: () => CommandContext
  /** The program of that name, if the container has it and it is no server when it is given these words. */
  program(name: string, args: readonly string[]): Command | undefined
  /** What comes of one that it does not have. */
  missing(word: string): CommandOutcome
}

/** Yields milliseconds that have to pass. */
type Run = Generator<number, void, undefined>

/** After these, so many commands take a millisecond, whatever they are: a loop that waits for nothing cannot hold the clock. */
const COMMANDS_AT_ONCE = 200
const COMMANDS_A_MS = 4
/** Characters of a variable, and of what one command of a pipe hands to the next. */
const TEXT_MAX = 1_048_576

type Leave = { readonly type: 'exit' } | { readonly type: 'break' | 'continue'; readonly levels: number }

export class ScriptRunner {
  /** What the last command came to. */
  code = 0
  /** Commands that were run. */
  ran = 0
  #variables = new Map<string, string>()
  #leave: Leave | undefined
  readonly #exported = new Set<string>()
  readonly #place: ScriptPlace

  constructor(place: ScriptPlace) {
    this.#place = place
  }

  /** Whether the script said `exit`. */
  get exited(): boolean {
    return this.#leave?.type === 'exit'
  }

  *run(script: Script, streams: Streams): Run {
    for (const pipeline of script) {
      if (this.#leave) return
      if (pipeline.when !== 'always' && (pipeline.when === 'success') !== (this.code === 0)) continue
      yield* this.#pipeline(pipeline, streams)
      if (pipeline.negated && !this.#leave) this.code = this.code === 0 ? 1 : 0
    }
  }

  *#pipeline({ commands }: Pipeline, streams: Streams): Run {
    if (commands.length === 1) return yield* this.#command(commands[0] as ScriptCommand, streams)
    let { input } = streams
    for (const [index, command] of commands.entries()) {
      if (index === commands.length - 1) yield* this.#apart(this.#command(command, { ...streams, input }))
      else input = { text: yield* this.#captured(this.#command.bind(this, command), { ...streams, input }) }
    }
  }

  /** What a part of the script prints, run in a shell of its own. */
  *#captured(part: (streams: Streams) => Run, { input, say }: Streams): Generator<number, string, undefined> {
    let text = ''
    const keep = (more: string): void => {
      if (text.length + more.length <= TEXT_MAX) text += more
      else this.#runOut(say)
    }
    yield* this.#apart(part({ input, say: (stream, more) => (stream === 'stdout' ? keep(more) : say(stream, more)) }))
    return text
  }

  /** Ends the script, or the part of it that has a shell of its own. */
  #runOut(say: Say): void {
    if (this.exited) return
    this.code = 2
    this.#leave = { type: 'exit' }
    say('stderr', 'sh: out of memory\n')
  }

  /** A shell of its own keeps its variables and its end to itself. */
  *#apart(run: Run): Run {
    const before = this.#variables
    this.#variables = new Map(before)
    yield* run
    this.#variables = before
    this.#leave = undefined
  }

  *#command(command: ScriptCommand, streams: Streams): Run {
    if (command.type === 'simple') return yield* this.#simple(command, streams)
    const redirectedStreams = yield* this.#redirections(command.redirections, streams)
    if (redirectedStreams) yield* this.#compound(command, redirectedStreams)
  }

  *#compound(command: Exclude<ScriptCommand, SimpleCommand>, streams: Streams): Run {
    switch (command.type) {
      case 'group':
        return yield* this.run(command.body, streams)
      case 'subshell':
        return yield* this.#apart(this.run(command.body, streams))
      case 'if':
        for (const { condition, body } of command.branches) {
          yield* this.run(condition, streams)
          if (this.#leave) return
          if (this.code === 0) return yield* this.run(body, streams)
        }
        this.code = 0
        return yield* this.run(command.otherwise, streams)
      case 'for': {
        const values: string[] = []
        for (const word of command.words) values.push(...(yield* this.#fields(word, streams)))
        this.code = 0
        for (const value of values) {
          this.#variables.set(command.name, value)
          yield* this.run(command.body, streams)
          if (this.#leavesLoop()) return
        }
        return
      }
      case 'while':
      case 'until':
        for (let code = 0; ;) {
          yield* this.run(command.condition, streams)
          if (this.#leave) return
          if ((this.code === 0) !== (command.type === 'while')) {
            this.code = code
            return
          }
          yield* this.run(command.body, streams)
          if (this.#leavesLoop()) return
          code = this.code
        }
    }
  }

  /** Whether `break`, `exit` or a `continue` of a loop further out ends this one. */
  #leavesLoop(): boolean {
    const leave = this.#leave
    if (!leave || leave.type === 'exit') return leave !== undefined
    this.#leave = leave.levels > 1 ? { ...leave, levels: leave.levels - 1 } : undefined
    return leave.type === 'break' || leave.levels > 1
  }

  *#simple({ words, redirections, assignments }: SimpleCommand, streams: Streams): Run {
    const texts: string[] = []
    for (const word of words) texts.push(...(yield* this.#fields(word, streams)))
    const set: (readonly [string, string])[] = []
    for (const { name, value } of assignments) set.push([name, yield* this.#text(value, streams)])
    const own = yield* this.#redirections(redirections, streams)
    if (!own || this.exited) return
    if (++this.ran > COMMANDS_AT_ONCE && this.ran % COMMANDS_A_MS === 0) yield 1
    if (texts[0] === 'exec') texts.shift()
    const [first, ...args] = texts
    if (first === undefined) {
      for (const [name, value] of set) this.#variables.set(name, value)
      if (!words.some(isScript) && !assignments.some(({ value }) => isScript(value))) this.code = 0
      return
    }
    const script = isShell(programName(first)) ? shellText(args) : undefined
    if (script !== undefined) return yield* this.#apart(this.#inner(script, args, own))
    const outcome = this.#builtin(first, args, own.input) ?? this.#program(first, args, own.input, new Map(set))
    if ((outcome.tookMs ?? 0) > 0) yield outcome.tookMs as number
    this.#tell(outcome, own)
  }

  /** `sh -c TEXT NAME ARGS`. */
  *#inner(text: string, args: readonly string[], streams: Streams): Run {
    const read = readScript(text)
    if (!read.ok) return this.#tell({ code: 2, err: `sh: ${read.message}\n` }, streams)
    for (const [index, value] of args.slice(args.indexOf(text) + 1).entries()) this.#variables.set(String(index), value)
    yield* this.run(read.script, streams)
  }

  #builtin(name: string, args: readonly string[], input: { text: string }): CommandOutcome | undefined {
    switch (name) {
      case 'exit':
        this.#leave = { type: 'exit' }
        return { code: args[0] === undefined ? this.code : Number(args[0]) & 255 }
      case 'break':
      case 'continue':
        this.#leave = { type: name, levels: Number(args[0] ?? 1) }
        return { code: 0 }
      case 'cd':
      case 'trap':
        return { code: 0 }
      case 'export':
        for (const arg of args) {
          const [, variable = arg, value] = /^(\w+)=(.*)$/s.exec(arg) ?? []
          this.#exported.add(variable)
          if (value !== undefined) this.#variables.set(variable, value)
        }
        return { code: 0 }
      case 'unset':
        for (const variable of args) this.#variables.set(variable, '')
        return { code: 0 }
      case 'wait':
        return { code: 0, tookMs: FOREVER_MS }
      case 'read':
        return this.#read(
          args.filter(arg => !arg.startsWith('-')),
          input,
        )
      default:
        return undefined
    }
  }

  #read(names: readonly string[], input: { text: string }): CommandOutcome {
    const end = input.text.indexOf('\n')
    const line = end < 0 ? input.text : input.text.slice(0, end)
    input.text = end < 0 ? '' : input.text.slice(end + 1)
    const parts = line.trim().split(/[ \t]+/)
    for (const [index, name] of names.entries())
      this.#variables.set(name, index < names.length - 1 ? (parts.shift() ?? '') : parts.join(' '))
    return { code: end < 0 ? 1 : 0 }
  }

  #program(
    first: string,
    args: readonly string[],
    input: { text: string },
    set: ReadonlyMap<string, string>,
  ): CommandOutcome {
    const command = this.#place.program(programName(first), args)
    if (!command) return this.#place.missing(first)
    const context = this.#place.context()
    const exported = [...this.#exported].map(variable => [variable, this.#valueOf(variable)] as const)
    const env = new Map([...context.env, ...exported, ...set])
    // What is read is gone; a command that does not read leaves it.
    const own = {
      ...context,
      env,
      readInput: (): string => {
        const { text } = input
        input.text = ''
        return text
      },
    }
    return command(args, own)
  }

  /** The streams of what is redirected; undefined where a file that it reads is not there. */
  *#redirections(
    redirections: readonly Redirection[],
    streams: Streams,
  ): Generator<number, Streams | undefined, undefined> {
    if (redirections.length === 0) return streams
    const known: KnownRedirection[] = []
    let { input } = streams
    for (const { stream, append, path } of redirections) {
      const name = path === null ? null : yield* this.#text(path, streams)
      if (stream !== 'stdin') known.push({ stream, append, path: name })
      else {
        const text = name === '/dev/null' ? '' : fileText(name ?? '', this.#place.context())
        if (text === undefined) {
          this.#tell(failed(1, `sh: can't open ${name ?? ''}: no such file\n`), streams)
          return undefined
        }
        input = { text }
      }
    }
    return { input, say: redirected(streams.say, known, this.#place.context().files) }
  }

  /** The words that a word comes to. */
  *#fields(word: Word, streams: Streams): Generator<number, readonly string[], undefined> {
    const fields: string[] = []
    let current: string | undefined
    for (const piece of word) {
      const value = yield* this.#value(piece, streams)
      if (typeof piece === 'string' || piece.quoted) current = (current ?? '') + value
      else {
        for (const [index, part] of value.split(/[ \t\n]+/).entries()) {
          if (index > 0 && current !== undefined) {
            fields.push(current)
            current = undefined
          }
          if (part !== '') current = (current ?? '') + part
        }
      }
    }
    return current === undefined ? fields : [...fields, current]
  }

  *#text(word: Word, streams: Streams): Generator<number, string, undefined> {
    let text = ''
    for (const piece of word) text += yield* this.#value(piece, streams)
    if (text.length <= TEXT_MAX) return text
    this.#runOut(streams.say)
    return ''
  }

  *#value(piece: Piece, streams: Streams): Generator<number, string, undefined> {
    if (typeof piece === 'string') return piece
    if ('variable' in piece) return this.#valueOf(piece.variable) || (piece.fallback ?? '')
    if ('sum' in piece) return String(shellSum(piece.sum, name => this.#valueOf(name)) ?? 0)
    const printed = yield* this.#captured(inner => this.run(piece.script, inner), streams)
    return printed.replace(/\n+$/, '')
  }

  #valueOf(name: string): string {
    if (name === '?') return String(this.code)
    if (name === '$') return '1'
    if (name === '0') return this.#variables.get('0') ?? 'sh'
    const numbers = [...this.#variables.keys()].filter(key => /^[1-9]\d*$/.test(key))
    if (name === '#') return String(numbers.length)
    if (name === '@' || name === '*') return numbers.map(key => this.#variables.get(key)).join(' ')
    return this.#variables.get(name) ?? this.#place.context().env.get(name) ?? ''
  }

  #tell({ code, out = '', err = '' }: CommandOutcome, { say }: Streams): void {
    this.code = code
    if (out !== '') say('stdout', out)
    if (err !== '') say('stderr', err)
  }
}

function isScript(word: Word): boolean {
  return word.some(piece => typeof piece === 'object' && 'script' in piece)
}
