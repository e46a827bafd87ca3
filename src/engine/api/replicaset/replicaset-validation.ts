// Rules on ReplicaSets (apps validation, ValidateReplicaSet and ValidateReplicaSetUpdate).

import type { FieldError } from '../field-error.ts'
import { immutable, nonNegative, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsSubdomain } from '../name-rules.ts'
import { validateWorkload } from '../workload-validation.ts'
import type { ReplicaSet } from './replicaset.ts'

export function validateReplicaSet({ metadata, spec }: ReplicaSet): FieldError[] {
  return [...validateMeta(metadata, dnsSubdomain), ...validateSpec(spec)]
}

export function validateReplicaSetUpdate({ metadata, spec }: ReplicaSet, old: ReplicaSet): FieldError[] {
  return [
    ...validateMetaUpdate(metadata, old.metadata),
    ...validateSpec(spec),
    ...immutable('spec.selector', spec.selector, old.spec.selector),
  ]
}

function validateSpec(spec: ReplicaSet['spec']): FieldError[] {
  return [...nonNegative('spec.minReadySeconds', spec.minReadySeconds), ...validateWorkload(spec)]
}
