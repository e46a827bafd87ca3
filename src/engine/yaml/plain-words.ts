// Which texts may stand in YAML without quotes, and how the others are written, as goyaml (kubectl's printer) decides.

import { goNumber } from './tag-schema.ts'

/** Words that YAML 1.1 takes for a boolean or for nothing. */
const RESERVED = new Set(
  [
    'y',
    'n',
    'yes',
    'no',
    'on',
    'off',
    'true',
    'false',
    'null',
    '~',
    '',
    '<<',
    '=',
    '.nan',
    '.inf',
    '-.inf',
    '+.inf',
  ].flatMap(word => [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)]),
).add('.NaN')

const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?([Tt\s].*)?$/
const INDICATORS = new Set(',[]{}#&*!|>\'"%@`')

/** Whether the text, unquoted, would be read as something other than this text. */
function looksLikeAnotherType(text: string): boolean {
  return RESERVED.has(text) || goNumber(text) !== undefined || SEXAGESIMAL.test(text) || TIMESTAMP.test(text)
}

function mayStandPlain(text: string): boolean {
  const first = text.charAt(0)
  if (INDICATORS.has(first) || text.trim() !== text) return false
  if (/^[-?:](\s|$)/.test(text) || /^(---|\.\.\.)/.test(text)) return false
  return !/:(\s|$)/.test(text) && !/\s#/.test(text)
}

/** A text as one scalar on one line: plain where that is safe, in single quotes else, in double quotes where it must be. */
export function scalarText(text: string): string {
  if (looksLikeAnotherType(text) || !isPrintable(text)) return doubleQuoted(text)
  return mayStandPlain(text) ? text : `'${text.replaceAll("'", "''")}'`
}

/** Whether every unit can be written as it is: no control characters, no lone surrogates, no line separators. */
export function isPrintable(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/.test(text) && !/\p{Surrogate}/u.test(text)
}

// JSON's escapes are a part of YAML's.
function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
