// What clients are told about each resource besides its name and kind: short names, categories, verbs and the parts that
// can be asked for. Written down here are the properties of v1.34; only kinds of the registry and the parts that the
// door answers are listed. Without a kind of the registry are the reviews that kubectl asks of any server, and what can only
// be read.

import { ALL_KINDS, KINDS, type Kind } from '../api/kind-registry.ts'
import { READ_ONLY_RESOURCES } from './read-only-resources.ts'
import type { ServedResource, ServedSubresource } from './served-resource.ts'

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const PART_VERBS = ['get', 'patch', 'update']

const SHORT_NAMES: { readonly [K in Kind]?: readonly string[] } = {
  Namespace: ['ns'],
  Node: ['no'],
  Pod: ['po'],
  Service: ['svc'],
  Endpoints: ['ep'],
  ReplicaSet: ['rs'],
  Deployment: ['deploy'],
  Event: ['ev'],
  ConfigMap: ['cm'],
  ServiceAccount: ['sa'],
  StatefulSet: ['sts'],
  DaemonSet: ['ds'],
  PodDisruptionBudget: ['pdb'],
}

/** Kinds of the category `all`, which `kubectl get all` asks for. */
const IN_ALL: ReadonlySet<Kind> = new Set<Kind>([
  'Pod',
  'Service',
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
])
const SCALABLE: ReadonlySet<Kind> = new Set<Kind>(['ReplicaSet', 'Deployment', 'StatefulSet'])

/** Groups in the server's order. */
const GROUP_ORDER = [
  '',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'networking.k8s.io',
  'policy',
  'apiextensions.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
]

/** All resources, the core group first, then the named groups; by name within a group. */
export const SERVED_RESOURCES: readonly ServedResource[] = orderedByGroup([
  ...ALL_KINDS.map(describe),
  // The same Events under the name of their newer group.
  { ...describe('Event'), group: 'events.k8s.io' },
  ...READ_ONLY_RESOURCES,
  review('authentication.k8s.io', 'selfsubjectreviews', 'SelfSubjectReview'),
  review('authorization.k8s.io', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview'),
  review('authorization.k8s.io', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview'),
])

function describe(kind: Kind): ServedResource {
  const { group, version, resource, namespaced } = KINDS[kind]
  return {
    group,
    version,
    resource,
    singular: kind.toLowerCase(),
    kind,
    namespaced,
    verbs: kind === 'Namespace' ? VERBS.filter(verb => verb !== 'deletecollection') : VERBS,
    shortNames: SHORT_NAMES[kind] ?? [],
    categories: IN_ALL.has(kind) ? ['all'] : [],
    subresources: subresourcesOf(kind),
  }
}

function subresourcesOf(kind: Kind): readonly ServedSubresource[] {
  const parts: ServedSubresource[] = []
  if (kind === 'Pod') {
    parts.push({ name: 'binding', group: '', version: '', kind: 'Binding', verbs: ['create'] })
    parts.push({ name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] })
    parts.push({ name: 'exec', group: '', version: '', kind: 'PodExecOptions', verbs: ['create', 'get'] })
    parts.push({ name: 'log', group: '', version: '', kind: 'Pod', verbs: ['get'] })
  }
  if (kind === 'Namespace') parts.push({ name: 'finalize', group: '', version: '', kind, verbs: ['update'] })
  if (SCALABLE.has(kind)) {
    parts.push({ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: PART_VERBS })
  }
  if (KINDS[kind].hasStatus) parts.push({ name: 'status', group: '', version: '', kind, verbs: PART_VERBS })
  return parts
}

function review(group: string, resource: string, kind: string): ServedResource {
  return {
    group,
    version: 'v1',
    resource,
    singular: kind.toLowerCase(),
    kind,
    namespaced: false,
    verbs: ['create'],
    shortNames: [],
    categories: [],
    subresources: [],
  }
}

function orderedByGroup(resources: readonly ServedResource[]): readonly ServedResource[] {
  return resources.toSorted(
    (a, b) =>
      GROUP_ORDER.indexOf(a.group) - GROUP_ORDER.indexOf(b.group) ||
      (a.resource < b.resource ? -1 : a.resource > b.resource ? 1 : 0),
  )
}
