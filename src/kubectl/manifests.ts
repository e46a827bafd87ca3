// Objects from files: what `-f NAME`, `-f -` and `-f DIRECTORY` hold, each with the resource it belongs to. Lists are taken
// apart. The messages are those of kubectl's decoder and of its check that a kind is known.

import type { Run } from './command.ts'
import { Failure, failure } from './failures.ts'
import { isFields, listAt, nameOf, namespaceOf, textAt, withValue, type Fields } from './fields.ts'
import type { Resource } from './resources.ts'
import { readDocuments } from './yaml-text.ts'

export interface Manifest {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  /** With its namespace, where the kind has one. */
  readonly object: Fields
  /** `STDIN`, or the name of a file. */
  readonly source: string
}

interface SourceText {
  readonly source: string
  readonly text: string
}

/** What can be read; what cannot is told beside it, since kubectl goes on with the rest. */
export interface Manifests {
  readonly manifests: readonly Manifest[]
  readonly failures: readonly Failure[]
}

export async function readManifests(run: Run, doing: string): Promise<Manifests> {
  const sources = run.flags.list('filename').flatMap(name => sourcesOf(run, name))
  const manifests: Manifest[] = []
  const failures: Failure[] = []
  const resources = await run.resources
  for (const { source, text } of sources) {
    for (const document of readDocuments(text)) {
      if (!document.ok) {
        failures.push(failure(`error parsing ${source}: ${document.message}`))
        continue
      }
      for (const value of partsOf(document.value)) {
        const read = readObject(value, source, run, resources)
        if (read instanceof Failure) failures.push(read)
        else manifests.push(read)
      }
    }
  }
  if (manifests.length === 0 && failures.length === 0) throw failure(`no objects passed to ${doing}`)
  return { manifests, failures }
}

function sourcesOf(run: Run, name: string): readonly SourceText[] {
  const { terminal } = run.api
  if (name === '-') return [{ source: 'STDIN', text: terminal.stdin }]
  const file = terminal.files.get(name)
  if (file !== undefined) return [{ source: name, text: file }]
  const folder = name === '.' ? '' : `${name.replace(/^\.\//, '').replace(/\/$/, '')}/`
  const inside = [...terminal.files.keys()].filter(path => {
    const rest = path.slice(folder.length)
    return path.startsWith(folder) && /\.(ya?ml|json)$/.test(path) && (run.flags.on('recursive') || !rest.includes('/'))
  })
  if (inside.length === 0) throw failure(`the path "${name}" does not exist`)
  return inside.sort().map(path => ({
    source: name === '.' || name.startsWith('./') ? path.slice(name === '.' ? 0 : 2) : path,
    text: terminal.files.get(path) ?? '',
  }))
}

function partsOf(value: unknown): readonly unknown[] {
  return textAt(value, 'kind').endsWith('List') && Array.isArray((value as Fields)['items'])
    ? listAt(value, 'items')
    : [value]
}

function readObject(
  value: unknown,
  source: string,
  run: Run,
  resources: { ofKind(apiVersion: string, kind: string): Resource | null },
): Manifest | Failure {
  const apiVersion = textAt(value, 'apiVersion')
  const kind = textAt(value, 'kind')
  if (!isFields(value) || apiVersion === '' || kind === '') return notAnObject(value, source, run)
  const resource = resources.ofKind(apiVersion, kind)
  const name = nameOf(value)
  if (!resource) {
    return failure(
      `resource mapping not found for name: "${name}" namespace: "${namespaceOf(value)}" from "${source}": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
    )
  }
  if (!resource.namespaced) return { resource, namespace: '', name, object: value, source }
  const written = namespaceOf(value)
  const asked = run.flags.text('namespace')
  if (asked !== '' && written !== '' && written !== asked && run.flags.has('namespace')) {
    return failure(
      `the namespace from the provided object "${written}" does not match the namespace "${asked}". You must pass '--namespace=${written}' to perform this operation.`,
    )
  }
  const namespace = written === '' ? run.namespace : written
  return { resource, namespace, name, object: withValue(value, ['metadata', 'namespace'], namespace), source }
}

const VALIDATING = ['create', 'apply', 'replace']

function notAnObject(value: unknown, source: string, run: Run): Failure {
  const missing = [
    ...(textAt(value, 'apiVersion') === '' ? ['apiVersion not set'] : []),
    ...(textAt(value, 'kind') === '' ? ['kind not set'] : []),
  ]
  const isValidated = VALIDATING.includes(run.command.split(' ')[0] ?? '')
  if (!isFields(value)) {
    if (isValidated) {
      return failure(
        `error validating "${source}": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false`,
      )
    }
    const what = Array.isArray(value) ? 'array' : typeof value
    return failure(
      `error parsing ${source}: error converting YAML to JSON: json: cannot unmarshal ${what} into Go value of type map[string]interface {}`,
    )
  }
  if (isValidated) {
    const why = missing.length === 1 ? (missing[0] ?? '') : `[${missing.join(', ')}]`
    return failure(
      `error validating "${source}": error validating data: ${why}; if you choose to ignore these errors, turn validation off with --validate=false`,
    )
  }
  return failure(`unable to decode "${source}": Object 'Kind' is missing in '${JSON.stringify(value)}'`)
}
