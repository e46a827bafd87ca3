// What a patch comes to: the changed value, or the refusal in the server's own terms. Patches are plain JSON here; which
// object they are about, and whether the result is a good one, is decided elsewhere.

/** A JSON object as it is patched. Members may have any JSON value. */
export type JsonRecord = { readonly [key: string]: unknown }

export type PatchOutcome =
  | { readonly ok: true; readonly value: unknown }
  /** `reject`: the operations cannot be carried out (422 without words of its own); `bad`: 400; `broken`: a bare 500. */
  | { readonly ok: false; readonly type: 'reject' }
  | { readonly ok: false; readonly type: 'bad' | 'broken'; readonly message: string }

export function patched(value: unknown): PatchOutcome {
  return { ok: true, value }
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member of its own, never one that every object has (`constructor`). */
export function own(record: JsonRecord, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
