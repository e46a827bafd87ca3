// How a strategic merge patch merges each list: the `patchMergeKey` and `patchStrategy` tags on the API's Go types, by
// struct and field. A list that is not here is replaced as a whole.

import { GO_STRUCTS, type GoType } from '../api/decode/go-structs.ts'

/** What is known of a value that is patched: the struct it is, or undefined where nothing is known of its members. */
export type PatchStruct = string | undefined

const BY_NAME = [
  'containers',
  'initContainers',
  'ephemeralContainers',
  'volumes',
  'imagePullSecrets',
  'schedulingGates',
  'resourceClaims',
]

/** Field of a struct → the member by which its items are told apart. */
const MERGE_KEYS: ReadonlyMap<string, string> = new Map([
  ['ServiceSpec.ports', 'port'],
  ...BY_NAME.map(field => [`PodSpec.${field}`, 'name'] as const),
  ['PodSpec.topologySpreadConstraints', 'topologyKey'],
  ['PodSpec.hostAliases', 'ip'],
  ['Container.env', 'name'],
  ['Container.ports', 'containerPort'],
  ['Container.volumeMounts', 'mountPath'],
  ['Container.volumeDevices', 'devicePath'],
  ['ObjectMeta.ownerReferences', 'uid'],
  ['NodeStatus.addresses', 'type'],
  ['PodStatus.podIPs', 'ip'],
  ['PodStatus.hostIPs', 'ip'],
  ...[
    'NodeStatus',
    'PodStatus',
    'ServiceStatus',
    'NamespaceStatus',
    'DeploymentStatus',
    'ReplicaSetStatus',
    'StatefulSetStatus',
    'DaemonSetStatus',
    'PodDisruptionBudgetStatus',
  ].map(struct => [`${struct}.conditions`, 'type'] as const),
  ['ServiceAccount.secrets', 'name'],
])

/** Lists of texts that are merged as sets. */
const MERGED_TEXTS: ReadonlySet<string> = new Set(['ObjectMeta.finalizers', 'NodeSpec.podCIDRs'])

/** `merge` by a key, or as a set where the key is ''; otherwise `replace`. */
type ListStrategy = { readonly type: 'merge'; readonly mergeKey: string } | { readonly type: 'replace' }

export function listStrategy(struct: PatchStruct, field: string): ListStrategy {
  const at = `${struct}.${field}`
  const mergeKey = MERGE_KEYS.get(at)
  if (mergeKey !== undefined) return { type: 'merge', mergeKey }
  return MERGED_TEXTS.has(at) ? { type: 'merge', mergeKey: '' } : { type: 'replace' }
}

/** The struct of a field's value, or of its items where it is a list. */
export function structOfField(struct: PatchStruct, field: string): PatchStruct {
  const type = struct === undefined ? undefined : GO_STRUCTS.get(struct)?.get(field)
  return type && structOf(type)
}

function structOf(type: GoType): PatchStruct {
  if (type.type === 'struct') return type.struct
  return type.type === 'list' ? structOf(type.of) : undefined
}
