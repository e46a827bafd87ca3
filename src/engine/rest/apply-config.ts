// What an applier sends, checked against the schema before anything is merged: every field is declared, every value has its
// kind, no item of a keyed list comes twice or without its keys. The words are those of structured-merge-diff.

import type { GoType } from '../api/decode/go-structs.ts'
import { canonicalJson } from '../kernel/json.ts'
import { fieldType, keysOf, listRelation } from './field-schema.ts'
import { goValueText } from './go-value.ts'
import { isRecord, type JsonRecord } from './patch-outcome.ts'

/** What is wrong with a configuration, as one message; undefined when it is good. */
export function configProblem(struct: string, config: JsonRecord): string | undefined {
  const problems: string[] = []
  checkStruct(problems, struct, '', config)
  if (problems.length < 2) return problems[0]
  return ['errors:', ...problems.map(problem => `  ${problem}`)].join('\n')
}

function checkStruct(problems: string[], struct: string, at: string, value: JsonRecord): void {
  for (const [field, member] of Object.entries(value)) {
    const type = fieldType(struct, field)
    const path = `${at}.${field}`
    if (!type) problems.push(`${path}: field not declared in schema`)
    else checkValue(problems, { struct, field, type, path }, member)
  }
}

interface Place {
  readonly struct: string
  readonly field: string
  readonly type: GoType
  readonly path: string
}

function checkValue(problems: string[], place: Place, value: unknown): void {
  const { type, path } = place
  if (value === null) return
  switch (type.type) {
    case 'string':
    case 'time':
    case 'bytes':
      if (typeof value !== 'string') problems.push(`${path}: expected string, got ${goForm(value)}`)
      return
    case 'bool':
      if (typeof value !== 'boolean') problems.push(`${path}: expected boolean, got ${goForm(value)}`)
      return
    case 'int32':
    case 'int64':
      if (typeof value !== 'number') problems.push(`${path}: expected numeric (int or float), got ${goTypeOf(value)}`)
      return
    case 'intOrString':
    case 'quantity':
    case 'any':
      return
    case 'list':
      if (!Array.isArray(value)) problems.push(`${path}: expected list, got ${plainForm(value)}`)
      else checkList(problems, place, value)
      return
    case 'map':
      if (!isRecord(value)) problems.push(`${path}: expected map, got ${plainForm(value)}`)
      else
        for (const [key, member] of Object.entries(value))
          checkValue(problems, { struct: '', field: key, type: type.of, path: `${path}.${key}` }, member)
      return
    case 'struct':
      if (!isRecord(value)) problems.push(`${path}: expected map, got ${plainForm(value)}`)
      else checkStruct(problems, type.struct, path, value)
  }
}

function checkList(problems: string[], { struct, field, type, path }: Place, list: readonly unknown[]): void {
  if (type.type !== 'list') return
  const relation = listRelation(struct, field)
  const seen = new Set<string>()
  for (const [index, item] of list.entries()) {
    let step = `[${index}]`
    if (relation.type === 'keyed') {
      const keys = isRecord(item) ? keysOf(item, relation.keys) : undefined
      if (!keys) {
        const lacking = relation.keys.find(key => !isRecord(item) || item[key] === undefined)
        problems.push(
          `${path}: element ${index}: associative list with keys has an element that omits key field ${JSON.stringify(lacking)} (and doesn't have default value)`,
        )
        continue
      }
      step = `[${Object.entries(keys)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`
    } else if (relation.type === 'set') step = `[=${canonicalJson(item)}]`
    if (relation.type !== 'atomic' && seen.has(step)) {
      problems.push(
        relation.type === 'keyed'
          ? `${path}: duplicate entries for key ${step}`
          : `${path}: set contains duplicate value ${step}`,
      )
    }
    seen.add(step)
    checkValue(problems, { struct: '', field: '', type: type.of, path: path + step }, item)
  }
}

// As Go prints what it holds a value in, plainly (%v) or with types (%#v).
function plainForm(value: unknown): string {
  return `&{${goValueText(value)}}`
}

function goForm(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : goText(value)
  return `&value.valueUnstructured{Value:${text}}`
}

function goText(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goMember).join(', ')}}`
  if (!isRecord(value)) return String(value)
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${goMember(member)}`)
  return `map[string]interface {}{${members.join(', ')}}`
}

function goMember(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : goText(value)
}

function goTypeOf(value: unknown): string {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
}
