// What the text of a selector comes to: a question to ask of an object, or the server's words for what is wrong with it.

import type { AnyObject } from '../api/kind-registry.ts'

export type ParsedSelector<T> =
  | { readonly ok: true; readonly selector: T }
  | { readonly ok: false; readonly message: string }

/** Whether an object is among those asked for. */
export type ObjectFilter = (object: AnyObject) => boolean
