// One object up close: its YAML, its events, and why it is or is not an endpoint.

import { compareText, KINDS, type Cluster, type DecisionLog, type Kind } from '../../engine/index.ts'
import type { Inspection } from '../../protocol/index.ts'
import { decisionView } from './decision-streams.ts'
import type { EventViews } from './event-views.ts'
import { parseViewId, viewId, type ViewName } from './view-ids.ts'

type Verdict = Inspection['verdicts'][number]

export interface Inspected {
  readonly cluster: Cluster
  readonly events: EventViews
  readonly decisions: DecisionLog
}

export function inspect(id: string, { cluster, events, decisions }: Inspected): Inspection {
  const named = parseViewId(id)
  const nothing: Inspection = { id, exists: false, yaml: '', events: [], verdicts: [] }
  if (!named) return nothing
  const { kind, namespace, name } = named
  if (kind === 'Client') {
    return { ...nothing, exists: cluster.traffic.clients().some(client => client.name === name) }
  }
  if (!Object.hasOwn(KINDS, kind)) return nothing
  const yaml = cluster.yamlOf(kind as Kind, namespace, name)
  return {
    id,
    exists: yaml !== undefined,
    yaml: yaml ?? '',
    events: events.about(
      ({ involvedObject: object }) =>
        object.kind === kind && object.name === name && (kind === 'Node' || object.namespace === namespace),
    ),
    verdicts: verdictsFor({ kind, namespace, name }, cluster, decisions),
  }
}

function verdictsFor(
  { kind, namespace, name }: ViewName,
  cluster: Cluster,
  decisions: DecisionLog,
): readonly Verdict[] {
  const verdictsOf = (service: string): readonly Verdict[] =>
    verdictsUnder({ namespace, name: service }, cluster, decisions)
  if (kind === 'Service') return verdictsOf(name)
  if (kind !== 'Pod') return []
  const pod = viewId('Pod', namespace, name)
  return cluster.store
    .list('Service', namespace)
    .filter(service => service.spec.selector !== undefined)
    .toSorted((a, b) => compareText(a.metadata.name, b.metadata.name))
    .flatMap(service => verdictsOf(service.metadata.name))
    .filter(verdict => verdict.pod === pod)
}

function verdictsUnder(
  service: { readonly namespace: string; readonly name: string },
  cluster: Cluster,
  decisions: DecisionLog,
): readonly Verdict[] {
  return cluster.verdicts(service, decisions).map(verdict => ({
    service: `Service/${verdict.service}`,
    pod: `Pod/${verdict.pod}`,
    in: verdict.in,
    ready: verdict.ready,
    slice: verdict.slice === null ? null : `EndpointSlice/${verdict.slice}`,
    reasons: verdict.reasons,
    decision: verdict.decision && decisionView(verdict.decision),
  }))
}
