// A text of several YAML documents → objects with their places, and everything that is wrong with the text itself. What
// the objects mean is not asked here. Lists (`kind: List`) are taken apart. The work is bounded for any text: by size, by
// the number of tokens, by depth and by what aliases may unfold to.

import { isScalar, type Document, type Node } from 'yaml'
import type { Json } from '../kernel/json.ts'
import { Anchors } from './anchors.ts'
import { composeText, type SyntaxError } from './compose.ts'
import { makeValue, type Found } from './make-value.ts'
import { findPlace, rangeOf, underlined, type FieldPath, type Place } from './source-map.ts'
import type { TextRange, YamlProblem, YamlProblemCode } from './yaml-problem.ts'

const PROBLEMS_MAX = 100
/** Syntax errors of one document that are told; what follows the first is mostly its echo. */
const SYNTAX_ERRORS_MAX = 3

/** An object of the text; `kind` and `apiVersion` are texts, everything below is as it came. */
export interface ManifestValue {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name?: string | undefined
    readonly namespace?: string | undefined
    readonly [other: string]: Json | undefined
  }
  readonly [other: string]: unknown
}

export interface ParsedDocument {
  readonly value: ManifestValue
  /** Which document of the text it stands in, empty ones not counted; several objects of a List share one. */
  readonly document: number
  readonly range: TextRange
  /** What to underline for a field: value or key of the field itself, or of its nearest ancestor that the text has. */
  rangeOf(path: FieldPath): TextRange
  /** The place of a field that stands in the text, or undefined; paths begin at the object. */
  placeOf(path: FieldPath): Place | undefined
}

export interface ParsedManifests {
  readonly documents: readonly ParsedDocument[]
  readonly problems: readonly YamlProblem[]
}

export function parseManifests(text: string): ParsedManifests {
  const problems: YamlProblem[] = []
  const documents: ParsedDocument[] = []
  let index = 0
  for (const composed of composeText(text)) {
    if (composed.type === 'document' && isEmpty(composed.document)) continue
    if (problems.length >= PROBLEMS_MAX) break
    const complain: Complain = (code, range, message, field = '', values = {}) => {
      problems.push({ code, from: range.from, to: range.to, document: index, field, message, values })
    }
    switch (composed.type) {
      case 'tooLarge':
        complain('tooLarge', { from: 0, to: 1 }, composed.message, '', { limit: composed.limit })
        break
      case 'tooDeep':
        complain('tooDeep', { from: composed.from, to: composed.from + 1 }, 'exceeded max depth')
        break
      case 'broken':
        tellSyntaxErrors(composed.errors, complain)
        break
      case 'document':
        if (composed.errors.length > 0) tellSyntaxErrors(composed.errors, complain)
        else for (const one of readDocument(text, composed.document, index, complain)) documents.push(one)
        break
    }
    index++
  }
  const placed = problems.map(problem => ({ ...problem, ...atLeastOne(text, problem) }))
  return { documents, problems: placed.sort((a, b) => a.from - b.from || a.to - b.to) }
}

type Complain = (
  code: YamlProblemCode,
  range: TextRange,
  message: string,
  field?: string,
  values?: YamlProblem['values'],
) => void

function tellSyntaxErrors(errors: readonly SyntaxError[], complain: Complain): void {
  for (const error of errors.slice(0, SYNTAX_ERRORS_MAX)) complain(codeOf(error), error, error.message)
}

function isEmpty(document: Document): boolean {
  const { contents } = document
  const nothing = contents === null || (isScalar(contents) && contents.value === null && !contents.source)
  return nothing && document.errors.length === 0
}

function readDocument(text: string, parsed: Document, index: number, complain: Complain): ParsedDocument[] {
  const root = parsed.contents
  if (!root) return []
  const anchors = new Anchors(root)
  const { value, problems: found } = makeValue(root, anchors)
  for (const one of found.slice(0, PROBLEMS_MAX)) complain(one.code, one, one.message, '', one.values)
  if (found.length > 0) return []
  const documents: ParsedDocument[] = []
  for (const object of objectsIn(value, anchors, root)) {
    const place = (path: FieldPath): Place | undefined => findPlace(anchors, object.node, path)
    const rangeAt = (path: FieldPath): TextRange => underlineNearest(text, place, path)
    const frame = frameProblem(object.value, rangeAt)
    if (frame) complain(frame.code, frame, frame.message, frame.field, frame.values)
    else {
      const range = rangeOf(object.node ?? root)
      documents.push({ value: object.value as ManifestValue, document: index, range, rangeOf: rangeAt, placeOf: place })
    }
  }
  return documents
}

