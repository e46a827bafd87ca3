// Which plain words are not texts: YAML 1.1 as kubectl's parser (goyaml) reads it. `yes`, `on` and `010` are what 1.1 makes
// of them; numbers follow goyaml's rules. Sexagesimal numbers, timestamps and binary stay texts, as they do there, and
// merging is done where values are made.

import type { ScalarTag, Tags } from 'yaml'

const LEFT_OUT = new Set(
  ['timestamp', 'binary', 'merge', 'omap', 'pairs', 'set', 'int', 'float'].map(name => `tag:yaml.org,2002:${name}`),
)

const NUMBER: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^[-+]?\.?[0-9][0-9a-zA-Z_.+-]*$/,
  resolve: text => goNumber(text) ?? text,
}

const NOT_FINITE: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
  resolve: () => Number.NaN,
}

export function plainWordTags(tags: Tags): Tags {
  const kept = tags.filter(tag => typeof tag !== 'string' && !LEFT_OUT.has(tag.tag))
  return [...kept, NUMBER, NOT_FINITE]
}

/** The number that goyaml reads in a plain word, or undefined: underscores do not count, and 0 before digits is octal. */
export function goNumber(text: string): number | undefined {
  const plain = text.replaceAll('_', '')
  const [, sign, prefix, digits] = /^([-+]?)(0[xXbBoO]|0(?=[0-7]+$))([0-9a-fA-F]+)$/.exec(plain) ?? []
  if (prefix !== undefined && digits !== undefined) {
    const letter = prefix.charAt(1).toLowerCase()
    const value = Number(`0${letter === '' ? 'o' : letter}${digits}`)
    return Number.isNaN(value) ? undefined : sign === '-' ? -value : value
  }
  return /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain) ? Number(plain) : undefined
}
