// The options of a list or a watch, understood: meta/v1 ListOptions with its conversions from a query, the rules about
// which options go together, and the selectors made into one question. Mistakes come in the server's order: numbers,
// selectors, combinations, fields that the kind cannot be asked for.

import type { ApiStatus } from '../api/api-status.ts'
import { forbiddenField, invalidValue, fieldErrorText, notSupported, type FieldError } from '../api/field-error.ts'
import type { Kind } from '../api/kind-registry.ts'
import type { QueryOptions } from './api-request.ts'
import { fieldFilter, parseFieldSelector, type FieldTerm } from './field-selector.ts'
import { matchesLabelText, parseLabelSelector } from './label-selector.ts'
import { isOn, parseInt64, parseUint64 } from './query-options.ts'
import { badRequest, invalidOptions } from './refusals.ts'
import type { ObjectFilter } from './selector-text.ts'

type VersionMatch = '' | 'Exact' | 'NotOlderThan'

export interface ListOptions {
  /** Whether an object is chosen by the selectors. */
  readonly matches: ObjectFilter
  /** Whether there is any selector, so that `matches` may say no. */
  readonly isSelective: boolean
  readonly watch: boolean
  readonly allowBookmarks: boolean
  /** As written: '' when absent. It need not be a number. */
  readonly resourceVersion: string
  readonly versionMatch: VersionMatch
  /** 0: all at once. */
  readonly limit: number
  /** The token of a next page, or ''. */
  readonly continueToken: string
  readonly timeoutSeconds?: number | undefined
  readonly sendInitialEvents?: boolean | undefined
}

export type Understood<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: ApiStatus }

/** `watched` says that the path itself asks for a watch; `name` is the object that such a path names, or ''. */
export function readListOptions(
  kind: Kind,
  query: QueryOptions,
  path: { readonly watched: boolean; readonly name: string },
): Understood<ListOptions> {
  const numbers = readNumbers(query)
  if (typeof numbers === 'string') return refuse(badRequest(numbers))
  const labels = parseLabelSelector(query.get('labelSelector') ?? '')
  if (!labels.ok) return refuse(badRequest(labels.message))
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '')
  if (!fields.ok) return refuse(badRequest(fields.message))
  const watch = path.watched || isOn(query, 'watch')
  const mistakes = watch ? watchMistakes(query) : listMistakes(query)
  if (mistakes.length > 0) return refuse(invalidOptions('ListOptions', mistakes))
  const terms = withName(fields.selector, path.name)
  if (!terms) return refuse(badRequest("fieldSelector metadata.name doesn't match requested name"))
  const filter = fieldFilter(kind, terms)
  if (!filter.ok) return refuse(badRequest(filter.message))
  const { timeoutSeconds, limit } = numbers
  return {
    ok: true,
    value: {
      matches: object => matchesLabelText(labels.selector, object.metadata.labels) && filter.selector(object),
      isSelective: labels.selector.length > 0 || terms.length > 0,
      watch,
      allowBookmarks: isOn(query, 'allowWatchBookmarks'),
      resourceVersion: query.get('resourceVersion') ?? '',
      versionMatch: (query.get('resourceVersionMatch') ?? '') as VersionMatch,
      limit: Math.max(limit ?? 0, 0),
      continueToken: query.get('continue') ?? '',
      timeoutSeconds: timeoutSeconds !== undefined && timeoutSeconds > 0 ? timeoutSeconds : undefined,
      sendInitialEvents: query.has('sendInitialEvents') ? isOn(query, 'sendInitialEvents') : undefined,
    },
  }
}

/**
 * A resourceVersion as a number; 0 for '' and `0`, which both ask for no version in particular. What is wrong with any
 * other text is said as the server's storage says it.
 */
export function versionNumber(text: string): number | { readonly wrong: string } {
  if (text === '') return 0
  const parsed = parseUint64(text)
  if (parsed.ok) return Number(parsed.value)
  return { wrong: fieldErrorText(invalidValue('resourceVersion', text, parsed.message)) }
}

interface Numbers {
  readonly timeoutSeconds?: number
  readonly limit?: number
}

/** The numbers among the options, or the words for the first that is none. */
function readNumbers(query: QueryOptions): Numbers | string {
  const numbers: { timeoutSeconds?: number; limit?: number } = {}
  for (const name of ['timeoutSeconds', 'limit'] as const) {
    const text = query.get(name)
    if (text === undefined) continue
    const parsed = parseInt64(text)
    if (!parsed.ok) return parsed.message
    numbers[name] = Number(parsed.value)
  }
  return numbers
}

function listMistakes(query: QueryOptions): readonly FieldError[] {
  const mistakes: FieldError[] = []
  const match = query.get('resourceVersionMatch') ?? ''
  const version = query.get('resourceVersion') ?? ''
  const forbid = (field: string, why: string): number => mistakes.push(forbiddenField(field, why))
  if (match !== '') {
    if (version === '') {
      forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')
    }
    forbidContinue(query, mistakes)
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      mistakes.push(notSupported('resourceVersionMatch', match, ['', 'Exact', 'NotOlderThan']))
    }
    if (match === 'Exact' && version === '0') {
      forbid('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
    }
  }
  if (query.has('sendInitialEvents')) forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list')
  return mistakes
}

function watchMistakes(query: QueryOptions): readonly FieldError[] {
  const mistakes: FieldError[] = []
  const match = query.get('resourceVersionMatch') ?? ''
  const isInitial = query.has('sendInitialEvents')
  const forbid = (why: string): number => mistakes.push(forbiddenField('resourceVersionMatch', why))
  if (isInitial && match !== 'NotOlderThan') {
    forbid('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  }
  if (match === '') return mistakes
  if (!isInitial) forbid('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')
  if (match !== 'NotOlderThan') mistakes.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']))
  forbidContinue(query, mistakes)
  return mistakes
}

function forbidContinue(query: QueryOptions, mistakes: FieldError[]): void {
  if ((query.get('continue') ?? '') === '') return
  mistakes.push(forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'))
}

/** The terms, and that the object has this name; undefined when they ask for another one. */
function withName(terms: readonly FieldTerm[], name: string): readonly FieldTerm[] | undefined {
  if (name === '') return terms
  const asked: FieldTerm = { field: 'metadata.name', operator: '=', value: name }
  if (terms.length === 0) return [asked]
  const isSame = terms.some(term => term.field === asked.field && term.operator === '=' && term.value === name)
  return isSame ? [asked] : undefined
}

function refuse(status: ApiStatus): { readonly ok: false; readonly status: ApiStatus } {
  return { ok: false, status }
}