// The object of a document, or those of a List, also when Lists stand in Lists.
function objectsIn(
  value: Json,
  anchors: Anchors,
  node: Node | undefined,
): { readonly value: Json; readonly node: Node | null }[] {
  if (!isRecord(value) || value['kind'] !== 'List' || !Array.isArray(value['items']))
    return [{ value, node: node ?? null }]
  const items = value['items'] as readonly Json[]
  return items.flatMap((item, index) =>
    objectsIn(item, anchors, findPlace(anchors, node ?? null, ['items', index])?.value),
  )
}

type Frame = Found & { readonly field: string }

/** The first thing that keeps a value from being an object of the API at all. */
function frameProblem(value: Json, rangeAt: (path: FieldPath) => TextRange): Frame | undefined {
  if (!isRecord(value)) {
    const message = 'the object provided is unrecognized (must be an object with apiVersion and kind)'
    return { code: 'notObject', ...rangeAt([]), field: '', message, values: {} }
  }
  for (const field of ['apiVersion', 'kind'] as const) {
    const given = value[field]
    if (given === undefined || given === null || given === '') {
      return { code: 'required', ...rangeAt([field]), field, message: `${field} not set`, values: { field } }
    }
    if (typeof given !== 'string') return wrongType(field, given, rangeAt([field]), 'string')
  }
  const { metadata } = value
  if (metadata !== undefined && metadata !== null && !isRecord(metadata)) {
    return wrongType('metadata', metadata, rangeAt(['metadata']), 'v1.ObjectMeta')
  }
  const name = metadata?.['name']
  if (name === undefined || name === null || name === '') {
    const field = 'metadata.name'
    return {
      code: 'required',
      ...rangeAt(['metadata', 'name']),
      field,
      message: `${field}: Required value: name is required`,
      values: { field },
    }
  }
  for (const member of ['name', 'namespace']) {
    const given = metadata?.[member] ?? undefined
    if (given === undefined || typeof given === 'string') continue
    return wrongType(`metadata.${member}`, given, rangeAt(['metadata', member]), 'string')
  }
  return undefined
}

function wrongType(field: string, given: Json, range: TextRange, wanted: string): Frame {
  const actual = Array.isArray(given)
    ? 'array'
    : isRecord(given)
      ? 'object'
      : given === true || given === false
        ? 'bool'
        : typeof given
  const struct = field.startsWith('metadata.') ? `ObjectMeta.${field}` : field
  const message = `json: cannot unmarshal ${actual} into Go struct field ${struct} of type ${wanted}`
  const expected = wanted === 'string' ? 'text' : 'an object'
  return { code: 'wrongType', ...range, field, message, values: { field, expected, actual } }
}

function underlineNearest(text: string, place: (path: FieldPath) => Place | undefined, path: FieldPath): TextRange {
  for (let length = path.length; length >= 0; length--) {
    const found = place(path.slice(0, length))
    if (!found?.key && !found?.value) continue
    // An ancestor is shown by its key: its value is too much to underline.
    return length < path.length && found.key ? rangeOf(found.key) : underlined(text, found)
  }
  return { from: 0, to: 0 }
}

function codeOf(error: SyntaxError): YamlProblemCode {
  if (error.code === 'TAB_AS_INDENT') return 'tab'
  return error.code === 'DUPLICATE_KEY' ? 'duplicateKey' : 'yamlSyntax'
}

// At least one character is underlined, none after the text, and no line end alone: that could not be seen.
function atLeastOne(text: string, range: TextRange): TextRange {
  let from = Math.max(0, Math.min(range.from, text.length - 1))
  const to = Math.min(Math.max(range.to, from + 1), text.length)
  if (/^[\r\n]*$/.test(text.slice(from, to))) from = Math.max(0, text.slice(0, from).trimEnd().length - 1)
  const visible = text.slice(from, to).trimEnd().length
  return { from, to: visible === 0 ? to : from + visible }
}

function isRecord(value: unknown): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
