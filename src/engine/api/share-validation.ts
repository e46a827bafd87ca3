// Rules on a number of Pods that may also be given as a percentage of them (apps validation, ValidatePositiveIntOrPercent
// and IsNotMoreThan100Percent).

import { invalidValue, type FieldError } from './field-error.ts'
import { broken, nonNegative } from './meta-validation.ts'
import type { IntOrString } from './meta.ts'
import { percent } from './name-rules.ts'

export function validateShare(field: string, share: IntOrString | undefined): FieldError[] {
  return typeof share === 'string' ? broken(field, share, percent) : nonNegative(field, share)
}

/** A percentage may be 100 at most; a number may be any. */
export function validateShareMost(field: string, share: IntOrString | undefined): FieldError[] {
  const isPercent = typeof share === 'string' && percent(share).length === 0
  return isPercent && Number.parseInt(share, 10) > 100
    ? [invalidValue(field, share, 'must not be greater than 100%')]
    : []
}

export function isZeroShare(share: IntOrString | undefined): boolean {
  return share === 0 || (typeof share === 'string' && Number.parseInt(share, 10) === 0)
}
