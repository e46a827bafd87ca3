// A walk: a random but repeatable history of one cluster, as a list of commands with their times. It is drawn once, by looking
// at a cluster while it happens, and can then be done to any other stage: a cluster that is saved in the middle, or the same
// with some of the steps left out, which is how a failure is made small.

import type { ApiDoor, ApiRequest } from '../../rest/index.ts'
import { apiOf, createCluster, type Cluster, type ClusterOptions } from '../../index.ts'
import { canonicalJson } from '../../kernel/json.ts'
import { Random } from '../../kernel/rng.ts'
import { foreignNode, NAMESPACES, oneOf, type Draw } from './random-objects.ts'
import { NODE_COUNT, randomBeginning, randomCommand, type StepCommand } from './random-commands.ts'
import { createRequest } from './requests.ts'

export interface Step {
  readonly atMs: number
  readonly command: StepCommand
}

export interface Walk {
  readonly options: ClusterOptions
  readonly steps: readonly Step[]
  /** When everything has had time to come to rest. */
  readonly restMs: number
}

/** Something that commands can be done to. */
export interface Stage {
  readonly nowMs: number
  readonly door: ApiDoor
  execute(command: Exclude<StepCommand, { readonly type: 'request' }>): unknown
  advanceTo(timeMs: number): void
}

/** The steps of a walk from one moment on, and before another. */
interface Part {
  readonly fromMs?: number
  readonly toMs?: number
  readonly after?: (step: Step) => void
}

/** Pauses between steps, ms: several at one instant, within one control hop, while a Pod starts, while a Node dies. */
const PAUSES_MS = [0, 0, 0.5, 3, 3, 40, 700, 700, 2_500, 5_000, 5_000, 20_000, 90_000, 400_000]
/** Longer than any eviction, deadline, back-off of a few failures, and grace of the settings that a walk turns. */
const REST_MS = 3_600_000

/** The walk of a seed. Even seeds have IPv6 beside IPv4. */
export function drawWalk(seed: number, length: number): Walk {
  const stream = new Random(seed).stream('walk')
  const draw: Draw = below => (below > 0 ? stream.int(below) : 0)
  const dualStack = seed % 2 === 0
  const options: ClusterOptions = { seed, dualStack, settings: { 'max-endpoints-per-slice': 3 } }
  const cluster = createCluster(options)
  const stage = stageOf(cluster)
  const steps: Step[] = []
  const take = (atMs: number, command: StepCommand): void => {
    steps.push({ atMs, command })
    perform(stage, command)
  }
  take(0, { type: 'create-nodes', count: NODE_COUNT })
  for (const request of beginning()) take(0, { type: 'request', request })
  for (const command of randomBeginning(draw, cluster.store, dualStack)) take(0, command)
  while (steps.length < length) {
    cluster.advanceTo(cluster.nowMs + oneOf(draw, PAUSES_MS))
    const command = randomCommand(draw, cluster.store, dualStack)
    if (command) take(cluster.nowMs, command)
  }
  return { options, steps, restMs: cluster.nowMs + REST_MS }
}

/** What every walk begins with: a second namespace, and two Nodes that nobody here runs. */
function beginning(): readonly ApiRequest[] {
  return [
    createRequest('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACES[1] } }),
    ...['x1', 'x2'].map(name => createRequest('Node', foreignNode(name))),
  ]
}

export function stageOf(cluster: Cluster): Stage {
  return {
    get nowMs() {
      return cluster.nowMs
    },
    door: apiOf(cluster),
    execute: command => cluster.execute(command),
    advanceTo: timeMs => cluster.advanceTo(timeMs),
  }
}

/** Does one command. What is refused is refused. */
export function perform(stage: Stage, command: StepCommand): void {
  if (command.type === 'request') stage.door.handle(command.request)
  else stage.execute(command)
}

/** Does the steps from one moment up to another, and calls back after each. */
export function follow(stage: Stage, { steps }: Walk, part: Part = {}): void {
  const { fromMs = 0, toMs = Infinity, after } = part
  for (const step of steps) {
    if (step.atMs < fromMs || step.atMs >= toMs) continue
    stage.advanceTo(step.atMs)
    perform(stage, step.command)
    after?.(step)
  }
}

/** One line for each step, as a failure prints them. */
export function describeWalk({ options, steps }: Walk): string {
  const lines = steps.map(({ atMs, command }) => {
    if (command.type !== 'request') return `${atMs} ms ${canonicalJson(command)}`
    const { method, path, query, body } = command.request
    return `${atMs} ms ${method} ${path}${query === '' ? '' : `?${query}`} ${body}`
  })
  return [`seed ${options.seed}`, ...lines].join('\n')
}
