// What `kubectl exec` runs in a Pod: one command, or a shell that reads its lines from `-c` or from standard input. It has the
// commands of containers/plain-commands.ts, what script-runner.ts makes of them, and no jobs. A session lives as long as somebody
// carries it: it is no part of a snapshot, so a script under way ends there; the events that wake it are data, so one that was
// saved finds nobody and does nothing.

import type { EventId, EventLoop } from '../kernel/event-loop.ts'
import type { CommandContext } from './containers/command.ts'
import { COMMANDS } from './containers/plain-commands.ts'
import { ScriptRunner, type Streams } from './containers/script-runner.ts'
import { hasProgram } from '../apps/image-programs.ts'
import { isShell, programName, shellText } from '../apps/program.ts'
import { readScript } from '../apps/read-script.ts'
import { plainCommand, type Script } from '../apps/shell-script.ts'

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

/** The programs of the shell's own, that need no file. */
const BUILTINS: ReadonlySet<string> = new Set([':', '[', 'echo', 'false', 'printf', 'pwd', 'test', 'true'])

export const WAKE_TOPIC = 'shell/wake'
const PROMPT = '/ # '
const PROMPT_MORE = '> '
/** Programs that do nothing before their input has ended. */
const READERS: ReadonlySet<string> = new Set(['cut', 'grep', 'head', 'nc', 'sort', 'tail', 'tee', 'tr', 'uniq', 'wc'])
/** The exit code of what ^C ended. */
const INTERRUPTED = 130
const LINE_CHARS_MAX = 65_536

export class ShellSession {
  readonly id: number
  readonly #loop: EventLoop
  readonly #image: string
  readonly #output: ShellOutput
  readonly #options: ShellOptions
  readonly #runner: ScriptRunner
  /** The script under way, and the event that lets it go on. */
  #going: Generator<number, void, undefined> | undefined
  #event: EventId | undefined
  /** `lines`: a shell that reads; `copy`: cat; `gather`: reads all before it begins; `once`: nothing is read. */
  #mode: 'lines' | 'copy' | 'gather' | 'once' = 'once'
  /** What has come in and was not read yet. */
  readonly #input = { text: '' }
  /** Lines of a script that is not whole. */
  #begun = ''
  #inputEnded = false
  #ended = false
  readonly #streams: Streams = { input: { text: '' }, say: (stream, text) => this.#say(stream, text) }

