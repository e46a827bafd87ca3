// What `kubectl exec` runs in a Pod: one command, or a shell that reads its lines from `-c` or from standard input. It has the
// commands of containers/plain-commands.ts and no pipes or jobs. A session lives as long as somebody carries it: it is
// no part of a snapshot, but the events that wake it are data, so one that was saved finds nobody and does nothing.

import type { EventId, EventLoop } from '../kernel/event-loop.ts'
import type { CommandContext, CommandOutcome } from './containers/command.ts'
import { COMMANDS } from './containers/plain-commands.ts'
import { redirected } from './containers/redirect.ts'
import { plainLine } from '../apps/program.ts'
import { splitLine, wordText, type ShellCommand } from '../apps/split-words.ts'

/** How the exec ended. `missing`: there is no such program, and none was started. */
export type ExecEnd =
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'missing'; readonly program: string }

export interface ShellOutput {
  send(channel: 'stdout' | 'stderr', text: string): void
  end(how: ExecEnd): void
}

export interface ShellOptions {
  readonly words: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
}

export const WAKE_TOPIC = 'shell/wake'
const PROMPT = '/ # '
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'ash'])
const FOUND_IN = /^\/(usr\/)?(local\/)?s?bin\//
/** The exit code of what ^C ended. */
const INTERRUPTED = 130
const LINE_CHARS_MAX = 65_536

export class ShellSession {
  readonly id: number
  readonly #loop: EventLoop
  readonly #context: () => CommandContext
  readonly #output: ShellOutput
  readonly #options: ShellOptions
  /** What is still to be run of the line under way. */
  #queue: ShellCommand[] = []
  #pending: { readonly outcome: CommandOutcome; readonly event: EventId } | undefined
  #lastCode = 0
  /** `lines`: a shell that reads; `copy`: cat; `once`: nothing is read. */
  #mode: 'lines' | 'copy' | 'once' = 'once'
  #input = ''
  #inputEnded = false
  #ended = false

  constructor(
    id: number,
    {
      loop,
      context,
      options,
      output,
    }: {
      readonly loop: EventLoop
      /** Asked for at each command, since Pods and Services change meanwhile. */
      readonly context: () => CommandContext
      readonly options: ShellOptions
      readonly output: ShellOutput
    },
  ) {
    this.id = id
    this.#loop = loop
    this.#context = context
    this.#output = output
    this.#options = options
  }

  get ended(): boolean {
    return this.#ended
  }

