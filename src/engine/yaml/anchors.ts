// What aliases stand for. All anchors of a document are found in one walk, so that looking one up does not walk the
// document again for each alias.

import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'

export class Anchors {
  readonly #byName = new Map<string, Node[]>()

  constructor(root: Node | null) {
    const stack: unknown[] = [root]
    while (stack.length > 0) {
      const node = stack.pop()
      if (isMap(node)) for (const pair of node.items) stack.push(pair.value, pair.key)
      else if (isSeq(node)) for (const item of node.items) stack.push(item)
      else if (!isScalar(node)) continue
      if (node.anchor !== undefined) this.#add(node.anchor, node)
    }
    for (const nodes of this.#byName.values()) nodes.sort((a, b) => offsetOf(a) - offsetOf(b))
  }

  /** The node itself, or what it stands for if it is an alias: the last node of that anchor before it. */
  resolve(node: unknown): Node | undefined {
    if (!isAlias(node)) return (node as Node | null) ?? undefined
    const nodes = this.#byName.get(node.source) ?? []
    const before = offsetOf(node)
    let low = 0
    let high = nodes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (offsetOf(nodes[middle] as Node) < before) low = middle + 1
      else high = middle
    }
    return nodes[low - 1]
  }

  #add(name: string, node: Node): void {
    const nodes = this.#byName.get(name)
    if (nodes) nodes.push(node)
    else this.#byName.set(name, [node])
  }
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0
}
