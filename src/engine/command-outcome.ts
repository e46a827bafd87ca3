// What a command came to, made from what the store says.

import type { CommandOutcome } from './commands.ts'

export const DONE: CommandOutcome = { ok: true }

export function refusal(message: string): CommandOutcome {
  return { ok: false, message }
}

export function missing(resource: string, name: string): CommandOutcome {
  return refusal(`${resource} "${name}" not found`)
}

export function outcomeOf(
  result: { readonly ok: true } | { readonly ok: false; readonly status: { readonly message: string } },
): CommandOutcome {
  return result.ok ? DONE : refusal(result.status.message)
}
