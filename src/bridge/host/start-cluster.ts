// A scenario → a cluster at time 0: Nodes, manifests and clients are there, Pods are still to come.

import { createCluster, type Cluster, type ManifestOutcome } from '../../engine/index.ts'
import type { ApplyOutcome } from '../../protocol/index.ts'
import { bringsNodes, type Scenario } from './scenarios/scenarios.ts'

/** Nodes of a cluster for which nobody says how many. */
const USUAL_NODES = 3

export interface StartOptions {
  readonly seed: number
  /** Absent: the cluster begins without objects of anybody's. */
  readonly scenario?: Scenario | undefined
  /** How many simulated Nodes; absent: as the scenario says, three if it says nothing, none if it brings its own. */
  readonly nodes?: number | undefined
  /** Only the default namespaces and `default/kubernetes`. */
  readonly empty?: boolean | undefined
  /** IPv6 beside IPv4. */
  readonly dualStack?: boolean | undefined
  /** The date of virtual time 0, ms since 1970; the engine's own when absent. */
  readonly epochMs?: number | undefined
}

export interface StartedCluster {
  readonly cluster: Cluster
  readonly text: string
  readonly outcome: ApplyOutcome
  /** What of the scenario could not be done, in words. */
  readonly notices: readonly string[]
}

/** `onCreated` gets the cluster before anything of the scenario is in it, so that it can listen to all of it. */
export function startCluster(options: StartOptions, onCreated: (cluster: Cluster) => void): StartedCluster {
  const { seed, empty, dualStack, epochMs } = options
  const scenario = empty ? undefined : options.scenario
  const cluster = createCluster({ seed, epochMs, empty, dualStack, settings: scenario?.settings })
  onCreated(cluster)
  const text = scenario?.manifestText ?? ''
  const notices: string[] = []
  const nodes = options.nodes ?? scenario?.nodes ?? (empty || bringsNodes(text) ? 0 : USUAL_NODES)
  if (nodes > 0) {
    const made = cluster.execute({ type: 'create-nodes', count: nodes })
    if (!made.ok) notices.push(made.message)
  }
  const outcome = applyOutcome(cluster.apply(text))
  for (const spec of scenario?.traffic ?? []) {
    const started = cluster.execute({ type: 'start-traffic', spec })
    if (!started.ok) notices.push(`${spec.from} was not started: ${started.message}`)
  }
  for (const fault of scenario?.faults ?? []) {
    const injected = cluster.execute({ type: 'inject-fault', fault })
    if (!injected.ok) notices.push(`fault ${fault.id ?? fault.type} was not planned: ${injected.message}`)
  }
  return { cluster, text, outcome, notices }
}

/** What the protocol tells of an apply: the engine keeps the rest for itself. */
export function applyOutcome(outcome: ManifestOutcome): ApplyOutcome {
  const { documents, problems } = outcome
  return outcome.ok ? { ok: true, documents, applied: outcome.applied, problems } : { ok: false, documents, problems }
}
