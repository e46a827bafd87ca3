// Which document of the manifest text is which object: a light reading line by line (apiVersion, kind, metadata), good
// enough to scroll to an object and to tell where the cursor is while the text may be half broken. The engine alone
// decides what a text means.

import type { View, ViewId } from '../../protocol/index.ts'

export interface ManifestDocument {
  readonly from: number
  readonly to: number
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** Kinds whose objects belong to no namespace. */
const CLUSTER_WIDE: ReadonlySet<string> = new Set(['Node', 'Namespace'])

/** The documents of a text that have a kind and a name, in order. */
export function manifestDocuments(text: string): readonly ManifestDocument[] {
  const found: ManifestDocument[] = []
  let from = 0
  for (const separator of [...text.matchAll(/^---(?:[ \t].*)?$/gm), null]) {
    const to = separator === null ? text.length : separator.index
    const document = readDocument(text.slice(from, to), from)
    if (document !== null) found.push(document)
    if (separator !== null) from = to + separator[0].length
  }
  return found
}

function readDocument(text: string, offset: number): ManifestDocument | null {
  const kind = /^kind:[ \t]*["']?([\w.]+)/m.exec(text)?.[1]
  const metadata = /^metadata:[ \t]*\n((?:[ \t]+.*\n?|[ \t]*\n)*)/m.exec(text)?.[1] ?? ''
  // Only keys as deep as the first one are metadata's own; a label may be called `name` too.
  const indent = /^[ \t]+(?=[^\s#])/m.exec(metadata)?.[0] ?? ' '
  const own = (key: string): string | undefined =>
    new RegExp(`^${indent}${key}:[ \\t]*["']?([\\w.-]+)`, 'm').exec(metadata)?.[1]
  const name = own('name')
  if (kind === undefined || name === undefined) return null
  const namespace = own('namespace') ?? 'default'
  const start = offset + Math.max(0, text.search(/\S/))
  return { from: start, to: offset + text.length, kind, namespace: CLUSTER_WIDE.has(kind) ? '' : namespace, name }
}

/** The document that brought a view about: its own, or that of its owner, Service or Endpoints. */
export function documentOf(documents: readonly ManifestDocument[], view: View): ManifestDocument | undefined {
  for (const { kind, namespace, name } of sourcesOf(view)) {
    const hit = documents.find(one => one.kind === kind && one.namespace === namespace && one.name === name)
    if (hit !== undefined) return hit
  }
  return undefined
}

function sourcesOf(view: View): readonly Pick<ManifestDocument, 'kind' | 'namespace' | 'name'>[] {
  const { kind, namespace, name } = view
  const itself = { kind, namespace, name }
  switch (view.kind) {
    case 'Pod':
      return view.owner === null ? [itself] : [itself, { kind: view.owner.kind, namespace, name: view.owner.name }]
    case 'EndpointSlice': {
      const [, serviceNamespace = '', serviceName = ''] = view.service?.split('/') ?? []
      const service = { namespace: serviceNamespace, name: serviceName }
      const endpoints = view.mirrored ? [{ kind: 'Endpoints', ...service }] : []
      return [itself, ...endpoints, { kind: 'Service', ...service }]
    }
    default:
      return [itself]
  }
}

/** The id of the object whose document holds a place of the text. */
export function objectAt(documents: readonly ManifestDocument[], place: number): ViewId | null {
  const hit = documents.find(document => place >= document.from && place <= document.to)
  return hit === undefined ? null : `${hit.kind}/${hit.namespace}/${hit.name}`
}
