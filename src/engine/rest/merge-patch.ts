// JSON merge patch (RFC 7386): objects merge member by member, null deletes, anything else replaces. Lists are replaced as
// a whole.

import { isRecord, own } from './patch-outcome.ts'

/** The target after the patch; both are left as they are. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const base = isRecord(target) ? target : {}
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(own(base, key), value))
  }
  return Object.fromEntries(merged)
}
