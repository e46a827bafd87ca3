// What every command is, and the frame in which it runs.

import type { Api } from './api.ts'
import { failure } from './failures.ts'
import type { Flags, FlagSpecs } from './flags.ts'
import { Resources } from './resources.ts'

export interface Command {
  readonly flags: FlagSpecs
  /** One line, as in `kubectl --help`. */
  readonly says: string
  /** `kubectl get TYPE [NAME]`, below it in `--help`. */
  readonly usage: string
  run(run: Run): Promise<number | void>
}

/** One run of one command. */
export class Run {
  readonly api: Api
  /** `get`, `rollout status`. */
  readonly command: string
  readonly args: readonly string[]
  readonly rest: readonly string[] | null
  readonly flags: Flags
  #resources: Promise<Resources> | undefined
  #dryRun: DryRun | undefined

  constructor(options: {
    readonly api: Api
    readonly command: string
    readonly args: readonly string[]
    readonly rest: readonly string[] | null
    readonly flags: Flags
  }) {
    this.api = options.api
    this.command = options.command
    this.args = options.args
    this.rest = options.rest
    this.flags = options.flags
  }

  get namespace(): string {
    return this.flags.text('namespace') || 'default'
  }

  get resources(): Promise<Resources> {
    return (this.#resources ??= Resources.load(this.api))
  }

  out(line: string): void {
    this.api.terminal.out(`${line}\n`)
  }

  err(line: string): void {
    this.api.terminal.err(`${line}\n`)
  }

  get dryRun(): DryRun {
    return (this.#dryRun ??= this.#readDryRun())
  }

  #readDryRun(): DryRun {
    const given = this.flags.text('dry-run')
    if (!this.flags.has('dry-run') || given === 'none') return 'none'
    if (given === 'client' || given === 'server') return given
    if (given === 'unchanged') {
      this.err(
        'W0101 00:00:00.000000       1 helpers.go:703] --dry-run is deprecated and can be replaced with --dry-run=client.',
      )
      return 'client'
    }
    throw failure(`Invalid dry-run value (${given}). Must be "none", "server", or "client".`)
  }
}

export type DryRun = 'none' | 'client' | 'server'

/** What a line about a change ends in. */
export function dryRunWords(dryRun: DryRun): string {
  return dryRun === 'none' ? '' : dryRun === 'server' ? ' (server dry run)' : ' (dry run)'
}

/** The query of a write. */
export function dryRunQuery(dryRun: DryRun): { readonly dryRun?: string } {
  return dryRun === 'server' ? { dryRun: 'All' } : {}
}

export const GLOBAL_FLAGS: FlagSpecs = {
  namespace: { short: 'n', type: 'text' },
  help: { short: 'h', type: 'switch' },
  context: { type: 'text' },
  server: { short: 's', type: 'text' },
  v: { short: 'v', type: 'text' },
}

export const OUTPUT_FLAGS: FlagSpecs = {
  output: { short: 'o', type: 'text' },
  template: { type: 'text' },
  'show-managed-fields': { type: 'switch' },
}

export const FILE_FLAGS: FlagSpecs = {
  filename: { short: 'f', type: 'many' },
  recursive: { short: 'R', type: 'switch' },
}

export const SELECTOR_FLAGS: FlagSpecs = {
  selector: { short: 'l', type: 'text' },
  'field-selector': { type: 'text' },
}

export const DRY_RUN_FLAGS: FlagSpecs = {
  'dry-run': { type: 'text', bare: 'unchanged' },
  'field-manager': { type: 'text' },
}
