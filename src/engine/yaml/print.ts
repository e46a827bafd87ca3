// Values → YAML text as `kubectl get -o yaml` prints it: keys in order, two spaces, lists not indented below their key.
// Long lines are not folded, unlike goyaml's, so that a text stays one line in the editor.

import { compareText } from '../kernel/json.ts'
import { isPrintable, scalarText } from './plain-words.ts'

/** The text of a JSON value, with a newline at its end. Undefined members are left out. */
export function printYaml(value: unknown): string {
  if (isCollection(value) && !isEmptyCollection(value)) return `${lines(value, 0).join('\n')}\n`
  return `${inline(value, 0)}\n`
}

/** A scalar as it stands behind a key, on one line. */
export function printScalar(value: string | number | boolean | null): string {
  return typeof value === 'string' ? scalarText(value) : JSON.stringify(value)
}

function lines(value: object, indent: number): string[] {
  return Array.isArray(value) ? listLines(value, indent) : mapLines(value as Record<string, unknown>, indent)
}

function mapLines(map: Record<string, unknown>, indent: number): string[] {
  const out: string[] = []
  for (const key of Object.keys(map).sort(compareText)) {
    const member = map[key]
    if (member === undefined) continue
    const head = `${' '.repeat(indent)}${scalarText(key)}:`
    if (!isCollection(member) || isEmptyCollection(member)) out.push(`${head} ${inline(member, indent)}`)
    // A list stands in the same column as its key.
    else out.push(head, ...lines(member, Array.isArray(member) ? indent : indent + 2))
  }
  return out
}

function listLines(list: readonly unknown[], indent: number): string[] {
  const out: string[] = []
  for (const item of list) {
    const dash = `${' '.repeat(indent)}- `
    if (!isCollection(item) || isEmptyCollection(item)) out.push(dash + inline(item, indent))
    else {
      const [first = '', ...rest] = lines(item, indent + 2)
      out.push(dash + first.slice(indent + 2), ...rest)
    }
  }
  return out
}

function inline(value: unknown, indent: number): string {
  if (typeof value === 'string') return block(value, indent) ?? scalarText(value)
  if (isCollection(value)) return Array.isArray(value) ? '[]' : '{}'
  return JSON.stringify(value ?? null)
}

/** A text of several lines as a literal block, or undefined where that would not give the same text back. */
function block(text: string, indent: number): string | undefined {
  if (!text.includes('\n')) return undefined
  const body = text.replace(/\n+$/, '')
  const rows = body.split('\n')
  if (body === '' || /^\s/.test(body) || !rows.every(row => isPrintable(row) && row.trimEnd() === row)) return undefined
  const newlines = text.length - body.length
  const chomp = newlines === 0 ? '-' : newlines === 1 ? '' : '+'
  const pad = ' '.repeat(indent + 2)
  const tail = newlines > 1 ? '\n'.repeat(newlines - 1) : ''
  return `|${chomp}\n${rows.map(row => (row === '' ? '' : pad + row)).join('\n')}${tail}`
}

function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isEmptyCollection(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.values(value).every(member => member === undefined)
}
