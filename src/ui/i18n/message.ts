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

/** Whether a key that came over the wire has words here. */
export function isMessageKey(key: string): key is MessageKey {
  return key in en || `${key}_other` in en
}
