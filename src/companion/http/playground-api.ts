// The playground's own endpoints but for the snapshot: what runs here, its clock, and a fresh start.

import { Hono, type Context } from 'hono'
import {
  findScenario,
  KUBERNETES_VERSION,
  SCENARIO_NAMES,
  SPEED_MAX,
  SPEED_MIN,
  type HostedCluster,
  type StartOptions,
} from '../../bridge/host/index.ts'
import {
  IPVS_SCHEDULERS,
  PROXY_MODES,
  readSettings,
  type DecisionLog,
  type RulesForm,
  type TripRequest,
} from '../../engine/index.ts'
import { createFaultsApi } from './faults-api.ts'
import { serviceVerdict, serviceVerdicts } from '../service-verdicts.ts'
import { readBody, readObject } from './read-body.ts'
import { Refusal } from './status.ts'
import { createTrafficApi } from './traffic-api.ts'
import type { InTurn } from './turns.ts'
import { whyOf } from './why.ts'

const ADVANCE_MS_MAX = 366 * 86_400_000

const CLOCK_FIELDS = {
  speed: { type: 'number', min: SPEED_MIN, max: SPEED_MAX },
  running: { type: 'boolean' },
  advanceMs: { type: 'number', min: 0, max: ADVANCE_MS_MAX },
} as const

const RESET_FIELDS = {
  seed: { type: 'number', min: 0, max: 2 ** 32 - 1, whole: true },
  nodes: { type: 'number', min: 0, max: 5_000, whole: true },
  scenario: { type: 'string' },
  empty: { type: 'boolean' },
} as const

const TRIP_FIELDS = {
  from: { type: 'string' },
  to: { type: 'string' },
  port: { type: 'number', min: 1, max: 65_535, whole: true },
  protocol: { type: 'string' },
} as const

export interface PlaygroundApiOptions {
  readonly home: HostedCluster
  /** What the controllers of the present cluster have decided. */
  readonly decisions: () => DecisionLog
  readonly inTurn: InTurn
  readonly version: string
  readonly clock: 'real' | 'manual'
  /** How the companion was started: what a reset does not say is as here. */
  readonly start: StartOptions
  /** The date of virtual time 0 after a reset; undefined: the engine's own. */
  readonly epochMs: () => number | undefined
}

/** Routes under /playground/v1. */
export function createPlaygroundApi(options: PlaygroundApiOptions): Hono {
  const { home, inTurn } = options
  const clock = (): object => ({ mode: options.clock, ...home.clock })
  const api = new Hono()

  api.get('/status', context => context.json({ ...statusOf(options), clock: clock() }))
  api.get('/clock', context => context.json(clock()))
  api.post('/clock', context =>
    inTurn(async () => {
      const { speed, running, advanceMs } = await readBody(context, CLOCK_FIELDS)
      if (running && options.clock === 'manual') {
        throw new Refusal(409, 'running: the clock is manual: it moves by advanceMs only')
      }
      home.setClock({ speed, running })
      if (advanceMs !== undefined) await home.advance(advanceMs)
      return context.json(clock())
    }),
  )
  api.post('/reset', context =>
    inTurn(async () => {
      home.reset(startFrom(await readBody(context, RESET_FIELDS), options))
      return context.json(clock())
    }),
  )
  api.get('/settings', context => context.json(home.cluster.settings))
  api.patch('/settings', context =>
    inTurn(async () => {
      const read = readSettings(await readObject(context))
      if (!read.ok) throw new Refusal(400, read.message)
      home.cluster.execute({ type: 'set-settings', settings: read.settings })
      return context.json(home.cluster.settings)
    }),
  )
  api.get('/proxy-rules', context => {
    const node = context.req.query('node') ?? ''
    if (node === '') throw new Refusal(400, 'node: Required value: the name of a Node')
    const { cluster } = home
    if (!cluster.store.get('Node', '', node)) throw new Refusal(404, `nodes "${node}" not found`)
    const text = cluster.proxyRules(node, rulesForm(context))
    if (text === undefined)
      throw new Refusal(503, `kube-proxy on node "${node}" does not run, or has written no rules yet`)
    return context.text(text)
  })
  api.post('/trip', context =>
    inTurn(async () => {
      const { from, to, port, protocol } = await readBody(context, TRIP_FIELDS)
      if (from === undefined)
        throw new Refusal(400, 'from: Required value: Pod/NAMESPACE/NAME, Node/NAME, Client/NAME or outside')
      if (to === undefined) throw new Refusal(400, 'to: Required value: a name or an address')
      home.catchUp()
      const report = home.cluster.trip({ from, to, port, protocol: protocol as TripRequest['protocol'] })
      if ('message' in report) throw new Refusal(400, report.message)
      return context.json(report)
    }),
  )
  api.get('/verdicts', context => {
    home.catchUp()
    const key = context.req.query('service')
    if (key === undefined) return context.json({ items: serviceVerdicts(home.cluster) })
    const verdict = serviceVerdict(home.cluster, key)
    if (!verdict) throw new Refusal(404, `services "${key}" not found: service is NAMESPACE/NAME`)
    return context.json(verdict)
  })
  api.get('/why', context => context.json(whyOf(options.decisions(), context.req.query())))
  api.route('/faults', createFaultsApi(home, inTurn))
  api.route('/traffic', createTrafficApi(home, inTurn))
  for (const path of [
    '/status',
    '/clock',
    '/reset',
    '/settings',
    '/snapshot',
    '/proxy-rules',
    '/trip',
    '/verdicts',
    '/why',
  ])
    api.all(path, refuseMethod)
  for (const path of ['/faults', '/faults/:id', '/traffic', '/traffic/:id']) api.all(path, refuseMethod)
  return api
}

