// Rules on StatefulSets (apps validation, ValidateStatefulSet and ValidateStatefulSetUpdate). Claims are taken as they come.

import { sameJson } from '../../kernel/json.ts'
import { forbiddenField, invalidValue, notSupported, required, type FieldError } from '../field-error.ts'
import { broken, nonNegative, validateMeta, validateMetaUpdate } from '../meta-validation.ts'
import { dnsLabel } from '../name-rules.ts'
import { validateSelectorAndTemplate } from '../workload-validation.ts'
import type { StatefulSet } from './statefulset.ts'

type Spec = StatefulSet['spec']

/** What may change; everything else is for ever. */
const CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const
const RETENTIONS = ['Retain', 'Delete']

export function validateStatefulSet({ metadata, spec }: StatefulSet): FieldError[] {
  return [...validateMeta(metadata, dnsLabel), ...validateSpec(spec, true)]
}

export function validateStatefulSetUpdate({ metadata, spec }: StatefulSet, old: StatefulSet): FieldError[] {
  const errors = [...validateMetaUpdate(metadata, old.metadata), ...validateSpec(spec, false)]
  if (!sameJson(fixedPart(spec), fixedPart(old.spec))) {
    const [last, ...others] = CHANGEABLE.map(field => `'${field}'`).toReversed()
    const list = `${others.toReversed().join(', ')} and ${last}`
    errors.push(forbiddenField('spec', `updates to statefulset spec for fields other than ${list} are forbidden`))
  }
  return errors
}

function fixedPart(spec: Spec): Partial<Spec> {
  const part: { -readonly [K in keyof Spec]?: Spec[K] } = { ...spec }
  for (const field of CHANGEABLE) delete part[field]
  return part
}

function validateSpec(spec: Spec, isNew: boolean): FieldError[] {
  const { podManagementPolicy: policy, ordinals, serviceName } = spec
  const errors: FieldError[] = []
  if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    errors.push(invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"))
  }
  errors.push(
    ...validateStrategy(spec.updateStrategy),
    ...validateRetention(spec),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', ordinals?.start),
  )
  // A name that was taken once is not looked at again.
  if (isNew && serviceName !== '') errors.push(...broken('spec.serviceName', serviceName, dnsLabel))
  if (!spec.selector) errors.push(required('spec.selector'))
  return [...errors, ...validateSelectorAndTemplate(spec, { word: 'statefulset', kind: 'StatefulSet' })]
}

function validateStrategy({ type, rollingUpdate }: Spec['updateStrategy']): FieldError[] {
  const field = 'spec.updateStrategy'
  if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return []
    const shown = `{"Partition":${rollingUpdate.partition ?? 0},"MaxUnavailable":null}`
    const detail = `Invalid value: ${shown}: only allowed for updateStrategy 'RollingUpdate'`
    return [{ type: 'FieldValueInvalid', field: `${field}.rollingUpdate`, detail }]
  }
  if (type !== 'RollingUpdate') {
    const detail = `Invalid value: {"Type":${JSON.stringify(type)},"RollingUpdate":null}: must be 'RollingUpdate' or 'OnDelete'`
    return [{ type: 'FieldValueInvalid', field, detail }]
  }
  return nonNegative(`${field}.rollingUpdate.partition`, rollingUpdate?.partition)
}

function validateRetention({ persistentVolumeClaimRetentionPolicy: policy = {} }: Spec): FieldError[] {
  const field = 'spec.persistentVolumeClaimRetentionPolicy'
  return (['whenDeleted', 'whenScaled'] as const).flatMap(when => {
    const value = policy[when]
    return value === undefined || RETENTIONS.includes(value)
      ? []
      : [notSupported(`${field}.${when}`, value, RETENTIONS)]
  })
}
