import { describe, expect, test } from 'vitest'
import { ALL_KINDS, KINDS } from '../api/kind-registry.ts'
import type { ApiBody } from './api-request.ts'
import { discovery } from './discovery.ts'
import { createOpenApi } from './openapi.ts'
import { READ_ONLY_RESOURCES } from './read-only-resources.ts'
import { selfReview } from './self-review.ts'

const VERSION = 'v1.34.4'
const FACTS = { version: VERSION, openApi: createOpenApi({ version: VERSION }) }
const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'

function ask(path: string, headers: { readonly [name: string]: string } = {}): ApiBody {
  const answer = discovery(path, headers, FACTS)
  if (!answer) throw new Error(`${path} is not about the server`)
  return answer
}

interface Group {
  readonly metadata: { readonly name?: string }
  readonly versions: readonly {
    readonly version: string
    readonly resources: readonly {
      readonly resource: string
      readonly subresources?: readonly { readonly subresource: string }[]
    }[]
  }[]
}

function aggregated(path: string): readonly Group[] {
  return (JSON.parse(ask(path, { accept: AGGREGATED }).body) as { readonly items: readonly Group[] }).items
}

describe('aggregated discovery', () => {
  test('names itself by its content type', () => {
    const { headers } = ask('/apis', { accept: AGGREGATED })
    expect(headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList')
  })

  test('gives the core group at /api without a name, and every other at /apis', () => {
    expect(aggregated('/api').map(group => group.metadata)).toEqual([{}])
    expect(aggregated('/apis').map(group => group.metadata.name)).toEqual([
      'apps',
      'events.k8s.io',
      'authentication.k8s.io',
      'authorization.k8s.io',
      'autoscaling',
      'batch',
      'networking.k8s.io',
      'policy',
      'apiextensions.k8s.io',
      'coordination.k8s.io',
      'discovery.k8s.io',
    ])
  })

  test('names every kind of the registry once, beside what can only be asked or read and Events of the newer group', () => {
    const named = [...aggregated('/api'), ...aggregated('/apis')].flatMap(({ metadata, versions }) =>
      versions.flatMap(({ version, resources }) =>
        resources.map(({ resource }) => `${metadata.name ?? ''}/${version}/${resource}`),
      ),
    )
    const registry = ALL_KINDS.map(kind => `${KINDS[kind].group}/${KINDS[kind].version}/${KINDS[kind].resource}`)
    const readOnly = READ_ONLY_RESOURCES.map(({ group, version, resource }) => `${group}/${version}/${resource}`)
    const expected = [...registry, ...readOnly, 'events.k8s.io/v1/events']
    expect(named.filter(name => !name.endsWith('reviews')).toSorted()).toEqual(expected.toSorted())
  })

  test('says all that kubectl asks of a Deployment', () => {
    const [apps] = aggregated('/apis')
    expect(apps?.versions[0]?.resources.find(one => one.resource === 'deployments')).toEqual({
      resource: 'deployments',
      responseKind: { group: '', version: '', kind: 'Deployment' },
      scope: 'Namespaced',
      singularResource: 'deployment',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
      subresources: [
        {
          subresource: 'scale',
          responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
          verbs: ['get', 'patch', 'update'],
        },
        {
          subresource: 'status',
          responseKind: { group: '', version: '', kind: 'Deployment' },
          verbs: ['get', 'patch', 'update'],
        },
      ],
    })
  })

  test('is told only once to a client that keeps it', () => {
    const first = ask('/apis', { accept: AGGREGATED })
    const etag = String(first.headers['etag'])
    const again = ask('/apis', { accept: AGGREGATED, 'if-none-match': etag })
    expect([first.status, again.status, again.body]).toEqual([200, 304, ''])
    expect(ask('/api', { accept: AGGREGATED, 'if-none-match': etag }).status).toBe(200)
  })

  test('is not there in a version that is gone', () => {
    const v2beta1 = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList'
    expect(ask('/apis', { accept: v2beta1 }).status).toBe(406)
  })
})

describe('the old forms', () => {
  test('are given to a client that does not know the new one', () => {
    expect(JSON.parse(ask('/api', { accept: 'application/json', host: '127.0.0.1:80' }).body)).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:80' }],
    })
    expect(JSON.parse(ask('/apis').body)).toMatchObject({
      kind: 'APIGroupList',
      groups: [{ name: 'apps' }, ...Array.from({ length: 10 }, () => ({}))],
    })
  })

  test('tell the parts of a resource beside it', () => {
    const { resources } = JSON.parse(ask('/api/v1').body) as {
      readonly resources: readonly { readonly name: string }[]
    }
    expect(resources.map(resource => resource.name)).toEqual([
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'namespaces',
      'namespaces/finalize',
      'namespaces/status',
      'nodes',
      'nodes/status',
      'persistentvolumeclaims',
      'persistentvolumes',
      'pods',
      'pods/binding',
      'pods/eviction',
      'pods/exec',
      'pods/log',
      'pods/status',
      'replicationcontrollers',
      'resourcequotas',
      'secrets',
      'serviceaccounts',
      'services',
      'services/status',
    ])
    expect(resources.find(one => one.name === 'pods/eviction')).toEqual({
      name: 'pods/eviction',
      singularName: '',
      namespaced: true,
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
      verbs: ['create'],
    })
  })

  test('tell a group by itself', () => {
    const entry = { groupVersion: 'apps/v1', version: 'v1' }
    const group = { kind: 'APIGroup', apiVersion: 'v1', name: 'apps', versions: [entry], preferredVersion: entry }
    expect(JSON.parse(ask('/apis/apps').body)).toEqual(group)
    expect(ask('/apis/apps/').status).toBe(200)
  })
})

