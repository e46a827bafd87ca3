// Who is who among the Pods of a StatefulSet: their names are numbers, and hostname, subdomain, labels and volumes follow
// from the name (pkg/controller/statefulset stateful_set_utils.go). The claims that volumes name are never made here.

import type { ControllerRevision } from '../../api/controllerrevision/controllerrevision.ts'
import type { Draft } from '../../api/meta.ts'
import type { Pod } from '../../api/pod/pod.ts'
import type { StatefulSet } from '../../api/statefulset/statefulset.ts'
import { templateOf } from '../history/controller-revisions.ts'
import { podFromTemplate } from '../runtime/pod-owner.ts'

export const REVISION_HASH_LABEL = 'controller-revision-hash'
const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index'

interface Volume {
  readonly name?: string
}

/** `web-3` → 3 for the set `web`; undefined for a name that is no Pod's of this set. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const dash = pod.metadata.name.lastIndexOf('-')
  const digits = pod.metadata.name.slice(dash + 1)
  return pod.metadata.name.slice(0, dash) === set.metadata.name && /^\d+$/.test(digits) ? Number(digits) : undefined
}

export function podRevision(pod: Pod): string | undefined {
  return pod.metadata.labels?.[REVISION_HASH_LABEL]
}

export function hasIdentity(pod: Pod): boolean {
  return pod.metadata.labels?.[POD_NAME_LABEL] === pod.metadata.name
}

/** The Pod with the labels that say who it is. */
export function withIdentity(pod: Pod): Pod {
  const { name, labels } = pod.metadata
  return { ...pod, metadata: { ...pod.metadata, labels: { ...labels, ...identityLabels(name) } } }
}

/** The Pod of that number, of the template that a revision keeps. */
export function statefulPod(set: StatefulSet, ordinal: number, revision: ControllerRevision): Draft<Pod> {
  const name = `${set.metadata.name}-${ordinal}`
  const { metadata, spec, ...rest } = podFromTemplate(set, 'StatefulSet', templateOf(revision))
  return {
    ...rest,
    metadata: {
      name,
      ...metadata,
      labels: { ...metadata.labels, ...identityLabels(name), [REVISION_HASH_LABEL]: revision.metadata.name },
    },
    spec: {
      ...spec,
      ...volumesOf(set, name, spec['volumes'] as readonly Volume[] | undefined),
      hostname: name,
      subdomain: set.spec.serviceName,
    },
  }
}

function identityLabels(name: string): { readonly [label: string]: string } {
  return { [POD_NAME_LABEL]: name, [POD_INDEX_LABEL]: name.slice(name.lastIndexOf('-') + 1) }
}

// A volume for each claim template stands before those of the template, and in the place of one of its name.
function volumesOf(set: StatefulSet, podName: string, own: readonly Volume[] = []): { volumes?: readonly Volume[] } {
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: `${name}-${podName}` },
  }))
  const others = own.filter(({ name }) => !claims.some(claim => claim.name === name))
  return claims.length === 0 ? {} : { volumes: [...claims, ...others] }
}
