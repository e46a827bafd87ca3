// Rules on Deployments (apps validation, ValidateDeployment and ValidateDeploymentUpdate).

import { forbiddenField, invalidValue, type FieldError } from '../field-error.ts'
import { immutable, nonNegative, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsSubdomain } from '../name-rules.ts'
import { isZeroShare, validateShare, validateShareMost } from '../share-validation.ts'
import { validateWorkload } from '../workload-validation.ts'
import type { Deployment } from './deployment.ts'

type Spec = Deployment['spec']

export function validateDeployment({ metadata, spec }: Deployment): FieldError[] {
  return [...validateMeta(metadata, dnsSubdomain), ...validateSpec(spec)]
}

export function validateDeploymentUpdate({ metadata, spec }: Deployment, old: Deployment): FieldError[] {
  return [
    ...validateMetaUpdate(metadata, old.metadata),
    ...validateSpec(spec),
    ...immutable('spec.selector', spec.selector, old.spec.selector),
  ]
}

function validateSpec(spec: Spec): FieldError[] {
  const errors = [...validateWorkload(spec), ...validateStrategy(spec.strategy)]
  const { minReadySeconds = 0, revisionHistoryLimit, progressDeadlineSeconds } = spec
  errors.push(...nonNegative('spec.minReadySeconds', minReadySeconds))
  errors.push(...nonNegative('spec.revisionHistoryLimit', revisionHistoryLimit))
  errors.push(...nonNegative('spec.progressDeadlineSeconds', progressDeadlineSeconds))
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds) {
    errors.push(
      invalidValue('spec.progressDeadlineSeconds', progressDeadlineSeconds, 'must be greater than minReadySeconds'),
    )
  }
  return errors
}

function validateStrategy({ type, rollingUpdate }: Spec['strategy']): FieldError[] {
  if (type === 'Recreate') {
    if (rollingUpdate === undefined) return []
    return [forbiddenField('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")]
  }
  if (type !== 'RollingUpdate') {
    const shown = `{"Type":${JSON.stringify(type)},"RollingUpdate":null}`
    const detail = `Unsupported value: ${shown}: supported values: "Recreate", "RollingUpdate"`
    return [{ type: 'FieldValueNotSupported', field: 'spec.strategy', detail }]
  }
  const field = 'spec.strategy.rollingUpdate'
  const { maxUnavailable, maxSurge } = rollingUpdate ?? {}
  const errors = [
    ...validateShare(`${field}.maxUnavailable`, maxUnavailable),
    ...validateShare(`${field}.maxSurge`, maxSurge),
  ]
  if (isZeroShare(maxUnavailable) && isZeroShare(maxSurge)) {
    errors.push(invalidValue(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  }
  return [...errors, ...validateShareMost(`${field}.maxUnavailable`, maxUnavailable)]
}
