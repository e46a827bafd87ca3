// `npm run simulate`: a cluster with no screen. Manifests or a scenario in files, traffic and faults beside them; after the
// time that was asked for, what became of the requests, of the faults and of each Service stands on standard output.

import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { parseScenario, startCluster, type Scenario } from '../../bridge/host/index.ts'
import { readFault, type Cluster, type Fault, type FaultSpec } from '../../engine/index.ts'
import { trafficItems, wholeTraffic, type TrafficItem, type TrafficWish } from '../traffic-items.ts'
import { serviceVerdicts, type ServiceVerdict } from '../service-verdicts.ts'
import type { SimulateOptions } from './simulate-options.ts'

/** A mistake of whoever asked, in a sentence. */
export class SimulateMistake extends Error {}

/** A fault as it went: planned, in force, over or missed at the end. */
type FaultResult = Omit<Fault, 'state'> & {
  readonly state: Fault['state'] | 'over' | 'missed'
  readonly endedMs: number | null
}

export interface SimulateResult {
  readonly seed: number
  readonly nowMs: number
  readonly traffic: readonly TrafficItem[]
  readonly faults: readonly FaultResult[]
  readonly verdicts: readonly ServiceVerdict[]
}

/** Runs it to its end. Throws a `SimulateMistake` when something that was given makes no sense. */
export function simulate(options: SimulateOptions): SimulateResult {
  const scenario = readScenario(options.files)
  const faults = new Map<string, FaultResult>()
  const { cluster, outcome, notices } = startCluster({ ...options, scenario }, created => noteFaults(created, faults))
  const problem = outcome.problems.find(({ severity }) => severity === 'error')
  if (!outcome.ok) throw new SimulateMistake(problem?.message ?? 'the manifests were refused')
  const [notice] = notices
  if (notice !== undefined) throw new SimulateMistake(notice)
  if (options.traffic !== undefined) for (const wish of readTraffic(options.traffic)) startTraffic(cluster, wish)
  if (options.faults !== undefined) for (const fault of readFaults(options.faults)) injectFault(cluster, fault)
  cluster.advanceTo(options.forMs)
  for (const fault of cluster.traffic.faults.list()) faults.set(fault.id, { ...fault, endedMs: null })
  return {
    seed: cluster.seed,
    nowMs: cluster.nowMs,
    traffic: trafficItems(cluster),
    faults: [...faults.values()],
    verdicts: serviceVerdicts(cluster),
  }
}

/** The result for a person to read. */
export function printResult({ nowMs, traffic, faults, verdicts }: SimulateResult): string {
  const lines = [`after ${nowMs / 1_000} s`]
  for (const { id, to, metrics } of traffic) {
    const causes = Object.entries(metrics.byCause).map(([cause, count]) => ` ${cause} ${count}`)
    const { p50, p99 } = metrics.latencyMs ?? { p50: 0, p99: 0 }
    const counts = `${metrics.sent} sent, ${metrics.ok} ok, ${metrics.failed} failed${causes.join(',')}`
    lines.push(`${id} → ${to}: ${counts}; p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
  }
  for (const { id, type, state } of faults) lines.push(`fault ${id}: ${type}, ${state}`)
  for (const { service, endpoints, reason } of verdicts)
    lines.push(`${service}: ${endpoints} ready endpoints${reason === null ? '' : ` (${reason})`}`)
  return lines.join('\n')
}

function noteFaults(cluster: Cluster, faults: Map<string, FaultResult>): void {
  cluster.traffic.faults.onNews(({ type, fault }) => {
    const isOver = type !== 'begun' || fault.type === 'pod-crash'
    const state = type === 'missed' ? 'missed' : isOver ? 'over' : 'in-force'
    faults.set(fault.id, { ...fault, state, endedMs: isOver ? cluster.nowMs : null })
  })
}

function readScenario(files: readonly string[]): Scenario {
  const parsed = parseScenario(files.join(', '), files.map(readText).join('\n---\n'))
  if (!parsed.ok) throw new SimulateMistake(parsed.message)
  return parsed.scenario
}

function readTraffic(text: string): readonly TrafficWish[] {
  const isJson = text.trimStart().startsWith('{')
  const wishes = isJson ? readList(text, '--traffic') : readList(readText(text), text)
  for (const [index, wish] of wishes.entries()) {
    const to = (wish as { readonly to?: unknown } | null)?.to
    if (typeof to !== 'string') throw new SimulateMistake(`traffic[${index}]: to is missing`)
  }
  return wishes as readonly TrafficWish[]
}

function readFaults(file: string): readonly FaultSpec[] {
  return readList(readText(file), file).map((given, index) => {
    const fault = readFault(given)
    if ('message' in fault) throw new SimulateMistake(`${file}, faults[${index}]: ${fault.message}`)
    return fault
  })
}

function startTraffic(cluster: Cluster, wish: TrafficWish): void {
  const outcome = cluster.execute({ type: 'start-traffic', spec: wholeTraffic(wish, cluster) })
  if (!outcome.ok) throw new SimulateMistake(`traffic: ${outcome.message}`)
}

function injectFault(cluster: Cluster, fault: FaultSpec): void {
  const outcome = cluster.execute({ type: 'inject-fault', fault })
  if (!outcome.ok) throw new SimulateMistake(`fault ${fault.id ?? fault.type}: ${outcome.message}`)
}

/** A list, or one that stands alone. */
function readList(text: string, name: string): readonly unknown[] {
  const [document] = parseAllDocuments(text)
  const [error] = document && 'errors' in document ? document.errors : []
  if (error) throw new SimulateMistake(`${name}: ${error.message.split('\n')[0]}`)
  const value: unknown = document && 'toJS' in document ? document.toJS({ maxAliasCount: 0 }) : null
  if (value === null || value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SimulateMistake(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
