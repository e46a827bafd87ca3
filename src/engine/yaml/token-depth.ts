// How deep a text nests, found before the nodes are made: making them recurses, and a few kilobytes of brackets would
// overflow the stack. This walk keeps its own stack.

import type { CST } from 'yaml'

/** Deeper than any object of the API is. */
const DEPTH_MAX = 100

/** Offset of the first collection that stands deeper than DEPTH_MAX, or undefined. */
export function firstTooDeep(document: CST.Document): number | undefined {
  const stack: { readonly token: CST.Token; readonly depth: number }[] = []
  const push = (token: CST.Token | null | undefined, depth: number): void => {
    if (token) stack.push({ token, depth })
  }
  push(document.value, 0)
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { token, depth } = next
    if (!('items' in token) || !Array.isArray(token.items)) continue
    if (depth > DEPTH_MAX) return 'offset' in token ? token.offset : 0
    for (const item of token.items) {
      push(item.key, depth + 1)
      push(item.value, depth + 1)
    }
  }
  return undefined
}
