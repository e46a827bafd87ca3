// The recorded stories as they are kept here: compressed JSON, taken over by scripts/refresh-vectors.mjs.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Vector } from './story.mjs'

export const VECTOR_FILES = ['api-requests', 'api-more', 'endpoints-slices', 'dual-stack'] as const

export type VectorFile = (typeof VECTOR_FILES)[number]

export function readVectors(file: VectorFile): readonly Vector[] {
  const packed = readFileSync(new URL(`./vectors/${file}.json.gz`, import.meta.url))
  return (JSON.parse(gunzipSync(packed).toString('utf8')) as { readonly vectors: readonly Vector[] }).vectors
}
