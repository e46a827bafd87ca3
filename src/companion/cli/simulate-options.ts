// The words after `simulate`: files and flags. A mistake is one sentence.

import { parseArgs } from 'node:util'

export interface SimulateOptions {
  readonly files: readonly string[]
  /** How long to run, virtual ms. */
  readonly forMs: number
  readonly seed: number
  readonly nodes: number | undefined
  /** One client as JSON, or the name of a file with a list of them. */
  readonly traffic: string | undefined
  /** The name of a file with a list. */
  readonly faults: string | undefined
  readonly json: boolean
}

const USAGE =
  'simulate FILE.yaml… [--for 60s] [--seed N] [--nodes 3] [--traffic SPEC] [--faults FILE] [--json]' as const
const FLAGS = {
  for: { type: 'string' },
  seed: { type: 'string' },
  nodes: { type: 'string' },
  traffic: { type: 'string' },
  faults: { type: 'string' },
  json: { type: 'boolean' },
} as const
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const
const FOR_MS_MAX = 366 * 86_400_000

export function readSimulateOptions(args: readonly string[]): SimulateOptions | { readonly message: string } {
  let read
  try {
    read = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true })
  } catch (error) {
    return { message: `${error instanceof Error ? error.message.split('. ')[0] : String(error)}. Usage: ${USAGE}` }
  }
  const { values, positionals: files } = read
  if (files.length === 0) return { message: `no file is named. Usage: ${USAGE}` }
  const forMs = durationMs(values.for ?? '60s')
  if (forMs === undefined) return { message: `--for is a time like 500ms, 60s, 5m or 1h, not "${values.for}".` }
  const wrong = (['seed', 'nodes'] as const).find(flag => !/^\d{1,9}$/.test(values[flag] ?? '0'))
  if (wrong !== undefined) return { message: `--${wrong} is a whole number, not "${values[wrong]}".` }
  return {
    files,
    forMs,
    seed: Number(values.seed ?? 1),
    nodes: values.nodes === undefined ? undefined : Number(values.nodes),
    traffic: values.traffic,
    faults: values.faults,
    json: values.json ?? false,
  }
}

function durationMs(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  if (amount === undefined || unit === undefined) return undefined
  const ms = Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]
  return ms <= FOR_MS_MAX ? ms : undefined
}
