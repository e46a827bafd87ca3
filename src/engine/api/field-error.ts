// One mistake in one field, with the code and wording of apimachinery's field.Error. Validation returns lists of these:
// all mistakes at once, in the order in which the real server reports them.

import { canonicalJson } from '../kernel/json.ts'

export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueNotFound'
  | 'FieldValueTypeInvalid'
  | 'InternalError'

export interface FieldError {
  readonly type: FieldErrorType
  /** `spec.ports[0].targetPort`, as Kubernetes writes it. */
  readonly field: string
  /** Everything after `field: `, in Kubernetes' own words: `Invalid value: 0: must be between 1 and 65535, inclusive`. */
  readonly detail: string
}

/** `spec.ports[0].port: Invalid value: 0: must be …`, as it stands in a Status message. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${error.detail}`
}

/** Adds a list of any length to another; spreading one of a hundred thousand into `push` would overflow the stack. */
export function addAll<T>(list: T[], more: readonly T[]): void {
  for (const one of more) list.push(one)
}

/** `Required value`, with a detail where the rule has one. */
export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, detail: joined('Required value', detail) }
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, detail: joined('Invalid value', valueText(value), detail) }
}

/** A value outside a fixed set; `supported` is printed in the order given. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map(one => JSON.stringify(one)).join(', ')
  const detail = joined('Unsupported value', valueText(value), `supported values: ${list}`)
  return { type: 'FieldValueNotSupported', field, detail }
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, detail: joined('Duplicate value', valueText(value)) }
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, detail: joined('Forbidden', detail) }
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return { type: 'FieldValueTooLong', field, detail: `Too long: may not be more than ${maxBytes} bytes` }
}

export function tooMany(field: string, count: number, max: number): FieldError {
  return { type: 'FieldValueTooMany', field, detail: `Too many: ${count}: must have at most ${max} items` }
}

/** A value as v1.34 shows it in an error: numbers plain, texts quoted, anything else as JSON in Go's form. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return goJson(canonicalJson(value ?? null))
}

// encoding/json writes these three so that its text may stand in HTML.
function goJson(text: string): string {
  return text.replace(/[<>&]/g, unit => `\\u00${unit.charCodeAt(0).toString(16)}`)
}

function joined(...parts: readonly string[]): string {
  return parts.filter(part => part !== '').join(': ')
}
