// The text form of a field selector, `status.phase!=Running,spec.nodeName=n1` (apimachinery fields.ParseSelector), and
// which fields each kind lets itself be chosen by (the field label conversions and the registries' selectable fields).

import type { AnyObject, Kind, KindMap } from '../api/kind-registry.ts'
import { KINDS } from '../api/kind-registry.ts'
import { compareText } from '../kernel/json.ts'
import type { ObjectFilter, ParsedSelector } from './selector-text.ts'

export interface FieldTerm {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

/** The terms of a text, in the server's order. Terms that are empty do not count; blanks do. */
export function parseFieldSelector(text: string): ParsedSelector<readonly FieldTerm[]> {
  const terms: FieldTerm[] = []
  for (const part of splitTerms(text).sort(compareText)) {
    if (part === '') continue
    const match = /^([^=]*?)(!=|==|=)([^]*)$/.exec(part)
    if (!match) return { ok: false, message: `invalid selector: '${text}'; can't understand '${part}'` }
    const [, field = '', operator, escaped = ''] = match
    const value = unescapeValue(escaped)
    if (!value.ok) return value
    terms.push({ field, operator: operator === '!=' ? '!=' : '=', value: value.selector })
  }
  return { ok: true, selector: terms }
}

/** The question that the terms ask of objects of a kind, or the refusal of a field that the kind cannot be asked for. */
export function fieldFilter(kind: Kind, terms: readonly FieldTerm[]): ParsedSelector<ObjectFilter> {
  const fields: { readonly [field: string]: ReadField } = FIELDS[kind] ?? metadataFields(kind)
  for (const { field } of terms) {
    if (Object.hasOwn(fields, field)) continue
    const message = FIELDS[kind]
      ? `field label not supported: ${field}`
      : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
    return { ok: false, message }
  }
  return {
    ok: true,
    selector: object =>
      terms.every(({ field, operator, value }) => ((fields[field]?.(object) ?? '') === value) === (operator === '=')),
  }
}

type ReadField<T = AnyObject> = (object: T) => string | undefined
type Fields<T> = { readonly [field: string]: ReadField<T> }

const POD: Fields<KindMap['Pod']> = {
  'spec.nodeName': ({ spec }) => spec.nodeName,
  'spec.restartPolicy': ({ spec }) => spec.restartPolicy,
  'spec.schedulerName': pod => memberText(pod.spec, 'schedulerName'),
  'spec.serviceAccountName': pod => memberText(pod.spec, 'serviceAccountName'),
  'spec.hostNetwork': pod => memberText(pod.spec, 'hostNetwork') || 'false',
  'status.phase': ({ status }) => status?.phase,
  'status.podIP': ({ status }) => status?.podIP,
  // May be asked for, but the registry never fills it in.
  'status.podIPs': () => '',
  'status.nominatedNodeName': pod => memberText(pod.status, 'nominatedNodeName'),
}

const EVENT: Fields<KindMap['Event']> = {
  ...Object.fromEntries(
    ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(member => [
      `involvedObject.${member}`,
      (event: KindMap['Event']) => memberText(event.involvedObject, member),
    ]),
  ),
  reason: event => event.reason,
  reportingComponent: eventSource,
  source: eventSource,
  type: event => event.type,
}

const FIELDS: { readonly [K in Kind]?: { readonly [field: string]: ReadField } } = {
  Pod: { ...metadataFields('Pod'), ...widened(POD) },
  Service: {
    ...metadataFields('Service'),
    ...widened<KindMap['Service']>({
      'spec.clusterIP': ({ spec }) => spec.clusterIP,
      'spec.type': ({ spec }) => spec.type,
    }),
  },
  Node: {
    ...metadataFields('Node'),
    ...widened<KindMap['Node']>({ 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) }),
  },
  Namespace: {
    ...metadataFields('Namespace'),
    ...widened<KindMap['Namespace']>({ 'status.phase': ({ status }) => status?.phase }),
  },
  Event: { ...metadataFields('Event'), ...widened(EVENT) },
  Secret: { ...metadataFields('Secret'), ...widened<KindMap['Secret']>({ type: ({ type }) => type }) },
}

function eventSource(event: KindMap['Event']): string | undefined {
  return event.source?.component || event.reportingComponent
}

function metadataFields(kind: Kind): Fields<AnyObject> {
  const name = { 'metadata.name': ({ metadata }: AnyObject) => metadata.name }
  // The two kinds without namespaces that name their fields refuse this one; all others let it be asked for.
  if (!KINDS[kind].namespaced) return name
  return { ...name, 'metadata.namespace': ({ metadata }) => metadata.namespace }
}

/** Readers of one kind's fields, for a table that is only ever asked with objects of that kind. */
function widened<T>(fields: Fields<T>): Fields<AnyObject> {
  return fields as unknown as Fields<AnyObject>
}

/** A member as text, also where our types do not know of it, since what a user wrote is kept. */
function memberText(holder: object | undefined, member: string): string {
  const value = (holder as { readonly [member: string]: unknown } | undefined)?.[member]
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : ''
}

/** Cuts at the commas that no backslash stands before. */
function splitTerms(text: string): string[] {
  const terms: string[] = []
  let term = ''
  for (let at = 0; at < text.length; at++) {
    const unit = text[at] as string
    if (unit === ',') {
      terms.push(term)
      term = ''
    } else {
      term += unit
      if (unit === '\\' && at + 1 < text.length) term += text[++at] as string
    }
  }
  return [...terms, term]
}

function unescapeValue(text: string): ParsedSelector<string> {
  const wrong = (what: string): ParsedSelector<string> => ({ ok: false, message: `invalid field selector: ${what}` })
  let value = ''
  let isEscaped = false
  for (const unit of text) {
    const isSpecial = unit === '\\' || unit === ',' || unit === '='
    if (isEscaped && !isSpecial) return wrong(`invalid escape sequence: \\${unit}`)
    if (!isEscaped && isSpecial && unit !== '\\') return wrong(`unescaped character in value: ${unit.codePointAt(0)}`)
    const isEscape: boolean = !isEscaped && unit === '\\'
    if (!isEscape) value += unit
    isEscaped = isEscape
  }
  return isEscaped ? wrong('invalid escape sequence: \\') : { ok: true, selector: value }
}