  constructor(
    id: number,
    {
      loop,
      image,
      context,
      options,
      output,
    }: {
      readonly loop: EventLoop
      /** Decides which programs are there. */
      readonly image: string
      /** Asked for at each command, since Pods and Services change meanwhile. */
      readonly context: () => CommandContext
      readonly options: ShellOptions
      readonly output: ShellOutput
    },
  ) {
    this.id = id
    this.#loop = loop
    this.#image = image
    this.#output = output
    this.#options = options
    this.#runner = new ScriptRunner({
      context,
      program: name => (BUILTINS.has(name) || hasProgram(image, name) ? COMMANDS.get(name) : undefined),
      missing: word => ({ code: 127, err: `sh: ${word}: not found\n` }),
    })
  }

  get ended(): boolean {
    return this.#ended
  }

  start(): void {
    const [first = '', ...args] = this.#options.words
    const program = programName(first)
    const isThere = (isShell(program) || COMMANDS.has(program)) && hasProgram(this.#image, program)
    if (!isThere) this.#end({ type: 'missing', program: first })
    else if (isShell(program)) this.#startShell(args)
    else if (program === 'cat' && args.length === 0 && this.#options.stdin) this.#mode = 'copy'
    else if (READERS.has(program) && this.#options.stdin) this.#mode = 'gather'
    else this.#run(this.#words())
  }

  write(text: string): void {
    if (this.#ended || !this.#options.stdin) return
    if (this.#mode === 'copy') this.#say('stdout', this.#options.tty ? `${echoed(text)}${text}` : text)
    if (this.#options.tty && this.#mode !== 'copy') return this.#type(text)
    if (this.#mode !== 'lines' && this.#mode !== 'gather') return
    if (this.#input.text.length + text.length > LINE_CHARS_MAX) return this.#end({ type: 'exit', code: 2 })
    this.#input.text += text
    if (this.#mode === 'lines') this.#readLine()
  }

  closeInput(): void {
    if (this.#ended || this.#inputEnded) return
    this.#inputEnded = true
    if (this.#mode === 'copy') this.#end({ type: 'exit', code: 0 })
    else if (this.#mode === 'gather') this.#run(this.#words())
    else if (this.#mode === 'lines') this.#readLine()
  }

  stop(): void {
    this.#ended = true
    this.#halt()
  }

  /** The time of the command under way is over. */
  wake(): void {
    this.#event = undefined
    if (this.#ended) return
    this.#goOn()
    if (this.#mode === 'lines') this.#readLine()
  }

  #words(): Script {
    return [{ commands: [plainCommand(this.#options.words)], negated: false, when: 'always' }]
  }

  #startShell(args: readonly string[]): void {
    const text = shellText(args)
    if (text !== undefined) return this.#run(this.#words())
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
        if (this.#mode === 'gather') this.closeInput()
        else if (this.#input.text === '' && this.#mode === 'lines' && !this.#going)
          this.#end({ type: 'exit', code: this.#runner.code })
      } else if (key === '\u007f' || key === '\b') {
        if (this.#input.text !== '') this.#say('stdout', '\b \b')
        this.#input.text = this.#input.text.slice(0, -1)
      } else if (this.#input.text.length < LINE_CHARS_MAX) {
        this.#say('stdout', echoed(key))
        this.#input.text += key === '\r' ? '\n' : key
        if (this.#mode === 'lines') this.#readLine()
      }
    }
  }

  #interrupt(): void {
    this.#say('stdout', '^C\n')
    this.#halt()
    this.#begun = ''
    this.#input.text = ''
    this.#runner.code = INTERRUPTED
    if (this.#mode === 'lines') this.#say('stdout', PROMPT)
    else this.#end({ type: 'exit', code: INTERRUPTED })
  }

  #halt(): void {
    if (this.#event !== undefined) this.#loop.cancel(this.#event)
    this.#event = undefined
    this.#going = undefined
  }

  /** Runs what has come of whole lines, one after the other. */
  #readLine(): void {
    while (!this.#going && !this.#ended) {
      const { text } = this.#input
      const cut = text.indexOf('\n')
      if (cut < 0 && !(this.#inputEnded && text !== '')) break
      const line = cut < 0 ? text : text.slice(0, cut)
      this.#input.text = cut < 0 ? '' : text.slice(cut + 1)
      this.#readScript(`${this.#begun}${line}`)
    }
    if (!this.#inputEnded || this.#going || this.#ended || this.#input.text !== '') return
    if (this.#begun !== '') this.#complain('syntax error: unexpected end of file')
    this.#end({ type: 'exit', code: this.#runner.code })
  }

  #readScript(text: string): void {
    const read = readScript(text)
    this.#begun = !read.ok && read.incomplete ? `${text}\n` : ''
    if (read.ok) return this.#run(read.script)
    if (!read.incomplete) this.#complain(read.message)
    if (this.#options.tty) this.#say('stdout', read.incomplete ? PROMPT_MORE : PROMPT)
  }

  #complain(message: string): void {
    this.#say('stderr', `sh: ${message}\n`)
    this.#runner.code = 2
  }

  #run(script: Script): void {
    const input = this.#mode === 'once' ? { text: '' } : this.#input
    this.#going = this.#runner.run(script, { ...this.#streams, input })
    this.#goOn()
  }

  /** Goes on with the script until a command takes time, or nothing is left. */
  #goOn(): void {
    const next = this.#going?.next()
    if (this.#ended || !next) return
    if (!next.done) {
      this.#event = this.#loop.schedule(WAKE_TOPIC, next.value, this.id)
      return
    }
    this.#going = undefined
    if (this.#mode !== 'lines' || this.#runner.exited) return this.#end({ type: 'exit', code: this.#runner.code })
    if (this.#options.tty) this.#say('stdout', PROMPT)
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
