// A cluster with everything that was around it, as one text. Reading checks the outline; the cluster's own part is read by
// the engine.

import { canonicalJson } from '../../engine/index.ts'
import type { SavedFrameMaker } from './frame-maker.ts'
import type { SavedHostedCluster } from './hosted-cluster.ts'

export interface Snapshot extends SavedHostedCluster {
  readonly frames: SavedFrameMaker
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
  } catch {
    throw new Error('this is no snapshot: it does not parse as JSON')
  }
  if (!isSnapshot(value)) throw new Error('this is no snapshot of this version of the playground')
  return value
}

function isSnapshot(value: unknown): value is Snapshot {
  return (
    hasFields(value, ['format', 'cluster', 'scenario', 'manifest', 'frames']) &&
    value['format'] === FORMAT &&
    typeof value['cluster'] === 'string' &&
    typeof value['scenario'] === 'string' &&
    hasFields(value['manifest'], ['text', 'outcome']) &&
    hasFields(value['frames'], ['hues', 'marks'])
  )
}

function hasFields(value: unknown, names: readonly string[]): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && names.every(name => name in value)
}
