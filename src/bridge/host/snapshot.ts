// A cluster with everything that was around it, as one text. Reading checks the outline; the cluster's own part is read by
// the engine.

import { canonicalJson } from '../../engine/index.ts'
import type { SavedFrameMaker } from './frame-maker.ts'
import type { SavedHostedCluster } from './hosted-cluster.ts'

export interface Snapshot extends SavedHostedCluster {
  /** Absent from a home without a page. */
  readonly frames?: SavedFrameMaker | undefined
}

const FORMAT = 'service-playground-snapshot/1'

/** The same cluster is the same text. */
export function printSnapshot(snapshot: Snapshot): string {
  return canonicalJson({ format: FORMAT, ...snapshot })
}

/** Throws with a sentence when the text is no snapshot. */
export function readSnapshot(text: string): Snapshot {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`this is no snapshot: it does not parse as JSON: ${why}`, { cause: error })
  }
  const wrong = wrongField(value)
  if (wrong !== undefined) throw new Error(`this is no snapshot of this version of the playground: ${wrong}`)
  return value as Snapshot
}

/** The first field that is not as it must be, and how; undefined for a snapshot. */
function wrongField(value: unknown): string | undefined {
  if (!hasFields(value, [])) return 'it is no object'
  if (value['format'] !== FORMAT) return `format must be ${JSON.stringify(FORMAT)}`
  for (const field of ['cluster', 'scenario']) if (typeof value[field] !== 'string') return `${field} must be a text`
  const { manifest, frames } = value
  if (!hasFields(manifest, ['text', 'outcome'])) return 'manifest must hold text and outcome'
  if (typeof manifest['text'] !== 'string') return 'manifest.text must be a text'
  if (!hasFields(manifest['outcome'], ['ok', 'documents', 'problems'])) {
    return 'manifest.outcome must hold ok, documents and problems'
  }
  if (frames !== undefined && !hasFields(frames, ['hues', 'marks'])) return 'frames must hold hues and marks'
  return undefined
}

function hasFields(value: unknown, names: readonly string[]): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && names.every(name => name in value)
}
