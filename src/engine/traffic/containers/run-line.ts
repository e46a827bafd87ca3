// A command or a `sh -c` script run to its end as things stand at this moment, with the time that all of it takes: for probes,
// hooks and the first processes of containers, which nobody watches as they go. A session of exec, which is watched, is a shell
// of its own (shell.ts).

import { isShell, nextCommand, programName, scriptOfWords, type ScriptPlace, type Step } from '../../apps/program.ts'
import { FOREVER_MS, type RanCommand } from '../../apps/run-command.ts'
import { wordText, type CommandLine } from '../../apps/split-words.ts'
import type { CommandContext } from './command.ts'
import { COMMANDS } from './plain-commands.ts'
import { redirected } from './redirect.ts'

/** A script that runs so many commands goes on for ever. */
const COMMANDS_MAX = 1_000
/** Nothing is known of it, so it is not said to fail. */
const UNKNOWN: RanCommand = { code: 0, output: '', tookMs: 0, known: false }

export function runLine({ words, redirections }: CommandLine, context: CommandContext, lastCode = 0): RanCommand {
  const valueOf = (name: string): string => (name === '?' ? String(lastCode) : (context.env.get(name) ?? ''))
  const texts = words.map(word => wordText(word, valueOf))
  const [first = '', ...args] = texts
  const program = programName(first)
  if (isShell(program)) {
    const script = scriptOfWords(texts)
    return script ? runScript(script, context) : UNKNOWN
  }
  const command = COMMANDS.get(program)
  if (!command) return UNKNOWN
  const place = { redirections, files: context.files, valueOf }
  const { code, out = '', err = '', tookMs = 0 } = redirected(command(args, context), place)
  return { code, output: `${out}${err}`, tookMs, known: true }
}

function runScript(script: readonly Step[], context: CommandContext): RanCommand {
  let place: ScriptPlace = { at: 0, code: 0 }
  let ran: RanCommand = { code: 0, output: '', tookMs: 0, known: true }
  for (let count = 0; count < COMMANDS_MAX && ran.tookMs < FOREVER_MS; count++) {
    const next = nextCommand(script, place)
    if (next.type === 'end') return { ...ran, code: next.code }
    const [first, code] = next.line.words.map(word => wordText(word, () => ''))
    if (first === 'exit') return { ...ran, code: code === undefined ? place.code : Number(code) & 255 }
    const line = first === 'exec' ? { ...next.line, words: next.line.words.slice(1) } : next.line
    const one = runLine(line, context, place.code)
    ran = {
      code: one.code,
      output: `${ran.output}${one.output}`,
      tookMs: ran.tookMs + one.tookMs,
      known: ran.known && one.known,
    }
    place = { at: next.next, code: one.code }
  }
  return { ...ran, tookMs: FOREVER_MS }
}
