// A command or a `sh -c` script run to its end as things stand at this moment, with the time that all of it takes: for probes,
// hooks and the first processes of containers, which nobody watches as they go. A session of exec, which is watched, is a shell
// of its own (shell.ts); both have their scripts run by script-runner.ts.

import { isShell, programName, shellText } from '../../apps/program.ts'
import { readScript } from '../../apps/read-script.ts'
import { FOREVER_MS, type RanCommand } from '../../apps/run-command.ts'
import { literalText, type CommandLine } from '../../apps/shell-script.ts'
import type { CommandContext } from './command.ts'
import { COMMANDS } from './plain-commands.ts'
import { ScriptRunner } from './script-runner.ts'

/** A script that runs so many commands goes on for ever. */
const COMMANDS_MAX = 1_000
/** Nothing is known of it, so it is not said to fail. */
const UNKNOWN: RanCommand = { code: 0, output: '', tookMs: 0, known: false }

export function runLine({ words, redirections }: CommandLine, context: CommandContext, lastCode = 0): RanCommand {
  const [first = '', ...args] = words.map(literalText)
  if (isShell(programName(first))) {
    const text = shellText(args)
    if (text === undefined ? args.length > 0 : !readScript(text).ok) return UNKNOWN
    if (text === undefined) return { ...UNKNOWN, known: true }
  }
  let known = true
  const runner = new ScriptRunner({
    context: () => context,
    // All that agnhost does beside `connect` is to serve.
    program: (name, own) => (name === '/agnhost' && own[0] !== 'connect' ? undefined : COMMANDS.get(name)),
    missing: () => {
      known = false
      return { code: 0 }
    },
  })
  runner.code = lastCode
  let output = ''
  let tookMs = 0
  const streams = { input: { text: '' }, say: (_: string, text: string): void => void (output += text) }
  for (const waitMs of runner.run(
    [{ commands: [{ type: 'simple', words, redirections, assignments: [] }], negated: false, when: 'always' }],
    streams,
  )) {
    tookMs += waitMs
    if (tookMs >= FOREVER_MS || runner.ran >= COMMANDS_MAX)
      return { code: runner.code, output, tookMs: FOREVER_MS, known }
  }
  return { code: runner.code, output, tookMs, known }
}
