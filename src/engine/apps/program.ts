// What the first process of a container does: either it is a server, of which no more is known than that it runs until it is
// told to go, or a script of commands that the simulated shell has, run one after another. Models `command` and `args`, the
// shell's `&&`, `||`, `;`, `while`, `until`, `exit` and `trap`. A command that the shell does not have is taken to be the
// application itself. Left out: `if`, `for`, functions, pipes; a script with any of them is a server. Pure.

import type { Container } from '../api/pod/pod.ts'
import { baseNameOf } from './image-names.ts'
import { splitScript, type CommandLine, type ShellCommand } from './split-words.ts'

export type Step =
  | { readonly type: 'run'; readonly line: CommandLine; readonly when: ShellCommand['when'] }
  | { readonly type: 'jump'; readonly to: number; readonly when: ShellCommand['when'] }

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
const LOOPS: ReadonlySet<unknown> = new Set(['while', 'until'])
const UNKNOWN: ReadonlySet<unknown> = new Set(['if', 'for', 'case', 'function', '{', '!', 'select'])
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

/** Words that are what they are, as a runtime is given them. */
export function plainLine(words: readonly string[]): CommandLine {
  return { words: words.map(word => [word]), redirections: [] }
}

/** What words given to a runtime come to: the lines of `sh -c`, or one command; none at all for a shell without input. */
export function scriptOfWords(words: readonly string[]): readonly Step[] | undefined {
  const [first, ...rest] = words
  if (first === undefined) return []
  if (!isShell(programName(first))) return [{ type: 'run', line: plainLine(words), when: 'always' }]
  const option = rest.findIndex(word => /^-[a-z]*c$/.test(word))
  const text = rest.slice(option + 1).find(word => word !== '--')
  if (option < 0 || text === undefined) return rest.length === 0 ? [] : undefined
  return compile(text)
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

interface Loop {
  readonly start: number
  /** The place of the jump out of the loop; -1 before `do`. */
  exit: number
  readonly word: unknown
}

/** A script's text as steps, or undefined when it holds what is not simulated. */
function compile(text: string): readonly Step[] | undefined {
  const split = splitScript(text)
  if (!split.ok) return undefined
  const steps: Step[] = []
  const loops: Loop[] = []
  for (const command of split.commands) {
    const { redirections } = command
    let { words, when } = command
    for (let first = words[0]?.[0]; LOOPS.has(first) || first === 'do'; first = words[0]?.[0]) {
      const loop = loops.at(-1)
      if (first !== 'do') loops.push({ start: steps.length, exit: -1, word: first })
      else if (loop?.exit === -1) {
        loop.exit = steps.length
        steps.push({ type: 'jump', to: 0, when: loop.word === 'while' ? 'failure' : 'success' })
      } else return undefined
      words = words.slice(1)
      when = 'always'
    }
    if (words[0]?.[0] === 'done' && words.length === 1) {
      const loop = loops.pop()
      const exit = loop && steps[loop.exit]
      if (!loop || !exit) return undefined
      steps.push({ type: 'jump', to: loop.start, when: 'always' })
      steps[loop.exit] = { type: 'jump', to: steps.length, when: exit.when }
    } else if (UNKNOWN.has(words[0]?.[0])) return undefined
    else if (words.length > 0) steps.push({ type: 'run', line: { words, redirections }, when })
  }
  return loops.length === 0 ? steps : undefined
}
