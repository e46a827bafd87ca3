// The ReplicaSets of a Deployment as the API has them, after pkg/controller/deployment sync.go and util: what a new one looks
// like, the numbers and scale that annotations keep, and which of them is the new one. Pure.

import type { Deployment } from '../../api/deployment/deployment.ts'
import type { Draft, Labels } from '../../api/meta.ts'
import type { ReplicaSet } from '../../api/replicaset/replicaset.ts'
import { compareText } from '../../kernel/json.ts'
import { workloadRef } from '../runtime/claim.ts'
import { rolloutLimits, type ScaledSet } from './plan-rollout.ts'
import { sameTemplate, TEMPLATE_HASH_LABEL, templateHash } from './template-hash.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'
/** Annotations that say something of one object only and are not copied. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
])
/** Most characters of a list of former revisions; the oldest are dropped from a longer one. */
const HISTORY_LENGTH_MAX = 2000

/** The oldest first; of one second, by name. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return (
    compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    compareText(a.metadata.name, b.metadata.name)
  )
}

/** The ReplicaSet of the Deployment's present template among its own, the oldest of several. */
export function findNewSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return sets.toSorted(byAge).find(set => sameTemplate(set.spec.template, deployment.spec.template))
}

export function revisionOf(set: ReplicaSet): number {
  const revision = Number(set.metadata.annotations?.[REVISION] ?? 0)
  return Number.isInteger(revision) ? revision : 0
}

/** The number that the new ReplicaSet is to have at least. */
export function nextRevision(old: readonly ReplicaSet[]): number {
  return old.reduce((most, set) => Math.max(most, revisionOf(set)), 0) + 1
}

/** Annotations of a new ReplicaSet that was there already: going back to it gives it a new number, and keeps the old one. */
export function withRevision(deployment: Deployment, set: ReplicaSet, revision: number): Labels {
  const before = set.metadata.annotations ?? {}
  const annotations = { ...before, ...copiedAnnotations(deployment) }
  const number = before[REVISION]
  if (revisionOf(set) >= revision) return annotations
  if (number === undefined) return { ...annotations, [REVISION]: String(revision) }
  const history = historyWith(before[REVISION_HISTORY], number)
  return { ...annotations, [REVISION]: String(revision), [REVISION_HISTORY]: history }
}

function historyWith(before: string | undefined, revision: string): string {
  const all = [...(before === undefined || before === '' ? [] : before.split(',')), revision]
  while (all.length > 1 && all.join(',').length > HISTORY_LENGTH_MAX) all.shift()
  return all.join(',')
}

/** Annotations that say to which scale of the Deployment a set was brought. */
export function withScale(deployment: Deployment, annotations: Labels | undefined): Labels {
  const { replicas } = deployment.spec
  const max = replicas + rolloutLimits(deployment).surge
  return { ...annotations, [DESIRED_REPLICAS]: String(replicas), [MAX_REPLICAS]: String(max) }
}

/** Whether spec.replicas changed since the active sets were last scaled. */
export function needsScaling(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets.some(({ metadata, spec }) => {
    const desired = metadata.annotations?.[DESIRED_REPLICAS]
    return spec.replicas > 0 && desired !== undefined && Number(desired) !== deployment.spec.replicas
  })
}

/** Whether the new set has all replicas, and all of them available. */
export function isSaturated(deployment: Deployment, { metadata, spec, status }: ReplicaSet): boolean {
  const { replicas } = deployment.spec
  const desired = Number(metadata.annotations?.[DESIRED_REPLICAS] ?? Number.NaN)
  return spec.replicas === replicas && desired === replicas && (status?.availableReplicas ?? 0) === replicas
}

/** A set as the plans of a rollout see it. */
export function scaledSet({ metadata, spec, status }: ReplicaSet): ScaledSet {
  const maxReplicas = Number(metadata.annotations?.[MAX_REPLICAS] ?? 0)
  return { name: metadata.name, replicas: spec.replicas, available: status?.availableReplicas ?? 0, maxReplicas }
}

/** The ReplicaSet of the present template, as it is to be made. */
export function newSet(deployment: Deployment, revision: number, replicas: number): Draft<ReplicaSet> {
  const { template, selector, minReadySeconds } = deployment.spec
  const hash = templateHash(template, deployment.status?.collisionCount)
  const labels: Labels = { ...template.metadata?.labels, [TEMPLATE_HASH_LABEL]: hash }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: withScale(deployment, { ...copiedAnnotations(deployment), [REVISION]: String(revision) }),
      ownerReferences: [workloadRef(deployment, 'Deployment')],
    },
    spec: {
      replicas,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
}

function copiedAnnotations(deployment: Deployment): Labels {
  return Object.fromEntries(
    Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)),
  )
}
