// The past templates of StatefulSets and DaemonSets, kept as ControllerRevisions, after pkg/controller/history: the present
// template has the highest number; going back to an old one gives its revision a new number instead of making another.
// Revisions that nobody owns, as those of a set that was deleted and let its own go, are adopted.

import type { ControllerRevision } from '../../api/controllerrevision/controllerrevision.ts'
import type { DaemonSet } from '../../api/daemonset/daemonset.ts'
import type { PodTemplateSpec } from '../../api/pod/pod.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import { compareText, sameJson } from '../../kernel/json.ts'
import type { StoreClient } from '../../store/client.ts'
import { templateHash } from '../deployment/template-hash.ts'
import { claim, workloadRef } from '../runtime/claim.ts'

export interface RevisedSet {
  readonly client: StoreClient
  readonly owner: StatefulSet | DaemonSet
  readonly kind: 'StatefulSet' | 'DaemonSet'
  /** The label of a revision that holds its hash. */
  readonly hashLabel: string
}

/** All revisions of a set, the oldest number first. */
export function revisionsOf({ client, owner }: RevisedSet): readonly ControllerRevision[] {
  return client
    .ownedBy('ControllerRevision', owner.metadata.uid)
    .toSorted(
      (a, b) =>
        a.revision - b.revision ||
        compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
        compareText(a.metadata.name, b.metadata.name),
    )
}

/**
 * The revision of the present template, made or raised to the highest number where it has to be. It `collides` when another
 * template has this hash.
 */
export function presentRevision(set: RevisedSet): ControllerRevision | 'collides' | 'refused' {
  const { client, owner } = set
  claim({ client, kind: 'ControllerRevision', owner, ownerKind: set.kind })
  const all = revisionsOf(set)
  const last = all.at(-1)
  const number = (last?.revision ?? 0) + 1
  const data = revisionData(owner.spec.template)
  const found = all.findLast(revision => sameJson(revision.data, data))
  if (found) {
    if (found === last) return found
    const raised = client.update('ControllerRevision', { ...found, revision: number })
    return raised.ok ? raised.value : 'refused'
  }
  const hash = templateHash(owner.spec.template, owner.status?.collisionCount || undefined)
  const { namespace, annotations } = owner.metadata
  const created = client.create('ControllerRevision', {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace,
      labels: { ...owner.spec.template.metadata?.labels, [set.hashLabel]: hash },
      annotations,
      ownerReferences: [workloadRef(owner, set.kind)],
    },
    data,
    revision: number,
  })
  if (created.ok) return created.value
  if (created.status.reason !== 'AlreadyExists') return 'refused'
  // One of the same template may be another's, as right after a set of this name was deleted: it serves as well.
  const there = client.get('ControllerRevision', namespace ?? '', `${owner.metadata.name}-${hash}`)
  return there && sameJson(there.data, data) ? there : 'collides'
}

/** Deletes as many of the idle revisions, the oldest first, as there are `kept` ones beyond the limit. */
export function trimRevisions({ client, owner }: RevisedSet, idle: readonly ControllerRevision[], kept: number): void {
  const surplus = Math.max(0, kept - owner.spec.revisionHistoryLimit)
  for (const { metadata } of idle.slice(0, surplus)) {
    const { namespace = '', name, uid } = metadata
    client.delete('ControllerRevision', namespace, name, { preconditionUid: uid })
  }
}

/** The template that a revision keeps. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (revision.data as RevisionData).spec.template
  return template
}

interface RevisionData {
  readonly spec: { readonly template: PodTemplateSpec & { readonly $patch: 'replace' } }
}

// As a patch that a client can send, as `kubectl rollout undo` does.
function revisionData(template: PodTemplateSpec): RevisionData {
  return { spec: { template: { $patch: 'replace', ...template } } }
}
