// What a message is: a key that both catalogues have, and the values that fill its places. Pure functions elsewhere
// return messages; only components turn them into words, so a language can change under a running cluster.

import { en } from './en.ts'

/** A plural form is part of its message: `lost_one` and `lost_other` are both reached by `lost` and a `count`. */
export type BaseKey<K extends string> = K extends `${infer Base}_one`
  ? Base
  : K extends `${infer Base}_other`
    ? Base
    : K

export type MessageKey = BaseKey<keyof typeof en>

/** Fills `{{name}}`; `count` also chooses the plural form. */
export type Values = Readonly<Record<string, string | number>>

export type T = (key: MessageKey, values?: Values) => string

export interface Message {
  readonly key: MessageKey
  readonly values: Values
}

/** A message with other messages inside: lengths of time, whose words differ by language. */
export interface Phrase extends Message {
  readonly parts?: { readonly [name: string]: Message }
}

/** A phrase in words. */
export function word(t: T, { key, values, parts }: Phrase): string {
  if (parts === undefined) return t(key, values)
  const words = Object.entries(parts).map(([name, part]) => [name, t(part.key, part.values)])
  return t(key, { ...values, ...Object.fromEntries(words) })
}

/** Whether a key that came over the wire has words here. */
export function isMessageKey(key: string): key is MessageKey {
  return key in en || `${key}_other` in en
}
