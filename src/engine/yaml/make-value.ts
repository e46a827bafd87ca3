// From YAML nodes to plain JSON values, as kubectl's YAML-to-JSON step makes them: keys become texts, aliases and merge
// keys are unfolded, numbers that JSON lacks are refused. Unfolding is bounded, so that a few lines cannot become gigabytes.

import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml'
import type { Json } from '../kernel/json.ts'
import type { Anchors } from './anchors.ts'
import type { YamlProblem, YamlProblemCode } from './yaml-problem.ts'

/** More nodes than this in one document, aliases unfolded, are refused. */
const NODES_MAX = 1_000_000
/** How many of them may come from aliases. */
const ALIASED_NODES_MAX = 10_000
const ALIAS_DEPTH_MAX = 20

export type Found = Pick<YamlProblem, 'code' | 'from' | 'to' | 'message' | 'values'>

/** The value of a document's root, and what is wrong with it; a value with problems is not to be trusted. */
export function makeValue(root: Node, anchors: Anchors): { readonly value: Json; readonly problems: readonly Found[] } {
  const maker = new ValueMaker(anchors)
  const value = maker.make(root)
  return { value, problems: maker.problems }
}

/** Whether a pair is `<<: *other`: its value's pairs belong to the map unless the map has them itself. */
export function isMergePair(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN'
}

/** The maps that a merge pair brings in, in order; undefined when its value is none. */
export function mergedMaps(pair: Pair, anchors: Anchors): readonly YAMLMap[] | undefined {
  const value = anchors.resolve(pair.value)
  if (isMap(value)) return [value]
  if (!isSeq(value)) return undefined
  const maps = value.items.map(item => anchors.resolve(item))
  return maps.every(map => isMap(map)) ? maps : undefined
}

/** The text of a key as kubectl reads it, or undefined for a key that is no scalar. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined
  return String(key.value)
}

class ValueMaker {
  readonly problems: Found[] = []
  readonly #anchors: Anchors
  /** Anchored nodes that are being unfolded right now. */
  readonly #open = new Set<Node>()
  #nodes = 0
  #aliasedNodes = 0
  #aliasDepth = 0

  constructor(anchors: Anchors) {
    this.#anchors = anchors
  }

  make(node: Node): Json {
    if (!this.#count(node)) return null
    if (isAlias(node)) return this.#unfold(node)
    if (isScalar(node)) return this.#scalar(node)
    this.#open.add(node)
    const value = isMap(node) ? this.#map(node) : isSeq(node) ? node.items.map(item => this.#item(item)) : null
    this.#open.delete(node)
    return value
  }

  #item(item: unknown): Json {
    return item ? this.make(item as Node) : null
  }

  #map(map: YAMLMap): Json {
    const value: Record<string, Json> = {}
    const own = new Set<string>()
    for (const pair of map.items) {
      if (isMergePair(pair)) continue
      const key = keyText(pair.key)
      if (key === undefined) {
        this.#complain('yamlSyntax', pair.key as Node, 'a key must be a plain word or a quoted text')
        continue
      }
      if (own.has(key)) {
        this.#complain('duplicateKey', pair.key as Node, `key ${JSON.stringify(key)} already set in map`, { key })
      }
      own.add(key)
      setOwn(value, key, this.#item(pair.value))
    }
    for (const pair of map.items) if (isMergePair(pair)) this.#merge(value, pair)
    return value
  }

  #merge(value: Record<string, Json>, pair: Pair): void {
    const maps = mergedMaps(pair, this.#anchors)
    if (!maps)
      return this.#complain('yamlSyntax', pair.key as Node, 'map merge requires map or sequence of maps as the value')
    this.#aliasDepth++
    for (const map of maps) {
      const merged = this.#open.has(map) ? this.#refuseLoop(pair.key as Node) : this.make(map)
      for (const [key, member] of Object.entries(merged ?? {}))
        if (!Object.hasOwn(value, key)) setOwn(value, key, member as Json)
    }
    this.#aliasDepth--
  }

  #unfold(alias: Node & { readonly source?: string }): Json {
    const target = this.#anchors.resolve(alias)
    if (!target) {
      this.#complain('yamlSyntax', alias, `unknown anchor '${alias.source ?? ''}' referenced`)
      return null
    }
    if (this.#open.has(target)) return this.#refuseLoop(alias)
    this.#aliasDepth++
    const value = this.make(target)
    this.#aliasDepth--
    return value
  }

  #refuseLoop(node: Node): null {
    this.#complain('aliases', node, 'anchor value contains itself')
    return null
  }

  #scalar(node: Scalar): Json {
    const { value } = node
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#complain('yamlSyntax', node, `json: unsupported value: ${node.source ?? String(value)}`)
      return null
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
      return value
    return node.source ?? null
  }

  #count(node: Node): boolean {
    this.#nodes++
    if (this.#aliasDepth > 0) this.#aliasedNodes++
    const bounded = this.#aliasedNodes <= ALIASED_NODES_MAX && this.#aliasDepth <= ALIAS_DEPTH_MAX
    if (this.#nodes <= NODES_MAX && bounded) return true
    const said = this.problems.some(problem => problem.code === 'aliases')
    if (!said) this.#complain('aliases', node, 'document contains excessive aliasing')
    return false
  }

  #complain(code: YamlProblemCode, node: Node, message: string, values: Found['values'] = {}): void {
    const [from = 0, to = 0] = node.range ?? []
    this.problems.push({ code, from, to, message, values })
  }
}

function setOwn(target: Record<string, Json>, key: string, value: Json): void {
  if (key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}
