// Validation of every kind at one door: all mistakes of an object, in the order in which the real server reports them.

import type { FieldError } from './field-error.ts'
import type { Kind, KindMap } from './kind-registry.ts'

/** Mistakes of a new object, after defaults. */
export function validateCreate<K extends Kind>(_kind: K, _object: KindMap[K]): readonly FieldError[] {
  return []
}

/** Mistakes of a change, after defaults: those of the object itself and of what may not change. */
export function validateUpdate<K extends Kind>(_kind: K, _object: KindMap[K], _old: KindMap[K]): readonly FieldError[] {
  return []
}
