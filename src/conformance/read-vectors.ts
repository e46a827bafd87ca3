// The recorded stories as they are kept here: compressed JSON, taken over by scripts/refresh-vectors.mjs.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { KubectlStory } from './kubectl-result.mjs'
import type { Vector } from './story.mjs'

export const VECTOR_FILES = ['api-requests', 'api-more', 'endpoints-slices', 'dual-stack'] as const

export type VectorFile = (typeof VECTOR_FILES)[number]

export function readVectors(file: VectorFile): readonly Vector[] {
  return unpack(file) as readonly Vector[]
}

/** What kubectl printed: of the modelled version, or of an older one. */
export function readKubectlStories(recording: 'kubectl' | 'kubectl-1.32' = 'kubectl'): readonly KubectlStory[] {
  return unpack(recording) as readonly KubectlStory[]
}

function unpack(name: string): readonly unknown[] {
  const packed = readFileSync(new URL(`./vectors/${name}.json.gz`, import.meta.url))
  return (JSON.parse(gunzipSync(packed).toString('utf8')) as { readonly vectors: readonly unknown[] }).vectors
}
