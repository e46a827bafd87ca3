// What the status of a Namespace on its way out says of what is left in it, in the words of pkg/controller/namespace. The
// three conditions about failures always say that all went well: nothing here can fail.

import { KINDS, type AnyObject, type Kind } from '../../api/kind-registry.ts'
import type { Condition } from '../../api/meta.ts'
import { compareText } from '../../kernel/json.ts'
import { findCondition } from '../runtime/conditions.ts'

type Finding = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

const ALL_WELL: readonly Finding[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    status: 'False',
    reason: 'ResourcesDiscovered',
    message: 'All resources successfully discovered',
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    status: 'False',
    reason: 'ParsedGroupVersions',
    message: 'All legacy kube types successfully parsed',
  },
  {
    type: 'NamespaceDeletionContentFailure',
    status: 'False',
    reason: 'ContentDeleted',
    message: 'All content successfully deleted, may be waiting on finalization',
  },
]

/** The conditions after a look at the namespace; one that says what it said before stays as it is. */
export function namespaceConditions(
  before: readonly Condition[] | undefined,
  remaining: readonly AnyObject[],
  now: string,
): readonly Condition[] {
  return [...ALL_WELL, contentFinding(remaining), finalizersFinding(remaining)].map(finding => {
    const old = findCondition(before, finding.type)
    const isSame = old?.status === finding.status && old.reason === finding.reason && old.message === finding.message
    return isSame ? old : { ...finding, lastTransitionTime: now }
  })
}

function contentFinding(remaining: readonly AnyObject[]): Finding {
  const type = 'NamespaceContentRemaining'
  if (remaining.length === 0) {
    return { type, status: 'False', reason: 'ContentRemoved', message: 'All content successfully removed' }
  }
  const counts = counted(remaining, ({ kind }) => [`${KINDS[kind as Kind].resource}.${KINDS[kind as Kind].group}`])
  const list = counts.map(([resource, count]) => `${resource} has ${count} resource instances`).join(', ')
  return { type, status: 'True', reason: 'SomeResourcesRemain', message: `Some resources are remaining: ${list}` }
}

function finalizersFinding(remaining: readonly AnyObject[]): Finding {
  const type = 'NamespaceFinalizersRemaining'
  const counts = counted(remaining, ({ metadata }) => metadata.finalizers ?? [])
  if (counts.length === 0) {
    const message = 'All content-preserving finalizers finished'
    return { type, status: 'False', reason: 'ContentHasNoFinalizers', message }
  }
  const list = counts.map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).join(', ')
  const message = `Some content in the namespace has finalizers remaining: ${list}`
  return { type, status: 'True', reason: 'SomeFinalizersRemain', message }
}

function counted(
  objects: readonly AnyObject[],
  namesOf: (object: AnyObject) => readonly string[],
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const name of objects.flatMap(namesOf)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => compareText(a, b))
}
