// Which plain sentence says what a field error of the API server means. The exact words of the rule decide, since one code
// (Invalid value) covers many mistakes.

import type { FieldError } from '../api/field-error.ts'
import type { Worded } from './manifest-problem.ts'
import type { ProblemKey } from './problem-keys.ts'

export type Plain = Worded<ProblemKey>

/** The value that a field error shows, its quotes taken off; undefined when it shows none. */
export function shownValue(error: FieldError): string | undefined {
  const match = /^(?:Invalid|Unsupported|Duplicate) value: ("(?:[^"\\]|\\.)*"|\[.*?\]|\{.*?\}|[^:]*)/.exec(error.detail)
  const text = match?.[1]
  return text?.startsWith('"') ? (JSON.parse(text) as string) : text
}

export interface Ranges {
  readonly clusterIPs: string
  readonly nodePorts: string
}

export function plainSentence(error: FieldError, ranges: Ranges): Plain {
  const { field, detail } = error
  const value = shownValue(error) ?? ''
  switch (error.type) {
    case 'FieldValueRequired':
      return { key: 'problem.required', values: { field } }
    case 'FieldValueDuplicate':
      return { key: 'problem.duplicateValue', values: { field } }
    case 'FieldValueNotSupported':
      return { key: 'problem.notSupported', values: { value, supported: supportedValues(error).join(', ') } }
    case 'FieldValueForbidden': {
      const fixed = detail.includes('immutable') || detail.includes('may not change') || detail.includes('pod updates')
      return { key: fixed ? 'problem.immutable' : 'problem.notAllowedHere', values: { field } }
    }
    case 'FieldValueInvalid':
      return invalidSentence(field, detail, value, ranges)
    default:
      return { key: 'problem.other', values: {} }
  }
}

/** The values that an `Unsupported value` names, in its order. */
export function supportedValues(error: FieldError): readonly string[] {
  const list = error.detail.split('supported values: ')[1] ?? ''
  return [...list.matchAll(/"([^"]*)"/g)].map(match => match[1] ?? '')
}

const NAME_RULES = [
  'regex used for validation',
  'must be no more than',
  'must not contain dots',
  'name part',
  'prefix part',
  'a qualified name',
]
const PORT_NAME_RULES = [
  'must be no more than 15 characters',
  'must contain only alpha-numeric',
  'must contain at least one letter',
  'must not contain consecutive hyphens',
  'must not begin or end with a hyphen',
]

function invalidSentence(field: string, detail: string, value: string, ranges: Ranges): Plain {
  const says = (...parts: readonly string[]): boolean => parts.some(part => detail.includes(part))
  if (says('must be between 1 and 65535')) return { key: 'problem.portRange', values: {} }
  if (says('provided port is not in the valid range')) {
    const [first = '', last = ''] = ranges.nodePorts.split('-')
    return { key: 'problem.nodePortRange', values: { first: Number(first), last: Number(last) } }
  }
  if (says('provided port is already allocated')) return { key: 'problem.nodePortTaken', values: { value } }
  if (says('provided IP is already allocated'))
    return { key: 'problem.addressTaken', values: { value: addressIn(detail) } }
  if (says('the provided network does not match')) {
    return { key: 'problem.addressOutside', values: { value: addressIn(detail), range: ranges.clusterIPs } }
  }
  if (says('must be a valid IP address', 'must be an IPv4 address', 'must be an IPv6 address')) {
    return { key: 'problem.notAnAddress', values: { value } }
  }
  if (says('may not be in the l', 'may not be unspecified'))
    return { key: 'problem.addressNotAllowed', values: { value } }
  if (says('`selector` does not match')) return { key: 'problem.selectorMismatch', values: {} }
  if (says('field is immutable', 'may not change once set')) return { key: 'problem.immutable', values: { field } }
  if (says(...PORT_NAME_RULES)) return { key: 'problem.portName', values: { value } }
  if (says(...NAME_RULES)) return { key: 'problem.nameForm', values: { value } }
  if (says('may only be', 'may not be')) return { key: 'problem.notAllowedHere', values: { field } }
  return { key: 'problem.other', values: {} }
}

function addressIn(detail: string): string {
  return /failed to allocate IP ([^:]+(?::[^: ]+)*): /.exec(detail)?.[1] ?? ''
}
