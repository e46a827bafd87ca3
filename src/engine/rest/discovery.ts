// What a client is told about the server before it asks for any object: groups, versions and resources in the aggregated
// form (apidiscovery.k8s.io/v2) and in the old one, the server's version, its health. Left out: apidiscovery v2beta1,
// which v1.34 no longer offers, and health checks one by one.

import { jsonAnswer, plainAnswer, plainNotFound, statusAnswer } from './answer.ts'
import type { ApiBody } from './api-request.ts'
import { cachedAnswer } from './cached-answer.ts'
import { acceptClauses, notAcceptable } from './content.ts'
import type { OpenApi } from './openapi.ts'
import { unknownResource } from './refusals.ts'
import type { ServedResource } from './served-resource.ts'
import { SERVED_RESOURCES } from './served-resources.ts'

interface ServerFacts {
  /** The Kubernetes version that the server speaks, such as `v1.34.4`. */
  readonly version: string
  readonly openApi: OpenApi
}

type Headers = { readonly [name: string]: string }

const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const HEALTH = /^\/(healthz|livez|readyz)(\/ping)?$/

/** The answer to a GET of a path that is about the server itself, or undefined when the path is none of those. */
export function discovery(path: string, headers: Headers, { version, openApi }: ServerFacts): ApiBody | undefined {
  const place = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  if (HEALTH.test(place)) return plainAnswer(200, 'ok')
  if (place === '/version') return jsonAnswer(200, versionInfo(version))
  if (place.startsWith('/openapi/')) return openApi.answer(place, headers) ?? plainNotFound()
  const [, root, first, second, ...more] = place.split('/')
  if (root === 'api' && second === undefined)
    return first === undefined ? rootAnswer('core', headers) : listOfVersion('', first)
  if (root !== 'apis' || more.length > 0) return undefined
  if (first === undefined) return rootAnswer('named', headers)
  return second === undefined ? groupAnswer(first) : listOfVersion(first, second)
}

function versionInfo(version: string): object {
  const [major = '', minor = ''] = version.replace(/^v/, '').split('.')
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Math.max(Number(minor) - 1, 0)),
    gitVersion: version,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'go1.24',
    compiler: 'gc',
    platform: 'linux/amd64',
  }
}

// ── /api and /apis ──

type RootForm = 'aggregated' | 'old'

function rootAnswer(which: 'core' | 'named', headers: Headers): ApiBody {
  const form = rootForm(headers['accept'])
  if (form === undefined) return statusAnswer(notAcceptable())
  if (form === 'old') return jsonAnswer(200, which === 'core' ? oldCoreVersions(headers) : oldGroupList())
  const groups = [...groupsOf(SERVED_RESOURCES)].filter(([group]) => (group === '') === (which === 'core'))
  const list = {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(([group, resources]) => aggregatedGroup(group, resources)),
  }
  return cachedAnswer(jsonAnswer(200, list, { 'content-type': AGGREGATED_TYPE }), headers)
}

// The first clause that is served decides.
function rootForm(accept: string | undefined): RootForm | undefined {
  if (accept === undefined || accept.trim() === '') return 'old'
  for (const { type, params } of acceptClauses(accept)) {
    if (type !== 'application/json' && type !== 'application/*' && type !== '*/*') continue
    const as = params.get('as')
    if (as === undefined) return 'old'
    if (as === 'APIGroupDiscoveryList' && params.get('g') === 'apidiscovery.k8s.io' && params.get('v') === 'v2')
      return 'aggregated'
  }
  return undefined
}

function groupsOf(resources: readonly ServedResource[]): ReadonlyMap<string, readonly ServedResource[]> {
  const groups = new Map<string, ServedResource[]>()
  for (const resource of resources) {
    const members = groups.get(resource.group)
    if (members) members.push(resource)
    else groups.set(resource.group, [resource])
  }
  return groups
}

// Every group has one version here.
function aggregatedGroup(group: string, resources: readonly ServedResource[]): object {
  const version = resources[0]?.version
  return {
    metadata: group === '' ? {} : { name: group },
    versions: [{ version, resources: resources.map(aggregatedResource), freshness: 'Current' }],
  }
}

function aggregatedResource(served: ServedResource): object {
  const { resource, kind, namespaced, singular, verbs, shortNames, categories, subresources } = served
  return {
    resource,
    responseKind: { group: '', version: '', kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map(part => ({
        subresource: part.name,
        responseKind: { group: part.group, version: part.version, kind: part.kind },
        verbs: part.verbs,
      })),
    }),
  }
}

// ── the old forms ──

function oldCoreVersions(headers: Headers): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: headers['host'] ?? '' }],
  }
}

function oldGroupList(): object {
  const groups = [...groupsOf(SERVED_RESOURCES)].filter(([group]) => group !== '')
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(([group, all]) => oldGroup(group, all)) }
}

function oldGroup(group: string, resources: readonly ServedResource[]): object {
  const version = resources[0]?.version ?? ''
  const entry = { groupVersion: `${group}/${version}`, version }
  return { name: group, versions: [entry], preferredVersion: entry }
}

function groupAnswer(group: string): ApiBody {
  const resources = groupsOf(SERVED_RESOURCES).get(group)
  if (group === '' || !resources) return plainNotFound()
  return jsonAnswer(200, { kind: 'APIGroup', apiVersion: 'v1', ...oldGroup(group, resources) })
}

function listOfVersion(group: string, version: string): ApiBody {
  const resources = groupsOf(SERVED_RESOURCES).get(group)
  if (!resources) return plainNotFound()
  if (resources[0]?.version !== version) return statusAnswer(unknownResource())
  return jsonAnswer(200, {
    kind: 'APIResourceList',
    ...(group !== '' && { apiVersion: 'v1' }),
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: resources.flatMap(oldResources),
  })
}

function oldResources(served: ServedResource): readonly object[] {
  const { resource, singular, namespaced, kind, verbs, shortNames, categories, subresources } = served
  return [
    {
      name: resource,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
    },
    ...subresources.map(part => ({
      name: `${resource}/${part.name}`,
      singularName: '',
      namespaced,
      ...(part.group !== '' && { group: part.group, version: part.version }),
      kind: part.kind,
      verbs: part.verbs,
    })),
  ]
}
