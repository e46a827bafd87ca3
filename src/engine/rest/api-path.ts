// What a path of the API means: a collection, an object or a part of one, of a kind that is served; or nothing that this
// cluster has. The forms are those of the apiserver's RequestInfo, the old `watch/` prefix among them. Paths that are
// about the server itself (discovery, health, the API's description) are not looked at here.

import { KINDS, type Kind, type KindInfo } from '../api/kind-registry.ts'
import type { ServedResource } from './served-resource.ts'
import { SERVED_RESOURCES } from './served-resources.ts'

export interface ResourcePath {
  readonly type: 'resource'
  readonly info: KindInfo
  /** '' for a kind without namespaces, and for a collection over all namespaces. */
  readonly namespace: string
  /** '' for a collection. */
  readonly name: string
  /** '' for the object itself. */
  readonly subresource: string
  /** What may be done there, in discovery's words; those of the part when it is one. */
  readonly verbs: readonly string[]
  /** Asked by the deprecated `watch/` form. */
  readonly watch: boolean
}

/** `unknown-resource`: the group is served, but has no such thing. `nowhere`: not even the group. */
export type ApiPath = ResourcePath | { readonly type: 'unknown-resource' } | { readonly type: 'nowhere' }

const UNKNOWN: ApiPath = { type: 'unknown-resource' }
const NOWHERE: ApiPath = { type: 'nowhere' }
/** The namespace's own parts: after its name they do not name a resource inside it. */
const NAMESPACE_PARTS: ReadonlySet<string> = new Set(['status', 'finalize'])

export function parseApiPath(path: string): ApiPath {
  const parts = segmentsOf(path)
  if (!parts) return NOWHERE
  const isCore = parts[0] === 'api'
  if (!isCore && parts[0] !== 'apis') return NOWHERE
  const [group = '', version = '', ...rest] = isCore ? ['', ...parts.slice(1)] : parts.slice(1)
  if (!SERVED_RESOURCES.some(served => served.group === group)) return NOWHERE
  const watch = rest[0] === 'watch'
  return resourceAt(group, version, watch ? rest.slice(1) : rest, watch)
}

function resourceAt(group: string, version: string, rest: readonly string[], watch: boolean): ApiPath {
  const [first = '', namespace = '', third = ''] = rest
  const inNamespace = first === 'namespaces' && rest.length > 2 && !(rest.length === 3 && NAMESPACE_PARTS.has(third))
  const [resource = '', name = '', subresource = '', ...more] = inNamespace ? rest.slice(2) : rest
  const served = SERVED_RESOURCES.find(
    one => one.group === group && one.version === version && one.resource === resource,
  )
  const verbs = served && verbsOf(served, subresource)
  // A review is asked at a path of its own, and is no object.
  if (!served || !verbs || more.length > 0 || !Object.hasOwn(KINDS, served.kind)) return UNKNOWN
  const info = KINDS[served.kind as Kind]
  if (inNamespace !== info.namespaced && (inNamespace || name !== '')) return UNKNOWN
  return { type: 'resource', info, namespace: inNamespace ? namespace : '', name, subresource, verbs, watch }
}

function verbsOf(served: ServedResource, subresource: string): readonly string[] | undefined {
  if (subresource === '') return served.verbs
  return served.subresources.find(part => part.name === subresource)?.verbs
}

/** The parts of a path, decoded; a slash at its end does not count. Undefined for one with an empty part or bad escape. */
function segmentsOf(path: string): readonly string[] | undefined {
  const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/')
  if (parts.includes('')) return undefined
  try {
    return parts.map(decodeURIComponent)
  } catch {
    return undefined
  }
}
