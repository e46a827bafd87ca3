// What the first process of a container does: either it is a server, of which no more is known than that it runs until it is
// told to go, or a script of commands that the simulated shell has, run one after another. Models `command` and `args`, the
// shell's `&&`, `||`, `;`, `while`, `until`, `exit` and `trap`. A command that the shell does not have is taken to be the
// application itself. Left out: what a shell knows beside that, as pipes, `if`, `for` and variables of its own: such a script
// would have to be saved in the middle of them, so it is a server. Pure.

import type { Container } from '../api/pod/pod.ts'
import { baseNameOf } from './image-names.ts'
import { readScript } from './read-script.ts'
import { plainCommand, type CommandLine, type Pipeline, type Script, type Word } from './shell-script.ts'

export type Step =
  | { readonly type: 'run'; readonly line: CommandLine; readonly when: Pipeline['when'] }
  | { readonly type: 'jump'; readonly to: number; readonly when: Pipeline['when'] }

/** Where a script stands. */
export interface ScriptPlace {
  readonly at: number
  /** What the last command came to. */
  readonly code: number
}

/** What comes next in a script: a command, with where the script then stands, or its end with an exit code. */
export type NextCommand =
  | { readonly type: 'command'; readonly line: CommandLine; readonly next: number }
  | { readonly type: 'end'; readonly code: number }

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash'])
/** Images whose first process is a shell: without a terminal it has nothing to read, and ends. */
const SHELL_IMAGES: ReadonlySet<string> = new Set(['busybox', 'alpine', 'debian', 'ubuntu', 'bash'])
const FOUND_IN = /^\/(usr\/)?(local\/)?s?bin\//

/** The name of a program without the usual folders before it. */
export function programName(word: string): string {
  return word.replace(FOUND_IN, '')
}

export function isShell(program: string): boolean {
  return SHELLS.has(program)
}

/** The script that a container runs, or undefined when it is a server from its start. */
export function scriptOf({ image = '', command = [], args = [] }: Container): readonly Step[] | undefined {
  const isShellImage = SHELL_IMAGES.has(baseNameOf(image))
  if (command.length === 0 && !isShellImage) return undefined
  return scriptOfWords([...command, ...args])
}

/** What words given to a runtime come to: the lines of `sh -c`, or one command; none at all for a shell without input. */
export function scriptOfWords(words: readonly string[]): readonly Step[] | undefined {
  const [first, ...rest] = words
  if (first === undefined) return []
  if (!isShell(programName(first))) {
    const { words: plain, redirections } = plainCommand(words)
    return [{ type: 'run', line: { words: plain, redirections }, when: 'always' }]
  }
  const text = shellText(rest)
  if (text === undefined) return rest.length === 0 ? [] : undefined
  const read = readScript(text)
  const steps: Step[] = []
  return read.ok && compile(read.script, steps) ? steps : undefined
}

/** The script in the words behind a shell's name, `-c TEXT`. */
export function shellText(args: readonly string[]): string | undefined {
  const option = args.findIndex(word => /^-[a-z]*c$/.test(word))
  return option < 0 ? undefined : args.slice(option + 1).find(word => word !== '--')
}

/** Follows the script from a place to its next command. */
export function nextCommand(steps: readonly Step[], { at, code }: ScriptPlace): NextCommand {
  for (let index = at; ;) {
    const step = steps[index]
    if (!step) return { type: 'end', code }
    index++
    if (step.when !== 'always' && (step.when === 'success') !== (code === 0)) continue
    if (step.type === 'jump') index = step.to
    else return { type: 'command', line: step.line, next: index }
  }
}

/** Adds a script's steps; false when it holds what has no place in a saved script. */
function compile(script: Script, steps: Step[]): boolean {
  for (const { commands, negated, when } of script) {
    const [command, ...more] = commands
    if (!command || more.length > 0 || negated) return false
    if (command.type === 'simple') {
      const { words, redirections, assignments } = command
      if (assignments.length > 0 || words.some(isComputed)) return false
      steps.push({ type: 'run', line: { words, redirections }, when })
    } else if (command.type === 'while' || command.type === 'until') {
      if (command.redirections.length > 0 || when !== 'always') return false
      const start = steps.length
      if (!compile(command.condition, steps)) return false
      const exit = steps.length
      const over = command.type === 'while' ? 'failure' : 'success'
      steps.push({ type: 'jump', to: 0, when: over })
      if (!compile(command.body, steps)) return false
      steps.push({ type: 'jump', to: start, when: 'always' })
      steps[exit] = { type: 'jump', to: steps.length, when: over }
    } else return false
  }
  return true
}

/** Whether a word has a script or a sum in it. */
function isComputed(word: Word): boolean {
  return word.some(piece => typeof piece === 'object' && !('variable' in piece))
}
