// The JSON text of each object, printed once however many lists and watches tell of it: objects are frozen, so a text holds
// as long as its object. Kind and version are left out, for lists leave them out.

import type { AnyObject } from '../api/kind-registry.ts'

export class ObjectTexts {
  readonly #texts = new WeakMap<AnyObject, string>()

  /** All of the object but its kind and apiVersion. Only for frozen objects. */
  of(object: AnyObject): string {
    const known = this.#texts.get(object)
    if (known !== undefined) return known
    const { kind: _kind, apiVersion: _apiVersion, ...rest } = object
    const text = JSON.stringify(rest)
    this.#texts.set(object, text)
    return text
  }
}
