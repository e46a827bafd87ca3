// The pod-template-hash of a Deployment's ReplicaSets: 32 bits of FNV-1a over the template, written in decimal and each digit
// replaced (k8s.io/apimachinery rand.SafeEncodeString), so that no word can come out. Kubernetes hashes its own dump of
// the Go structure; here it is the canonical JSON, so hashes have the same look but other values.

import type { PodTemplateSpec } from '../../api/pod/pod.ts'
import { canonicalJson, sameJson } from '../../kernel/json.ts'
import { hashText } from '../../kernel/rng.ts'

export const TEMPLATE_HASH_LABEL = 'pod-template-hash'
const ALPHABET = '456789bcdf'

/** Up to ten letters of `456789bcdf`. `collisionCount` gives another hash for the same template. */
export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const text = canonicalJson(template)
  return encodeHash(hashText(collisionCount === undefined ? text : `${text}${collisionCount}`))
}

/** 3241185978 → 76855d9fcd. */
export function encodeHash(hash: number): string {
  return String(hash).replace(/\d/g, digit => ALPHABET[Number(digit)] ?? '')
}

/** The same Pods would come of both: equal but for the hash label itself. */
export function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return sameJson(withoutHash(a), withoutHash(b))
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [TEMPLATE_HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}
