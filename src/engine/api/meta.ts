// What every API object has: type, metadata, owners, labels, conditions. Field names and meaning are those of
// k8s.io/apimachinery meta/v1. All objects are read-only: a change is a new object.

export type Labels = { readonly [key: string]: string }

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean | undefined
  readonly blockOwnerDeletion?: boolean | undefined
}

export interface ObjectMeta {
  readonly name: string
  readonly generateName?: string | undefined
  readonly namespace?: string | undefined
  readonly uid: string
  readonly resourceVersion: string
  readonly generation?: number | undefined
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp: string
  readonly deletionTimestamp?: string | undefined
  readonly deletionGracePeriodSeconds?: number | undefined
  readonly labels?: Labels | undefined
  readonly annotations?: Labels | undefined
  readonly ownerReferences?: readonly OwnerReference[] | undefined
  readonly finalizers?: readonly string[] | undefined
  readonly managedFields?: readonly ManagedFieldsEntry[] | undefined
}

/** Who set which fields. Only writes through the API's door are told apart. */
export interface ManagedFieldsEntry {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly time?: string | undefined
  readonly fieldsType: 'FieldsV1'
  /** A tree of steps: `{"f:spec":{"f:replicas":{}}}`. */
  readonly fieldsV1: object
  readonly subresource?: string | undefined
}

/** Metadata as a client sends it: what the server fills in may be missing. */
export type DraftMeta = { readonly [K in keyof ObjectMeta]?: ObjectMeta[K] | undefined }

export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

/** An object on its way to the server. */
export type Draft<T extends KubeObject> = Omit<T, 'metadata' | 'status'> & {
  readonly metadata: DraftMeta
  readonly status?: unknown
}

export interface LabelSelectorRequirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values?: readonly string[] | undefined
}

export interface LabelSelector {
  readonly matchLabels?: Labels | undefined
  readonly matchExpressions?: readonly LabelSelectorRequirement[] | undefined
}

export type ConditionStatus = 'True' | 'False' | 'Unknown'

export interface Condition {
  readonly type: string
  readonly status: ConditionStatus
  readonly reason?: string | undefined
  readonly message?: string | undefined
  readonly lastTransitionTime?: string | undefined
  readonly lastProbeTime?: string | null | undefined
  readonly lastHeartbeatTime?: string | undefined
  readonly lastUpdateTime?: string | undefined
  readonly observedGeneration?: number | undefined
}

export type IntOrString = number | string
export type Protocol = 'TCP' | 'UDP' | 'SCTP'
