// `kubectl explain`: what a kind or a field is, from the server's own description of its API.

import type { Command, Run } from './command.ts'
import { failure } from './failures.ts'
import { isFields, listAt, mapAt, textAt, valueAt, type Fields } from './fields.ts'

export const EXPLAIN: Command = {
  says: 'Get documentation for a resource',
  usage: 'kubectl explain TYPE[.FIELD…] [--recursive]',
  flags: { recursive: { type: 'switch' }, 'api-version': { type: 'text' }, output: { type: 'text' } },
  run: explain,
}

const WIDTH = 76

async function explain(run: Run): Promise<void> {
  const [word, more] = run.args
  if (word === undefined)
    throw failure(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
    )
  if (more !== undefined) throw failure('We accept only this format: explain RESOURCE')
  const [type = '', ...path] = word.split('.')
  const resource = (await run.resources).get(type)
  const { group, version, kind } = resource
  const document = await run.api.json({
    path: `/openapi/v3/${group === '' ? `api/${version}` : `apis/${group}/${version}`}`,
  })
  const schemas = mapAt(document, 'components', 'schemas')
  const root = Object.values(schemas).find(schema =>
    listAt(schema, 'x-kubernetes-group-version-kind').some(
      one => textAt(one, 'kind') === kind && textAt(one, 'group') === group && textAt(one, 'version') === version,
    ),
  )
  if (!isFields(root)) throw failure(`couldn't find resource for "${group}/${version}, Kind=${kind}"`)
  const lines: string[] = []
  if (group !== '') lines.push(`GROUP:      ${group}`)
  lines.push(`KIND:       ${kind}`, `VERSION:    ${version}`, '')
  lines.push(...descriptionOf(root, path, schemas, run.flags.on('recursive')))
  run.out(`${lines.join('\n')}\n`)
}

function descriptionOf(root: Fields, path: readonly string[], schemas: Fields, recursive: boolean): readonly string[] {
  let schema = root
  let field: Fields = root
  for (const name of path) {
    const next = mapAt(schema, 'properties')[name]
    if (!isFields(next)) throw failure(`field "${path.at(-1) ?? ''}" does not exist`)
    field = next
    schema = resolve(next, schemas)
  }
  const lines: string[] = []
  if (path.length > 0) {
    const values = listAt(resolve(field, schemas), 'enum').map(value => `    ${String(value)}`)
    const listed = values.length === 0 ? [''] : ['ENUM:', ...values]
    lines.push(`FIELD: ${path.at(-1) ?? ''} <${typeOf(field, schemas)}>`, ...listed, '')
  }
  lines.push('DESCRIPTION:')
  const own = textAt(field, 'description')
  const typed = path.length > 0 ? textAt(schema, 'description') : ''
  for (const text of [own, typed === own ? '' : typed]) if (text !== '') lines.push(...wrap(text, '    '))
  if (own === '' && typed === '') lines.push('    <empty>')
  lines.push('    ')
  const properties = mapAt(schema, 'properties')
  if (Object.keys(properties).length > 0)
    lines.push('FIELDS:', ...fieldsOf(schema, schemas, recursive, '  ', []), ...(recursive ? [''] : []))
  return lines
}

function fieldsOf(
  schema: Fields,
  schemas: Fields,
  recursive: boolean,
  indent: string,
  seen: readonly Fields[],
): readonly string[] {
  const properties = mapAt(schema, 'properties')
  const required = listAt(schema, 'required')
  return Object.keys(properties)
    .sort()
    .flatMap(name => {
      const field = properties[name]
      if (!isFields(field)) return []
      const head = `${indent}${name}\t<${typeOf(field, schemas)}>${required.includes(name) ? ' -required-' : ''}`
      const values = enumOf(field, indent, schemas)
      const inner = resolve(field, schemas)
      if (recursive) {
        const below = seen.includes(inner) ? [] : fieldsOf(inner, schemas, true, `${indent}  `, [...seen, inner])
        return [head, ...values, ...below]
      }
      const text = textAt(field, 'description') || textAt(inner, 'description')
      return [head, ...values, ...(text === '' ? [`${indent}  <no description>`] : wrap(text, `${indent}  `)), '']
    })
}

function enumOf(field: Fields, indent: string, schemas: Fields): readonly string[] {
  const values = listAt(resolve(field, schemas), 'enum').map(String)
  return values.length === 0
    ? []
    : [`${indent}enum: ${values.slice(0, 4).join(', ')}${values.length > 4 ? ', ....' : ''}`]
}

function refOf(field: unknown): string {
  const direct = textAt(field, '$ref')
  if (direct !== '') return direct
  return (
    listAt(field, 'allOf')
      .map(one => textAt(one, '$ref'))
      .find(ref => ref !== '') ?? ''
  )
}

/** The schema of a field's members: behind its reference, of its items or of its map's values. */
function resolve(field: Fields, schemas: Fields): Fields {
  const ref = refOf(field)
  if (ref !== '') {
    const found = schemas[ref.slice(ref.lastIndexOf('/') + 1)]
    return isFields(found) ? found : {}
  }
  if (isFields(field['items'])) return resolve(field['items'], schemas)
  if (isFields(field['additionalProperties'])) return resolve(field['additionalProperties'], schemas)
  return field
}

function typeOf(field: Fields, schemas: Fields): string {
  const ref = refOf(field)
  if (ref !== '') {
    const target = schemas[ref.slice(ref.lastIndexOf('/') + 1)]
    const isObject =
      isFields(target) && (textAt(target, 'type') === 'object' || isFields(valueAt(target, 'properties')))
    const name = ref.slice(ref.lastIndexOf('.') + 1)
    return isObject || name !== 'Time' ? (isObject ? name : textAt(target, 'type') || name) : 'string'
  }
  if (isFields(field['items'])) return `[]${typeOf(field['items'], schemas)}`
  if (isFields(field['additionalProperties'])) return `map[string]${typeOf(field['additionalProperties'], schemas)}`
  return textAt(field, 'type') || 'Object'
}

/** Paragraphs at a width, each line indented. Spaces within a line stay as they are. */
function wrap(text: string, indent: string): readonly string[] {
  return text.split('\n').flatMap(paragraph => {
    const lines: string[] = []
    let line = ''
    for (const [, spaces = '', word = ''] of paragraph.matchAll(/(\s*)(\S+)/g)) {
      const isFirst = line === '' && lines.length === 0
      if (line !== '' && line.length + spaces.length + word.length > WIDTH) {
        lines.push(indent + line)
        line = word
      } else line = line === '' && !isFirst ? word : line + spaces + word
    }
    return [...lines, indent + line]
  })
}
