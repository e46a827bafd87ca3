// A text of several YAML documents → objects with their places, and everything that is wrong with the text itself. What
// the objects mean is not asked here. Lists (`kind: List`) are taken apart. The work is bounded for any text: by size, by
// the number of tokens, by depth and by what aliases may unfold to.

import { Composer, Lexer, Parser, isScalar, type CST, type Document, type Node, type YAMLError } from 'yaml'
import type { Json } from '../kernel/json.ts'
import { Anchors } from './anchors.ts'
import { makeValue, type Found } from './make-value.ts'
import { findPlace, rangeOf, underlined, type FieldPath, type Place } from './source-map.ts'
import { plainWordTags } from './tag-schema.ts'
import { firstTooDeep } from './token-depth.ts'
import type { TextRange, YamlProblem, YamlProblemCode } from './yaml-problem.ts'

/** The API server takes no request larger than this; the same limit holds for a text here. */
const TEXT_BYTES_MAX = 3 * 1024 * 1024
const TOKENS_MAX = 800_000
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
  const tokens = tokenize(text)
  if (!tokens) {
    const values = { limit: '3 MiB' }
    problems.push({
      code: 'tooLarge',
      from: 0,
      to: Math.min(1, text.length),
      document: 0,
      field: '',
      values,
      message: TOO_LARGE,
    })
    return { documents, problems }
  }
  let index = 0
  for (const parsed of compose(tokens)) {
    if (typeof parsed === 'number') {
      const message = 'exceeded max depth'
      problems.push({ code: 'tooDeep', from: parsed, to: parsed + 1, document: index, field: '', values: {}, message })
      break
    }
    if (isEmpty(parsed)) continue
    if (problems.length < PROBLEMS_MAX) readDocument(text, parsed, index, documents, problems)
    index++
  }
  const placed = problems.map(problem => ({ ...problem, ...atLeastOne(text, problem) }))
  return { documents, problems: placed.sort((a, b) => a.from - b.from || a.to - b.to) }
}

const TOO_LARGE = `Request entity too large: limit is ${TEXT_BYTES_MAX}`

// A text that is longer in UTF-16 units is longer in bytes as well.
function tokenize(text: string): readonly CST.Token[] | undefined {
  if (text.length > TEXT_BYTES_MAX) return undefined
  const parser = new Parser()
  const tokens: CST.Token[] = []
  let lexemes = 0
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > TOKENS_MAX) return undefined
    tokens.push(...parser.next(lexeme))
  }
  tokens.push(...parser.end())
  return tokens
}

// The documents in order; the offset of a collection that stands too deep ends them.
function* compose(tokens: readonly CST.Token[]): Generator<Document | number> {
  const composer = new Composer({
    version: '1.1',
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
    customTags: plainWordTags,
  })
  for (const token of tokens) {
    const deep = token.type === 'document' ? firstTooDeep(token) : undefined
    if (deep !== undefined) {
      yield* composer.end()
      yield deep
      return
    }
    yield* composer.next(token)
  }
  yield* composer.end()
}

function isEmpty(document: Document): boolean {
  const { contents } = document
  const nothing = contents === null || (isScalar(contents) && contents.value === null && !contents.source)
  return nothing && document.errors.length === 0
}

function readDocument(
  text: string,
  parsed: Document,
  index: number,
  documents: ParsedDocument[],
  problems: YamlProblem[],
): void {
  const complain = (
    code: YamlProblemCode,
    range: TextRange,
    message: string,
    field = '',
    values: YamlProblem['values'] = {},
  ): void => {
    problems.push({ code, from: range.from, to: range.to, document: index, field, message, values })
  }
  for (const error of parsed.errors.slice(0, SYNTAX_ERRORS_MAX))
    complain(codeOf(error), { from: error.pos[0], to: error.pos[1] }, error.message)
  const root = parsed.contents
  if (parsed.errors.length > 0 || !root) return
  const anchors = new Anchors(root)
  const { value, problems: found } = makeValue(root, anchors)
  for (const one of found.slice(0, PROBLEMS_MAX)) complain(one.code, one, one.message, '', one.values)
  if (found.length > 0) return
  for (const object of objectsIn(value, anchors, root)) {
    const place = (path: FieldPath): Place | undefined => findPlace(anchors, object.node, path)
    const frame = frameProblem(object.value, path => underlineNearest(text, place, path))
    if (frame) complain(frame.code, frame, frame.message, frame.field, frame.values)
    else {
      documents.push({
        value: object.value as ManifestValue,
        document: index,
        range: object.node ? rangeOf(object.node) : rangeOf(root),
        rangeOf: path => underlineNearest(text, place, path),
        placeOf: place,
      })
    }
  }
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

function codeOf(error: YAMLError): YamlProblemCode {
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
