// What an object becomes when its manifest changes: what the manifest says wins, what it no longer says goes, and what it
// never said stays (`kubectl apply`, client side). Maps are merged member by member. Lists are taken from the manifest as a
// whole, which is simpler than kubectl's merge by keys: what others added inside a list does not survive an apply.

import { sameJson } from '../kernel/json.ts'

/** Members that are replaced, not merged: their parts exclude one another. */
const REPLACED: ReadonlySet<string> = new Set(['strategy'])

/** `last` is the manifest that was applied before, undefined the first time. */
export function mergeManifest(last: unknown, manifest: unknown, live: unknown): unknown {
  if (!isRecord(manifest) || !isRecord(live)) return manifest
  const before = isRecord(last) ? last : {}
  const merged: [string, unknown][] = []
  for (const [key, value] of Object.entries(live)) {
    if (own(manifest, key) === undefined && own(before, key) === undefined) merged.push([key, value])
  }
  for (const [key, value] of Object.entries(manifest)) {
    if (value === undefined) continue
    const current = own(live, key)
    const isWhole = REPLACED.has(key) && !sameJson(value, own(before, key))
    merged.push([key, isWhole || current === undefined ? value : mergeManifest(own(before, key), value, current)])
  }
  return Object.fromEntries(merged)
}

function own(record: { readonly [key: string]: unknown }, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
