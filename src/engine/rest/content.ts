// Which form of an answer a client takes: the Accept header, read clause by clause as the apiserver's negotiation does, and
// the forms that are not the object itself (Table apart). Left out: YAML and protobuf answers; clients that ask for those
// name JSON as well.

import type { ApiStatus } from '../api/api-status.ts'
import type { AnyObject } from '../api/kind-registry.ts'
import type { KubeObject } from '../api/meta.ts'

/** The version of meta.k8s.io that a Table or a partial object is given in. */
export type MetaVersion = 'v1' | 'v1beta1'

export type ResponseForm =
  | { readonly as: 'json' }
  | { readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'; readonly version: MetaVersion }

const JSON_FORM: ResponseForm = { as: 'json' }
const META_FORMS: ReadonlySet<string> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])
const JSON_TYPES: ReadonlySet<string> = new Set(['application/json', 'application/*', '*/*', 'text/*'])

/** One clause of an Accept header: `application/json;as=Table;v=v1;g=meta.k8s.io;q=0.9`. */
export interface AcceptClause {
  /** In lower case, without parameters. */
  readonly type: string
  readonly params: ReadonlyMap<string, string>
}

/** The clauses of an Accept header, those of greater `q` first; clauses of `q=0` are left out. */
export function acceptClauses(accept: string): readonly AcceptClause[] {
  return accept
    .split(',')
    .filter(clause => clause.trim() !== '')
    .map(readClause)
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
}

/**
 * The form that an object (`list` false) or a list of them is wanted in; undefined when the client takes nothing that is
 * served here, which is answered by `notAcceptable`. An absent or empty header takes everything.
 */
export function responseForm(accept: string | undefined, list: boolean): ResponseForm | undefined {
  if (accept === undefined || accept.trim() === '') return JSON_FORM
  for (const { type, params } of acceptClauses(accept)) {
    if (!JSON_TYPES.has(type)) continue
    const as = params.get('as')
    if (as === undefined) return JSON_FORM
    const version = metaVersion(params)
    const fits = META_FORMS.has(as) && (as === 'Table' || (as === 'PartialObjectMetadataList') === list)
    if (fits && version) return { as: as as 'Table', version }
  }
  return undefined
}

/** 406: nothing that the client would take is served. */
export function notAcceptable(): ApiStatus {
  const message = 'only the following media types are accepted: application/json'
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'NotAcceptable',
    code: 406,
  }
}

/** The metadata of an object, without the rest of it. */
export function toPartialMetadata({ metadata }: KubeObject, version: MetaVersion): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata }
}

/** The metadata of each object; `listMeta` is what the list would have as its own. */
export function toPartialMetadataList(objects: readonly AnyObject[], listMeta: object, version: MetaVersion): object {
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: listMeta,
    items: objects.map(object => toPartialMetadata(object, version)),
  }
}

function metaVersion(params: AcceptClause['params']): MetaVersion | undefined {
  const version = params.get('v')
  if (params.get('g') !== 'meta.k8s.io') return undefined
  return version === 'v1' || version === 'v1beta1' ? version : undefined
}

function readClause(text: string): AcceptClause & { readonly quality: number } {
  const [type = '', ...pairs] = text.split(';').map(part => part.trim())
  const params = new Map<string, string>()
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals > 0) params.set(pair.slice(0, equals).trim().toLowerCase(), pair.slice(equals + 1).trim())
  }
  const quality = Number(params.get('q') ?? '1')
  return { type: type.toLowerCase(), params, quality: Number.isNaN(quality) ? 1 : quality }
}
