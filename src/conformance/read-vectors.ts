// The recorded stories as they are kept here: compressed JSON, taken over by scripts/refresh-vectors.mjs.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { KubectlStory } from './kubectl-result.mjs'
import type { Vector } from './story.mjs'

export const VECTOR_FILES = ['api-requests', 'api-more', 'endpoints-slices', 'dual-stack'] as const

export type VectorFile = (typeof VECTOR_FILES)[number]

/** `dns` is what cluster DNS answered. */
export function readVectors(file: VectorFile | 'dns'): readonly Vector[] {
  return unpack(file) as readonly Vector[]
}

/** What kubectl printed: of the modelled version, or of an older one. */
export function readKubectlStories(recording: 'kubectl' | 'kubectl-1.32' = 'kubectl'): readonly KubectlStory[] {
  return unpack(recording) as readonly KubectlStory[]
}

/** What kube-proxy wrote on a node: objects, and the text of its rules by mode. */
export interface ProxyVector {
  readonly name: string
  readonly node: string
  readonly objects: readonly ProxyObject[]
  readonly expect: { readonly [mode: string]: string }
}

/** With `subresource` it is a patch of that part, otherwise to be created. */
export interface ProxyObject {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly subresource?: string
  readonly [field: string]: unknown
}

export function readProxyVectors(recording: 'proxy-rules' | 'proxy-dual'): readonly ProxyVector[] {
  return unpack(recording) as readonly ProxyVector[]
}

function unpack(name: string): readonly unknown[] {
  const packed = readFileSync(new URL(`./vectors/${name}.json.gz`, import.meta.url))
  return (JSON.parse(gunzipSync(packed).toString('utf8')) as { readonly vectors: readonly unknown[] }).vectors
}
