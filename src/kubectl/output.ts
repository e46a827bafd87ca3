// What `-o` makes of objects: yaml, json, name, jsonpath, custom columns. Tables are the server's own and printed elsewhere.

import type { Run } from './command.ts'
import { failure } from './failures.ts'
import { isFields, listAt, nameOf, sorted, textAt, withoutValue, type Fields } from './fields.ts'
import { parseJsonPath, printValue, relaxedPath } from './jsonpath.ts'
import { TableText } from './align.ts'
import { yamlText } from './yaml-text.ts'

/** Prints one object or one List. */
export type Printer = (value: Fields) => string

/** The printer that `-o` asks for; null for a table or a plain line. */
export function printerOf(run: Run): Printer | null {
  const [format, argument] = splitOnce(run.flags.text('output'), '=')
  const template = argument ?? (run.flags.text('template') || undefined)
  const hideManaged = !run.flags.on('show-managed-fields')
  const tidy = (value: Fields): Fields => (hideManaged ? withoutManagedFields(value) : value)
  switch (format) {
    case '':
    case 'wide':
      return null
    case 'yaml':
      return value => yamlText(tidy(value))
    case 'json':
      return value => `${JSON.stringify(sorted(tidy(value)), null, 4)}\n`
    case 'name':
      return value =>
        itemsOf(value)
          .map(one => `${nameWithKind(one)}\n`)
          .join('')
    case 'jsonpath':
      return jsonPathPrinter(run, template, tidy)
    case 'jsonpath-as-json':
      return value =>
        `${JSON.stringify(
          parseJsonPath(template ?? '')
            .find(tidy(value))
            .flat()
            .map(sorted),
          null,
          4,
        )}\n`
    case 'custom-columns':
      return customColumns(run, template ?? '')
    case 'custom-columns-file':
      return customColumns(run, columnsOfFile(run, template ?? ''))
    case 'go-template':
    case 'go-template-file':
    case 'template':
    case 'templatefile':
      throw failure(`this kubectl has no Go templates: use -o jsonpath`)
    case 'jsonpath-file':
      return jsonPathPrinter(run, fileText(run, template ?? ''), tidy)
    default:
      throw failure(
        `unable to match a printer suitable for the output format "${format}", allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,wide,yaml`,
      )
  }
}

function jsonPathPrinter(run: Run, template: string | undefined, tidy: (value: Fields) => Fields): Printer {
  if (template === undefined || template === '') throw failure('template format specified but no template given')
  const path = parseJsonPath(template)
  return value => {
    try {
      return path.print(tidy(value))
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^error: /, '') : ''
      run.err(`error: error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${why}.`)
      throw error
    }
  }
}

/** `service/a`, `deployment.apps/b`. */
export function nameWithKind(object: unknown): string {
  const group = textAt(object, 'apiVersion').includes('/') ? `.${textAt(object, 'apiVersion').split('/')[0] ?? ''}` : ''
  return `${textAt(object, 'kind').toLowerCase()}${group}/${nameOf(object)}`
}

function customColumns(run: Run, spec: string): Printer {
  if (spec === '') throw failure('custom-columns format specified but no custom columns given')
  const columns = spec.split(',').map(column => {
    const [header, path] = splitOnce(column, ':')
    if (path === undefined) {
      throw failure(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`)
    }
    return { header, path: parseJsonPath(relaxedPath(path)) }
  })
  const table = new TableText()
  let headed = run.flags.on('no-headers')
  return value => {
    const rows = itemsOf(value).map(item =>
      columns.map(({ path }) => {
        const found = path.find(item).flat()
        return found.length === 0 ? '<none>' : found.map(one => columnValue(one)).join(',')
      }),
    )
    const head = headed ? [] : [columns.map(({ header }) => header)]
    headed = true
    return table.print([...head, ...rows])
  }
}

function columnValue(value: unknown): string {
  if (value === null || value === undefined) return '<none>'
  if (isFields(value)) {
    const parts = Object.entries(sorted(value) as Fields).map(([name, one]) => `${name}:${columnValue(one)}`)
    return `map[${parts.join(' ')}]`
  }
  return Array.isArray(value) ? `[${value.map(columnValue).join(' ')}]` : printValue(value)
}

function fileText(run: Run, name: string): string {
  const text = run.api.terminal.files.get(name)
  if (text === undefined) throw failure(`error reading template ${name}, open ${name}: no such file or directory`)
  return text
}

function columnsOfFile(run: Run, name: string): string {
  const text = fileText(run, name)
  const [headers = '', paths = ''] = text.split('\n')
  const words = headers.trim().split(/\s+/)
  return words.map((word, at) => `${word}:${paths.trim().split(/\s+/)[at] ?? ''}`).join(',')
}

/** The objects of a List; any other value is one itself. */
export function itemsOf(value: Fields): readonly unknown[] {
  return textAt(value, 'kind') === 'List' ? listAt(value, 'items') : [value]
}

export function listOf(items: readonly unknown[]): Fields {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }
}

function withoutManagedFields(value: Fields): Fields {
  const own = withoutValue(value, ['metadata', 'managedFields'])
  if (textAt(value, 'kind') !== 'List') return own
  return { ...own, items: listAt(value, 'items').map(item => (isFields(item) ? withoutManagedFields(item) : item)) }
}

function splitOnce(text: string, by: string): readonly [string, string | undefined] {
  const at = text.indexOf(by)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + by.length)]
}
