// `kubectl --help`, short: what there is, and how one command is put.

import { COMMANDS, type CommandTree } from './commands.ts'

export function overview(): string {
  const lines = Object.entries(COMMANDS).flatMap(([word, tree]) => lineOf(word, tree))
  return `kubectl controls the Kubernetes cluster manager.\n\n${lines.join('\n')}\n\nUse "kubectl <command> --help" for more about a command.\n`
}

export function helpOf(path: readonly string[], tree: CommandTree): string {
  const parts: string[] = []
  if (tree.own) {
    parts.push(`${tree.own.says}.`, `Usage:\n  ${tree.own.usage}`)
    const flags = Object.entries(tree.own.flags).map(
      ([name, { short }]) => `  ${short ? `-${short}, ` : '    '}--${name}`,
    )
    parts.push(`Options:\n${flags.sort().join('\n')}`)
  }
  const below = Object.entries(tree.below ?? {}).flatMap(([word, one]) => lineOf(`${path.join(' ')} ${word}`, one))
  if (below.length > 0) parts.push(`Available Commands:\n${below.join('\n')}`)
  return `${parts.join('\n\n')}\n`
}

function lineOf(word: string, tree: CommandTree): string[] {
  if (tree.own) return [`  ${word.padEnd(15)} ${tree.own.says}`]
  return Object.entries(tree.below ?? {}).flatMap(([next, one]) => lineOf(`${word} ${next}`, one))
}
