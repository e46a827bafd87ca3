// What apimachinery's converter says of a value that does not fit its field. A strategic merge patch is carried out on
// maps and turned into structs afterwards, without the JSON decoder and so without its words.

import type { DecodeProblem } from '../api/decode/decode-object.ts'
import { GO_STRUCTS } from '../api/decode/go-structs.ts'

/** Go's kinds of the values that JSON has. */
const GO_KINDS: { readonly [actual: string]: string } = {
  object: 'map',
  array: 'slice',
  string: 'string',
  number: 'int64',
  bool: 'bool',
}

export function unstructuredProblem({ wanted, actual }: DecodeProblem & { readonly type: 'wrongType' }): string {
  const given = GO_KINDS[actual] ?? actual
  if (wanted.startsWith('[]')) return `cannot restore slice from ${given}`
  if (wanted.startsWith('map[')) return `cannot restore map from ${given}`
  if (wanted.startsWith('v1.') && GO_STRUCTS.has(wanted.slice('v1.'.length))) {
    return `cannot restore struct from: ${given}`
  }
  if (wanted === 'int32' || wanted === 'int64' || wanted === 'bool') return `unrecognized type: ${wanted}`
  // What is left are texts, under whatever name.
  return actual === 'number' ? 'cannot convert int64 to string' : 'unrecognized type: string'
}
