// How server-side apply looks at lists and maps (the listType, listMapKey and mapType marks on the API's Go types): lists of
// items told apart by keys, sets, and everything that belongs together and has one owner.

import { GO_STRUCTS, type GoType } from '../api/decode/go-structs.ts'

/** `keyed`: items by the named members; `set`: members by value; `atomic`: one owner for the whole. */
export type ListRelation =
  | { readonly type: 'keyed'; readonly keys: readonly string[] }
  | { readonly type: 'set' }
  | { readonly type: 'atomic' }

const KEYED: { readonly [field: string]: string } = {
  'ServiceSpec.ports': 'port protocol',
  'ServiceStatus.conditions': 'type',
  'PodSpec.containers': 'name',
  'PodSpec.initContainers': 'name',
  'PodSpec.ephemeralContainers': 'name',
  'PodSpec.volumes': 'name',
  'PodSpec.imagePullSecrets': 'name',
  'PodSpec.hostAliases': 'ip',
  'PodSpec.schedulingGates': 'name',
  'PodSpec.resourceClaims': 'name',
  'PodSpec.topologySpreadConstraints': 'topologyKey whenUnsatisfiable',
  'PodStatus.conditions': 'type',
  'PodStatus.podIPs': 'ip',
  'Container.ports': 'containerPort protocol',
  'Container.env': 'name',
  'Container.volumeMounts': 'mountPath',
  'Container.volumeDevices': 'devicePath',
  'ResourceRequirements.claims': 'name',
  'NodeStatus.addresses': 'type',
  'NodeStatus.conditions': 'type',
  'NamespaceStatus.conditions': 'type',
  'DeploymentStatus.conditions': 'type',
  'ReplicaSetStatus.conditions': 'type',
  'StatefulSetStatus.conditions': 'type',
  'DaemonSetStatus.conditions': 'type',
  'PodDisruptionBudgetStatus.conditions': 'type',
  'ServiceAccount.secrets': 'name',
  'ObjectMeta.ownerReferences': 'uid',
}
const SETS: ReadonlySet<string> = new Set(['ObjectMeta.finalizers', 'NodeSpec.podCIDRs'])
const ATOMIC_MAPS: ReadonlySet<string> = new Set(['ServiceSpec.selector', 'PodSpec.nodeSelector'])
const ATOMIC_STRUCTS: ReadonlySet<string> = new Set([
  'LabelSelector',
  'ObjectReference',
  'LocalObjectReference',
  'OwnerReference',
])
const ATOMIC: ListRelation = { type: 'atomic' }

/** What a key is taken to be in an item that leaves it out. */
const KEY_DEFAULTS: { readonly [key: string]: unknown } = { protocol: 'TCP' }

export function listRelation(struct: string, field: string): ListRelation {
  const at = `${struct}.${field}`
  const keys = KEYED[at]
  if (keys !== undefined) return { type: 'keyed', keys: keys.split(' ') }
  return SETS.has(at) ? { type: 'set' } : ATOMIC
}

/** Whether a map or struct in that field has one owner as a whole. */
export function isAtomic(struct: string, field: string, type: GoType): boolean {
  if (type.type === 'struct') return ATOMIC_STRUCTS.has(type.struct)
  return ATOMIC_MAPS.has(`${struct}.${field}`)
}

/** The keys of an item, with defaults; undefined when it lacks one. */
export function keysOf(
  item: { readonly [member: string]: unknown },
  keys: readonly string[],
): { readonly [key: string]: unknown } | undefined {
  const found: [string, unknown][] = []
  for (const key of keys) {
    const value = item[key] ?? KEY_DEFAULTS[key]
    if (value === undefined) return undefined
    found.push([key, value])
  }
  return Object.fromEntries(found)
}

/** The type of a field. Of a keyed list that is not decoded, the items are known by their keys and owned as they come. */
export function fieldType(struct: string, field: string): GoType | undefined {
  const type = GO_STRUCTS.get(struct)?.get(field)
  const isKeyed = type?.type === 'any' && KEYED[`${struct}.${field}`] !== undefined
  return isKeyed ? { type: 'list', of: type, shown: '[]any' } : type
}
