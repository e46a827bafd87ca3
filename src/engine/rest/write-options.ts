// The options of a write as they stand in its query: a dry run, how strictly fields are checked, who writes. What is wrong
// with them is said before the body is looked at.

import { notSupported, required, tooLong, forbiddenField, type FieldError } from '../api/field-error.ts'
import type { ApiStatus } from '../api/api-status.ts'
import type { QueryOptions } from './api-request.ts'
import { invalidOptions } from './refusals.ts'

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

export interface WriteOptions {
  readonly dryRun: boolean
  readonly fieldValidation: FieldValidation
}

type OptionsOutcome =
  | { readonly ok: true; readonly options: WriteOptions }
  | { readonly ok: false; readonly status: ApiStatus }

const FIELD_MANAGER_MAX_BYTES = 128
const FIELD_VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn']

export function readWriteOptions(
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  query: QueryOptions,
  isApply = false,
): OptionsOutcome {
  const errors: FieldError[] = []
  const manager = query.get('fieldManager') ?? ''
  if (isApply && manager === '') errors.push(required('fieldManager', 'is required for apply patch'))
  if (kind === 'PatchOptions' && !isApply && query.has('force')) {
    errors.push(forbiddenField('force', 'may not be specified for non-apply patch'))
  }
  if (manager.length > FIELD_MANAGER_MAX_BYTES) errors.push(tooLong('fieldManager', FIELD_MANAGER_MAX_BYTES))
  errors.push(...dryRunErrors(query.has('dryRun') ? [query.get('dryRun') ?? ''] : []))
  const validation = query.get('fieldValidation') ?? ''
  if (!FIELD_VALIDATIONS.includes(validation)) {
    errors.push(notSupported('fieldValidation', validation, FIELD_VALIDATIONS))
  }
  if (errors.length > 0) return { ok: false, status: invalidOptions(kind, errors) }
  const fieldValidation = validation === '' ? 'Warn' : (validation as FieldValidation)
  return { ok: true, options: { dryRun: query.get('dryRun') === 'All', fieldValidation } }
}

/** What is wrong with the values of `dryRun`; the empty one is as good as none. */
export function dryRunErrors(values: readonly string[]): readonly FieldError[] {
  return values.every(value => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])]
}
