// Rules on PodDisruptionBudgets (policy validation, ValidatePodDisruptionBudget).

import { notSupported, valueText, type FieldError } from '../field-error.ts'
import { validateMeta, validateMetaUpdate, validateSelector } from '../meta-validation.ts'
import { dnsSubdomain } from '../name-rules.ts'
import { validateShare, validateShareMost } from '../share-validation.ts'
import type { PodDisruptionBudget } from './poddisruptionbudget.ts'

type Spec = PodDisruptionBudget['spec']

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget']

export function validatePodDisruptionBudget({ metadata, spec }: PodDisruptionBudget): FieldError[] {
  return [...validateMeta(metadata, dnsSubdomain), ...validateSpec(spec)]
}

export function validatePodDisruptionBudgetUpdate(
  { metadata, spec }: PodDisruptionBudget,
  old: PodDisruptionBudget,
): FieldError[] {
  return [...validateMetaUpdate(metadata, old.metadata), ...validateSpec(spec)]
}

function validateSpec(spec: Spec): FieldError[] {
  const errors: FieldError[] = []
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const detail = `Invalid value: ${goText(spec)}: minAvailable and maxUnavailable cannot be both set`
    errors.push({ type: 'FieldValueInvalid', field: 'spec', detail })
  }
  for (const [field, share] of Object.entries({ minAvailable, maxUnavailable })) {
    errors.push(...validateShare(`spec.${field}`, share), ...validateShareMost(`spec.${field}`, share))
  }
  if (selector) errors.push(...validateSelector(selector, 'spec.selector'))
  if (policy !== undefined && !POLICIES.includes(policy)) {
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES))
  }
  return errors
}

// The spec as the server holds it, whose fields have no names for JSON.
function goText({ minAvailable, selector, maxUnavailable, unhealthyPodEvictionPolicy }: Spec): string {
  const members = {
    MinAvailable: minAvailable,
    Selector: selector,
    MaxUnavailable: maxUnavailable,
    UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy,
  }
  const texts = Object.entries(members).map(([name, value]) => `"${name}":${valueText(value)}`)
  return `{${texts.join(',')}}`
}
