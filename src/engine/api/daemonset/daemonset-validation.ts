// Rules on DaemonSets (apps validation, ValidateDaemonSet and ValidateDaemonSetUpdate).

import { invalidValue, required, type FieldError } from '../field-error.ts'
import { immutable, nonNegative, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsSubdomain } from '../name-rules.ts'
import { isZeroShare, validateShare, validateShareMost } from '../share-validation.ts'
import { validateSelectorAndTemplate } from '../workload-validation.ts'
import type { DaemonSet } from './daemonset.ts'

type Spec = DaemonSet['spec']

export function validateDaemonSet({ metadata, spec }: DaemonSet): FieldError[] {
  return [...validateMeta(metadata, dnsSubdomain), ...validateSpec(spec)]
}

export function validateDaemonSetUpdate({ metadata, spec }: DaemonSet, old: DaemonSet): FieldError[] {
  return [
    ...validateMetaUpdate(metadata, old.metadata),
    ...validateSpec(spec),
    ...immutable('spec.selector', spec.selector, old.spec.selector),
  ]
}

function validateSpec(spec: Spec): FieldError[] {
  return [
    ...validateSelectorAndTemplate(spec, { word: 'daemonset', kind: 'DaemonSet' }),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateStrategy(spec.updateStrategy),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ]
}

function validateStrategy({ type, rollingUpdate }: Spec['updateStrategy']): FieldError[] {
  if (type === 'OnDelete') return []
  if (type !== 'RollingUpdate') {
    const shown = `{"Type":${JSON.stringify(type)},"RollingUpdate":null}`
    const detail = `Unsupported value: ${shown}: supported values: "RollingUpdate", "OnDelete"`
    return [{ type: 'FieldValueNotSupported', field: 'spec.updateStrategy', detail }]
  }
  const field = 'spec.updateStrategy.rollingUpdate'
  const { maxUnavailable, maxSurge } = rollingUpdate ?? {}
  const errors = [
    ...validateShare(`${field}.maxUnavailable`, maxUnavailable),
    ...validateShare(`${field}.maxSurge`, maxSurge),
    ...validateShareMost(`${field}.maxUnavailable`, maxUnavailable),
    ...validateShareMost(`${field}.maxSurge`, maxSurge),
  ]
  const [noneUnavailable, noSurge] = [isZeroShare(maxUnavailable), isZeroShare(maxSurge)]
  if (noneUnavailable && noSurge) errors.push(required(`${field}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
  if (!noneUnavailable && !noSurge)
    errors.push(invalidValue(`${field}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  return errors
}
