// The companion's flags: read, checked and given their defaults. A mistake is one sentence. Flags that ask for what the
// companion cannot do yet are accepted all the same, so that scripts need not change when it can.

import { parseArgs } from 'node:util'

export interface CompanionOptions {
  /** 0: any free one. */
  readonly port: number
  /** A name or a file; undefined when none was asked for. */
  readonly scenario: string | undefined
  readonly empty: boolean
  readonly dualStack: boolean
  /** undefined: as the scenario says. */
  readonly nodes: number | undefined
  readonly seed: number
  readonly clock: 'real' | 'manual'
  readonly log: 'text' | 'json'
}

export type ReadOptions =
  | { readonly type: 'run'; readonly options: CompanionOptions; readonly notYet: readonly string[] }
  | { readonly type: 'help' }
  | { readonly type: 'mistake'; readonly message: string }

export const HELP = `Service Playground: edit YAML, watch the cluster re-route, curl the same Service for real.

Usage: npm start [-- FLAGS]

  --port 8080              the page, the Kubernetes API and the playground's own (0: any free port)
  --scenario my-service    a built-in scenario, or a file of manifests
  --empty                  only the default namespaces and default/kubernetes
  --nodes 3                how many simulated nodes (0 with --empty)
  --dual-stack             IPv6 beside IPv4: fd00:10:96::/112 for Services, fd00:10:244::/48 for Pods
  --seed 1                 the seed of all chance
  --clock real|manual      virtual time follows the wall clock, or moves when told
  --log text|json          how the companion writes its lines
  --help                   this text

Accepted, and to come:
  --dns-port 10053         a real DNS server (0: none)
  --dns-answers loopback|cluster
  --sockets on|off         real connections to Services and Pods
  --address-mode loopback|port
  --state FILE             save every change, restore at the start
  --kubeconfig FILE        mirror a real cluster, read-only
  --context NAME           which of its contexts
  --allow-backend CIDR     let real connections leave this machine
`

const FLAGS = {
  port: { type: 'string' },
  scenario: { type: 'string' },
  empty: { type: 'boolean' },
  nodes: { type: 'string' },
  seed: { type: 'string' },
  clock: { type: 'string' },
  log: { type: 'string' },
  help: { type: 'boolean' },
  'dns-port': { type: 'string' },
  'dns-answers': { type: 'string' },
  sockets: { type: 'string' },
  'address-mode': { type: 'string' },
  state: { type: 'string' },
  'dual-stack': { type: 'boolean' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  'allow-backend': { type: 'string' },
} as const

type Values = { readonly [K in keyof typeof FLAGS]?: (typeof FLAGS)[K]['type'] extends 'boolean' ? boolean : string }

const CHOICES = {
  clock: ['real', 'manual'],
  log: ['text', 'json'],
  sockets: ['on', 'off'],
  'dns-answers': ['loopback', 'cluster'],
  'address-mode': ['loopback', 'port'],
} as const

const NUMBERS = {
  port: { max: 65_535 },
  'dns-port': { max: 65_535 },
  nodes: { max: 5_000 },
  seed: { max: 2 ** 32 - 1 },
} as const

/** Reads the flags; nothing else is looked at. */
export function readOptions(args: readonly string[]): ReadOptions {
  let values: Values
  try {
    values = parseArgs({ args: [...args], options: FLAGS, allowPositionals: false }).values
  } catch (error) {
    return { type: 'mistake', message: firstSentence(error) }
  }
  if (values.help) return { type: 'help' }
  const message = mistakeIn(values)
  if (message !== null) return { type: 'mistake', message }
  return {
    type: 'run',
    options: {
      port: Number(values.port ?? 8080),
      scenario: values.scenario,
      empty: values.empty ?? false,
      dualStack: values['dual-stack'] ?? false,
      nodes: values.nodes === undefined ? undefined : Number(values.nodes),
      seed: Number(values.seed ?? 1),
      clock: values.clock === 'manual' ? 'manual' : 'real',
      log: values.log === 'json' ? 'json' : 'text',
    },
    notYet: asksForMore(values),
  }
}

function mistakeIn(values: Values): string | null {
  for (const [flag, choices] of Object.entries(CHOICES)) {
    const value = values[flag as keyof typeof CHOICES]
    if (value !== undefined && !choices.some(choice => choice === value)) {
      return `--${flag} is ${choices.join(' or ')}, not "${value}".`
    }
  }
  for (const [flag, { max }] of Object.entries(NUMBERS)) {
    const value = values[flag as keyof typeof NUMBERS]
    if (value !== undefined && !(/^\d{1,10}$/.test(value) && Number(value) <= max)) {
      return `--${flag} is a whole number from 0 to ${max}, not "${value}".`
    }
  }
  if (values.empty && values.scenario !== undefined) return '--empty and --scenario exclude each other.'
  if (values.context !== undefined && values.kubeconfig === undefined) return '--context needs --kubeconfig.'
  return null
}

/** The flags that were given and ask for what is not there yet. */
function asksForMore(values: Values): string[] {
  const asking = {
    sockets: values.sockets === 'on',
    'dns-port': values['dns-port'] !== undefined && Number(values['dns-port']) !== 0,
    'dns-answers': values['dns-answers'] !== undefined,
    'address-mode': values['address-mode'] !== undefined,
    state: values.state !== undefined,
    kubeconfig: values.kubeconfig !== undefined,
    'allow-backend': values['allow-backend'] !== undefined,
  }
  return Object.entries(asking).flatMap(([flag, asks]) => (asks ? [`--${flag}`] : []))
}

// Node's own message goes on with advice about positional arguments.
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return `${message.split(/\.\s|\n/)[0]?.replace(/\.$/, '') ?? ''}. (--help lists the flags.)`
}
