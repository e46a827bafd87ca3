// What the server serves, from its discovery: a word such as `svc`, `deployment`, `deployments.apps` or `services.v1.`
// becomes a resource with its path. Which of several groups is meant is the server's order, as with kubectl.

import type { Api } from './api.ts'
import { failure } from './failures.ts'
import { listAt, textAt } from './fields.ts'

export interface Resource {
  /** `services` */
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly kind: string
  readonly group: string
  readonly version: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly subresources: readonly string[]
}

export class Resources {
  readonly all: readonly Resource[]

  constructor(all: readonly Resource[]) {
    this.all = all
  }

  static async load(api: Api): Promise<Resources> {
    const [core, named] = [await api.groups('/api'), await api.groups('/apis')]
    return new Resources([core, named].flatMap(list => listAt(list, 'items')).flatMap(readGroup))
  }

  find(word: string): Resource | null {
    const lower = word.toLowerCase()
    const [name = '', ...rest] = lower.split('.')
    const [version = '', ...groupParts] = rest
    // `services.v1.` names a version and the core group; `deployments.apps` a group; `a.v1.apps` both.
    const isVersion = /^v\d/.test(version)
    const group = (isVersion ? groupParts : rest).join('.')
    const fits = (one: Resource): boolean =>
      isVersion
        ? one.version === version && one.group === group
        : rest.length === 0 || group === '' || one.group === group
    const served = this.all.filter(fits)
    return (
      served.find(one => one.plural === name || one.singular === name) ??
      // Short names are told apart by case.
      served.find(one => one.shortNames.includes(word.split('.')[0] ?? '')) ??
      served.find(one => one.kind.toLowerCase() === name) ??
      null
    )
  }

  get(word: string): Resource {
    const found = this.find(word)
    if (found) return found
    throw failure(`the server doesn't have a resource type "${word.split('.')[0] ?? ''}"`)
  }

  ofKind(apiVersion: string, kind: string): Resource | null {
    return this.all.find(one => one.kind === kind && apiVersionOf(one) === apiVersion) ?? null
  }

  inCategory(category: string): readonly Resource[] {
    return this.all.filter(one => one.categories.includes(category))
  }
}

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`
}

/** `service`, `deployment.apps`: how kubectl names the kind of an object. */
export function kindName({ kind, group }: Resource): string {
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}`
}

/** `services`, `deployments.apps`. */
export function resourceName({ plural, group }: Resource): string {
  return `${plural}${group === '' ? '' : `.${group}`}`
}

/** Of a collection, or of an object and a part of it. */
export function pathOf(resource: Resource, namespace: string, name = '', subresource = ''): string {
  const parts = [
    resource.group === '' ? 'api' : `apis/${resource.group}`,
    resource.version,
    ...(resource.namespaced && namespace !== '' ? ['namespaces', encodeURIComponent(namespace)] : []),
    resource.plural,
    ...(name === '' ? [] : [encodeURIComponent(name)]),
    ...(subresource === '' ? [] : [subresource]),
  ]
  return `/${parts.join('/')}`
}

function readGroup(item: unknown): Resource[] {
  const group = textAt(item, 'metadata', 'name')
  return listAt(item, 'versions').flatMap(version =>
    listAt(version, 'resources').map(one => ({
      plural: textAt(one, 'resource'),
      singular: textAt(one, 'singularResource'),
      shortNames: listAt(one, 'shortNames').map(String),
      categories: listAt(one, 'categories').map(String),
      kind: textAt(one, 'responseKind', 'kind'),
      group,
      version: textAt(version, 'version'),
      namespaced: textAt(one, 'scope') === 'Namespaced',
      verbs: listAt(one, 'verbs').map(String),
      subresources: listAt(one, 'subresources').map(sub => textAt(sub, 'subresource')),
    })),
  )
}
