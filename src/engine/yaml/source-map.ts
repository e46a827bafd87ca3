// Where in the text a field stands. Fields are found by walking the parsed nodes along a path, through aliases and merged
// maps; nothing is stored for each field.

import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import type { Anchors } from './anchors.ts'
import { isMergePair, keyText, mergedMaps } from './make-value.ts'
import type { TextRange } from './yaml-problem.ts'

export type FieldPath = readonly (string | number)[]

/** A field in the text. `key` is absent for list items and for the root, `value` for a key without a value. */
export interface Place {
  readonly key?: Node | undefined
  readonly value?: Node | undefined
}

/** The place of a field that stands in the text, or undefined. */
export function findPlace(anchors: Anchors, root: Node | null, path: FieldPath): Place | undefined {
  let place: Place = { value: root ?? undefined }
  for (const step of path) {
    const node = anchors.resolve(place.value)
    const next = isMap(node)
      ? childOfMap(node, String(step), anchors, new Set())
      : isSeq(node)
        ? childOfSeq(node.items, step)
        : undefined
    if (!next) return undefined
    place = next
  }
  return place
}

/** What to underline for a field: its value when that is one word, else its key, else the first line of the item. */
export function underlined(text: string, place: Place): TextRange {
  const { key, value } = place
  if (value && isScalar(value) && (value.source !== '' || !key) && rangeOf(value).to > rangeOf(value).from)
    return rangeOf(value)
  if (key) return rangeOf(key)
  if (!value) return { from: 0, to: 0 }
  const { from, to } = rangeOf(value)
  return { from, to: lineEnd(text, from, to) }
}

/** The range of a node's own text, without what follows it. */
export function rangeOf(node: Node): TextRange {
  const [from = 0, to = from] = node.range ?? []
  return { from, to }
}

function lineEnd(text: string, from: number, to: number): number {
  const newline = text.indexOf('\n', from)
  const end = newline < 0 || newline > to ? to : newline
  return Math.max(from, from + text.slice(from, end).trimEnd().length)
}

function childOfMap(map: YAMLMap, name: string, anchors: Anchors, seen: Set<YAMLMap>): Place | undefined {
  seen.add(map)
  const own = map.items.find(pair => !isMergePair(pair) && keyText(pair.key) === name)
  if (own) return { key: own.key as Node, value: (own.value as Node | null) ?? undefined }
  for (const pair of map.items as readonly Pair[]) {
    for (const merged of (isMergePair(pair) && mergedMaps(pair, anchors)) || []) {
      const found = seen.has(merged) ? undefined : childOfMap(merged, name, anchors, seen)
      if (found) return found
    }
  }
  return undefined
}

function childOfSeq(items: readonly unknown[], step: string | number): Place | undefined {
  const item = typeof step === 'number' ? items[step] : undefined
  return item ? { value: item as Node } : undefined
}
