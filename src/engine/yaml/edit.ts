// The smallest change of a text that gives one field one value: comments, order and everything else stay as they are.

import { isCollection, isMap, isScalar, type Node, type YAMLMap } from 'yaml'
import { parseManifests, type ParsedDocument } from './parse.ts'
import { printScalar } from './print.ts'
import { rangeOf, type FieldPath } from './source-map.ts'
import type { TextEdit } from './yaml-problem.ts'

type ScalarValue = string | number | boolean | null

/**
 * The edits that set a field of an object of `parseManifests(text).documents` to a scalar. A key that is missing is added,
 * with the maps above it. Empty when there is no such object, or when the path leads through something that is no map.
 */
export function editScalar(
  text: string,
  documentIndex: number,
  path: FieldPath,
  value: ScalarValue,
): readonly TextEdit[] {
  const document = parseManifests(text).documents[documentIndex]
  if (!document || path.length === 0) return []
  const place = document.placeOf(path)
  if (place?.value) return replaceValue(place.value, value)
  if (place?.key) return [{ ...afterKey(text, place.key), insert: ` ${printScalar(value)}` }]
  return insertField(text, document, path, value)
}

function replaceValue(node: Node, value: ScalarValue): readonly TextEdit[] {
  if (isCollection(node)) return []
  const { from, to } = rangeOf(node)
  // `key:` with nothing behind it has an empty value right after the colon.
  const insert = from === to ? ` ${printScalar(value)}` : printScalar(value)
  return [{ from, to, insert: isScalar(node) && node.type?.startsWith('BLOCK') ? `${insert}\n` : insert }]
}

// The nearest ancestor that stands in the text takes the new key; keys between them are made on the way.
function insertField(text: string, document: ParsedDocument, path: FieldPath, value: ScalarValue): readonly TextEdit[] {
  for (let length = path.length - 1; length >= 0; length--) {
    const place = document.placeOf(path.slice(0, length))
    if (!place?.key && !place?.value) continue
    const missing = path.slice(length)
    if (missing.some(step => typeof step === 'number')) return []
    const { value: node } = place
    if (isMap(node))
      return node.flow ? insertIntoFlow(text, node, missing, value) : insertIntoBlock(text, node, missing, value)
    const isEmpty = !node || (isScalar(node) && node.value === null)
    if (!isEmpty || !place.key) return []
    const indent = columnOf(text, rangeOf(place.key).from) + 2
    const { from, to } = afterKey(text, place.key)
    const end = node && rangeOf(node).to > rangeOf(node).from ? rangeOf(node).to : to
    return [
      {
        from,
        to: end,
        insert: nested(missing, value, indent)
          .map(line => `\n${line}`)
          .join(''),
      },
    ]
  }
  return []
}

function insertIntoBlock(text: string, map: YAMLMap, missing: FieldPath, value: ScalarValue): readonly TextEdit[] {
  const last = map.items.at(-1)
  const key = map.items[0]?.key as Node | undefined
  if (!last || !key) return []
  const indent = columnOf(text, rangeOf(key).from)
  const at = endOfPair(text, (last.value as Node | null) ?? (last.key as Node))
  const insert = nested(missing, value, indent)
  return [{ from: at, to: at, insert: insert.map(line => `\n${line}`).join('') }]
}

function insertIntoFlow(text: string, map: YAMLMap, missing: FieldPath, value: ScalarValue): readonly TextEdit[] {
  const { from, to } = rangeOf(map)
  const at = from + text.slice(from, to - 1).trimEnd().length
  const keys = missing.map(step => `${printScalar(String(step))}: `)
  const field = keys.join('{') + printScalar(value) + '}'.repeat(keys.length - 1)
  return [{ from: at, to: at, insert: map.items.length === 0 ? field : `, ${field}` }]
}

function nested(missing: FieldPath, value: ScalarValue, indent: number): string[] {
  return missing.map((step, index) => {
    const tail = index === missing.length - 1 ? ` ${printScalar(value)}` : ''
    return `${' '.repeat(indent + 2 * index)}${printScalar(String(step))}:${tail}`
  })
}

// The end of the last line on which a value stands, its comment included, without the newline.
function endOfPair(text: string, node: Node): number {
  const { from, to } = rangeOf(node)
  const valueEnd = from + text.slice(from, to).trimEnd().length
  const newline = text.indexOf('\n', valueEnd)
  return newline < 0 ? text.trimEnd().length : newline
}

/** The empty range right after the colon of a key. */
function afterKey(text: string, key: Node): { readonly from: number; readonly to: number } {
  const colon = text.indexOf(':', rangeOf(key).to)
  return { from: colon + 1, to: colon + 1 }
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}
