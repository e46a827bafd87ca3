// One mistake in one field, with the code and wording of apimachinery's field.Error. Validation returns lists of these:
// all mistakes at once, in the order in which the real server reports them.

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
