// From the field that a message of the API server names to the place in the text that has to be changed.

import { rangeOf, type FieldPath, type ParsedDocument } from '../yaml/index.ts'
import type { TextRange } from './manifest-problem.ts'

/** `spec.ports[0].port` or `metadata.annotations[a.b/c]` as steps; what stands in brackets is an index or a key. */
function parseField(field: string): FieldPath {
  const steps: (string | number)[] = []
  for (const [, word, bracketed] of field.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (word !== undefined) steps.push(word)
    else if (bracketed !== undefined) steps.push(/^\d+$/.test(bracketed) ? Number(bracketed) : bracketed)
  }
  return steps
}

/** The path under which a manifest has the field; the server's own names differ from it in three places. */
export function pathInText(field: string, document: ParsedDocument): FieldPath {
  const path = parseField(
    field
      .replace(/^spec\.LoadBalancerSourceRanges/, 'spec.loadBalancerSourceRanges')
      .replace(/^metadata\.taints/, 'spec.taints')
      .replace(/^spec\.template\.(labels|annotations)/, 'spec.template.metadata.$1'),
  )
  // The list follows from the single address when only that was written.
  if (field.startsWith('spec.clusterIPs') && !document.placeOf(['spec', 'clusterIPs'])) return ['spec', 'clusterIP']
  return path
}

/**
 * What to underline for a field. A message about a map of labels names the map and shows the bad key or value: that pair
 * is found and underlined.
 */
export function locateField(document: ParsedDocument, field: string, shown: string | undefined): TextRange {
  const path = pathInText(field, document)
  const members = shown === undefined ? undefined : valueAt(document.value, path)
  if (isRecord(members) && shown !== undefined) {
    const isKey = Object.hasOwn(members, shown)
    const key = isKey ? shown : Object.keys(members).find(one => members[one] === shown)
    const place = key === undefined ? undefined : document.placeOf([...path, key])
    const node = isKey ? place?.key : place?.value
    if (node) return rangeOf(node)
  }
  return document.rangeOf(path)
}

/** What a value holds at a path, or undefined. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  let found = value
  for (const step of path) {
    if (Array.isArray(found)) found = typeof step === 'number' ? found[step] : undefined
    else if (isRecord(found) && Object.hasOwn(found, step)) found = found[step]
    else return undefined
  }
  return found
}

function isRecord(value: unknown): value is { readonly [key: string | number]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
