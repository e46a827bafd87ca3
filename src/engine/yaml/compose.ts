// Text → YAML nodes, document by document, with a bound on all of it: how long the text is, how many tokens it has, how
// deep it nests and how many errors one document may have. Without the last, a megabyte of junk takes many seconds, most
// of them spent on errors that nobody reads.

import { Composer, Lexer, Parser, type CST, type Document } from 'yaml'
import { plainWordTags } from './tag-schema.ts'
import { firstTooDeep } from './token-depth.ts'

/** The API server takes no request larger than this; the same limit holds for a text here. */
const TEXT_LENGTH_MAX = 3 * 1024 * 1024
/** Tokens of one document. */
const TOKENS_MAX = 500_000
const TOO_MANY_TOKENS = `the document has more than ${TOKENS_MAX} tokens`
/** What the lexer says where a document begins. */
const DOCUMENT = '\u0002'
/** Errors of one document, after which the rest of the text is left unread. */
const ERRORS_MAX = 50

export interface SyntaxError {
  readonly code: string
  readonly message: string
  readonly from: number
  readonly to: number
}

export type Composed =
  | { readonly type: 'document'; readonly document: Document; readonly errors: readonly SyntaxError[] }
  /** The rest of the text is not read. */
  | { readonly type: 'broken'; readonly errors: readonly SyntaxError[] }
  | { readonly type: 'tooDeep'; readonly from: number }
  | { readonly type: 'tooLarge'; readonly limit: string; readonly message: string }

/** The documents in order; anything but a document is the last. */
export function* composeText(text: string): Generator<Composed> {
  // A text that is longer in UTF-16 units is longer in bytes as well.
  if (text.length > TEXT_LENGTH_MAX) {
    yield { type: 'tooLarge', limit: '3 MiB', message: `Request entity too large: limit is ${TEXT_LENGTH_MAX}` }
    return
  }
  yield* composeTokens(text)
}

// Token by token, so that who has seen enough can stop in the middle.
function* composeTokens(text: string): Generator<Composed> {
  const found: SyntaxError[] = []
  const composer = newComposer(found)
  try {
    for (const token of tokensOf(text)) {
      const from = token.type === 'document' ? firstTooDeep(token) : undefined
      for (const document of from === undefined ? composer.next(token) : composer.end()) yield whole(document, found)
      if (from !== undefined) {
        yield { type: 'tooDeep', from }
        return
      }
    }
    for (const document of composer.end()) yield whole(document, found)
  } catch (error) {
    if (error instanceof TooManyErrors) yield { type: 'broken', errors: found.slice(-ERRORS_MAX) }
    else if (error instanceof TooManyTokens)
      yield { type: 'tooLarge', limit: `${TOKENS_MAX} tokens`, message: TOO_MANY_TOKENS }
    else throw error
  }
}

function* tokensOf(text: string): Generator<CST.Token> {
  const parser = new Parser()
  let count = 0
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === DOCUMENT || lexeme === '---') count = 0
    if (++count > TOKENS_MAX) throw new TooManyTokens()
    yield* parser.next(lexeme)
  }
  yield* parser.end()
}

function whole(document: Document, found: SyntaxError[]): Composed {
  found.length = 0
  const errors = document.errors.map(({ code, message, pos }) => ({ code, message, from: pos[0], to: pos[1] }))
  return { type: 'document', document, errors }
}

class TooManyTokens extends Error {}

class TooManyErrors extends Error {}

type ErrorSource = number | readonly [number, number] | { readonly offset: number; readonly source?: string }
type OnError = (source: ErrorSource, code: string, message: string, warning?: boolean) => void

// The composer has no limit of its own; what it calls for each error is stepped into.
function newComposer(found: SyntaxError[]): Composer {
  const composer = new Composer({ version: '1.1', uniqueKeys: false, prettyErrors: false, customTags: plainWordTags })
  const pass = composer['onError'] as OnError
  composer['onError'] = (source: ErrorSource, code: string, message: string, warning?: boolean): void => {
    if (warning !== true) found.push({ code, message, ...rangeOfSource(source) })
    if (found.length > ERRORS_MAX) throw new TooManyErrors()
    pass(source, code, message, warning)
  }
  return composer
}

function rangeOfSource(source: ErrorSource): { readonly from: number; readonly to: number } {
  if (typeof source === 'number') return { from: source, to: source + 1 }
  if ('offset' in source) return { from: source.offset, to: source.offset + (source.source?.length ?? 1) }
  return { from: source[0], to: source[1] }
}