function rulesForm(context: Context): RulesForm {
  return {
    mode: oneOf(context, 'mode', PROXY_MODES),
    family: oneOf(context, 'family', ['ipv4', 'ipv6'] as const) === 'ipv6' ? 'IPv6' : 'IPv4',
    scheduler: oneOf(context, 'scheduler', IPVS_SCHEDULERS),
  }
}

/** A query parameter that has one of some values; the first of them when it is absent. */
function oneOf<T extends string>(context: Context, name: string, values: readonly [T, ...T[]]): T {
  const given = context.req.query(name)
  const found = given === undefined ? values[0] : values.find(value => value === given)
  if (found === undefined) {
    const all = values.map(value => JSON.stringify(value)).join(', ')
    throw new Refusal(400, `${name}: Unsupported value: ${JSON.stringify(given)}: supported values: ${all}`)
  }
  return found
}

function statusOf({ home, version }: PlaygroundApiOptions): object {
  const { store, seed } = home.cluster
  return {
    kubernetes: KUBERNETES_VERSION,
    version,
    seed,
    scenario: home.scenario,
    sockets: 'off',
    counts: {
      nodes: store.list('Node').length,
      pods: store.list('Pod').length,
      services: store.list('Service').length,
      endpointSlices: store.list('EndpointSlice').length,
    },
  }
}

interface ResetBody {
  readonly seed?: number
  readonly nodes?: number
  readonly scenario?: string
  readonly empty?: boolean
}

function startFrom(
  { seed, nodes, scenario, empty }: ResetBody,
  { start, epochMs }: PlaygroundApiOptions,
): StartOptions {
  if (empty && scenario !== undefined) throw new Refusal(400, 'empty and scenario exclude each other')
  const named = scenario === undefined ? undefined : findScenario(scenario)
  if (scenario !== undefined && !named) {
    throw new Refusal(
      400,
      `scenario: Invalid value: ${JSON.stringify(scenario)}: must be one of ${SCENARIO_NAMES.join(', ')}`,
    )
  }
  return {
    seed: seed ?? start.seed,
    nodes: nodes ?? start.nodes,
    scenario: named ?? start.scenario ?? findScenario(SCENARIO_NAMES[0] ?? ''),
    empty: empty ?? (named ? false : start.empty),
    dualStack: start.dualStack,
    epochMs: epochMs(),
  }
}

function refuseMethod(context: Context): never {
  throw new Refusal(405, `${context.req.method} is not allowed for ${context.req.path}`)
}
