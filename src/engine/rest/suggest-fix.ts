// Ways to mend a problem, offered only where there is one that is surely meant: a known word one slip away, quotes that are
// missing or too many, the one port that the Pods of the same text listen on.

import { nearest } from '../api/decode/near-miss.ts'
import type { DecodeProblem } from '../api/decode/decode-object.ts'
import type { FieldError } from '../api/field-error.ts'
import { dns1035Label } from '../api/name-rules.ts'
import type { ManifestFix, TextRange } from './manifest-problem.ts'
import { shownValue, supportedValues } from './plain-sentence.ts'
import type { ManifestValue } from '../yaml/index.ts'

export function replaceWith(range: TextRange, value: string | number): ManifestFix {
  return { label: { key: 'fix.replaceWith', values: { value } }, edits: [{ ...range, insert: String(value) }] }
}

/** For an unknown field or a wrong type; `range` is what is underlined. */
export function fixForDecoding(
  problem: DecodeProblem,
  value: unknown,
  range: TextRange,
  text: string,
): ManifestFix | undefined {
  if (problem.type === 'unknownField') {
    if (problem.meant === undefined) return undefined
    return {
      label: { key: 'fix.useField', values: { field: problem.meant } },
      edits: [{ ...range, insert: problem.meant }],
    }
  }
  const source = text.slice(range.from, range.to)
  if (
    problem.wanted === 'string' &&
    (problem.actual === 'number' || problem.actual === 'bool') &&
    !source.startsWith('*')
  ) {
    return { label: { key: 'fix.quote', values: {} }, edits: [{ ...range, insert: JSON.stringify(source) }] }
  }
  const isNumber = problem.wanted === 'int32' || problem.wanted === 'int64'
  if (isNumber && typeof value === 'string' && /^\d{1,9}$/.test(value.trim())) return replaceWith(range, Number(value))
  if (problem.wanted === 'bool' && (value === 'true' || value === 'false')) return replaceWith(range, value)
  return undefined
}

/** For a field error whose field stands in the text at `range`. */
export function fixForFieldError(
  error: FieldError,
  range: TextRange,
  containerPort: number | undefined,
): ManifestFix | undefined {
  const value = shownValue(error)
  if (error.type === 'FieldValueNotSupported' && value) {
    const meant = nearest(value, supportedValues(error))
    return meant === undefined ? undefined : replaceWith(range, meant)
  }
  if (
    containerPort !== undefined &&
    /^spec\.ports\[\d+\]\.targetPort$/.test(error.field) &&
    error.detail.includes('65535')
  ) {
    return replaceWith(range, containerPort)
  }
  if (error.field === 'metadata.name' && value) {
    const tidy = value
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
    if (tidy !== '' && tidy !== value && dns1035Label(tidy).length === 0) return replaceWith(range, tidy)
  }
  return undefined
}

/** The container port of the text, when all its Pods and Pod templates name exactly one. */
export function onlyContainerPort(values: readonly ManifestValue[]): number | undefined {
  const ports = new Set<number>()
  for (const value of values) collectContainerPorts(value, ports, 0)
  const [first, ...others] = ports
  return others.length === 0 ? first : undefined
}

// Templates stand at a fixed depth: spec.template.spec.containers[].ports[].containerPort.
function collectContainerPorts(value: unknown, ports: Set<number>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > 8) return
  const { containerPort } = value as { readonly containerPort?: unknown }
  if (typeof containerPort === 'number') ports.add(containerPort)
  for (const inner of Object.values(value)) collectContainerPorts(inner, ports, depth + 1)
}