  start(): void {
    const [first = '', ...args] = this.#options.words
    const program = first.replace(FOUND_IN, '')
    if (SHELLS.has(program)) this.#startShell(args)
    else if (!COMMANDS.has(program)) this.#end({ type: 'missing', program: first })
    else if (program === 'cat' && args.length === 0 && this.#options.stdin) this.#mode = 'copy'
    else {
      this.#queue = [{ ...plainLine([program, ...args]), when: 'always' }]
      this.#next()
    }
  }

  write(text: string): void {
    if (this.#ended || !this.#options.stdin) return
    if (this.#mode === 'copy') this.#say('stdout', this.#options.tty ? `${echoed(text)}${text}` : text)
    if (this.#options.tty && this.#mode !== 'copy') return this.#type(text)
    if (this.#mode !== 'lines') return
    if (this.#input.length + text.length > LINE_CHARS_MAX) return this.#end({ type: 'exit', code: 2 })
    this.#input += text
    this.#readLine()
  }

  closeInput(): void {
    if (this.#ended) return
    this.#inputEnded = true
    if (this.#mode === 'copy') this.#end({ type: 'exit', code: 0 })
    else if (this.#mode === 'lines') this.#readLine()
  }

  stop(): void {
    this.#ended = true
    if (this.#pending) this.#loop.cancel(this.#pending.event)
    this.#pending = undefined
  }

  /** The time of the command under way is over. */
  wake(): void {
    const outcome = this.#pending?.outcome
    this.#pending = undefined
    if (!outcome || this.#ended) return
    this.#tell(outcome)
    this.#next()
  }

  #startShell(args: readonly string[]): void {
    if (args[0] === '-c' && args[1] !== undefined) return this.#run(args[1])
    if (args.some(arg => !/^-[il]+$/.test(arg))) {
      this.#say('stderr', `sh: can't open '${args[0] ?? ''}': No such file or directory\n`)
      return this.#end({ type: 'exit', code: 2 })
    }
    if (!this.#options.stdin) return this.#end({ type: 'exit', code: 0 })
    this.#mode = 'lines'
    if (this.#options.tty) this.#say('stdout', PROMPT)
  }

  /** Keys of a terminal: they are shown, and a line counts when it is finished. */
  #type(text: string): void {
    for (const key of text) {
      if (this.#ended) return
      if (key === '\u0003') this.#interrupt()
      else if (key === '\u0004') {
        if (this.#input === '' && this.#mode === 'lines' && !this.#pending)
          this.#end({ type: 'exit', code: this.#lastCode })
      } else if (key === '\u007f' || key === '\b') {
        if (this.#input !== '') this.#say('stdout', '\b \b')
        this.#input = this.#input.slice(0, -1)
      } else if (this.#input.length < LINE_CHARS_MAX) {
        this.#say('stdout', echoed(key))
        this.#input += key === '\r' ? '\n' : key
        if (this.#mode === 'lines') this.#readLine()
      }
    }
  }

  #interrupt(): void {
    this.#say('stdout', '^C\n')
    if (this.#pending) this.#loop.cancel(this.#pending.event)
    this.#pending = undefined
    this.#queue = []
    this.#input = ''
    this.#lastCode = INTERRUPTED
    if (this.#mode === 'lines') this.#say('stdout', PROMPT)
    else this.#end({ type: 'exit', code: INTERRUPTED })
  }

  /** Runs what has come of whole lines, one at a time. */
  #readLine(): void {
    while (!this.#pending && !this.#ended) {
      const cut = this.#input.indexOf('\n')
      if (cut < 0 && !(this.#inputEnded && this.#input !== '')) break
      const line = cut < 0 ? this.#input : this.#input.slice(0, cut)
      this.#input = cut < 0 ? '' : this.#input.slice(cut + 1)
      this.#run(line)
    }
    if (this.#inputEnded && !this.#pending && this.#input === '') this.#end({ type: 'exit', code: this.#lastCode })
  }

  #run(line: string): void {
    const split = splitLine(line)
    if (split.ok) this.#queue = [...split.commands]
    else {
      this.#say('stderr', `sh: ${split.message}\n`)
      this.#lastCode = 2
    }
    this.#next()
  }

  /** Goes on with the line until a command takes time, or nothing is left. */
  #next(): void {
    for (;;) {
      const command = this.#queue.shift()
      if (!command || this.#ended) break
      if (command.when !== 'always' && (command.when === 'success') !== (this.#lastCode === 0)) continue
      const outcome = this.#execute(command)
      if (!outcome) return
      const tookMs = outcome.tookMs ?? 0
      if (tookMs > 0) {
        this.#pending = { outcome, event: this.#loop.schedule(WAKE_TOPIC, tookMs, this.id) }
        return
      }
      this.#tell(outcome)
    }
    if (this.#ended) return
    if (this.#mode !== 'lines') this.#end({ type: 'exit', code: this.#lastCode })
    else {
      if (this.#options.tty) this.#say('stdout', PROMPT)
      if (this.#input !== '' || this.#inputEnded) this.#readLine()
    }
  }

  /** Undefined when the shell itself has ended. */
  #execute({ words, redirections }: ShellCommand): CommandOutcome | undefined {
    const context = this.#context()
    const valueOf = (name: string): string => (name === '?' ? String(this.#lastCode) : (context.env.get(name) ?? ''))
    const [first = '', ...args] = words.map(word => wordText(word, valueOf))
    const program = first.replace(FOUND_IN, '')
    if (program === 'exit') {
      this.#end({ type: 'exit', code: args[0] === undefined ? this.#lastCode : Number(args[0]) & 255 })
      return undefined
    }
    if (SHELLS.has(program) && args[0] === '-c' && args[1] !== undefined) {
      const split = splitLine(args[1])
      if (!split.ok) return { code: 2, err: `sh: ${split.message}\n` }
      this.#queue.unshift(...split.commands)
      return { code: this.#lastCode }
    }
    const command = COMMANDS.get(program)
    const outcome = command ? command(args, context) : { code: 127, err: `sh: ${first}: not found\n` }
    return redirected(outcome, { redirections, files: context.files, valueOf })
  }

  #tell({ code, out = '', err = '' }: CommandOutcome): void {
    this.#lastCode = code
    this.#say('stdout', out)
    this.#say('stderr', err)
  }

  // A terminal has one screen, and lines that begin on the left.
  #say(channel: 'stdout' | 'stderr', text: string): void {
    if (text === '' || this.#ended) return
    if (this.#options.tty) this.#output.send('stdout', text.replaceAll(/\r?\n/g, '\r\n'))
    else this.#output.send(channel, text)
  }

  #end(how: ExecEnd): void {
    if (this.#ended) return
    this.stop()
    this.#output.end(how)
  }
}

function echoed(text: string): string {
  return text.replaceAll('\r', '\n')
}
