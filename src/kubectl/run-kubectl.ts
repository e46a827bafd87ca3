// Runs one kubectl command: finds it by its words, reads its options, runs it, and makes of what went wrong what kubectl
// prints and exits with.

import { Api } from './api.ts'
import { GLOBAL_FLAGS, Run, type Command } from './command.ts'
import { ALIASES, COMMANDS, type CommandTree } from './commands.ts'
import { Failure, failure } from './failures.ts'
import { parseFlags, type FlagSpecs } from './flags.ts'
import { helpOf, overview } from './help.ts'
import type { Terminal } from './terminal.ts'

/** `words` without `kubectl` itself. Resolves with the exit code; what it prints goes to the terminal. */
export async function runKubectl(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return (await run(words, terminal)) ?? 0
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.message !== '') terminal.err(`${error.message}\n`)
    return error.exitCode
  }
}

interface Chosen {
  readonly path: readonly string[]
  readonly tree: CommandTree
  readonly rest: readonly string[]
}

async function run(words: readonly string[], terminal: Terminal): Promise<number | void> {
  const { before, after } = splitGlobals(words)
  const { path, tree, rest } = choose(after)
  const command = path.join(' ')
  if (path.length === 0) return terminal.out(overview())
  const isHelp = [...before, ...beforeDashes(rest)].some(word => word === '--help' || word === '-h')
  if (isHelp) return terminal.out(helpOf(path, tree))
  if (!tree.own) return noCommand(path, tree, rest, terminal)
  return runCommand(command, tree.own, [...before, ...rest], terminal)
}

async function runCommand(
  command: string,
  own: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<number | void> {
  const specs: FlagSpecs = { ...GLOBAL_FLAGS, ...own.flags }
  const { args, rest, flags } = parseFlags(command, words, specs)
  return own.run(new Run({ api: new Api(terminal), command, args, rest, flags }))
}

function beforeDashes(words: readonly string[]): readonly string[] {
  const at = words.indexOf('--')
  return at < 0 ? words : words.slice(0, at)
}

/** Options may stand before the command, too. */
function splitGlobals(words: readonly string[]): {
  readonly before: readonly string[]
  readonly after: readonly string[]
} {
  let at = 0
  while (at < words.length && (words[at] ?? '').startsWith('-')) {
    const word = words[at] ?? ''
    const takesNext = !word.includes('=') && !['--help', '-h'].includes(word)
    at += takesNext ? 2 : 1
  }
  return { before: words.slice(0, at), after: words.slice(at) }
}

function choose(words: readonly string[]): Chosen {
  const [first, ...others] = words
  if (first === undefined || first === 'help') return { path: [], tree: {}, rest: others }
  let tree = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined
  if (!tree) throw new Failure(`error: unknown command "${first}" for "kubectl"\n\nRun 'kubectl --help' for usage.`)
  const path = [first]
  let rest = others
  for (;;) {
    const word = rest[0] ?? ''
    const below: { readonly [word: string]: CommandTree } = tree.below ?? {}
    const name = Object.hasOwn(below, word) ? word : (ALIASES[word] ?? '')
    const next: CommandTree | undefined = Object.hasOwn(below, name) ? below[name] : undefined
    if (!next) return { path, tree, rest }
    tree = next
    path.push(name)
    rest = rest.slice(1)
  }
}

function noCommand(path: readonly string[], tree: CommandTree, rest: readonly string[], terminal: Terminal): void {
  const [word] = rest
  if (word === undefined) return terminal.out(helpOf(path, tree))
  throw failure(`unknown command "${word}"\nSee 'kubectl ${path.join(' ')} -h' for help and examples`)
}