describe('what is not served', () => {
  test('is plain words for an unknown group', () => {
    expect(ask('/apis/nothing')).toMatchObject({ status: 404, body: '404 page not found\n' })
    expect(ask('/apis/nothing/v1')).toMatchObject({ status: 404, body: '404 page not found\n' })
  })

  test('is a Status for an unknown version of a known group', () => {
    const { status, body } = ask('/apis/apps/v2')
    expect([status, (JSON.parse(body) as { readonly reason: string }).reason]).toEqual([404, 'NotFound'])
  })

  test('is left to others below a version', () => {
    expect(discovery('/api/v1/services', {}, FACTS)).toBeUndefined()
    expect(discovery('/apis/apps/v1/deployments', {}, FACTS)).toBeUndefined()
    expect(discovery('/nowhere', {}, FACTS)).toBeUndefined()
    expect(discovery('/', {}, FACTS)).toBeUndefined()
  })
})

describe('the server', () => {
  test('tells its version', () => {
    expect(JSON.parse(ask('/version').body)).toMatchObject({
      major: '1',
      minor: '34',
      gitVersion: 'v1.34.4',
      minCompatibilityMinor: '33',
    })
  })

  test.each(['/healthz', '/livez', '/readyz', '/readyz/ping'])('is well at %s', path => {
    expect(ask(path)).toMatchObject({ status: 200, body: 'ok' })
  })
})

describe('a client asks about itself', () => {
  test('and may do everything', () => {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    const answer = selfReview({ method: 'POST', path })
    expect(answer?.status).toBe(201)
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ kind: 'SelfSubjectAccessReview', status: { allowed: true } })
    expect(selfReview({ method: 'GET', path })?.status).toBe(405)
  })

  test('and hears that nobody is known here', () => {
    const answer = selfReview({ method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews' })
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status: { userInfo: { username: 'system:anonymous' } } })
  })

  test('at no other path', () => {
    expect(selfReview({ method: 'POST', path: '/apis/authorization.k8s.io/v1/subjectaccessreviews' })).toBeUndefined()
    expect(selfReview({ method: 'POST', path: 'constructor' })).toBeUndefined()
  })
})
