// The query of a request, read as Go reads one: pairs parted by `&`, `+` for a blank, percent escapes in UTF-8. A pair
// that is not well formed is passed over without a word. Of a name given twice the first value counts.

import type { QueryOptions } from './api-request.ts'

export function parseQuery(query: string): QueryOptions {
  const options = new Map<string, string>()
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue
    const cut = pair.indexOf('=')
    const name = decoded(cut < 0 ? pair : pair.slice(0, cut))
    const value = decoded(cut < 0 ? '' : pair.slice(cut + 1))
    if (name !== undefined && value !== undefined && !options.has(name)) options.set(name, value)
  }
  return options
}

/** All values of one name, in the order in which they came: words of a command. */
export function valuesOf(query: string, name: string): readonly string[] {
  return query
    .split('&')
    .flatMap(pair => [...parseQuery(pair)].flatMap(([key, value]) => (key === name ? [value] : [])))
}

/** Whether a yes-or-no option is set: any value but `false` and `0` says yes, the empty one too. */
export function isOn(options: QueryOptions, name: string): boolean {
  const value = options.get(name)
  return value !== undefined && value !== '0' && value.toLowerCase() !== 'false'
}

const INT64_MAX = 2n ** 63n - 1n
const UINT64_MAX = 2n ** 64n - 1n

export type ParsedNumber =
  | { readonly ok: true; readonly value: bigint }
  | { readonly ok: false; readonly message: string }

/** A whole number in decimal, with Go's words for what is not one. */
export function parseInt64(text: string): ParsedNumber {
  return parsed(text, 'ParseInt', /^[+-]?[0-9]+$/, -INT64_MAX - 1n, INT64_MAX)
}

export function parseUint64(text: string): ParsedNumber {
  return parsed(text, 'ParseUint', /^[0-9]+$/, 0n, UINT64_MAX)
}

function parsed(text: string, call: string, form: RegExp, min: bigint, max: bigint): ParsedNumber {
  const refuse = (why: string): ParsedNumber => {
    return { ok: false, message: `strconv.${call}: parsing ${JSON.stringify(text)}: ${why}` }
  }
  if (!form.test(text)) return refuse('invalid syntax')
  // No number of more digits can be in range, and one of very many would be slow to make.
  const digits = text.replace(/^\+/, '')
  const short = digits.replace(/^(-?)0+(?=[0-9])/, '$1')
  if (short.length > 20) return refuse('value out of range')
  const value = BigInt(short)
  return value < min || value > max ? refuse('value out of range') : { ok: true, value }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
