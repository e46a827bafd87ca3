// Rules that ConfigMaps and Secrets share (core validation): the form of a key, how much all values may weigh together, and
// that what was declared immutable stays as it is.

import { sameJson } from '../kernel/json.ts'
import { forbiddenField, type FieldError } from './field-error.ts'

/** 1 MiB: all values of one object together. */
export const DATA_BYTES_MAX = 1_048_576

const KEY_LETTERS_MAX = 253
const KEY_FORM = /^[-._a-zA-Z0-9]+$/
const KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

interface Data {
  readonly data?: { readonly [key: string]: string } | undefined
  readonly binaryData?: { readonly [key: string]: string } | undefined
  readonly immutable?: boolean | undefined
}

/** A key of a ConfigMap or Secret (IsConfigMapKey). */
export function configKey(text: string): readonly string[] {
  const errors: string[] = []
  if (text.length > KEY_LETTERS_MAX) errors.push(`must be no more than ${KEY_LETTERS_MAX} characters`)
  if (!KEY_FORM.test(text)) errors.push(KEY_TEXT)
  if (text === '.' || text === '..') errors.push(`must not be '${text}'`)
  else if (text.startsWith('..')) errors.push("must not start with '..'")
  return errors
}

/** What may not change of an object that is immutable. */
export function validateImmutableData(
  object: Data,
  old: Data,
  fields: readonly ('data' | 'binaryData')[],
): FieldError[] {
  if (!old.immutable) return []
  const why = 'field is immutable when `immutable` is set'
  const errors = object.immutable ? [] : [forbiddenField('immutable', why)]
  for (const field of fields) {
    if (!sameJson(object[field] ?? {}, old[field] ?? {})) errors.push(forbiddenField(field, why))
  }
  return errors
}
