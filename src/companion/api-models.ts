// What the fields of the API mean, for `kubectl explain`: read from the type declarations of the package kubernetes-models,
// which are made of Kubernetes' own OpenAPI document and keep its texts to the letter. Where that package is not installed
// nothing is told, and explain shows fields and types alone. Left out: formats of numbers and defaults, which the
// declarations do not have.

import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { OpenApiSchema, SchemasByName } from '../engine/index.ts'

/** A file of declarations, by where it stands and the name of the schema that it declares. */
interface ModelFile {
  readonly file: string
  readonly schema: string
}

/** The schemas that the installed package declares; none where there is no such package. */
export function readInstalledModels(): SchemasByName {
  const require = createRequire(import.meta.url)
  const folderOf = (name: string): string | undefined => {
    try {
      return dirname(require.resolve(`${name}/package.json`))
    } catch {
      return undefined
    }
  }
  const models = folderOf('kubernetes-models')
  const machinery = folderOf('@kubernetes-models/apimachinery')
  return models === undefined || machinery === undefined ? new Map() : readModels(models, machinery)
}

/** The schemas declared in two folders: that of the API's groups, and that of what all groups share. */
export function readModels(models: string, machinery: string): SchemasByName {
  const files = [
    ...filesIn(models, (group, version) => `io.k8s.api.${group.split('.')[0] ?? 'core'}.${version}`),
    ...filesIn(machinery, (group, version) => `io.k8s.apimachinery.pkg.${[group, version].join('.')}`),
  ]
  const texts = files.map(({ file, schema }) => ({ schema, text: readFileSync(file, 'utf8') }))
  const names = new Map<string, string>()
  for (const { schema, text } of texts) {
    const alias = /^export type \{ \w+ as (\w+),/m.exec(text)?.[1]
    if (alias !== undefined) names.set(alias, schema)
  }
  const schemas = new Map(texts.map(({ schema, text }) => [schema, readDeclaration(text, names)]))
  return new Map([...schemas].map(([name, schema]) => [name, withTypeTexts(schema, schemas)]))
}

function filesIn(folder: string, packageOf: (group: string, version: string) => string): readonly ModelFile[] {
  const found: ModelFile[] = []
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const name = /^([A-Z]\w*)\.d\.ts$/.exec(entry.name)?.[1]
    const place = entry.parentPath
      .slice(folder.length)
      .split(/[\\/]/)
      .filter(part => part !== '')
    if (name === undefined || place[0] === '_schemas') continue
    const version = place.pop() ?? ''
    const group = place.join('.')
    found.push({ file: join(entry.parentPath, entry.name), schema: `${packageOf(group || 'core', version)}.${name}` })
  }
  return found
}

// ── one declaration ──

const COMMENT = String.raw`(?:\/\*\*\n((?:\s*\*(?!\/).*\n)+)\s*\*\/\n)?`

/** The first interface or type of a file. */
export function readDeclaration(text: string, names: ReadonlyMap<string, string>): OpenApiSchema {
  const head = new RegExp(`${COMMENT}export (?:interface (\\w+)([^{]*)\\{\\n|type )`).exec(text)
  if (!head) return { type: 'object' }
  const description = readComment(head[1])
  if (head[2] === undefined) return { ...(description !== undefined && { description }), type: 'string' }
  const body = text.slice(head.index + head[0].length, text.indexOf('\n}', head.index))
  const isKind = (head[3] ?? '').includes('TypeMeta')
  const properties: [string, OpenApiSchema][] = []
  const required: string[] = []
  const field = new RegExp(
    `^    ${COMMENT.replace(String.raw`\s*\*\/\n`, String.raw`\s*\*\/\n    `)}"([^"]+)"(\\??): ([^;{]+|\\{[^}]*\\});`,
    'gm',
  )
  for (const [, comment, name = '', optional, type = ''] of body.matchAll(field)) {
    const told = readComment(comment)
    properties.push([name, { ...(told !== undefined && { description: told }), ...readType(type, names) }])
    // The type of a kind's own document is always there in these declarations, but not on the wire.
    if (optional === '' && !(isKind && (name === 'apiVersion' || name === 'kind'))) required.push(name)
  }
  return {
    ...(description !== undefined && { description }),
    type: 'object',
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(required.length > 0 && { required }),
  }
}

function readComment(comment: string | undefined): string | undefined {
  if (comment === undefined) return undefined
  const lines = comment
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, '').replaceAll('\\*', '*'))
    .filter(line => line.trim() !== '@deprecated')
  return lines.join('\n').trim()
}

const PRIMITIVES: { readonly [type: string]: OpenApiSchema } = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  number: { type: 'integer', format: 'int32' },
}

function readType(type: string, names: ReadonlyMap<string, string>): OpenApiSchema {
  const primitive = PRIMITIVES[type]
  if (primitive) return primitive
  const items = /^Array<(.*)>$/s.exec(type)?.[1]
  if (items !== undefined) return { type: 'array', items: readType(items, names) }
  const values = /^\{\s*\[key: string\]: (.*);\s*\}$/s.exec(type)?.[1]
  if (values !== undefined) return { type: 'object', additionalProperties: readType(values, names) }
  const name = names.get(type)
  if (name !== undefined) return { allOf: [{ $ref: `#/components/schemas/${name}` }] }
  const texts = [...type.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text)
  if (texts.length > 1) return { type: 'string', enum: texts.filter(text => text !== '').toSorted() }
  return texts.length === 1 ? { type: 'string' } : { type: 'object' }
}

/** The declarations have no texts for the type of a kind: they are the same everywhere, as of the options of a deletion. */
function withTypeTexts(schema: OpenApiSchema, all: ReadonlyMap<string, OpenApiSchema>): OpenApiSchema {
  const { apiVersion, kind } = all.get('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions')?.properties ?? {}
  const own = schema.properties
  if (!own?.['apiVersion'] || !own['kind'] || own['kind'].description !== undefined || !apiVersion || !kind)
    return schema
  return { ...schema, properties: { ...own, apiVersion, kind } }
}
